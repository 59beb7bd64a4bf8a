import Dispatch
import IncidentDomain
import Synchronization
import TextGate

/// Looks in all of a command's output for what its runbook expects, while it streams.
///
/// A runbook's pattern may take for ever on some line. It is tried on a queue of its own, so that it
/// stops neither the output nor a person who wants the command stopped; what it has not found when
/// the command is over counts as not found after a moment.
final class OutputWatch: Sendable {
  private let expected: [CommandRequest.ExpectedOutput]
  private let queue = DispatchQueue(label: "mayday.expected-output")
  private let search: Mutex<Search>
  private let found: Mutex<Found>
  /// More bytes than this do not wait to be looked at: a flood is not worth the memory.
  private static let longestBacklog = 16 << 20
  /// How long the last lines may take once the command is over.
  private static let patience = DispatchTimeInterval.seconds(2)

  private struct Found {
    var met: Set<Int> = []
    var backlog = 0
  }

  init(_ expected: [CommandRequest.ExpectedOutput]) {
    self.expected = expected
    search = Mutex(Search(expected))
    found = Mutex(Found())
  }

  /// Takes output as the command wrote it.
  func feed(_ bytes: ArraySlice<UInt8>) {
    guard !expected.isEmpty else { return }
    let isWanted = found.withLock { found in
      guard found.met.count < expected.count,
        found.backlog + bytes.count <= Self.longestBacklog
      else { return false }
      found.backlog += bytes.count
      return true
    }
    guard isWanted else { return }
    let part = Array(bytes)
    queue.async { [self] in
      search.withLock { search in
        for line in search.lines(with: part) { look(in: line, search) }
      }
      found.withLock { $0.backlog -= part.count }
    }
  }

  /// What came of it, once the output is over. `excerpt` is what the record keeps: a pattern that
  /// spans lines is tried on it as a whole.
  func finish(excerpt: Untrusted) -> [OutputCheck] {
    guard !expected.isEmpty else { return [] }
    let isDone = DispatchSemaphore(value: 0)
    queue.async { [self] in
      search.withLock { search in
        if let line = search.rest() { look(in: line, search) }
        look(in: excerpt.raw, search)
      }
      isDone.signal()
    }
    _ = isDone.wait(timeout: .now() + Self.patience)
    let met = found.withLock { $0.met }
    return expected.enumerated().map { index, expected in
      switch expected {
      case .contains(let text):
        OutputCheck(expected: text, isPattern: false, isMet: met.contains(index))
      case .matches(let pattern):
        OutputCheck(expected: pattern, isPattern: true, isMet: met.contains(index))
      }
    }
  }

  private func look(in text: String, _ search: Search) {
    for (index, expected) in expected.enumerated() {
      if found.withLock({ $0.met.contains(index) }) { continue }
      let isThere =
        switch expected {
        case .contains(let wanted): text.contains(wanted.raw)
        case .matches: ((try? search.patterns[index]?.firstMatch(in: text)) ?? nil) != nil
        }
      if isThere { found.withLock { _ = $0.met.insert(index) } }
    }
  }

  /// The output as lines of plain text, and what to look for; only the queue has it.
  private struct Search {
    let patterns: [Int: Regex<AnyRegexOutput>]
    private var filter = EscapeFilter()
    private var line: [UInt8] = []
    /// A longer line is looked at in parts.
    private static let longestLine = 16_384

    init(_ expected: [CommandRequest.ExpectedOutput]) {
      var patterns: [Int: Regex<AnyRegexOutput>] = [:]
      for (index, expected) in expected.enumerated() {
        if case .matches(let pattern) = expected { patterns[index] = try? Regex(pattern.raw) }
      }
      self.patterns = patterns
    }

    mutating func lines(with bytes: [UInt8]) -> [String] {
      var lines: [String] = []
      for byte in bytes {
        filter.feed(byte) { passed in
          let isEnd = passed == 0x0A || passed == 0x0D
          if !isEnd { line.append(passed) }
          guard isEnd || line.count >= Self.longestLine, !line.isEmpty else { return }
          lines.append(String(decoding: line, as: UTF8.self))
          line.removeAll(keepingCapacity: true)
        }
      }
      return lines
    }

    mutating func rest() -> String? {
      filter.finish { line.append($0) }
      defer { line = [] }
      return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
  }
}

/// The last line of an output that holds something.
struct LastLine: Sendable {
  private var tail: [UInt8] = []
  /// A longer line is no value.
  static let longest = 4096

  mutating func feed(_ bytes: ArraySlice<UInt8>) {
    tail += bytes.suffix(4 * Self.longest)
    if tail.count > 4 * Self.longest { tail.removeFirst(tail.count - 4 * Self.longest) }
  }

  /// The line without escape sequences and blanks around it; nil when there is none, when it is too
  /// long, or when it holds what no value may hold.
  var text: Untrusted? {
    var filter = EscapeFilter()
    var bytes: [UInt8] = []
    for byte in tail { filter.feed(byte) { bytes.append($0) } }
    filter.finish { bytes.append($0) }
    let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard var line = lines.last(where: { !$0.allSatisfy(isBlank) }) else { return nil }
    while let last = line.last, isBlank(last) { line.removeLast() }
    while let first = line.first, isBlank(first) { line.removeFirst() }
    guard line.count <= Self.longest, let text = String(validating: line, as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return nil }
    return Untrusted(text)
  }
}

/// Holds the last line of an output back, because it is a secret that nobody knows before it comes.
struct LastLineGuard: Sendable {
  private var held: [UInt8] = []
  /// A longer line is no value (``LastLine``), so that it is let through but for its end.
  private static let longest = 4 * LastLine.longest

  /// The bytes that cannot belong to the last line.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    held += bytes
    var end = 0
    if let last = held.lastIndex(where: { !Self.isBlank($0) }) {
      end = held[..<last].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
    }
    if held.count - end > Self.longest { end = held.count - Self.longest }
    defer { held.removeFirst(end) }
    return Array(held[..<end])
  }

  /// A mark in place of the line.
  mutating func finish() -> [UInt8] {
    defer { held = [] }
    guard held.contains(where: { !Self.isBlank($0) }) else { return held }
    return Array("<redacted: \(Secret.Kind.secret.rawValue)>\r\n".utf8)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
