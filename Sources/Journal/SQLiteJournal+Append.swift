import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  public func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    let result = try write { db in
      var declaration = declaration
      let highest = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT max(number) FROM incident"))
      declaration.number = Int(highest ?? 0) + 1
      var composition = Composition([], by: actor, now: now)
      guard let incident = try composition.declare(declaration, at: told) else {
        throw DatabaseError(resultCode: .SQLITE_INTERNAL)
      }
      let sequence = try self.insert(composition, db)
      return (FoldedIncident(incident: incident, sequence: sequence), composition.events)
    }
    return finish(result)
  }

  public func append(
    _ command: Command, to incident: EventID, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    let result = try write { db in
      guard let subject = try self.folded(incident, db) else {
        throw JournalError.noSuchIncident(Untrusted(incident.hex))
      }
      var incidents = [subject.incident]
      if case .merge(let target) = command, target.id != incident {
        guard let other = try self.load(target.id, db) else {
          throw JournalError.noSuchIncident(Untrusted(target.id.hex))
        }
        incidents.append(other)
      }
      var composition = Composition(incidents, by: actor, now: now)
      try composition.carryOut(command, on: incident, at: told)
      let sequence = try self.insert(composition, db)
      let after = composition.incidents[incident] ?? subject.incident
      return (
        FoldedIncident(incident: after, sequence: max(sequence, subject.sequence)),
        composition.events
      )
    }
    return finish(result)
  }

  /// Keeps the state for the next append and tells the others, after the commit.
  private func finish(_ result: (folded: FoldedIncident, events: [Event])) -> Appended {
    lastFolded.withLock { $0 = result.folded }
    if !result.events.isEmpty { ring() }
    return Appended(incident: result.folded.incident, events: result.events)
  }

  /// An incident that is not worth keeping for the next append.
  private func load(_ id: EventID, _ db: Database) throws -> Incident? {
    try Incident.fold(events(of: id, after: 0, db).events)
  }

  /// Writes new events and the rows of the incidents they changed.
  ///
  /// - Returns: the place of the last event; 0 when there was none.
  private func insert(_ composition: Composition, _ db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO event (id, incident, kind, occurred, recorded, json) VALUES (?, ?, ?, ?, ?, ?)
        """)
    var last: Int64 = 0
    for event in composition.events {
      try statement.execute(arguments: [
        Data(event.id.stored), Data(event.incidentID.stored), event.kind,
        event.occurred.instant.milliseconds, event.recorded.milliseconds,
        String(decoding: event.canonicalWithoutID, as: UTF8.self),
      ])
      last = db.lastInsertedRowID
    }
    for id in Set(composition.events.map(\.incidentID)) {
      if let incident = composition.incidents[id] { try put(Projection(incident), db) }
    }
    return last
  }

  /// Writes an incident's row.
  func put(_ projection: Projection, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO incident
          (id, number, tab, rank, place, severity, declared, heads, search, row)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          number = excluded.number, tab = excluded.tab, rank = excluded.rank,
          place = excluded.place, severity = excluded.severity, declared = excluded.declared,
          heads = excluded.heads, search = excluded.search, row = excluded.row
        """)
    try statement.execute(arguments: [
      Data(projection.id.stored), projection.number, projection.tab, projection.rank,
      projection.place, projection.severity, projection.declared, Data(projection.heads),
      projection.search, projection.row,
    ])
  }
}
