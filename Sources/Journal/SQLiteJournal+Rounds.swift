import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Reads rounds in one transaction.
  ///
  /// - Throws: ``JournalError``: `damaged` when an event cannot be read.
  public func rounds(_ rounds: [Round]) throws(JournalError) -> RoundBook {
    try read { db in
      let begun = try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT search, min(declared) FROM incident WHERE tab = ? GROUP BY search"),
        arguments: [Projection.beside])
      return try RoundBook(of: rounds, begun: begun.map { (key: $0[0], begin: $0[1]) }) { id in
        try self.events(of: id, after: 0, db).events
      }
    }
  }

  /// Decides on the round as the store holds it then; what returns is on the disk.
  ///
  /// - Throws: ``JournalError``: `refused` for what is done already, else what hinders the store.
  public func append(
    _ command: RoundCommand, to round: Round, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> RoundRecord {
    let id = round.id
    var last: EventID?
    let record: RoundRecord
    do {
      record = try write { db in
        let composition = try RoundComposition(
          command, on: round, held: self.events(of: id, after: 0, db).events, by: actor, at: told,
          now: now)
        _ = try self.insert(composition.events, db)
        if self.isSpool {
          // The event that begins a round is nobody's entry: every replica makes the same.
          try self.markUnshared(composition.events.filter { $0.incident != nil }.map(\.id), db)
        }
        if let projection = Projection(of: composition.record.events) {
          try self.put(projection, db)
        }
        last = composition.events.last?.id
        return composition.record
      }
    } catch {
      throw last.map { doubt(about: $0, after: error) } ?? error
    }
    ring()
    return record
  }
}
