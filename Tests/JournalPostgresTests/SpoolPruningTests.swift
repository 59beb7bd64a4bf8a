import Foundation
import Glibc
import IncidentDomain
import Journal
import PostgresHarness
import TerminalHarness
import Testing
import TextGate

/// A spool stays as large as what is worked on, whoever closed the rest and whenever a program dies.
@Suite struct SpoolPruningTests {
  /// Incidents of long ago that this account worked on, and one more, the last, that is still open.
  private static func fill(_ place: Place, _ spool: String, _ count: Int) throws -> [EventID] {
    let journal = try place.spooling(place.url, spool)
    let ids = try (1...count + 1).map { number in
      try journal.declare(
        .of(Untrusted("incident \(number)")), by: .ana, at: nil, now: .morning + number
      ).incident.id
    }
    // Somebody else closes them: this host does not hear of it.
    let other = try place.open()
    for id in ids.dropLast() {
      _ = try other.append(
        .cancel(.test, because: "over"), to: id, by: .bob, at: nil, now: .morning + 1000)
    }
    return ids
  }

  private static func held(_ spool: String) throws -> Set<String> {
    Set(
      try sqlite(
        "SELECT lower(hex(id)) FROM incident WHERE tab >= 0 ORDER BY number;", spool
      ).split(separator: "\n").map(String.init))
  }

  private static func sqlite(_ text: String, _ path: String) throws -> String {
    let result = try TerminalHarness.Command.run("/usr/bin/sqlite3", ["-bail", path], stdin: text)
    #expect(result.status == .exited(0), "\(result.err)")
    return result.out
  }

  private static func wait(_ what: String, until isSo: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try !isSo() {
      guard ContinuousClock.now < deadline else { throw HarnessError("never: \(what)") }
      _ = poll(nil, 0, 20)
    }
  }

  @Test func aConsoleTakesOutWhatIsOver() async throws {
    try await onThread {
      let place = try Place()
      let proxy = try OutageProxy(place)
      defer { proxy.close() }
      let spool = place.folder + "/spool/s.sqlite"
      let ids = try Self.fill(place, spool, 12)
      // One was written to within a day of the clock of these tests: it may be opened again.
      let late = Instant.morning + 90_000
      _ = try place.open().append(.note("late"), to: ids[3], by: .bob, at: nil, now: late)
      let console = try place.spooling(proxy.url, spool)
      _ = try console.events(of: ids[3], after: EventPosition())
      let watch = try console.watch({})
      defer { watch.cancel() }
      let rest = Set([ids[3], ids[12]].map(\.hex))
      try Self.wait("only what is worked on is here") { try Self.held(spool).isSubset(of: rest) }
      #expect(try Self.held(spool).contains(ids[12].hex))
      // It goes on with what is here, and what comes anew stays.
      let fresh = try console.declare(.of("fresh"), by: .ana, at: nil, now: .morning + 99_000)
      proxy.turn(.resetting)
      #expect(try console.incident(ids[12])?.title == "incident 13")
      let kept = try console.append(
        .note("kept"), to: fresh.incident.id, by: .ana, at: nil, now: .morning + 99_001)
      #expect(!kept.isShared)
      #expect(try console.incident(ids[0]) == nil)
    }
  }

  @Test func aProgramThatOnlyWritesTakesOutOneAtATime() throws {
    let place = try Place()
    let spool = place.folder + "/spool/s.sqlite"
    let ids = try Self.fill(place, spool, 6)
    #expect(try Self.held(spool).count == 7)
    try Self.wait("only what is open is here") {
      let journal = try place.spooling(place.url, spool)
      _ = try journal.append(
        .note("on"), to: ids[6], by: .ana, at: nil, now: .morning + 99_000)
      return try Self.held(spool) == [ids[6].hex]
    }
  }

  /// The program is killed at each of its calls on the spool, a cut of them.
  @Test func aKillLeavesEachIncidentWholeOrGone() throws {
    let place = try Place()
    let folder = place.folder + "/.local/share/mayday/spool"
    #expect(try place.run(["list"]).status == .exited(0))
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".sqlite") })
    let spool = folder + "/" + name
    let ids = try Self.fill(place, spool, 20)
    let saved = place.folder + "/saved"
    try FileManager.default.copyItem(atPath: spool, toPath: saved)
    let all = Set(ids.map(\.hex))
    let trace = place.folder + "/trace"
    func run(_ words: [String]) throws -> TerminalHarness.ExitStatus {
      for path in [spool, spool + "-journal"] { unlink(path) }
      try FileManager.default.copyItem(atPath: saved, toPath: spool)
      chmod(spool, 0o600)
      return try place.run(
        ["-f", "-o", trace, "-P", spool, "-P", spool + "-journal"] + words
          + [Binary.path(named: "mayday"), "note", "21", "on"], by: "/usr/bin/strace"
      ).status
    }
    let calls = ["pwrite64", "fdatasync", "ftruncate"]
    var points: [(call: String, number: Int)] = []
    try Self.wait("one is taken out") {
      #expect(try run(["-e", "trace=" + calls.joined(separator: ",")]) == .exited(0))
      return try Self.held(spool).count == ids.count - 1
    }
    let said = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    for call in calls {
      let count = said.count { $0.contains(" \(call)(") }
      points += (0..<count).map { (call, $0 + 1) }
    }
    #expect(points.count > 12)
    let factor = ProcessInfo.processInfo.environment["MAYDAY_SOAK"].flatMap { Int($0) } ?? 1
    let step = max(1, points.count / (16 * factor))
    var dropped = 0
    for point in points.enumerated().filter({ $0.offset % step == 0 }).map(\.element) {
      _ = try run([
        "-e", "trace=\(point.call)",
        "-e", "inject=\(point.call):signal=SIGKILL:when=\(point.number)",
      ])
      #expect(
        try Self.sqlite(
          """
          PRAGMA integrity_check;
          SELECT count(*) FROM sqlite_schema WHERE name = 'event_is_never_deleted';
          SELECT count(*) FROM incident
          WHERE NOT EXISTS (SELECT 1 FROM event WHERE incident = incident.id);
          SELECT count(*) FROM event
          WHERE NOT EXISTS (SELECT 1 FROM incident WHERE id = event.incident);
          """, spool) == "ok\n1\n0\n0\n", "\(point)")
      let held = try Self.held(spool)
      #expect(held.isSubset(of: all) && held.count >= all.count - 1, "\(point)")
      #expect(held.contains(ids[20].hex))
      dropped += held.count == all.count ? 0 : 1
      #expect(try place.run(["note", "21", "after"]).status == .exited(0), "\(point)")
    }
    #expect(dropped < points.count)
  }
}
