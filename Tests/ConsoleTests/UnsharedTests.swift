import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// What only this host has while the store is away, and what two branches disagree about.
@Suite struct UnsharedTests {
  private static let away: Showable =
    "what you write is kept on this host; the store cannot be reached: postgresql://db/ops"

  @Test func whatIsNotSharedIsMarkedUntilItIs() throws {
    var host = FakeHost.walking()
    let before = Set(try #require(host.incident(1)).events.map(\.id))
    host.send(.storeTrouble(Self.away))
    host.press("+leader is db-2<Enter>")
    let new = Set(try #require(host.incident(1)).events.map(\.id)).subtracting(before)
    #expect(new.count == 1)
    host.send(.unshared(new))
    for (columns, rows) in [(80, 24), (120, 40), (50, 12)] {
      let screen = host.screen(columns, rows)
      #expect(screen.contains("STORE: ") && screen.contains("1 entry not yet shared"), "\(screen)")
    }
    #expect(host.screen().contains("(not yet shared) leader is db-2"))
    host.press("t")
    #expect(host.screen().contains("(not yet shared) leader is db-2"))
    host.send(.storeWell)
    host.send(.unshared([]))
    #expect(host.status.contains("1 entry is shared now"))
    #expect(!host.screen().contains("not yet shared"))
    #expect(!host.screen().contains("STORE:"))
  }

  @Test func rolesStepsAndNumbersTakenMeanwhileAreProvisional() throws {
    var host = FakeHost.walking()
    let incident = try #require(host.incident(1))
    // All of it was written while the store was away.
    host.send(.unshared(Set(incident.events.map(\.id))))
    let screen = host.screen(120, 40)
    #expect(screen.contains("INC-1?"), "\(screen)")
    #expect(screen.contains("provisional"), "\(screen)")
    host.press("o")
    #expect(host.screen(120, 40).contains("provisional: not yet shared"))
    host.press("qq")
    #expect(host.screen().contains("INC-1?"), "\(host.screen())")
  }

  @Test func theBoardMarksAnIncidentWhoseBranchesDisagree() throws {
    var host = FakeHost.busy()
    host.fork(1, .assign(.scribe, "ana"), by: "ana", .assign(.scribe, "ben"), by: "ben")
    #expect(host.screen().contains("CONFLICT two branches disagree; Enter, then X settles it"))
    for (columns, rows) in [(80, 24), (50, 12), (30, 8)] {
      #expect(host.screen(columns, rows).contains("CONFLICT "), "\(host.screen(columns, rows))")
    }
    try Snapshot.check(host, "board-conflict", sizes: Snapshot.every)
    host.press("<Enter>X<Enter>q")
    #expect(!host.screen().contains("CONFLICT"), "\(host.screen())")
  }

  @Test func aContradictionIsShownWithBothSidesAndSettledByOneKey() throws {
    var host = FakeHost.busy()
    host.press("<Enter>")
    let incident = try #require(host.incident(1))
    #expect(host.model.attention == incident.id)
    host.press("X")
    #expect(host.status.contains("nothing to settle"))
    // Two who had not seen each other named a scribe each.
    host.fork(1, .assign(.scribe, "ana"), by: "ana", .assign(.scribe, "ben"), by: "ben")
    #expect(host.screen().contains("CONFLICT on Scribe: two branches disagree; X settles it"))
    host.press("X")
    let form = host.screen()
    #expect(form.contains("Settle: Scribe"), "\(form)")
    #expect(form.contains("ana: Scribe: ana") && form.contains("ben: Scribe: ben"), "\(form)")
    #expect(form.contains("(holds now)"))
    try Snapshot.check(host, "settle")
    let holder = try #require(host.incident(1)?.roles[.scribe])
    host.press("<Enter>")
    #expect(host.incident(1)?.openConflicts.isEmpty == true)
    #expect(host.incident(1)?.roles[.scribe] == holder)
    #expect(!host.screen().contains("CONFLICT"))
    // The other side can be chosen as well.
    host.fork(1, .assign(.deputy, "ana"), by: "ana", .assign(.deputy, "ben"), by: "ben")
    let other: Untrusted = host.incident(1)?.roles[.deputy] == "ana" ? "ben" : "ana"
    host.press("X<Left><Enter>")
    #expect(host.incident(1)?.roles[.deputy] == other)
  }

  @Test func aNumberThatChangedIsSaid() throws {
    var host = FakeHost.walking()
    host.renumber(1, to: 9)
    #expect(host.status.contains("INC-9"), "\(host.status)")
    #expect(host.screen().contains("INC-9"))
  }
}
