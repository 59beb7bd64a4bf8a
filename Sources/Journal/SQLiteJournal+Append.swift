import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Opens an incident under the highest number of the store plus one; what returns is on the disk.
  ///
  /// - Throws: ``JournalError``: `refused` for a value that cannot be, else what hinders the store.
  public func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try commit { db in
      var declaration = declaration
      let highest = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT max(number) FROM incident WHERE number > 0"))
      let known = try self.highestKnown(db)
      guard let next = Self.number(after: max(highest ?? 0, known)) else {
        throw JournalError.noNumberLeft(self.location)
      }
      declaration.number = next
      var composition = Composition([], by: actor, now: now)
      guard let incident = try composition.declare(declaration, at: told) else {
        throw DatabaseError(resultCode: .SQLITE_INTERNAL)
      }
      let sequence = try self.insert(composition, db)
      return Written(
        folded: FoldedIncident(incident: incident, sequence: sequence), events: composition.events)
    }
  }

  /// Decides on the events as the store holds them then, not on what the caller last saw.
  ///
  /// - Throws: ``JournalError``: `refused` for what a rule forbids, `noSuchIncident` for the
  ///   incident or
  ///   the one to merge into, else what hinders the store.
  public func append(
    _ command: Command, to incident: EventID, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try commit { db in
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
      return Written(
        folded: FoldedIncident(incident: after, sequence: max(sequence, subject.sequence)),
        events: composition.events)
    }
  }

  /// The next number, as long as JSON keeps it exactly.
  static func number(after highest: Int64) -> Int? {
    (0..<1 << 53).contains(highest) ? Int(highest) + 1 : nil
  }

  private struct Written {
    let folded: FoldedIncident
    let events: [Event]
  }

  /// Writes in one transaction; after it, keeps the state for the next and tells the others.
  private func commit(
    _ body: (Database) throws -> Written
  ) throws(JournalError) -> Appended {
    var last: EventID?
    let written: Written
    do {
      written = try write { db in
        let written = try body(db)
        last = written.events.last?.id
        return written
      }
    } catch {
      throw last.map { doubt(about: $0, after: error) } ?? error
    }
    lastFolded.withLock { $0 = written.folded }
    if last != nil { ring() }
    let appended = Appended(incident: written.folded.incident, events: written.events)
    SystemLog.note(appended)
    return appended
  }

  /// What a failed commit left behind, as the disk says now: a failure after the decisive write
  /// leaves the events in the record, and saying that nothing was written would be untrue.
  func doubt(about event: EventID, after error: JournalError) -> JournalError {
    switch error {
    case .cannotWrite, .unavailable: break
    case .undecided, .refused, .noSuchIncident, .ambiguous, .busy, .damaged, .newer, .notPermitted:
      return error
    }
    let isThere = try? read { db in
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT 1 FROM event WHERE id = ?"),
        arguments: [Data(event.stored)]) != nil
    }
    switch isThere {
    case false?: return error
    case true?:
      return .cannotWrite(
        "the disk reported an error after the entry was written to \(location); it is there now but may not outlast a power cut: check the disk, do not write it again"
      )
    case nil:
      return .unavailable(
        "the disk reported an error while \(location) was written, and it cannot be read: whether the entry was kept is not known, look before you write it again"
      )
    }
  }

  /// An incident that is not worth keeping for the next append.
  func load(_ id: EventID, _ db: Database) throws -> Incident? {
    try Incident.fold(events(of: id, after: 0, db).events)
  }

  /// Writes new events and the rows of the incidents they changed.
  ///
  /// - Returns: the place of the last event; 0 when there was none.
  private func insert(_ composition: Composition, _ db: Database) throws -> Int64 {
    let last = try insert(composition.events, db)
    if isSpool { try markUnshared(composition.events.map(\.id), db) }
    for id in Set(composition.events.map(\.incidentID)) {
      if let incident = composition.incidents[id] { try put(Projection(incident), db) }
    }
    return last
  }

  /// Writes new events, and their words.
  ///
  /// - Returns: the place of the last; 0 when there was none.
  func insert(_ events: [Event], _ db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO event (id, incident, kind, occurred, recorded, json) VALUES (?, ?, ?, ?, ?, ?)
        """)
    var last: Int64 = 0
    var places: [Int64] = []
    for event in events {
      try statement.execute(arguments: [
        Data(event.id.stored), Data(event.incidentID.stored), event.kind,
        event.occurred.instant.milliseconds, event.recorded.milliseconds,
        String(decoding: event.canonicalWithoutID, as: UTF8.self),
      ])
      last = db.lastInsertedRowID
      places.append(last)
    }
    try index(events, at: places, db)
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
          place = excluded.place,
          severity = excluded.severity, declared = excluded.declared,
          heads = excluded.heads, search = excluded.search, row = excluded.row
        """)
    try statement.execute(arguments: [
      Data(projection.id.stored), projection.number, projection.tab, projection.rank,
      projection.place, projection.severity, projection.declared, Data(projection.heads),
      projection.search, projection.row,
    ])
  }
}
