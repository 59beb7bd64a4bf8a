import IncidentDomain
import Journal
import TextGate

/// What `store info` and `store check` tell of a PostgreSQL store.
public struct PostgresStoreInfo: Sendable {
  /// The server's version, `15.18`.
  public let server: Showable
  /// The account on the server.
  public let account: Showable
  /// The version of TLS; nil when the connection is not encrypted.
  public let encryption: Showable?
  /// The version of the tables.
  public let version: Int
  /// Incidents in all, those that have ended too.
  public let incidents: Int
  /// Events of all incidents.
  public let events: Int
  /// Bytes of the database, other tables in it too.
  public let size: Int
  /// Whether the server waits for its disk at a commit: `fsync` and `synchronous_commit`.
  public let waitsForDisk: Bool
  /// Whether it is a standby, which nobody can write to.
  public let isStandby: Bool
  /// Whether the account may append.
  public let mayWrite: Bool
  /// Whether the account may change events in spite of the trigger: the owner, or a superuser.
  public let isOwner: Bool
  /// Milliseconds by which the server's clock is ahead of this host's.
  public let clockAhead: Int64
}

extension PostgresJournal {
  /// Reads what the store is and how it is kept; `now` gives this host's clock.
  public func info(now: () -> Instant) throws(JournalError) -> PostgresStoreInfo {
    try read { connection in
      let before = now()
      let clock = try connection.run(
        """
        SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::int8,
          pg_catalog.current_setting('fsync') = 'on'
            AND pg_catalog.current_setting('synchronous_commit') NOT IN ('off', 'local'),
          pg_catalog.pg_is_in_recovery(),
          pg_catalog.has_table_privilege('mayday.event', 'INSERT'),
          pg_catalog.has_table_privilege('mayday.event', 'UPDATE, DELETE, TRUNCATE'),
          current_user::text, pg_catalog.current_setting('server_version')
        """)
      // The answer was made somewhere between the two.
      let middle = (before.milliseconds + now().milliseconds) / 2
      let counts = try connection.run(
        """
        SELECT version, (SELECT count(*) FROM mayday.incident WHERE tab >= 0),
          (SELECT coalesce(sum(last), 0)::int8 FROM mayday.incident),
          pg_catalog.pg_database_size(pg_catalog.current_database())
        FROM mayday.about
        """)
      func number(_ column: Int) -> Int { Int(clamping: counts.integer(0, column) ?? 0) }
      return PostgresStoreInfo(
        server: Untrusted(clock.text(0, 6) ?? "").showable,
        account: Untrusted(clock.text(0, 5) ?? "").showable, encryption: connection.encryption,
        version: number(0), incidents: number(1), events: number(2), size: number(3),
        waitsForDisk: clock.flag(0, 1) == true, isStandby: clock.flag(0, 2) == true,
        mayWrite: clock.flag(0, 3) == true, isOwner: clock.flag(0, 4) == true,
        clockAhead: clock.integer(0, 0).map { $0 - middle } ?? 0)
    }
  }
}
