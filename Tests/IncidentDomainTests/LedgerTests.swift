import IncidentDomain
import Testing
import TextGate

/// The ledger of timers: why, since when, what stops it, and what moved it.
@Suite struct LedgerTests {
  private func history(_ story: Story, _ kind: IncidentTimer.Kind, level: Int? = nil) -> String {
    story.timer(kind, level: level)?.history.map(\.text).joined(separator: "\n") ?? ""
  }

  @Test func anUpdateIsPutOffWithAReason() throws {
    var story = try Story()
    try story.tell(
      .snoozeUpdate(until: .noon + 2400, because: "the provider calls back at 12:30"), after: 600)
    let timer = try #require(story.timer(.update))
    #expect(timer.due == .noon + 2400)
    #expect(
      timer.history.last
        == "2025-11-18T12:10:00Z put off to 2025-11-18T12:40:00Z by ana: the provider calls back at 12:30"
    )
    // A real update ends it: the next one is due after the policy's time again.
    try story.tell(.publishUpdate("we are on it", .internal), after: 60)
    #expect(story.timer(.update)?.due == story.now + 900)
    for (until, because) in [(-1, "it is long past"), (90_000, "until tomorrow night"), (60, "no")]
    {
      let refused = refusal { () throws(Refusal) in
        try story.tell(.snoozeUpdate(until: story.now + until, because: Untrusted(because)))
      }
      #expect(refused != nil, "\(until)")
    }
  }

  @Test func anAcknowledgementSaysUntilWhenItHolds() throws {
    var story = try Story()
    #expect(story.timer(.expiry) == nil)
    try story.tell(.acknowledge, after: 60)
    #expect(story.timer(.expiry)?.due == .noon + 60 + 1800)
    try story.tell(.note("looking"), after: 600)
    #expect(story.timer(.expiry)?.due == .noon + 660 + 1800)
    story.now = .noon + 660 + 1801
    #expect(story.timer(.expiry) == nil, "it has expired: the target runs anew")
    #expect(story.timer(.acknowledge)?.since == .noon + 660 + 1800)
    #expect(story.incident.boardRow.deadlines.contains { $0.kind == .expiry } == false)
  }

  private static var repeating: Policy {
    var policy = Policy.builtIn
    policy.escalationRepeats = .minutes(10)
    return policy
  }

  @Test func theLadderBeginsAgainUntilSomebodyAnswers() throws {
    var story = try Story(.sample(policy: Self.repeating))
    try story.tell(.escalate(level: 4, because: nil), after: 3600)
    story.now = .noon + 3600 + 599
    #expect(story.timer(.escalate, level: 1)?.met != nil)
    story.now = .noon + 3600 + 600
    let again = try #require(story.timer(.escalate, level: 1))
    #expect(again.isRunning)
    #expect(again.due == story.now + 300)
    #expect(history(story, .escalate, level: 1).contains("round 2: 10 min after its last level"))
    // Round after round, as long as the last level is called and nobody acknowledges.
    try story.tell(.escalate(level: 4, because: nil), after: 60)
    story.now = story.now + 600
    #expect(history(story, .escalate, level: 4).contains("round 3"))
    try story.tell(.acknowledge, after: 30)
    #expect(story.timer(.escalate, level: 1)?.state == .met)
    try story.tell(
      .move(to: .postmortem, because: "it came back by itself", overriding: true), after: 60)
    #expect(
      story.incident.timers(at: story.now).filter { $0.kind == .escalate }
        .allSatisfy { !$0.isRunning })
  }

  @Test func whoIsAcknowledgedIsNotCalledAgain() throws {
    var story = try Story(.sample(policy: Self.repeating))
    try story.tell(.acknowledge, after: 60)
    try story.tell(.escalate(level: 4, because: nil), after: 60)
    story.now = story.now + 900
    #expect(
      story.incident.timers(at: story.now).filter { $0.kind == .escalate }
        .allSatisfy { !$0.isRunning })
  }

  @Test func withoutAnIntervalTheLadderIsClimbedOnce() throws {
    var story = try Story()
    try story.tell(.escalate(level: 4, because: nil), after: 3600)
    story.now = story.now + 90_000
    #expect(story.timer(.escalate, level: 1)?.isRunning == false)
  }

  @Test func aTargetInWorkingDaysSaysWhatItLeavesOut() throws {
    let story = try Story(.sample(.sev3), now: Instant.of("2025-11-21T16:00:00Z"))
    // Friday afternoon and one working day is Monday afternoon.
    #expect(story.timer(.resolve)?.due == (try Instant.of("2025-11-24T16:00:00Z")))
    #expect(history(story, .resolve).contains("Monday to Friday in UTC; holidays are not known"))
  }

  @Test func whatIsBreachedOfTheTierCallsForDisasterRecovery() throws {
    var story = try Story(.sample(tier: 1))
    story.now = .noon + 3600
    #expect(story.timer(.recover)?.consequence == nil)
    story.now = .noon + 3601
    #expect(story.timer(.recover)?.consequence == "invoke the disaster recovery plan")
    #expect(history(story, .recover).contains("counts from the declaration"))
  }

  @Test func anActionItemIsDueAtTheEndOfItsDay() throws {
    var story = try Story()
    let item = try story.tell(
      .addAction("alert on lag", owner: "bob", due: Instant.of("2025-11-20T00:00:00Z")))
    #expect(story.timer(.action)?.due == (try Instant.of("2025-11-21T00:00:00Z")))
    try story.tell(.settleAction(item[0].id, .done, because: nil), after: 60)
    #expect(story.timer(.action)?.state == .met)
  }

  @Test func nothingRunsAfterTheEnd() throws {
    var story = try Story(.sample(tier: 1))
    try story.tell(.promise("call back", due: story.now + 600))
    try story.tell(
      .propose(Proposal(text: "x", risk: "y", asked: ["bob"], due: story.now + 600)))
    try story.tell(.addAction("alert on lag", owner: "bob", due: story.now + 86_400))
    try story.reach(.closed)
    for seconds in [0, 60, 900_000] {
      let running = story.incident.timers(at: story.now + seconds).filter(\.isRunning)
      #expect(running.isEmpty, "\(running.map(\.label))")
    }
  }

  @Test func whoTookTheCommandIsInTheHistory() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"), after: 60)
    try story.tell(.vacate(.commander, "ana"), after: 600)
    #expect(history(story, .commander).contains("12:00:00Z to 2025-11-18T12:01:00Z nobody"))
  }
}
