import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// Several runs in one incident: each console looks at its own.
@Suite struct SeveralRunsTests {
  /// Bob has walked the first runbook; alice, whose console this is, starts a second one.
  private func two() -> FakeHost {
    var host = FakeHost.walking()
    host.press("r/disk<Enter><Enter><Enter><Enter>")
    return host
  }

  @Test func theNewRunIsShownAndTheOtherIsAKeyAway() throws {
    var host = two()
    #expect(host.incident(1)?.openRuns.count == 2)
    #expect(host.screen().contains("Runbook: Disk full ── run 2 of 2 · 0/2"))
    host.press("<Space>du says /var<Enter>")
    #expect(host.incident(1)?.runs[1].count.ended == 1)
    host.press("w")
    try Snapshot.check(host, "runs")
    host.press("k<Enter>")
    try Snapshot.check(host, "run-first-of-two", sizes: [(80, 24, .utf8)])
    // What is done here is done in the run that is shown.
    host.press("jS<C-u>not today<Enter>")
    #expect(host.incident(1)?.runs[0].count.ended == 2)
    #expect(host.incident(1)?.runs[1].count.ended == 1)
  }

  @Test func whatOthersStartAndEndMovesNobody() throws {
    var host = FakeHost.walking()
    let plan = RunStart(
      runbook: "x.md", title: "Another way", digest: "d", source: "# Another way\n\n1. Wait.\n",
      steps: [PlannedStep(id: "wait", number: "1", title: "Wait", kind: .manual)])
    host.press("j")
    host.other("bob", .startRun(plan), on: 1)
    #expect(host.screen().contains("PostgreSQL HA recovery"))
    #expect(host.screen().contains("run 1 of 2"))
    #expect(host.screen().contains("▌  3 Is the old leader reachable?"))
    // The one that ended meanwhile stays in sight, and says where the others are.
    let run = try #require(host.incident(1)?.runs[0].id)
    host.other("bob", .endRun(run: run, .abandoned, because: "another way was found"), on: 1)
    #expect(host.screen().contains("run 1 of 2 · abandoned"))
    #expect(host.screen().contains("this run has ended: w shows the open ones"))
    host.press("<Space>")
    #expect(host.status.contains("this run has ended; w shows the open ones"))
    host.press("wj<Enter>")
    #expect(host.screen().contains("Another way"))
  }

  @Test func whoEndsARunGoesOnWithTheOpenOne() {
    var host = two()
    host.press("S<C-u>no need<Enter>S<C-u>no need<Enter>F<Enter>")
    #expect(host.incident(1)?.runs[1].outcome == .finished)
    #expect(host.screen().contains("PostgreSQL HA recovery"))
    #expect(host.screen().contains("run 1 of 2"))
  }

  @Test func withoutARunThereIsNothingToChoose() {
    var host = FakeHost.busy()
    host.press("<Enter>w")
    #expect(host.status.contains("there is no run yet; r starts one"))
  }

  @Test func stepsStandUnderTheirSectionsAndCountsAgree() throws {
    var host = FakeHost()
    host.files = [
      (
        "core/parts.md",
        """
        # Parts

        ## Prerequisites
        1. Log in.

        ## Procedure
        1. Is it up?
           - Yes: go on with step 2
           - No: [roll back](#rollback)
        2. Do it (1 min).

        ## Verification
        1. Look.

        ## Rollback
        1. Undo it.
        2. Tell them.

        """
      )
    ]
    host.declare("Sections", .sev3)
    host.send(.storeChanged)
    host.press("<Enter>r<Enter>")
    #expect(host.screen().contains("4 steps, 2 to roll back"))
    host.press("<Enter><Enter>")
    #expect(host.screen().contains("0/4"))
    try Snapshot.check(host, "run-sections", sizes: [(80, 24, .utf8)])
    host.press("<Space><Enter>")
    host.pass(130)
    // A decision waits on the clock.
    #expect(host.screen().contains("waits 2m"))
    host.press("n<Enter>")
    #expect(host.incident(1)?.openRun?.rollback == host.now)
    #expect(host.screen().contains("ROLLBACK 0/2"))
    host.press("<Space><Enter><Space><Enter>")
    #expect(host.screen().contains("all is rolled back: F ends the run"))
    host.press("F")
    #expect(host.screen().contains("[rolled back]"))
    host.press("<Enter>")
    #expect(host.incident(1)?.runs.first?.outcome == .rolledBack)
  }
}
