import Console
import IncidentDomain
import Testing
import TextGate

/// How a run was walked against how its runbook is written, read in the console.
@Suite struct DriftScreenTests {
  @Test func theReportOfARunIsReadLikeAnyOtherText() throws {
    var host = FakeHost.walking()
    host.press("wd")
    try Snapshot.check(host, "drift", sizes: [(80, 24, .utf8), (50, 12, .utf8)])
    #expect(host.screen(120, 60).contains("2 of 6 steps walked, 2 of them as written; still open"))
    #expect(host.screen(120, 60).contains("Nothing here changes a file."))
    #expect(host.screen(120, 60).contains("mayday run drift 1 --run"))
    #expect(host.screen(120, 60).contains("rollback not begun, 1 step"))
    host.press("q")
    #expect(host.screen().contains("Runbook runs"))
    // Nothing was written by looking.
    #expect(host.incident(1)?.runs.count == 1)
  }

  @Test func theReviewShowsAllRuns() {
    var host = FakeHost.walking()
    host.press("pd")
    #expect(host.screen(120, 60).contains("as walked, as written"))
  }

  @Test func withoutARunThereIsNothingToCompare() {
    var host = FakeHost.busy()
    host.press("<Enter>pd")
    #expect(host.status.contains("no runbook was walked"))
  }
}
