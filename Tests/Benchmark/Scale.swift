import Dispatch
import Glibc
import IncidentDomain
import Journal
import JournalPostgres
import PostgresHarness
import Synchronization
import TerminalHarness
import TextGate

/// Measures a store with a long history against the budgets of PERFORMANCE.md.
struct Scale {
  private let folder: String
  private let incidents: Int

  private static let actor = Actor(person: "alice", account: "alice", host: "bench-1")

  init(folder: String, incidents: Int) {
    self.folder = folder
    self.incidents = incidents
  }

  /// - Parameter store: `sqlite` or `postgresql`; nil for both.
  /// - Returns: whether everything was within its budget.
  func run(only store: String?) throws -> Bool {
    var table = Budgets()
    if store != "postgresql" { try sqlite(&table) }
    if store != "sqlite" { try postgres(&table) }
    table.print()
    return table.isKept
  }

  // MARK: - SQLite

  private func sqlite(_ table: inout Budgets) throws {
    let small = try SQLiteJournal(path: folder + "/small.sqlite", create: true)
    _ = try History(incidents: 1000, eventsEach: 10).fill(small)
    let path = folder + "/large.sqlite"
    let large = try SQLiteJournal(path: path, create: true)
    print("SQLite: filling a store with \(incidents) incidents …")
    let history = History(incidents: incidents, eventsEach: 10)
    let (filling, closed) = try Self.time { try history.fill(large) }
    let info = try large.info()
    print("\(info.events) events, \(info.size >> 20) MiB, filled in \(Int(filling / 1000)) s")

    let ratio = try board(of: path) / board(of: folder + "/small.sqlite")
    table.add("board, times that of 1,000 incidents", ratio, most: 2)
    table.add("open and read a board page, ms", try board(of: path), most: 10)
    try looks(at: large, closed, "SQLite", &table)
    let before = Self.processorTime()
    table.add("verify, events/s", try verifying(large, info.events), least: 50_000)
    table.note(
      "verify, processor time, µs/event",
      (Self.processorTime() - before) * 1000 / Double(info.events))
    let check = try Self.time { try large.check(now: Instant(milliseconds: 0)) }
    table.note("check, s", check.0 / 1000)
    guard check.1.first(where: { $0.subject.text == "search" })?.verdict == .fine else {
      throw HarnessError("the index is not what the events say")
    }
    table.note("rebuild, s", try Self.time { try large.rebuild() }.0 / 1000)
    table.note(
      "backup with its verification, s",
      try Self.time { try large.copy(to: folder + "/backup.sqlite") }.0 / 1000)
    let actor = Self.actor
    table.note(
      "sync with a copy, nothing new, s",
      try Self.time {
        let copy = try SQLiteJournal(path: folder + "/backup.sqlite", create: false)
        return try Sync(large, with: copy, by: actor, now: Instant(milliseconds: 0)).run()
      }.0 / 1000)
    unlink(folder + "/backup.sqlite")
    try appends(to: large, closed, &table)
    try doorbell(path, &table)
  }

  /// Opening the file and reading what the first frame shows, the median in milliseconds.
  private func board(of path: String) throws -> Double {
    try Self.median(of: 31) {
      let page = try SQLiteJournal(path: path, create: false).board(BoardQuery(tab: .active))
      guard page.counts[.closed] ?? 0 > 0 else { throw HarnessError("the board is empty") }
    }
  }

  /// Appends beside the search's index, a long history behind them.
  private func appends(
    to journal: SQLiteJournal, _ closed: [EventID], _ table: inout Budgets
  ) throws {
    let declared = try journal.declare(
      Declaration(number: 0, title: "appends", severity: .sev2, policy: .builtIn), by: Self.actor,
      at: nil, now: Instant(milliseconds: Int64(Glibc.time(nil)) * 1000)
    )
    let id = declared.incident.id
    var words = Words(seed: 7)
    let times = try (0..<500).map { _ in
      let text = Untrusted(words.phrase(12))
      return try Self.time {
        try journal.append(
          .note(text), to: id, by: Self.actor, at: nil,
          now: Instant(milliseconds: Int64(Glibc.time(nil)) * 1000))
      }.0
    }.sorted()
    table.note("append p50, ms", times[times.count / 2])
    table.add("append p99, ms", times[times.count * 99 / 100], most: 250)
  }

  /// From a commit's end to another session's being told.
  private func doorbell(_ path: String, _ table: inout Budgets) throws {
    let mine = try SQLiteJournal(path: path, create: false)
    let theirs = try SQLiteJournal(path: path, create: false)
    let rung = DispatchSemaphore(value: 0)
    let watch = try mine.watch { rung.signal() }
    defer { watch.cancel() }
    let id = try theirs.find("1000")
    var times: [Double] = []
    for number in 1...300 {
      _ = try theirs.append(
        .note(Untrusted("bell \(number)")), to: id, by: Self.actor, at: nil,
        now: Instant(milliseconds: Int64(Glibc.time(nil)) * 1000))
      let start = ContinuousClock.now
      guard rung.wait(timeout: .now() + 5) == .success else {
        throw HarnessError("a commit was not told within five seconds")
      }
      times.append((ContinuousClock.now - start).milliseconds)
      // A watcher rests for a moment after each call: those who write one by one come later.
      _ = poll(nil, 0, 60)
    }
    times.sort()
    table.note("doorbell p50, ms", times[times.count / 2])
    table.add("doorbell p99, ms", times[times.count * 99 / 100], most: 50)
  }

  // MARK: - PostgreSQL

  private func postgres(_ table: inout Budgets) throws {
    let server: PostgresServer
    do {
      server = try PostgresServer(sharedBuffers: "128MB")
    } catch {
      print("PostgreSQL: not measured, there is no server to start")
      return
    }
    let database = try server.makeDatabase()
    let address = try PostgresAddress(server.url(database))
    try PostgresJournal.make(at: address)
    let journal = try PostgresJournal(address)
    print("PostgreSQL: filling a store with \(incidents) incidents …")
    let history = History(incidents: incidents, eventsEach: 10)
    let (filling, closed) = try Self.time { try history.fill(journal) }
    print("\(incidents * 10) events, filled in \(Int(filling / 1000)) s")
    table.note("PostgreSQL: events joined, events/s", Double(incidents * 10) / filling * 1000)
    table.add(
      "PostgreSQL: board, ms",
      try Self.median(of: 31) { _ = try journal.board(BoardQuery(tab: .active)) }, most: 10)
    try looks(at: journal, closed, "PostgreSQL", &table)
    table.note(
      "PostgreSQL: verify right after filling, events/s", try verifying(journal, incidents * 10))
    // As the server does by itself within minutes; the first to read a page marks it otherwise.
    _ = try server.sql("VACUUM ANALYZE", in: database, within: .seconds(600))
    table.add("PostgreSQL: verify, events/s", try verifying(journal, incidents * 10), least: 50_000)
    table.note("PostgreSQL: rebuild, s", try Self.time { try journal.rebuild() }.0 / 1000)
  }

  // MARK: - Both

  private func looks(
    at journal: any Journal, _ closed: [EventID], _ name: String, _ table: inout Budgets
  ) throws {
    let opened = try closed.prefix(300).map { id in
      try Self.time {
        guard try journal.incident(id) != nil else { throw HarnessError("an incident is gone") }
      }.0
    }.sorted()
    table.add("\(name): open a closed incident, p99 ms", opened[opened.count * 99 / 100], most: 50)
    var words = Words(seed: 99)
    let rare = words.word()
    for (what, text) in [
      ("a word of every incident", "payments"), ("a word of every note", "note"),
      ("a rare word", rare), ("two words", "\(words.word()) \(words.word())"),
      ("a common and a rare word", "note \(rare)"),
      ("two common words that never meet", "payments note"),
      ("a phrase", "\"card payments fail\""), ("a phrase of one note in six", "\"note 3\""),
      ("a phrase that is not there", "\"fail payments\""), ("a word that is not there", "zzyzx"),
    ] {
      let query = try SearchQuery(Untrusted(text))
      let times = try (0..<30).map { _ in try Self.time { try journal.search(query) }.0 }.sorted()
      table.add("\(name): search for \(what), p95 ms", times[times.count * 95 / 100], most: 50)
    }
  }

  private func verifying(_ journal: any Journal, _ events: Int) throws -> Double {
    let (milliseconds, found) = try Self.time { try journal.verify(nil) }
    guard case .sound = found else { throw HarnessError("the store is not sound: \(found)") }
    return Double(events) / milliseconds * 1000
  }

  /// Milliseconds on all processors: what another program's load does not change.
  private static func processorTime() -> Double {
    var spent = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
    return Double(spent.tv_sec) * 1000 + Double(spent.tv_nsec) / 1e6
  }

  private static func median(of count: Int, _ body: () throws -> Void) rethrows -> Double {
    try (0..<count).map { _ in try time(body).0 }.sorted()[count / 2]
  }

  private static func time<Value>(_ body: () throws -> Value) rethrows -> (Double, Value) {
    let start = ContinuousClock.now
    let value = try body()
    return ((ContinuousClock.now - start).milliseconds, value)
  }
}

/// Figures, each with the budget it has to keep.
struct Budgets {
  private var lines: [(name: String, value: Double, budget: String, isKept: Bool)] = []

  var isKept: Bool { lines.allSatisfy(\.isKept) }

  mutating func add(_ name: String, _ value: Double, most: Double) {
    lines.append((name, value, "at most \(Figures.rounded(most))", value <= most))
  }

  mutating func add(_ name: String, _ value: Double, least: Double) {
    lines.append((name, value, "at least \(Figures.rounded(least))", value >= least))
  }

  /// A figure without a budget.
  mutating func note(_ name: String, _ value: Double) {
    lines.append((name, value, "", true))
  }

  func print() {
    func cell(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    Swift.print("\n" + cell("a long record", 56) + cell("measured", 12) + "budget")
    for line in lines {
      Swift.print(
        cell(line.name, 56) + cell(Figures.rounded(line.value), 12) + line.budget
          + (line.isKept ? "" : "  OVER"))
    }
  }
}
