import IncidentDomain
import Journal
import JournalPostgres
import Testing
import TextGate

/// What is done of checklists and windows is in the record, beside the incidents.
@Suite struct RoundTests {
  private static let day = Round(of: .checklist("Daily"), in: .morning..<(.morning + 86_400))
  private static let before = Round(of: .checklist("Daily"), in: (.morning - 86_400)..<(.morning))

  private static func isSound(_ journal: any Journal) throws -> Bool {
    if case .sound = try journal.verify(nil) { true } else { false }
  }

  @Test(arguments: StoreKind.allCases)
  func aTickIsReadByAnotherSessionAndTakenBack(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let (one, two) = (try bench.open(), try bench.open())
    #expect(try two.rounds([Self.day]).records.isEmpty)
    let record = try one.append(
      .tick("Backups", note: "all well"), to: Self.day, by: .bob, at: nil, now: .morning + 60)
    #expect(record.events.map(\.kind) == ["round", "round-done"])
    #expect(record.events.last?.account == "oncall")
    #expect(record.events.last?.parents == [record.id])
    let read = try two.rounds([Self.day, Self.before])
    #expect(read.records == [Self.day: record])
    #expect(read.records[Self.day]?.done["Backups"]?.by == "bob")
    #expect(read.records[Self.day]?.done["Backups"]?.note == "all well")
    #expect(read.first == ["checklist\nDaily": .morning])
    // Whoever comes second is told who was first, and nothing is written.
    let error = #expect(throws: JournalError.self) {
      try two.append(
        .tick("Backups", note: nil), to: Self.day, by: .ana, at: nil, now: .morning + 61)
    }
    guard case .refused(let refusal)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(refusal.sentence.text.contains("bob did it"))
    #expect(try one.rounds([Self.day]).records[Self.day]?.events.count == 2)
    let undone = try two.append(
      .untick("Backups", because: "one failed"), to: Self.day, by: .ana, at: nil,
      now: .morning + 62)
    #expect(undone.done.isEmpty && undone.events.count == 3)
    #expect(throws: JournalError.self) {
      try two.append(
        .untick("Backups", because: nil), to: Self.day, by: .ana, at: nil, now: .morning + 63)
    }
    let again = try one.append(
      .tick("Backups", note: nil), to: Self.day, by: .ana, at: ToldTime(.morning + 30),
      now: .morning + 64)
    #expect(again.done["Backups"]?.by == "ana")
    #expect(again.done["Backups"]?.at == .morning + 30)
    #expect(try Self.isSound(two))
  }

  @Test(arguments: StoreKind.allCases)
  func theBoardAndTheNumbersKnowNothingOfIt(kind: StoreKind) throws {
    let journal = try Bench(kind).open()
    let record = try journal.append(
      .tick("Backups", note: nil), to: Self.day, by: .ana, at: nil, now: .morning)
    let declared = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
    #expect(declared.incident.number == 1)
    _ = try journal.append(
      .tick("Backups", note: nil), to: Self.before, by: .ana, at: nil, now: .morning)
    #expect(try journal.declare(.of("b"), by: .ana, at: nil, now: .morning).incident.number == 2)
    for query in [
      BoardQuery(tab: nil), BoardQuery(tab: nil, filter: "a"),
      BoardQuery(tab: nil, since: .morning - 999),
    ] {
      let page = try journal.board(query)
      #expect(page.rows.allSatisfy { [1, 2].contains($0.number) })
      #expect(page.total == page.rows.count && page.total > 0)
    }
    #expect(try journal.board(BoardQuery(tab: nil)).counts.values.reduce(0, +) == 2)
    #expect(throws: JournalError.self) { try journal.find(Untrusted(record.id.hex)) }
    #expect(throws: JournalError.self) { try journal.find("Daily") }
    #expect(try journal.incident(record.id) == nil)
    #expect(throws: JournalError.self) {
      try journal.append(.note("x"), to: record.id, by: .ana, at: nil, now: .morning)
    }
    #expect(
      try journal.verify(record.id) == .sound(events: 2, heads: record.heads))
    #expect(try Self.isSound(journal))
  }

  @Test(arguments: StoreKind.allCases)
  func aMissedItemIsMadeAnIncidentOnce(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let (one, two) = (try bench.open(), try bench.open())
    let missed = MissedItem("Backups", in: Self.before)
    let first = try one.declare(.of("Missed"), for: missed, by: .ana, now: .morning).incident
    let declared = try two.rounds([Self.before, Self.day]).declared(for: missed)
    #expect(declared?.incident == first.id && declared?.number == first.number)
    #expect(declared?.by == "ana" && declared?.at == .morning)
    for (journal, actor) in [(two, Actor.bob), (one, Actor.ana)] {
      do throws(JournalError) {
        _ = try journal.declare(.of("Missed"), for: missed, by: actor, now: .morning + 9)
        Issue.record("a second incident was declared")
      } catch {
        #expect(error.sentence.text.contains("ana declared INC-\(first.number) for it"))
      }
    }
    // Another item of that day, and the same one of another day, have their own.
    _ = try one.declare(
      .of("b"), for: MissedItem("Alerts", in: Self.before), by: .ana, now: .morning + 10)
    _ = try one.declare(
      .of("c"), for: MissedItem("Backups", in: Self.day), by: .ana, now: .morning + 11)
    #expect(try two.board(BoardQuery(tab: nil)).total == 3)
    // Done late it is done, and the incident stays the one.
    _ = try one.append(
      .tick("Backups", note: nil), to: Self.before, by: .ana, at: nil, now: .morning + 20)
    #expect(try two.rounds([Self.before]).declared(for: missed)?.incident == first.id)
    #expect(try Self.isSound(two))
  }

  /// Of many who declare it in one moment, those who were too late have an incident too many and are
  /// told so.
  @Test(arguments: StoreKind.allCases)
  func ofManyWhoDeclareAtOnceOneIsInTheRound(kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let missed = MissedItem("Backups", in: Self.before)
    let journals = try (0..<4).map { _ in try bench.open() }
    let winners = await withTaskGroup(of: EventID?.self) { group in
      for journal in journals {
        group.addTask {
          try? journal.declare(.of("Missed"), for: missed, by: .ana, now: .morning).incident.id
        }
      }
      return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
    }
    #expect(winners.count == 1)
    #expect(try bench.open().rounds([Self.before]).declared(for: missed)?.incident == winners.first)
    #expect(try Self.isSound(bench.open()))
  }

  @Test(arguments: StoreKind.allCases)
  func ofManyWhoTickOneItemAtOnceOneWins(kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let journals = try (0..<6).map { _ in try bench.open() }
    let winners = await withTaskGroup(of: [Untrusted].self) { group in
      for (index, journal) in journals.enumerated() {
        group.addTask {
          let actor = Actor(
            person: Untrusted("person \(index)"), account: "oncall", host: "jump-1")
          var won: [Untrusted] = []
          for item in 0..<5 {
            let record = try? journal.append(
              .tick(Untrusted("item \(item)"), note: nil), to: Self.day, by: actor, at: nil,
              now: .morning)
            if record != nil { won.append(actor.person) }
          }
          return won
        }
      }
      return await group.reduce([], +)
    }
    #expect(winners.count == 5)
    let record = try #require(try bench.open().rounds([Self.day]).records[Self.day])
    #expect(record.events.count == 6 && record.done.count == 5)
    #expect(Set(record.done.values.map(\.by)).isSubset(of: Set(winners)))
    #expect(try Self.isSound(bench.open()))
  }

  @Test(arguments: SyncTests.pairs)
  func twoReplicasThatTickedOneItemHoldBothFactsAndAgree(kinds: (StoreKind, StoreKind)) throws {
    let ours = try #require(try Bench(kinds.0).open() as? any Replica)
    let theirs = try #require(try Bench(kinds.1).open() as? any Replica)
    _ = try ours.declare(.of("a"), by: .ana, at: nil, now: .morning)
    _ = try ours.append(
      .tick("Backups", note: nil), to: Self.day, by: .ana, at: nil, now: .morning + 2)
    _ = try theirs.append(
      .tick("Backups", note: nil), to: Self.day, by: .bob, at: nil, now: .morning + 1)
    _ = try theirs.append(
      .tick("Alerts", note: nil), to: Self.before, by: .bob, at: nil, now: .morning)
    let sync = Sync(ours, with: theirs, by: .ana, now: .morning + 9)
    _ = try sync.run()
    #expect(try sync.run() == Sync.Result())
    let mine = try ours.rounds([Self.day, Self.before])
    #expect(mine.records == (try theirs.rounds([Self.day, Self.before]).records))
    #expect(mine.first == (try theirs.rounds([]).first))
    let record = try #require(mine.records[Self.day])
    #expect(record.events.count == 3 && record.heads.count == 2)
    #expect(record.done["Backups"]?.by == "bob")
    // What is written next has seen both.
    let next = try ours.append(
      .untick("Backups", because: nil), to: Self.day, by: .ana, at: nil, now: .morning + 10)
    #expect(next.done.isEmpty && next.heads.count == 1)
    #expect(try ours.board(BoardQuery(tab: nil)).total == 1)
    for replica in [ours, theirs] { #expect(try Self.isSound(replica)) }
  }

  @Test func copiesAndRebuildingKeepIt() throws {
    let bench = try Bench(.sqlite)
    let journal = try #require(try bench.open() as? SQLiteJournal)
    _ = try journal.append(
      .tick("Backups", note: nil), to: Self.day, by: .ana, at: nil, now: .morning)
    _ = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
    let before = try journal.rounds([Self.day]).records
    try journal.rebuild()
    #expect(try journal.rounds([Self.day]).records == before)
    #expect(try Self.isSound(journal))
    let path = bench.scratch.file() + "-copy"
    guard case .sound(let events, _) = try journal.copy(to: path) else {
      Issue.record("the copy is not sound")
      return
    }
    #expect(events == 3)
    let copy = try SQLiteJournal(path: path, create: false)
    #expect(try copy.rounds([Self.day]).records == before)
  }

  @Test func aServersStoreIsRebuiltToo() throws {
    let journal = try #require(try Bench(.postgresql).open() as? PostgresJournal)
    _ = try journal.append(
      .tick("Backups", note: nil), to: Self.day, by: .ana, at: nil, now: .morning)
    _ = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
    try journal.rebuild()
    #expect(try journal.rounds([Self.day]).records[Self.day]?.done.count == 1)
    #expect(try Self.isSound(journal))
  }

  /// What a newer program begins, this one keeps and passes on.
  @Test(arguments: SyncTests.pairs)
  func aStreamOfAnUnknownKindIsKept(kinds: (StoreKind, StoreKind)) throws {
    let ours = try #require(try Bench(kinds.0).open() as? any Replica)
    let theirs = try #require(try Bench(kinds.1).open() as? any Replica)
    let text =
      #"{"author":"ana","body":{"x":1},"host":"h","kind":"novelty","occurred":"2018-10-21T22:52:00.000Z","parents":[],"recorded":"2018-10-21T22:52:00.000Z","v":1}"#
    let id = EventID.sha256(of: Array(text.utf8))
    var members = try #require(try JSON(reading: text.utf8).object)
    members["id"] = .string(id.hex)
    let event = try Event(json: .object(members))
    for expected in [1, 0] {
      #expect(try ours.add([event], to: id, above: 0, by: .ana, now: .morning).added == expected)
    }
    _ = try Sync(ours, with: theirs, by: .ana, now: .morning).run()
    #expect(try theirs.events(of: id, after: EventPosition()).events == [event])
    #expect(try theirs.board(BoardQuery(tab: nil)).total == 0)
    for replica in [ours, theirs] { #expect(try Self.isSound(replica)) }
    #expect(try theirs.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.number == 1)
  }
}
