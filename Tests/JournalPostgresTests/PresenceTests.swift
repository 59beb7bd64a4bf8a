import Glibc
import IncidentDomain
import Journal
import JournalPostgres
import Synchronization
import Testing
import TextGate

/// Consoles on one server tell each other who looks at what.
@Suite struct PresenceTests {
  private static func presence(
    _ person: Untrusted, host: Untrusted, process: Int, on incident: EventID?, idle: Int = 0
  ) -> Presence {
    Presence(
      person: person, account: "ops", host: host, terminal: "pts/3", client: "10.0.0.7",
      process: process, incident: incident, lastKey: .morning - idle)
  }

  /// Asks again and again until it holds, for ten seconds at most.
  private static func holds(_ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if condition() { return true }
      _ = poll(nil, 0, 20)
    }
    return condition()
  }

  @Test func whoLooksFromAnotherHostIsSeenAndGoneWithTheConsole() throws {
    let place = try Place()
    let name = "p\(place.database)"
    // A right to read is enough to be seen.
    try place.sql("CREATE ROLE \(name) LOGIN; GRANT mayday_reader TO \(name)")
    let incident = try place.open().declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let ana = PostgresPresence(try PostgresAddress(place.url))
    let bob = PostgresPresence(try PostgresAddress(place.server.url(place.database, as: name)))
    let changes = Mutex(0)
    let watches = [
      ana.watch(isObserver: false) { changes.withLock { $0 += 1 } },
      bob.watch(isObserver: false) {},
    ]
    #expect(watches.allSatisfy { $0 != nil })
    ana.tell(
      Self.presence("ana", host: "ops1", process: 7, on: incident), now: .morning)
    bob.tell(
      Self.presence("bob", host: "ops2", process: 7, on: incident, idle: 300), now: .morning)
    #expect(
      Self.holds {
        ana.everybody(now: .morning).count == 2 && bob.everybody(now: .morning).count == 2
      })
    // Whatever the clocks of the two say: idle for five minutes is idle for five minutes.
    let seen = try #require(ana.everybody(now: .morning + 999).first { $0.person == "bob" })
    #expect(seen.idleMinutes(at: .morning + 999) == 5)
    #expect(seen.host == "ops2" && seen.client == "10.0.0.7" && seen.incident == incident)
    #expect(changes.withLock { $0 } > 0)
    // Who only asks sees both, and is seen by nobody.
    let asked = PostgresPresence.everybody(at: try PostgresAddress(place.url), now: .morning)
    #expect(asked.map(\.person) == ["ana", "bob"])
    bob.tell(Self.presence("bob", host: "ops2", process: 7, on: nil), now: .morning)
    #expect(
      Self.holds { ana.everybody(now: .morning).lookingAt(incident).map(\.person) == ["ana"] })
    bob.leave(process: 7)
    #expect(Self.holds { ana.everybody(now: .morning).map(\.person) == ["ana"] })
    ana.leave(process: 7)
    #expect(PostgresPresence.everybody(at: try PostgresAddress(place.url), now: .morning).isEmpty)
  }

  @Test func anObserverSeesAndIsNotSeen() throws {
    let place = try Place()
    let (ana, observer) = (
      PostgresPresence(try PostgresAddress(place.url)),
      PostgresPresence(try PostgresAddress(place.url))
    )
    ana.tell(Self.presence("ana", host: "ops1", process: 7, on: nil), now: .morning)
    let watches = [ana.watch(isObserver: false) {}, observer.watch(isObserver: true) {}]
    defer { for watch in watches { watch?.cancel() } }
    #expect(Self.holds { observer.everybody(now: .morning).map(\.person) == ["ana"] })
    #expect(ana.everybody(now: .morning).map(\.person) == ["ana"])
  }

  /// The connection breaks: it is made anew, and both see each other again.
  @Test func aBrokenConnectionIsMadeAnew() throws {
    let place = try Place()
    let (ana, bob) = (
      PostgresPresence(try PostgresAddress(place.url)),
      PostgresPresence(try PostgresAddress(place.url))
    )
    ana.tell(Self.presence("ana", host: "ops1", process: 7, on: nil), now: .morning)
    bob.tell(Self.presence("bob", host: "ops2", process: 8, on: nil), now: .morning)
    let watches = [ana.watch(isObserver: false) {}, bob.watch(isObserver: false) {}]
    defer { for watch in watches { watch?.cancel() } }
    #expect(Self.holds { ana.everybody(now: .morning).count == 2 })
    try place.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mayday console'"
    )
    #expect(Self.holds { bob.everybody(now: .morning).count < 2 })
    #expect(
      Self.holds {
        ana.everybody(now: .morning).count == 2 && bob.everybody(now: .morning).count == 2
      })
  }
}
