import Foundation
import IncidentDomain
import Policies
import Testing
import TextGate

/// Every number of DOMAIN that comes from a seed, against the line of the seed it comes from.
@Suite struct SeedNumberTests {
  private let builtIn = Policy.builtIn

  @Test func acknowledgeAndTeamsAreSeed004s() throws {
    let rows = try Seed.s004.imported().document[.severities]
    #expect(rows.map(\.place.line) == [161, 162, 163, 164])
    for (severity, row) in zip(Severity.allCases, rows) {
      #expect(row.severity("severity") == severity)
      #expect(row.span("acknowledge") == builtIn[severity].acknowledge)
      #expect(row.text("team")?.raw.lowercased() == builtIn[severity].team.raw.lowercased())
    }
  }

  @Test func theLadderIsSeed001s() throws {
    let document = try Seed.s001.imported().document
    #expect(document[.levels].map(\.place.line) == [145, 146, 147, 148])
    #expect(
      document[.levels].map { $0.span("response") } == builtIn[.sev1].escalations.map(\.after))
    let issues = document[.issues]
    #expect(issues.map(\.place.line) == [68, 69, 70, 71, 72, 73])
    #expect(issues.map { $0.severity("severity")?.rawValue } == [1, 1, 2, 2, 3, 3])
    #expect(
      issues.map { $0.span("first_response") } == [
        .minutes(5), .elapsed(seconds: 0), .minutes(15), .minutes(15), .hours(1), .hours(1),
      ])
    #expect(issues[0].text("escalation") == "L2 after 15 min")
    #expect(issues[2].text("escalation") == "L2 after 30 min")
    #expect(builtIn[.sev2].escalations == [.init(level: 2, after: .minutes(30))])
    #expect(issues[0].text("document") == "alerting-procedures.md#service-down-response")
  }

  @Test func mitigateAndResolveAreSeeds001And002() throws {
    func limit(_ seed: Seed, _ line: Int) throws -> String? {
      try seed.imported().document[.targets].first { $0.place.line == line }?.limit("limit")?
        .written
    }
    #expect(try limit(.s001, 81) == "< 30 minutes")
    #expect(builtIn[.sev1].resolve == .minutes(30))
    #expect(try limit(.s002, 77) == "< 15 minutes")
    #expect(builtIn[.sev1].mitigate == .minutes(15))
    // Metrics to report against.
    #expect(try limit(.s001, 82) == "> 720 hours")
    #expect(try limit(.s001, 178) == "< 5 minutes")
    #expect(try limit(.s001, 182) == "< 15 minutes")
    #expect(try limit(.s001, 78) == "99.9%")
    #expect(try limit(.s002, 74) == "99.9%")
  }

  @Test func tiersAreSeed003s() throws {
    let rows = try Seed.s003.imported().document[.tiers]
    #expect(rows.map(\.place.line) == [30, 31, 32])
    for row in rows {
      let tier = try #require(row.number("tier").flatMap { builtIn.tiers[$0] })
      #expect(row.span("rpo") == tier.recoveryPoint)
      #expect(row.span("rto") == tier.recoveryTime)
    }
  }

  @Test func recoveryIsSeed004s() throws {
    let document = try Seed.s004.imported().document
    #expect(
      document[.recovery].map { $0.span("target") } == [
        .minutes(5), .minutes(15), .minutes(30), .hours(2),
      ])
    #expect(
      document[.recovery].map { $0.span("actual") } == [
        .minutes(3), .minutes(10), .minutes(25), .minutes(90),
      ])
    let own = BuiltInPolicy.document[.recovery]
    #expect(own.map { $0.span("target") } == document[.recovery].map { $0.span("target") })
    #expect(own.map { $0.text("scenario") } == document[.recovery].map { $0.text("scenario") })
  }

  @Test func windowsCardCommandsContactsAndBudgetsAreSeed004s() throws {
    let document = try Seed.s004.imported().document
    let policy = OperationsPolicy(document, source: "004")
    #expect(policy.windows.map(\.notice) == [172_800, 172_800, 172_800])
    #expect(policy.windows.map(\.duration) == [3600, 1800, 7200])
    #expect(
      policy.windows.map(\.recurrence) == [
        .weekly([6], minute: 240), .weekly([1, 3], minute: 180),
        .monthly(.nth(1, weekday: 6), minute: 120),
      ])
    #expect(policy.maintenance.before.count == 3 && policy.maintenance.after.count == 3)
    #expect(policy.maintenance.during.count == 3)
    #expect(policy.card.emergencies.map(\.steps.count) == [3, 3, 3, 3])
    #expect(policy.card.commands.count == 4)
    #expect(
      policy.card.contacts.map(\.escalation) == ["Automatic", "+15 min", "Immediate", "+30 min"])
    #expect(policy.card.contacts.map(\.backup.raw).count == 4)
    #expect(policy.checklists.map(\.cycle) == [.daily, .weekly, .monthly, .kickoff])
    #expect(policy.checklists.map(\.items.count) == [5, 5, 5, 6])
    #expect(
      document[.budgets].map { $0.limit("alert")?.thousandths } == [
        500_000, 80_000, 100_000, 1_800_000, 150_000,
      ])
  }

  @Test func schedulesOf001KickoffAndAlertsOf003CatalogueOf000() throws {
    let first = OperationsPolicy(try Seed.s001.imported().document, source: "001")
    #expect(first.backups.map(\.recurrence) == [.daily(minute: 120), .every(seconds: 21_600)])
    #expect(first.checklists.map(\.items.count) == [3, 4, 4])
    #expect(first.checklists.map(\.isAutomated) == [true, false, false])
    let third = try Seed.s003.imported().document
    let kickoff = try #require(OperationsPolicy(third, source: "003").checklists.first)
    #expect(kickoff.items.count == 12)
    #expect(kickoff.items.count { !$0.isRequired } == 3)
    let own = OperationsPolicy(BuiltInPolicy.document, source: "x").checklists.first
    #expect(own?.items.map(\.name) == kickoff.items.map(\.name))
    #expect(own?.items.map(\.isRequired) == kickoff.items.map(\.isRequired))
    #expect(
      third[.thresholds].map { $0.limit("limit")?.written } == ["> 1%", "> 500ms", "> 85%"])
    #expect(third[.thresholds].first?.span("over") == .minutes(5))
    #expect(try Seed.s000.imported().document[.runbooks].count == 8)
    #expect(try Seed.s002.imported().document[.channels].count == 5)
    #expect(try Seed.s002.imported().document[.issues].count == 9)
    #expect(try Seed.s001.imported().document[.reading].count == 7)
    #expect(try Seed.s002.imported().document[.reading].count == 3)
  }

  @Test func reviewDatesOfThree() throws {
    #expect(
      try Seed.s001.imported().document.header.date("next_review")
        == CivilTime(year: 2025, month: 4, day: 25))
    #expect(
      try Seed.s002.imported().document.header.date("last_updated")
        == CivilTime(year: 2026, month: 2, day: 7))
    #expect(
      try Seed.s004.imported().document.header.date("last_updated")
        == CivilTime(year: 2025, month: 11, day: 18))
    #expect(try Seed.s001.imported().document.header.text("maintained_by") == "DevOps Team")
  }
}

/// Whatever the bytes are, reading ends, and what was read can be written and read again.
@Suite struct MutationTests {
  @Test func changedPoliciesAndIndexesNeverStopTheReader() throws {
    var random = Steps(state: 42)
    let root = Seed.folder.deletingLastPathComponent().deletingLastPathComponent()
    let example = Array(
      try Data(contentsOf: root.appending(path: "Resources/policy.example.yaml")))
    let seeds = try Seed.allCases.map { try $0.bytes }
    for round in 0..<150 {
      let policy = PolicyReader(mutated(example, &random), file: "m.yaml").document
      let yaml = PolicyWriter.lines(of: policy, marksSource: false).map(\.raw)
      let again = PolicyReader(Array(yaml.joined(separator: "\n").utf8), file: "m.yaml")
      if !yaml.isEmpty { #expect(again.document.json == policy.json, "round \(round)") }
      _ = check([policy])
      let imported = try PolicyImporter(mutated(seeds[round % 5], &random), file: "m.md")
      let text = imported.lines.map(\.text).joined(separator: "\n")
      let reader = PolicyReader(Array(text.utf8), file: "m.yaml")
      // A file of which nothing was understood is all comments.
      if !imported.document.tables.isEmpty {
        #expect(reader.findings.map(\.line.text) == [], "round \(round)")
      }
      _ = check([imported.document, policy])
    }
  }

  private func mutated(_ bytes: [UInt8], _ random: inout Steps) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<8 {
      let at = Int(random.next() % UInt64(bytes.count))
      switch random.next() % 4 {
      case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(contentsOf: Array(" : - | [{\n\"#".utf8), at: at)
      default: bytes.swapAt(at, Int(random.next() % UInt64(bytes.count)))
      }
    }
    return bytes
  }

  /// A generator that gives the same on every run: a finding can be seen again.
  private struct Steps {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 16
    }
  }
}
