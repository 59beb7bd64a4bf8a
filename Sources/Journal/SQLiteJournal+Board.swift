import Foundation
import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Reads rows and numbers in one transaction, so that they agree with each other.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read.
  public func board(_ query: BoardQuery) throws(JournalError) -> BoardPage {
    try read { db in
      let tallies = try self.tallies(db)
      let filter = BoardFilter(query)
      let total: Int
      if filter.isAnsweredByTallies {
        total = tallies.filter { tally in
          (query.tab == nil || tally.tab == query.tab)
            && (query.severity == nil || tally.severity == query.severity)
        }.reduce(0) { $0 + $1.count }
      } else {
        let statement = try db.cachedStatement(sql: filter.countStatement)
        total = try Int.fetchOne(statement, arguments: filter.arguments) ?? 0
      }
      var counts: [BoardTab: Int] = [:]
      for tab in BoardTab.allCases { counts[tab] = 0 }
      for tally in tallies { counts[tally.tab, default: 0] += tally.count }
      return BoardPage(rows: try self.rows(filter, query, db), total: total, counts: counts)
    }
  }

  private struct Tally {
    let tab: BoardTab
    let severity: Severity
    let count: Int
  }

  private func tallies(_ db: Database) throws -> [Tally] {
    let statement = try db.cachedStatement(sql: "SELECT tab, severity, incidents FROM tally")
    let rows = try Row.fetchCursor(statement)
    var result: [Tally] = []
    while let row = try rows.next() {
      guard let number = row[0] as Int64?, let severity = row[1] as Int64?,
        let tab = BoardTab.allCases.first(where: { Projection.number(of: $0) == number }),
        let severity = Severity(rawValue: Int(severity))
      else { continue }
      result.append(Tally(tab: tab, severity: severity, count: Int((row[2] as Int64?) ?? 0)))
    }
    return result
  }

  private func rows(
    _ filter: BoardFilter, _ query: BoardQuery, _ db: Database
  ) throws -> [BoardRow] {
    let statement = try db.cachedStatement(sql: filter.pageStatement)
    let found = try Row.fetchAll(
      statement,
      arguments: filter.arguments + [max(0, query.limit), max(0, query.offset)])
    return try found.compactMap { row in
      if let text = row[1] as String?, let json = try? JSON(reading: text.utf8),
        let row = BoardRow(json: json)
      {
        return row
      }
      // Written by a program that knew less: the events know more.
      guard let id = (row[0] as Data?).flatMap({ EventID(stored: $0) }) else { return nil }
      return try Incident.fold(self.events(of: id, after: 0, db).events)?.boardRow
    }
  }
}

/// A board query as SQL: constant parts put together, every value an argument.
private struct BoardFilter {
  private var conditions: [String] = []
  private(set) var arguments = StatementArguments()
  /// Whether only tab and severity are asked for, which are counted already.
  private(set) var isAnsweredByTallies = true

  init(_ query: BoardQuery) {
    if let tab = query.tab {
      conditions.append("tab = ?")
      arguments += [Projection.number(of: tab)]
    }
    if let severity = query.severity {
      conditions.append("severity = ?")
      arguments += [severity.rawValue]
    }
    if let since = query.since {
      conditions.append("declared >= ?")
      arguments += [since.milliseconds]
      isAnsweredByTallies = false
    }
    if let filter = query.filter, !filter.isBlank {
      // SQLite takes text up to a NUL; no text of the record holds one.
      conditions.append(filter.holdsNull ? "FALSE" : "instr(search, ?) > 0")
      if !filter.holdsNull { arguments += [filter.raw.lowercased()] }
      isAnsweredByTallies = false
    }
  }

  private var condition: String {
    conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
  }

  var countStatement: String { "SELECT count(*) FROM incident" + condition }

  var pageStatement: String {
    "SELECT id, row FROM incident" + condition
      + " ORDER BY tab, rank, place, number LIMIT ? OFFSET ?"
  }
}
