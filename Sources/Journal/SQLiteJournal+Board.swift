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
      var counts: [BoardTab: Int] = [:]
      for tab in BoardTab.allCases { counts[tab] = 0 }
      for tally in tallies { counts[tally.tab, default: 0] += tally.count }
      let filter = BoardFilter(query)
      if filter.isAnsweredByTallies {
        let total = tallies.filter { tally in
          (query.tab == nil || tally.tab == query.tab)
            && (query.severity == nil || tally.severity == query.severity)
        }.reduce(0) { $0 + $1.count }
        let rows = try self.rows(
          filter.pageStatement,
          filter.arguments + [max(0, query.limit), max(0, query.offset)], db)
        return BoardPage(rows: rows, total: total, counts: counts)
      }
      let (numbers, total) = try self.numbers(filter, query, db)
      let rows = try numbers.flatMap { number in
        try self.rows("SELECT id, row FROM incident WHERE number = ?", [number], db)
      }
      return BoardPage(rows: rows, total: total, counts: counts)
    }
  }

  /// The numbers on the page that is asked for, and how many match in all: one pass, because looking
  /// into texts is what takes the time.
  private func numbers(
    _ filter: BoardFilter, _ query: BoardQuery, _ db: Database
  ) throws -> (page: [Int64], total: Int) {
    let found = try Int64.fetchCursor(
      db.cachedStatement(sql: filter.numberStatement), arguments: filter.arguments)
    var page: [Int64] = []
    var total = 0
    while let number = try found.next() {
      if total >= query.offset, page.count < query.limit { page.append(number) }
      total += 1
    }
    return (page, total)
  }

  private struct Tally {
    let tab: BoardTab
    let severity: Severity
    let count: Int
  }

  /// More than a store can hold: a greater count comes from a damaged file.
  private static let mostIncidents: Int64 = 1 << 48

  private func tallies(_ db: Database) throws -> [Tally] {
    let statement = try db.cachedStatement(sql: "SELECT tab, severity, incidents FROM tally")
    let rows = try Row.fetchCursor(statement)
    var result: [Tally] = []
    while let row = try rows.next() {
      guard let number = row[0] as Int64?, let severity = row[1] as Int64?,
        let count = row[2] as Int64?, (0...Self.mostIncidents).contains(count),
        let tab = BoardTab.allCases.first(where: { Projection.number(of: $0) == number }),
        let severity = Severity(rawValue: Int(severity))
      else { continue }
      result.append(Tally(tab: tab, severity: severity, count: Int(count)))
    }
    return result
  }

  private func rows(
    _ statement: String, _ arguments: StatementArguments, _ db: Database
  ) throws -> [BoardRow] {
    let found = try Row.fetchAll(db.cachedStatement(sql: statement), arguments: arguments)
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
  // Below the tabs stand the rows of what is no incident.
  private var conditions = ["tab >= 0"]
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
    " WHERE " + conditions.joined(separator: " AND ")
  }

  private static let order = " ORDER BY tab, rank, place, number"

  var numberStatement: String { "SELECT number FROM incident" + condition + Self.order }

  var pageStatement: String {
    "SELECT id, row FROM incident" + condition + Self.order + " LIMIT ? OFFSET ?"
  }
}
