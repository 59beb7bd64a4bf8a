import Journal
import TextGate

/// The tables of a PostgreSQL store, and the version they are at.
public enum PostgresSchema {
  /// The version that this program writes.
  static let version: Int64 = 3

  /// What makes a store in a database, in one transaction: SQL to be run once by the database's
  /// owner, who may create roles. It is constant text; nothing is put into it.
  public static var lines: [Showable] {
    Untrusted("\(version1)\n\n\(version2)\n\n\(version3)").showableLines
  }

  /// Makes the tables, triggers and roles, or what a store of an older version lacks of them.
  static func make(
    _ connection: PostgresConnection, over version: Int64?
  ) throws(PostgresFailure) {
    if (version ?? 0) < 1 { try connection.runAll(version1, within: .seconds(30)) }
    if (version ?? 0) < 2 { try connection.runAll(version2, within: .seconds(30)) }
    if (version ?? 0) < 3 { try connection.runAll(version3, within: .seconds(30)) }
  }

  /// Whether there is a store in the database, and of which version; nil when there is none.
  static func look(_ connection: PostgresConnection) throws(PostgresFailure) -> Int64? {
    let found = try connection.run("SELECT pg_catalog.to_regclass('mayday.about') IS NOT NULL")
    guard found.flag(0, 0) == true else { return nil }
    return try connection.run("SELECT version FROM mayday.about").integer(0, 0) ?? 0
  }

  /// Events as they were hashed and one row an incident beside them, as in SQLite (Schema.swift).
  ///
  /// An event's place is counted within its incident, so that writers of different incidents never
  /// wait for one another. `tally` holds changes, not counts: nobody waits to add one, and who
  /// declares adds them up now and then. `counter` gives numbers without gaps.
  private static let version1: StaticString = """
    -- A store of Mayday in PostgreSQL 15 or later. Run it once, as the owner of the database.
    BEGIN;
    CREATE SCHEMA mayday;

    CREATE TABLE mayday.about (version int8 NOT NULL);
    INSERT INTO mayday.about VALUES (1);

    CREATE TABLE mayday.counter (number int8 NOT NULL);
    INSERT INTO mayday.counter VALUES (0);

    CREATE TABLE mayday.incident (
      id bytea PRIMARY KEY CHECK (octet_length(id) = 32),
      number int8 NOT NULL UNIQUE,
      tab int8 NOT NULL,
      rank int8 NOT NULL,
      place int8 NOT NULL,
      severity int8 NOT NULL,
      declared int8 NOT NULL,
      heads bytea NOT NULL,
      search text NOT NULL,
      board text NOT NULL,
      last int8 NOT NULL
    );
    CREATE INDEX incident_by_place ON mayday.incident (tab, rank, place, number);

    CREATE TABLE mayday.event (
      incident bytea NOT NULL REFERENCES mayday.incident (id),
      sequence int8 NOT NULL,
      id bytea NOT NULL UNIQUE CHECK (octet_length(id) = 32),
      kind text NOT NULL,
      occurred int8 NOT NULL,
      recorded int8 NOT NULL,
      json text NOT NULL,
      PRIMARY KEY (incident, sequence)
    );

    -- Events are only ever added. This holds for the owner, too, and for replication.
    CREATE FUNCTION mayday.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'an event is never changed or taken away' USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON mayday.event
      FOR EACH STATEMENT EXECUTE FUNCTION mayday.refuse_change();
    ALTER TABLE mayday.event ENABLE ALWAYS TRIGGER event_is_never_changed;

    CREATE TABLE mayday.tally (tab int8 NOT NULL, severity int8 NOT NULL, change int8 NOT NULL);
    CREATE FUNCTION mayday.count_incident() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'INSERT' THEN
        INSERT INTO mayday.tally VALUES (OLD.tab, OLD.severity, -1);
      END IF;
      IF TG_OP <> 'DELETE' THEN
        INSERT INTO mayday.tally VALUES (NEW.tab, NEW.severity, 1);
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER incident_added AFTER INSERT OR DELETE ON mayday.incident
      FOR EACH ROW EXECUTE FUNCTION mayday.count_incident();
    CREATE TRIGGER incident_moved AFTER UPDATE ON mayday.incident
      FOR EACH ROW WHEN (OLD.tab <> NEW.tab OR OLD.severity <> NEW.severity)
      EXECUTE FUNCTION mayday.count_incident();

    -- Least privilege: GRANT mayday_writer TO alice, or mayday_reader.
    DO $$ BEGIN CREATE ROLE mayday_reader NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    DO $$ BEGIN CREATE ROLE mayday_writer NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    REVOKE ALL ON SCHEMA mayday FROM PUBLIC;
    GRANT USAGE ON SCHEMA mayday TO mayday_reader, mayday_writer;
    GRANT SELECT ON ALL TABLES IN SCHEMA mayday TO mayday_reader, mayday_writer;
    GRANT INSERT ON mayday.event TO mayday_writer;
    GRANT INSERT, UPDATE ON mayday.incident TO mayday_writer;
    GRANT UPDATE ON mayday.counter TO mayday_writer;
    GRANT INSERT, DELETE ON mayday.tally TO mayday_writer;
    COMMIT;
    """

  /// The words of the events, to search in, as in SQLite; `arrival` gives the order in which the
  /// store got them, which is the order of what is found.
  private static let version2: StaticString = """
    -- What a store needs to be searched.
    BEGIN;
    CREATE TABLE mayday.word (
      arrival int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      incident bytea NOT NULL,
      sequence int8 NOT NULL,
      words tsvector NOT NULL,
      UNIQUE (incident, sequence)
    );
    CREATE INDEX word_by_text ON mayday.word USING gin (words) WITH (fastupdate = off);
    CREATE INDEX event_that_changes ON mayday.event (incident)
      WHERE kind IN ('correction', 'reversal');
    GRANT SELECT ON mayday.word TO mayday_reader, mayday_writer;
    GRANT INSERT, UPDATE ON mayday.word TO mayday_writer;
    UPDATE mayday.about SET version = 2;
    COMMIT;
    """

  /// Pairs of neighbouring words: the index of words alone reads every entry that holds both of them
  /// to find a phrase. An entry without pairs is one that an older program wrote; it is read.
  private static let version3: StaticString = """
    -- What a store needs to be searched for phrases.
    BEGIN;
    ALTER TABLE mayday.word ADD COLUMN pairs int4[];
    CREATE INDEX word_by_pair ON mayday.word USING gin (pairs) WITH (fastupdate = off);
    CREATE INDEX word_without_pairs ON mayday.word (arrival) WHERE pairs IS NULL;
    UPDATE mayday.about SET version = 3;
    COMMIT;
    """
}
