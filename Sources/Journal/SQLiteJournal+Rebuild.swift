import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Makes the rows beside the events, and the index of their words, anew from the events alone.
  /// Others can write meanwhile.
  public func rebuild() throws(JournalError) {
    var after = Data()
    while let last = try rebuildSome(after: after) { after = last }
    try write { db in
      try db.execute(
        sql: """
          DELETE FROM incident
          WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.incident = incident.id)
          """)
      try db.execute(sql: "DELETE FROM tally")
      try db.execute(
        sql: "INSERT INTO tally SELECT tab, severity, count(*) FROM incident GROUP BY tab, severity"
      )
      try self.emptyIndex(db)
    }
    while try !indexSome() {}
    lastFolded.withLock { $0 = nil }
    ring()
  }

  /// Makes some rows, by ascending id.
  ///
  /// - Returns: the last id; nil when none was left.
  private func rebuildSome(after: Data) throws(JournalError) -> Data? {
    try write { db in
      let ids = try Data.fetchAll(
        db.cachedStatement(
          sql: "SELECT DISTINCT incident FROM event WHERE incident > ? ORDER BY incident LIMIT 100"
        ), arguments: [after])
      for id in ids {
        guard let id = EventID(stored: id),
          let projection = try Projection(of: self.events(of: id, after: 0, db).events)
        else { continue }
        // Another row that wrongly bears this number would be in the way; its own turn puts it right.
        try db.cachedStatement(sql: "DELETE FROM incident WHERE number = ? OR id = ?")
          .execute(arguments: [projection.number, Data(projection.id.stored)])
        try self.put(projection, db)
      }
      return ids.last
    }
  }
}
