import Foundation
import Glibc
import TerminalHarness
import Testing

/// Each exit code of COMMANDS.md, with one sentence on standard error.
@Suite struct ExitCodeTests {
  @Test func zeroWhenDoneAndOneWhenTheDomainRefuses() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.done("ack", "1")
    try desk.fails(1, "ack", "1", because: "acknowledged by")
  }

  @Test func sixtyFourForWrongUsage() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.fails(64, "nonsense", because: "nonsense")
    try desk.fails(64, "ack")
    try desk.fails(64, "phase", "1", "limbo", because: "detection, triage, mitigation")
    try desk.fails(64, "severity", "1", "9")
    try desk.fails(64, "declare", "Odd", "--severity", "0")
    try desk.fails(64, "note", "1", "- it is", because: "put -- before")
    try desk.done("note", "1", "--", "- it is")
    try desk.fails(64, "note", "1", "text", "--at", "tomorrow", because: "tomorrow is no time")
    try desk.fails(64, "promise", "1", "text", "--in", "soon", because: "soon is no length of time")
    try desk.fails(64, "list", "--utc", "--zone", "Europe/Berlin")
    try desk.fails(64, "list", "--zone", "Mars/Base", because: "no time zone Mars/Base")
    try desk.fails(64, "list", "--as", " ")
    try desk.fails(64, "--store", "mysql://x", "list", because: "mysql")
    try desk.fails(64, "--store", "sqlite:", "list", because: "empty")
    try desk.fails(64, "timeline", "1", "--format", "html", because: "no HTML and no CSV yet")
    try desk.fails(64, "timeline", "1", "--format", "pdf", because: "no format")
    try desk.fails(64, "correct", "1", "abcdefg")
    try desk.fails(64, "list", "--active", "--closed")
  }

  @Test func sixtyFiveForBadData() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.fails(65, "note", "1", " ", because: "empty")
    try desk.fails(65, "note", "1", "text", "--at", "2999-01-01", because: "in the future")
    try desk.fails(65, "declare", "  ", because: "needs a title")
    try desk.fails(65, "declare", "Odd", "--tier", "9", because: "no tier 9")
    try "{\"events\": [],\n \"heads\": nul}".write(
      toFile: desk.path("bad.json"), atomically: false, encoding: .utf8)
    try desk.fails(65, "verify", "bad.json", because: "bad.json is not sound: it is no exported")
    try desk.fails(65, "verify", "bad.json", because: "line 2, column 11")
    let program = try Binary.path(named: "mayday")
    let command = try desk.tool(
      "/bin/sh", ["-c", "exec \"$0\" note 1 \"$(printf 'caf\\351')\"", program])
    #expect(command.status == .exited(65))
    #expect(command.err.contains("argument 3 is not UTF-8: caf"))
    #expect(try desk.object("show", "1")["events"] as? [String] != nil)
    #expect(try Desk.object(desk.done("verify", "--json"))["events"] as? Int == 1)
  }

  @Test func sixtySixForWhatIsNotThere() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.fails(66, "show", "2", because: "no incident 2")
    try desk.fails(66, "show", "INC-99")
    try desk.fails(66, "show", "abcdef012")
    try desk.fails(66, "show", "not-an-incident")
    try desk.fails(66, "ack", "2")
    try desk.fails(66, "merge", "1", "2")
    try desk.fails(66, "verify", "./no-such-file", because: "no-such-file cannot be read")
  }

  @Test func sixtyNineForAStoreThatCannotBeReached() throws {
    let desk = try Desk()
    try desk.fails(69, "show", "1", because: "mayday declare makes one")
    try desk.fails(69, "--store", desk.path("no/folder/journal.sqlite"), "list")
    // Nothing listens on port 1.
    try desk.fails(69, "--store", "postgresql://anna@127.0.0.1:1/mayday", "list")
    let secret = try desk.fails(
      77, "--store", "postgresql://anna:hunter2@db/mayday", "list", because: "password")
    #expect(!secret.err.contains("hunter2"))
  }

  @Test func seventyThreeWhenItCannotWrite() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try Binary.path(named: "mayday")
    try FileManager.default.createDirectory(
      atPath: desk.path("folder"), withIntermediateDirectories: false)
    try desk.fails(73, "timeline", "1", "--output", desk.path("folder"), because: "not a regular")
    try desk.fails(73, "timeline", "1", "--output", desk.path("none/t.md"))
    try FileManager.default.createSymbolicLink(
      atPath: desk.path("link"), withDestinationPath: desk.path("elsewhere"))
    try desk.fails(73, "timeline", "1", "--output", desk.path("link"), because: "not a regular")
    #expect(!FileManager.default.fileExists(atPath: desk.path("elsewhere")))

    let full = try desk.tool("/bin/sh", ["-c", "exec \"$0\" show 1 > /dev/full", program])
    #expect(full.status == .exited(73))
    #expect(full.err.contains("standard output cannot be written: No space left on device"))
  }

  @Test func seventyFiveWhenTheStoreIsKeptBusy() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let holder = try TerminalProgram(
      "/usr/bin/sqlite3", [desk.store], environment: desk.environment)
    try holder.send("BEGIN EXCLUSIVE; SELECT 'held' || 'now';\n")
    _ = try holder.waitFor("the lock") { $0.contains("heldnow") }
    let command = try Command.run(
      Binary.path(named: "mayday"), ["note", "1", "text"], environment: desk.environment,
      within: .seconds(60))
    #expect(command.status == .exited(75), "\(command.err)")
    #expect(command.err.contains("try again"))
  }

  @Test func seventySevenForWhatIsNotPermitted() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    for words in [
      ["declare", "x"], ["ack", "1"], ["note", "1", "x"], ["postmortem", "draft", "1"],
      ["action", "add", "1", "x", "--owner", "a", "--due", "1d"], ["exec", "1", "--", "true"],
      ["feedback", "1", "used"],
    ] {
      let command = try desk.run(["--observer"] + words)
      #expect(command.status == .exited(77), "\(words): \(command.err)")
      #expect(command.err.contains("an observer changes nothing"))
    }
    try desk.fails(77, "--no-exec", "exec", "1", "--", "true", because: "runs no commands")
    #expect((try desk.object("show", "1")["events"] as? [String])?.count == 1)
    for words in [["list"], ["show", "1"], ["timeline", "1"], ["verify"], ["timers"], ["card"]] {
      #expect(try desk.run(["--observer", "--no-exec"] + words).status == .exited(0))
    }
  }
}
