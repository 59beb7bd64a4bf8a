import IncidentDomain
import Testing
import TextGate

@Suite struct SeverityTests {
  @Test(arguments: Severity.allCases, Severity.allCases)
  func aDowngradeNeedsAReason(from: Severity, to: Severity) throws {
    var story = try Story(.sample(from))
    let refused = refusal { () throws(Refusal) in
      try story.tell(.setSeverity(to, because: "one place"))
    }
    #expect((refused != nil) == (to > from))
    try story.tell(.setSeverity(to, because: "one region"))
    #expect(story.incident.severity == to)
    #expect(story.incident.severityConfirmed)
  }

  @Test func targetsAreRebasedAndTheTimeUsedIsKept() throws {
    var story = try Story(.sample(.sev3))
    try story.tell(.setSeverity(.sev1, because: nil), after: 600)
    let resolve = try #require(story.timer(.resolve))
    #expect(resolve.since == .noon)
    #expect(resolve.due == .noon + 1800)
    #expect(resolve.remainingSeconds(at: story.now) == 1200)
    #expect(
      resolve.history == ["2025-11-18T12:10:00Z SEV-3 to SEV-1: re-based, time used kept"])
    try story.tell(.setSeverity(.sev2, because: "only one region is hit"), after: 600)
    #expect(story.timer(.resolve)?.due == .noon + 7200)
    #expect(story.timer(.resolve)?.history.count == 2)
  }

  @Test func confirmingChangesNoTarget() throws {
    var story = try Story(.sample(.sev2))
    let before = story.timer(.resolve)
    try story.tell(.setSeverity(.sev2, because: nil))
    #expect(story.timer(.resolve) == before)
    #expect(story.incident.severityConfirmed)
  }

  @Test func aLaterEditOfThePolicyMovesNoClock() throws {
    var policy = Policy.builtIn
    policy.targets[.sev1]?.resolve = .hours(9)
    let story = try Story(.sample(policy: policy))
    policy.targets[.sev1]?.resolve = .minutes(1)
    #expect(story.timer(.resolve)?.due == .noon + 9 * 3600)
  }
}
