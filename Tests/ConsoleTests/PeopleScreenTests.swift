import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// Who looks, who has what, what is decided: the screens of people.
@Suite struct PeopleScreenTests {
  private func presence(
    _ person: Untrusted, on incident: EventID?, idle: Int, at now: Instant,
    host: Untrusted = "jump-1", client: Untrusted? = nil
  ) -> Presence {
    Presence(
      person: person, account: "ops", host: host, terminal: "pts/3", client: client, process: 7,
      incident: incident, lastKey: now - idle)
  }

  @Test func whoLooksStandsOnThePeoplesPane() throws {
    var host = FakeHost.walking()
    let incident = try #require(host.model.attention)
    host.send(
      .presence([
        presence("alice", on: incident, idle: 0, at: host.now),
        presence("bob", on: incident, idle: 200, at: host.now, host: "jump-2", client: "10.0.0.7"),
        presence("dora", on: incident, idle: 5, at: host.now),
        presence("eve", on: nil, idle: 5, at: host.now),
      ]))
    let lines = host.screen().split(separator: "\n").map(String.init)
    #expect(lines.contains { $0.contains("alice   IC         here") }, "\(host.screen())")
    // Where there is room for it, the whole; else what they do comes first.
    #expect(host.screen(120, 40).contains("operations step 2, idle 3m, jump-2"))
    #expect(lines.contains { $0.hasSuffix("operations step 2") }, "\(host.screen())")
    #expect(lines.contains { $0.contains("dora") && $0.contains("here") })
    #expect(!host.screen().contains("eve"), "who looks at the board looks at nothing here")
    // Idle time grows though no message comes.
    host.pass(60)
    #expect(host.screen(120, 40).contains("idle 4m"))
    host.press("o")
    try Snapshot.check(host, "people-present")
  }

  /// On a phone the roles fill the screen: who looks comes into sight below the last one.
  @Test func whoLooksCanBeScrolledToOnASmallScreen() throws {
    var host = FakeHost.walking()
    let incident = try #require(host.model.attention)
    let many: [Untrusted] = ["alice", "bob", "dora", "erik", "fay"]
    host.send(.presence(many.map { presence($0, on: incident, idle: 5, at: host.now) }))
    host.resize(50, 12)
    host.press("o")
    #expect(!host.screen(50, 12).contains("fay looks at it"))
    host.press("G")
    #expect(host.screen(50, 12).contains("no promise is open"), "\(host.screen(50, 12))")
    #expect(host.screen(50, 12).contains("fay looks at it"))
    host.press("k")
    #expect(!host.screen(50, 12).contains("no promise is open"), "\(host.screen(50, 12))")
    host.press("g")
    #expect(host.screen(50, 12).contains("▌ Incident Commander"))
    host.press("jjjjjj")
    #expect(host.screen(50, 12).contains("▌ Observer"))
    host.press("jjjjjj")
    #expect(host.screen(50, 12).contains("no promise is open"))
    // Nothing is hidden where there is room.
    host.resize(120, 40)
    #expect(host.screen(120, 40).contains("▌ Observer"))
    #expect(host.screen(120, 40).contains("fay looks at it"))
  }

  /// Whoever loses a role, or is offered one, is told so, whatever the last line said.
  @Test func whatOthersDoToOnesOwnRolesIsAlwaysSaid() throws {
    var host = FakeHost.walking()
    host.press("+restarted<Enter>")
    #expect(host.status.contains("✓ INC-1: restarted"))
    host.other("bob", .note("me too"), on: 1)
    #expect(host.status.contains("✓ INC-1: restarted"), "\(host.status)")
    let epoch = try #require(host.incident(1)).epoch(of: .commander)
    host.other(
      "bob", .takeOver(.commander, to: "bob", epoch: epoch, because: "alice lost her link"), on: 1)
    #expect(host.status.contains("taken over from alice"), "\(host.status)")
    host.press("+still here<Enter>")
    host.other("bob", .offer(.commander, to: "alice", brief: nil), on: 1)
    #expect(host.status.contains("bob: offers Incident Commander to alice"), "\(host.status)")
  }

  @Test func aRoleIsTakenOverWithAReason() throws {
    var host = FakeHost.walking()
    host.press("ojjj")
    host.press("<Enter>")
    #expect(host.status.contains("bob is Operations Lead since"))
    #expect(host.status.contains("b takes it over with a reason"))
    host.press("b")
    try Snapshot.check(host, "people-take-over", sizes: [(80, 24, .utf8)])
    host.press("<Tab>bob lost his link<Enter>")
    #expect(host.status.contains("Operations Lead: alice, taken over from b"))
    #expect(host.incident(1)?.roles[.operations] == "alice")
  }

  @Test func aNameThatLooksLikeAnotherIsSaidBeforeItIsWritten() throws {
    var host = FakeHost.walking()
    host.press("oj<Enter><C-u>b0b")
    #expect(host.screen().contains("CAREFUL: b0b looks like bob and is another name"))
    host.press("<Enter>q")
    #expect(host.screen(120, 40).contains("LOOKS LIKE bob"))
  }

  @Test func aProposalIsMadeObjectedToAndDecided() throws {
    var host = FakeHost.walking()
    host.press("V")
    try Snapshot.check(host, "decisions-none", sizes: [(80, 24, .utf8)])
    host.press("P")
    host.press(
      "fail over to pg-2<Tab>two seconds of writes<Tab>wait; call the provider<Tab>bob, carol")
    try Snapshot.check(host, "decisions-propose", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    #expect(host.screen().contains("waits"))
    host.other("bob", .answerProposal(nil, objects: true, because: "the lag is 40 s"), on: 1)
    try Snapshot.check(host, "decisions")
    host.press("<Enter><Enter>")
    #expect(host.status.contains("needs a reason of at least 10 characters"))
    host.press("<Tab>carts are lost every minute<Enter>")
    #expect(host.status.contains("DECIDED: fail over to pg-2"))
    #expect(host.screen().contains("decided by alice: carts are lost every minute"))
  }

  @Test func answersOnTheImpactSetTheSeverity() throws {
    var host = FakeHost.busy()
    host.press("d" + "Kafka stuck<Tab><Tab><Right><Tab><Right>")
    #expect(host.screen().contains("[SEV-1]"))
    try Snapshot.check(host, "declare-suggested", sizes: [(80, 24, .utf8)])
    // Whoever knows better says so, and that counts.
    host.press("<Up><Up><Right><Right>")
    #expect(host.screen().contains("[SEV-3]"))
  }

  @Test func anUpdateIsPutOff() throws {
    var host = FakeHost.walking()
    host.press("Z<Tab>the provider calls back<Enter>")
    #expect(host.status.contains("status update put off to"))
    host.press("LG")
    host.press("g<Down><Down><Down><Enter>")
    try Snapshot.check(host, "timer-reasons", sizes: [(80, 24, .utf8)])
  }

  @Test func aClockThatIsSetIsSaid() {
    var host = FakeHost.walking()
    host.send(
      .clockStepped(
        ClockStep(boot: "b", before: 0, after: 3_600_000, earliest: host.now)))
    #expect(host.status.contains("clock was set by +1h00: the timers go on"))
  }
}
