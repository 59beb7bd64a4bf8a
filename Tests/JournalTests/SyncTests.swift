import IncidentDomain
import Journal
import Testing
import TextGate

/// Two stores brought together hold the union of their events.
@Suite struct SyncTests {
  static let pairs: [(StoreKind, StoreKind)] = [
    (.sqlite, .postgresql), (.postgresql, .sqlite), (.sqlite, .sqlite),
  ]

  private static func open(_ kind: StoreKind) throws -> any Replica {
    try #require(try Bench(kind).open() as? any Replica)
  }

  /// The same events, the same fold, the same board; and both sound.
  private static func expectEqual(_ one: any Replica, _ other: any Replica) throws {
    let (left, right) = (
      try one.board(BoardQuery(tab: nil)), try other.board(BoardQuery(tab: nil))
    )
    #expect(left == right)
    #expect(Set(left.rows.map(\.number)).count == left.rows.count)
    for row in left.rows {
      let events = try #require(try one.incident(row.id)).events
      #expect(try other.incident(row.id)?.events == events)
    }
    for replica in [one, other] {
      guard case .sound = try replica.verify(nil) else {
        Issue.record("\(try replica.verify(nil))")
        return
      }
    }
  }

  @Test(arguments: pairs)
  func aHistoryGoesOverOnceHoweverOften(kinds: (StoreKind, StoreKind)) throws {
    let (ours, theirs) = (try Self.open(kinds.0), try Self.open(kinds.1))
    var events = 0
    for number in 1...4 {
      let id = try ours.declare(
        .of(Untrusted("number \(number)")), by: .ana, at: nil, now: .morning + number
      ).incident.id
      events += 1
      for turn in 1...number {
        _ = try ours.append(
          .note(Untrusted("\(turn)")), to: id, by: .bob, at: nil, now: .morning + number + turn)
        events += 1
      }
    }
    let sync = Sync(ours, with: theirs, by: .ana, now: .morning + 99)
    let first = try sync.run()
    #expect(first.sent == events && first.received == 0 && first.renumbered.isEmpty)
    try Self.expectEqual(ours, theirs)
    #expect(try sync.run() == Sync.Result())
    #expect(try Sync(theirs, with: ours, by: .ana, now: .morning + 99).run() == Sync.Result())
    // And back: the next number is one that neither has.
    let next = try theirs.declare(.of("there"), by: .ana, at: nil, now: .morning + 100)
    #expect(next.incident.number == 5)
    let back = try sync.run()
    #expect(back.sent == 0 && back.received == 1)
    try Self.expectEqual(ours, theirs)
  }

  @Test(arguments: pairs)
  func aNumberThatBothGaveStaysWithTheOther(kinds: (StoreKind, StoreKind)) throws {
    let (ours, theirs) = (try Self.open(kinds.0), try Self.open(kinds.1))
    var mine: [EventID] = []
    var others: [EventID] = []
    for number in 1...3 {
      mine.append(
        try ours.declare(
          .of(Untrusted("ours \(number)")), by: .ana, at: nil, now: .morning + number
        ).incident.id)
    }
    for number in 1...2 {
      others.append(
        try theirs.declare(
          .of(Untrusted("theirs \(number)")), by: .bob, at: nil, now: .morning + number
        ).incident.id)
    }
    let sync = Sync(ours, with: theirs, by: .ana, now: .morning + 99)
    let result = try sync.run()
    #expect(Set(result.renumbered.map(\.from)) == [1, 2])
    #expect(result.renumbered.allSatisfy { $0.to > 3 })
    try Self.expectEqual(ours, theirs)
    for (number, id) in others.enumerated() {
      #expect(try ours.find(Untrusted("\(number + 1)")) == id)
    }
    #expect(try theirs.find("INC-3") == mine[2])
    #expect(try sync.run() == Sync.Result())
    let new = try ours.incident(mine[0])
    let last = try #require(new?.events.last)
    #expect(new?.narrate(last).text.contains("is now INC-\(new?.number ?? 0)") == true)
  }

  /// Merged incidents go on naming each other by the numbers that they have.
  @Test(arguments: pairs)
  func whatWasMergedIsNamedByItsNewNumber(kinds: (StoreKind, StoreKind)) throws {
    let (ours, theirs) = (try Self.open(kinds.0), try Self.open(kinds.1))
    var mine: [Incident] = []
    for number in 1...2 {
      mine.append(
        try ours.declare(
          .of(Untrusted("ours \(number)")), by: .ana, at: nil, now: .morning + number
        ).incident)
      _ = try theirs.declare(
        .of(Untrusted("theirs \(number)")), by: .bob, at: nil, now: .morning + number)
    }
    _ = try ours.append(
      .merge(into: MergeTarget(mine[1])), to: mine[0].id, by: .ana, at: nil, now: .morning + 9)
    let sync = Sync(ours, with: theirs, by: .ana, now: .morning + 99)
    let result = try sync.run()
    #expect(result.renumbered.count == 2)
    try Self.expectEqual(ours, theirs)
    let (merged, into) = (
      try #require(try theirs.incident(mine[0].id)), try #require(try theirs.incident(mine[1].id))
    )
    #expect(Set([merged.number, into.number]) == [3, 4])
    #expect(merged.ending == .merged(into: into.id, number: into.number))
    #expect(into.absorbed.map(\.number) == [merged.number])
    #expect(try sync.run() == Sync.Result())
  }

  @Test(arguments: pairs)
  func branchesFoldAndTheirConflictIsShownOnBothSides(kinds: (StoreKind, StoreKind)) throws {
    let (ours, theirs) = (try Self.open(kinds.0), try Self.open(kinds.1))
    let id = try ours.declare(.of("split"), by: .ana, at: nil, now: .morning).incident.id
    let sync = Sync(ours, with: theirs, by: .ana, now: .morning + 99)
    _ = try sync.run()
    _ = try ours.append(
      .assign(.commander, "ana"), to: id, by: .ana, at: nil, now: .morning + 5)
    _ = try theirs.append(
      .assign(.commander, "bob"), to: id, by: .bob, at: nil, now: .morning + 6)
    _ = try theirs.append(.note("meanwhile"), to: id, by: .bob, at: nil, now: .morning + 7)
    let result = try sync.run()
    #expect(result.sent == 1 && result.received == 2)
    try Self.expectEqual(ours, theirs)
    let incident = try #require(try ours.incident(id))
    #expect(incident.heads.count == 2)
    #expect(!incident.conflicts.isEmpty)
    #expect(try theirs.incident(id)?.conflicts == incident.conflicts)
    // The next event names both heads: the branches are one again.
    let after = try ours.append(.note("joined"), to: id, by: .ana, at: nil, now: .morning + 100)
    #expect(after.incident.heads.count == 1)
    #expect(try sync.run().sent == 1)
    try Self.expectEqual(ours, theirs)
  }

  @Test(arguments: [StoreKind.sqlite, .postgresql])
  func whatIsNotSoundIsNotTaken(kind: StoreKind) throws {
    let bench = try Bench(.sqlite)
    let ours = try #require(try bench.open() as? any Replica)
    let theirs = try Self.open(kind)
    let id = try ours.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let note = try ours.append(.note("leader is 1"), to: id, by: .ana, at: nil, now: .morning + 1)
    try Outside.sql(
      """
      PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE type = 'trigger';
      PRAGMA writable_schema=RESET; UPDATE event SET json = replace(json, 'is 1', 'is 2');
      """, bench.scratch.file())
    let error = #expect(throws: JournalError.self) {
      try Sync(ours, with: theirs, by: .ana, now: .morning + 9).run()
    }
    guard case .damaged(let sentence)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(sentence.text.contains(note.events[0].id.short.text), "\(sentence.text)")
    #expect(try theirs.board(BoardQuery(tab: nil)).total == 0)
    // A parent that is missing is no better than a hash that is wrong.
    let orphan = #expect(throws: JournalError.self) {
      try theirs.add(note.events, to: id, above: 0, by: .ana, now: .morning + 9)
    }
    guard case .damaged? = orphan else {
      Issue.record("\(String(describing: orphan))")
      return
    }
  }

  /// Both ways at once, while others write: nothing is lost and nothing is twice.
  @Test func twoSyncsAndAWriterAtOnceAgreeInTheEnd() async throws {
    let (one, other) = (try Bench(.sqlite), try Bench(.postgresql))
    let id = try one.open().declare(.of("busy"), by: .ana, at: nil, now: .morning).incident.id
    _ = try await onThreads(3) { worker in
      let ours = try #require(try one.open() as? any Replica)
      let theirs = try #require(try other.open() as? any Replica)
      for turn in 1...15 {
        if worker == 3 {
          _ = try ours.append(
            .note(Untrusted("\(turn)")), to: id, by: .ana, at: nil, now: .morning + turn)
        } else {
          _ = try Sync(ours, with: theirs, by: .bob, now: .morning + 50).run()
        }
      }
    }
    let ours = try #require(try one.open() as? any Replica)
    let theirs = try #require(try other.open() as? any Replica)
    _ = try Sync(ours, with: theirs, by: .bob, now: .morning + 60).run()
    try Self.expectEqual(ours, theirs)
    #expect(try theirs.incident(id)?.events.count == 16)
  }
}
