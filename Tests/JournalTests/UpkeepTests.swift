import Foundation
import IncidentDomain
import Journal
import JournalPostgres
import Synchronization
import Testing
import TextGate

/// Copies under load, checks and known faults.
@Suite struct UpkeepTests {
  /// RELIABILITY 10: write-ahead mode only where it is safe, six versions of which three are.
  @Test func theLibrariesThatLoseACommitAreKnown() {
    let found = ["3.40.1", "3.44.5", "3.44.6", "3.50.7", "3.51.2", "3.51.3"].filter {
      !WriteAheadFault.isIn($0)
    }
    #expect(found == ["3.44.6", "3.50.7", "3.51.3"])
    #expect(!WriteAheadFault.isIn("3.54.1") && !WriteAheadFault.isIn("3.6.23"))
    #expect(WriteAheadFault.isIn("3.45.0") && WriteAheadFault.isIn("3.51.0"))
    #expect(WriteAheadFault.isIn("unreadable"))
  }

  private static let copies = Soak.number(5, 50)

  /// RELIABILITY 35: each copy verifies and holds everything that was said before it began.
  @Test(arguments: [StoreKind.sqlite, .postgresql])
  func aCopyUnderLoadIsSound(kind: StoreKind) async throws {
    let bench = try Bench(kind)
    let id = try bench.open().declare(.of("busy"), by: .ana, at: nil, now: .morning).incident.id
    let isDone = Atomic(false)
    let said = Atomic(1)
    async let writers: [Int] = onThreads(4) { writer in
      let journal = try bench.open()
      var count = 0
      while !isDone.load(ordering: .acquiring) {
        count += 1
        _ = try journal.append(
          .note(Untrusted("\(writer)/\(count)")), to: id, by: .bob, at: nil, now: .morning)
        said.wrappingAdd(1, ordering: .relaxed)
      }
      return count
    }
    let folder = bench.scratch
    let copies = try await onThreads(1) { _ in
      defer { isDone.store(true, ordering: .releasing) }
      return try (1...Self.copies).map { number in
        let before = said.load(ordering: .acquiring)
        let path = folder.file("copy-\(number)")
        let verification =
          switch try bench.open() {
          case let journal as SQLiteJournal: try journal.copy(to: path)
          case let other:
            try SQLiteJournal.copy(
              of: try #require(other as? any Replica), to: path, by: .ana, now: .morning)
          }
        guard case .sound(let events, _) = verification else { return "\(verification)" }
        let copy = try SQLiteJournal(path: path, create: false)
        #expect(try copy.incident(id)?.events.count == events)
        return events >= before ? "sound" : "\(events) of \(before)"
      }
    }.flatMap { $0 }
    let counts = try await writers
    #expect(copies == Array(repeating: "sound", count: Self.copies))
    #expect(try bench.open().incident(id)?.events.count == counts.reduce(1, +))
  }

  @Test func aPostgresStoreIsCheckedAndRebuilt() throws {
    let bench = try Bench(.postgresql)
    let journal = try #require(try bench.open() as? PostgresJournal)
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    _ = try journal.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning + 1)
    let clock = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
    func verdicts(_ clock: () -> Instant) throws -> [String: StoreFinding.Verdict] {
      Dictionary(
        uniqueKeysWithValues: try journal.check(now: clock).map { ($0.subject.text, $0.verdict) })
    }
    let found = try verdicts(clock)
    // The tests' server waits for no disk, and the tests are its owner.
    #expect(found["commits"] == .wrong && found["rights"] == .warning)
    #expect(found["events"] == .fine && found["clock"] == .fine)
    #expect(try verdicts({ clock() + 60 })["clock"] == .warning)
    try bench.sql(
      "UPDATE mayday.incident SET tab = 3, severity = 4, search = 'x', heads = '', board = '{}'")
    #expect(try verdicts(clock)["events"] == .wrong)
    try journal.rebuild()
    #expect(try verdicts(clock)["events"] == .fine)
    #expect(try journal.board(BoardQuery(tab: .active)).rows.map(\.title) == ["a"])
    #expect(try journal.declare(.of("b"), by: .ana, at: nil, now: .morning).incident.number == 2)
  }
}
