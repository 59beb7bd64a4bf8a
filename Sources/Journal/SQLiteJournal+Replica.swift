import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal: Replica {
  /// Reads a page of incidents by ascending id.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read.
  public func outlines(after id: EventID?, limit: Int) throws(JournalError) -> [ReplicaOutline] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT id, heads FROM incident WHERE id > ? ORDER BY id LIMIT ?")
      let rows = try Row.fetchAll(
        statement, arguments: [id.map { Data($0.stored) } ?? Data(), limit])
      return rows.compactMap { row in
        guard let id = (row[0] as Data?).flatMap({ EventID(stored: $0) }) else { return nil }
        return ReplicaOutline(id: id, heads: Array((row[1] as Data?) ?? Data()))
      }
    }
  }

  /// Reads the highest number; 0 when there is no incident.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read.
  public func highestNumber() throws(JournalError) -> Int {
    try read { db in
      Int(
        clamping:
          try Int64.fetchOne(db, sql: "SELECT max(number) FROM incident WHERE number > 0") ?? 0)
    }
  }

  /// Adds events of another replica; what returns is on the disk.
  ///
  /// - Throws: ``JournalError``: `damaged` for events that are not sound, else what hinders the store.
  public func add(
    _ events: [Event], to incident: EventID, above floor: Int, by actor: Actor, now: Instant
  ) throws(JournalError) -> Joined {
    let joined: Joined = try write { db in
      try self.join(events, to: incident, above: floor, by: actor, now: now, db).joined
    }
    if joined.added > 0 {
      lastFolded.withLock { $0 = nil }
      ring()
    }
    return joined
  }

  /// The same inside of a transaction; and the events that a new number made.
  func join(
    _ events: [Event], to incident: EventID, above floor: Int, by actor: Actor, now: Instant,
    _ db: Database
  ) throws -> (joined: Joined, composed: [Event]) {
    let held = try self.events(of: incident, after: 0, db).events
    let union = try Union(of: held, and: events, id: incident, at: location)
    guard !union.missing.isEmpty else { return (Joined(added: 0, renumbered: nil), []) }
    guard let joined = union.incident else {
      _ = try insert(union.missing, db)
      try put(union.projection, db)
      return (Joined(added: union.missing.count, renumbered: nil), [])
    }
    var composition = Composition([joined], by: actor, now: now)
    let number = joined.number
    var change: Renumbering?
    if try isTaken(number, by: incident, db) {
      let highest = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT max(number) FROM incident WHERE number > 0"))
      guard let next = Self.number(after: max(highest ?? 0, Int64(floor))) else {
        throw JournalError.noNumberLeft(location)
      }
      composition.renumber(incident, to: next)
      change = Renumbering(from: number, to: next)
    }
    composition.callByNumbers(
      incident, try Composition.named(by: joined).compactMap { try self.load($0, db) })
    _ = try insert(union.missing + composition.events, db)
    for id in Set(composition.events.map(\.incidentID)).union([incident]) {
      if let after = composition.incidents[id] { try put(Projection(after), db) }
    }
    return (Joined(added: union.missing.count, renumbered: change), composition.events)
  }

  /// Whether a number is another incident's here.
  func isTaken(_ number: Int, by incident: EventID, _ db: Database) throws -> Bool {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM incident WHERE number = ? AND id <> ?"),
      arguments: [number, Data(incident.stored)]) != nil
  }
}
