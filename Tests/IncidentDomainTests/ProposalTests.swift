import IncidentDomain
import Testing
import TextGate

@Suite struct ProposalTests {
  private func proposed(
    asked: [Untrusted] = ["bob", "carol"], within: Int? = 120
  ) throws -> (Story, EventID) {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"))
    let events = try story.tell(
      .propose(
        Proposal(
          text: "fail over to pg-2", risk: "two seconds of writes", alternatives: ["wait"],
          asked: asked, due: within.map { story.now + $0 })))
    return (story, events[0].id)
  }

  @Test func theOutcomeTellsTheWholeAsOneThing() throws {
    var (story, id) = try proposed()
    try story.tell(.answerProposal(nil, objects: true, because: "the lag is 40 s"), by: .bob)
    let decided = try story.tell(
      .settleProposal(id, .decided, because: "carts are lost every minute"), after: 130)
    #expect(
      story.incident.narrate(decided[0])
        == "DECIDED: fail over to pg-2 (risk: two seconds of writes; or: wait; bob objects: the lag is 40 s; silent: carol; because: carts are lost every minute)"
    )
    #expect(story.incident.deliberations.first?.settled?.outcome == .decided)
  }

  @Test func anObjectionIsPassedOverWithAReasonOnly() throws {
    var (story, id) = try proposed(asked: ["bob"])
    try story.tell(.answerProposal(id, objects: true, because: "the lag is 40 s"), by: .bob)
    let refused = refusal { () throws(Refusal) in
      try story.tell(.settleProposal(id, .decided, because: nil), after: 300)
    }
    #expect(refused?.reason.text.hasPrefix("deciding against the objection of bob") == true)
    // Who takes the objection back stands in nobody's way.
    try story.tell(.answerProposal(id, objects: false, because: nil), by: .bob)
    try story.tell(.settleProposal(id, .decided, because: nil))
  }

  @Test func silenceIsNoObjectionOnceTheTimeIsOver() throws {
    var (story, id) = try proposed(asked: ["bob"])
    let early = refusal { () throws(Refusal) in
      try story.tell(.settleProposal(id, .decided, because: nil), after: 60)
    }
    #expect(early?.reason.text.hasPrefix("deciding before bob answered") == true)
    try story.tell(.settleProposal(id, .decided, because: nil), after: 60)
  }

  @Test func theCommanderDecidesAndWhoProposedWithdraws() throws {
    var (story, id) = try proposed(asked: [])
    let other = refusal { () throws(Refusal) in
      try story.tell(.settleProposal(id, .decided, because: nil), by: .bob)
    }
    #expect(other?.reason == "ana is Incident Commander and decides")
    let withdrawn = refusal { () throws(Refusal) in
      try story.tell(.settleProposal(id, .withdrawn, because: nil), by: .bob)
    }
    #expect(withdrawn?.reason == "ana proposed it and withdraws it")
    try story.tell(.settleProposal(id, .withdrawn, because: nil))
    let again = refusal { () throws(Refusal) in
      try story.tell(.settleProposal(id, .decided, because: nil))
    }
    #expect(again?.reason == "that proposal is withdrawn by ana already")
  }

  @Test func itHasATimerThatEndsWithTheLastAnswer() throws {
    var (story, id) = try proposed()
    #expect(story.timer(.proposal)?.remainingSeconds(at: story.now) == 120)
    try story.tell(.answerProposal(id, objects: false, because: nil), by: .bob, after: 20)
    #expect(story.timer(.proposal)?.isRunning == true)
    try story.tell(.answerProposal(id, objects: false, because: nil), by: .carol, after: 20)
    #expect(story.timer(.proposal)?.state == .met)
  }

  @Test func aProposalNamesItsRisk() throws {
    var story = try Story()
    let refused = refusal { () throws(Refusal) in
      try story.tell(.propose(Proposal(text: "restart it", risk: " ")))
    }
    #expect(refused?.reason == "the risk is empty")
    #expect(
      refusal { () throws(Refusal) in
        try story.tell(.settleProposal(nil, .decided, because: nil))
      }?.reason == "no proposal is open on INC-42")
  }
}
