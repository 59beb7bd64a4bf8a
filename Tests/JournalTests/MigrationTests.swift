import Foundation
import IncidentDomain
import TerminalHarness
import Testing
import TextGate

@testable import Journal

/// Stores of every released version are opened, by this program and never by an older one again.
@Suite struct MigrationTests {
  /// Made by the program that wrote version 1.
  private static let fixture =
    URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/version-1.sqlite"

  private static func store() throws -> Scratch {
    let scratch = try Scratch()
    try FileManager.default.copyItem(atPath: fixture, toPath: scratch.file())
    chmod(scratch.file(), 0o600)
    return scratch
  }

  private static func version(_ path: String) throws -> String {
    try Outside.sql("PRAGMA user_version;", path)
  }

  @Test func aStoreOfVersion1IsRaisedAndSearched() throws {
    let scratch = try Self.store()
    let before = try Data(contentsOf: URL(filePath: scratch.file()))
    let journal = try SQLiteJournal(path: scratch.file(), create: false)
    #expect(try journal.info().version == Int(Schema.version))
    guard case .sound(events: 14, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    #expect(try journal.search(SearchQuery("Dublin")).hits.map(\.standing) == [.correction])
    #expect(try journal.search(SearchQuery("\"disk usage\"")).hits.map(\.number) == [1])
    #expect(try journal.search(SearchQuery("zurich")).hits.map(\.number) == [2])
    // What it was before stands beside it, for whoever has to go back.
    let kept = scratch.file("journal.sqlite-version-1")
    #expect(try Data(contentsOf: URL(filePath: kept)).count == before.count)
    #expect(try Self.version(kept) == "1\n")
    #expect(Outside.modes(kept) == 0o600)
    #expect(try journal.declare(.of("new"), by: .ana, at: nil, now: .morning).incident.number == 4)
    #expect(try journal.check(now: .morning).first { $0.subject == "search" }?.verdict == .fine)
  }

  @Test func aStoreOfVersion1ThatCanOnlyBeReadIsRead() async throws {
    let scratch = try Self.store()
    chmod(scratch.file(), 0o444)
    chmod(scratch.path, 0o555)
    let before = try Outside.digests(scratch.path)
    await #expect(processExitsWith: .success) { [path = scratch.file() as String] in
      // Modes do not bind root.
      if geteuid() == 0 { try #require(setgid(65_534) == 0 && setuid(65_534) == 0) }
      let journal = try SQLiteJournal(path: path, create: true)
      #expect(try journal.board(BoardQuery(tab: nil)).total == 3)
      guard case .sound(events: 14, _) = try journal.verify(nil) else {
        Issue.record("\(try journal.verify(nil))")
        return
      }
      let error = failureOrNil { _ = try journal.search(SearchQuery("Dublin")) }
      guard case .unavailable(let text)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(text.text.contains("older mayday"))
    }
    chmod(scratch.path, 0o700)
    #expect(try Outside.digests(scratch.path) == before)
  }

  /// A reader that finds the index behind says what it did not look at.
  @Test func whatAReaderCannotSearchIsCounted() async throws {
    let scratch = try Self.store()
    do { _ = try SQLiteJournal(path: scratch.file(), create: false) }
    chmod(scratch.file(), 0o444)
    chmod(scratch.path, 0o555)
    await #expect(processExitsWith: .success) { [path = scratch.file() as String] in
      if geteuid() == 0 { try #require(setgid(65_534) == 0 && setuid(65_534) == 0) }
      let journal = try SQLiteJournal(path: path, create: true)
      let result = try journal.search(SearchQuery("Dublin"))
      #expect(result.hits.isEmpty && result.unsearched == 14)
      #expect(
        try journal.check(now: .morning).first { $0.subject == "search" }?.verdict == .warning)
    }
    chmod(scratch.path, 0o700)
  }

  /// A full disk keeps nobody from reading what an older program wrote, nor from writing on.
  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small file system"))
  func aFullDiskPutsTheRaisingOff() throws {
    let scratch = try Scratch()
    let disk = try SmallDisk(at: scratch.path, options: "size=84k,mode=0700")
    try FileManager.default.copyItem(atPath: Self.fixture, toPath: scratch.file())
    chmod(scratch.file(), 0o600)
    let journal = try SQLiteJournal(path: scratch.file(), create: false)
    #expect(try journal.info().version == 1)
    #expect(try journal.board(BoardQuery(tab: nil)).total == 3)
    let id = try journal.find("1")
    _ = try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning)
    #expect(failure { try journal.search(SearchQuery("Dublin")) } != nil)
    try disk.remount(options: "size=4m")
    let later = try SQLiteJournal(path: scratch.file(), create: false)
    #expect(try later.info().version == Int(Schema.version))
    #expect(try later.search(SearchQuery("Dublin")).hits.count == 1)
  }

  /// RELIABILITY 34: killed at a write, a store is of the old version or of the new, never between.
  @Test(arguments: [("pwrite64", 300), ("fdatasync", 20), ("ftruncate", 4), ("unlink", 6)])
  func aKillLeavesTheOldOrTheNew(call: String, most: Int) throws {
    let binary = try Binary.path(named: "mayday")
    var number = 1
    while number <= most {
      let scratch = try Self.store()
      let trace = scratch.path + "/../" + UUID().uuidString
      let result = try TerminalHarness.Command.run(
        "/usr/bin/strace",
        [
          "-f", "-o", trace, "-P", scratch.path, "-P", scratch.file(),
          "-P", scratch.file() + "-journal", "-P", scratch.file() + "-version-1.part",
          "-P", scratch.file() + "-version-1", "-e", "trace=\(call)",
          "-e", "inject=\(call):signal=SIGKILL:when=\(number)", binary, "--store", scratch.file(),
          "list", "--all",
        ], environment: TerminalProgram.environment.merging(["HOME": scratch.path]) { $1 })
      guard try String(contentsOfFile: trace, encoding: .utf8).contains("killed by SIGKILL") else {
        #expect(result.status == .exited(0), "\(call) \(number): \(result.err)")
        break
      }
      let version = try Self.version(scratch.file())
      #expect(version == "1\n" || version == "2\n")
      #expect(try Outside.sql("PRAGMA integrity_check;", scratch.file()) == "ok\n")
      let journal = try SQLiteJournal(path: scratch.file(), create: false)
      #expect(try journal.info().version == Int(Schema.version))
      guard case .sound(events: 14, _) = try journal.verify(nil) else {
        Issue.record("\(call) \(number): \(try journal.verify(nil))")
        return
      }
      #expect(try journal.search(SearchQuery("Dublin")).hits.count == 1, "\(call) \(number)")
      number += Soak.isOn || number < 6 ? 1 : 7
    }
    #expect(number > 1 || call == "unlink", "\(call) was never reached")
  }
}
