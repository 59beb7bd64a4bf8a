import Foundation
import IncidentDomain
import Policies
import Testing
import TextGate

private func document(_ text: String, _ file: Untrusted = "p.yaml") -> PolicyDocument {
  PolicyReader(Array(text.utf8), file: file).document
}

private func lines(_ texts: String...) -> [String] {
  check(texts.enumerated().map { document($1, Untrusted("\($0).yaml")) }).map(\.line.text)
}

@Suite struct CheckTests {
  @Test func twoValuesForOneThing() {
    #expect(
      lines("tiers: [{tier: 1, rto: 1 h}, {tier: 1, rto: 4 h}]").first
        == "0.yaml:1:24: error: contradiction: RTO of tier 1 is 1 h here and 4 h there; agree on one (also 0.yaml:1:45)"
    )
    #expect(
      lines("tiers: [{tier: 1, rto: 1 h}]", "tiers: [{tier: 1, rto: 4 h}]")
        == [
          "0.yaml:1:24: error: contradiction: RTO of tier 1 is 1 h here and 4 h there; agree on one (also 1.yaml:1:24)"
        ])
    #expect(lines("tiers: [{tier: 1, rto: 1 h}]", "tiers: [{tier: 1, rto: 60 min}]") == [])
    #expect(
      lines(
        "severities: [{severity: SEV-1, acknowledge: 5 min}]",
        "severities: [{severity: SEV-1, acknowledge: 15 min}]"
      ).first?.contains("acknowledge of SEV-1 is 5 min here and 15 min there") == true)
    #expect(
      lines("contacts: [{role: DBA, primary: a}, {role: DBA, primary: b}]")
        == [
          "0.yaml:1:12: warning: contradiction: DBA stands twice; make one entry of the two (also 0.yaml:1:37)"
        ])
  }

  @Test func anAliasThatMapsTwice() {
    let expected =
      "0.yaml:1:43: error: alias: P2 is SEV-1 here and SEV-2 there; keep one (also 0.yaml:1:79)"
    #expect(
      lines(
        "severities: [{severity: SEV-1, aliases: [ P2]}, {severity: SEV-2, aliases: [  P2 ]}]")
        == [expected])
    #expect(
      lines(
        "severities: [{severity: SEV-1, aliases: [x]}]",
        "severities: [{severity: SEV-2, aliases: [X]}]"
      ).first?.contains("X is SEV-1 here and SEV-2 there") == true)
  }

  @Test func aLevelLaterThanTheNext() {
    #expect(
      lines("levels: [{level: 1, who: a, response: 1 h}, {level: 2, who: b, response: 15 min}]")
        == [
          "0.yaml:1:39: error: order: response of level 1 is 1 h, later than 15 min of level 2; the higher one comes later (also 0.yaml:1:74)"
        ])
    let ladder = """
      severities:
        - severity: SEV-1
          escalate: [{level: 1, after: 30 min}, {level: 2, after: 15 min}]
      """
    #expect(lines(ladder).first?.contains("after of level 1 is 30 min, later than 15 min") == true)
    #expect(
      lines("severities: [{severity: SEV-1, mitigate: 1 h, resolve: 30 min}]").first?.contains(
        "mitigate after 1 h is later than resolve after 30 min") == true)
    #expect(
      lines("tiers: [{tier: 1, rto: 4 h}, {tier: 2, rto: 1 h}]").first?.contains(
        "RTO of tier 1 is 4 h, later than 1 h of tier 2") == true)
    #expect(
      lines("budgets: [{service: x, budget: $100, alert: $90, action: $80}]").first?.contains(
        "alert of x is $90, above action at $80") == true)
    #expect(
      lines("severities: [{severity: SEV-1, update: 1 h}, {severity: SEV-2, update: 30 min}]")
        .first?.contains("warning: order: update of SEV-1 is 1 h, longer than") == true)
  }

  @Test func namesThatLeadNowhere() {
    #expect(
      lines(
        "levels: [{level: 1, who: a}]\nissues: [{type: x, escalation: L2 after 15 min}]"
      ).first?.contains("error: reference: level 2 is not in levels") == true)
    #expect(
      lines(
        "contacts: [{role: Security Team, primary: s}]\nissues: [{type: x, escalation: Platform team}]"
      ).first?.contains("no contact answers to Platform team") == true)
    #expect(
      lines(
        "contacts: [{role: Database Admin, primary: s}]\nissues: [{type: x, escalation: DBA team}]")
        == [])
    #expect(
      lines("channels: [{for: x, channel: '#a'}]\nissues: [{type: x, channel: '#b'}]").first?
        .contains("#b is not in channels") == true)
    #expect(
      lines(
        "levels: [{level: 1, who: a}]\nseverities: [{severity: SEV-1, escalate: [{level: 3, after: 1 h}]}]"
      ).first?.contains("level 3 is not in levels") == true)
  }

  @Test func aContactThatNoOneHas() {
    #expect(
      lines("contacts: [{role: DBA}]") == [
        "0.yaml:1:12: error: contact: nobody is named to call for DBA; add primary:"
      ])
    #expect(
      lines("contacts: [{role: DBA, primary: x, after: someday}]").first?.contains(
        "someday is no delay") == true)
  }

  @Test func theMatrixAgainstTheSeverities() {
    let severities = """
      severities:
        - severity: SEV-2
          acknowledge: 15 min
          escalate: [{level: 2, after: 30 min}]

      """
    #expect(
      lines(severities + "issues: [{type: Slow, severity: P2, first_response: 1 h}]").first?
        .contains("the first response to Slow is 1 h, but SEV-2 promises 15 min") == true)
    #expect(lines(severities + "issues: [{type: a, severity: P2, first_response: 5 min}]") == [])
    #expect(
      lines(severities + "issues: [{type: Slow, severity: P2, escalation: L2 after 15 min}]").first?
        .contains("Slow escalates to L2 after 15 min, but SEV-2 after 30 min") == true)
    #expect(
      lines(
        "severities: [{severity: SEV-1, resolve: 30 min}]\ntargets: [{measure: MTTR, scope: P1 incidents, limit: < 15 min}]"
      ).first?.contains("MTTR is to be < 15 min, but SEV-1 resolves in 30 min") == true)
  }

  @Test func deadDocumentsAndHeadings() {
    let policy = document(
      """
      issues:
        - {type: a, document: gone.md#x}
        - {type: b, document: gone.md}
        - {type: c, document: there.md#gone}
        - {type: d, document: there.md#here}
        - {type: e, document: "https://example.com/gone"}
      """)
    let findings = PolicyCheck.findings(on: [policy], today: today) { _, link in
      link.raw.hasPrefix("gone") ? .absent : link.raw.hasSuffix("#gone") ? .noSuchHeading : .present
    }
    #expect(
      findings.map(\.line.text) == [
        "p.yaml:2:25: warning: dead-link: there is no gone.md; mend the path, or say with documents_in: where documents are (also p.yaml:3:25)",
        "p.yaml:4:25: warning: dead-link: no heading answers to there.md#gone; mend the anchor",
      ])
  }

  @Test func aReviewInThePast() {
    #expect(
      lines("next_review: 2026-11-20\nmaintained_by: Ops").first
        == "0.yaml:1:14: warning: review: the review was due on 2026-11-20, 1 days ago; ask who maintains it (Ops)"
    )
    #expect(lines("next_review: 2026-11-21") == [])
    #expect(lines("last_updated: 2027-01-01").first?.contains("which is to come") == true)
  }

  @Test func windowsAndBackupsAtOneTime() {
    #expect(
      lines(
        "windows: [{name: db, when: 'Sun 04:00', duration: 1 h}, {name: net, when: 'Sun 04:30', duration: 1 h}]"
      ).first?.contains("overlap: net (Sun 04:30) begins while the window of db") == true)
    #expect(
      lines(
        "windows: [{name: db, when: 'Sun 04:00', duration: 1 h}]\nbackups: [{name: all, when: 'daily 05:00'}]"
      ) == [])
    // The same hour in two zones is not the same time.
    #expect(
      lines(
        "windows: [{name: db, when: 'Sun 04:00', duration: 1 h, zone: Asia/Tokyo}]\nbackups: [{name: all, when: 'daily 04:30'}]"
      ) == [])
    #expect(
      lines(
        "windows: [{name: db, when: 'Sun 04:00', duration: 1 h, zone: Asia/Tokyo}]\nbackups: [{name: all, when: 'daily 19:30'}]"
      ).count == 1)
  }

  @Test func whatTheSchemaSaysIsWhatTheDocumentSays() throws {
    let root = Seed.folder.deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "Resources/policy-schema.md")
    let text = PolicySchemaText.lines.map { $0.text + "\n" }.joined()
    if ProcessInfo.processInfo.environment["MAYDAY_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func theExampleHoldsEveryTableAndNothingToMend() throws {
    let root = Seed.folder.deletingLastPathComponent().deletingLastPathComponent()
    let bytes = Array(try Data(contentsOf: root.appending(path: "Resources/policy.example.yaml")))
    let reader = PolicyReader(bytes, file: "policy.example.yaml")
    #expect(reader.findings == [])
    #expect(check([reader.document]).map(\.line.text) == [])
    for table in PolicyTable.allCases { #expect(!reader.document[table].isEmpty, "\(table)") }
  }
}

@Suite struct BuiltInPolicyTests {
  @Test func itIsTheDomainsPolicy() {
    let policy = OperationsPolicy(BuiltInPolicy.document, source: "built-in policy")
    #expect(policy.incident == .builtIn)
    #expect(policy.card.emergencies == EmergencyCard.builtIn.emergencies)
    #expect(policy.card.contacts == EmergencyCard.builtIn.contacts)
    #expect(policy.aliases == ["p0": .sev1, "p1": .sev1, "p2": .sev2, "p3": .sev3])
    #expect(check([BuiltInPolicy.document]) == [])
  }

  @Test func aPartOfAPolicyLeavesTheRestBuiltIn() {
    let policy = OperationsPolicy(
      document("levels: [{level: 1, who: Ann}]"), source: "x")
    #expect(policy.incident.levels == [1: "Ann"])
    #expect(policy.incident.targets == Policy.builtIn.targets)
    #expect(policy.incident.tiers == Policy.builtIn.tiers)
  }

  @Test func theIncidentsCopyDecodesForEver() throws {
    var policy = Policy.builtIn
    policy.escalationRepeats = .minutes(30)
    #expect(Policy(json: policy.json) == policy)
    // A copy of the first release had no repeat.
    #expect(Policy(json: Policy.builtIn.json) == .builtIn)
    #expect(Policy.builtIn.json["escalationRepeats"] == nil)
  }
}
