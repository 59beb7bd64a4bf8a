import Console
import Grid
import IncidentDomain
import Testing
import TextGate

@Suite struct IncidentScreenTests {
  @Test func incidentWithoutARunbook() throws {
    var host = FakeHost.busy()
    host.press("<Enter>")
    try Snapshot.check(host, "incident-no-runbook", sizes: Snapshot.every)
  }
}
