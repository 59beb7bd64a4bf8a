import IncidentDomain
import Testing
import TextGate

@testable import Journal

/// What leaves a spool, and what never does.
@Suite struct SpoolPruningTests {
  private static func spool(_ scratch: Scratch) throws -> SQLiteJournal {
    try SQLiteJournal(spool: scratch.file(), create: true)
  }

  /// So many incidents with three events each, all shared.
  private static func declare(_ count: Int, in spool: SQLiteJournal) throws -> [EventID] {
    let ids = try (1...count).map { number in
      let id = try spool.declare(
        .of(Untrusted("incident \(number)")), by: .ana, at: nil, now: .morning + number
      ).incident.id
      for note in ["first", "second"] {
        _ = try spool.append(
          .note(Untrusted("\(note) of \(number)")), to: id, by: .ana, at: nil,
          now: .morning + number)
      }
      return id
    }
    try spool.markShared(try spool.unsharedEvents().map(\.id))
    return ids
  }

  private static func counts(_ scratch: Scratch) throws -> [String] {
    try Outside.sql(
      """
      SELECT count(*) FROM incident; SELECT count(*) FROM event;
      SELECT sum(incidents) FROM tally; PRAGMA integrity_check;
      """, scratch.file()
    ).split(separator: "\n").map(String.init)
  }

  @Test func onlyWhatIsSharedAndQuietIsOffered() throws {
    let scratch = try Scratch()
    let spool = try Self.spool(scratch)
    let ids = try Self.declare(4, in: spool)
    _ = try spool.append(.note("mine"), to: ids[1], by: .ana, at: nil, now: .morning)
    let late = Instant.morning + 1000
    let noted = try spool.append(.note("late"), to: ids[2], by: .ana, at: nil, now: late)
    try spool.markShared(noted.events.map(\.id))
    #expect(
      try Set(spool.quietIncidents(since: late, one: false).map(\.id)) == [ids[0], ids[3]])
    var offered: Set<EventID> = []
    for _ in 0..<200 {
      let one = try spool.quietIncidents(since: late, one: true)
      #expect(one.count <= 1)
      offered.formUnion(one.map(\.id))
    }
    #expect(offered == [ids[0], ids[3]])
  }

  @Test func whatIsTakenOutIsGoneAsAWhole() throws {
    let scratch = try Scratch()
    let spool = try Self.spool(scratch)
    let ids = try Self.declare(4, in: spool)
    let seen = try spool.outlines(after: nil, limit: 10)
    // Written to since it was seen, and not shared; and the one that has the newest event.
    _ = try spool.append(.note("mine"), to: ids[1], by: .ana, at: nil, now: .morning + 10)
    _ = try spool.append(.note("theirs"), to: ids[2], by: .ana, at: nil, now: .morning + 10)
    try spool.markShared(
      try spool.unsharedEvents().filter { $0.incident == ids[2] }.map(\.id))
    let last = try spool.append(.note("last"), to: ids[3], by: .ana, at: nil, now: .morning + 10)
    try spool.markShared(last.events.map(\.id))
    try spool.drop(seen)
    #expect(try spool.incident(ids[0]) == nil)
    let counts = try ids.dropFirst().map { try spool.incident($0)?.events.count }
    #expect(counts == [4, 4, 4])
    #expect(try Self.counts(scratch) == ["3", "12", "3", "ok"])
    // As they are now: still not what is unshared, nor what is newest.
    try spool.drop(try spool.outlines(after: nil, limit: 10))
    #expect(try spool.incident(ids[2]) == nil)
    let areThere = try ids.map { try spool.incident($0) != nil }
    #expect(areThere == [false, true, false, true])
    #expect(try spool.unsharedEvents().map(\.incident) == [ids[1]])
    #expect(try Self.counts(scratch) == ["2", "8", "2", "ok"])
    // The search knows of the rest only.
    #expect(try spool.search(SearchQuery("first")).hits.count == 2)
    #expect(try spool.search(SearchQuery("mine")).hits.count == 1)
    #expect(try spool.search(SearchQuery("theirs")).hits.isEmpty)
    // The events are guarded as before, and positions go on.
    let message = try Outside.sql("DELETE FROM event;", scratch.file(), fails: true)
    #expect(message.contains("never deleted"))
    let position = try spool.events(of: ids[3], after: EventPosition()).position
    _ = try spool.append(.note("more"), to: ids[3], by: .ana, at: nil, now: .morning + 11)
    #expect(try spool.events(of: ids[3], after: position).events.count == 1)
  }

  @Test func whatWasTakenOutCanComeBack() throws {
    let scratch = try Scratch()
    let spool = try Self.spool(scratch)
    let ids = try Self.declare(2, in: spool)
    let all = try spool.events(of: ids[0], after: EventPosition()).events
    try spool.drop(try spool.outlines(after: nil, limit: 10))
    #expect(throws: JournalError.self) { try spool.cache(Array(all.suffix(1)), of: ids[0]) }
    try spool.cache(all, of: ids[0])
    #expect(try spool.incident(ids[0])?.events == all)
    #expect(try spool.search(SearchQuery("\"first of 1\"")).hits.count == 1)
  }

  @Test func roundsThatWentByGoButTheFirst() throws {
    let scratch = try Scratch()
    let spool = try Self.spool(scratch)
    let day = 86_400
    let rounds = (0..<7).map { number in
      Round(
        of: .checklist("Daily"),
        in: (.morning + number * day)..<(.morning + (number + 1) * day))
    }
    let other = Round(of: .checklist("Weekly"), in: .morning..<(.morning + 7 * day))
    for round in rounds + [other] {
      _ = try spool.append(
        .tick("backups", note: nil), to: round, by: .ana, at: nil, now: .morning + 8 * day)
    }
    let before = try spool.rounds(rounds)
    try spool.drop(try spool.oldRounds())
    #expect(try spool.rounds(rounds).records == before.records, "nothing was shared yet")
    try spool.markShared(try spool.unsharedEvents().map(\.id))
    try spool.drop(try spool.oldRounds())
    let book = try spool.rounds(rounds + [other])
    #expect(
      rounds.map { book.records[$0] != nil } == [true, false, false, false, true, true, true])
    #expect(book.records[other] != nil)
    #expect(book.first == before.first)
    #expect(try spool.oldRounds().isEmpty)
  }

  @Test func theDiskIsGivenBack() throws {
    let scratch = try Scratch()
    let spool = try Self.spool(scratch)
    let id = try Self.declare(2, in: spool)[0]
    let text = Untrusted(String(repeating: "x", count: 20_000))
    for number in 0..<100 {
      _ = try spool.append(.note(text), to: id, by: .ana, at: nil, now: .morning + number)
    }
    _ = try spool.declare(.of("last"), by: .ana, at: nil, now: .morning)
    try spool.markShared(try spool.unsharedEvents().map(\.id))
    func size() throws -> Int { try spool.info().size }
    let before = try size()
    // Another program has it open meanwhile.
    let other = try SQLiteJournal(spool: scratch.file(), create: false)
    #expect(try other.incident(id)?.events.count == 103)
    try spool.drop(try spool.outlines(after: nil, limit: 10))
    try spool.shrink()
    let after = try size()
    #expect(after < before / 4, "\(before) to \(after)")
    #expect(try other.incident(id) == nil)
    #expect(try other.search(SearchQuery("last")).hits.count == 1)
  }
}
