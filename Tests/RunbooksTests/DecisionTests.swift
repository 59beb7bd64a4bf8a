import Runbooks
import Testing

@Suite struct DecisionTests {
  @Test func questionsWithListsAreDecisions() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      1. Look
      2. Is there exactly one leader?
         - Yes: go on with step 3
         - No: [no leader](#no-leader)
         - Unsure: see [the other](../b/other.md#part), or [web](https://a.b/c.md)
      3. Go on
      ## No leader
      1. Call
      """, path: "a/r.md")
    let step = read.steps[1]
    #expect(step.kind == .decide)
    #expect(step.choices.map(\.label.raw) == ["Yes", "No", "Unsure"])
    #expect(step.choices.map(\.goTo) == [read.steps[2].id, "#no-leader", "b/other.md#part"])
    #expect(read.findings.isEmpty)
    #expect(read.target(of: "b/other.md#part") == .document(path: "b/other.md", anchor: "part"))
  }

  @Test func conditionsWithLinksOrListsAreDecisions() throws {
    let read = try runbook(
      """
      # T
      ## Mitigation
      1. If the disk is full, see [disk](disk.md)
      2. If the node is down:
         - Restart it
         - Wait
      3. When in doubt, ask
      4. Otherwise:
         - If A, go to step 3
         - If B, continue with step 1
      """, path: "r.md")
    #expect(read.steps.map(\.kind) == [.decide, .decide, .manual, .manual, .manual, .decide])
    #expect(read.steps.map(\.number) == ["1", "2", "2.1", "2.2", "3", "4"])
    #expect(read.steps[0].choices.map(\.goTo) == ["disk.md", nil])
    #expect(read.steps[1].choices.map(\.goTo) == [read.steps[2].id, nil])
    #expect(read.steps[5].choices.map(\.goTo) == [read.steps[4].id, read.steps[0].id])
  }

  @Test func listsOfConditionsAreOneDecision() throws {
    let read = try runbook(
      "# T\n## Diagnosis\nWhat do you see:\n\n- If A: [a](#a)\n- If B: [b](#b)\n- Otherwise wait\n\n## A\n## B\n"
    )
    #expect(read.steps.map(\.kind) == [.decide])
    #expect(read.steps[0].title.raw == "What do you see")
    #expect(read.steps[0].choices.map(\.label.raw) == ["If A", "If B", "Otherwise wait"])
    #expect(read.steps[0].choices.map(\.goTo) == ["#a", "#b", nil])
  }

  @Test func optionsAreOneDecision() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      ### Option 1: Fast
      ```sh
      a
      ```
      ### Option 2: Slow
      1. b
      2. c
      ### Option 3: Other
      Ask around.
      """)
    #expect(
      read.lines == [
        "D1 decide Choose one: Procedure", "1 run Fast", "2.1 manual b", "2.2 manual c",
        "3 manual Other",
      ])
    #expect(
      read.steps[0].choices.map(\.label.raw) == [
        "Option 1: Fast", "Option 2: Slow", "Option 3: Other",
      ])
    #expect(
      read.steps[0].choices.map(\.goTo) == [read.steps[1].id, read.steps[2].id, read.steps[4].id])
  }

  @Test func oneOptionIsNoDecision() throws {
    #expect(try runbook("# T\n## Option 1: a\n```sh\nb\n```\n").lines == ["1 run a"])
  }

  @Test func answersWithCommandsAreSteps() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      1. Does it answer?
         - Yes: done
         - No: restart it

           ```sh
           restart
           ```
      """)
    #expect(read.lines == ["1 decide Does it answer?", "1.1 run No: restart it"])
    #expect(read.steps[0].choices.map(\.goTo) == [nil, read.steps[1].id])
  }

  @Test func jumpsToNowhereAreTold() throws {
    let read = try runbook(
      "# T\n## Procedure\n1. Up?\n   - Yes: go to step 9\n   - No: [x](#nowhere)\n")
    #expect(read.findings.map(\.line) == [4, 5])
    #expect(read.findings.map(\.rule) == ["jump", "jump"])
  }

  @Test(arguments: [
    "../../secret.md", "file:///etc/a.md", "/etc/a.md", "https://a.b/c.md", "a\\b.md",
    "%2e%2e/%2e%2e/x.md", "pic.png",
  ])
  func linksThatLeaveTheRunbooksAreText(_ link: String) throws {
    let read = try runbook(
      "# T\n## Procedure\n1. Up?\n   - Yes: [x](\(link))\n   - No: wait\n", path: "a/r.md")
    #expect(read.steps[0].choices.map(\.goTo) == [nil, nil])
  }

  @Test func plainRemarksAreNoDecisions() throws {
    let read = try runbook(
      "# T\n## Procedure\n1. All secrets are kept:\n   - No credentials in code\n   - Yesterday's too\n"
    )
    #expect(read.steps.map(\.kind) == [.manual, .manual, .manual])
  }
}
