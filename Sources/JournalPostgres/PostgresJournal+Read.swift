import IncidentDomain
import Journal
import TextGate

extension PostgresJournal {
  /// Folds what was appended since this journal folded the same incident last, else all its events.
  ///
  /// - Throws: ``JournalError``: `damaged` when an event cannot be read.
  public func incident(_ id: EventID) throws(JournalError) -> Incident? {
    try read { connection in
      let row = try connection.run(
        "SELECT last FROM mayday.incident WHERE id = $1", [.bytes(id.stored)])
      guard let last = row.integer(0, 0) else { return nil }
      return try self.folded(id, upTo: last, connection)?.incident
    }
  }

  /// Reads the events appended after a place; an unknown incident has none.
  ///
  /// - Throws: ``JournalError``: `damaged` when an event cannot be read.
  public func events(
    of incident: EventID, after known: EventPosition
  ) throws(JournalError) -> NewEvents {
    try read { connection in
      let (events, last) = try self.events(of: incident, after: known.sequence, connection)
      return NewEvents(events: events, position: EventPosition(sequence: last))
    }
  }

  /// Takes digits for a number first, and for the beginning of an id only when no incident has it.
  ///
  /// - Throws: ``JournalError``: `noSuchIncident`, or `ambiguous` when several ids begin so.
  public func find(_ reference: Untrusted) throws(JournalError) -> EventID {
    let name = IncidentName(reference)
    let found: [EventID] = try read { connection in
      if let number = name.number {
        let rows = try connection.run(
          "SELECT id FROM mayday.incident WHERE number = $1", [.integer(number)])
        if let id = rows.id(0, 0) { return [id] }
      }
      guard let ids = name.ids else { return [] }
      let rows = try connection.run(
        "SELECT id FROM mayday.incident WHERE id BETWEEN $1 AND $2 AND tab >= 0 LIMIT 2",
        [.bytes(ids.first.stored), .bytes(ids.last.stored)])
      return (0..<rows.count).compactMap { rows.id($0, 0) }
    }
    return try name.one(of: found)
  }

  /// Events after a place, and the last place read.
  func events(
    of incident: EventID, after place: Int64, _ connection: PostgresConnection
  ) throws -> (events: [Event], last: Int64) {
    let rows = try connection.run(
      """
      SELECT sequence, id, json FROM mayday.event
      WHERE incident = $1 AND sequence > $2 ORDER BY sequence
      """, [.bytes(incident.stored), .integer(place)])
    var events: [Event] = []
    events.reserveCapacity(rows.count)
    var last = place
    for row in 0..<rows.count {
      guard let id = rows.id(row, 1),
        let event = StoredEvent.event(id: id, json: rows.text(row, 2) ?? "")
      else {
        throw JournalError.damaged(
          "an event of the incident \(incident.short) in \(location) cannot be read; mayday verify names what is wrong, a backup holds what was there"
        )
      }
      events.append(event)
      last = rows.integer(row, 0) ?? last
    }
    return (events, last)
  }

  /// The incident up to a place; the last one folded is kept and only added to.
  func folded(
    _ id: EventID, upTo last: Int64, _ connection: PostgresConnection
  ) throws -> FoldedIncident? {
    let kept = lastFolded.withLock { kept in
      defer { kept = nil }
      return kept?.incident.id == id ? kept : nil
    }
    let folded: FoldedIncident
    if var kept, kept.sequence <= last {
      if kept.sequence < last {
        let (new, read) = try events(of: id, after: kept.sequence, connection)
        kept.incident.add(new)
        kept.sequence = read
      }
      folded = kept
    } else {
      let (all, read) = try events(of: id, after: 0, connection)
      guard let incident = Incident.fold(all) else { return nil }
      folded = FoldedIncident(incident: incident, sequence: read)
    }
    lastFolded.withLock { $0 = folded }
    return folded
  }
}
