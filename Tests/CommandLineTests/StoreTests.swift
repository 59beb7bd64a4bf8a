import Foundation
import Glibc
import TerminalHarness
import Testing

/// Stores that are missing, torn, newer or closed to the account; and a way out that is closed.
@Suite struct StoreTests {
  @Test func aStoreThatWasNotBegunIsAnEmptyListAndNothingIsMade() throws {
    let desk = try Desk()
    let list = try desk.run("list")
    #expect(list.status == .exited(0))
    #expect(list.out == "")
    #expect(list.err.contains("there is no store at \(desk.store) yet"))
    #expect(try desk.run("timers", "--json").status == .exited(0))
    #expect(!FileManager.default.fileExists(atPath: desk.store))
  }

  @Test func withoutANameTheStoreIsInTheAccountsDataFolder() throws {
    let desk = try Desk()
    let home = desk.path("home")
    let changes = ["MAYDAY_STORE": "", "HOME": home]
    #expect(try desk.run(["list"], changes).status == .exited(0))
    #expect(try desk.run(["declare", "Odd"], changes).status == .exited(0))
    var status = stat()
    #expect(stat(home + "/.local/share/mayday/journal.sqlite", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(stat(home + "/.local/share/mayday", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o700)
    let data = changes.merging(["XDG_DATA_HOME": desk.path("data")]) { $1 }
    #expect(try desk.run(["declare", "Odd"], data).out.hasPrefix("INC-1 "))
    #expect(FileManager.default.fileExists(atPath: desk.path("data/mayday/journal.sqlite")))
  }

  @Test func theStoreIsNamedByOptionThenByEnvironment() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd", "--store", desk.path("other.sqlite"))
    #expect(!FileManager.default.fileExists(atPath: desk.store))
    try desk.done("--store", "sqlite:" + desk.path("other.sqlite"), "show", "1")
    try desk.done("--store", "sqlite://" + desk.path("other.sqlite"), "show", "1")
    #expect(try desk.done("paths", "--store", "x.sqlite").contains("x.sqlite (not there)"))
    #expect(try desk.object("paths")["store"] as? String == desk.store)
  }

  @Test func whatIsNoStoreIsToldAndLeftAsItIs() throws {
    let desk = try Desk()
    let text = String(repeating: "no store at all\n", count: 100)
    try text.write(toFile: desk.store, atomically: false, encoding: .utf8)
    try desk.fails(65, "list", because: "is damaged or is not a store")
    try desk.fails(65, "declare", "Odd")
    #expect(try String(contentsOfFile: desk.store, encoding: .utf8) == text)
    try desk.fails(69, "--store", desk.folder.path, "list", because: "is not a file")
  }

  @Test func aTornStoreIsTold() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    for number in 1...40 { try desk.done("note", "1", "entry \(number) of many") }
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: desk.store)[.size] as? Int)
    #expect(truncate(desk.store, off_t(size / 2)) == 0)
    let command = try desk.run("timeline", "1")
    #expect(command.status == .exited(65), "\(command.err)")
    #expect(command.err.contains("damaged"))
  }

  @Test func anEventThatWasChangedIsNamed() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let note = try desk.object("note", "1", "the leader is node-1")
    try desk.done("note", "1", "all quiet")
    let id = try #require((note["events"] as? [String])?.first)
    let sqlite = try desk.tool(
      "/usr/bin/sqlite3",
      [
        desk.store, "PRAGMA writable_schema=ON",
        "DELETE FROM sqlite_schema WHERE type = 'trigger'", "PRAGMA writable_schema=RESET",
        "UPDATE event SET json = replace(json, 'node-1', 'node-2')",
      ])
    #expect(sqlite.status == .exited(0), "\(sqlite.err)")
    let command = try desk.run("verify", "--json")
    #expect(command.status == .exited(65))
    let object = try Desk.object(command.out)
    #expect(object["ok"] as? Bool == false)
    #expect(object["event"] as? String == id)
    #expect(command.err.contains("event \(id)"))
  }

  @Test func aStoreOfANewerProgramIsRefusedUnchanged() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    _ = try desk.tool("/usr/bin/sqlite3", [desk.store, "PRAGMA user_version = 99"])
    let before = try Data(contentsOf: URL(filePath: desk.store))
    try desk.fails(69, "list", because: "newer")
    try desk.fails(69, "note", "1", "text")
    #expect(try Data(contentsOf: URL(filePath: desk.store)) == before)
  }

  @Test func aStoreThatCannotBeWrittenCanBeRead() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try Binary.path(named: "mayday")
    // A read-only bind mount in a namespace of its own; root may write past file modes.
    let script = """
      mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd / &&
      "$0" show 1 >/dev/null && "$0" list && exec "$0" note 1 text
      """
    let command = try desk.tool(
      "/usr/bin/unshare", ["-m", "sh", "-c", script, program, desk.folder.path])
    #expect(command.out.contains("Odd"), "\(command.err)")
    #expect(command.status == .exited(73), "\(command.err)")
    #expect(command.err.contains("read-only file system"))
  }

  @Test func aReaderThatLeavesIsNoError() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    for _ in 1...20 { try desk.done("note", "1", String(repeating: "long ", count: 2000)) }
    let program = try Binary.path(named: "mayday")
    let command = try desk.tool(
      "/bin/bash", ["-c", "\"$0\" timeline 1 | head -n 1; echo \"${PIPESTATUS[0]}\"", program])
    #expect(command.out.hasSuffix("\n0\n"))
    #expect(command.err == "")
  }

  @Test func aClosedStandardOutputIsToldAndSpoilsNothing() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try Binary.path(named: "mayday")
    let command = try desk.tool("/bin/sh", ["-c", "exec \"$0\" note 1 text >&-", program])
    #expect(command.status == .exited(73))
    #expect(command.err.contains("what was asked is done"))
    #expect(command.err.contains("Bad file descriptor"))
    #expect(try desk.done("timeline", "1").contains("text"))
    let silent = try desk.tool("/bin/sh", ["-c", "exec \"$0\" note 1 more >&- 2>&- <&-", program])
    #expect(silent.status == .exited(73))
    try desk.done("verify")
  }

  @Test func helpAndVersionNeedNoStore() throws {
    let desk = try Desk()
    try "broken".write(toFile: desk.store, atomically: false, encoding: .utf8)
    for words in [
      ["--help"], ["help", "show"], ["show", "--help"], ["run", "--help"], ["--version"], ["card"],
      ["contacts"], ["paths"], ["manual"], ["--generate-completion-script", "bash"],
    ] {
      let command = try desk.run(words, ["MAYDAY_STORE": "postgresql://x", "HOME": "/nonexistent"])
      #expect(command.status == .exited(0), "\(words): \(command.err)")
      #expect(try desk.run(words).status == .exited(0))
    }
  }
}
