import IncidentDomain
import Runbooks
import Testing

/// RUNBOOKS.md 3.3, rule by rule.
@Suite struct StepTests {
  @Test func headingsMakeGroups() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      ### Step 1: Look
      ```sh
      ls
      ```
      ### Step 2: Call the DBA (5 min)
      Tell them what you saw.
      ### Step 3 - Do
      1. a
      2. b
      ## Phase 4
      ```sh
      true
      ```
      ```sh
      false
      ```
      """)
    #expect(
      read.lines == [
        "1 run Look", "2 manual Call the DBA", "3.1 manual a", "3.2 manual b", "4.1 run Phase 4",
        "4.2 run Phase 4",
      ])
    #expect(read.steps[1].estimateSeconds == 300)
    #expect(read.steps[2].group?.raw == "Do")
  }

  @Test func numberedChaptersAreNoSteps() throws {
    let read = try runbook("# T\n## 1. Purpose\ntext\n## 2. Owners\ntext\n## 3. Notes\n- a\n")
    #expect(read.steps.isEmpty)
    #expect(read.mode == .reader)
    let work = try runbook("# T\n## Procedure\n### 1. Stop\ntext\n### 2. Start\n```sh\na\n```\n")
    #expect(work.lines == ["1 manual Stop", "2 run Start"])
  }

  @Test func orderedAndTaskItemsAreSteps() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      1. One.
      2. Two (10 minutes):
         1. inner
         2. - [ ] box
      - [ ] Three
      - [x] Four
      - no step
      """)
    #expect(
      read.lines == [
        "1 manual One", "2 manual Two", "2.1 manual inner", "2.2 manual box", "3 manual Three",
        "4 manual Four",
      ])
    #expect(read.steps.map(\.line) == [3, 4, 5, 6, 7, 8])
    #expect(read.steps[1].estimateSeconds == 600)
  }

  @Test(arguments: [
    "Purpose", "When to use", "Impact", "Escalation", "Table of Contents", "References",
  ])
  func listsThatTellNothingToDoAreNoSteps(_ heading: String) throws {
    let read = try runbook("# T\n## \(heading)\n1. a\n2. b\n- [ ] c\n")
    #expect(read.steps.isEmpty)
  }

  @Test func listsOfLinksAreNoSteps() throws {
    let read = try runbook("# T\n\n1. [a](#x)\n2. [b](y.md) - about b\n\n## X\n")
    #expect(read.steps.isEmpty)
  }

  @Test func aListThatABlockCutGoesOn() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      1. Stop:

      ```sh
      stop
      ```

      2. Wait
      3. Start:
      ```sh
      start
      ```
      """)
    #expect(read.lines == ["1 run Stop", "2 manual Wait", "3 run Start"])
    #expect(read.commands() == ["stop", "start"])
  }

  @Test func blocksOutsideListsAreNamedByTheSentenceBefore() throws {
    let read = try runbook(
      """
      # T
      ## Diagnosis
      Long talk. Find the pods in question:

      ```console
      $ kubectl get pods
      web-0 Running
      ```

      Now something else.

      ```bash
      uptime
      ```
      """)
    #expect(read.lines == ["1 session Find the pods in question", "2 run Diagnosis"])
    #expect(read.steps[0].command?.text.raw == "kubectl get pods")
    #expect(read.steps[0].expectedOutput?.raw == "web-0 Running")
  }

  @Test func onlyShellsAreRun() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      ```
      rm -r /
      ```
      ```yaml
      a: b
      ```
      ```azurecli-interactive
      az group list
      ```
      ```powershell
      Get-Process
      ```
      ```zsh
      ls
      ```
          indented
      <!--
      ```sh
      hidden
      ```
      -->
      """)
    #expect(read.lines == ["1 show Procedure", "2 show Procedure", "3 run Procedure"])
    #expect(read.steps[0].kind.holdsCommand == false)
  }

  @Test func runnersMakeOtherLabelsRun() throws {
    let read = try runbook("---\nrunners: {azurecli: bash}\n---\n# T\n```azurecli\naz a\n```\n")
    #expect(read.lines == ["1 run T"])
    #expect(read.steps[0].command?.shell == "bash")
  }

  @Test func anItemThatEndsInCodeHoldsACommand() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      - [ ] Restart quorum: `docker compose restart etcd-1`
      - [ ] Run `systemctl status x`.
      - [ ] The leader shows `Leader running`
      - [ ] Look at `single`
      """)
    #expect(
      read.lines == [
        "1 run Restart quorum", "2 run Run", "3 manual The leader shows Leader running",
        "4 manual Look at single",
      ])
    #expect(read.commands() == ["docker compose restart etcd-1", "systemctl status x"])
  }

  @Test func itemsWithSeveralBlocksHaveParts() throws {
    let read = try runbook(
      """
      # T
      ## Procedure
      1. Move the data

         ```sh
         stop
         ```

         Then copy it:

         ```sh
         copy
         ```
      """)
    #expect(read.lines == ["1a run Move the data", "1b run Then copy it"])
    #expect(read.steps.map { $0.group?.raw } == ["Move the data", "Move the data"])
  }

  @Test func verificationAndRollbackCountByThemselves() throws {
    let read = try runbook(
      """
      # T
      ## Prerequisites
      - [ ] access
      ## Procedure
      1. a
      ## Verification
      ```sh
      check
      ```
      1. look
      ## Rollback
      ```sh
      undo
      ```
      ## After
      - [ ] tell
      """)
    #expect(
      read.lines == [
        "P1 manual access", "1 manual a", "V1 verify Verification", "V2 manual look",
        "R1 rollback Rollback", "2 manual tell",
      ])
    #expect(
      read.steps.map(\.part) == [
        .procedure, .procedure, .verification, .verification, .rollback, .procedure,
      ])
  }

  @Test func timesAreReadFromLinesOfTheirOwn() throws {
    let read = try runbook(
      """
      # T
      ### Step 1: a
      **Time:** 5-10 minutes

      ```sh
      a
      ```
      ### Step 2: b
      1. c
         Estimated time: 30 s
      2. d (about 1 hour)
      3. e (see 5)
      """)
    #expect(read.steps.map(\.estimateSeconds) == [600, 30, 3_600, nil])
    #expect(read.steps.map(\.title.raw) == ["a", "c Estimated time: 30 s", "d", "e (see 5)"])
  }

  @Test func whatADangerousCommandReadsMustExist() throws {
    let read = try runbook(
      """
      # T
      1. a

         ```sh
         rm -rf "$DIR"/* $HOME/x
         ```
      2. b

         ```sh
         oc get node $NODE ${OTHER:-x}
         ```
      """)
    #expect(read.steps.map(\.unsetVariables) == [["DIR"], ["NODE"]])
    #expect(read.steps.map(\.requiredVariables) == [["DIR"], []])
    #expect(read.planText.map(\.text).first?.contains("reads $DIR") == true)
    #expect(read.planJSON["steps"]?.array?[0]["requires"] == ["DIR"])
  }

  /// A block for a terminal without a prompt is shown when it begins as a command does, never run.
  @Test func consoleBlocksWithoutAPromptAreShown() throws {
    let read = try runbook(
      """
      # T
      ## Mitigation
      Restart it:
      ```console
      oc rollout restart deploy/a
      ```
      It says:
      ```console
      deployment.apps/a restarted
      ```
      Then:
      ```sh
      root@db-1:/srv# rm -r x
      ```
      ```sh
      $ uptime
      ```
      """)
    #expect(read.lines == ["1 show Restart it", "2 show Then", "3 session Mitigation"])
    #expect(read.steps.first?.expectedOutput?.raw == "deployment.apps/a restarted")
  }

  @Test func numberedHeadingsBesideEachOtherAreSteps() throws {
    let read = try runbook(
      """
      # T
      ## Put a banner up
      ### 1. Get the words
      Ask for them.
      ### 2. Put it up
      In the admin page.
      ### 3. Look
      1. Wait
      2. Reload
      ## Lessons learned
      1. Be quick
      ## Causes
      1. If it is a webhook:

         This can be caused by:
         - a certificate
         - a token
      """)
    #expect(
      read.lines == [
        "1 manual Get the words", "2 manual Put it up", "3.1 manual Wait", "3.2 manual Reload",
        "4 manual If it is a webhook",
      ])
  }

  @Test func indexesHoldNoSteps() throws {
    let text = "# Runbooks\n\n- [a](a.md)\n- [b](b.md)\n- [c](c/d.md)\n\n1. Read one\n"
    #expect(try runbook(text, path: "README.md").isIndex)
    #expect(try runbook(text, path: "README.md").steps.isEmpty)
    #expect(try runbook(text, path: "other.md").steps.count == 1)
    #expect(try runbook("# X\n\n**Type:** Documentation Index\n\n1. a\n").mode == .reader)
  }

  @Test func idsOutliveEditsElsewhere() throws {
    let before = try runbook("# T\n## Procedure\n1. a\n2. b\n\n```sh\nls\n```\n```sh\nls\n```\n")
    let after = try runbook(
      "# New\n\nmore\n\n## Procedure\n0. new\n1. a\n2. b\n\nx\n\n```sh\nls\n```\n```sh\nls\n```\n")
    let ids = Set(after.steps.map(\.id))
    #expect(before.steps.count == 4)
    #expect(before.steps.allSatisfy { ids.contains($0.id) })
    #expect(Set(before.steps.map(\.id)).count == 4)
    let edited = try runbook("# T\n## Procedure\n1. a\n2. c\n")
    #expect(edited.steps[0].id == before.steps[0].id)
    #expect(edited.steps[1].id != before.steps[1].id)
  }

  @Test func variablesOfEarlierStepsAreNamed() throws {
    let read = try runbook(
      """
      # T
      ```sh
      # 1. Prepare
      DIR="backup-$(date +%s)"
      export HOST=a PORT
      ONCE=1 ls
      (INNER=1)
      # 2. Clean
      rm -r "$DIR"/* && echo $HOME $ONCE $INNER
      # 3. Both
      HOST=b
      for f in ${DIR:-/tmp}/*; do echo "$f on ${HOST}"; done
      # 4. Quoted
      echo '$DIR' \\$DIR "${PORT}" $HOST
      ```
      """)
    let inherited = read.steps.map { step in
      step.inheritedVariables.map { "\($0.name) of \($0.step)\($0.isExported ? " exported" : "")" }
    }
    #expect(
      inherited == [[], ["DIR of 1a"], [], ["PORT of 1a exported", "HOST of 1c exported"]])
    // What a subshell or a single command was given is set by nothing here, and `rm` is dangerous.
    #expect(
      read.steps.map(\.requiredVariables) == [[], ["ONCE", "INNER"], [], ["PORT", "HOST"]])
    #expect(read.steps[1].blocked == [.variableNotCarried(name: "DIR", step: "1a")])
    #expect(read.steps[3].blocked.isEmpty)
  }

  @Test func plannedStepsKeepWhatTheRecordNeeds() throws {
    let read = try runbook(
      "# T\n## Verification\n- [ ] Ask <!-- mayday: optional est=2m -->\n\n```sh\nls <dir>\n```\n")
    let planned = read.plannedSteps
    #expect(planned.map(\.id) == read.steps.map(\.id))
    #expect(planned[0].isOptional && planned[0].estimateSeconds == 120)
    #expect(planned[1].placeholders == ["dir"] && planned[1].kind == .verify)
    #expect(planned[1].part == .verification && planned[1].command?.raw == "ls <dir>")
  }
}
