import IncidentDomain
import Testing
import TextGate

/// DOMAIN.md, "Phases and legal moves".
@Suite struct PhaseMoveTests {
  private static let reason: Untrusted = "a reason that is long enough"

  private static func story(in phase: Phase, _ severity: Severity = .sev1) throws -> Story {
    var story = try Story(.sample(severity))
    try story.reach(phase)
    return story
  }

  @Test(arguments: zip(Phase.allCases, Phase.allCases.dropFirst()))
  func everyPhaseLeadsToTheNextWhenItsGateIsMet(from: Phase, to: Phase) throws {
    var story = try Self.story(in: from)
    try story.reach(to)
    #expect(story.incident.phase == to)
    #expect(story.incident.moves.last?.value.from == from)
    #expect(story.incident.moves.last?.value.overridden == [])
  }

  /// Every pair of phases: what is legal with a reason, on an incident whose gates are all met.
  @Test(arguments: Phase.allCases, Phase.allCases)
  func everyPairOfPhases(from: Phase, to: Phase) throws {
    var story = try Self.story(in: from, .sev3)
    // What the review would owe is there beforehand, so that only the way is judged.
    try story.write(
      [
        Draft(story.incident.id, .postmortemWaived(because: Self.reason), ToldTime(story.now)),
        Draft(story.incident.id, .feedbackGiven(.used, text: nil), ToldTime(story.now)),
      ], by: .ana)
    if from == .detection { try story.tell(.acknowledge) }
    if from == .triage {
      try story.tell(.stateImpact("all of it"))
      try story.tell(.setSeverity(.sev3, because: nil))
      try story.tell(.assign(.commander, "ana"))
    }
    let isBack: Bool =
      switch (from, to) {
      case (.resolution, .mitigation), (.postmortem, .triage), (.documentation, .triage),
        (.closed, .triage):
        true
      default: false
      }
    let refused = refusal { () throws(Refusal) in
      try story.tell(.move(to: to, because: Self.reason, overriding: false))
    }
    #expect(
      (refused == nil) == (to > from || isBack), "\(from) to \(to): \(String(describing: refused))")
    #expect(story.incident.phase == (refused == nil ? to : from))
    if let refused {
      #expect(refused.kind == .rule)
      #expect(!refused.reason.isEmpty && !refused.remedy.isEmpty)
    }
  }

  @Test func aMoveToWhereItStandsIsRefused() throws {
    var story = try Self.story(in: .triage)
    let refused = refusal { () throws(Refusal) in
      try story.tell(.move(to: .triage, because: Self.reason, overriding: true))
    }
    #expect(refused?.reason == "INC-42 is in triage already")
  }

  @Test(arguments: [nil, "", "short", "          ", "x         y", "123456789"] as [Untrusted?])
  func goingBackSkippingAndOverridingNeedAReasonOfTenLetters(because: Untrusted?) throws {
    var story = try Self.story(in: .resolution)
    let back = refusal { () throws(Refusal) in
      try story.tell(.move(to: .mitigation, because: because, overriding: false))
    }
    #expect(back?.reason == "going back to mitigation needs a reason of at least 10 characters")
    var early = try Story()
    let skip = refusal { () throws(Refusal) in
      try early.tell(.move(to: .mitigation, because: because, overriding: false))
    }
    #expect(skip?.reason.text.hasPrefix("skipping from detection to mitigation") == true)
    let override = refusal { () throws(Refusal) in
      try early.tell(.move(to: .triage, because: because, overriding: true))
    }
    #expect(override?.reason == "overriding a gate needs a reason of at least 10 characters")
  }

  @Test func anOverrideNamesTheGatesItPassed() throws {
    var story = try Story()
    try story.tell(.move(to: .triage, because: Self.reason, overriding: true))
    #expect(story.incident.moves.last?.value.overridden == ["acknowledged"])
    try story.tell(.move(to: .mitigation, because: Self.reason, overriding: true))
    #expect(
      story.incident.moves.last?.value.overridden == ["severity-confirmed", "impact", "commander"])
    try story.tell(.startRun(.sample))
    try story.tell(.move(to: .resolution, because: Self.reason, overriding: true))
    #expect(story.incident.moves.last?.value.overridden == ["mitigated", "run-ended", "verified"])
    #expect(story.incident.milestones[.mitigated] == nil)
    #expect(story.incident.openRun != nil)
    try story.tell(.move(to: .postmortem, because: Self.reason, overriding: true))
    #expect(story.incident.moves.last?.value.overridden == ["recovered"])
    try story.tell(.move(to: .documentation, because: Self.reason, overriding: true))
    #expect(story.incident.moves.last?.value.overridden == ["post-mortem", "action-item"])
    try story.tell(.move(to: .closed, because: Self.reason, overriding: true))
    #expect(story.incident.moves.last?.value.overridden == ["feedback"])
  }

  @Test func whatIsLegalIsShownAsItIsDecided() throws {
    for phase in Phase.allCases {
      let story = try Self.story(in: phase)
      for move in story.incident.possibleMoves {
        var copy = story
        let refused = refusal { () throws(Refusal) in
          try copy.tell(
            .move(to: move.to, because: move.needsReason ? Self.reason : nil, overriding: false))
        }
        #expect((refused == nil) == move.isLegal, "\(phase) to \(move.to)")
        #expect(move.isLegal || !move.because.isEmpty)
      }
    }
  }

  @Test func anAlertThatResolvedItselfSkipsTheWorkButNotTheReview() throws {
    var story = try Story(.sample(.sev2))
    try story.tell(.move(to: .postmortem, because: "the alert resolved itself", overriding: false))
    #expect(story.incident.phase == .postmortem)
    #expect(story.incident.milestones[.recovered] != nil)
    #expect(story.incident.milestones[.resolved] != nil)
    #expect(story.incident.milestones[.mitigated] == nil)
    let refused = refusal { () throws(Refusal) in
      try story.tell(.move(to: .closed, because: Self.reason, overriding: false))
    }
    #expect(refused?.reason.text.contains("the post-mortem is not published") == true)
  }

  @Test func theMoveToResolutionRecordsWhatStoppedTheImpact() throws {
    var story = try Self.story(in: .mitigation)
    let refused = refusal { () throws(Refusal) in
      try story.tell(.move(to: .resolution, because: nil, overriding: false))
    }
    #expect(refused?.reason.text.contains("mitigation not recorded") == true)
    try story.tell(.move(to: .resolution, because: "rolled back", overriding: false), after: 30)
    #expect(story.incident.milestoneTexts[.mitigated] == "rolled back")
    #expect(story.incident.milestones[.mitigated] == ToldTime(story.now))
  }

  @Test func aRecoveryThatIsKnownKeepsItsTimeWhenItIsVerifiedLater() throws {
    var story = try Self.story(in: .resolution)
    let recovered = ToldTime(story.now)
    try story.tell(.reach(.recovered, text: nil))
    try story.tell(
      .move(to: .postmortem, because: "graphs are flat", overriding: false), after: 600)
    #expect(story.incident.milestones[.recovered] == recovered)
    #expect(story.incident.milestoneTexts[.recovered] == "graphs are flat")
    #expect(story.incident.milestones[.resolved] == ToldTime(recovered.instant + 600))
  }

  @Test func aToldTimeOfAMoveIsNotThatOfTheRecoveryBeforeIt() throws {
    var story = try Self.story(in: .resolution)
    let recovered = ToldTime(story.now)
    try story.tell(.reach(.recovered, text: nil))
    let told = ToldTime(story.now + 300)
    try story.tell(
      .move(to: .postmortem, because: "graphs are flat", overriding: false), at: told, after: 600)
    #expect(story.incident.milestones[.recovered] == recovered)
    #expect(story.incident.milestones[.resolved] == told)
  }

  @Test func goingBackTakesBackWhatHadStoppedTheImpact() throws {
    var story = try Self.story(in: .resolution)
    try story.tell(.move(to: .mitigation, because: "errors are back again", overriding: false))
    #expect(story.incident.milestones[.mitigated] == nil)
    #expect(story.incident.milestoneTexts[.mitigated] == nil)
    #expect(story.timer(.mitigate)?.isRunning == true)
    #expect(story.timer(.mitigate)?.history.isEmpty == false)
  }
}
