import Foundation
import IncidentDomain
import Runbooks
import Testing
import TextGate

@Suite struct LintTests {
  static let today = CivilTime(year: 2026, month: 11, day: 21)

  /// A runbook that keeps every rule.
  static let sound = """
    ---
    params:
      host: {ask: "Host", match: "^[a-z0-9.-]+$"}
    ---
    # Restart the cache

    **Type:** Runbook
    **Status:** Active
    **Last Updated:** 2026-11-01
    **Criticality:** HIGH

    ## Purpose

    The cache answers again.

    ## When to Use

    - Alert `CacheDown`

    ## Procedure

    1. Restart it (2 min). <!-- mayday: confirm=host -->

       ```bash
       ssh <host> sudo systemctl restart cache
       ```

    2. Does it answer?
       - Yes: go on with step 3
       - No: [ask for help](#escalation)

    3. Tell the others (1 min)

    ## Verification

    1. It answers.

    ## Rollback

    1. Not applicable.

    ## Escalation

    1. The cache team.

    """

  private static func lint(
    _ files: [(path: String, text: String)], present: Set<String> = []
  ) -> LintReport {
    let catalogue = Catalogue(
      files: files.map { Catalogue.File(path: $0.path, bytes: Array($0.text.utf8)) })
    let runbooks = catalogue.runbooks
    return Lint(today: today) { path in
      if let found = runbooks.first(where: { $0.path == path }) { return .runbook(found) }
      return present.contains(path) ? .present : .absent
    }.report(on: catalogue)
  }

  private static func findings(
    of text: String, present: Set<String> = []
  ) -> [String] {
    lint([("r.md", text)], present: present).entries.map {
      "\($0.finding.line) \($0.finding.severity.rawValue) \($0.finding.rule)"
    }
  }

  /// What a change of the sound runbook brings; the line is found by its text.
  private func brought(
    _ old: String, _ new: String, present: Set<String> = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [String] {
    #expect(Self.sound.contains(old), sourceLocation: sourceLocation)
    let text = Self.sound.replacingOccurrences(of: old, with: new)
    return Self.findings(of: text, present: present)
  }

  @Test func aRunbookOfTheStandardHasNoFinding() {
    #expect(Self.findings(of: Self.sound) == [])
  }

  // MARK: Standard

  @Test(arguments: ["Type", "Status", "Last Updated", "Criticality"])
  func aMissingFieldIsToldOf(_ field: String) {
    #expect(brought("**\(field):**", "**Other \(field):**") == ["5 warning missing-field"])
  }

  @Test(arguments: ["Purpose", "When to Use", "Verification", "Rollback", "Escalation"])
  func aMissingSectionIsToldOf(_ section: String) {
    let text = Self.sound.replacingOccurrences(of: "## \(section)", with: "## Zebra")
      .replacingOccurrences(of: "(#escalation)", with: "(#zebra)")
    #expect(Self.findings(of: text) == ["5 warning missing-section"])
  }

  @Test func aRunbookWithoutTitleOrProcedureIsToldOf() {
    #expect(brought("# Restart the cache\n", "").contains("5 warning missing-title"))
    #expect(
      brought("## Procedure", "## Zebra").contains("5 warning missing-section"))
    let prose = Self.sound.replacingOccurrences(of: "1. ", with: "").replacingOccurrences(
      of: "   ```", with: "```"
    ).replacingOccurrences(of: "```bash", with: "```").replacingOccurrences(of: "2. ", with: "")
      .replacingOccurrences(of: "3. ", with: "").replacingOccurrences(of: "   - ", with: "")
    #expect(Self.findings(of: prose).contains("20 warning no-steps"))
  }

  @Test func theRequiredElementsAreToldOf() {
    #expect(
      brought("```bash", "```").filter { $0.contains("no-command") } == ["20 warning no-command"])
    #expect(
      brought("   - Yes: go on with step 3\n   - No: [ask for help](#escalation)\n", "")
        == ["20 warning no-decision"])
    let untimed = Self.sound.replacingOccurrences(of: " (2 min)", with: "")
      .replacingOccurrences(of: " (1 min)", with: "")
    #expect(Self.findings(of: untimed) == ["20 warning no-estimate"])
    #expect(
      Self.findings(
        of: untimed.replacingOccurrences(
          of: "**Status:**", with: "**Estimated time:** 5 min\n**Status:**")) == [])
  }

  @Test func valuesAndEmptyPlacesAreToldOf() {
    #expect(brought("HIGH", "CRITICAL/HIGH/MEDIUM/LOW") == ["10 warning field-value"])
    #expect(brought("The cache answers again.\n", "") == ["12 warning empty-section"])
    #expect(
      brought("The cache answers again.", "[Brief description]") == ["14 warning template-text"])
    #expect(
      brought("Tell the others (1 min)", "[What to do] (1 min)") == ["32 warning template-text"])
    #expect(brought("The cache answers again.", "> [!NOTE]\n> Look out.") == [])
    #expect(brought("The cache answers again.", "[A page](https://example.org)") == [])
  }

  @Test func aGuideNeedsNoProcedure() {
    #expect(
      Self.findings(
        of: "# G\n\n**Type:** Guide\n**Status:** Active\n**Last Updated:** 2026-11-01\n\nText.\n")
        == [])
  }

  // MARK: Review

  @Test(arguments: [
    ("2026-11-01", nil), ("2026-11-22", nil), ("November 2026", nil), ("1 Nov 2026", nil),
    ("November 1st, 2026", nil), ("2026/11/01", nil), ("2026-11-01T10:00Z (v2)", nil),
    ("2026-05-22", nil), ("2026-05-21", "stale-review"), ("May 2026", nil),
    ("April 2026", "stale-review"), ("2025-11-18", "stale-review"), ("2026-12-24", "review-date"),
    ("YYYY-MM-DD", "review-date"), ("yesterday", "review-date"), ("2026-02-31", "review-date"),
    ("99999999999999999999", "review-date"),
  ])
  func theLastUpdateIsADayNotTooLongAgo(_ day: String, rule: String?) {
    #expect(brought("2026-11-01", day) == (rule.map { ["9 warning \($0)"] } ?? []))
  }

  @Test func aRunbookMayTellItsOwnTime() {
    #expect(
      brought("2026-11-01", "2026-10-01\n**Review in:** 6 weeks") == ["9 warning stale-review"])
    #expect(brought("2026-11-01", "2025-12-01\n**Review in:** 1 year") == [])
    #expect(
      brought("2026-11-01", "2026-11-01\n**Next Review:** 2026-11-01")
        == ["10 warning stale-review"])
    #expect(brought("2026-11-01", "2026-11-01\n**Next Review:** 2026-12-24") == [])
  }

  // MARK: Links

  @Test(arguments: [
    ("[x](other.md)", ["14 error dead-link"]), ("[x](there.md)", []), ("[x](./a/../there.md)", []),
    ("[x](../up.md)", []), ("[x](../down.md)", ["14 error dead-link"]), ("[x](there.md#a)", []),
    ("[x](#rollback)", []), ("[x](#Rollback)", []), ("[x](#restart-the-cache)", []),
    ("[x](#no-such)", ["14 error dead-anchor"]), ("[x](#roll-back)", ["14 warning dead-anchor"]),
    ("[x](r.md#escalation)", []), ("[x](r.md#no-such)", ["14 error dead-anchor"]),
    ("[x](https://example.org/x.md)", []), ("[x](mailto:a@example.org)", []),
    ("[x](/manual/x.md)", []), ("[x](//host/x.md)", []), ("[x]({{ site.url }}/x.md)", []),
    ("[x](a%20b.md)", []), ("[x](page.html)", []), ("[x](folder)", []),
    ("[x](none.html)", ["14 warning dead-link"]), ("[x]()", ["14 warning dead-link"]),
    ("<a id=\"here\"></a>[x](#here)", []), ("[x](there.png?raw=true)", []),
    ("one\n[x](other.md)", ["15 error dead-link"]),
    ("| a |\n| - |\n| [x](other.md) |", ["16 error dead-link"]),
    ("[**x** y](other.md)", ["14 error dead-link"]), ("`[x](other.md)`", []),
    ("![x](other.png)", []),
  ])
  func linksLeadSomewhere(_ text: String, expected: [String]) {
    let present: Set = [
      "there.md", "../up.md", "a b.md", "page.html.md", "folder", "there.png",
    ]
    #expect(brought("The cache answers again.", text, present: present) == expected)
  }

  @Test func aChoiceWithADeadLinkIsToldOfOnce() {
    #expect(brought("(#escalation)", "(#nobody)") == ["30 error dead-anchor"])
    #expect(brought("go on with step 3", "go on with step 9") == ["29 warning jump"])
  }

  // MARK: Commands

  @Test(arguments: [
    ("ssh <host>\u{A0}true", "hidden-character", "error"),
    ("ssh <host> tr\u{200B}ue", "hidden-character", "error"),
    ("ssh <host> echo \u{201C}a b\u{201D}", "curly-quote", "warning"),
    ("ssh <host> echo \u{2018}a\u{2019}", "curly-quote", "warning"),
    ("ssh <host> ls \u{2013}l", "long-dash", "warning"),
    ("ssh <host> ls \u{2014}all", "long-dash", "warning"),
    ("ssh <host> cat <file>", "placeholder", "warning"),
    ("ssh <host>\nuptime", "blocked-command", "warning"),
  ])
  func whatAShellReadsOtherwiseIsToldOf(_ command: String, rule: String, severity: String) {
    #expect(
      brought("ssh <host> sudo systemctl restart cache", indented(command))
        == ["25 \(severity) \(rule)"])
  }

  @Test(arguments: [
    "ssh <host> echo \"it\u{2019}s \u{2014} well\"", "ssh <host> true # \u{201C}quoted\u{201D}",
    "ssh <host> echo a \u{2013} b", "ssh <host> echo '日本語'", "ssh <host> echo \\\u{27}x",
  ])
  func lettersInTextsAreNot(_ command: String) {
    #expect(brought("ssh <host> sudo systemctl restart cache", indented(command)) == [])
  }

  private func indented(_ command: String) -> String {
    command.replacingOccurrences(of: "\n", with: "\n   ")
  }

  @Test func parametersAndConfirmationsNameValues() {
    #expect(
      brought("---\n# R", "  tier: {ask: T}\n---\n# R").contains("4 warning unused-parameter"))
    #expect(brought("confirm=host", "confirm=hots") == ["22 warning confirm-name"])
    #expect(brought("confirm=host", "set=file") == [])
  }

  @Test func annotationsThatAreUnknownOrUnreadAreToldOf() {
    #expect(brought("confirm=host", "confrim=host") == ["22 error annotation"])
    #expect(brought("confirm=host", "timeout=soon") == ["22 error annotation"])
    #expect(
      brought("The cache answers again.", "The cache. <!-- mayday: danger -->")
        == ["14 warning annotation-place"])
    // Such an item is HTML to Markdown: its step is gone, and so would be the annotation.
    let begun = brought("3. Tell the others", "3. <!-- mayday: optional --> Tell the others")
    #expect(begun.contains { $0.hasSuffix("annotation-place") }, "\(begun)")
  }

  // MARK: Indexes

  private static let index = """
    # Runbooks

    **Type:** Documentation Index
    **Status:** Active
    **Last Updated:** 2026-11-01

    - [Cache](a/cache.md)

    """

  @Test func anIndexLeadsToEveryRunbookAndHoldsNoSteps() {
    let report = Self.lint([
      (
        "README.md",
        Self.index + "```bash\nls\n```\n\n- [ ] Look\n- [ ] Tell\n\n## Step 1: Go\n\nx\n"
      ),
      ("a/cache.md", Self.sound), ("a/disk.md", Self.sound), ("b/README.md", Self.index2),
      ("b/net.md", Self.sound), ("b/dns.md", Self.sound),
    ])
    #expect(
      report.lines.map(\.text) == [
        "README.md:1: warning: index-misses: a/disk.md is not in this index; add it",
        """
        README.md:8: warning: steps-in-index: an index holds no steps, and here stand commands; \
        move it to a runbook and link to it
        """,
        """
        README.md:12: warning: steps-in-index: an index holds no steps, and here stand boxes to \
        tick; move it to a runbook and link to it
        """,
        """
        README.md:15: warning: steps-in-index: an index holds no steps, and here stands a step; \
        move it to a runbook and link to it
        """,
        "b/README.md:1: warning: index-misses: b/dns.md is not in this index; add it",
      ])
  }

  private static let index2 = index.replacingOccurrences(of: "a/cache.md", with: "net.md")

  // MARK: Reports

  @Test func strictMakesErrorsOfWarnings() {
    let report = Self.lint([("r.md", "# R\n")])
    #expect(report.count(.error) == 0 && report.count(.warning) > 5)
    #expect(report.strict.count(.error) == report.count(.warning))
    #expect(report.strict.count(.warning) == 0)
  }

  @Test func sarifIsOfTheForm() throws {
    var report = LintReport()
    report.append(Self.lint([("a b/é.md", "# R\n\n[x](y.md)\n")]), under: "/srv")
    report.append(Self.lint([("r.md", "# R\n")]), under: "")
    let data = Data(report.sarif(version: "1.2.3").canonical)
    let log = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    #expect(driver["name"] as? String == "mayday" && driver["version"] as? String == "1.2.3")
    let rules = try #require(driver["rules"] as? [[String: Any]]).map { $0["id"] as? String }
    #expect(Set(rules).count == rules.count)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == report.entries.count)
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index] == result["ruleId"] as? String)
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
    }
    let dead = try #require(results.first { $0["ruleId"] as? String == "dead-link" })
    let location = try #require((dead["locations"] as? [[String: Any]])?.first)
    let physical = try #require(location["physicalLocation"] as? [String: Any])
    #expect(
      (physical["artifactLocation"] as? [String: String])?["uri"] == "file:///srv/a%20b/%C3%A9.md")
    #expect((physical["region"] as? [String: Int])?["startLine"] == 3)
  }

  @Test func aFileThatCannotBeReadIsAnError() {
    let report = Self.lint([("r.md", String(repeating: "x", count: 1_048_577))])
    #expect(report.entries.map(\.finding.rule) == ["unreadable"])
    #expect(report.count(.error) == 1)
  }
}
