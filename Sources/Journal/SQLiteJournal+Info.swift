import GRDB
import Glibc
import IncidentDomain
import TextGate

/// What `store info` tells of a SQLite store.
public struct SQLiteStoreInfo: Hashable, Sendable {
  /// The file, links resolved.
  public let path: Showable
  /// The version of the SQLite library, `3.40.1`.
  public let library: Showable
  /// The version of the tables.
  public let version: Int
  /// As SQLite reads it back: `truncate`.
  public let journalMode: Showable
  /// As SQLite reads it back: 2 for FULL.
  public let synchronous: Int
  /// Incidents in all, those that have ended too.
  public let incidents: Int
  /// Events of all incidents.
  public let events: Int
  /// Bytes of the file.
  public let size: Int
  /// Why nothing can be written; nil when it can.
  public let readOnlyReason: Showable?
}

extension SQLiteJournal {
  /// Reads what the store is and how it is kept.
  public func info() throws(JournalError) -> SQLiteStoreInfo {
    try read { db in
      func number(_ statement: String) throws -> Int {
        Int(try Int64.fetchOne(db, sql: statement) ?? 0)
      }
      func text(_ statement: String) throws -> Showable {
        Untrusted(try String.fetchOne(db, sql: statement) ?? "").showable
      }
      return SQLiteStoreInfo(
        path: self.location, library: try text("SELECT sqlite_version()"),
        version: try number("PRAGMA user_version"), journalMode: try text("PRAGMA journal_mode"),
        synchronous: try number("PRAGMA synchronous"),
        incidents: try number("SELECT coalesce(sum(incidents), 0) FROM tally WHERE tab >= 0"),
        // Positions follow one another and no event is ever taken away.
        events: try number("SELECT coalesce(max(sequence), 0) FROM event"),
        size: try number("PRAGMA page_count") * number("PRAGMA page_size"),
        readOnlyReason: self.readOnlyReason)
    }
  }
}
