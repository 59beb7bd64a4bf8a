import IncidentDomain
import Testing
import TextGate

@Suite struct ReviewTests {
  private static func reviewed(_ severity: Severity = .sev2) throws -> Story {
    var story = try Story(.sample(severity))
    try story.reach(.postmortem)
    return story
  }

  @Test func aPostmortemIsPublishedAfterTheResolution() throws {
    var story = try Story()
    let early = refusal { () throws(Refusal) in try story.tell(.publishPostmortem("too early")) }
    #expect(
      early?.reason == "INC-42 is in detection: a post-mortem is published after resolution")
    story = try Self.reviewed()
    let none = refusal { () throws(Refusal) in try story.tell(.publishPostmortem(nil)) }
    #expect(none?.reason == "there is no post-mortem draft to publish")
    try story.tell(.savePostmortem("first"))
    try story.tell(.savePostmortem("second"))
    try story.tell(.publishPostmortem(nil), after: 60)
    #expect(story.incident.postmortem == .published(text: "second", at: story.now))
    for command in [Command.savePostmortem("x"), .publishPostmortem("x")] {
      let refused = refusal { () throws(Refusal) in try story.tell(command) }
      #expect(refused?.kind == .rule)
    }
  }

  @Test func onlyTheLesserSeveritiesWaive() throws {
    for severity in Severity.allCases {
      var story = try Self.reviewed(severity)
      let refused = refusal { () throws(Refusal) in
        try story.tell(.waivePostmortem(because: "a known fault, fixed"))
      }
      #expect((refused != nil) == (severity <= .sev2))
    }
    var story = try Self.reviewed(.sev4)
    let short = refusal { () throws(Refusal) in try story.tell(.waivePostmortem(because: "why")) }
    #expect(short?.reason.text.hasPrefix("waiving the post-mortem needs a reason") == true)
  }

  @Test func anActionItemHasAnOwnerAndADueDate() throws {
    var story = try Self.reviewed()
    let blank = refusal { () throws(Refusal) in
      try story.tell(.addAction("alert on lag", owner: " ", due: .noon))
    }
    #expect(blank?.reason == "the owner is empty")
    let far = refusal { () throws(Refusal) in
      try story.tell(.addAction("x", owner: "bob", due: Instant(milliseconds: .max)))
    }
    #expect(far?.kind == .badValue)
    let added = try story.tell(.addAction("alert on lag", owner: "bob", due: .noon + 86_400))
    let drop = refusal { () throws(Refusal) in
      try story.tell(.settleAction(added[0].id, .dropped, because: nil))
    }
    #expect(drop?.reason.text.hasPrefix("dropping an action item needs a reason") == true)
    try story.tell(.settleAction(added[0].id, .done, because: nil))
    #expect(story.incident.actions.first?.outcome == .done)
    let again = refusal { () throws(Refusal) in
      try story.tell(.settleAction(added[0].id, .done, because: nil))
    }
    #expect(again?.reason == "that action item is settled already")
    let none = refusal { () throws(Refusal) in
      try story.tell(.settleAction(story.incident.id, .done, because: nil))
    }
    #expect(none?.kind == .notFound)
  }

  @Test func actionItemsAreSettledAfterTheClosing() throws {
    var story = try Story()
    try story.reach(.closed)
    let action = try #require(story.incident.actions.first)
    try story.tell(.settleAction(action.id, .done, because: nil), after: 900_000)
    #expect(story.incident.actions.first?.outcome == .done)
  }

  @Test(arguments: [FeedbackVerdict.wrong, .missing])
  func feedbackThatFindsAFaultSaysWhich(verdict: FeedbackVerdict) throws {
    var story = try Self.reviewed()
    for text in [nil, " "] as [Untrusted?] {
      let refused = refusal { () throws(Refusal) in
        try story.tell(.giveFeedback(verdict, text: text))
      }
      #expect(refused?.kind == .badValue)
    }
    try story.tell(.giveFeedback(verdict, text: "step 3 names the wrong host"))
    #expect(story.incident.feedback.last?.value.verdict == verdict)
  }
}
