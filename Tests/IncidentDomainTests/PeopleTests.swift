import IncidentDomain
import Testing
import TextGate

@Suite struct PeopleTests {
  @Test(arguments: Role.allCases.filter(\.isSingle))
  func aHandOverCountsWhenTheReceiverAccepts(role: Role) throws {
    var story = try Story()
    try story.tell(.assign(role, "ana"))
    try story.tell(.offer(role, to: "bob", brief: "all yours"))
    #expect(story.incident.roles[role] == "ana")
    #expect(story.incident.offers[role]?.from == "ana")
    let other = refusal { () throws(Refusal) in try story.tell(.accept(role), by: .carol) }
    #expect(other?.reason.text.hasSuffix("is offered to bob, not to carol") == true)
    try story.tell(.accept(role), by: .bob)
    #expect(story.incident.roles[role] == "bob")
    #expect(story.incident.offers.isEmpty)
  }

  @Test func untilItIsAnsweredTheGiverHasIt() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    try story.tell(.offer(.commander, to: "bob", brief: nil))
    let twice = refusal { () throws(Refusal) in
      try story.tell(.offer(.commander, to: "carol", brief: nil))
    }
    #expect(twice?.reason == "Incident Commander is offered to bob and not answered")
    try story.tell(.decline(.commander), by: .bob)
    #expect(story.incident.commander == "ana")
    let late = refusal { () throws(Refusal) in try story.tell(.accept(.commander), by: .bob) }
    #expect(late?.reason == "Incident Commander is not offered to anybody")
  }

  @Test func anExpertWhoHandsOverLeaves() throws {
    var story = try Story()
    try story.tell(.assign(.expert, "ana"))
    try story.tell(.assign(.expert, "carol"))
    try story.tell(.offer(.expert, to: "bob", brief: nil))
    #expect(story.incident.others.map(\.person) == ["ana", "carol"])
    try story.tell(.accept(.expert), by: .bob)
    #expect(story.incident.others.map(\.person) == ["carol", "bob"])
  }

  @Test func namingSomebodyEndsAnOpenOffer() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    try story.tell(.offer(.commander, to: "bob", brief: nil))
    try story.tell(
      .takeOver(.commander, to: "carol", epoch: 1, because: "ana lost her link"), by: .carol)
    #expect(story.incident.offers.isEmpty)
    #expect(story.incident.commander == "carol")
  }

  @Test func whatIsHeldIsNotGivenTwiceAndWhatIsNotIsNotGivenUp() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    let twice = refusal { () throws(Refusal) in try story.tell(.assign(.commander, "ana")) }
    #expect(twice?.reason == "ana is Incident Commander already")
    let vacate = refusal { () throws(Refusal) in try story.tell(.vacate(.scribe, "ana")) }
    #expect(vacate?.reason == "ana is not Scribe")
    let blank = refusal { () throws(Refusal) in try story.tell(.assign(.scribe, "  ")) }
    #expect(blank?.kind == .badValue)
  }

  @Test func theBriefWritesItself() throws {
    var story = try Story()
    try story.reach(.mitigation)
    try story.tell(.startRun(.sample))
    try story.tell(.promise("ring the provider", due: story.now + 600), by: .bob)
    try story.tell(.publishUpdate("we are on it", .public))
    try story.tell(.offer(.commander, to: "bob", brief: nil))
    let brief = try #require(story.incident.offers[.commander]?.brief.raw)
    for part in [
      "SEV-1, mitigation, declared 2025-11-18T12:00:00Z", "impact: checkout fails", "update due",
      "Patroni recovery, 0 of 6 steps, next 1 Find the leader", "ring the provider, bob",
      "we are on it",
    ] {
      #expect(brief.contains(part), "\(part) in:\n\(brief)")
    }
  }

  @Test func aPromiseHasAnOwnerAndATimeToCome() throws {
    var story = try Story()
    let late = refusal { () throws(Refusal) in try story.tell(.promise("x", due: .noon)) }
    #expect(late?.kind == .badValue)
    let far = refusal { () throws(Refusal) in
      try story.tell(.promise("x", due: Instant(milliseconds: .max)))
    }
    #expect(far?.reason == "the time is not within the years 1 to 9999")
    let made = try story.tell(.promise("back in ten", due: .noon + 600), by: .bob)
    #expect(story.incident.promises.first?.owner == "bob")
    try story.tell(.keepPromise(made[0].id), by: .ana, after: 60)
    #expect(story.incident.promises.first?.kept == story.now)
    let again = refusal { () throws(Refusal) in try story.tell(.keepPromise(made[0].id)) }
    #expect(again?.reason == "that promise is kept already")
    let none = refusal { () throws(Refusal) in
      try story.tell(.keepPromise(story.incident.id))
    }
    #expect(none?.kind == .notFound)
  }

  @Test func nobodyActsWithoutAName() throws {
    var story = try Story()
    for name in ["", "  ", "a\u{0}b"] as [Untrusted] {
      let refused = refusal { () throws(Refusal) in
        try story.tell(.acknowledge, by: Actor(person: name, account: "x", host: "h"))
      }
      #expect(refused?.kind == .notPermitted)
    }
  }
}
