import Runbooks
import Testing

@Suite struct FieldTests {
  @Test func boldLinesUnderTheTitle() throws {
    let read = try runbook(
      """
      # T

      **Type:** Runbook
      **Status**: Active
      **Last Updated:** 2025-11-18
      **Estimated time:** 1h 30m
      **Criticality:** HIGH
      **Owner:** `ops`
      Not **a:** field

      ## Later
      **Not:** one
      """)
    #expect(read.fields.type == "Runbook" && read.fields.status == "Active")
    #expect(read.fields.lastUpdated == "2025-11-18" && read.fields.criticality == "HIGH")
    #expect(read.fields.owner == "ops" && read.fields.estimateSeconds == 5_400)
    #expect(read.fields.all.map(\.line) == [3, 4, 5, 6, 7, 8])
    #expect(read.fields["not"] == nil)
  }

  @Test func frontMatterKeepsText() throws {
    let read = try runbook(
      "---\nOwner: no\nversion: 2.10\nlist: [a, b]\nwhen: 2025-01-02\n---\n# T\n\n**Owner:** other\n"
    )
    #expect(read.fields.owner == "no")
    #expect(read.fields["version"] == "2.10" && read.fields["list"] == "a, b")
    #expect(read.fields["when"] == "2025-01-02")
    #expect(read.fields.all.map(\.line) == [2, 3, 4, 5, 9])
  }

  @Test func parametersAreRead() throws {
    let read = try runbook(
      """
      ---
      params:
        node: {ask: "Replica to rebuild", from: labels.instance, match: "^pg-[0-9]+$"}
        API_TOKEN: Which token
        bad: {nope: 1, match: "("}
      ---
      # T
      """)
    let parameters = read.fields.parameters
    #expect(parameters.map(\.name) == ["node", "API_TOKEN", "bad"])
    #expect(parameters[0].ask == "Replica to rebuild" && parameters[0].from == "labels.instance")
    #expect(parameters[0].match == "^pg-[0-9]+$" && parameters[0].line == 3)
    #expect(parameters.map(\.isSecret) == [false, true, false])
    #expect(parameters[2].match == nil)
    #expect(read.findings.map(\.line) == [5, 5])
  }

  @Test(arguments: [
    ("a: [", 2), ("a: b\n a: c", 3), ("owner: x\nb: c\nowner: y", 4), ("- a", 2),
  ])
  func whatIsNotYAMLIsToldWithItsLine(_ text: String, line: Int) throws {
    let read = try runbook("---\n\(text)\n---\n# T\n1. a\n")
    let finding = try #require(read.findings.first)
    #expect(finding.rule == "front-matter" && finding.severity == .error)
    #expect(abs(finding.line - line) <= 1)
    #expect(read.steps.count == 1 && read.title.raw == "T")
  }

  @Test func aColonInAValueIsText() throws {
    let read = try runbook("---\ntitle: PostgreSQL: replica lost\nparams: {a: b}\n---\ntext\n")
    #expect(read.title.raw == "PostgreSQL: replica lost")
    #expect(read.fields.parameters.map(\.name) == ["a"])
    #expect(read.findings.map(\.severity) == [.info])
  }
}
