import IncidentDomain
import Journal
import Testing
import TextGate

@Suite struct BoardTests {
  @Test(arguments: StoreKind.allCases)
  func theWorstAndTheEarliestDueComeFirst(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let journal = try bench.open()
    func declare(_ title: Untrusted, _ severity: Severity, at now: Instant) throws -> EventID {
      try journal.declare(.of(title, severity), by: .ana, at: nil, now: now).incident.id
    }
    _ = try declare("late, minor", .sev3, at: .morning)
    _ = try declare("second major", .sev1, at: .morning + 60)
    _ = try declare("first major", .sev1, at: .morning)
    let gone = try declare("gone", .sev1, at: .morning - 60)
    let older = try declare("older", .sev2, at: .morning - 600)
    for id in [gone, older] {
      _ = try journal.append(
        .cancel(.falsePositive, because: nil), to: id, by: .ana, at: nil, now: .morning + 90)
    }
    let active = try journal.board(BoardQuery(tab: .active))
    #expect(active.rows.map(\.title) == ["first major", "second major", "late, minor"])
    #expect(active.counts == [.active: 3, .reviews: 0, .drills: 0, .closed: 2])
    let closed = try journal.board(BoardQuery(tab: .closed))
    #expect(closed.rows.map(\.title) == ["gone", "older"])
    let all = try journal.board(BoardQuery(tab: nil))
    #expect(all.total == 5)
    #expect(all.rows.map(\.title) == active.rows.map(\.title) + closed.rows.map(\.title))
    for row in all.rows { #expect(try journal.incident(row.id)?.boardRow == row) }
  }

  @Test(arguments: StoreKind.allCases)
  func filtersNarrowAndCountsStay(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let journal = try bench.open()
    for number in 1...30 {
      var declaration = Declaration.of(
        Untrusted("queue \(number)"), number.isMultiple(of: 3) ? .sev1 : .sev3)
      declaration.service = number.isMultiple(of: 5) ? "Überweisung" : "billing"
      _ = try journal.declare(
        declaration, by: .ana, at: nil, now: .morning + number * 60)
    }
    func numbers(_ query: BoardQuery) throws -> (Set<Int>, Int) {
      let page = try journal.board(query)
      #expect(page.counts[.active] == 30)
      return (Set(page.rows.map(\.number)), page.total)
    }
    let fives: Set<Int> = [5, 10, 15, 20, 25, 30]
    #expect(try numbers(BoardQuery(tab: .active, filter: "ÜBERweis")) == (fives, 6))
    #expect(
      try numbers(BoardQuery(tab: .active, severity: .sev1, filter: "überweisung")) == (
        [15, 30], 2
      ))
    #expect(try numbers(BoardQuery(tab: nil, severity: .sev1)).1 == 10)
    #expect(try numbers(BoardQuery(tab: nil, since: .morning + 29 * 60)) == ([29, 30], 2))
    #expect(try numbers(BoardQuery(tab: .active, filter: "inc-30")) == ([30], 1))
    #expect(try numbers(BoardQuery(tab: .closed, filter: "queue")) == ([], 0))
    // What SQL or a pattern would take as its own is text here.
    for filter: Untrusted in ["%", "_", "' OR 1=1 --", "\\", "*", "\u{0}"] {
      #expect(try numbers(BoardQuery(tab: nil, filter: filter)) == ([], 0))
    }
    #expect(try numbers(BoardQuery(tab: .active, filter: "")).1 == 30)
  }

  @Test(arguments: StoreKind.allCases)
  func pagesPutTogetherAreTheWhole(kind: StoreKind) throws {
    let bench = try Bench(kind)
    let journal = try bench.open()
    for number in 1...25 {
      _ = try journal.declare(
        .of(Untrusted("\(number)"), number.isMultiple(of: 2) ? .sev1 : .sev2), by: .ana, at: nil,
        now: .morning)
    }
    let whole = try journal.board(BoardQuery(tab: .active)).rows
    #expect(whole.count == 25)
    var rows: [BoardRow] = []
    for offset in stride(from: 0, to: 30, by: 10) {
      let page = try journal.board(BoardQuery(tab: .active, offset: offset, limit: 10))
      #expect(page.total == 25)
      rows += page.rows
    }
    #expect(rows == whole)
    #expect(try journal.board(BoardQuery(tab: .active, offset: 25, limit: 10)).rows.isEmpty)
    #expect(try journal.board(BoardQuery(tab: .active, limit: 0)).rows.isEmpty)
  }
}
