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

  @Test func declareForm() throws {
    var host = FakeHost.busy()
    host.press("d")
    try Snapshot.check(host, "declare", sizes: Snapshot.every)
    host.press("Cache is cold<Tab>1<Tab><Tab><Tab><Tab>slow pages<Enter>")
    try Snapshot.check(host, "declare-confirm", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    try Snapshot.check(host, "declare-done", sizes: [(80, 24, .utf8)])
  }

  @Test func cardAndContactsNeedNoStore() throws {
    var host = FakeHost()
    host.send(.storeTrouble("the store /var/lib/mayday.sqlite cannot be opened; check the disk"))
    host.press("e")
    try Snapshot.check(host, "card")
    host.press("c")
    try Snapshot.check(host, "contacts")
  }

  @Test func helpListsWhatWorksHere() throws {
    var host = FakeHost()
    host.press("?")
    try Snapshot.check(host, "help-board")
    host.press("/decl<Enter>")
    try Snapshot.check(host, "help-filter", sizes: [(80, 24, .utf8)])
  }

  @Test func aFilterThatMatchesNothingSaysSo() throws {
    var host = FakeHost.busy()
    host.press("/xyz<Enter>")
    try Snapshot.check(host, "board-no-match", sizes: [(80, 24, .utf8)])
  }
}
