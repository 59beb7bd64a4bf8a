import IncidentDomain
import Testing
import TextGate

/// The numbers of DOMAIN.md, "Severity targets" and "Service tiers", each with where it comes from.
@Suite struct TargetNumberTests {
  struct Number: CustomTestStringConvertible, Sendable {
    let severity: Severity
    let kind: IncidentTimer.Kind
    var level: Int?
    /// Seconds after the declaration at noon of a Tuesday; nil when the policy promises nothing.
    let seconds: Int?
    /// The seed, or the practice that DOMAIN.md names.
    let source: String
    var testDescription: String {
      "\(severity.word.text) \(kind.rawValue) \(level ?? 0) (\(source))"
    }
  }

  static let day = 86_400
  static let numbers: [Number] = [
    Number(severity: .sev1, kind: .acknowledge, seconds: 300, source: "004"),
    Number(severity: .sev2, kind: .acknowledge, seconds: 900, source: "004"),
    Number(severity: .sev3, kind: .acknowledge, seconds: 3600, source: "004"),
    Number(severity: .sev4, kind: .acknowledge, seconds: 14_400, source: "004"),
    Number(severity: .sev1, kind: .escalate, level: 1, seconds: 300, source: "001"),
    Number(severity: .sev1, kind: .escalate, level: 2, seconds: 900, source: "001"),
    Number(severity: .sev1, kind: .escalate, level: 3, seconds: 1800, source: "001"),
    Number(severity: .sev1, kind: .escalate, level: 4, seconds: 3600, source: "001"),
    Number(severity: .sev2, kind: .escalate, level: 1, seconds: nil, source: "001"),
    Number(severity: .sev2, kind: .escalate, level: 2, seconds: 1800, source: "001"),
    Number(severity: .sev2, kind: .escalate, level: 3, seconds: nil, source: "001"),
    Number(severity: .sev3, kind: .escalate, level: 1, seconds: nil, source: "001"),
    Number(severity: .sev4, kind: .escalate, level: 1, seconds: nil, source: "001"),
    Number(severity: .sev1, kind: .update, seconds: 900, source: "PagerDuty, Atlassian"),
    Number(severity: .sev2, kind: .update, seconds: 1800, source: "PagerDuty, Atlassian"),
    Number(severity: .sev3, kind: .update, seconds: 3600, source: "PagerDuty, Atlassian"),
    Number(severity: .sev4, kind: .update, seconds: nil, source: "PagerDuty, Atlassian"),
    Number(severity: .sev1, kind: .mitigate, seconds: 900, source: "001, 002"),
    Number(severity: .sev1, kind: .resolve, seconds: 1800, source: "001, 002"),
    Number(severity: .sev2, kind: .mitigate, seconds: 1800, source: "001, 002"),
    Number(severity: .sev2, kind: .resolve, seconds: 7200, source: "001, 002"),
    Number(severity: .sev3, kind: .mitigate, seconds: day, source: "001, 002"),
    Number(severity: .sev3, kind: .resolve, seconds: day, source: "001, 002"),
    // Five working days from a Tuesday pass one week-end.
    Number(severity: .sev4, kind: .mitigate, seconds: 7 * day, source: "001, 002"),
    Number(severity: .sev4, kind: .resolve, seconds: 7 * day, source: "001, 002"),
  ]

  @Test(arguments: numbers) func timerIsDueAsTheDomainSays(number: Number) throws {
    let story = try Story(.sample(number.severity))
    let timer = story.timer(number.kind, level: number.level)
    #expect(timer?.due == number.seconds.map { .noon + $0 })
    #expect(timer?.since == (number.seconds == nil ? nil : .noon))
  }

  @Test(arguments: [(Severity.sev1, 3 * day), (.sev2, 7 * day)])
  func postmortemIsDueAfterTheResolution(severity: Severity, seconds: Int) throws {
    var story = try Story(.sample(severity))
    try story.reach(.postmortem)
    let resolved = try #require(story.incident.milestones[.resolved]?.instant)
    #expect(story.timer(.postmortem)?.due == resolved + seconds)
    #expect(story.timer(.postmortem)?.because.text.contains(severity.word.text) == true)
  }

  @Test(arguments: [Severity.sev3, .sev4])
  func theLesserSeveritiesOweNoPostmortemInTime(severity: Severity) throws {
    var story = try Story(.sample(severity))
    try story.reach(.postmortem)
    #expect(story.timer(.postmortem) == nil)
  }

  @Test(arguments: [(1, 3600), (2, 14_400), (3, 86_400)])
  func recoveryTimeOfATierCountsFromTheStart(tier: Int, seconds: Int) throws {
    let started = ToldTime(.noon - 600)
    let story = try Story(.sample(started: started, tier: tier))
    #expect(story.timer(.recover)?.due == started.instant + seconds)
    #expect(story.timer(.recover)?.because.text.hasPrefix("tier \(tier) RTO") == true)
  }

  @Test func aBreachedRecoveryTimeCallsForThePlan() throws {
    var story = try Story(.sample(tier: 1))
    story.now = .noon + 3600
    #expect(story.timer(.recover)?.consequence == nil)
    story.now = .noon + 3601
    #expect(story.timer(.recover)?.consequence == "invoke the disaster recovery plan")
    #expect(story.timer(.resolve)?.consequence == nil)
  }

  @Test(arguments: [(1, Span.minutes(5)), (2, .hours(1)), (3, .hours(24))])
  func recoveryPointOfATier(tier: Int, point: Span) {
    #expect(Policy.builtIn.tiers[tier]?.recoveryPoint == point)
  }

  @Test func theTeamsAndLevelsAreTheSeeds() {
    #expect(
      Severity.allCases.map { Policy.builtIn[$0].team } == [
        "all hands", "on-call + backup", "on-call", "normal hours",
      ])
    #expect(
      Policy.builtIn.levels.sorted { $0.key < $1.key }.map(\.value) == [
        "on-call engineer", "senior engineer", "engineering manager", "director",
      ])
  }

  @Test(arguments: [
    ("P0", Severity.sev1), ("P1", .sev1), ("p2", .sev2), ("P3", .sev3),
    ("sev-4", .sev4), ("SEV 2", .sev2), ("1", .sev1),
  ])
  func aliasesOfSeverities(word: String, severity: Severity) {
    #expect(Severity(word: word) == severity)
  }

  @Test(arguments: ["P4", "0", "5", "sev", "", "SEV-12", "high"])
  func otherWordsAreNoSeverity(word: String) {
    #expect(Severity(word: word) == nil)
  }
}
