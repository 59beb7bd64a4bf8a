import Foundation
import Glibc
import TerminalHarness
import Testing

/// Stores that cannot be had, sessions that may not, terminals that show no screen.
@Suite(.serialized) struct BadEndsTests {
  // MARK: - No console without a store

  @Test func aTornStoreIsToldInOneSentence() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    for number in 1...20 { try desk.run("note", "1", "entry \(number) of many") }
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: desk.file)[.size] as? Int)
    #expect(truncate(desk.file, off_t(size / 2)) == 0)
    try expectNoConsole(desk, exit: 65, saying: "damaged")
  }

  @Test func aNewerStoreIsToldInOneSentenceAndLeftAsItIs() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let sqlite = try Command.run("/usr/bin/sqlite3", [desk.file, "PRAGMA user_version = 99"])
    #expect(sqlite.status == .exited(0), "\(sqlite.err)")
    let before = try Data(contentsOf: URL(filePath: desk.file))
    try expectNoConsole(desk, exit: 69, saying: "newer")
    #expect(try Data(contentsOf: URL(filePath: desk.file)) == before)
  }

  @Test func aMissingFolderIsToldInOneSentence() throws {
    let desk = try Desk()
    try expectNoConsole(
      desk, ["--store", "sqlite:\(desk.folder)/not-there/journal.sqlite"], exit: 69,
      saying: "not-there")
  }

  private func expectNoConsole(
    _ desk: Desk, _ words: [String] = [], exit: Int32, saying part: String
  ) throws {
    let program = try TerminalProgram(
      try Desk.program(), words + ["--as", "alice"], environment: desk.environment(),
      size: TerminalSize(rows: 24, columns: 300))
    #expect(try program.waitForExit() == .exited(exit))
    let lines = program.screen.lines.filter { !$0.isEmpty }
    #expect(lines.count == 1 && lines.first?.hasPrefix("mayday: ") == true, "\(lines)")
    #expect(lines.first?.contains(part) == true, "\(lines)")
    // The terminal was never touched: not a control byte but the line's end.
    #expect(program.bytesReceived.allSatisfy { $0 >= 0x20 || $0 == 0x0A || $0 == 0x0D })
    #expect(program.lineModes.echoes && program.lineModes.editsLines)
  }

  // MARK: - A store that takes nothing more

  @Test func aReadOnlyStoreIsReadAndItsTextKept() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let console = try inNamespace(
      desk, "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\"")
    try console.waitForText("Checkout returns 503")
    try expectTextKept(console, because: "read-only")
  }

  @Test func aFullDiskKeepsWhatWasTyped() throws {
    let desk = try Desk()
    let console = try inNamespace(
      desk,
      """
      mount -t tmpfs -o size=512k tmpfs "$1" && "$0" declare 'Checkout returns 503' --as alice &&
      { cat /dev/zero > "$1/filler" 2>/dev/null || true; }
      """)
    try console.waitForText("[1 Active 1]")
    try expectTextKept(console, because: "full")
  }

  /// Runs the console in a namespace where a script changed what is mounted at the desk's folder.
  private func inNamespace(_ desk: Desk, _ script: String) throws -> TerminalProgram {
    try TerminalProgram(
      "/usr/bin/unshare",
      [
        "-m", "sh", "-c", "\(script) && cd / && exec \"$0\" --as alice", try Desk.program(),
        desk.folder,
      ], environment: desk.environment(), size: TerminalSize(rows: 24, columns: 300))
  }

  private func expectTextKept(_ console: TerminalProgram, because why: String) throws {
    try console.press("\r", "[DETECTION]")
    try console.press("+", "Note ── INC-1")
    try console.type("the replica was promoted")
    try console.press("\r", "not written", why, "your text is kept")
    try console.press("+", "Note the replica was promoted")
    try console.send(key: .control("g"))
    console.signal(SIGTERM)
    #expect(try console.waitForExit() == .exited(128 + SIGTERM))
  }

  // MARK: - Sessions that may not

  @Test func anObserverWritesNothing() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let before = try desk.contents()
    let console = try desk.console(
      ["--observer", "--runbooks", runbooks("Checkout")], waitingFor: "OBSERVER")
    for key in ["a", "+", "!", "d", "D"] {
      try console.press(key, "⚠ this session only observes")
      try console.press("j")
      try console.waitFor("the refusal gone") { !$0.contains("⚠") }
    }
    try console.press("\r", "[DETECTION]")
    for key in ["a", "s", "i", "U", "M", "x", " "] {
      try console.press(key, "⚠ this session only observes")
      try console.press("2", "▌2 Timers")
      try console.press("1", "▌1 Runbook")
    }
    try console.press("r", "Certificate Renewal")
    try console.press("\r", "Look at what runs out first")
    try console.press("\r", "⚠ this session only observes")
    try console.send("Q")
    #expect(try console.waitForExit() == .exited(0))
    #expect(try desk.contents() == before)
  }

  @Test func anObserverMakesNoStore() throws {
    let desk = try Desk()
    try expectNoConsole(desk, ["--observer"], exit: 69, saying: "there is no store at")
    #expect(try desk.contents().isEmpty)
  }

  @Test func aSessionThatRunsNothingStillWalks() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let console = try desk.console(
      ["--no-exec", "--runbooks", runbooks("Checkout")], waitingFor: "Checkout returns 503")
    try console.press("\r", "[DETECTION]")
    try console.press("r", "Connection Pool Recovery")
    try console.press("j", "pool-recovery.md")
    try console.press("\r", "Enter start")
    try console.press("\r", "Start a runbook")
    try console.enter("INC-1: started runbook")
    try console.press("x", "⚠ this session runs no commands (--no-exec)")
    try console.press(" ", "Done: step 1")
    try console.enter("INC-1: done step 1")
    let events = try desk.events(desk.run("timeline", "1", "--format", "json"))
    #expect(!events.contains { $0["kind"] as? String == "command" })
  }

  // MARK: - No screen

  @Test func aDumbTerminalGetsLines() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let program = try TerminalProgram(
      try Desk.program(), ["--as", "alice"], environment: desk.environment(["TERM": "dumb"]))
    #expect(try program.waitForExit() == .exited(0))
    #expect(program.screen.contains("Checkout returns 503"))
    #expect(!program.bytesReceived.contains(0x1B))
  }

  @Test func aPipeGetsLines() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let result = try Command.run(
      try Desk.program(), ["--as", "alice"], environment: desk.environment())
    #expect(result.status == .exited(0), "\(result.err)")
    #expect(result.out.contains("INC-1") && result.out.contains("Checkout returns 503"))
    #expect(!result.out.utf8.contains(0x1B))
    let plain = try Command.run(
      try Desk.program(), ["--plain", "--as", "alice"], environment: desk.environment())
    #expect(plain.out == result.out)
  }
}

extension Desk {
  /// The journal's file.
  fileprivate var file: String { folder + "/journal.sqlite" }

  /// Every file of the folder with its bytes.
  fileprivate func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      contents[name] = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
    }
    return contents
  }
}
