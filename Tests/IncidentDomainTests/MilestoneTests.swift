import IncidentDomain
import Testing
import TextGate

@Suite struct MilestoneTests {
  private static let free: [Milestone] = [.started, .detected, .mitigated, .recovered]

  @Test func anImpossibleTimeIsRefusedWithTheTwoTimesNamed() throws {
    var story = try Story(.sample(started: ToldTime(.noon - 600)))
    try story.tell(.acknowledge, after: 60)
    let refused = refusal { () throws(Refusal) in
      try story.tell(.reach(.mitigated, text: "x"), at: ToldTime(.noon - 60))
    }
    #expect(refused?.kind == .badValue)
    #expect(
      refused?.reason
        == "mitigated at 2025-11-18T11:59:00Z would be before declared at 2025-11-18T12:00:00Z")
    let detected = refusal { () throws(Refusal) in
      try story.tell(.reach(.detected, text: nil), at: ToldTime(.noon - 601))
    }
    #expect(
      detected?.reason
        == "detected at 2025-11-18T11:49:59Z would be before started at 2025-11-18T11:50:00Z")
  }

  @Test func aLateButPossibleTimeIsAcceptedWithItsOwnOccurredAt() throws {
    var story = try Story()
    story.now = .noon + 86_400
    let events = try story.tell(.reach(.detected, text: nil), at: ToldTime(.noon - 30))
    #expect(events[0].occurred == ToldTime(.noon - 30))
    #expect(events[0].recorded == .noon + 86_400)
    #expect(story.incident.milestones[.detected] == ToldTime(.noon - 30))
  }

  /// Every pair out of order is refused, every pair in order or at one time is accepted.
  @Test(arguments: free, free)
  func everyPairKeepsItsOrder(first: Milestone, second: Milestone) throws {
    for offset in [-1, 0, 1] where first != second {
      // Declared lies far enough back, or ahead, to be no part of it.
      let base = first <= .detected && second <= .detected ? Instant.noon - 100 : .noon + 100
      if (first <= .detected) != (second <= .detected) { continue }
      var story = try Story()
      story.now = .noon + 1000
      try story.tell(.reach(first, text: "said"), at: ToldTime(base))
      let refused = refusal { () throws(Refusal) in
        try story.tell(.reach(second, text: "said"), at: ToldTime(base + offset))
      }
      let isWrong = second < first ? offset > 0 : offset < 0
      #expect((refused != nil) == isWrong, "\(first) \(second) \(offset)")
    }
  }

  @Test(arguments: [
    // Told as a day, it is compared as a day: 2025-11-18 is not before noon of that day.
    (ToldTime(.noon - 43_200, .day), true), (ToldTime(.noon + 43_200, .day), false),
    (ToldTime(.noon - 129_600, .day), true),
    // Told to the minute, the seconds do not speak against it.
    (ToldTime(.noon + 0, .minute), true), (ToldTime(.noon + 60, .minute), false),
    (ToldTime(.noon + 1, .second), false),
  ])
  func toldPrecisionsAreComparedAsTold(started: ToldTime, isPossible: Bool) throws {
    let declaration = Declaration.sample(started: started)
    let refused = refusal { () throws(Refusal) in
      _ = try declaration.checked(at: nil, now: .noon + 86_400 * 2)
      _ = try declaration.checked(at: ToldTime(.noon), now: .noon + 86_400 * 2)
    }
    #expect((refused == nil) == isPossible)
  }

  @Test func theFutureIsRefusedButNotTheNextMinute() throws {
    var story = try Story()
    try story.tell(.note("clocks differ"), at: ToldTime(.noon + 60))
    let refused = refusal { () throws(Refusal) in
      try story.tell(.note("tomorrow"), at: ToldTime(.noon + 61))
    }
    #expect(
      refused?.reason == "2025-11-18T12:01:01Z is in the future; it is 2025-11-18T12:00:00Z now")
    let past = refusal { () throws(Refusal) in
      try story.tell(.note("long ago"), at: ToldTime(Instant(milliseconds: .min)))
    }
    #expect(past?.reason == "the time is not within the years 1 to 9999")
  }

  @Test(arguments: [Milestone.declared, .acknowledged, .resolved])
  func whatOtherCommandsRecordIsNotRecordedByItself(milestone: Milestone) throws {
    var story = try Story()
    let refused = refusal { () throws(Refusal) in
      try story.tell(.reach(milestone, text: "x"))
    }
    #expect(refused?.kind == .rule)
  }

  @Test func mitigationIsNotRecordedWithoutWhatStoppedTheImpact() throws {
    var story = try Story()
    for text in [nil, "  "] as [Untrusted?] {
      let refused = refusal { () throws(Refusal) in
        try story.tell(.reach(.mitigated, text: text))
      }
      #expect(refused?.reason == "what stopped the impact is not said")
    }
  }

  @Test func aTimeWithoutWordsKeepsTheWords() throws {
    var story = try Story()
    try story.tell(.reach(.recovered, text: "orders go through"), after: 600)
    try story.tell(.reach(.recovered, text: nil), at: ToldTime(.noon + 300))
    #expect(story.incident.milestoneTexts[.recovered] == "orders go through")
    #expect(story.incident.milestones[.recovered] == ToldTime(.noon + 300))
  }

  @Test func aDeclarationIsChecked() throws {
    func problem(_ declaration: Declaration, at told: ToldTime? = nil) -> Showable? {
      refusal { () throws(Refusal) in _ = try declaration.checked(at: told, now: .noon) }?.reason
    }
    #expect(problem(.sample()) == nil)
    #expect(problem(.sample(tier: 4)) == "the policy has no tier 4")
    var blank = Declaration.sample()
    blank.title = " "
    #expect(problem(blank) == "an incident needs a title")
    #expect(problem(.sample(), at: ToldTime(.noon + 61)) != nil)
    #expect(
      problem(.sample(started: ToldTime(.noon + 30)))?.text.contains("would be before") == true)
    var withNull = Declaration.sample()
    withNull.service = "a\u{0}"
    #expect(problem(withNull)?.text.contains("NUL") == true)
  }
}
