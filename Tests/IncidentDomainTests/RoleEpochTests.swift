import IncidentDomain
import Testing
import TextGate

/// A role has one holder, and a command that saw another one is refused (RELIABILITY 13).
@Suite struct RoleEpochTests {
  @Test func aRoleThatIsHeldIsNotAssignedOverItsHolder() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    let refused = refusal { () throws(Refusal) in
      try story.tell(.assign(.commander, "bob"), by: .bob, after: 60)
    }
    #expect(
      refused?.reason == "ana is Incident Commander since 2025-11-18T12:00:00Z (epoch 1)")
    #expect(refused?.remedy.text.contains("--take --because") == true)
    #expect(story.incident.commander == "ana")
  }

  @Test func ofTwoWhoTakeOverAtOnceTheSecondIsToldWhoHasIt() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    let seen = story.incident.epoch(of: .commander)
    try story.tell(
      .takeOver(.commander, to: "bob", epoch: seen, because: "ana lost her link"), by: .bob)
    let late = refusal { () throws(Refusal) in
      try story.tell(
        .takeOver(.commander, to: "carol", epoch: seen, because: "ana lost her link"), by: .carol)
    }
    #expect(late?.reason.text.contains("bob is Incident Commander since") == true)
    #expect(late?.reason.text.contains("epoch 2") == true)
    #expect(story.incident.commander == "bob")
    #expect(story.incident.vacancies.count == 1, "a take-over leaves no gap")
  }

  @Test func aTakeOverNeedsAReasonAndSomebodyToTakeItFrom() throws {
    var story = try Story()
    let nobody = refusal { () throws(Refusal) in
      try story.tell(.takeOver(.scribe, to: "bob", epoch: nil, because: "nobody writes it down"))
    }
    #expect(nobody?.reason.text.hasPrefix("nobody is Scribe") == true)
    try story.tell(.assign(.scribe, "ana"))
    let short = refusal { () throws(Refusal) in
      try story.tell(.takeOver(.scribe, to: "bob", epoch: nil, because: "me"), by: .bob)
    }
    #expect(short?.reason.text.contains("at least 10 characters") == true)
    let events = try story.tell(
      .takeOver(.scribe, to: "bob", epoch: nil, because: "ana went to sleep"), by: .bob)
    #expect(
      story.incident.narrate(events[0]) == "Scribe: bob, taken over from ana: ana went to sleep")
  }

  @Test func anOfferOfAnOldEpochHasLapsed() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    try story.tell(.offer(.commander, to: "bob", brief: nil))
    try story.tell(
      .takeOver(.commander, to: "carol", epoch: nil, because: "ana is on a plane"), by: .carol,
      after: 30)
    let late = refusal { () throws(Refusal) in try story.tell(.accept(.commander), by: .bob) }
    #expect(
      late?.reason.text.hasPrefix("the offer of Incident Commander to you has lapsed: carol is")
        == true)
    #expect(story.incident.commander == "carol")
  }

  @Test func onlyTheHolderOrTheCommanderHandsOnAndGivesUp() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    try story.tell(.assign(.operations, "bob"))
    let offered = refusal { () throws(Refusal) in
      try story.tell(.offer(.operations, to: "carol", brief: nil), by: .carol)
    }
    #expect(offered?.reason == "bob is Operations Lead and hands it over")
    let taken = refusal { () throws(Refusal) in
      try story.tell(.vacate(.operations, "bob"), by: .carol)
    }
    #expect(taken?.kind == .rule)
    try story.tell(.vacate(.operations, "bob"), by: .ana)
    #expect(story.incident.roles[.operations] == nil)
    #expect(story.incident.epoch(of: .operations) == 2)
  }

  @Test func everyRoleHasDuties() {
    for role in Role.allCases { #expect(role.duties.count >= 2, "\(role)") }
  }
}

@Suite struct LookAlikeTests {
  @Test(
    arguments: [
      ("alice", "\u{430}lice"), ("bob", "b0b"), ("carol", "caro1"), ("Ivan", "lvan"),
      ("ana", "Ana"), ("dora", "do\u{200B}ra"), ("ernie", "emie"), ("jos\u{E9}", "jose\u{301}"),
      ("eve", "\u{FF45}ve"), ("wanda", "vvanda"), ("ana.b", "ana-b"),
    ] as [(Untrusted, Untrusted)])
  func namesThatLookTheSameAreFound(name: Untrusted, other: Untrusted) {
    #expect(name.skeleton == other.skeleton)
    #expect(name.lookAlike(among: ["zoe", other]) == other)
  }

  @Test(
    arguments: [("ana", "anna"), ("bob", "rob"), ("carol", "karol"), ("", "ana")]
      as [(Untrusted, Untrusted)])
  func othersAreNot(name: Untrusted, other: Untrusted) {
    #expect(name.lookAlike(among: [other]) == nil)
  }

  @Test func aNameIsNoLookAlikeOfItself() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    #expect(story.incident.marked("ana") == "ana")
    try story.tell(.assign(.scribe, "\u{430}na"))
    #expect(story.incident.marked("ana").text.contains("LOOKS LIKE"))
    #expect(story.incident.warning(of: "ANA") != nil)
  }
}
