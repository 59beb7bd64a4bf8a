import IncidentDomain
import Journal
import JournalPostgres
import PostgresHarness
import Testing
import TextGate

/// Who may do what in the database.
@Suite struct RightsTests {
  @Test func anEventIsNeverChangedNotEvenByTheOwner() throws {
    let place = try Place()
    let journal = try place.open()
    _ = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
    for statement in [
      "UPDATE mayday.event SET kind = 'noted'", "DELETE FROM mayday.event",
      "TRUNCATE mayday.event", "TRUNCATE mayday.incident CASCADE",
      "SET session_replication_role = replica; DELETE FROM mayday.event",
      "DELETE FROM mayday.incident",
    ] {
      let said = try place.sql(statement, fails: true)
      #expect(said.contains("never changed") || said.contains("foreign key"), "\(said)")
    }
    guard case .sound(events: 1, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
  }

  @Test func aWriterMayAppendAndNothingElse() throws {
    let place = try Place()
    let name = "w\(place.database)"
    try place.sql("CREATE ROLE \(name) LOGIN; GRANT mayday_writer TO \(name)")
    let url = place.server.url(place.database, as: name)
    let journal = try place.open(url)
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    _ = try journal.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning + 1)
    #expect(try journal.info(now: { .morning }).mayWrite)
    #expect(try !journal.info(now: { .morning }).isOwner)
    for statement in [
      "UPDATE mayday.event SET kind = 'noted'", "DELETE FROM mayday.event",
      "DELETE FROM mayday.incident", "UPDATE mayday.about SET version = 9",
      "ALTER TABLE mayday.event DISABLE TRIGGER ALL", "CREATE TABLE mayday.own (a int)",
    ] {
      let said = try place.sql("SET ROLE \(name); " + statement, fails: true)
      #expect(said.contains("permission denied") || said.contains("must be owner"), "\(said)")
    }
  }

  @Test func aReaderMayLookAndIsToldWhyNotMore() throws {
    let place = try Place()
    let id = try place.open().declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let name = "r\(place.database)"
    try place.sql("CREATE ROLE \(name) LOGIN")
    let url = place.server.url(place.database, as: name)
    let closed = #expect(throws: JournalError.self) { try place.open(url) }
    guard case .notPermitted(let sentence)? = closed else {
      Issue.record("\(String(describing: closed))")
      return
    }
    #expect(sentence.text.contains("GRANT mayday_writer"))
    try place.sql("GRANT mayday_reader TO \(name)")
    let journal = try place.open(url)
    #expect(try journal.incident(id)?.title == "a")
    #expect(try !journal.info(now: { .morning }).mayWrite)
    // Who may look may also take a copy.
    let copied = try SQLiteJournal.copy(
      of: journal, to: place.folder + "/copy.sqlite", by: .ana, now: .morning + 1)
    #expect(copied == .sound(events: 1, heads: [id]))
    let refused = #expect(throws: JournalError.self) {
      try journal.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning + 1)
    }
    guard case .notPermitted? = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
  }

  @Test func aStoreIsMadeOnceAndOnlyWhereUTF8IsKept() throws {
    let place = try Place()
    let address = try PostgresAddress(place.url)
    let again = #expect(throws: JournalError.self) { try PostgresJournal.make(at: address) }
    #expect(again?.sentence.text.contains("already") == true)
    let empty = try PostgresAddress(place.server.url(place.server.makeDatabase()))
    let missing = #expect(throws: JournalError.self) { try PostgresJournal(empty) }
    #expect(missing?.sentence.text.contains("mayday store init") == true)
    let other = "l\(place.database)"
    try place.sql("CREATE DATABASE \(other) ENCODING 'SQL_ASCII' TEMPLATE template0")
    let ascii = try PostgresAddress(place.server.url(other))
    let refused = #expect(throws: JournalError.self) { try PostgresJournal.make(at: ascii) }
    #expect(refused?.sentence.text.contains("UTF-8") == true)
    try place.sql("UPDATE mayday.about SET version = 99")
    let newer = #expect(throws: JournalError.self) { try place.open() }
    guard case .newer? = newer else {
      Issue.record("\(String(describing: newer))")
      return
    }
  }

  /// What somebody with the owner's rights can do in spite of the trigger is found.
  @Test func tamperingIsNamed() throws {
    let place = try Place()
    let journal = try place.open()
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    var notes: [EventID] = []
    for number in 1...5 {
      let text = Untrusted("note \(number)")
      notes += try journal.append(.note(text), to: id, by: .ana, at: nil, now: .morning + number)
        .events.map(\.id)
    }
    func found(_ statement: String) throws -> String {
      try place.sql(
        """
        BEGIN; ALTER TABLE mayday.event DISABLE TRIGGER ALL; \(statement);
        ALTER TABLE mayday.event ENABLE ALWAYS TRIGGER event_is_never_changed; COMMIT;
        """)
      return "\(try place.open().verify(nil))"
    }
    try place.sql("CREATE TABLE public.kept AS SELECT * FROM mayday.event")
    let restore = "DELETE FROM mayday.event; INSERT INTO mayday.event SELECT * FROM public.kept"
    let changed = try found(
      "UPDATE mayday.event SET json = replace(json, 'note 3', 'note 9')")
    #expect(changed.contains(notes[2].hex) && changed.contains("not what was hashed"))
    #expect(try found(restore).contains("sound"))
    let gone = try found("DELETE FROM mayday.event WHERE sequence = 4")
    #expect(gone.contains("taken away"), "\(gone)")
    #expect(try found(restore).contains("sound"))
    let cut = try found("DELETE FROM mayday.event WHERE sequence = 6")
    #expect(cut.contains("5 of its 6 events"), "\(cut)")
    #expect(try found(restore).contains("sound"))
    let moved = try found("UPDATE mayday.incident SET severity = 4, tab = 2")
    #expect(moved.contains("row on the board"), "\(moved)")
  }
}
