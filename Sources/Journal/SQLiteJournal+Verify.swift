import Foundation
import GRDB
import IncidentDomain
import Synchronization
import TextGate

extension SQLiteJournal {
  /// Recomputes every hash from the stored bytes, and holds columns, parents, times and the board's
  /// rows against them. Reads in short transactions, so that others can write meanwhile.
  ///
  /// - Throws: `noSuchIncident`; `damaged` when pages of the file cannot be read.
  public func verify(_ incident: EventID?) throws(JournalError) -> Verification {
    guard let incident else { return try verifyAll() }
    guard let stored = try read({ db in try self.stored(incident, db) }) else {
      throw .noSuchIncident(Untrusted(incident.hex))
    }
    return stored.verification
  }

  private func verifyAll() throws(JournalError) -> Verification {
    // Positions follow one another: so many events there are, at least.
    let least = try read { db in try Self.lastPlace(db) }
    var line = VerificationLine()
    var number = Int64.min
    while true {
      let batch = try read { db in try self.storedBatch(from: number, db) }
      if let wrong = line.add(batch) { return wrong }
      guard let last = batch.last, last.number < .max else { break }
      number = last.number + 1
    }
    let found = line.finish()
    guard case .sound(let events, _) = found else { return found }
    if let problem = try gap() { return problem }
    if let problem = try wrongTally() { return problem }
    // A row of the board that its own index does not lead to.
    guard events >= least else {
      return .wrong(
        event: "the board",
        problem:
          "its rows lead to \(events) of the \(least) events; mayday store check says more")
    }
    return found
  }

  // MARK: - Reading as stored

  /// How many events are read in one transaction: a few milliseconds.
  private static let batch = 2000

  private func storedBatch(from number: Int64, _ db: Database) throws -> [StoredIncident] {
    let statement = try db.cachedStatement(
      sql: "SELECT id FROM incident WHERE number >= ? ORDER BY number")
    let ids = try Data.fetchCursor(statement, arguments: [number])
    var result: [StoredIncident] = []
    var events = 0
    while events < Self.batch, let id = try ids.next() {
      guard let stored = try stored(id, db) else { continue }
      result.append(stored)
      // An incident without events counts too: a batch always ends.
      events += stored.events.count + 1
    }
    return result
  }

  private func stored(_ id: EventID, _ db: Database) throws -> StoredIncident? {
    try stored(Data(id.stored), db)
  }

  private func stored(_ id: Data, _ db: Database) throws -> StoredIncident? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT number, tab, rank, place, severity, declared, heads, search, row
          FROM incident WHERE id = ?
          """), arguments: [id])
    guard let row else { return nil }
    let projection = EventID(stored: id).map { id in
      Projection(
        stored: id, number: row[0] ?? 0, tab: row[1] ?? 0, rank: row[2] ?? 0, place: row[3] ?? 0,
        severity: row[4] ?? 0, declared: row[5] ?? 0, heads: Array((row[6] as Data?) ?? Data()),
        search: row[7] ?? "", row: row[8] ?? "")
    }
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT sequence, id, incident, kind, occurred, recorded, json
          FROM event WHERE incident = ? ORDER BY sequence
          """), arguments: [id])
    var events: [StoredEvent] = []
    while let row = try rows.next() {
      events.append(
        StoredEvent(
          sequence: row[0] ?? 0, id: (row[1] as Data?).flatMap { EventID(stored: $0) },
          incident: (row[2] as Data?).flatMap { EventID(stored: $0) }, kind: row[3] ?? "",
          occurred: row[4] ?? 0, recorded: row[5] ?? 0, json: row[6] ?? ""))
    }
    return StoredIncident(number: row[0] ?? 0, projection: projection, events: events)
  }

  // MARK: - The whole store

  /// Positions follow one another, and each event belongs to an incident that is there.
  private func gap() throws(JournalError) -> Verification? {
    let step = 20_000
    var from = Int64.min
    var expected: Int64 = 0
    while true {
      let (count, last, stray) = try read { db -> (Int64, Int64?, Row?) in
        let counted = try Row.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT count(*), max(sequence) FROM (
                SELECT sequence FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?)
              """), arguments: [from, step])
        let last = counted?[1] as Int64?
        let stray = try Row.fetchOne(
          db.cachedStatement(
            sql: """
              SELECT sequence, id FROM event WHERE sequence > ? AND sequence <= ?
              AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.id = event.incident)
              ORDER BY sequence LIMIT 1
              """), arguments: [from, last])
        return ((counted?[0] as Int64?) ?? 0, last, stray)
      }
      if let stray {
        return StoredEvent.wrong(
          (stray[1] as Data?).flatMap { EventID(stored: $0) }, at: (stray[0] as Int64?) ?? 0,
          "it belongs to no incident of the board")
      }
      guard let last else { return nil }
      expected += count
      if last != expected {
        return StoredEvent.wrong(nil, at: last, "an event before it was taken away")
      }
      from = last
    }
  }

  private func wrongTally() throws(JournalError) -> Verification? {
    let differences = try read { db in
      try Int64.fetchOne(
        db.cachedStatement(
          sql: """
            WITH counted (tab, severity, incidents) AS (
              SELECT tab, severity, count(*) FROM incident GROUP BY tab, severity)
            SELECT (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM tally))
              + (SELECT count(*) FROM tally WHERE incidents <> 0 AND NOT EXISTS (
                SELECT 1 FROM counted
                WHERE counted.tab = tally.tab AND counted.severity = tally.severity))
            """)) ?? 0
    }
    guard differences > 0 else { return nil }
    return .wrong(
      event: "the board", problem: "its counts do not agree with its rows; the events are sound")
  }
}
