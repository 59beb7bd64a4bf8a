import Foundation
import Glibc
import IncidentDomain
import Journal
import JournalPostgres
import PostgresHarness
import Synchronization
import TerminalHarness
import Testing
import TextGate

/// Work goes on in the spool while the server is away, and is shared once (RELIABILITY 15 and 16).
@Suite struct SpoolTests {
  /// How many times longer a soak is.
  private static let factor =
    ProcessInfo.processInfo.environment["MAYDAY_SOAK"].flatMap { Int($0) } ?? 1

  /// A commit whose answer never came, and a server that cannot be asked then: the same event is kept
  /// here, and is in the record once, whether the server had it or not.
  @Test func aCommitOfUnknownEndIsInTheRecordOnce() async throws {
    try await onThread { try Self.cutCommits() }
  }

  private static func cutCommits() throws {
    let place = try Place()
    let proxy = try CuttingProxy(place)
    defer { proxy.close() }
    let spool = place.folder + "/spool/s.sqlite"
    let id = try place.spooling(proxy.url, spool).declare(
      .of("cuts"), by: .ana, at: nil, now: .morning
    ).incident.id
    var wanted: [String] = []
    let rounds = 20 * factor
    let cuts: [CuttingProxy.Cut] = [.afterCommit, .beforeCommit, .duringCommit]
    for number in 1...rounds {
      let journal = try place.spooling(proxy.url, spool)
      proxy.cutNext(cuts[number % cuts.count], thenShut: true)
      let text = "note \(number)"
      wanted.append(text)
      let appended = try journal.append(
        .note(Untrusted(text)), to: id, by: .ana, at: nil, now: .morning + number)
      #expect(!appended.isShared)
      #expect(appended.incident.notes == wanted)
      #expect(journal.unshared == Set(appended.events.map(\.id)))
      proxy.open()
      let next = try place.spooling(proxy.url, spool)
      #expect(next.deliveredOnOpening == 1)
      #expect(next.unshared.isEmpty)
      let there = try #require(try place.open().incident(id))
      #expect(there.notes == wanted)
      #expect(there.events.last?.id == appended.events.last?.id)
    }
    #expect(proxy.count == rounds)
    guard case .sound(let events, _) = try place.open().verify(nil) else {
      Issue.record("\(try place.open().verify(nil))")
      return
    }
    #expect(events == rounds + 1)
  }

  /// An incident declared meanwhile gets another number when its own was given to another.
  @Test func aProvisionalNumberGivesWayToOneOfTheServer() throws {
    let place = try Place()
    let proxy = try OutageProxy(place)
    defer { proxy.close() }
    let spool = place.folder + "/spool/s.sqlite"
    let journal = try place.spooling(proxy.url, spool)
    let first = try journal.declare(.of("first"), by: .ana, at: nil, now: .morning)
    #expect(first.isShared && first.incident.number == 1)
    proxy.turn(.resetting)
    let mine = try journal.declare(.of("mine"), by: .ana, at: nil, now: .morning + 1)
    #expect(!mine.isShared && mine.incident.number == 2)
    #expect(mine.incident.provisional(journal.unshared).number)
    #expect(try journal.board(BoardQuery(tab: .active)).total == 2)
    let others = try place.open().declare(.of("others"), by: .bob, at: nil, now: .morning + 2)
    #expect(others.incident.number == 2)
    _ = try journal.append(.note("on"), to: mine.incident.id, by: .ana, at: nil, now: .morning + 3)
    proxy.turn(.passing)
    let back = try place.spooling(proxy.url, spool)
    #expect(back.deliveredOnOpening == 2)
    #expect(try back.incident(mine.incident.id)?.number == 3)
    #expect(try back.incident(mine.incident.id)?.notes == ["on"])
    #expect(try place.open().incident(others.incident.id)?.number == 2)
    // What was shared is shared: nothing waits, and another outage begins from the server's state.
    proxy.turn(.resetting)
    #expect(try back.incident(mine.incident.id)?.number == 3)
  }

  /// What is done of checklists meanwhile waits, too, and is in the record once.
  @Test func aTickIsKeptAndSharedAsWell() throws {
    let place = try Place()
    let proxy = try OutageProxy(place)
    defer { proxy.close() }
    let spool = place.folder + "/spool/s.sqlite"
    let day = Round(of: .checklist("Daily"), in: .morning..<(.morning + 86_400))
    let journal = try place.spooling(proxy.url, spool)
    _ = try journal.append(
      .tick("backups", note: nil), to: day, by: .ana, at: nil, now: .morning + 1)
    #expect(journal.unshared.isEmpty)
    proxy.turn(.resetting)
    // What was done before is known here, and cannot be done again.
    let again = #expect(throws: JournalError.self) {
      try journal.append(.tick("backups", note: nil), to: day, by: .bob, at: nil, now: .morning + 2)
    }
    guard case .refused? = again else {
      Issue.record("\(String(describing: again))")
      return
    }
    let record = try journal.append(
      .tick("disks", note: "80 %"), to: day, by: .ana, at: nil, now: .morning + 3)
    #expect(record.done.count == 2)
    #expect(journal.unshared == Set(record.heads))
    let next = Round(of: .checklist("Weekly"), in: .morning..<(.morning + 604_800))
    _ = try journal.append(
      .tick("restore", note: nil), to: next, by: .ana, at: nil, now: .morning + 4)
    #expect(journal.unshared.count == 2)
    proxy.turn(.passing)
    #expect(try place.spooling(proxy.url, spool).deliveredOnOpening == 2)
    let book = try place.open().rounds([day, next])
    #expect(book.records[day]?.done.count == 2)
    #expect(book.records[next]?.done.count == 1)
    guard case .sound = try place.open().verify(nil) else {
      Issue.record("\(try place.open().verify(nil))")
      return
    }
  }

  @Test func whoOnlyReadsKeepsNothingHere() throws {
    let place = try Place()
    try place.sql("CREATE ROLE r\(place.database) LOGIN IN ROLE mayday_reader")
    let spool = place.folder + "/spool/s.sqlite"
    let url = place.server.url(place.database, as: "r\(place.database)")
    let journal = try place.spooling(url, spool)
    #expect(throws: JournalError.self) {
      try journal.declare(.of("no"), by: .ana, at: nil, now: .morning)
    }
    #expect(!FileManager.default.fileExists(atPath: spool))
    #expect(journal.unshared.isEmpty)
  }

  @Test func theSpoolIsPrivate() throws {
    let place = try Place()
    let spool = place.folder + "/spool/s.sqlite"
    _ = try place.spooling(place.url, spool)
    var status = stat()
    #expect(stat(spool, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(stat(place.folder + "/spool", &status) == 0 && status.st_mode & 0o777 == 0o700)
  }

  /// Two consoles of one account share the spool: each sees what the other writes meanwhile, and
  /// whichever reaches the server first shares it for both.
  @Test func twoConsolesOfOneAccountShareTheSpool() async throws {
    try await onThread { try Self.shareTheSpool() }
  }

  private static func shareTheSpool() throws {
    let place = try Place()
    let proxy = try OutageProxy(place)
    defer { proxy.close() }
    let spool = place.folder + "/spool/s.sqlite"
    let (one, two) = (try place.spooling(proxy.url, spool), try place.spooling(proxy.url, spool))
    let id = try one.declare(.of("two"), by: .ana, at: nil, now: .morning).incident.id
    let watches = [try one.watch({}, health: { _ in }), try two.watch({}, health: { _ in })]
    proxy.turn(.resetting)
    _ = try one.append(.assign(.commander, "ana"), to: id, by: .ana, at: nil, now: .morning + 1)
    // Of two who take one thing, the second is told, as on one store.
    let refused = #expect(throws: JournalError.self) {
      try two.append(.assign(.commander, "bob"), to: id, by: .bob, at: nil, now: .morning + 2)
    }
    guard case .refused? = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
    _ = try two.append(.note("seen"), to: id, by: .bob, at: nil, now: .morning + 3)
    #expect(try one.incident(id)?.notes == ["seen"])
    proxy.turn(.passing)
    #expect(
      becomes {
        one.unshared.isEmpty && two.unshared.isEmpty && one.away == nil && two.away == nil
      })
    let there = try #require(try place.open().incident(id))
    #expect(there.events.count == 3 && there.conflicts.isEmpty && there.commander == "ana")
    #expect(one.unshared.isEmpty && two.unshared.isEmpty)
    for watch in watches { watch.cancel() }
  }

  /// Whoever leaves while the server is silent does not wait for it, and what was under way is kept.
  @Test func givingUpEndsTheWaitAndKeepsWhatWasUnderWay() async throws {
    try await onThread { try Self.giveUp() }
  }

  private static func giveUp() throws {
    let place = try Place()
    let proxy = try OutageProxy(place)
    defer { proxy.close() }
    let spool = place.folder + "/spool/s.sqlite"
    let journal = try place.spooling(proxy.url, spool)
    let id = try journal.declare(.of("silent"), by: .ana, at: nil, now: .morning).incident.id
    proxy.turn(.silent)
    let clock = ContinuousClock()
    let began = clock.now
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) { journal.giveUpWaiting() }
    let appended = try journal.append(
      .note("on the way out"), to: id, by: .ana, at: nil, now: .morning + 1)
    #expect(!appended.isShared)
    #expect(clock.now - began < .seconds(2))
    proxy.turn(.passing)
    #expect(try place.spooling(proxy.url, spool).deliveredOnOpening == 1)
    #expect(try place.open().incident(id)?.notes == ["on the way out"])
  }

  // MARK: - Eight kinds of outage

  /// How the server goes away.
  enum Outage: String, CaseIterable, Sendable {
    case killed, stopped, dropped, reset, crowded, lockedOut, restarted, full
  }

  @Test(.serialized, arguments: Outage.allCases)
  func whatIsWrittenInAnOutageIsSharedOnceAndInOrder(outage: Outage) async throws {
    try await onThread {
      let scene = try Scene(outage)
      // 200 outages of eight kinds in a soak (`MAYDAY_SOAK=25`).
      for round in 1...Self.factor { try scene.play(round) }
      scene.end()
    }
  }

  /// A console's journal and what another client does, over one server.
  private final class Scene {
    let outage: Outage
    let place: Place
    let proxy: OutageProxy
    let spool: String
    let journal: SpoolingJournal
    let watch: any JournalWatch
    let health = HealthLog()
    let id: EventID
    var wanted: [String] = []

    init(_ outage: Outage) throws {
      self.outage = outage
      let needsItsOwn =
        switch outage {
        case .killed, .stopped, .restarted: true
        case .dropped, .reset, .full, .crowded, .lockedOut: false
        }
      place = try Place(needsItsOwn ? PostgresServer() : nil)
      proxy = try OutageProxy(place)
      spool = place.folder + "/spool/s.sqlite"
      let url: String
      switch outage {
      case .killed, .stopped, .restarted, .full, .lockedOut: url = place.url
      case .dropped, .reset: url = proxy.url
      case .crowded:
        // The owner of a server is never refused for want of connections.
        try place.sql("CREATE ROLE w\(place.database) LOGIN IN ROLE mayday_writer")
        url = place.server.url(place.database, as: "w\(place.database)")
      }
      journal = try place.spooling(url, spool)
      id = try journal.declare(.of("outage"), by: .ana, at: nil, now: .morning).incident.id
      let health = health
      watch = try journal.watch({}, health: { health.add($0 == nil) })
    }

    func play(_ round: Int) throws {
      try write("\(round) before", isShared: true)
      let clock = ContinuousClock()
      let began = clock.now
      try begin()
      for number in 1...3 {
        try write("\(round)/\(number)", isShared: outage == .restarted ? nil : false)
      }
      if outage != .restarted {
        #expect(clock.now - began < .seconds(15), "\(outage)")
        #expect(journal.unshared.count == 3)
        #expect(try journal.incident(id)?.notes == wanted)
      }
      try finish()
      try wait("shared") { journal.unshared.isEmpty && journal.away == nil }
      #expect(try journal.incident(id)?.notes == wanted)
      let direct = try place.open()
      #expect(try direct.incident(id)?.notes == wanted)
      guard case .sound(let events, _) = try direct.verify(nil) else {
        Issue.record("\(outage): \(try direct.verify(nil))")
        return
      }
      #expect(events == wanted.count + 1)
      if outage != .restarted { #expect(health.all.contains(false)) }
      try wait("told") { health.all.last ?? true }
    }

    private func write(_ text: String, isShared: Bool?) throws {
      wanted.append(text)
      let appended = try journal.append(
        .note(Untrusted(text)), to: id, by: .ana, at: nil, now: .morning + wanted.count)
      if let isShared { #expect(appended.isShared == isShared, "\(outage): \(text)") }
    }

    private func begin() throws {
      switch outage {
      case .killed: try place.server.stop("immediate")
      case .stopped: try place.server.signal(SIGSTOP)
      case .dropped: proxy.turn(.silent)
      case .reset: proxy.turn(.resetting)
      case .restarted: try place.server.restart()
      case .full:
        try place.sql(
          """
          CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
          CREATE TRIGGER no_room BEFORE INSERT ON mayday.event
            FOR EACH STATEMENT EXECUTE FUNCTION no_room();
          """)
      case .lockedOut:
        try place.server.setAccess("local \(place.database) all reject\n")
        // The server takes it a moment later: until then it lets people in.
        guard becomes({ (try? place.sql("SELECT 1", fails: true)) != nil }) else {
          throw HarnessError("the server lets people in")
        }
        try endSessions()
      case .crowded:
        try place.sql("ALTER ROLE w\(place.database) CONNECTION LIMIT 0")
        try endSessions()
      }
    }

    private func finish() throws {
      switch outage {
      case .killed: try place.server.start()
      case .stopped: try place.server.signal(SIGCONT)
      case .dropped, .reset: proxy.turn(.passing)
      case .restarted: break
      case .full: try place.sql("DROP FUNCTION no_room CASCADE")
      case .lockedOut: try place.server.setAccess("local \(place.database) all trust\n")
      case .crowded: try place.sql("ALTER ROLE w\(place.database) CONNECTION LIMIT -1")
      }
    }

    private func endSessions() throws {
      try place.server.sql(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '\(place.database)' AND pid <> pg_backend_pid()
        """, in: "postgres")
    }

    private func wait(_ what: String, until isSo: () -> Bool) throws {
      let isIt = becomes(isSo)
      #expect(isIt, "\(outage): \(what) (\(String(describing: journal.away)))")
    }

    func end() {
      watch.cancel()
      proxy.close()
    }
  }
}

/// How the server stood, as a console is told.
private final class HealthLog: Sendable {
  private let log = Mutex<[Bool]>([])

  var all: [Bool] { log.withLock { $0 } }

  func add(_ isWell: Bool) { log.withLock { $0.append(isWell) } }
}
