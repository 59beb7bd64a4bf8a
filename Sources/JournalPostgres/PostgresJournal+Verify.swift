import IncidentDomain
import Journal
import TextGate

extension PostgresJournal {
  /// Recomputes every hash from the stored bytes, and holds columns, parents, times, places and the
  /// board's rows against them. Reads in short transactions.
  ///
  /// - Throws: `noSuchIncident`, else what hinders the store.
  public func verify(_ incident: EventID?) throws(JournalError) -> Verification {
    if let incident {
      let number = try read { connection in
        try connection.run(
          "SELECT number FROM mayday.incident WHERE id = $1", [.bytes(incident.stored)]
        ).integer(0, 0)
      }
      guard let number, let stored = try stored(from: number, to: number).first else {
        throw .noSuchIncident(Untrusted(incident.hex))
      }
      return stored.verification
    }
    var line = VerificationLine()
    var number = Int64.min
    while let last = try lastOfBatch(from: number) {
      let batch = try stored(from: number, to: last)
      if let wrong = line.add(batch) { return wrong }
      guard last < .max else { break }
      number = last + 1
    }
    let found = line.finish()
    guard case .sound = found else { return found }
    if try hasWrongTally() {
      return .wrong(
        event: "the board", problem: "its counts do not agree with its rows; the events are sound")
    }
    return found
  }

  /// How many events are read in one transaction.
  private static let batch: Int64 = 2000

  /// The number up to which incidents make a batch; nil when there is none left.
  private func lastOfBatch(from number: Int64) throws(JournalError) -> Int64? {
    try read { connection in
      let rows = try connection.run(
        "SELECT number, last FROM mayday.incident WHERE number >= $1 ORDER BY number LIMIT 500",
        [.integer(number)])
      var last: Int64?
      var events: Int64 = 0
      for row in 0..<rows.count where events < Self.batch {
        last = rows.integer(row, 0)
        events += (rows.integer(row, 1) ?? 0) + 1
      }
      return last
    }
  }

  private func stored(from first: Int64, to last: Int64) throws(JournalError) -> [StoredIncident] {
    try read { connection in
      try connection.readByIndexes()
      let range: [PostgresValue] = [.integer(first), .integer(last)]
      let rows = try connection.run(
        """
        SELECT id, number, tab, rank, place, severity, declared, heads, search, board, last
        FROM mayday.incident WHERE number BETWEEN $1 AND $2 ORDER BY number
        """, range)
      let found = try connection.run(
        """
        SELECT event.incident, event.sequence, event.id, event.kind, event.occurred,
          event.recorded, event.json
        FROM mayday.incident JOIN mayday.event ON event.incident = incident.id
        WHERE incident.number BETWEEN $1 AND $2 ORDER BY incident.number, event.sequence
        """, range)
      var events: [EventID: [StoredEvent]] = [:]
      for row in 0..<found.count {
        let incident = found.id(row, 0)
        let event = StoredEvent(
          sequence: found.integer(row, 1) ?? 0, id: found.id(row, 2), incident: incident,
          kind: found.text(row, 3) ?? "", occurred: found.integer(row, 4) ?? 0,
          recorded: found.integer(row, 5) ?? 0, json: found.text(row, 6) ?? "")
        if let incident { events[incident, default: []].append(event) }
      }
      return (0..<rows.count).compactMap { row in
        guard let id = rows.id(row, 0) else { return nil }
        let number = rows.integer(row, 1) ?? 0
        let projection = Projection(
          stored: id, number: number, tab: rows.integer(row, 2) ?? 0,
          rank: rows.integer(row, 3) ?? 0, place: rows.integer(row, 4) ?? 0,
          severity: rows.integer(row, 5) ?? 0, declared: rows.integer(row, 6) ?? 0,
          heads: rows.bytes(row, 7) ?? [], search: rows.text(row, 8) ?? "",
          row: rows.text(row, 9) ?? "")
        return StoredIncident(
          number: number, projection: projection, events: events[id] ?? [],
          last: rows.integer(row, 10) ?? 0)
      }
    }
  }

  private func hasWrongTally() throws(JournalError) -> Bool {
    try read { connection in
      try connection.run(
        """
        SELECT 1 FROM (
          SELECT tab, severity, 1 AS change FROM mayday.incident
          UNION ALL SELECT tab, severity, -change FROM mayday.tally) AS difference
        GROUP BY tab, severity HAVING sum(change) <> 0 LIMIT 1
        """
      ).count > 0
    }
  }
}
