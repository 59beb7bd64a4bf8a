import IncidentDomain
import Journal
import TextGate

extension PostgresJournal {
  /// Reads rows and numbers in one transaction, so that they agree with each other.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read.
  public func board(_ query: BoardQuery) throws(JournalError) -> BoardPage {
    try read { connection in
      var counts: [BoardTab: Int] = [:]
      for tab in BoardTab.allCases { counts[tab] = 0 }
      var tallied = 0
      let tallies = try connection.run(
        "SELECT tab, severity, sum(change)::int8 FROM mayday.tally GROUP BY tab, severity")
      for row in 0..<tallies.count {
        let number = tallies.integer(row, 0)
        guard let count = tallies.integer(row, 2), count > 0,
          let tab = BoardTab.allCases.first(where: { Projection.number(of: $0) == number })
        else { continue }
        counts[tab, default: 0] += Int(count)
        let isAsked = query.tab == nil || query.tab == tab
        let severity = query.severity.map { Int64($0.rawValue) }
        if isAsked, severity == nil || severity == tallies.integer(row, 1) {
          tallied += Int(count)
        }
      }
      let filter = BoardFilter(query)
      let rows = try self.rows(filter, query, connection)
      guard filter.needsCounting else {
        return BoardPage(rows: rows, total: tallied, counts: counts)
      }
      let total = try connection.run(
        """
        SELECT count(*) FROM mayday.incident
        WHERE tab >= 0 AND ($1::int8 IS NULL OR tab = $1) AND ($2::int8 IS NULL OR severity = $2)
          AND ($3::int8 IS NULL OR declared >= $3)
          AND ($4::text IS NULL OR strpos(search, $4) > 0)
        """, filter.values)
      return BoardPage(rows: rows, total: Int(total.integer(0, 0) ?? 0), counts: counts)
    }
  }

  private func rows(
    _ filter: BoardFilter, _ query: BoardQuery, _ connection: PostgresConnection
  ) throws -> [BoardRow] {
    let found = try connection.run(
      """
      SELECT id, board FROM mayday.incident
      WHERE tab >= 0 AND ($1::int8 IS NULL OR tab = $1) AND ($2::int8 IS NULL OR severity = $2)
        AND ($3::int8 IS NULL OR declared >= $3)
        AND ($4::text IS NULL OR strpos(search, $4) > 0)
      ORDER BY tab, rank, place, number LIMIT $5 OFFSET $6
      """,
      filter.values + [
        .integer(Int64(max(0, query.limit))), .integer(Int64(max(0, query.offset))),
      ])
    return try (0..<found.count).compactMap { row in
      if let text = found.text(row, 1), let json = try? JSON(reading: text.utf8),
        let row = BoardRow(json: json)
      {
        return row
      }
      // Written by a program that knew less: the events know more.
      guard let id = found.id(row, 0) else { return nil }
      return try Incident.fold(self.events(of: id, after: 0, connection).events)?.boardRow
    }
  }
}

/// A board query as the values of the statements; nil values ask for nothing.
private struct BoardFilter {
  /// Tab, severity, the first time, the text.
  let values: [PostgresValue]
  /// Whether more than tab and severity is asked for, which are counted already.
  let needsCounting: Bool

  init(_ query: BoardQuery) {
    var text: PostgresValue = .null
    var tab = query.tab.map(Projection.number)
    if let filter = query.filter, !filter.isBlank {
      // No text of the record holds a NUL, so there is nothing on any tab.
      if filter.holdsNull { tab = -1 } else { text = .text(filter.raw.lowercased()) }
    }
    values = [
      tab.map { .integer($0) } ?? .null,
      query.severity.map { .integer(Int64($0.rawValue)) } ?? .null,
      query.since.map { .integer($0.milliseconds) } ?? .null, text,
    ]
    needsCounting = query.since != nil || query.filter.map { !$0.isBlank } ?? false
  }
}
