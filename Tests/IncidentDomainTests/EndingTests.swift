import IncidentDomain
import Testing
import TextGate

/// Ends other than closed, and the ways back (DOMAIN.md).
@Suite struct EndingTests {
  private static let back = Command.reopen(because: "it was real after all")

  @Test(arguments: Phase.allCases.filter(\.isActive), CancelReason.allCases)
  func anActiveIncidentIsCancelledAndReopened(phase: Phase, reason: CancelReason) throws {
    var story = try Story()
    try story.reach(phase)
    try story.tell(.cancel(reason, because: nil), after: 60)
    #expect(story.incident.ending == .cancelled(reason))
    #expect(story.incident.phase == phase)
    #expect(story.incident.timers(at: story.now + 9_000_000).allSatisfy { !$0.isRunning })
    #expect(story.incident.possibleMoves.isEmpty)
    try story.tell(Self.back, after: 60)
    #expect(story.incident.ending == nil)
    #expect(story.incident.phase == min(phase, .triage))
    #expect(story.incident.milestones[.mitigated] == nil)
    #expect(!story.incident.timers(at: story.now).filter(\.isRunning).isEmpty)
  }

  @Test func aClosedIncidentIsReopenedNotCancelled() throws {
    var story = try Story()
    try story.reach(.closed)
    let cancel = refusal { () throws(Refusal) in try story.tell(.cancel(.test, because: nil)) }
    #expect(cancel?.reason == "INC-42 is closed: cancelling is not possible")
    try story.tell(Self.back, after: 3600)
    #expect(story.incident.phase == .triage)
    #expect(story.incident.milestones[.resolved] == nil)
  }

  @Test func reopeningNeedsAReasonAndSomethingToReopen() throws {
    var story = try Story()
    let open = refusal { () throws(Refusal) in try story.tell(Self.back) }
    #expect(open?.reason == "INC-42 is open in detection")
    try story.tell(.cancel(.test, because: nil))
    let short = refusal { () throws(Refusal) in try story.tell(.reopen(because: "no")) }
    #expect(short?.reason == "reopening needs a reason of at least 10 characters")
  }

  @Test func cancellingEndsARun() throws {
    var story = try Story()
    try story.tell(.startRun(.sample))
    try story.tell(.cancel(.external, because: "the provider's"))
    #expect(story.incident.runs.first?.outcome == .abandoned)
  }

  /// A run that was let through by an override ended with nobody ending it.
  @Test func leavingTheWorkEndsEveryRun() throws {
    var story = try Story()
    try story.reach(.mitigation)
    try story.tell(.startRun(.sample))
    try story.tell(
      .move(to: .resolution, because: "we are in a hurry here", overriding: true))
    try story.tell(.move(to: .postmortem, because: "orders go through", overriding: false))
    #expect(story.incident.runs.allSatisfy { $0.outcome == .abandoned })
  }

  @Test func mergingPointsBothWays() throws {
    let target = try Story(.sample(number: 7)).incident
    var story = try Story()
    try story.reach(.mitigation)
    try story.tell(.merge(into: MergeTarget(target)), after: 60)
    #expect(story.incident.ending == .merged(into: target.id, number: 7))
    #expect(story.forOthers.map(\.incident) == [target.id])
    #expect(story.forOthers.map(\.body) == [.absorbed(story.incident.id, number: 42)])
    #expect(story.incident.timers(at: story.now + 9_000_000).allSatisfy { !$0.isRunning })
    let refused = refusal { () throws(Refusal) in
      try story.tell(.move(to: .resolution, because: "what stopped it", overriding: false))
    }
    #expect(refused?.remedy.text.contains("INC-7") == true)
    try story.tell(.unmerge, after: 60)
    #expect(story.incident.ending == nil)
    #expect(story.incident.phase == .mitigation)
    #expect(story.timer(.resolve)?.isRunning == true)
  }

  @Test func aRunOfAMergedIncidentIsNotWalked() throws {
    let target = try Story(.sample(number: 7)).incident
    var story = try Story()
    try story.tell(.startRun(.sample))
    try story.tell(.merge(into: MergeTarget(target)))
    let refused = refusal { () throws(Refusal) in
      try story.tell(.moveStep(run: nil, step: "1", .started, takingOver: false))
    }
    #expect(refused?.reason == "INC-42 is merged into INC-7: walking a runbook is not possible")
    try story.tell(.unmerge)
    try story.tell(.moveStep(run: nil, step: "1", .started, takingOver: false))
  }

  @Test func whatCannotBeMergedIsRefused() throws {
    var story = try Story()
    let itself = refusal { () throws(Refusal) in
      try story.tell(.merge(into: MergeTarget(story.incident)))
    }
    #expect(itself?.reason == "INC-42 cannot be merged into itself")
    var over = try Story(.sample(number: 8))
    try over.tell(.cancel(.test, because: nil))
    let ended = refusal { () throws(Refusal) in
      try story.tell(.merge(into: MergeTarget(over.incident)))
    }
    #expect(ended?.reason == "INC-8 has ended and takes no other in")
    let unmerged = refusal { () throws(Refusal) in try story.tell(.unmerge) }
    #expect(unmerged?.reason == "INC-42 is not merged")
  }

  /// What may still be written after each end, by command.
  @Test func anEndedIncidentTakesNotesAndRefusesWork() throws {
    let work: [Command] = [
      .acknowledge, .setSeverity(.sev2, because: "less than thought"), .stateImpact("x"),
      .assign(.scribe, "bob"), .offer(.scribe, to: "bob", brief: nil),
      .promise("back in ten", due: .noon + 900_000), .publishUpdate("x", .public),
      .skipUpdate(because: "nothing has changed"), .escalate(level: 2, because: nil),
      .cancel(.test, because: nil), .startRun(.sample), .giveFeedback(.used, text: nil),
    ]
    for isCancelled in [true, false] {
      var story = try Story()
      if isCancelled {
        try story.tell(.cancel(.test, because: nil))
      } else {
        try story.reach(.closed)
      }
      for command in work {
        let refused = refusal { () throws(Refusal) in try story.tell(command) }
        #expect(refused?.kind == .rule, "\(command)")
        #expect(refused?.remedy.isEmpty == false, "\(command)")
      }
      try story.tell(.note("remembered later"))
      try story.tell(.pin(story.incident.id, true))
      try story.tell(.correct(story.incident.events[0].id, text: "it was the cart"))
    }
  }

  @Test func reopeningAsksForTheReviewAgain() throws {
    var story = try Story()
    try story.reach(.closed)
    try story.tell(Self.back)
    #expect(story.incident.postmortem == .draft(text: "what we learned", at: story.now))
    try story.reach(.postmortem)
    #expect(story.incident.gates(into: .documentation).map(\.rule) == ["post-mortem"])
    try story.tell(.publishPostmortem("what we learned the second time"))
    #expect(story.incident.gates(into: .documentation).isEmpty)
  }

  @Test func aPublishedReviewIsNotWaived() throws {
    var story = try Story(.sample(.sev3))
    try story.reach(.documentation)
    let refused = refusal { () throws(Refusal) in
      try story.tell(.waivePostmortem(because: "not worth the time"))
    }
    #expect(refused?.reason == "the post-mortem is published already")
  }
}
