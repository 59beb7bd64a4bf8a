import GRDB
import TextGate

/// The tables of a SQLite store, and the version they are at.
///
/// The version stands in `PRAGMA user_version` and is read and raised in one write transaction, so
/// that two programs that open a new file at once cannot both make the tables (TECH.md, "SQLite",
/// trap 2).
enum Schema {
  /// "MAYD": says whose file it is.
  static let applicationID: Int64 = 0x4D41_5944

  /// What takes a store from the version of its place to the next; a released entry never changes.
  static let steps = [version1, version2]

  /// The version that this program writes.
  static var version: Int64 { Int64(steps.count) }

  /// What is found in a file.
  enum Finding {
    /// Tables of this version.
    case current
    /// Nothing yet, or an older version.
    case older(Int64)
  }

  /// Reads whose file it is and its version, without changing it.
  static func look(_ db: Database, at location: Showable) throws -> Finding {
    let version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let owner = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    if owner == 0, version == 0,
      try Int64.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
    {
      return .older(0)
    }
    guard owner == applicationID, version >= 1 else {
      throw JournalError.damaged(
        "\(location) is the file of another program, not a store; --store names another")
    }
    guard version <= self.version else {
      throw JournalError.newer(
        "\(location) was written by a newer mayday (store version \(version), this one knows \(self.version)); nothing was changed, install the newer program"
      )
    }
    return version == self.version ? .current : .older(version)
  }

  /// Raises the file to this version; call it inside a write transaction.
  ///
  /// - Parameter keepCopy: called before a file that holds a record is changed.
  static func raise(
    _ db: Database, at location: Showable, keepCopy: (_ version: Int64) throws -> Void
  ) throws {
    guard case .older(let version) = try look(db, at: location) else { return }
    if version > 0 { try keepCopy(version) }
    for step in steps[Int(version)...] { try db.execute(sql: step) }
  }

  /// Events as they were hashed, with triggers that keep them; one row an incident beside them, and
  /// how many stand on each tab, so that the board counts nothing.
  ///
  /// `event.json` is the canonical JSON without `id`: its SHA-256 is `id`. `incident.rank` and
  /// `place` give the order on a tab (see Projection). `number` of the board's index makes the order
  /// whole; `severity` and `declared` let it be filtered without reading rows.
  private static let version1 = """
    CREATE TABLE event (
      sequence INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      incident BLOB NOT NULL,
      kind TEXT NOT NULL,
      occurred INTEGER NOT NULL,
      recorded INTEGER NOT NULL,
      json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_by_incident ON event (incident, sequence);

    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
    CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
    CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'an event is never replaced'); END;

    CREATE TABLE incident (
      id BLOB PRIMARY KEY NOT NULL,
      number INTEGER NOT NULL UNIQUE,
      tab INTEGER NOT NULL,
      rank INTEGER NOT NULL,
      place INTEGER NOT NULL,
      severity INTEGER NOT NULL,
      declared INTEGER NOT NULL,
      heads BLOB NOT NULL,
      search TEXT NOT NULL,
      row TEXT NOT NULL
    ) STRICT;
    CREATE INDEX incident_by_place ON incident (tab, rank, place, number, severity, declared);

    CREATE TABLE tally (
      tab INTEGER NOT NULL,
      severity INTEGER NOT NULL,
      incidents INTEGER NOT NULL,
      PRIMARY KEY (tab, severity)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER tally_added AFTER INSERT ON incident
    BEGIN
      INSERT INTO tally VALUES (NEW.tab, NEW.severity, 1)
        ON CONFLICT DO UPDATE SET incidents = incidents + 1;
    END;
    CREATE TRIGGER tally_removed AFTER DELETE ON incident
    BEGIN
      UPDATE tally SET incidents = incidents - 1 WHERE tab = OLD.tab AND severity = OLD.severity;
    END;
    CREATE TRIGGER tally_moved AFTER UPDATE OF tab, severity ON incident
    WHEN OLD.tab <> NEW.tab OR OLD.severity <> NEW.severity
    BEGIN
      UPDATE tally SET incidents = incidents - 1 WHERE tab = OLD.tab AND severity = OLD.severity;
      INSERT INTO tally VALUES (NEW.tab, NEW.severity, 1)
        ON CONFLICT DO UPDATE SET incidents = incidents + 1;
    END;

    PRAGMA application_id = 0x4D415944;
    PRAGMA user_version = 1;
    """

  /// The words of the events, to search in (see SearchWords).
  ///
  /// The index holds no texts, only where each word stands; its rows are the events' positions. It
  /// may end before the newest event, never leave one out: whoever writes next goes on with it, so an
  /// older program that has the file open does no harm, and nothing waits for a long history.
  private static let version2 = """
    \(wordIndex)
    CREATE INDEX event_that_changes ON event (incident) WHERE kind IN ('correction', 'reversal');
    PRAGMA user_version = 2;
    """

  /// The version from which a file has the index.
  static let wordIndexVersion: Int64 = 2

  /// The words come as they are to be found, with blanks between them: `ascii` cuts at these only.
  static let wordIndex = """
    CREATE VIRTUAL TABLE event_words USING fts5 (words, content = '', tokenize = 'ascii');
    """
}
