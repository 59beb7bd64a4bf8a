import Glibc
import IncidentDomain
import Journal
import TerminalHarness
import TextGate

/// Makes what the programs show: a store with many incidents, a repository with many commits.
enum Filling {
  /// Declares so many incidents through the journal itself and says how long an append took.
  static func fill(_ path: String, incidents: Int) throws -> String {
    let journal = try SQLiteJournal(path: path, create: true)
    let actor = Actor(person: "alice", account: "alice", host: "bench-1")
    let now = Instant(milliseconds: Int64(time(nil)) * 1000)
    var times: [Double] = []
    for number in 0..<incidents {
      let severity = Severity(rawValue: number % 4 + 1) ?? .sev4
      let declaration = Declaration(
        number: 0, title: Untrusted("Checkout returns 503 for region \(number % 97)"),
        severity: severity, service: "checkout", impact: "card payments fail",
        policy: .builtIn)
      let declared = now - (number % 1800 + 60)
      let start = ContinuousClock.now
      let made = try journal.declare(
        declaration, by: actor, at: ToldTime(declared), now: declared)
      times.append((ContinuousClock.now - start).milliseconds)
      // One in two hundred is still open: a board shows the open ones, a history holds the rest.
      if number % 200 != 0 {
        _ = try journal.append(
          .cancel(.test, because: "made by the benchmark"), to: made.incident.id, by: actor,
          at: ToldTime(declared + 30), now: declared + 30)
      }
    }
    times.sort()
    guard !times.isEmpty else { return "no append" }
    return
      "declare p50 \(times[times.count / 2]) ms, p99 \(times[times.count * 99 / 100]) ms over \(times.count) appends"
  }

  /// A repository of empty commits, for tig.
  static func repository(in folder: String, commits: Int) throws -> String {
    let path = folder + "/repository"
    var stream = ""
    for number in 1...commits {
      let message = "Change number \(number)"
      stream += "commit refs/heads/main\ncommitter A <a@b.c> \(1_700_000_000 + number) +0000\n"
      stream += "data \(message.utf8.count)\n\(message)\n"
    }
    _ = try Command.run("/usr/bin/git", ["init", "-q", "-b", "main", path])
    _ = try Command.run(
      "/usr/bin/git", ["-C", path, "fast-import", "--quiet"], stdin: stream)
    return path
  }
}
