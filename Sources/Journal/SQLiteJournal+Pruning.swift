import Foundation
import GRDB
import IncidentDomain
import TextGate

/// Taking out of a spool what nobody works on any more. The record is on the server; here a copy is
/// kept of what is worked on, and what only this host has.
extension SQLiteJournal {
  /// Incidents of which everything is shared, and to which nothing was written since an instant.
  ///
  /// - Parameter one: whether one will do, another one each time.
  func quietIncidents(
    since instant: Instant, one: Bool
  ) throws(JournalError) -> [ReplicaOutline] {
    let first = one ? (0..<32).map { _ in UInt8.random(in: 0...255) } : []
    return try read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id, heads FROM incident AS stream
            WHERE tab >= 0 AND id >= ? AND NOT EXISTS (
              SELECT 1 FROM event WHERE incident = stream.id AND (
                recorded >= ? OR EXISTS (SELECT 1 FROM unshared WHERE unshared.event = event.id)))
            ORDER BY id LIMIT ?
            """), arguments: [Data(first), instant.milliseconds, one ? 1 : -1])
      return Self.outlines(rows)
    }
  }

  /// Rounds that no agenda asks for: of each list and window the first one, which says since when it
  /// is kept, and the newest three stay.
  func oldRounds() throws(JournalError) -> [ReplicaOutline] {
    try read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id, heads FROM (
              SELECT id, heads,
                row_number() OVER (PARTITION BY search ORDER BY declared DESC, id) AS newest,
                row_number() OVER (PARTITION BY search ORDER BY declared, id) AS oldest
              FROM incident WHERE tab = ? AND search <> '')
            WHERE newest > 3 AND oldest > 1
            """), arguments: [Projection.beside])
      return Self.outlines(rows)
    }
  }

  private static func outlines(_ rows: [Row]) -> [ReplicaOutline] {
    rows.compactMap { row in
      guard let id = (row[0] as Data?).flatMap({ EventID(stored: $0) }) else { return nil }
      return ReplicaOutline(id: id, heads: Array((row[1] as Data?) ?? Data()))
    }
  }

  /// Takes streams out, those that are as they were seen and of which everything is shared.
  ///
  /// In one transaction, which holds the lock of the file: no other program sees the events without
  /// their guard, and one that is killed has done nothing.
  func drop(_ streams: [ReplicaOutline]) throws(JournalError) {
    try write { db in
      let guarding = try String.fetchOne(
        db, sql: "SELECT sql FROM sqlite_schema WHERE name = 'event_is_never_deleted'")
      guard let guarding else { return }
      try db.execute(sql: "DROP TRIGGER event_is_never_deleted")
      for stream in streams { try self.drop(stream, db) }
      try db.execute(sql: guarding)
    }
    lastFolded.withLock { $0 = nil }
  }

  private func drop(_ stream: ReplicaOutline, _ db: Database) throws {
    let id = Data(stream.id.stored)
    // The newest event stays whatever it is of: positions are never given twice.
    let isFree = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT 1 FROM incident WHERE id = ? AND heads = ? AND NOT EXISTS (
            SELECT 1 FROM event WHERE incident = incident.id AND (
              sequence = (SELECT max(sequence) FROM event)
              OR EXISTS (SELECT 1 FROM unshared WHERE unshared.event = event.id)))
          """), arguments: [id, Data(stream.heads)])
    guard isFree != nil else { return }
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT sequence, id, json FROM event WHERE incident = ?"),
      arguments: [id])
    try unindex(rows.map { ($0[0] ?? 0, Self.event($0[1], $0[2])) }, db)
    try db.execute(sql: "DELETE FROM event WHERE incident = ?", arguments: [id])
    try db.execute(sql: "DELETE FROM incident WHERE id = ?", arguments: [id])
  }

  /// Gives the disk back what was taken out, when that is most of the file.
  func shrink() throws(JournalError) {
    let queue = try current()
    do {
      try queue.inDatabase { db in
        let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        if free > 256, free > pages / 2 { try db.execute(sql: "VACUUM") }
      }
    } catch {
      if Self.leavesDoubt(error) { abandon(queue) }
      throw JournalError(error, .writing, at: location)
    }
  }
}
