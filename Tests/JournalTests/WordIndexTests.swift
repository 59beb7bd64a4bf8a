import Foundation
import IncidentDomain
import JournalPostgres
import Testing
import TextGate

@testable import Journal

/// The index that a search uses: beside the events, never in their way.
@Suite struct WordIndexTests {
  private static func verdict(_ findings: [StoreFinding]) -> StoreFinding.Verdict? {
    findings.first { $0.subject.text == "search" }?.verdict
  }

  private static func verdict(_ journal: SQLiteJournal) throws -> StoreFinding.Verdict? {
    verdict(try journal.check(now: .morning))
  }

  private static func store(_ scratch: Scratch) throws -> (SQLiteJournal, EventID) {
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try journal.declare(.of("replica lag"), by: .ana, at: nil, now: .morning).incident.id
    for number in 1...40 {
      _ = try journal.append(
        .note(Untrusted("note \(number) of the replica")), to: id, by: .ana, at: nil, now: .morning)
    }
    return (journal, id)
  }

  @Test func aDamagedIndexKeepsNobodyFromWriting() throws {
    for damage in [
      "UPDATE event_words_data SET block = zeroblob(8)",
      "UPDATE event_words_data SET block = randomblob(length(block)) WHERE id > 10",
      "DELETE FROM event_words_data WHERE id > 10", "DELETE FROM event_words_data",
    ] {
      let scratch = try Scratch()
      var (journal, id) = try Self.store(scratch)
      try Outside.sql("PRAGMA writable_schema = ON; \(damage);", scratch.file())
      journal = try SQLiteJournal(path: scratch.file(), create: false)
      let after = try journal.append(.note("still"), to: id, by: .ana, at: nil, now: .morning)
      #expect(after.incident.events.count == 42, "\(damage)")
      #expect(try SQLiteJournal(path: scratch.file(), create: false).incident(id) == after.incident)
      guard case .sound(events: 42, _) = try journal.verify(nil) else {
        Issue.record("\(damage): \(try journal.verify(nil))")
        continue
      }
      #expect(try Self.verdict(journal) == .wrong, "\(damage)")
      try journal.rebuild()
      #expect(try Self.verdict(journal) == .fine, "\(damage)")
      #expect(try journal.search(SearchQuery("still")).hits.count == 1)
      #expect(try journal.search(SearchQuery("replica", limit: 50)).hits.count == 41)
    }
  }

  @Test func whatDoesNotAgreeWithTheEventsIsFound() throws {
    for change in [
      "INSERT INTO event_words (rowid, words) VALUES (42, 'replica')",
      "INSERT INTO event_words (event_words, rowid, words) VALUES ('delete', 7, 'note 6 of the replica')",
      "DELETE FROM event_words_docsize WHERE id = 9",
    ] {
      let scratch = try Scratch()
      let (journal, _) = try Self.store(scratch)
      #expect(try Self.verdict(journal) == .fine)
      try Outside.sql(change + ";", scratch.file())
      #expect(try Self.verdict(journal) == .wrong, "\(change)")
      try journal.rebuild()
      #expect(try Self.verdict(journal) == .fine, "\(change)")
    }
  }

  /// An older program that has the file open writes events without their words.
  @Test func whatAnotherProgramLeftOutIsAdded() throws {
    let scratch = try Scratch()
    let (journal, id) = try Self.store(scratch)
    let other = try Scratch()
    try FileManager.default.copyItem(atPath: scratch.file(), toPath: other.file())
    let later = try SQLiteJournal(path: other.file(), create: false)
    for number in 1...300 {
      _ = try later.append(
        .note(Untrusted("late \(number)")), to: id, by: .bob, at: nil, now: .morning)
    }
    try Outside.sql(
      """
      ATTACH '\(other.file())' AS other;
      INSERT INTO event SELECT * FROM other.event WHERE sequence > 41;
      UPDATE incident SET heads = (SELECT heads FROM other.incident);
      """, scratch.file())
    #expect(try Self.verdict(journal) == .warning)
    // One writer adds some of them, and waits for no more.
    _ = try journal.append(.note("newest"), to: id, by: .ana, at: nil, now: .morning)
    #expect(try Self.verdict(journal) == .warning)
    #expect(try journal.search(SearchQuery("late", limit: 400)).hits.count == 300)
    #expect(try journal.search(SearchQuery("newest")).hits.count == 1)
    #expect(try Self.verdict(journal) == .fine)
    #expect(try journal.search(SearchQuery("late")).unsearched == 0)
  }

  @Test func aCopyAndAJoinedStoreAreSearchedToo() throws {
    let scratch = try Scratch()
    let (journal, _) = try Self.store(scratch)
    _ = try journal.copy(to: scratch.file("copy"))
    let copy = try SQLiteJournal(path: scratch.file("copy"), create: false)
    #expect(try Self.verdict(copy) == .fine)
    #expect(try copy.search(SearchQuery("\"note 17\"")).hits.count == 1)
    let other = try SQLiteJournal(path: scratch.file("other"), create: true)
    _ = try Sync(journal, with: other, by: .ana, now: .morning).run()
    #expect(try other.search(SearchQuery("\"note 17\"")).hits.count == 1)
    #expect(try Self.verdict(other) == .fine)
  }

  @Test func aPostgresIndexIsCheckedAndRebuilt() throws {
    let bench = try Bench(.postgresql)
    let journal = try #require(try bench.open() as? PostgresJournal)
    let id = try journal.declare(.of("replica lag"), by: .ana, at: nil, now: .morning).incident.id
    let note = IncidentDomain.Command.note("on pg-1")
    _ = try journal.append(note, to: id, by: .ana, at: nil, now: .morning)
    _ = try journal.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning)
    func verdict() throws -> StoreFinding.Verdict? {
      Self.verdict(try journal.check(now: { .morning }))
    }
    #expect(try verdict() == .fine)
    for change in [
      "DELETE FROM mayday.word WHERE sequence = 2",
      "UPDATE mayday.word SET words = 'pg:2 on:1' WHERE sequence = 2",
      "UPDATE mayday.word SET words = 'x:1' WHERE sequence = 3",
      "UPDATE mayday.word SET pairs = '{1,2}' WHERE sequence = 1",
      "UPDATE mayday.word SET pairs = '{}' WHERE sequence = 2",
    ] {
      try bench.sql(change)
      #expect(try verdict() == .wrong, "\(change)")
      try journal.rebuild()
      #expect(try verdict() == .fine, "\(change)")
    }
    #expect(try journal.search(SearchQuery("pg-1")).hits.count == 1)
  }

  /// A program of the version before, still open while its store was brought up to date, writes
  /// words without pairs: they are found all the same, and in order with the others.
  @Test func whatAnOlderPostgresProgramWroteIsFound() throws {
    let bench = try Bench(.postgresql)
    let journal = try #require(try bench.open() as? PostgresJournal)
    let id = try journal.declare(.of("replica lag"), by: .ana, at: nil, now: .morning).incident.id
    for number in 1...20 {
      _ = try journal.append(
        .note(Untrusted("entry \(number) of pg-1 pg")), to: id, by: .ana, at: nil, now: .morning)
    }
    func found(_ text: Untrusted, limit: Int = 30) throws -> [String] {
      try journal.search(SearchQuery(text, limit: limit)).hits.map(\.excerpt.text.raw)
    }
    let before = try found("\"pg 1\"")
    #expect(before.count == 20)
    try bench.sql("UPDATE mayday.word SET pairs = NULL WHERE sequence % 3 = 0")
    #expect(try found("\"pg 1\"") == before)
    #expect(try found("pg-1 entry", limit: 3) == Array(before.prefix(3)))
    #expect(try found("\"1 entry\"").isEmpty && found("\"of 1\"").isEmpty)
    #expect(Self.verdict(try journal.check(now: { .morning })) == .warning)
    try journal.rebuild()
    #expect(try found("\"pg 1\"") == before)
    #expect(Self.verdict(try journal.check(now: { .morning })) == .fine)
  }

  /// Two pairs may share a number: what an index takes for a phrase is looked at.
  @Test func aSharedNumberOfTwoPairsFindsNothingWrong() throws {
    let bench = try Bench(.postgresql)
    let journal = try bench.open()
    let id = try journal.declare(.of("replica lag"), by: .ana, at: nil, now: .morning).incident.id
    _ = try journal.append(.note("lag of pg"), to: id, by: .ana, at: nil, now: .morning)
    let other = SearchWords.pair("pg", "lag")
    try bench.sql("UPDATE mayday.word SET pairs = pairs || \(other)")
    #expect(try journal.search(SearchQuery("\"pg lag\"")).hits.isEmpty)
    #expect(try journal.search(SearchQuery("\"of pg\"")).hits.count == 1)
  }

  /// As stores of the versions before this one were: without the index, or without its pairs.
  @Test(arguments: [1, 2]) func anOlderPostgresStoreIsBroughtUpToDateByItsOwner(
    version: Int
  ) throws {
    let bench = try Bench(.postgresql)
    let address = try #require(bench.address)
    let id = try bench.open().declare(.of("replica lag"), by: .ana, at: nil, now: .morning)
      .incident.id
    try bench.sql(
      version == 1
        ? "DROP TABLE mayday.word; DROP INDEX mayday.event_that_changes"
        : "ALTER TABLE mayday.word DROP COLUMN pairs")
    try bench.sql("UPDATE mayday.about SET version = \(version)")
    guard case .unavailable(let text)? = failure({ try PostgresJournal(address) }) else {
      Issue.record("a store of an older version was opened")
      return
    }
    #expect(text.text.contains("store init"))
    #expect(try !PostgresJournal.make(at: address))
    let journal = try PostgresJournal(address)
    #expect(try journal.search(SearchQuery("lag")).hits.map(\.event.id) == [id])
    #expect(try journal.search(SearchQuery("\"replica lag\"")).hits.map(\.event.id) == [id])
    #expect(Self.verdict(try journal.check(now: { .morning })) == .fine)
    guard case .cannotWrite? = failure({ try PostgresJournal.make(at: address) }) else {
      Issue.record("a store was made twice")
      return
    }
  }
}
