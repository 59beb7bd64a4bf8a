import Foundation
import Glibc
import PostgresHarness
import TerminalHarness
import Testing

/// The server of the record goes away in the middle of a SEV-1, with three consoles open.
@Suite(.serialized) struct StoreAwayTests {
  /// How it goes away, and comes back.
  enum Outage: CaseIterable {
    /// As in a crash: connections end.
    case killed
    /// Processes stand still: connections stay, and nothing answers.
    case stopped

    func begin(_ server: PostgresServer) throws {
      switch self {
      case .killed: try server.stop("immediate")
      case .stopped: try server.signal(SIGSTOP)
      }
    }

    func end(_ server: PostgresServer) throws {
      switch self {
      case .killed: try server.start()
      case .stopped: try server.signal(SIGCONT)
      }
    }
  }

  @Test(arguments: Outage.allCases)
  func theConsolesSayItKeepTheirKeysAndGoOn(outage: Outage) throws {
    let server = try PostgresServer()
    let desk = try Desk()
    let store = ["MAYDAY_STORE": server.url(try server.makeDatabase())]
    func run(_ words: String...) throws -> String {
      let result = try Command.run(
        try Desk.program(), words, environment: desk.environment(store), within: .seconds(40))
      #expect(result.status == .exited(0), "\(words): \(result.err)")
      return result.out
    }
    _ = try run("store", "init")
    _ = try run("declare", "Checkout returns 503", "--severity", "1")
    let consoles = try ["alice", "bob", "carol"].map { person in
      let console = try desk.console(by: person, environment: store)
      try console.press("\r", "Timeline")
      return console
    }
    let alice = consoles[0]
    try alice.press("+", "Note ── INC-1")
    try alice.type("leader is db-2")
    let clock = ContinuousClock()
    let began = clock.now
    try outage.begin(server)
    for console in consoles {
      try console.waitForText("STORE: nothing is saved now, the store", within: .seconds(7))
    }
    #expect(clock.now - began < .seconds(outage == .killed ? 5 : 6))
    // It is not said to be saved, and the text is there when the note is opened again.
    try alice.send("\r")
    try alice.waitForText("not written:", within: .seconds(20))
    try alice.press("+", "Note leader is db-2")
    // Keys answer while the store does not.
    for (number, letter) in ["!", "!", "!"].enumerated() {
      let wanted = "leader is db-2" + String(repeating: "!", count: number + 1)
      let pressed = clock.now
      try alice.type(letter)
      try alice.waitForText("Note \(wanted)")
      #expect(clock.now - pressed < .milliseconds(300))
    }
    try consoles[1].press("?", "help")
    try outage.end(server)
    for console in consoles {
      try console.waitFor("the banner gone", within: .seconds(20)) { screen in
        !screen.lines.contains { $0.contains("STORE: ") }
      }
    }
    try alice.send("\r")
    try alice.waitForText("✓ INC-1: leader is db-2!!!", within: .seconds(20))
    try consoles[2].waitForText("leader is db-2!!!", within: .seconds(5))
    #expect(try run("verify").contains("is sound"))
    let notes = try run("timeline", "1").split(separator: "\n").filter {
      $0.contains("leader is db-2")
    }
    #expect(notes.count == 1)
  }
}
