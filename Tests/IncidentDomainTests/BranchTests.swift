import IncidentDomain
import Testing
import TextGate

/// Two replicas that lost their link, and met again (ARCHITECTURE.md, "The record").
@Suite struct BranchTests {
  /// What each side wrote alone, then both put together, from both sides.
  private static func meet(
    _ common: Story, _ left: (inout Story) throws -> Void, _ right: (inout Story) throws -> Void
  ) throws -> Story {
    var (a, b) = (common, common)
    try left(&a)
    try right(&b)
    var (seenA, seenB) = (a, b)
    seenA.add(b.incident.events)
    seenB.add(a.incident.events)
    #expect(seenA.incident == seenB.incident)
    #expect(seenA.incident.heads.count == 2)
    seenA.now = max(a.now, b.now)
    return seenA
  }

  @Test func twoCommandersAreBothKeptAndShown() throws {
    var both = try Self.meet(
      try Story(), { try $0.tell(.assign(.commander, "ana"), after: 10) },
      { try $0.tell(.assign(.commander, "bob"), by: .bob, after: 20) })
    #expect(both.incident.commander == "bob")
    let conflict = try #require(both.incident.openConflicts.first)
    #expect(conflict.about == .role(.commander))
    #expect(both.incident.events.first { $0.id == conflict.first }?.author == "ana")
    #expect(both.incident.events.first { $0.id == conflict.second }?.author == "bob")
    // A person who has seen both settles it, also by naming the one who counts already.
    let settled = try both.tell(.assign(.commander, "bob"), after: 10)
    #expect(both.incident.openConflicts.isEmpty)
    #expect(both.incident.conflicts.map(\.settledBy) == [settled[0].id])
    #expect(both.incident.heads == [settled[0].id])
  }

  @Test func aStepThatWasEndedTwiceIsShown() throws {
    var common = try Story()
    try common.tell(.startRun(.sample))
    var both = try Self.meet(
      common,
      {
        try $0.tell(.moveStep(run: nil, step: "1", .done(note: nil), takingOver: false), after: 5)
      },
      {
        try $0.tell(
          .moveStep(run: nil, step: "1", .failed(note: nil), takingOver: false), by: .bob, after: 9)
      })
    let run = try #require(both.incident.openRun?.id)
    #expect(both.incident.openConflicts.map(\.about) == [.step(run: run, step: "find")])
    #expect(both.incident.openRun?.steps["find"]?.state == .failed)
    try both.tell(.moveStep(run: nil, step: "1", .done(note: "both said so"), takingOver: false))
    #expect(both.incident.openConflicts.isEmpty)
  }

  @Test func aStepThatCountsAsDoneIsSettledByDoingItAgain() throws {
    var common = try Story()
    try common.tell(.startRun(.sample))
    var both = try Self.meet(
      common,
      {
        try $0.tell(.moveStep(run: nil, step: "3", .failed(note: nil), takingOver: false), after: 5)
      },
      { try $0.tell(.moveStep(run: nil, step: "3", .done(note: nil), takingOver: false), after: 9) }
    )
    #expect(!both.incident.openConflicts.isEmpty)
    try both.tell(.moveStep(run: nil, step: "3", .failed(note: "it is not"), takingOver: false))
    #expect(both.incident.openConflicts.isEmpty)
    let refused = refusal { () throws(Refusal) in
      try both.tell(.moveStep(run: nil, step: "3", .done(note: nil), takingOver: false))
      try both.tell(.moveStep(run: nil, step: "3", .done(note: nil), takingOver: false))
    }
    #expect(refused?.reason.text.hasSuffix("already") == true)
  }

  @Test func phasesAndEndsContradictEachOther() throws {
    var common = try Story()
    try common.reach(.mitigation)
    let both = try Self.meet(
      common, { try $0.tell(.cancel(.falsePositive, because: nil), after: 5) },
      { try $0.tell(.move(to: .resolution, because: "it was us", overriding: false), after: 9) })
    #expect(both.incident.openConflicts.map(\.about) == [.phase])
    #expect(both.incident.ending == .cancelled(.falsePositive))
  }

  @Test func eitherSideOfTwoCommandersCanBeSaidToHold() throws {
    let met = try Self.meet(
      try Story(), { try $0.tell(.assign(.commander, "ana"), after: 10) },
      { try $0.tell(.assign(.commander, "bob"), by: .bob, after: 20) })
    let conflict = try #require(met.incident.openConflicts.first)
    for (side, holder) in [(conflict.first, "ana"), (conflict.second, "bob")] {
      var both = met
      try both.tell(.settle(side), by: .carol, after: 5)
      #expect(both.incident.openConflicts.isEmpty)
      #expect(both.incident.commander == Untrusted(holder))
      #expect(both.incident.heads.count == 1)
      // It is settled once.
      #expect(
        refusal { () throws(Refusal) in try both.tell(.settle(side), by: .carol) }?.kind == .rule)
    }
  }

  @Test func eitherSideOfAStepAndOfAPhaseCanBeSaidToHold() throws {
    var common = try Story()
    try common.tell(.startRun(.sample))
    var step = try Self.meet(
      common,
      {
        try $0.tell(
          .moveStep(run: nil, step: "1", .done(note: "by ana"), takingOver: false), after: 5)
      },
      {
        try $0.tell(
          .moveStep(run: nil, step: "1", .failed(note: nil), takingOver: false), by: .bob, after: 9)
      })
    let first = try #require(step.incident.openConflicts.first?.first)
    try step.tell(.settle(first), by: .carol, after: 5)
    #expect(step.incident.openConflicts.isEmpty)
    #expect(step.incident.openRun?.steps["find"]?.state == .done)
    #expect(step.incident.openRun?.steps["find"]?.note == "by ana")
    #expect(step.incident.openRun?.steps["find"]?.by == "ana")

    var course = try Story()
    try course.reach(.mitigation)
    let met = try Self.meet(
      course, { try $0.tell(.cancel(.falsePositive, because: nil), after: 5) },
      { try $0.tell(.move(to: .resolution, because: "it was us", overriding: false), after: 9) })
    let conflict = try #require(met.incident.openConflicts.first)
    var ended = met
    try ended.tell(.settle(conflict.first), by: .carol, after: 5)
    #expect(ended.incident.openConflicts.isEmpty)
    #expect(ended.incident.ending == .cancelled(.falsePositive))
    var open = met
    let refused = refusal { () throws(Refusal) in try open.tell(.settle(conflict.second)) }
    #expect(refused?.remedy.text.contains("mayday reopen") == true)
  }

  /// Who did a step and when is the side's; who settled it is on the record beside it.
  @Test func whoSettlesAStepHasNotDoneIt() throws {
    var common = try Story()
    try common.tell(.startRun(.sample))
    let met = try Self.meet(
      common,
      {
        try $0.tell(.moveStep(run: nil, step: "1", .started, takingOver: false), after: 5)
        try $0.tell(.moveStep(run: nil, step: "1", .done(note: nil), takingOver: false), after: 60)
      },
      {
        try $0.tell(
          .moveStep(run: nil, step: "1", .started, takingOver: false), by: .bob, after: 9)
        try $0.tell(
          .moveStep(run: nil, step: "1", .failed(note: nil), takingOver: false), by: .bob,
          after: 100)
      })
    let conflict = try #require(met.incident.openConflicts.first)
    for (id, author, seconds) in [(conflict.first, "ana", 60), (conflict.second, "bob", 100)] {
      var both = met
      let side = try #require(both.incident.events.first { $0.id == id })
      let settlement = try both.tell(.settle(id), by: .carol, after: 600)
      let progress = try #require(both.incident.openRun?.steps["find"])
      #expect(progress.by == Untrusted(author))
      #expect(progress.ended == side.occurred.instant)
      #expect(progress.elapsedSeconds(at: both.now) == seconds)
      #expect(settlement.map(\.author) == ["carol"])
      #expect(settlement.map(\.body) == [.settled(id)])
      #expect(both.incident.narrate(settlement[0]).text.contains("\(author)'s entry holds"))
      // A record from elsewhere may name settlements of settlements without end.
      let again = both.incident.narrate(.settled(settlement[0].id))
      #expect(again.text == "says that \(settlement[0].id.short.text) holds")
      #expect(both.incident.conflicts.map(\.settledBy) == [settlement[0].id])
      #expect(Incident.fold(both.incident.events.reversed()) == both.incident)
      // Taken back, it is open again.
      try both.tell(.reverse([settlement[0].id]), by: .carol, after: 5)
      #expect(both.incident.openConflicts.count == 1)
    }
  }

  /// Two who settle one contradiction without having seen each other: the same way, and each in
  /// theirs.
  @Test func settlementsCanMeetTooAndContradictEachOther() throws {
    let met = try Self.meet(
      try Story(), { try $0.tell(.assign(.commander, "ana"), after: 10) },
      { try $0.tell(.assign(.commander, "bob"), by: .bob, after: 20) })
    let conflict = try #require(met.incident.openConflicts.first)
    let same = try Self.meet(
      met, { try $0.tell(.settle(conflict.first), by: .carol, after: 5) },
      { try $0.tell(.settle(conflict.first), by: .bob, after: 9) })
    #expect(same.incident.openConflicts.isEmpty)
    #expect(same.incident.commander == "ana")
    var apart = try Self.meet(
      met, { try $0.tell(.settle(conflict.first), by: .carol, after: 5) },
      { try $0.tell(.settle(conflict.second), by: .bob, after: 9) })
    let open = try #require(apart.incident.openConflicts.first)
    #expect(apart.incident.openConflicts.count == 1)
    #expect(apart.incident.commander == "bob")
    try apart.tell(.settle(open.first), by: .carol, after: 5)
    #expect(apart.incident.openConflicts.isEmpty)
    #expect(apart.incident.commander == "ana")
    #expect(Incident.fold(apart.incident.events.reversed()) == apart.incident)
  }

  @Test func whatIsNotSharedYetIsProvisional() throws {
    var story = try Story()
    try story.tell(.startRun(.sample))
    let role = try story.tell(.assign(.commander, "ana"))
    let step = try story.tell(.moveStep(run: nil, step: "1", .started, takingOver: false))
    let note = try story.tell(.note("a"))
    let incident = story.incident
    #expect(incident.provisional([]) == .nothing)
    let some = incident.provisional(Set((role + step + note).map(\.id)))
    let run = try #require(incident.openRun?.id)
    #expect(some.count == 3 && !some.number)
    #expect(some.roles == [.commander])
    #expect(some.steps == [Provisional.Step(run: run, step: "find")])
    #expect(incident.provisional([incident.id]).number)
  }

  @Test func whatDoesNotContradictIsNoConflict() throws {
    let both = try Self.meet(
      try Story(),
      {
        try $0.tell(.note("a"), after: 5)
        try $0.tell(.assign(.scribe, "ana"))
        try $0.tell(.assign(.expert, "ana"))
      },
      {
        try $0.tell(.note("b"), after: 5)
        try $0.tell(.assign(.deputy, "bob"))
        try $0.tell(.assign(.expert, "bob"))
      })
    #expect(both.incident.conflicts.isEmpty)
    #expect(both.incident.others.map(\.person).count == 2)
  }

  @Test func whatWasTakenBackContradictsNothing() throws {
    let both = try Self.meet(
      try Story(),
      {
        let written = try $0.tell(.assign(.commander, "ana"), after: 5)
        try $0.tell(.reverse(written.map(\.id)), after: 5)
      }, { try $0.tell(.assign(.commander, "bob"), by: .bob, after: 7) })
    #expect(both.incident.conflicts.isEmpty)
    #expect(both.incident.commander == "bob")
  }

  /// Equal recorded times: the smaller id first, parents always before their children.
  @Test func tiesAreOrderedByIDAndParentsFirst() throws {
    var common = try Story()
    common.now = common.now + 5
    var all = common
    for actor in [Actor.ana, .bob, .carol] {
      for text in ["a", "b", "c"] as [Untrusted] {
        var branch = common
        try branch.tell(.note(text), by: actor)
        try branch.tell(.note("and on"), by: actor)
        all.add(branch.incident.events)
      }
    }
    var seen: Set<EventID> = []
    for event in all.incident.events {
      #expect(event.parents.allSatisfy(seen.contains))
      seen.insert(event.id)
    }
    let firsts = all.incident.events.filter { $0.parents == [all.incident.id] }.map(\.id)
    #expect(firsts.count == 9)
    // Each is the smallest of those that may come, so a later one is smaller only than its parent's.
    #expect(all.incident.events[1].id == firsts.min())
    #expect(firsts == firsts.sorted())
  }

  @Test func eventsOfAnotherIncidentsDeclarationMakeNone() throws {
    #expect(Incident.fold([]) == nil)
    var story = try Story()
    let noted = try story.tell(.note("alone"))
    #expect(Incident.fold(noted) == nil)
  }
}
