import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Folds what was appended since this journal folded the same incident last, else all its events.
  ///
  /// - Throws: ``JournalError``: `damaged` when an event cannot be read.
  public func incident(_ id: EventID) throws(JournalError) -> Incident? {
    try read { db in try self.folded(id, db)?.incident }
  }

  /// Reads the events appended after a place; an unknown incident has none.
  ///
  /// - Throws: ``JournalError``: `damaged` when an event cannot be read.
  public func events(
    of incident: EventID, after known: EventPosition
  ) throws(JournalError) -> NewEvents {
    try read { db in
      let (events, last) = try self.events(of: incident, after: known.sequence, db)
      return NewEvents(events: events, position: EventPosition(sequence: last))
    }
  }

  /// Takes digits for a number first, and for the beginning of an id only when no incident has it.
  ///
  /// - Throws: ``JournalError``: `noSuchIncident`, or `ambiguous` when several ids begin so.
  public func find(_ reference: Untrusted) throws(JournalError) -> EventID {
    let name = IncidentName(reference)
    let found = try read { db in
      if let number = name.number {
        let statement = try db.cachedStatement(sql: "SELECT id FROM incident WHERE number = ?")
        if let id = try Data.fetchOne(statement, arguments: [number]) { return [id] }
      }
      guard let ids = name.ids else { return [] }
      let statement = try db.cachedStatement(
        sql: "SELECT id FROM incident WHERE id BETWEEN ? AND ? AND tab >= 0 LIMIT 2")
      return try Data.fetchAll(
        statement, arguments: [Data(ids.first.stored), Data(ids.last.stored)])
    }
    return try name.one(of: found.compactMap { EventID(stored: $0) })
  }

  /// Events after a place, and the last place read.
  func events(
    of incident: EventID, after sequence: Int64, _ db: Database
  ) throws -> (events: [Event], last: Int64) {
    let statement = try db.cachedStatement(
      sql: """
        SELECT sequence, id, json FROM event WHERE incident = ? AND sequence > ? ORDER BY sequence
        """)
    let rows = try Row.fetchCursor(statement, arguments: [Data(incident.stored), sequence])
    var events: [Event] = []
    var last = sequence
    while let row = try rows.next() {
      let place = (row[0] as Int64?) ?? 0
      guard let id = (row[1] as Data?).flatMap({ EventID(stored: $0) }),
        let event = StoredEvent.event(id: id, json: (row[2] as String?) ?? "")
      else {
        throw JournalError.damaged(
          "the event at position \(place) of \(location) cannot be read; mayday verify names what is wrong, a backup holds what was there"
        )
      }
      events.append(event)
      last = place
    }
    return (events, last)
  }

  /// The incident as of this transaction; the last one folded is kept and only added to.
  func folded(_ id: EventID, _ db: Database) throws -> FoldedIncident? {
    let statement = try db.cachedStatement(sql: "SELECT heads FROM incident WHERE id = ?")
    guard let heads = try Data.fetchOne(statement, arguments: [Data(id.stored)]) else { return nil }
    let kept = lastFolded.withLock { kept in
      if kept?.incident.id != id { kept = nil }
      defer { kept = nil }
      return kept
    }
    var folded: FoldedIncident
    if var kept {
      if !heads.elementsEqual(kept.incident.heads.lazy.flatMap(\.stored)) {
        let (new, last) = try events(of: id, after: kept.sequence, db)
        kept.incident.add(new)
        kept.sequence = last
      }
      folded = kept
    } else {
      let (all, last) = try events(of: id, after: 0, db)
      guard let incident = Incident.fold(all) else { return nil }
      folded = FoldedIncident(incident: incident, sequence: last)
    }
    lastFolded.withLock { $0 = folded }
    return folded
  }
}
