import Console
import Grid
import IncidentDomain
import Testing
import TextGate

@Suite struct BoardScreenTests {
  @Test func emptyBoardInvites() throws {
    let host = FakeHost()
    try Snapshot.check(host, "board-empty", sizes: Snapshot.every)
    #expect(host.screen().contains("declare an incident"))
  }

  @Test func boardShowsWhatIsOn() throws {
    try Snapshot.check(FakeHost.busy(), "board", sizes: Snapshot.every)
  }
}
