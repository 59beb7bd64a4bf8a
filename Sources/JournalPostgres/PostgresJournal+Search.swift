import IncidentDomain
import Journal
import TextGate

extension PostgresJournal {
  /// Looks for words in every text of the record.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read.
  public func search(_ query: SearchQuery) throws(JournalError) -> SearchResult {
    // Words are letters and digits: nothing in them acts.
    let words = query.phrases.map { phrase in
      "(" + phrase.map { "'\($0)'" }.joined(separator: " <-> ") + ")"
    }.joined(separator: " & ")
    return try read { connection in
      let candidates = try self.candidates(words, query, connection)
      let rows = try connection.run(
        """
        SELECT event.id, event.json, incident.number, event.incident
        FROM (
          SELECT incident, sequence, occurred, arrival
          FROM unnest($1::int8[]) AS candidate
          JOIN mayday.word ON arrival = candidate
          -- Looked up one by one, whatever is known of the tables: never all events.
          CROSS JOIN LATERAL (
            SELECT occurred FROM mayday.event
            WHERE incident = word.incident AND sequence = word.sequence OFFSET 0) AS it
          ORDER BY occurred DESC, arrival DESC LIMIT $2) AS found
        JOIN mayday.event ON event.incident = found.incident AND event.sequence = found.sequence
        JOIN mayday.incident ON incident.id = found.incident
        ORDER BY found.occurred DESC, found.arrival DESC
        """, [.text(candidates), .integer(Int64(query.limit) + 1)])
      let count = min(rows.count, query.limit)
      let incidents = Set((0..<count).compactMap { rows.id($0, 3) })
      let changes = try self.changes(of: incidents, connection)
      let hits = (0..<count).compactMap { row -> SearchHit? in
        guard let id = rows.id(row, 0), let number = rows.integer(row, 2),
          let event = StoredEvent.event(id: id, json: rows.text(row, 1) ?? "")
        else { return nil }
        return SearchHit(Int(number), event, query, after: changes[event.incidentID] ?? [])
      }
      return SearchResult(hits: hits, isCut: rows.count > query.limit)
    }
  }

  /// The entries that hold all of it, those that came last, by their arrival; an array of `int8`.
  ///
  /// Which way is the shorter one is not left to what PostgreSQL guesses: it knows nothing of a store
  /// that just grew, takes two words that never meet for ones that do, and knows of a phrase only its
  /// words. What many entries hold is among the newest; of what few hold, the index tells.
  private func candidates(
    _ words: String, _ query: SearchQuery, _ connection: PostgresConnection
  ) throws -> String {
    try connection.readByIndexes()
    let newest = try connection.run(
      """
      SELECT count(*), array_agg(arrival)::text
      FROM (
        SELECT arrival
        FROM (SELECT arrival, words FROM mayday.word ORDER BY arrival DESC LIMIT 20000) AS newest
        WHERE words @@ $1::tsquery LIMIT $2) AS found
      """, [.text(words), .integer(Int64(query.candidates))])
    if let count = newest.integer(0, 0), count >= query.candidates {
      return newest.text(0, 1) ?? "{}"
    }
    let all =
      query.pairs.isEmpty
      ? try connection.run(
        """
        SELECT array_agg(arrival)::text
        FROM (
          SELECT arrival
          FROM (SELECT arrival FROM mayday.word WHERE words @@ $1::tsquery OFFSET 0) AS found
          ORDER BY arrival DESC LIMIT $2) AS last
        """, [.text(words), .integer(Int64(query.candidates))])
      : try connection.run(
        """
        SELECT array_agg(arrival)::text
        FROM (
          SELECT arrival
          FROM (
            SELECT arrival
            FROM (SELECT arrival, words FROM mayday.word WHERE pairs @> $3::int4[] OFFSET 0)
              AS neighbours
            WHERE words @@ $1::tsquery
            -- What an older program wrote has no pairs.
            UNION ALL
            SELECT arrival FROM mayday.word WHERE pairs IS NULL AND words @@ $1::tsquery) AS found
          ORDER BY arrival DESC LIMIT $2) AS last
        """,
        [
          .text(words), .integer(Int64(query.candidates)),
          .text(IndexedWords.array(query.pairs)),
        ])
    return all.text(0, 0) ?? "{}"
  }

  /// Corrections and reversals of some incidents.
  private func changes(
    of incidents: Set<EventID>, _ connection: PostgresConnection
  ) throws -> [EventID: [Event]] {
    let rows = try connection.run(
      """
      SELECT id, json FROM mayday.event
      WHERE kind IN ('correction', 'reversal') AND incident IN (
        SELECT decode(hex, 'hex') FROM unnest(string_to_array($1, ',')) AS hex)
      """, [.text(incidents.map(\.hex).joined(separator: ","))])
    var result: [EventID: [Event]] = [:]
    for row in 0..<rows.count {
      guard let id = rows.id(row, 0),
        let event = StoredEvent.event(id: id, json: rows.text(row, 1) ?? "")
      else { continue }
      result[event.incidentID, default: []].append(event)
    }
    return result
  }

  // MARK: - The index

  /// Writes the words of events that are there already, all of an incident.
  func index(_ events: [Event], of id: EventID, _ connection: PostgresConnection) throws {
    try connection.run(
      """
      INSERT INTO mayday.word (incident, sequence, words, pairs)
      SELECT $1, place, words::tsvector, pairs::int4[]
      FROM unnest(string_to_array($2, chr(10)), string_to_array($3, chr(10)))
        WITH ORDINALITY AS lines (words, pairs, place)
      ON CONFLICT (incident, sequence) DO UPDATE
        SET words = excluded.words, pairs = excluded.pairs
      WHERE (word.words, word.pairs) IS DISTINCT FROM (excluded.words, excluded.pairs)
      """, [.bytes(id.stored)] + IndexedWords.lines(of: events))
  }

  /// Holds the index against the events, word by word and place by place. Reads in short
  /// transactions, so that others can write meanwhile.
  func checkIndex() throws(JournalError) -> StoreFinding {
    var last: [UInt8] = []
    var count = 0
    var withoutPairs = 0
    while true {
      let part = try read { connection in
        let rows = try connection.run(
          "SELECT id FROM mayday.incident WHERE id > $1 ORDER BY id LIMIT 100", [.bytes(last)])
        var wrong = 0
        var sound = 0
        var unpaired = 0
        for row in 0..<rows.count {
          guard let id = rows.id(row, 0) else { continue }
          let (events, _) = try self.events(of: id, after: 0, connection)
          let agreeing = try connection.run(
            """
            SELECT count(*), count(*) FILTER (WHERE word.pairs IS NULL)
            FROM unnest(string_to_array($2, chr(10)), string_to_array($3, chr(10)))
              WITH ORDINALITY AS lines (words, pairs, place)
            JOIN mayday.word ON incident = $1 AND sequence = place
              AND word.words = lines.words::tsvector
              AND (word.pairs IS NULL OR word.pairs = lines.pairs::int4[])
            """, [.bytes(id.stored)] + IndexedWords.lines(of: events))
          sound += Int(agreeing.integer(0, 0) ?? 0)
          wrong += events.count - Int(agreeing.integer(0, 0) ?? 0)
          unpaired += Int(agreeing.integer(0, 1) ?? 0)
        }
        return (
          last: rows.count == 0 ? nil : rows.bytes(rows.count - 1, 0), sound: sound, wrong: wrong,
          unpaired: unpaired
        )
      }
      guard part.wrong == 0 else {
        return StoreFinding(
          .wrong, "search",
          "the index does not agree with the events, which are not touched by that; mayday store rebuild makes it anew"
        )
      }
      count += part.sound
      withoutPairs += part.unpaired
      guard let end = part.last else { break }
      last = end
    }
    let stray = try strayWords()
    guard stray == 0 else {
      return StoreFinding(
        .wrong, "search",
        "the index holds \(stray) events that are not there, and it only ever got them together with the events: they were taken away; keep a copy, then restore a backup"
      )
    }
    guard withoutPairs == 0 else {
      return StoreFinding(
        .warning, "search",
        "an older mayday wrote \(withoutPairs) events: they are found, but a phrase takes longer; mayday store rebuild mends it"
      )
    }
    return StoreFinding(.fine, "search", "every word of \(count) events is in the index")
  }

  /// How many events have words and are not there.
  private func strayWords() throws(JournalError) -> Int64 {
    var stray: Int64 = 0
    var last: Int64 = 0
    while true {
      let part = try read { connection in
        let rows = try connection.run(
          """
          SELECT max(arrival), count(*) FILTER (WHERE NOT EXISTS (
            SELECT 1 FROM mayday.event
            WHERE event.incident = part.incident AND event.sequence = part.sequence))
          FROM (
            SELECT arrival, incident, sequence FROM mayday.word WHERE arrival > $1
            ORDER BY arrival LIMIT 10000) AS part
          """, [.integer(last)])
        return (last: rows.integer(0, 0), stray: rows.integer(0, 1) ?? 0)
      }
      stray += part.stray
      guard let end = part.last else { return stray }
      last = end
    }
  }
}
