import IncidentDomain
import Testing
import TextGate

@Suite struct AcknowledgementTests {
  @Test func oneIsEnoughWhileItLives() throws {
    var story = try Story()
    try story.tell(.acknowledge, after: 60)
    let refused = refusal { () throws(Refusal) in try story.tell(.acknowledge, by: .bob, after: 60)
    }
    #expect(refused?.reason == "INC-42 is acknowledged by ana already")
  }

  /// 30 minutes for SEV-1, 60 for SEV-2, never for the others.
  @Test(arguments: [(Severity.sev1, 1800), (.sev2, 3600)])
  func itExpiresWhenNothingIsRecorded(severity: Severity, seconds: Int) throws {
    var story = try Story(.sample(severity))
    try story.tell(.acknowledge, after: 60)
    story.now = story.now + seconds
    #expect(story.timer(.acknowledge)?.state == .met)
    story.now = story.now + 1
    let timer = try #require(story.timer(.acknowledge))
    #expect(timer.isRunning)
    #expect(timer.since == .noon + 60 + seconds)
    #expect(timer.history.last?.text.contains("expired") == true)
    #expect(story.timer(.escalate, level: 2)?.since == .noon + 60 + seconds)
  }

  @Test(arguments: [Severity.sev3, .sev4])
  func itDoesNotExpireForTheOthers(severity: Severity) throws {
    var story = try Story(.sample(severity))
    try story.tell(.acknowledge, after: 60)
    story.now = story.now + 90 * 86_400
    #expect(story.timer(.acknowledge)?.state == .met)
  }

  @Test func whatIsRecordedKeepsItAlive() throws {
    var story = try Story()
    try story.tell(.acknowledge, after: 60)
    for _ in 0..<10 { try story.tell(.note("still on it"), by: .bob, after: 1799) }
    #expect(story.timer(.acknowledge)?.state == .met)
    // Once it has expired, a note does not bring it back: somebody must say so.
    try story.tell(.note("anybody here?"), by: .bob, after: 1801)
    #expect(story.timer(.acknowledge)?.isRunning == true)
  }

  @Test func itIsGivenAgainAndTheHistoryTellsIt() throws {
    var story = try Story()
    try story.tell(.acknowledge, after: 60)
    try story.tell(.acknowledge, by: .bob, after: 2000)
    #expect(story.incident.acknowledgement?.by == "bob")
    #expect(story.incident.milestones[.acknowledged] == ToldTime(.noon + 60))
    #expect(story.timer(.acknowledge)?.state == .met)
    #expect(story.timer(.acknowledge)?.history.count == 1)
    #expect(story.incident.expiries.map(\.from) == [.noon + 1860])
    #expect(story.incident.expiries.map(\.to) == [.noon + 2060])
  }

  @Test func escalationStartsAgainWhenItExpires() throws {
    var story = try Story()
    try story.tell(.acknowledge, after: 60)
    try story.tell(.escalate(level: nil, because: nil), after: 60)
    try story.tell(.escalate(level: nil, because: nil), after: 60)
    #expect(story.incident.calls.map(\.value) == [1, 2])
    story.now = story.now + 1801
    let expired = story.now - 1
    #expect(story.timer(.escalate, level: 2)?.since == expired)
    #expect(story.timer(.escalate, level: 2)?.isRunning == true)
    try story.tell(.escalate(level: nil, because: nil), after: 60)
    #expect(story.incident.calls.map(\.value) == [1, 2, 1])
    try story.tell(.escalate(level: nil, because: nil), after: 60)
    #expect(story.timer(.escalate, level: 2)?.state == .met)
  }

  @Test func theLastLevelHasNoNext() throws {
    var story = try Story()
    for level in 1...4 {
      try story.tell(.escalate(level: nil, because: nil))
      #expect(story.incident.calls.last?.value == level)
    }
    let refused = refusal { () throws(Refusal) in
      try story.tell(.escalate(level: nil, because: nil))
    }
    #expect(refused?.reason == "it is escalated to the last level, 4, already")
    try story.tell(.escalate(level: 4, because: "no answer yet"))
    for level in [0, 5, -1] {
      let none = refusal { () throws(Refusal) in
        try story.tell(.escalate(level: level, because: nil))
      }
      #expect(none?.kind == .badValue)
    }
  }

  @Test func inTheReviewItIsGivenOnlyWhenItNeverWas() throws {
    var story = try Story()
    try story.reach(.postmortem)
    story.now = story.now + 900_000
    let refused = refusal { () throws(Refusal) in try story.tell(.acknowledge, by: .bob) }
    #expect(refused?.reason == "INC-42 is acknowledged by ana already")
  }
}
