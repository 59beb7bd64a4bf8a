import Foundation
import IncidentDomain
import Journal
import TerminalHarness
import Testing
import TextGate

/// The real program, with one system call on the store's files made to fail or to be its last.
@Suite struct DiskErrorTests {
  /// A store with one incident and one note, made once and copied for each try.
  private static func store() throws -> Scratch {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try journal.declare(.of("disk"), by: .ana, at: nil, now: .morning).incident.id
    _ = try journal.append(.note("before"), to: id, by: .ana, at: nil, now: .morning)
    return scratch
  }

  private static func environment(_ scratch: Scratch) -> [String: String] {
    TerminalProgram.environment.merging(["HOME": scratch.path]) { $1 }
  }

  /// Runs the program under strace, which injects `what` at call number `number` on the store.
  private static func run(
    _ arguments: [String], in scratch: Scratch, injecting what: String, at call: String,
    number: Int
  ) throws -> (result: TerminalHarness.Command, isInjected: Bool) {
    let binary = try Binary.path(named: "mayday")
    let trace = scratch.path + "/../" + UUID().uuidString
    let store = scratch.file()
    let result = try TerminalHarness.Command.run(
      "/usr/bin/strace",
      [
        "-f", "-o", trace, "-P", store, "-P", store + "-journal", "-P", scratch.path, "-e",
        "trace=\(call)", "-e", "inject=\(call):\(what):when=\(number)", binary, "--store", store,
      ] + arguments, environment: environment(scratch))
    let text = try String(contentsOfFile: trace, encoding: .utf8)
    return (result, text.contains("INJECTED") || text.contains("killed by SIGKILL"))
  }

  /// The notes that the store holds, which must be sound.
  private static func notes(_ scratch: Scratch) throws -> [String] {
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    guard case .sound = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return []
    }
    #expect(try Outside.sql("PRAGMA integrity_check;", scratch.file()) == "ok\n")
    let rows = try journal.board(BoardQuery(tab: nil)).rows
    return try rows.flatMap { try journal.incident($0.id)?.events ?? [] }.compactMap {
      if case .noted(let text) = $0.body { text.raw } else { nil }
    }
  }

  @Test(arguments: [
    ("fdatasync", "EIO", 1...5), ("fdatasync", "ENOSPC", 4...4), ("pwrite64", "ENOSPC", 1...3),
    ("pwrite64", "EIO", 22...24), ("pwrite64", "EDQUOT", 20...20), ("ftruncate", "EIO", 1...1),
    ("openat", "EROFS", 1...2),
  ])
  func nothingIsSaidToBeSavedThatIsNot(
    call: String, error: String, numbers: ClosedRange<Int>
  ) throws {
    for number in numbers {
      let scratch = try Self.store()
      let (result, isInjected) = try Self.run(
        ["note", "1", "after"], in: scratch, injecting: "error=\(error)", at: call, number: number)
      try #require(isInjected, "\(call) \(number) was never reached: \(result.err)")
      let isKept = try Self.notes(scratch).contains("after")
      let what: Testing.Comment = "\(call) \(error) \(number): \(result.status) \(result.err)"
      switch result.status {
      case .exited(0): #expect(isKept, what)
      case .exited(73):
        #expect(result.err.contains("nothing was written") != isKept, what)
        #expect(result.err.contains(scratch.file()), what)
      case .exited, .signalled: Issue.record(what)
      }
      // The next one, on a healthy disk, is saved.
      let next = try TerminalHarness.Command.run(
        Binary.path(named: "mayday"), ["--store", scratch.file(), "note", "1", "next"],
        environment: Self.environment(scratch))
      #expect(next.status == .exited(0), "\(next.err)")
      #expect(try Self.notes(scratch).last == "next")
    }
  }

  @Test(arguments: [
    ("fdatasync", [1, 2, 3, 4, 5]), ("pwrite64", [1, 2, 7, 15, 21, 22, 23, 25]), ("ftruncate", [1]),
  ])
  func aKillAtAnyCallLeavesAllOrNothing(call: String, numbers: [Int]) throws {
    for number in numbers {
      let scratch = try Self.store()
      let (result, isInjected) = try Self.run(
        ["note", "1", "after"], in: scratch, injecting: "signal=SIGKILL", at: call, number: number)
      try #require(isInjected, "\(call) \(number) was never reached: \(result.err)")
      #expect(result.out.isEmpty)
      let notes = try Self.notes(scratch)
      #expect(notes == ["before"] || notes == ["before", "after"], "\(call) \(number)")
    }
  }

  @Test(arguments: [
    ("fdatasync", [1, 2, 3, 4, 5, 6]), ("pwrite64", [1, 2, 5, 9, 14, 20]), ("ftruncate", [1, 2]),
  ])
  func aKillWhileTheStoreIsMadeLeavesNothingInBetween(call: String, numbers: [Int]) throws {
    for number in numbers {
      let scratch = try Scratch()
      let (result, isInjected) = try Self.run(
        ["declare", "first"], in: scratch, injecting: "signal=SIGKILL", at: call, number: number)
      try #require(isInjected, "\(call) \(number) was never reached: \(result.err)")
      let journal = try SQLiteJournal(path: scratch.file(), create: true)
      let before = try journal.board(BoardQuery(tab: nil)).total
      #expect(before <= 1)
      let declared = try journal.declare(.of("second"), by: .ana, at: nil, now: .morning)
      #expect(declared.incident.number == before + 1)
      #expect(try Self.notes(scratch).isEmpty)
    }
  }
}
