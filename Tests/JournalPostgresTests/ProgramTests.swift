import Foundation
import Journal
import PostgresHarness
import TerminalHarness
import Testing

/// The real program on a PostgreSQL store.
@Suite struct ProgramTests {
  @Test func anIncidentIsWorkedOnBySubcommands() throws {
    let place = try Place()
    func done(_ arguments: String...) throws -> String {
      let result = try place.run(arguments)
      #expect(result.status == .exited(0), "\(arguments): \(result.err)")
      return result.out
    }
    #expect(try done("declare", "Checkout returns 503", "--severity", "1").hasPrefix("INC-1 "))
    _ = try done("ack", "1")
    _ = try done("--as", "bob", "note", "1", "leader is db-2")
    #expect(try done("list").contains("Checkout returns 503"))
    #expect(try done("show", "INC-1").contains("Checkout returns 503"))
    #expect(try done("timeline", "1").contains("leader is db-2"))
    #expect(try done("verify").contains("is sound: 3 events"))
    let export = place.folder + "/inc-1.json"
    _ = try done("timeline", "1", "--format", "json", "--output", export)
    #expect(try done("verify", export).contains("is sound: 3 events"))
    #expect(try done("store", "info").contains("PostgreSQL"))
    // Output of commands is on this host, in the account's own folder.
    _ = try done("exec", "1", "--", "echo", "hello")
    #expect(
      FileManager.default.fileExists(atPath: place.folder + "/.local/share/mayday/output"))
    let refused = try place.run(["ack", "1"])
    #expect(refused.status == .exited(1))
    #expect(try place.run(["show", "9"]).status == .exited(66))
  }

  @Test func theSQLThatIsPrintedMakesAStore() throws {
    let place = try Place()
    let database = try place.server.makeDatabase()
    let printed = try place.run(["store", "init", "--print-sql"], ["MAYDAY_STORE": ""])
    #expect(printed.status == .exited(0))
    try place.server.sql(printed.out, in: database)
    let changes = ["MAYDAY_STORE": place.server.url(database)]
    #expect(try place.run(["declare", "Odd"], changes).status == .exited(0))
    let again = try place.run(["store", "init"], changes)
    #expect(again.status == .exited(73))
    #expect(again.err.contains("already"))
    let none = try place.run(
      ["list"], ["MAYDAY_STORE": place.server.url(try place.server.makeDatabase())])
    #expect(none.status == .exited(69))
    #expect(none.err.contains("mayday store init"))
  }

  @Test func thePasswordComesFromAFileAndIsNeverShown() throws {
    let place = try Place()
    let url = place.server.networkURL(place.database)
    let file = try place.passwordFile()
    let ok = try place.run(["list"], ["MAYDAY_STORE": url, "PGPASSFILE": file])
    #expect(ok.status == .exited(0), "\(ok.err)")
    // Where nothing of the store was ever seen there is nothing to go on with.
    let none = try place.run(
      ["list"],
      ["MAYDAY_STORE": url, "PGPASSFILE": "/nonexistent", "XDG_DATA_HOME": place.folder + "/new"])
    #expect(none.status == .exited(69))
    #expect(none.err.contains("password"), "\(none.err)")
    let seen = try place.run(["list"], ["MAYDAY_STORE": url, "PGPASSFILE": "/nonexistent"])
    #expect(seen.status == .exited(0))
    #expect(seen.err.contains("password"), "\(seen.err)")
    let inside = url.replacing("mayday@", with: "mayday:hunter2@")
    let refused = try place.run(["--store", inside, "list"])
    #expect(refused.status == .exited(77))
    #expect(!refused.err.contains("hunter2"))
  }

  @Test func aServerThatIsAwayIsOneSentence() throws {
    let place = try Place()
    let away = place.url.replacing("port=\(place.server.port)", with: "port=1")
    let result = try place.run(["list"], ["MAYDAY_STORE": away])
    #expect(result.status == .exited(69))
    let lines = result.err.split(separator: "\n")
    #expect(lines.count == 1)
    #expect(lines.first?.contains("cannot be reached") == true)
  }

  /// What is written while the server is away waits on this host, and the next call shares it.
  @Test func theCommandLineGoesOnWhileTheServerIsAway() throws {
    let place = try Place()
    let proxy = try OutageProxy(place)
    defer { proxy.close() }
    let store = ["MAYDAY_STORE": proxy.url]
    func done(_ words: String...) throws -> (out: String, err: String) {
      let result = try place.run(words, store)
      #expect(result.status == .exited(0), "\(words): \(result.err)")
      return (result.out, result.err)
    }
    _ = try done("declare", "Checkout returns 503", "--severity", "1")
    proxy.turn(.resetting)
    let noted = try done("note", "1", "leader is db-2")
    #expect(noted.out.contains("not yet shared"))
    #expect(noted.err.contains("the store cannot be reached"))
    #expect(try done("ack", "1", "--json").out.contains("\"unshared\":true"))
    let declared = try done("declare", "Search is slow", "--severity", "3")
    #expect(declared.out.contains("INC-2 is provisional"), "\(declared.out)")
    #expect(try done("list").out.contains("Search is slow"))
    #expect(try done("show", "2").out.contains("its number may be another's"))
    #expect(try done("store", "info", "--json").out.contains("\"unshared\":3"))
    // What a rule forbids is forbidden here too, what this host never saw is not made up.
    #expect(try place.run(["ack", "1"], store).status == .exited(1))
    let unseen = try place.run(["show", "9"], store)
    #expect(unseen.status == .exited(69))
    #expect(unseen.err.contains("has not seen"), "\(unseen.err)")
    // The record itself cannot be verified from here, and who only looks keeps nothing here.
    #expect(try place.run(["verify"], store).status == .exited(69))
    #expect(try place.run(["list", "--observer"], store).status == .exited(69))
    #expect(try place.open().board(BoardQuery(tab: nil)).total == 1)
    proxy.turn(.passing)
    let back = try done("list")
    #expect(back.err.contains("3 entries that waited on this host are shared now"), "\(back.err)")
    #expect(try done("list").err.isEmpty)
    #expect(try place.open().find("INC-2") != place.open().find("INC-1"))
    #expect(try place.run(["timeline", "1"]).out.contains("leader is db-2"))
  }

  /// Where nothing can be kept on this host either, nobody is told that it was.
  @Test func aDiskThatIsFullHereIsToldToo() throws {
    let place = try Place()
    let proxy = try OutageProxy(place)
    defer { proxy.close() }
    let store = ["MAYDAY_STORE": proxy.url]
    #expect(try place.run(["declare", "Checkout returns 503"], store).status == .exited(0))
    proxy.turn(.resetting)
    // No file may grow past a block: what a full disk says, for this program alone.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" note 1 kept"
    let environment = TerminalProgram.environment.merging([
      "HOME": place.folder, "TZ": "UTC", "SWIFT_BACKTRACE": "enable=no",
    ]) { $1 }.merging(store) { $1 }
    let full = try TerminalHarness.Command.run(
      "/bin/sh", ["-c", script, try Binary.path(named: "mayday")], environment: environment)
    #expect(full.status == .exited(73), "\(full.out) \(full.err)")
    #expect(full.err.contains("it cannot be kept on this host"), "\(full.err)")
    #expect(full.out.isEmpty)
    proxy.turn(.passing)
    #expect(try !place.run(["timeline", "1"], store).out.contains("kept"))
  }
}
