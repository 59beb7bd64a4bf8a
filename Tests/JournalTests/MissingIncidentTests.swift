import IncidentDomain
import Journal
import JournalPostgres
import Testing
import TextGate

/// Who can write the tables can take an incident out with everything of it: hashes say nothing then,
/// what was left behind may.
@Suite struct MissingIncidentTests {
  private static func declare(_ journal: any Journal) throws {
    for number in 1...3 {
      let id = try journal.declare(
        .of(Untrusted("incident \(number)")), by: .ana, at: nil, now: .morning + number
      ).incident.id
      _ = try journal.append(
        .note(Untrusted("note \(number)")), to: id, by: .ana, at: nil, now: .morning + number)
    }
  }

  private static func texts(_ findings: [StoreFinding]) -> [String: StoreFinding] {
    Dictionary(uniqueKeysWithValues: findings.map { ($0.subject.text, $0) })
  }

  @Test(arguments: [2, 3])
  func postgresTellsByItsNumbersAndItsIndex(number: Int) throws {
    let bench = try Bench(.postgresql)
    let journal = try #require(try bench.open() as? PostgresJournal)
    try Self.declare(journal)
    var found = Self.texts(try journal.check(now: { .morning }))
    #expect(found["numbers"]?.verdict == .fine && found["search"]?.verdict == .fine)
    try bench.sql(
      """
      ALTER TABLE mayday.event DISABLE TRIGGER event_is_never_changed;
      DELETE FROM mayday.event
      WHERE incident = (SELECT id FROM mayday.incident WHERE number = \(number));
      DELETE FROM mayday.incident WHERE number = \(number);
      """)
    // What is there agrees with itself.
    guard case .sound(events: 4, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    found = Self.texts(try journal.check(now: { .morning }))
    #expect(found["numbers"]?.verdict == .warning)
    #expect(found["numbers"]?.text.text.contains("no INC-\(number),") == true)
    #expect(found["search"]?.verdict == .wrong)
    #expect(found["search"]?.text.text.contains("2 events that are not there") == true)
    try bench.sql(
      "DELETE FROM mayday.word WHERE incident NOT IN (SELECT id FROM mayday.incident)")
    found = Self.texts(try journal.check(now: { .morning }))
    #expect(found["numbers"]?.verdict == .warning && found["search"]?.verdict == .fine)
    // The number is not given again, so it stays missing.
    #expect(try journal.declare(.of("d"), by: .ana, at: nil, now: .morning).incident.number == 4)
    found = Self.texts(try journal.check(now: { .morning }))
    #expect(found["numbers"]?.text.text.contains("no INC-\(number),") == true)
  }

  private static let disarmed = """
    DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted;
    DELETE FROM event WHERE incident = (SELECT id FROM incident WHERE number = NUMBER);
    DELETE FROM incident WHERE number = NUMBER;

    """

  @Test func sqliteTellsByItsNumbersWhenTheGapInThePositionsWasClosed() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    try Self.declare(journal)
    var found = Self.texts(try journal.check(now: .morning))
    #expect(found["numbers"]?.verdict == .fine)
    try Outside.sql(
      Self.disarmed.replacing("NUMBER", with: "2")
        + "UPDATE event SET sequence = sequence - 2 WHERE sequence > 4;", scratch.file())
    guard case .sound(events: 4, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    try journal.rebuild()
    found = Self.texts(try journal.check(now: .morning))
    #expect(found["numbers"]?.verdict == .warning && found["search"]?.verdict == .fine)
    #expect(found["numbers"]?.text.text.contains("no INC-2,") == true)
  }

  @Test func sqliteTellsThatItsEndWasCutByItsIndex() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    try Self.declare(journal)
    try Outside.sql(Self.disarmed.replacing("NUMBER", with: "3"), scratch.file())
    guard case .sound(events: 4, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    let found = Self.texts(try journal.check(now: .morning))
    #expect(found["search"]?.verdict == .wrong)
    #expect(found["search"]?.text.text.contains("taken away") == true)
  }
}
