import Foundation
import IncidentDomain
import Runbooks
import Testing

@Suite struct LintIndexTests {
  private func catalogue(_ files: [String: String]) -> Catalogue {
    Catalogue(
      files: files.sorted { $0.key < $1.key }.map {
        Catalogue.File(path: $0.key, bytes: Array($0.value.utf8))
      })
  }

  private var index: IndexDocument {
    IndexDocument(
      of: catalogue([
        "04-data/disk full.md":
          """
        # Disk | full, 1 < 2

        **Criticality:** HIGH

        ## When to Use

        - Alert `DiskFull` fires. Or somebody calls.
        """,
        "a.md": "# A\n", "README.md": "# Ours\n\nText.\n",
        "core/README.md": "# Index\n\n**Type:** Index\n",
      ]))
  }

  private let table = """
    | Category | Procedure | Open it when | Criticality | Location |
    | :--- | :--- | :--- | :--- | :--- |
    | **Data** | Disk \\| full, 1 \\< 2 | Alert DiskFull fires. Or somebody calls | HIGH | \
    [disk full.md](04-data/disk%20full.md) |
    | **General** | A | – | – | [a.md](a.md) |

    """

  @Test func theTableHoldsEveryRunbookAndNoIndex() {
    #expect(index.table == table)
    #expect(index.rows.map(\.path) == ["04-data/disk full.md", "a.md"])
  }

  @Test(arguments: ["\n", "\r\n"])
  func onlyWhatStandsBetweenTheMarksIsWritten(_ end: String) throws {
    let before = "# Ours\n\nBefore.\n\n  <!-- runbook-index: begin -->\n"
    let after = "<!-- runbook-index: end -->\n\nAfter, no line end"
    func text(_ table: String) -> [UInt8] {
      Array((before + table + after).replacingOccurrences(of: "\n", with: end).utf8)
    }
    let updated = try index.updating(text("old\n"))
    #expect(updated == text(table))
    #expect(try index.updating(updated) == updated)
    #expect(index.check(updated) { _ in false } == [])
    let stale = index.check(text("old\n")) { _ in false }
    #expect(stale.map(\.line) == [6])
    #expect(stale.map(\.severity) == [.error])
  }

  @Test func aWholeFileIsUpToDateAndKeepsTheRules() throws {
    let whole = Array(index.whole(day: "2026-11-21").utf8)
    #expect(try index.updating(whole) == whole)
    let runbook = try Runbook(path: "README.md", bytes: whole)
    #expect(runbook.isIndex)
    let findings = Lint(today: LintTests.today) { _ in .present }.findings(of: runbook)
    #expect(findings.map(\.rule) == [])
  }

  @Test(arguments: [
    "<!-- runbook-index: begin -->\n",
    "<!-- runbook-index: end -->\n<!-- runbook-index: begin -->\n",
    "<!-- runbook-index: begin -->\n<!-- runbook-index: end -->\n<!-- runbook-index: end -->\n",
  ])
  func marksOutOfPlaceAreRefused(_ text: String) {
    #expect(throws: IndexDocument.Problem.self) { try index.updating(Array(text.utf8)) }
    #expect(index.check(Array(text.utf8)) { _ in true }.count == 1)
  }

  @Test func marksInACodeBlockAreText() {
    let text = "```\n<!-- runbook-index: begin -->\n<!-- runbook-index: end -->\n```\n"
    #expect(throws: IndexDocument.Problem.noMarks) { try index.updating(Array(text.utf8)) }
  }

  @Test func otherBytesThanUTF8AreLeftAlone() {
    let bytes = Array("<!-- runbook-index: begin -->\n<!-- runbook-index: end -->\n".utf8) + [0xE9]
    #expect(throws: IndexDocument.Problem.notUTF8) { try index.updating(bytes) }
  }

  @Test func aHandMadeIndexLeadsToEveryRunbook() {
    let page = "# Ours\n\n[A](a.md)\n\n[gone](gone.md)\n[guide](guide.md)\n"
    let findings = index.check(Array(page.utf8)) { $0 == "guide.md" }
    #expect(
      findings.map { "\($0.line) \($0.rule) \($0.message.text)" } == [
        "1 index-misses 04-data/disk full.md is not in this index; add it",
        "5 dead-link there is no gone.md",
      ])
  }

  // MARK: Template

  @Test(arguments: [
    ("Redis is full", "redis-is-full.md", "Redis is full"),
    ("redis-is-full", "redis-is-full.md", "Redis is full"),
    ("redis-is-full.md", "redis-is-full.md", "Redis is full"),
    ("PostgreSQL: no leader!", "postgresql-no-leader.md", "PostgreSQL: no leader!"),
    ("..hidden", "hidden.md", "..hidden"), ("キャッシュ", "キャッシュ.md", "キャッシュ"),
  ])
  func namesBecomeFilesAndTitles(_ name: String, file: String, title: String) throws {
    #expect(try Template.fileName(for: name) == file)
    #expect(Template.title(for: name) == title)
  }

  @Test func namesThatAreNoneAreRefused() {
    #expect(throws: Template.Refusal.path) { try Template.fileName(for: "a/b") }
    #expect(throws: Template.Refusal.path) { try Template.fileName(for: "../b") }
    #expect(throws: Template.Refusal.empty) { try Template.fileName(for: "...") }
    #expect(throws: Template.Refusal.empty) { try Template.fileName(for: "\u{1B}") }
    #expect(throws: Template.Refusal.tooLong) {
      try Template.fileName(for: String(repeating: "x", count: 101))
    }
  }

  @Test func aNewRunbookAsksOnlyForWhatIsInBrackets() throws {
    let text = Template.text(title: "Redis is full", day: "2026-11-21")
    let runbook = try Runbook(path: "redis-is-full.md", bytes: Array(text.utf8))
    #expect(runbook.title.raw == "Redis is full")
    #expect(runbook.steps.map(\.number) == ["1", "2", "3", "V1", "R1"])
    let findings = Lint(today: LintTests.today) { _ in .absent }.findings(of: runbook)
    #expect(Set(findings.map(\.rule)) == ["template-text"])
    #expect(findings.count == text.split(separator: "\n").count { $0.contains("[") } - 2)
  }
}
