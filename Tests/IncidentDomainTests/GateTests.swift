import IncidentDomain
import Testing
import TextGate

/// Each condition of DOMAIN.md's table of gates: refused without it, by its name; allowed with it.
@Suite struct GateTests {
  private static func open(_ story: Story, into phase: Phase) -> [String] {
    story.incident.gates(into: phase).map(\.rule)
  }

  @Test func triageWaitsForAnAcknowledgement() throws {
    var story = try Story()
    #expect(Self.open(story, into: .triage) == ["acknowledged"])
    try story.tell(.acknowledge)
    #expect(Self.open(story, into: .triage) == [])
  }

  @Test func mitigationWaitsForSeverityImpactAndCommander() throws {
    var story = try Story()
    try story.reach(.triage)
    #expect(
      Self.open(story, into: .mitigation) == ["severity-confirmed", "impact", "commander"])
    try story.tell(.setSeverity(.sev1, because: nil))
    #expect(Self.open(story, into: .mitigation) == ["impact", "commander"])
    try story.tell(.stateImpact("carts are lost"))
    #expect(Self.open(story, into: .mitigation) == ["commander"])
    try story.tell(.assign(.scribe, "bob"))
    #expect(Self.open(story, into: .mitigation) == ["commander"])
    try story.tell(.assign(.commander, "bob"))
    #expect(Self.open(story, into: .mitigation) == [])
    try story.tell(.vacate(.commander, "bob"), by: .bob)
    #expect(Self.open(story, into: .mitigation) == ["commander"])
  }

  @Test func resolutionWaitsForMitigationAndTheEndOfTheRun() throws {
    var story = try Story()
    try story.reach(.mitigation)
    try story.tell(.startRun(.sample))
    #expect(Self.open(story, into: .resolution) == ["mitigated", "run-ended", "verified"])
    try story.tell(.reach(.mitigated, text: "promoted the replica"))
    #expect(Self.open(story, into: .resolution) == ["run-ended", "verified"])
    try story.tell(.endRun(run: nil, .abandoned, because: "the replica was promoted"))
    #expect(Self.open(story, into: .resolution) == [])
  }

  @Test func postmortemWaitsForAVerifiedRecovery() throws {
    var story = try Story()
    try story.reach(.resolution)
    #expect(Self.open(story, into: .postmortem) == ["recovered"])
    try story.tell(.reach(.recovered, text: nil))
    #expect(Self.open(story, into: .postmortem) == ["recovered"])
    try story.tell(.reach(.recovered, text: "orders go through"))
    #expect(Self.open(story, into: .postmortem) == [])
  }

  @Test func aRunsVerificationIsAVerification() throws {
    var story = try Story()
    try story.reach(.mitigation)
    try story.tell(.startRun(.sample))
    for step in ["1", "3", "4", "5", "V1"] {
      try story.tell(.moveStep(run: nil, step: step, .done(note: nil), takingOver: false))
    }
    try story.tell(
      .moveStep(run: nil, step: "2", .decided(answer: "perhaps", goTo: nil), takingOver: false))
    try story.tell(.endRun(run: nil, .finished, because: nil))
    try story.reach(.resolution)
    #expect(Self.open(story, into: .postmortem) == ["recovered"])
    try story.tell(.reach(.recovered, text: nil))
    #expect(Self.open(story, into: .postmortem) == [])
  }

  @Test(arguments: [Severity.sev1, .sev2])
  func documentationOfTheWorseSeveritiesWaitsForPostmortemAndAction(severity: Severity) throws {
    var story = try Story(.sample(severity))
    try story.reach(.postmortem)
    #expect(Self.open(story, into: .documentation) == ["post-mortem", "action-item"])
    try story.tell(.savePostmortem("a draft"))
    #expect(Self.open(story, into: .documentation) == ["post-mortem", "action-item"])
    try story.tell(.publishPostmortem(nil))
    #expect(Self.open(story, into: .documentation) == ["action-item"])
    let refused = refusal { () throws(Refusal) in
      try story.tell(.waivePostmortem(because: "it is not worth it"))
    }
    #expect(refused != nil)
    let action = try story.tell(.addAction("alert on lag", owner: "bob", due: story.now + 60))
    #expect(Self.open(story, into: .documentation) == [])
    try story.tell(.settleAction(action[0].id, .dropped, because: "replaced by another one"))
    #expect(Self.open(story, into: .documentation) == ["action-item"])
  }

  @Test(arguments: [Severity.sev3, .sev4])
  func documentationOfTheOthersTakesAWaiver(severity: Severity) throws {
    var story = try Story(.sample(severity))
    try story.reach(.postmortem)
    #expect(Self.open(story, into: .documentation) == ["post-mortem"])
    try story.tell(.waivePostmortem(because: "a known fault, fixed"))
    #expect(Self.open(story, into: .documentation) == [])
  }

  @Test(arguments: [(FeedbackVerdict.used, false), (.wrong, true), (.missing, true)])
  func closedWaitsForFeedbackAndWhatItFoundWrong(verdict: FeedbackVerdict, needsAction: Bool) throws
  {
    var story = try Story(.sample(.sev3))
    try story.reach(.postmortem)
    try story.tell(.waivePostmortem(because: "a known fault, fixed"))
    try story.tell(.move(to: .documentation, because: nil, overriding: false))
    #expect(Self.open(story, into: .closed) == ["feedback"])
    try story.tell(.giveFeedback(verdict, text: "step 3 names the wrong host"))
    #expect(Self.open(story, into: .closed) == (needsAction ? ["feedback-action"] : []))
    try story.tell(.addAction("mend step 3", owner: "bob", due: story.now + 60))
    #expect(Self.open(story, into: .closed) == [])
    try story.tell(.offer(.scribe, to: "carol", brief: nil))
    #expect(Self.open(story, into: .closed) == ["hand-over"])
    try story.tell(.decline(.scribe), by: .carol)
    #expect(Self.open(story, into: .closed) == [])
  }
}
