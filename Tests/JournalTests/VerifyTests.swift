import Foundation
import IncidentDomain
import Journal
import Testing
import TextGate

/// Whoever changes the record is found out.
@Suite struct VerifyTests {
  /// Three incidents: six, three and one events.
  private static func store() throws -> (SQLiteJournal, Scratch) {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    for (number, notes) in [5, 2, 0].enumerated() {
      let id = try journal.declare(
        .of(Untrusted("incident \(number + 1)")), by: .ana, at: nil, now: .morning + number
      ).incident.id
      for note in 0..<notes {
        _ = try journal.append(
          .note(Untrusted("note \(note)")), to: id, by: .bob, at: nil,
          now: .morning + 10 * note + number)
      }
    }
    return (journal, scratch)
  }

  /// Lets a root user do what the triggers forbid.
  private static let disarmed = """
    DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted;
    DROP TRIGGER event_is_never_replaced; DROP TRIGGER tally_added; DROP TRIGGER tally_removed;
    DROP TRIGGER tally_moved;

    """

  @Test func whatNobodyTouchedIsSound() throws {
    let (journal, scratch) = try Self.store()
    guard case .sound(events: 10, let heads) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    #expect(heads.count == 3)
    for (number, events) in [(1, 6), (2, 3), (3, 1)] {
      let id = try journal.find(Untrusted("\(number)"))
      #expect(
        try journal.verify(id) == .sound(events: events, heads: [heads[number - 1]]))
    }
    #expect(throws: JournalError.self) { try journal.verify(.sha256(of: [])) }
    // The command line's promise: anybody can do the same with sha256sum.
    let sums = try Outside.sql(
      "SELECT lower(hex(id)) FROM event ORDER BY sequence;", scratch.file())
    let texts = try Outside.sql("SELECT json FROM event ORDER BY sequence;", scratch.file())
    #expect(
      texts.split(separator: "\n").map { EventID.sha256(of: Array($0.utf8)).hex }
        == sums.split(separator: "\n").map(String.init))
  }

  /// Two branches that name a commander each, brought together in one store.
  private static func branches() throws -> (SQLiteJournal, EventID, Scratch) {
    let (scratch, elsewhere) = (try Scratch(), try Scratch())
    let ours = try SQLiteJournal(path: scratch.file(), create: true)
    let theirs = try SQLiteJournal(path: elsewhere.file(), create: true)
    let id = try ours.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    _ = try Sync(ours, with: theirs, by: .ana, now: .morning + 1).run()
    _ = try ours.append(
      .assign(.commander, "ana"), to: id, by: .ana, at: nil, now: .morning + 2)
    _ = try theirs.append(
      .assign(.commander, "bob"), to: id, by: .bob, at: nil, now: .morning + 3)
    _ = try Sync(ours, with: theirs, by: .ana, now: .morning + 4).run()
    return (ours, id, scratch)
  }

  /// Older programs wrote no contradictions into a row, and the oldest only what waited then.
  @Test func aRowThatAnOlderProgramWroteIsNotWrong() throws {
    let (journal, id, scratch) = try Self.branches()
    func conflicts() throws -> [Int] {
      try journal.board(BoardQuery(tab: nil)).rows.map(\.conflicts)
    }
    func isSound() throws -> Bool {
      let found = try journal.check(now: .morning + 9).map { ($0.subject.text, $0.verdict) }
      if case .sound = try journal.verify(id) {
        return !found.contains { $0 == ("events", .wrong) }
      }
      return false
    }
    #expect(try conflicts() == [1])
    #expect(try isSound())
    let older = "UPDATE incident SET row = json_remove(row, '$.conflicts');"
    _ = try Outside.sql(older, scratch.file())
    #expect(try conflicts() == [0])
    #expect(try isSound())
    // What no program ever wrote is found out all the same.
    _ = try Outside.sql(
      "UPDATE incident SET row = json_set(row, '$.phase', 'triage');", scratch.file())
    #expect(try !isSound())
    try journal.rebuild()
    #expect(try conflicts() == [1])
    _ = try Outside.sql(
      "UPDATE incident SET row = json_set(row, '$.conflicts', 2);", scratch.file())
    #expect(try !isSound())
    try journal.rebuild()
    _ = try Outside.sql(older, scratch.file())
    // It is marked from the next entry on.
    _ = try journal.append(.note("a"), to: id, by: .ana, at: nil, now: .morning + 20)
    #expect(try conflicts() == [1])
    _ = try journal.append(
      .assign(.commander, "bob"), to: id, by: .ana, at: nil, now: .morning + 30)
    #expect(try conflicts() == [0])
    #expect(try isSound())
  }

  @Test(arguments: [
    "UPDATE event SET kind = 'x' WHERE sequence = 1;",
    "UPDATE OR REPLACE event SET sequence = 2 WHERE sequence = 1;",
    "DELETE FROM event WHERE sequence = 1;",
    "DELETE FROM event;",
    "INSERT OR REPLACE INTO event SELECT * FROM event WHERE sequence = 1;",
    "REPLACE INTO event SELECT 1, randomblob(32), incident, kind, 0, 0, '{}' FROM event LIMIT 1;",
    "REPLACE INTO event SELECT 99, id, incident, kind, 0, 0, '{}' FROM event WHERE sequence = 1;",
  ])
  func eventsCannotBeChangedByAStatement(statement: String) throws {
    let (journal, scratch) = try Self.store()
    let message = try Outside.sql(statement, scratch.file(), fails: true)
    #expect(message.contains("an event is never"))
    guard case .sound(events: 10, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
  }

  /// What was changed, the position that is named, and what is said.
  @Test(arguments: [
    ("UPDATE event SET json = replace(json, 'note 1', 'note 7') WHERE sequence = 3", 3, "hashed"),
    ("UPDATE event SET json = json || ' ' WHERE sequence = 3", 3, "hashed"),
    ("UPDATE event SET id = randomblob(32) WHERE sequence = 6", 6, "hashed"),
    ("UPDATE event SET id = x'00' WHERE sequence = 4", 4, "hashed"),
    ("UPDATE event SET kind = 'ack' WHERE sequence = 2", 2, "columns"),
    ("UPDATE event SET occurred = occurred + 1 WHERE sequence = 5", 5, "columns"),
    ("UPDATE event SET recorded = recorded - 1 WHERE sequence = 5", 5, "columns"),
    (
      "UPDATE event SET incident = (SELECT id FROM event WHERE sequence = 7) WHERE sequence = 3", 4,
      "parent"
    ),
    ("DELETE FROM event WHERE sequence = 3", 4, "parent"),
    ("DELETE FROM event WHERE sequence = 1", 2, "first"),
    (
      """
      UPDATE event SET sequence = 100 WHERE sequence = 3; UPDATE event SET sequence = 3 WHERE
      sequence = 4; UPDATE event SET sequence = 4 WHERE sequence = 100
      """, 3, "parent"
    ),
    (
      """
      CREATE TEMP TABLE two AS SELECT sequence, json FROM event WHERE sequence IN (2, 3);
      UPDATE event SET json = (SELECT json FROM two WHERE two.sequence = 5 - event.sequence)
      WHERE sequence IN (2, 3)
      """, 2, "hashed"
    ),
  ])
  func aChangedEventIsNamed(change: String, position: Int, problem: String) throws {
    let (journal, scratch) = try Self.store()
    try Outside.sql(Self.disarmed + change + ";", scratch.file())
    let found = try journal.verify(nil)
    guard case .wrong(let event, let sentence) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(sentence.text.contains("position \(position) "), "\(sentence.text)")
    #expect(sentence.text.contains(problem), "\(sentence.text)")
    let id = try Outside.sql(
      "SELECT lower(hex(id)) FROM event WHERE sequence = \(position);", scratch.file())
    if id.count == 65 {
      #expect(event.text + "\n" == id)
    } else {
      #expect(event.text == "\(position)")
    }
  }

  /// A tail that was cut away leaves a sound chain; its row and the positions tell.
  @Test func aCutTailIsFound() throws {
    let (journal, scratch) = try Self.store()
    try Outside.sql(Self.disarmed + "DELETE FROM event WHERE sequence = 6;", scratch.file())
    guard case .wrong(event: "INC-1", let sentence) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    #expect(sentence.text.contains("row on the board"))
    // Even when the row is made to fit.
    try journal.rebuild()
    guard case .wrong(_, let gap) = try journal.verify(nil) else {
      Issue.record("a missing position was not found")
      return
    }
    #expect(gap.text.contains("taken away"))
  }

  @Test func eventsOfNoIncidentAreFound() throws {
    let (journal, scratch) = try Self.store()
    try Outside.sql(
      Self.disarmed + """
        DELETE FROM incident WHERE number = 2;
        UPDATE tally SET incidents = 2;
        """, scratch.file())
    guard case .wrong(_, let sentence) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    #expect(sentence.text.contains("no incident"))
    #expect(sentence.text.contains("position 7 "))
    try journal.rebuild()
    guard case .sound(events: 10, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
  }

  @Test(arguments: [
    "UPDATE incident SET row = replace(row, 'incident 2', 'incident 9') WHERE number = 2",
    "UPDATE incident SET severity = 4 WHERE number = 2",
    "UPDATE incident SET tab = 3 WHERE number = 2",
    "UPDATE incident SET place = 0 WHERE number = 2",
    "UPDATE incident SET rank = 0 WHERE number = 2",
    "UPDATE incident SET declared = 0 WHERE number = 2",
    "UPDATE incident SET heads = x'' WHERE number = 2",
    "UPDATE incident SET search = '' WHERE number = 2",
    "UPDATE incident SET number = 9 WHERE number = 2; UPDATE incident SET number = 2 WHERE number = 1",
    "UPDATE tally SET incidents = incidents + 1",
    "DELETE FROM tally", "INSERT INTO tally VALUES (3, 1, 7)",
  ])
  func aChangedBoardIsFoundAndMadeAnew(change: String) throws {
    let (journal, scratch) = try Self.store()
    try Outside.sql(Self.disarmed + change + ";", scratch.file())
    guard case .wrong(let event, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    #expect(event.text.hasPrefix("INC-") || event == "the board")
    try journal.rebuild()
    guard case .sound(events: 10, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    #expect(try journal.board(BoardQuery(tab: .active)).rows.count == 3)
    #expect(try journal.board(BoardQuery(tab: .active)).counts[.active] == 3)
  }

  /// Numbers that no program wrote end nothing but the trust in the store.
  @Test(arguments: [
    "UPDATE event SET sequence = 9223372036854775807 WHERE sequence = 10",
    "UPDATE event SET sequence = -9223372036854775808 WHERE sequence = 1",
    "UPDATE event SET sequence = 0 WHERE sequence = 10",
    "UPDATE event SET occurred = 9223372036854775807, recorded = -9223372036854775808",
    "UPDATE incident SET number = 9223372036854775807 WHERE number = 3",
    "UPDATE incident SET number = -9223372036854775808 WHERE number = 3",
    "UPDATE incident SET tab = 99, rank = -9223372036854775808, place = 9223372036854775807",
    "UPDATE incident SET declared = -9223372036854775808, severity = 9223372036854775807",
    "UPDATE incident SET heads = zeroblob(100000), row = '[]'",
    "UPDATE tally SET incidents = 9223372036854775807; INSERT INTO tally VALUES (9, 9, -9)",
  ])
  func absurdNumbersAreFound(change: String) throws {
    let (journal, scratch) = try Self.store()
    let id = try journal.find("1")
    try Outside.sql(Self.disarmed + change + ";", scratch.file())
    guard case .wrong = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    // None of these may end the process.
    let other = try SQLiteJournal(path: scratch.file(), create: false)
    for query in [BoardQuery(tab: nil), BoardQuery(tab: .active, filter: "incident")] {
      _ = try? other.board(query)
    }
    _ = try? other.incident(id)
    _ = try? other.events(of: id, after: EventPosition(sequence: .max))
    _ = try? other.info()
    _ = try? other.declare(.of("new"), by: .ana, at: nil, now: .morning)
    _ = try? other.append(.note("x"), to: id, by: .ana, at: nil, now: .morning)
  }

  /// An event with a true hash that says what cannot be.
  @Test func aForgedEventIsFound() throws {
    let (journal, scratch) = try Self.store()
    let incident = try #require(try journal.incident(journal.find("1")))
    let last = try #require(incident.events.last)
    let other = try journal.find("2")
    func forge(_ parents: [EventID], _ recorded: Instant, of id: EventID?) -> Event {
      Event(
        incident: id, body: .noted("forged"), author: "eve", account: nil, host: "h",
        occurred: ToldTime(.morning), recorded: recorded, parents: parents,
        hash: EventID.sha256(of:))
    }
    let forged: [(Event, String)] = [
      (forge([last.id], last.recorded - 1, of: incident.id), "before its parent"),
      (forge([.sha256(of: [7])], last.recorded, of: incident.id), "not there before it"),
      (forge([other], last.recorded, of: incident.id), "not there before it"),
      (forge([], last.recorded, of: incident.id), "names no parent"),
      (forge([last.id], last.recorded, of: other), "another incident"),
      (forge([], last.recorded, of: nil), "another incident"),
    ]
    for (event, problem) in forged {
      let copy = try Scratch()
      try FileManager.default.copyItem(atPath: scratch.file(), toPath: copy.file())
      let json = String(decoding: event.canonicalWithoutID, as: UTF8.self)
      try Outside.sql(
        """
        INSERT INTO event (id, incident, kind, occurred, recorded, json) VALUES (
          x'\(event.id.hex)', x'\(incident.id.hex)', '\(event.kind)',
          \(event.occurred.instant.milliseconds), \(event.recorded.milliseconds), '\(json)');
        """, copy.file())
      let found = try SQLiteJournal(path: copy.file(), create: false).verify(nil)
      guard case .wrong(_, let sentence) = found else {
        Issue.record("\(found)")
        continue
      }
      #expect(
        sentence.text.contains(problem) || sentence.text.contains("columns"), "\(sentence.text)")
    }
  }

  /// One bit, anywhere in the file: never a crash, and never "sound" when an event's bytes changed.
  @Test func aFlippedBitIsFoundOrHarmless() throws {
    let (_, scratch) = try Self.store()
    let bytes = try Data(contentsOf: URL(filePath: scratch.file()))
    var generator = Steps(seed: 1)
    var found = 0
    for _ in 1...Soak.number(400, 10_000) {
      var damaged = bytes
      let offset = Int.random(in: 0..<bytes.count, using: &generator)
      damaged[offset] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      let copy = try Scratch()
      try damaged.write(to: URL(filePath: copy.file()))
      chmod(copy.file(), 0o600)
      let result = Result {
        try SQLiteJournal(path: copy.file(), create: false).verify(nil)
      }
      guard case .success(.sound(let events, _)) = result else {
        found += 1
        continue
      }
      // Sound, so the bit was in free space or in a number that SQLite keeps for itself.
      #expect(events == 10)
    }
    #expect(found > 50)
  }
}

/// The same numbers on every run (SplitMix64).
struct Steps: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
