import Runbooks
import Testing

@Suite struct SectionTests {
  @Test(arguments: [
    ("Purpose", Section.Kind.purpose), ("1. Overview", .purpose), ("Meaning", .purpose),
    ("When to Use", .when), ("Symptoms", .when), ("📟 Alert", .when), ("Impact", .impact),
    ("Prerequisites", .prerequisites), ("Before you begin", .prerequisites),
    ("Pre-Rollback Checklist", .prerequisites), ("Procedure", .procedure),
    ("3.1 Mitigation (short)", .procedure), ("How to restart", .procedure),
    ("Docker Rollback Procedure", .procedure), ("Recovery Procedures", .procedure),
    ("Diagnosis", .diagnosis), ("🔍 Troubleshooting", .diagnosis), ("Check the disk", .diagnosis),
    ("Verification Steps", .verification), ("Checks", .verification),
    ("Expected outcome", .verification), ("Verify", .verification), ("Rollback", .rollback),
    ("Rollback procedure", .rollback), ("How to roll back", .rollback), ("Undo", .rollback),
    ("Escalation", .escalation), ("Contacts", .escalation), ("Support", .escalation),
    ("前提条件", .prerequisites), ("手順", .procedure), ("Present state", .other),
    ("Whenever", .other), ("Notes", .other),
  ])
  func headingsTellKinds(_ heading: String, kind: Section.Kind) throws {
    let read = try runbook("# T\n\n## \(heading)\n\ntext\n")
    #expect(read.sections.map(\.kind) == [kind])
  }

  @Test func partsOfAProcedureStayOne() throws {
    let read = try runbook(
      """
      # Rollback runbook
      ## Docker Procedure
      ### Git-based rollback
      ### Verification
      #### Smoke tests
      ### Step 5: Verify
      """)
    #expect(
      read.sections.map(\.kind) == [
        .procedure, .procedure, .verification, .verification, .procedure,
      ])
    #expect(read.sections[3].path == ["Docker Procedure", "Verification", "Smoke tests"])
    #expect(read.sections.map(\.lines) == [2...6, 3...3, 4...5, 5...5, 6...6])
  }

  @Test func anchorsAreThoseOfGitHub() throws {
    let read = try runbook("# T\n## No leader?\n## A & B\n## No leader?\n## `code` _x_ 日本\n")
    #expect(read.sections.map(\.anchor) == ["no-leader", "a--b", "no-leader-1", "code-x-日本"])
    #expect(read.section(anchor: "#No-Leader-1")?.line == 4)
  }

  @Test func titleComesFromHeadingThenFrontMatterThenName() throws {
    #expect(try runbook("# A *b*\n").title.raw == "A b")
    #expect(try runbook("---\ntitle: \"Front\"\n---\ntext\n").title.raw == "Front")
    #expect(try runbook("text\n", path: "x/vault-sealed.md").title.raw == "vault-sealed")
    #expect(try runbook("---\ntitle: F\n---\n## Two\n# One\n").title.raw == "One")
    #expect(try runbook("# A\n# B\n## C\n").sections.map(\.title.raw) == ["B", "C"])
  }
}
