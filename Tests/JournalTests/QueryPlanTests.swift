import Foundation
import GRDB
import IncidentDomain
import Synchronization
import Testing
import TextGate

@testable import Journal

/// What the board, an incident and a search ask of the store stays as little when the history grows:
/// every question is answered by an index, whatever the speed of the machine.
@Suite struct QueryPlanTests {
  private static let asked = Mutex<[String]>([])

  /// The questions that a body asks, and how SQLite answers each.
  private static func plans(
    of journal: SQLiteJournal, _ body: () throws -> Void
  ) throws -> [(question: String, plan: [String])] {
    asked.withLock { $0 = [] }
    try journal.read { db in
      db.trace { event in
        if case .statement(let statement) = event {
          asked.withLock { $0.append(statement.sql) }
        }
      }
    }
    try body()
    try journal.read { db in db.trace(options: []) }
    let questions = asked.withLock { $0 }.filter { $0.hasPrefix("SELECT") }
    try #require(!questions.isEmpty)
    return try journal.read { db in
      try questions.map { question in
        let rows = try Row.fetchAll(
          db, sql: "EXPLAIN QUERY PLAN " + question.replacing("?", with: "NULL"))
        return (question, rows.map { ($0["detail"] as String?) ?? "" })
      }
    }
  }

  private static func store() throws -> (SQLiteJournal, EventID) {
    let journal = try SQLiteJournal(path: Scratch().file(), create: true)
    let id = try journal.declare(.of("replica lag"), by: .ana, at: nil, now: .morning).incident.id
    let note = IncidentDomain.Command.note("on pg-1")
    _ = try journal.append(note, to: id, by: .ana, at: nil, now: .morning)
    return (journal, id)
  }

  @Test func nothingReadsTheWholeHistory() throws {
    let (journal, id) = try Self.store()
    let plans = try Self.plans(of: journal) {
      for tab in BoardTab.allCases { _ = try journal.board(BoardQuery(tab: tab)) }
      _ = try journal.board(BoardQuery(tab: .active, severity: .sev1))
      _ = try SQLiteJournal(path: journal.path, create: false).incident(id)
      _ = try journal.incident(id)
      _ = try journal.events(of: id, after: EventPosition(sequence: 1))
      _ = try journal.find("1")
      _ = try journal.find(Untrusted(String(id.hex.prefix(9))))
      _ = try journal.search(SearchQuery("replica lag"))
    }
    #expect(plans.count > 8)
    for (question, plan) in plans {
      for step in plan {
        let isBounded =
          !step.hasPrefix("SCAN") || step.contains("VIRTUAL TABLE INDEX")
          // Four tabs by four severities.
          || step == "SCAN tally" || step.contains("CONSTANT ROW")
        #expect(isBounded, "\(question): \(step)")
        #expect(!step.contains("TEMP B-TREE"), "\(question): \(step)")
      }
    }
    let search = try #require(plans.first { $0.question.contains("MATCH") })
    // Sorted as the index is, by place: the newest are read, not all that match.
    #expect(search.plan.contains { $0.contains("VIRTUAL TABLE INDEX") })
  }

  /// An append reads what came since, and writes its own words only.
  @Test func anAppendDoesNotReadTheHistory() throws {
    let (journal, id) = try Self.store()
    let plans = try Self.plans(of: journal) {
      for number in 1...3 {
        _ = try journal.append(
          .note(Untrusted("\(number)")), to: id, by: .ana, at: nil, now: .morning)
      }
    }
    for (question, plan) in plans {
      for step in plan { #expect(!step.hasPrefix("SCAN"), "\(question): \(step)") }
    }
  }
}
