import IncidentDomain
import Journal
import Synchronization
import Testing
import TextGate

/// What every store promises.
@Suite struct PromiseTests {
  @Test(arguments: StoreKind.allCases)
  func whatIsAppendedIsReadByAnotherSession(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let journal = try bench.open()
    let declared = try journal.declare(.of("replica lag"), by: .ana, at: nil, now: .morning)
    #expect(declared.incident.number == 1)
    #expect(declared.events.map(\.kind) == ["declared"])
    #expect(declared.events.first?.account == nil)
    let id = declared.incident.id
    let acknowledged = try journal.append(
      .acknowledge, to: id, by: .bob, at: nil, now: .morning + 5)
    #expect(acknowledged.events.first?.account == "oncall")
    #expect(acknowledged.events.first?.parents == [id])
    let other = try bench.open()
    let read = try #require(try other.incident(id))
    #expect(read.events == declared.events + acknowledged.events)
    #expect(read.acknowledgement?.by == "bob")
    #expect(try other.incident(.sha256(of: [1])) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func readingAfterAPlaceGivesWhatCameSince(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let journal = try bench.open()
    let other = try bench.open()
    let first = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let start = try other.events(of: first, after: EventPosition())
    #expect(start.events.map(\.id) == [first])
    _ = try journal.declare(.of("b"), by: .ana, at: nil, now: .morning)
    let note = try journal.append(.note("x"), to: first, by: .ana, at: nil, now: .morning + 1)
    let since = try other.events(of: first, after: start.position)
    #expect(since.events == note.events)
    let none = try other.events(of: first, after: since.position)
    #expect(none.events.isEmpty)
    #expect(none.position == since.position)
  }

  @Test(arguments: StoreKind.allCases)
  func aRefusalWritesNothing(kind: StoreKind) throws {
    let journal = try Bench(kind).open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    _ = try journal.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning)
    let before = try journal.events(of: id, after: EventPosition())
    let error = #expect(throws: JournalError.self) {
      try journal.append(.acknowledge, to: id, by: .bob, at: nil, now: .morning + 1)
    }
    guard case .refused(let refusal)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(refusal.kind == .rule)
    #expect(try journal.events(of: id, after: EventPosition()).position == before.position)
    #expect(throws: JournalError.self) {
      try journal.declare(.of("  "), by: .ana, at: nil, now: .morning)
    }
    #expect(try journal.board(BoardQuery(tab: nil)).total == 1)
    #expect(throws: JournalError.noSuchIncident(Untrusted(EventID.sha256(of: [1]).hex))) {
      try journal.append(.acknowledge, to: .sha256(of: [1]), by: .ana, at: nil, now: .morning)
    }
    // The state that was kept for the next append is still the right one.
    let after = try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning + 2)
    #expect(after.events.first?.parents == before.events.last.map { [$0.id] })
  }

  @Test(arguments: StoreKind.allCases)
  func theDecisionIsTakenOnTheStateOfTheMoment(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let (one, two) = (try bench.open(), try bench.open())
    let id = try one.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    // Both have the incident in hand, and both acknowledge.
    #expect(try two.incident(id)?.acknowledgement == nil)
    _ = try one.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning + 1)
    #expect(throws: JournalError.self) {
      try two.append(.acknowledge, to: id, by: .bob, at: nil, now: .morning + 2)
    }
    let note = try two.append(.note("seen"), to: id, by: .bob, at: nil, now: .morning + 3)
    #expect(note.incident.acknowledgement?.by == "ana")
    #expect(note.incident.events.count == 3)
    #expect(note.incident.heads == note.events.map(\.id))
  }

  @Test(arguments: StoreKind.allCases)
  func timesAreKeptAsToldAndNeverRunBack(kind: StoreKind) throws {
    let journal = try Bench(kind).open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    // The second writer's clock is an hour behind.
    let behind = try journal.append(.note("x"), to: id, by: .bob, at: nil, now: .morning - 3600)
    #expect(behind.events.first?.occurred == ToldTime(.morning - 3600))
    #expect(behind.events.first?.recorded == .morning)
    let told = ToldTime(.morning - 86_400, .day)
    let earlier = try journal.append(.note("y"), to: id, by: .ana, at: told, now: .morning + 9)
    #expect(earlier.events.first?.occurred == told)
    #expect(earlier.events.first?.recorded == .morning + 9)
    let again = try #require(try journal.incident(id))
    #expect(again.events.map(\.occurred.precision) == [.second, .second, .day])
    #expect(try journal.verify(id) == .sound(events: 3, heads: again.heads))
  }

  @Test(arguments: StoreKind.allCases)
  func anyOrderOfArrivalFoldsToTheSameIncident(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let journal = try bench.open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    // All in one millisecond: only the parents give the order.
    for number in 1...20 {
      let actor: Actor = number.isMultiple(of: 2) ? .ana : .bob
      _ = try journal.append(
        .note(Untrusted("\(number)")), to: id, by: actor, at: nil, now: .morning)
    }
    let events = try bench.open().events(of: id, after: EventPosition()).events
    let straight = try #require(Incident.fold(events))
    #expect(straight.events == events)
    var generator = SystemRandomNumberGenerator()
    for _ in 1...20 {
      let other = try #require(Incident.fold(events.shuffled(using: &generator)))
      #expect(other.events == straight.events)
      #expect(other.boardRow == straight.boardRow)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func mergingWritesToBothAndCanBeTakenBack(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let journal = try bench.open()
    let one = try journal.declare(.of("one"), by: .ana, at: nil, now: .morning).incident
    let two = try journal.declare(.of("two"), by: .ana, at: nil, now: .morning).incident
    let merged = try journal.append(
      .merge(into: MergeTarget(two)), to: one.id, by: .bob, at: nil, now: .morning + 5)
    #expect(merged.events.map(\.incidentID) == [one.id, two.id])
    #expect(merged.incident.ending == .merged(into: two.id, number: 2))
    let other = try bench.open()
    let target = try #require(try other.incident(two.id))
    #expect(target.absorbed.map(\.id) == [one.id])
    let page = try other.board(BoardQuery(tab: nil))
    #expect(page.counts == [.active: 1, .reviews: 0, .drills: 0, .closed: 1])
    #expect(page.rows.first { $0.id == two.id }?.heads == target.heads)
    let back = try journal.append(.unmerge, to: one.id, by: .bob, at: nil, now: .morning + 6)
    #expect(back.incident.ending == nil)
    #expect(try other.board(BoardQuery(tab: .active)).total == 2)
    #expect(try other.verify(nil) == .sound(events: 5, heads: back.incident.heads + target.heads))
  }

  @Test(arguments: StoreKind.allCases)
  func aMergeLooksAtTheTargetOfTheMoment(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let (one, two) = (try bench.open(), try bench.open())
    let first = try one.declare(.of("one"), by: .ana, at: nil, now: .morning).incident
    let target = try one.declare(.of("two"), by: .ana, at: nil, now: .morning).incident
    _ = try two.append(
      .cancel(.falsePositive, because: nil), to: target.id, by: .bob, at: nil, now: .morning + 1)
    #expect(throws: JournalError.self) {
      try one.append(
        .merge(into: MergeTarget(target)), to: first.id, by: .ana, at: nil, now: .morning + 2)
    }
    #expect(try one.incident(first.id)?.ending == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func numbersAreUniqueAmongEightWriters(kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let numbers = try await onThreads(8) { writer in
      let journal = try bench.open()
      return try (1...200).map { turn in
        try journal.declare(
          .of(Untrusted("\(writer)/\(turn)")), by: .ana, at: nil, now: .morning
        ).incident.number
      }
    }.flatMap { $0 }
    #expect(numbers.sorted() == Array(1...1600))
    let journal = try bench.open()
    #expect(try journal.board(BoardQuery(tab: .active, limit: 1)).total == 1600)
    guard case .sound(events: 1600, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
  }

  @Test(arguments: StoreKind.allCases)
  func eightWritersOnOneIncidentMakeOneChain(kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let id = try bench.open().declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    _ = try await onThreads(8) { writer in
      let journal = try bench.open()
      for turn in 1...50 {
        _ = try journal.append(
          .note(Untrusted("\(writer)/\(turn)")), to: id, by: .bob, at: nil, now: .morning)
      }
    }
    let incident = try #require(try bench.open().incident(id))
    #expect(incident.events.count == 401)
    #expect(incident.heads.count == 1)
    #expect(incident.conflicts.isEmpty)
    for (parent, event) in zip(incident.events, incident.events.dropFirst()) {
      #expect(event.parents == [parent.id])
    }
    #expect(try bench.open().verify(id) == .sound(events: 401, heads: incident.heads))
  }

  @Test(arguments: StoreKind.allCases)
  func anIncidentIsFoundByNumberAndByPrefix(kind: StoreKind) throws {
    let journal = try Bench(kind).open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    for reference in ["1", "INC-1", "inc-1", String(id.hex.prefix(7)), id.hex] {
      #expect(try journal.find(Untrusted(reference)) == id)
    }
    let absent: [Untrusted] = [
      "2", "0", "INC-0", "-1", "", "INC-", Untrusted(String(id.hex.prefix(6))), "fffffff",
      "99999999999999999999", "' OR 1=1 --", "%", "\u{0}",
    ]
    for reference in absent {
      #expect(throws: JournalError.noSuchIncident(reference)) { try journal.find(reference) }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func anotherSessionsCommitIsToldAndOnesOwnIsNot(kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let (mine, theirs) = (try bench.open(), try bench.open())
    let id = try mine.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let calls = Counter()
    let watch = try mine.watch { calls.add() }
    _ = try mine.append(.note("own"), to: id, by: .ana, at: nil, now: .morning)
    _ = try theirs.append(.note("other"), to: id, by: .bob, at: nil, now: .morning)
    #expect(await calls.reaches(1))
    _ = try theirs.append(.note("again"), to: id, by: .bob, at: nil, now: .morning)
    #expect(await calls.reaches(2))
    _ = try mine.append(.note("own"), to: id, by: .ana, at: nil, now: .morning)
    _ = try theirs.append(.note("third"), to: id, by: .bob, at: nil, now: .morning)
    #expect(await calls.reaches(3))
    watch.cancel()
    #expect(calls.value == 3)
  }
}

/// Counts calls from any thread; a test waits for a number, never for a time.
final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func add() { count.withLock { $0 += 1 } }

  /// Whether the count gets there within ten seconds.
  func reaches(_ wanted: Int) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while value < wanted {
      guard ContinuousClock.now < deadline else { return false }
      try? await Task.sleep(for: .milliseconds(1))
    }
    return true
  }
}
