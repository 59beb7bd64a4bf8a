import Foundation
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
    let none = try place.run(["list"], ["MAYDAY_STORE": url, "PGPASSFILE": "/nonexistent"])
    #expect(none.status == .exited(69))
    #expect(none.err.contains("password"), "\(none.err)")
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
}
