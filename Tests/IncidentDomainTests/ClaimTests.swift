import IncidentDomain
import Testing
import TextGate

/// Who is on a step, for how long, and how another takes it (issue: per-step claim).
@Suite struct ClaimTests {
  private static func held(_ severity: Severity = .sev1) throws -> Story {
    var story = try Story(.sample(severity))
    try story.tell(.startRun(.sample), by: .carol)
    try story.tell(.moveStep(run: nil, step: "1", .started, takingOver: false))
    return story
  }

  private static func claim(_ story: Story) throws -> Claim? {
    let run = try #require(story.incident.openRun)
    return story.incident.claim(on: try #require(run.step(named: "1")), in: run)
  }

  @Test func aLiveClaimIsTakenWithAReasonOnly() throws {
    var story = try Self.held()
    for reason in [nil, " "] as [Untrusted?] {
      let refused = refusal { () throws(Refusal) in
        try story.tell(
          .moveStep(
            run: nil, step: "1", .takenOver(from: "ana", because: reason), takingOver: false),
          by: .bob, after: 1)
      }
      #expect(
        refused?.reason
          == "taking over step 1 from ana, who wrote last at 2025-11-18T12:00:00Z, needs a reason")
    }
    let events = try story.tell(
      .moveStep(
        run: nil, step: "1", .takenOver(from: "ana", because: "ana is on the phone"),
        takingOver: false), by: .bob, after: 60)
    #expect(
      events.map { story.incident.narrate($0) }
        == ["took over step 1: Find the leader from ana (ana is on the phone)"])
    #expect(try Self.claim(story)?.holder == "bob")
    #expect(try Self.claim(story)?.since == story.now)
  }

  @Test(arguments: [(Severity.sev1, 1800), (.sev2, 3600), (.sev3, 1800)])
  func aClaimExpiresWhenItsHolderIsNotHeardOf(severity: Severity, seconds: Int) throws {
    var story = try Self.held(severity)
    // Whatever the holder records keeps it alive; what others record does not.
    try story.tell(.note("looking"), after: 600)
    try story.tell(.note("and you?"), by: .carol, after: 600)
    let claim = try #require(try Self.claim(story))
    #expect(claim.lastSign == Instant.noon + 600)
    #expect(claim.expires == Instant.noon + 600 + seconds)
    #expect(!claim.isExpired(at: claim.expires))
    let take = Command.moveStep(run: nil, step: "1", .started, takingOver: true)
    story.now = claim.expires
    #expect(refusal { () throws(Refusal) in try story.tell(take, by: .bob) } != nil)
    let events = try story.tell(take, by: .bob, after: 1)
    #expect(
      events.map { story.incident.narrate($0) }
        == ["took over step 1: Find the leader from ana (the claim had expired)"])
  }

  @Test func ofTwoWhoTakeItFromOneTheSecondIsToldWhoHasIt() throws {
    var story = try Self.held()
    let take = Command.moveStep(
      run: nil, step: "1", .takenOver(from: "ana", because: "no answer"), takingOver: false)
    try story.tell(take, by: .bob, after: 5)
    let refused = refusal { () throws(Refusal) in try story.tell(take, by: .carol, after: 1) }
    #expect(refused?.reason == "step 1 is held by bob since 2025-11-18T12:00:05Z")
    #expect(try Self.claim(story)?.holder == "bob")
  }

  @Test func endingAnothersStepTakesItOverAndSaysWhy() throws {
    var story = try Self.held()
    let done = { (note: Untrusted?) in
      Command.moveStep(run: nil, step: "1", .done(note: note), takingOver: true)
    }
    let refused = refusal { () throws(Refusal) in try story.tell(done(nil), by: .bob) }
    #expect(refused?.reason.text.contains("needs a reason") == true)
    let events = try story.tell(done("ana said so on the phone"), by: .bob, after: 9)
    #expect(
      events.map(\.body) == [
        .stepMoved(
          run: story.incident.runs[0].id, step: "find",
          .takenOver(from: "ana", because: "ana said so on the phone")),
        .stepMoved(
          run: story.incident.runs[0].id, step: "find", .done(note: "ana said so on the phone")),
      ])
    #expect(try Self.claim(story) == nil)
  }

  @Test func nobodysStepIsStartedAndOnesOwnIsNot() throws {
    var story = try Self.held()
    let own = refusal { () throws(Refusal) in
      try story.tell(
        .moveStep(run: nil, step: "1", .takenOver(from: "ana", because: "x"), takingOver: false))
    }
    #expect(own?.reason == "step 1 is started already")
    try story.tell(
      .moveStep(run: nil, step: "3", .takenOver(from: "ana", because: "x"), takingOver: false),
      by: .bob)
    #expect(story.incident.runs[0].steps["restart"]?.by == "bob")
    if case .stepMoved(_, _, let move) = story.incident.events.last?.body {
      #expect(move == .started)
    }
  }

  @Test func aStepThatFailedStopsTheRun() throws {
    var story = try Self.held()
    try story.tell(.moveStep(run: nil, step: "1", .failed(note: "no route"), takingOver: false))
    #expect(story.incident.openRun?.stoppedAt?.number == "1")
    let ways: [StepMove] = [.started, .done(note: nil), .takenOver(from: "x", because: nil)]
    for move in ways {
      let refused = refusal { () throws(Refusal) in
        try story.tell(.moveStep(run: nil, step: "3", move, takingOver: false), by: .bob)
      }
      #expect(refused?.reason == "step 1 has failed, and the run stands there")
      #expect(
        refused?.remedy == "try it again, skip it with a reason, roll back or escalate")
    }
    let decided = refusal { () throws(Refusal) in
      try story.tell(
        .moveStep(run: nil, step: "2", .decided(answer: "No", goTo: nil), takingOver: false))
    }
    #expect(decided != nil)
    try story.tell(
      .moveStep(run: nil, step: "1", .skipped(because: "the leader is known"), takingOver: false))
    try story.tell(.moveStep(run: nil, step: "3", .started, takingOver: false))
    // What is optional stops nobody.
    try story.tell(.moveStep(run: nil, step: "3", .done(note: nil), takingOver: false))
    try story.tell(.moveStep(run: nil, step: "5", .failed(note: nil), takingOver: false))
    try story.tell(.moveStep(run: nil, step: "V1", .done(note: nil), takingOver: false))
  }

  @Test func anAnswerThatLeadsIntoTheWayBackBeginsIt() throws {
    var story = try Self.held()
    let run = try #require(story.incident.openRun?.id)
    try story.tell(
      .moveStep(run: run, step: "2", .decided(answer: "Hopeless", goTo: "undo"), takingOver: false))
    #expect(story.incident.openRun?.rollback == story.now)
    #expect(story.incident.openRun?.nextStep?.number == "R1")
    let early = refusal { () throws(Refusal) in
      try story.tell(.endRun(run: run, .rolledBack, because: nil))
    }
    #expect(early?.reason == "step R1 is not done")
  }
}
