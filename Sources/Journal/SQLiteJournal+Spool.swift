import Foundation
import GRDB
import IncidentDomain
import TextGate

/// A spool: a private replica of what this account saw of a store on a server, and what it wrote
/// there while the server was away, until that is shared.
extension SQLiteJournal {
  /// Opens the spool at a path, and makes it when `create` is set.
  ///
  /// - Throws: ``JournalError`` as of any store.
  convenience init(spool path: String, create: Bool) throws(JournalError) {
    try self.init(path: path, create: create, isSpool: true)
    let isComplete = try read { db in
      try Int64.fetchOne(
        db, sql: "SELECT count(*) FROM sqlite_schema WHERE name IN ('unshared', 'server')") == 2
    }
    guard !isComplete else { return }
    try write { db in
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS unshared (event BLOB PRIMARY KEY NOT NULL)
            STRICT, WITHOUT ROWID;
          CREATE TABLE IF NOT EXISTS server (highest INTEGER NOT NULL) STRICT;
          """)
    }
  }

  /// An event that only this host has.
  struct Unshared: Hashable, Sendable {
    let id: EventID
    let incident: EventID
  }

  /// What waits to be shared, in the order it was written.
  func unsharedEvents() throws(JournalError) -> [Unshared] {
    try read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT event.id, event.incident FROM unshared JOIN event ON event.id = unshared.event
            ORDER BY event.sequence
            """))
      return rows.compactMap { row in
        guard let id = (row[0] as Data?).flatMap({ EventID(stored: $0) }),
          let incident = (row[1] as Data?).flatMap({ EventID(stored: $0) })
        else { return nil }
        return Unshared(id: id, incident: incident)
      }
    }
  }

  /// Says that events wait to be shared.
  func markUnshared(_ events: [EventID], _ db: Database) throws {
    let statement = try db.cachedStatement(sql: "INSERT OR IGNORE INTO unshared VALUES (?)")
    for event in events { try statement.execute(arguments: [Data(event.stored)]) }
  }

  /// Says that events are in the server's record.
  func markShared(_ events: [EventID]) throws(JournalError) {
    try write { db in
      let statement = try db.cachedStatement(sql: "DELETE FROM unshared WHERE event = ?")
      for event in events { try statement.execute(arguments: [Data(event.stored)]) }
    }
    ring()
  }

  /// Keeps events of which it is not known whether the server has them, to be added there again.
  func keep(
    _ commit: UndecidedCommit, by actor: Actor, now: Instant
  ) throws(JournalError) {
    let incidents = Dictionary(grouping: commit.events, by: \.incidentID)
    try write { db in
      try self.markUnshared(commit.new.map(\.id), db)
      for (id, events) in incidents.sorted(by: { $0.key < $1.key }) {
        let (_, composed) = try self.join(events, to: id, above: 0, by: actor, now: now, db)
        try self.markUnshared(composed.map(\.id), db)
      }
    }
    lastFolded.withLock { $0 = nil }
    ring()
  }

  /// Takes events that the server has, so that work can go on from them when it is away.
  ///
  /// An incident whose number is here that of one declared meanwhile is left out until that is
  /// shared, and has another number.
  func cache(_ events: [Event], of incident: EventID) throws(JournalError) {
    let isNew = try read { db in
      let statement = try db.cachedStatement(sql: "SELECT 1 FROM event WHERE id = ?")
      return try events.contains { event in
        try Int64.fetchOne(statement, arguments: [Data(event.id.stored)]) == nil
      }
    }
    guard isNew else { return }
    try write { db in
      let held = try self.events(of: incident, after: 0, db).events
      let union = try Union(of: held, and: events, id: incident, at: self.location)
      guard !union.missing.isEmpty else { return }
      if let joined = union.incident, try self.isTaken(joined.number, by: incident, db) { return }
      _ = try self.insert(union.missing, db)
      try self.put(union.projection, db)
    }
    lastFolded.withLock { $0 = nil }
  }

  /// Keeps the highest number that the server has given, so that a provisional one is likely to stay.
  func know(highest: Int) throws(JournalError) {
    let known = try read { db in try self.highestKnown(db) }
    guard known < highest else { return }
    try write { db in
      try db.execute(sql: "DELETE FROM server")
      try db.execute(sql: "INSERT INTO server VALUES (?)", arguments: [highest])
    }
  }

  /// The highest number that the server is known to have given; 0 for a store that is no spool.
  func highestKnown(_ db: Database) throws -> Int64 {
    guard isSpool else { return 0 }
    return try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(highest) FROM server")) ?? 0
  }
}
