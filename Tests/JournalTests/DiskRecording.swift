import Foundation
import TerminalHarness

/// What happened to the files of one folder, in the order in which the kernel was asked for it.
enum DiskEvent {
  case write(file: Int, offset: Int, bytes: [UInt8])
  case resize(file: Int, size: Int)
  /// What had happened before the place `begun` is on the disk when this is done.
  case sync(file: Int, begun: Int)
  case syncFolder(begun: Int)
  case link(name: String, file: Int)
  case unlink(name: String)
  case rename(from: String, to: String)
  /// A line that a program printed.
  case said(String)
}

/// Runs programs and keeps every change that they make to the files of a folder, in full, as strace
/// tells it.
struct DiskRecording {
  private(set) var events: [DiskEvent] = []
  /// The files that were there before, which are taken to be on the disk.
  let initial: [String: [UInt8]]
  private let folder: String
  /// The files as programs see them, by name.
  private var files: [String: Int]
  private var count: Int

  private static let calls = [
    "openat", "creat", "mknod", "mknodat", "link", "linkat", "unlink", "unlinkat", "rename",
    "renameat", "renameat2", "write", "writev", "pwrite64", "pwritev", "pwritev2", "truncate",
    "ftruncate", "fallocate", "copy_file_range", "sendfile", "splice", "fsync", "fdatasync",
    "sync_file_range", "msync",
  ]

  /// Begins with what is in the folder.
  init(folder: String) throws {
    self.folder = folder
    var initial: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      initial[name] = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
    }
    self.initial = initial
    files = Dictionary(uniqueKeysWithValues: initial.keys.sorted().enumerated().map { ($1, $0) })
    count = files.count
  }

  /// The files that were there before, in the order of their numbers.
  var initialNames: [String] { initial.keys.sorted() }

  /// Runs a program to its end and adds what it and its children do; `injection` is one of strace's.
  mutating func run(_ program: String, _ arguments: [String], injecting injection: String?) throws {
    let trace = folder + "/../" + UUID().uuidString
    defer { unlink(trace) }
    var words = ["-f", "-y", "-xx", "-s", "1000000", "-o", trace]
    words += ["-e", "trace=" + Self.calls.joined(separator: ",")]
    if let injection { words += ["-e", "inject=" + injection] }
    _ = try TerminalHarness.Command.run(
      "/usr/bin/strace", words + [program] + arguments, within: .seconds(60))
    var unfinished: [Int: (call: TracedCall, begun: Int)] = [:]
    for line in try TracedLine.read(trace) {
      switch line.what {
      case .begun(let call): unfinished[line.process] = (call, events.count)
      case .whole(let call, let result): try add(call, begun: events.count, result)
      case .ended(let result):
        guard let (call, begun) = unfinished.removeValue(forKey: line.process) else { continue }
        try add(call, begun: begun, result)
      }
    }
  }

  /// Adds a call that did something to the folder; a failed one did nothing.
  private mutating func add(_ call: TracedCall, begun: Int, _ result: Int) throws {
    guard result >= 0 else { return }
    switch call.name {
    case "write" where call.isOutput:
      let text = String(decoding: call.strings.first ?? [], as: UTF8.self)
      events += text.split(separator: "\n").map { .said(String($0)) }
    case "openat":
      guard let name = name(call.path(at: 0)) else { return }
      if call.text.contains("O_CREAT"), files[name] == nil { make(name) }
      if call.text.contains("O_TRUNC"), let file = files[name] {
        events.append(.resize(file: file, size: 0))
      }
    case "mknod", "mknodat":
      if let name = name(call.path(at: 0)) { make(name) }
    case "link", "linkat":
      guard let from = name(call.path(at: 0)), let to = name(call.path(at: 1)),
        let file = files[from]
      else { return }
      files[to] = file
      events.append(.link(name: to, file: file))
    case "unlink", "unlinkat":
      guard let name = name(call.path(at: 0)) else { return }
      files[name] = nil
      events.append(.unlink(name: name))
    case "rename", "renameat", "renameat2":
      guard let from = name(call.path(at: 0)), let to = name(call.path(at: 1)) else { return }
      files[to] = files.removeValue(forKey: from)
      events.append(.rename(from: from, to: to))
    case "fsync", "fdatasync":
      if call.opened == folder {
        events.append(.syncFolder(begun: begun))
      } else if let file = name(call.opened).flatMap({ files[$0] }) {
        events.append(.sync(file: file, begun: begun))
      }
    case "pwrite64":
      guard let file = name(call.opened).flatMap({ files[$0] }) else { return }
      let bytes = Array((call.strings.first ?? []).prefix(result))
      events.append(.write(file: file, offset: call.lastNumber, bytes: bytes))
    case "ftruncate":
      guard let file = name(call.opened).flatMap({ files[$0] }) else { return }
      events.append(.resize(file: file, size: call.lastNumber))
    default:
      guard name(call.opened) == nil, name(call.path(at: 0)) == nil else {
        throw HarnessError("\(call.name) changes the store, and the recording does not know it")
      }
    }
  }

  private mutating func make(_ name: String) {
    files[name] = count
    events.append(.link(name: name, file: count))
    count += 1
  }

  /// The name of a file of the folder; nil for one that is elsewhere.
  private func name(_ path: String?) -> String? {
    guard let path, path.hasPrefix(folder + "/") else { return nil }
    let name = path.dropFirst(folder.utf8.count + 1)
    return name.contains("/") ? nil : String(name)
  }
}

/// A system call as strace prints it.
private struct TracedCall {
  let name: String
  /// The arguments without what stands in quotes or in angle brackets.
  let text: String
  let strings: [[UInt8]]
  /// The file behind the first descriptor.
  let opened: String?

  init(name: String, arguments: UnsafeBufferPointer<UInt8>) {
    self.name = name
    var text: [UInt8] = []
    var strings: [[UInt8]] = []
    var opened: String?
    var place = 0
    while place < arguments.count {
      let byte = arguments[place]
      place += 1
      let isPath = byte == UInt8(ascii: "<")
      guard isPath || byte == UInt8(ascii: "\"") else {
        text.append(byte)
        continue
      }
      let bytes = Self.decode(arguments, &place, until: UInt8(ascii: isPath ? ">" : "\""))
      if isPath {
        opened = opened ?? String(decoding: bytes, as: UTF8.self)
      } else {
        strings.append(bytes)
      }
    }
    self.text = String(decoding: text, as: UTF8.self)
    self.strings = strings
    self.opened = opened
  }

  /// Bytes that are all written as `\x2f`.
  private static func decode(
    _ text: UnsafeBufferPointer<UInt8>, _ place: inout Int, until end: UInt8
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    while place < text.count, text[place] != end {
      guard text[place] == UInt8(ascii: "\\"), place + 3 < text.count else {
        bytes.append(text[place])
        place += 1
        continue
      }
      bytes.append(digit(text[place + 2]) << 4 | digit(text[place + 3]))
      place += 4
    }
    place += 1
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8 {
    byte < UInt8(ascii: "a") ? byte &- UInt8(ascii: "0") : byte &- UInt8(ascii: "a") &+ 10
  }

  private var words: [Substring] { text.split(whereSeparator: { $0 == "," || $0 == " " }) }

  /// Whether the first argument is standard output, maybe with a mark behind it.
  var isOutput: Bool { words.first == "1" || words.first?.hasPrefix("1(") == true }
  var lastNumber: Int { words.last.flatMap { Int($0) } ?? 0 }
  /// A path that was given as text.
  func path(at place: Int) -> String? {
    strings.count > place ? String(decoding: strings[place], as: UTF8.self) : nil
  }
}

/// A line of a trace, of which only calls are kept.
private struct TracedLine {
  enum What {
    case whole(TracedCall, result: Int)
    case begun(TracedCall)
    case ended(result: Int)
  }

  let process: Int
  let what: What

  static func read(_ path: String) throws -> [TracedLine] {
    let data = try Data(contentsOf: URL(filePath: path))
    return data.withUnsafeBytes { bytes in
      let all = bytes.bindMemory(to: UInt8.self)
      var lines: [TracedLine] = []
      var start = 0
      while start < all.count, let base = all.baseAddress {
        let found = memchr(base + start, 10, all.count - start)
        let end = found.map { $0 - UnsafeMutableRawPointer(mutating: base) } ?? all.count
        if let line = TracedLine(UnsafeBufferPointer(rebasing: all[start..<end])) {
          lines.append(line)
        }
        start = end + 1
      }
      return lines
    }
  }

  /// `4865  fsync(3</x>) = 0`, `4865  fsync(3</x> <unfinished ...>` or
  /// `4865  <... fsync resumed>) = 0`.
  private init?(_ line: UnsafeBufferPointer<UInt8>) {
    guard let blank = line.firstIndex(of: 32),
      let process = Int(String(decoding: line[..<blank], as: UTF8.self)),
      let first = line[blank...].firstIndex(where: { $0 != 32 })
    else { return nil }
    self.process = process
    // The result is at the end, and a path of 4096 bytes may stand behind it.
    let tail = String(decoding: line[max(first, line.count - 17_000)...], as: UTF8.self)
    var result = Int.min
    if let sign = tail.range(of: " = ", options: .backwards) {
      let digits = tail[sign.upperBound...].prefix { $0 == "-" || $0.isNumber }
      result = Int(digits) ?? -1
    }
    if line[first] == UInt8(ascii: "<") {
      what = .ended(result: result == .min ? -1 : result)
      return
    }
    guard let open = line[first...].firstIndex(of: UInt8(ascii: "(")),
      line[first] >= UInt8(ascii: "a")
    else { return nil }
    let isUnfinished = tail.hasSuffix("<unfinished ...>")
    guard isUnfinished || result != .min else { return nil }
    let end =
      isUnfinished
      ? line.count - " <unfinished ...>".utf8.count
      : line.lastIndex(of: UInt8(ascii: ")")) ?? line.count
    let call = TracedCall(
      name: String(decoding: line[first..<open], as: UTF8.self),
      arguments: UnsafeBufferPointer(rebasing: line[(open + 1)..<max(open + 1, end)]))
    what = isUnfinished ? .begun(call) : .whole(call, result: result)
  }
}
