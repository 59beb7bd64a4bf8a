import IncidentDomain
import Runbooks
import Testing

@Suite struct AnnotationTests {
  private func fence(_ annotation: String, command: String = "ls") throws -> Runbook {
    try runbook("# T\n\n<!-- mayday: \(annotation) -->\n```sh\n\(command)\n```\n")
  }

  @Test func everyKeyIsRead() throws {
    let read = try fence(
      #"""
      run confirm=<host> danger est=5m timeout=1h30m grace=10s cwd=/srv/app env=A,B_2 \#
      expect="two words \"q\"" expect~/a\/b.*c/ exit=0,2 until="curl -f x" every=5s for=2m set=OUT \#
      secret=TOKEN role=ic optional repeat
      """#)
    #expect(read.findings.isEmpty)
    let told = try #require(read.steps.first?.annotations)
    #expect(told.runClass == .run && told.confirmation == .typed(name: "host") && told.isDanger)
    #expect(told.estimateSeconds == 300 && told.timeoutSeconds == 5_400 && told.graceSeconds == 10)
    #expect(told.directory == "/srv/app" && told.environment == ["A", "B_2"])
    #expect(told.expectations == [.contains("two words \"q\""), .matches("a/b.*c")])
    #expect(told.exitCodes == [0, 2] && told.setsValue == "OUT" && told.secrets == ["TOKEN"])
    #expect(told.poll?.command.text == "curl -f x")
    #expect(told.poll?.everySeconds == 5 && told.poll?.forSeconds == 120)
    #expect(told.role == .commander && told.isOptional && told.isRepeatable)
    #expect(read.steps[0].estimateSeconds == 300)
    #expect(read.steps[0].dangers == ["danger"])
    #expect(told.comments.count == 1)
    // A script reads the same of the plan.
    let json = try #require(read.planJSON["steps"]?.array?.first?["told"])
    #expect(
      json == [
        "class": "run", "confirm": "host", "danger": true, "estimateSeconds": 300,
        "timeoutSeconds": 5_400, "graceSeconds": 10, "directory": "/srv/app",
        "environment": ["A", "B_2"],
        "expect": [["contains": "two words \"q\""], ["matches": "a/b.*c"]], "exit": [0, 2],
        "until": ["command": "curl -f x", "everySeconds": 5, "forSeconds": 120], "set": "OUT",
        "secrets": ["TOKEN"], "role": "commander", "optional": true, "repeat": true,
      ])
    let line = try #require(read.planText.first?.text)
    for word in [
      "run+until DANGER danger", "est 5m", "expect text", "expect re", "exit 0,2",
      "timeout 90m", "confirm <host>", "in /srv/app", "env A,B_2", "sets OUT", "secret TOKEN",
      "optional", "repeat",
    ] {
      #expect(line.contains(word), "\(word): \(line)")
    }
  }

  @Test(arguments: [
    "unknown", "est", "est=soon", "timeout=0s", "exit=x", "exit=300", "expect~/(/", "env=a-b",
    "role=king", "run=1", "every=5s", "expect=\"open", "set=1a", "manual=yes",
  ])
  func whatIsWrongIsToldWithItsLine(_ annotation: String) throws {
    let read = try fence(annotation)
    #expect(read.findings.map(\.rule) == ["annotation"])
    #expect(read.findings.map(\.line) == [3])
    #expect(read.findings.map(\.severity) == [.error])
  }

  @Test func otherCommentsAreLeftAlone() throws {
    let read = try runbook("# T\n<!-- expected_similarity=0.3 -->\n```sh\nls\n```\n")
    #expect(read.findings.isEmpty && read.steps[0].annotations.comments.isEmpty)
  }

  @Test func classesOverrideWhatWasInferred() throws {
    #expect(try fence("manual").steps.map(\.kind) == [.manual])
    #expect(try fence("show").steps.map(\.kind) == [.show])
    #expect(try fence("tty").steps.map(\.kind) == [.tty])
    let unlabelled = try runbook("# T\n<!-- mayday: run -->\n```\nls\n```\n")
    #expect(unlabelled.lines == ["1 run T"])
    #expect(try runbook("# T\n```\nls\n```\n").steps.isEmpty)
  }

  @Test func anItemsTextTakesOne() throws {
    let read = try runbook(
      "# T\n## Procedure\n1. Look (1 min). <!-- mayday: role=scribe -->\n\n   ```sh\n   ls\n   ```\n2. b\n"
    )
    #expect(read.lines == ["1 run Look", "2 manual b"])
    #expect(read.steps[0].annotations.role == .scribe)
    #expect(read.steps[1].annotations.role == nil)
  }

  @Test func aHeadingsAnnotationIsForAllUnderIt() throws {
    let read = try runbook(
      "# T\n<!-- mayday: optional -->\n## Procedure\n1. a\n2. b\n## Other\n- [ ] c\n")
    #expect(read.steps.map(\.annotations.isOptional) == [true, true, false])
  }

  @Test(arguments: [
    "# T\n<!-- mayday: run -->\n1. a\n", "# T\n<!-- mayday: run -->\ntext\n",
    "# T\n\n<!-- mayday: run -->\n",
  ])
  func whatStandsAboveNothingIsTold(_ text: String) throws {
    #expect(try runbook(text).findings.map(\.rule) == ["annotation-place"])
  }

  @Test func aTimeAboveAHeadingIsThatOfItsOneStep() throws {
    let read = try runbook(
      "# T\n<!-- mayday: est=3m -->\n### Step 1: a\ntext\n<!-- mayday: est=4m -->\n### Step 2: b\n1. c\n2. d\n"
    )
    #expect(read.steps.map(\.estimateSeconds) == [180, nil, nil])
  }

  @Test func choicesAreToldOutright() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      1. Is it up? <!-- mayday: choice=ok:#verification,bad:#rollback,again:1 -->
      ## Verification
      1. v
      ## Rollback
      text
      """)
    let step = try #require(read.steps.first)
    #expect(step.kind == .decide)
    #expect(step.choices.map(\.label.raw) == ["ok", "bad", "again"])
    #expect(step.choices.map(\.goTo) == ["#verification", "#rollback", step.id])
    #expect(read.target(of: "#verification") == .step(id: read.steps[1].id))
    #expect(read.target(of: "#rollback") == .section(2))
  }
}
