import Foundation
import Glibc
import IncidentDomain
import Journal
import JournalPostgres
import PostgresHarness
import Synchronization
import Testing
import TextGate

/// Connections that break, servers that stop, and what is then in the record.
@Suite struct BrokenConnectionTests {
  /// How many times longer a soak is.
  private static let factor =
    ProcessInfo.processInfo.environment["MAYDAY_SOAK"].flatMap { Int($0) } ?? 1

  /// RELIABILITY 15: a commit whose answer never came is in the record exactly once.
  @Test func anUnknownCommitIsWrittenOnce() throws {
    let place = try Place()
    let proxy = try CuttingProxy(place)
    defer { proxy.close() }
    let journal = try place.open(proxy.url)
    let id = try journal.declare(.of("cuts"), by: .ana, at: nil, now: .morning).incident.id
    var wanted: [String] = []
    let rounds = 24 * Self.factor
    for number in 1...rounds {
      proxy.cutNext(CuttingProxy.Cut.allCases[number % CuttingProxy.Cut.allCases.count])
      let text = "note \(number)"
      wanted.append(text)
      let appended = try journal.append(
        .note(Untrusted(text)), to: id, by: .ana, at: nil, now: .morning + number)
      #expect(appended.incident.notes == wanted)
    }
    #expect(proxy.count == rounds)
    #expect(try place.open().incident(id)?.notes == wanted)
    guard case .sound = try place.open().verify(nil) else {
      Issue.record("\(try place.open().verify(nil))")
      return
    }
  }

  @Test func aDeclarationOfUnknownEndGetsOneNumber() throws {
    let place = try Place()
    let proxy = try CuttingProxy(place)
    defer { proxy.close() }
    let journal = try place.open(proxy.url)
    for number in 1...9 {
      proxy.cutNext([.beforeCommit, .afterCommit, .duringCommit][number % 3])
      let incident = try journal.declare(
        .of(Untrusted("number \(number)")), by: .ana, at: nil, now: .morning + number
      ).incident
      #expect(incident.number == number)
    }
    #expect(try place.open().board(BoardQuery(tab: nil)).total == 9)
  }

  @Test func aSessionThatTheServerEndedIsMadeAnew() async throws {
    try await onThread { try Self.endSessions() }
  }

  private static func endSessions() throws {
    let place = try Place()
    let journal = try place.open()
    let other = try place.open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let calls = Mutex(0)
    let watch = try journal.watch { calls.withLock { $0 += 1 } }
    for number in 1...5 {
      try place.sql(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)
      let note = Untrusted("\(number)")
      _ = try journal.append(.note(note), to: id, by: .ana, at: nil, now: .morning + number)
      #expect(try other.incident(id)?.notes.count == number)
    }
    // The watch lives again: what the other writes is told.
    let deadline = ContinuousClock.now + .seconds(15)
    let before = calls.withLock { $0 }
    while calls.withLock({ $0 }) == before, ContinuousClock.now < deadline {
      _ = try other.append(.note("x"), to: id, by: .ana, at: nil, now: .morning + 9)
      _ = poll(nil, 0, 100)
    }
    #expect(calls.withLock { $0 } > before)
    watch.cancel()
  }

  /// A server whose processes are stopped keeps its connections and says nothing (RELIABILITY 16).
  @Test func aServerThatStandsStillIsGivenUpAndUsedAgain() async throws {
    try await onThread { try Self.standStill() }
  }

  private static func standStill() throws {
    let server = try PostgresServer()
    let place = try Place(server)
    let journal = try place.open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let clock = ContinuousClock()
    try server.signal(SIGSTOP)
    let still = clock.measure {
      let error = #expect(throws: JournalError.self) {
        try journal.append(.note("lost?"), to: id, by: .ana, at: nil, now: .morning + 1)
      }
      guard case .unavailable? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(still < .seconds(12))
    // Who asks again at once is answered at once.
    let again = clock.measure {
      #expect(throws: JournalError.self) { try journal.incident(id) }
    }
    #expect(again < .seconds(1))
    try server.signal(SIGCONT)
    let deadline = ContinuousClock.now + .seconds(15)
    var isBack = false
    while !isBack, ContinuousClock.now < deadline {
      isBack =
        (try? journal.append(.note("back"), to: id, by: .ana, at: nil, now: .morning + 2)) != nil
      _ = poll(nil, 0, 20)
    }
    #expect(isBack)
    #expect(try place.open().incident(id)?.notes == ["back"])
  }

  @Test func aServerThatCrashedLosesNothingThatWasSaid() async throws {
    try await onThread { try Self.crash() }
  }

  private static func crash() throws {
    let server = try PostgresServer()
    let place = try Place(server)
    let journal = try place.open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    var said: [String] = []
    for round in 1...2 {
      for number in 1...20 {
        let text = "\(round)/\(number)"
        _ = try journal.append(
          .note(Untrusted(text)), to: id, by: .ana, at: nil, now: .morning + number)
        said.append(text)
      }
      try server.stop("immediate")
      let error = #expect(throws: JournalError.self) { try journal.incident(id) }
      #expect(error?.sentence.text.contains("cannot be reached") == true)
      try server.start()
      let deadline = ContinuousClock.now + .seconds(15)
      while (try? journal.incident(id)) == nil, ContinuousClock.now < deadline {
        _ = poll(nil, 0, 20)
      }
      #expect(try journal.incident(id)?.notes == said)
    }
  }

  @Test func aLockThatIsHeldForTooLongIsToldAsBusy() async throws {
    try await onThread { try Self.holdALock() }
  }

  private static func holdALock() throws {
    let place = try Place()
    let journal = try place.open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let holder = Thread {
      _ = try? place.sql("BEGIN; SELECT 1 FROM mayday.incident FOR UPDATE; SELECT pg_sleep(7)")
    }
    holder.start()
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline,
      // It sleeps, so the lock before it is held; its text alone would stand there too early.
      try place.sql(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'
        """)
        != "1\n"
    { _ = poll(nil, 0, 20) }
    let error = #expect(throws: JournalError.self) {
      try journal.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning + 1)
    }
    guard case .busy? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try journal.incident(id)?.acknowledgement == nil)
  }

  @Test func aTextWithANULIsRefused() throws {
    let place = try Place()
    let journal = try place.open()
    #expect(throws: JournalError.self) {
      try journal.declare(.of("a\u{0}b"), by: .ana, at: nil, now: .morning)
    }
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let error = #expect(throws: JournalError.self) {
      try journal.append(.note("a\u{0}b"), to: id, by: .ana, at: nil, now: .morning)
    }
    guard case .refused(let refusal)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(refusal.kind == .badValue)
    #expect(try journal.verify(nil) == .sound(events: 1, heads: [id]))
  }
}
