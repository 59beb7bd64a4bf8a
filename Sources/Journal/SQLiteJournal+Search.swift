import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Looks for words in every text of the record. An index that is behind, because an older program
  /// wrote or a rebuilding was cut short, is brought up first where the store can be written.
  ///
  /// - Throws: ``JournalError``: `damaged` when the index is not sound.
  public func search(_ query: SearchQuery) throws(JournalError) -> SearchResult {
    do {
      if readOnlyReason == nil { while try !indexSome() {} }
    } catch .cannotWrite, .busy, .damaged {
      // What is in the index can be found all the same; how much is not is told.
    }
    let result = try read { db -> SearchResult? in
      guard try Self.hasIndex(db) else { return nil }
      do {
        return try self.found(query, db)
      } catch let error as DatabaseError where Self.isDamaged(error) {
        throw JournalError.damaged(
          "the index by which \(self.location) is searched is damaged, the entries are not; mayday store rebuild makes it anew"
        )
      }
    }
    guard let result else {
      throw .unavailable(
        "\(location) was made by an older mayday and cannot be brought up to date here, so it cannot be searched; make room or work where it can be written"
      )
    }
    return result
  }

  private func found(_ query: SearchQuery, _ db: Database) throws -> SearchResult {
    // Every word stands between quotation marks and holds none: nothing in it acts.
    let words = query.phrases.map { "\"\($0.joined(separator: " "))\"" }.joined(separator: " ")
    let places = try Int64.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT rowid FROM event_words WHERE event_words MATCH ? ORDER BY rowid DESC LIMIT ?
          """), arguments: [words, query.candidates])
    let when = try db.cachedStatement(sql: "SELECT occurred FROM event WHERE sequence = ?")
    let found = try places.map { place in
      (occurred: try Int64.fetchOne(when, arguments: [place]) ?? .min, place: place)
    }
    var changes: [EventID: [Event]] = [:]
    var hits: [SearchHit] = []
    for (_, place) in found.sorted(by: >).prefix(query.limit) {
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT event.id, event.json, incident.number
            FROM event JOIN incident ON incident.id = event.incident WHERE sequence = ?
            """), arguments: [place])
      guard let row, let event = Self.event(row[0], row[1]), let number = row[2] as Int64? else {
        continue
      }
      let id = event.incidentID
      let others = try changes[id] ?? self.changes(of: id, db)
      changes[id] = others
      hits.append(SearchHit(Int(number), event, query, after: others))
    }
    let unsearched = try Self.lastPlace(db) - Self.lastIndexed(db)
    return SearchResult(
      hits: hits, isCut: places.count > query.limit, unsearched: Int(max(0, unsearched)))
  }

  /// Corrections and reversals of an incident.
  private func changes(of id: EventID, _ db: Database) throws -> [Event] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id, json FROM event WHERE incident = ? AND kind IN ('correction', 'reversal')
          """), arguments: [Data(id.stored)])
    return rows.compactMap { Self.event($0[0], $0[1]) }
  }

  static func event(_ id: Data?, _ json: String?) -> Event? {
    guard let id = id.flatMap({ EventID(stored: $0) }), let json else { return nil }
    return StoredEvent.event(id: id, json: json)
  }

  // MARK: - The index

  /// Whether the file has the index at all: one of an older program that cannot be raised has none.
  static func hasIndex(_ db: Database) throws -> Bool {
    try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA user_version")) ?? 0
      >= Schema.wordIndexVersion
  }

  /// The position of the last event in the index, 0 for none; all before it are in it.
  static func lastIndexed(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM event_words_docsize")) ?? 0
  }

  static func lastPlace(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(sequence) FROM event")) ?? 0
  }

  /// How many events a writer adds that others left out: it must not wait long for them.
  private static let fewMissing = 200
  /// The same for one who waits for the search: a part of a second.
  private static let manyMissing = 2000

  /// Adds the words of events that were just written. An index that is damaged never keeps an entry
  /// from being written: it is left behind, and the search and `store check` say so.
  func index(_ events: [Event], at places: [Int64], _ db: Database) throws {
    guard let first = places.first, try Self.hasIndex(db) else { return }
    do {
      try db.inSavepoint {
        if try Self.lastIndexed(db) == first - 1 {
          for (event, place) in zip(events, places) { try Self.index(event, at: place, db) }
        } else {
          _ = try Self.indexMissing(Self.fewMissing, db)
        }
        return .commit
      }
    } catch let error as DatabaseError where Self.isDamaged(error) {
      return
    }
  }

  /// Adds some of the events that the index lacks.
  ///
  /// - Returns: whether it lacks none now, or there is none.
  func indexSome() throws(JournalError) -> Bool {
    let isWhole = try read { db in
      guard try Self.hasIndex(db) else { return true }
      return try Self.lastIndexed(db) >= Self.lastPlace(db)
    }
    if isWhole { return true }
    return try write { db in try Self.indexMissing(Self.manyMissing, db) }
  }

  private static func indexMissing(_ most: Int, _ db: Database) throws -> Bool {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT sequence, id, json FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?"),
      arguments: [try lastIndexed(db), most])
    var count = 0
    while let row = try rows.next() {
      // What cannot be read has no words, but has its row: verifying tells of it.
      try index(event(row[1], row[2]), at: row[0] ?? 0, db)
      count += 1
    }
    return count < most
  }

  private static func index(_ event: Event?, at place: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO event_words (rowid, words) VALUES (?, ?)")
      .execute(arguments: [place, SearchWords.line(of: event?.body.texts ?? [])])
  }

  /// Takes the words of events out that are about to go; where the index is damaged, it is emptied.
  func unindex(_ events: [(place: Int64, event: Event?)], _ db: Database) throws {
    guard try Self.hasIndex(db) else { return }
    do {
      try db.inSavepoint {
        let last = try Self.lastIndexed(db)
        let statement = try db.cachedStatement(
          sql: "INSERT INTO event_words (event_words, rowid, words) VALUES ('delete', ?, ?)")
        for (place, event) in events where place <= last {
          try statement.execute(
            arguments: [place, SearchWords.line(of: event?.body.texts ?? [])])
        }
        return .commit
      }
    } catch let error as DatabaseError where Self.isDamaged(error) {
      try emptyIndex(db)
    }
  }

  /// Makes the index empty, whatever is wrong with it.
  func emptyIndex(_ db: Database) throws {
    guard try Self.hasIndex(db) else { return }
    // Its own tables first: with what it needs of them amiss it could not even be dropped.
    try db.execute(
      sql: """
        DELETE FROM event_words_data; DELETE FROM event_words_idx; DELETE FROM event_words_docsize;
        INSERT INTO event_words_data (id, block) VALUES (1, x''), (10, x'00000000000000');
        INSERT OR REPLACE INTO event_words_config VALUES ('version', 4);
        DROP TABLE event_words;
        """)
    try db.execute(sql: Schema.wordIndex)
  }

  /// Whether the index is what is wrong, not the disk: a page of it that makes no sense, or rows of
  /// its own tables that contradict one another.
  static func isDamaged(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_CONSTRAINT, .SQLITE_ERROR, .SQLITE_MISMATCH: true
    default: false
    }
  }
}

extension SearchHit {
  /// What a store found.
  ///
  /// - Parameter changes: the corrections and reversals of its incident.
  package init(_ number: Int, _ event: Event, _ query: SearchQuery, after changes: [Event]) {
    self.init(
      number: number, event: event, excerpt: query.excerpt(of: event.body.texts),
      standing: Standing(of: event, after: changes))
  }
}
