import Foundation
import Journal
import TerminalHarness
import Testing

/// RELIABILITY 3 and 34: a disk that fails, or a program that is killed, while a store is mended or
/// raised: what a person does right after the first thing that went wrong.
@Suite struct RecoveryErrorTests {
  /// A store that the next program has work with before it can write.
  enum Kind: CaseIterable {
    /// A program was killed in the middle of a commit; its half is in the file.
    case cutShort
    /// An older program wrote it.
    case old

    /// The calls by which the work is done.
    var calls: [String] {
      switch self {
      case .cutShort: ["openat", "pread64", "pwrite64", "fdatasync", "ftruncate"]
      case .old:
        ["openat", "pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "link"]
      }
    }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path

  /// Makes the store, to be copied for each try.
  private static func make(_ kind: Kind, in scratch: Scratch) throws {
    switch kind {
    case .old:
      try FileManager.default.copyItem(
        atPath: folder + "/Fixtures/version-1.sqlite", toPath: scratch.file())
      chmod(scratch.file(), 0o600)
    case .cutShort:
      let writer = try Binary.path(named: "journal-writer")
      _ = try TerminalHarness.Command.run(writer, [scratch.file(), "before", "3"])
      // Killed at the last write but one of a commit, after its way back was on the disk.
      let calls = try run(
        on: scratch, ["-e", "trace=fdatasync", "-e", "inject=fdatasync:signal=SIGKILL:when=4"]
      ).trace
      try #require(calls.contains("killed by SIGKILL"))
      let journal = try Data(contentsOf: URL(filePath: scratch.file() + "-journal"))
      // Its first bytes, and how many pages it takes back.
      try #require(journal.starts(with: [0xD9, 0xD5, 0x05, 0xF9]) && journal[11] > 0)
    }
  }

  /// Runs the writer under strace on the files of a store.
  private static func run(
    on scratch: Scratch, _ words: [String]
  ) throws -> (said: WriterRun, trace: String) {
    let trace = scratch.path + "/../" + UUID().uuidString
    defer { unlink(trace) }
    let files = ["", "-journal", "-version-1", "-version-1.part", "-version-1.part-journal"]
    let paths = [scratch.path] + files.map { scratch.file() + $0 }
    let result = try TerminalHarness.Command.run(
      "/usr/bin/strace",
      ["-f", "-o", trace] + paths.flatMap { ["-P", $0] } + words
        + [try Binary.path(named: "journal-writer"), scratch.file(), "next", "2"])
    return (WriterRun(result.out), try String(contentsOfFile: trace, encoding: .utf8))
  }

  /// A copy of a store with all that is beside it.
  private static func copy(of scratch: Scratch) throws -> Scratch {
    let copy = try Scratch()
    for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path) {
      try FileManager.default.copyItem(atPath: scratch.file(name), toPath: copy.file(name))
    }
    return copy
  }

  /// What is injected at each call; `#` is the call's number.
  private static func injections(_ call: String) -> [String] {
    let errors =
      switch call {
      case "pwrite64": ["EIO", "ENOSPC"]
      case "openat": ["EIO", "EMFILE"]
      case "link", "unlink": ["EIO", "EROFS"]
      default: ["EIO"]
      }
    return ["signal=SIGKILL:when=#"]
      + errors.flatMap { ["error=\($0):when=#", "error=\($0):when=#+"] }
  }

  @Test(arguments: Kind.allCases)
  func aDiskThatFailsMeanwhileLosesNothing(kind: Kind) async throws {
    let store = try Scratch()
    try Self.make(kind, in: store)
    let before: [String]
    do {
      let sound = try Self.copy(of: store)
      before = try WriterRun.notes(sound.file())
    }
    let trace = try Self.run(
      on: Self.copy(of: store), ["-e", "trace=" + kind.calls.joined(separator: ",")]
    ).trace
    let all = kind.calls.flatMap { call -> [(call: String, injection: String)] in
      let count = trace.split(separator: "\n").count { $0.contains(" \(call)(") }
      return (1...max(count, 1)).flatMap { number in
        Self.injections(call).map { (call, $0.replacing("#", with: "\(number)")) }
      }
    }
    try #require(all.count > 200)
    let number = min(Soak.number(40, 1000), all.count)
    let points = (0..<number).map { all[$0 * all.count / number] }
    let results = try await onThreads(2) { half in
      var faults: [String] = []
      var counts = (failed: 0, reached: 0)
      for (place, point) in points.enumerated() where place % 2 == half - 1 {
        let scratch = try Self.copy(of: store)
        defer { try? FileManager.default.removeItem(atPath: scratch.path) }
        let what = "\(point.call) \(point.injection)"
        let (said, trace) = try Self.run(
          on: scratch,
          ["-e", "trace=\(point.call)", "-e", "inject=\(point.call):\(point.injection)"])
        let isKill = point.injection.hasPrefix("signal")
        if trace.contains(isKill ? "killed by" : "INJECTED") { counts.reached += 1 }
        counts.failed += said.failed.count
        if !isKill, !said.isDone { faults.append("\(what): it did not come to its end") }
        for failure in said.failed where !failure.sentence.contains(scratch.file()) {
          faults.append("\(what): \(failure.sentence)")
        }
        do {
          // On a healthy disk again.
          let notes = try WriterRun.notes(scratch.file())
          if let untruth = said.untruth(notes) { faults.append("\(what): \(untruth)") }
          if !Set(notes).isSuperset(of: before) { faults.append("\(what): old notes are lost") }
          let journal = try SQLiteJournal(path: scratch.file(), create: false)
          let found = try journal.search(SearchQuery("Dublin")).hits.count
          if kind == .old, found != 1 { faults.append("\(what): the search finds \(found)") }
        } catch {
          faults.append("\(what): \(error)")
        }
      }
      return (faults, counts)
    }
    let faults = results.flatMap(\.0)
    #expect(faults.isEmpty, "\(faults.prefix(8).joined(separator: "\n"))")
    let reached = results.map(\.1.reached).reduce(0, +)
    let failed = results.map(\.1.failed).reduce(0, +)
    print("\(kind): \(reached) of \(points.count) calls failed, \(failed) times that was told")
    #expect(reached > points.count * 8 / 10 && failed > points.count / 4)
  }
}
