import Foundation
import IncidentDomain
import Journal
import Synchronization
import TerminalHarness
import Testing
import TextGate

/// RELIABILITY 1, 3 and 4: a program that is killed, or whose disk fails, at any of its calls on the
/// store's files. `make soak` tries a thousand and more of them, the normal run a cut.
@Suite struct KillPointTests {
  private static let calls = ["pwrite64", "fdatasync", "ftruncate"]
  private static let notes = Soak.number(20, 200)

  /// Runs the writer under strace; `injection` is added to each of its calls on the store.
  private static func write(
    _ scratch: Scratch, injecting injection: String?, at call: String
  ) throws -> (said: WriterRun, trace: String) {
    let trace = scratch.path + "/../" + UUID().uuidString
    defer { unlink(trace) }
    let store = scratch.file()
    var words = [
      "-f", "-y", "-o", trace, "-P", store, "-P", store + "-journal", "-P", scratch.path,
    ]
    if let injection {
      words += ["-e", "trace=\(call)", "-e", "inject=\(call):\(injection)"]
    } else {
      words += ["-e", "trace=" + calls.joined(separator: ",")]
    }
    words += [try Binary.path(named: "journal-writer"), store, "note", "\(notes)"]
    let result = try TerminalHarness.Command.run("/usr/bin/strace", words, within: .seconds(60))
    return (WriterRun(result.out), try String(contentsOfFile: trace, encoding: .utf8))
  }

  /// Every call of an undisturbed run, by its name and its number; `count` of them, evenly.
  private static func points(_ count: Int) throws -> [(call: String, number: Int)] {
    let trace = try write(try Scratch(), injecting: nil, at: "").trace
    let all = calls.flatMap { call -> [(String, Int)] in
      let number = trace.split(separator: "\n").count { $0.contains(" \(call)(") }
      return number == 0 ? [] : (1...number).map { (call, $0) }
    }
    try #require(all.count > 100)
    return (0..<min(count, all.count)).map { all[$0 * all.count / min(count, all.count)] }
  }

  /// The notes of a store that has to be sound.
  private static func examine(_ scratch: Scratch, _ what: Testing.Comment) throws -> [String] {
    do { return try WriterRun.notes(scratch.file()) } catch {
      throw HarnessError("\(what.rawValue): \(error)")
    }
  }

  /// RELIABILITY 1.
  @Test func aKillAtAnyWriteLosesNothingThatWasSaid() async throws {
    let points = try Self.points(Soak.number(150, 1000))
    let reached = try await onThreads(2) { half in
      try points.enumerated().filter { $0.offset % 2 == half - 1 }.count { _, point in
        let scratch = try Scratch()
        defer { try? FileManager.default.removeItem(atPath: scratch.path) }
        let (said, trace) = try Self.write(
          scratch, injecting: "signal=SIGKILL:when=\(point.number)", at: point.call)
        let what: Testing.Comment = "killed at \(point.call) \(point.number)"
        let notes = try Self.examine(scratch, what)
        // One at most was on its way: it is there whole, or not at all.
        #expect(notes.starts(with: said.saved) && notes.count <= said.saved.count + 1, what)
        return trace.contains("killed by SIGKILL")
      }
    }.reduce(0, +)
    print("killed at \(reached) of \(points.count) calls: nothing that was said was lost")
    #expect(reached > points.count * 9 / 10)
  }

  /// RELIABILITY 3 and 4: an error once, or from then on; a call that a signal interrupted.
  @Test func anErrorAtAnyCallIsNoSilentLoss() async throws {
    let kinds =
      ["EIO", "ENOSPC", "EDQUOT"].flatMap { ["\($0):when=#", "\($0):when=#+"] }
      + ["EINTR:when=#", "EINTR:when=#..#+3"]
    let points = try Self.points(Soak.number(100, 1500))
    let slowest = Mutex(0)
    let counts = try await onThreads(2) { half in
      var saved = 0
      var failed = 0
      for (place, point) in points.enumerated() where place % 2 == half - 1 {
        let scratch = try Scratch()
        defer { try? FileManager.default.removeItem(atPath: scratch.path) }
        let kind = kinds[place / 2 % kinds.count].replacing("#", with: "\(point.number)")
        let (said, trace) = try Self.write(
          scratch, injecting: "error=\(kind)", at: point.call)
        let what: Testing.Comment = "\(point.call) \(kind)"
        #expect(said.isDone, "\(what.rawValue): the writer did not come to its end")
        let notes = try Self.examine(scratch, what)
        let untruth = said.untruth(notes)
        #expect(untruth == nil, what)
        for failure in said.failed { slowest.withLock { $0 = max($0, failure.milliseconds) } }
        // What was not synced is never said to be saved. SQLite passes over a folder that
        // cannot be synced, which matters only while the store is made.
        let hits = trace.split(separator: "\n").filter { $0.contains("INJECTED") }
        if point.call == "fdatasync", hits.contains(where: { $0.contains("journal.sqlite") }) {
          #expect(!said.failed.isEmpty, "\(what.rawValue): the error was passed over")
        }
        let told = Set(said.saved).union(said.failed.map(\.text))
        #expect(told.isSuperset(of: notes), what)
        saved += said.saved.count
        failed += said.failed.count
      }
      return (saved, failed)
    }
    let (saved, failed) = counts.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    let most = slowest.withLock { $0 }
    print("\(points.count) errors: \(saved) notes saved, \(failed) not, the slowest in \(most) ms")
    // An interrupted write is made again, so it fails nothing.
    #expect(failed > points.count / 3)
    #expect(most < 10_000)
  }

  /// The kernel takes less than it was given: the rest is written, or it is said that it was not.
  @Test func shortWritesAreGoneOnWith() throws {
    let scratch = try Scratch()
    for round in 1...Soak.number(1, 20) {
      let result = try TerminalHarness.Command.run(
        Binary.path(named: "journal-writer"), [scratch.file(), "short-\(round)", "20"],
        environment: Outside.environment(
          injecting: "enable_random name=posix/io/rw/pwrite/reduce,probability=0.3"))
      let said = WriterRun(result.out)
      #expect(said.isDone && said.saved.count == 20, "\(said.failed)")
      let untruth = said.untruth(try Self.examine(scratch, "short writes"))
      #expect(untruth == nil)
    }
  }

  /// Four writers on one store, each killed at some moment of its work and followed by another.
  @Test func writersKilledAtRandomLoseNothingThatWasSaid() async throws {
    let scratch = try Scratch()
    let kills = Soak.number(16, 500)
    _ = try SQLiteJournal(path: scratch.file(), create: true)
      .declare(.of("killed"), by: .ana, at: nil, now: .morning)
    let writer = try Binary.path(named: "journal-writer")
    let said = try await onThreads(4) { lane in
      var generator = Steps(seed: UInt64(lane))
      var said: [String] = []
      for round in 0..<kills / 4 {
        let output = scratch.file("said-\(lane)-\(round)")
        // The shell kills it after a time that nobody chose: that is what is tried here.
        let delay = Double.random(in: 0.03...0.5, using: &generator)
        _ = try TerminalHarness.Command.run(
          "/usr/bin/timeout",
          ["-s", "KILL", "\(delay)", "/bin/sh", "-c", "exec \"$0\" \"$1\" \"$2\" 100000 > \"$3\""]
            + [writer, scratch.file(), "\(lane)-\(round)", output])
        let text = try String(contentsOfFile: output, encoding: .utf8)
        let lines = WriterRun(text)
        #expect(lines.failed.isEmpty, "\(lines.failed)")
        said += lines.saved
      }
      return said
    }.flatMap { $0 }
    let notes = try Self.examine(scratch, "killed at random")
    #expect(Set(notes).count == notes.count)
    #expect(Set(notes).isSuperset(of: said))
    #expect(notes.count <= said.count + kills)
    print("\(kills) kills at random among four writers: \(said.count) said, \(notes.count) kept")
  }
}
