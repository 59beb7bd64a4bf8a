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
  func workGoesOnAndIsSharedOnce(outage: Outage) throws {
    let server = try PostgresServer()
    let desk = try Desk()
    let url = server.url(try server.makeDatabase())
    // Each on a host of their own: what one writes meanwhile the others do not see.
    func place(_ person: String) -> [String: String] {
      ["MAYDAY_STORE": url, "XDG_DATA_HOME": "\(desk.folder)/\(person)"]
    }
    func run(_ person: String, _ words: String...) throws -> TerminalHarness.Command {
      try Command.run(
        try Desk.program(), words + ["--as", person],
        environment: desk.environment(place(person)), within: .seconds(40))
    }
    func done(_ person: String, _ words: String...) throws -> String {
      let result = try Command.run(
        try Desk.program(), words + ["--as", person],
        environment: desk.environment(place(person)), within: .seconds(40))
      #expect(result.status == .exited(0), "\(words): \(result.err)")
      return result.out
    }
    func open(_ person: String) throws -> TerminalProgram {
      try desk.console(by: person, environment: place(person), waitingFor: "Checkout returns 503")
    }
    _ = try done("alice", "store", "init")
    _ = try done("alice", "declare", "Checkout returns 503", "--severity", "1")
    let (alice, bob, carol) = (try open("alice"), try open("bob"), try open("carol"))
    for console in [alice, bob, carol] { try console.press("\r", "Timeline") }
    // Every console has seen the same before it goes away.
    try alice.press("+", "Note ── INC-1")
    try alice.type("checkout is down")
    try alice.enter("INC-1: checkout is down")
    for console in [bob, carol] { try console.waitForText("checkout is down", within: .seconds(5)) }
    try alice.press("+", "Note ── INC-1")
    try alice.type("leader is db-2")
    let clock = ContinuousClock()
    let began = clock.now
    try outage.begin(server)
    for console in [alice, bob, carol] {
      try console.waitForText("STORE: what you write is kept on this host", within: .seconds(7))
    }
    #expect(clock.now - began < .seconds(outage == .killed ? 5 : 6))
    // Keys answer, and what was begun is written here.
    for (number, letter) in ["!", "!", "!"].enumerated() {
      let wanted = "leader is db-2" + String(repeating: "!", count: number + 1)
      let pressed = clock.now
      try alice.type(letter)
      try alice.waitForText("Note \(wanted)")
      #expect(clock.now - pressed < .milliseconds(300))
    }
    try alice.enter("not yet shared, INC-1: leader is db-2!!!")
    try alice.waitForText("(not yet shared) leader is db-2!!!")
    try alice.waitForText("STORE: 1 entry not yet shared")

    // Two people take command, each where nobody else can see it.
    for (person, console) in [("bob", bob), ("carol", carol)] {
      try console.press("o", "Incident Commander", "NOBODY")
      try console.press("\r", "Name the Incident Commander", "Incident Commander: \(person)")
      try console.enter("not yet shared, INC-1: Incident Commander: \(person)")
      // Where nobody else can be asked, who looks at it stands between the two.
      try console.waitFor("\(person) in command, provisionally") { screen in
        screen.lines.contains {
          $0.contains("Commander    \(person)") && $0.contains(", provisional: not yet shared")
        }
      }
      try console.press("q", "Timeline")
    }

    // A call of the command line keeps what it is told, and the console beside it shows it.
    let phoned = try run("carol", "note", "1", "customers phone")
    #expect(phoned.status == .exited(0), "\(phoned.err)")
    #expect(phoned.out.contains("not yet shared"), "\(phoned.out)")
    try carol.waitForText("(not yet shared) customers phone", within: .seconds(5))
    #expect(try done("carol", "show", "1").contains("NOT YET SHARED: 2 of its entries"))
    #expect(try done("carol", "store", "info").contains("not yet shared  2"))

    // A console that is killed has lost nothing, and one that is left is left at once.
    bob.signal(SIGKILL)
    _ = try bob.waitForExit()
    let second = try open("bob")
    try second.waitForText("STORE: 1 entry not yet shared")
    let left = clock.now
    try second.send("q")
    #expect(try second.waitForExit(within: .seconds(5)) == .exited(0))
    #expect(clock.now - left < .seconds(3))

    try outage.end(server)
    let third = try open("bob")
    try third.waitFor("what waited is shared", within: .seconds(20)) { screen in
      !screen.contains("STORE:")
    }
    try third.press("\r", "Timeline")
    for console in [alice, carol, third] {
      try console.waitFor("the banner gone", within: .seconds(20)) { screen in
        !screen.lines.contains { $0.contains("STORE: ") } && !screen.contains("not yet shared)")
      }
      try console.waitForText("leader is db-2!!!", within: .seconds(10))
      try console.waitForText("customers phone", within: .seconds(10))
      try console.waitForText("CONFLICT on Incident Commander", within: .seconds(10))
    }

    // Both sides, and one key.
    try alice.press(
      "X", "Settle: Incident Commander", "bob: Incident Commander: bob",
      "carol: Incident Commander: carol", "(holds now)")
    try alice.enter("INC-1: says that carol's entry holds")
    for console in [alice, carol, third] {
      try console.waitFor("the conflict settled", within: .seconds(10)) {
        !$0.contains("CONFLICT") && $0.contains("carol IC")
      }
    }
    #expect(try done("alice", "verify").contains("is sound"))
    let timeline = try done("alice", "timeline", "1").split(separator: "\n")
    for note in ["checkout is down", "leader is db-2!!!", "customers phone"] {
      #expect(timeline.count { $0.contains(note) } == 1, "\(note)")
    }
    for person in ["alice", "bob", "carol"] {
      #expect(try done(person, "store", "info").contains("not yet shared  0"))
    }
  }
}
