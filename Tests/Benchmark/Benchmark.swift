import Glibc
import TerminalHarness

/// Measures the console beside htop and tig in one run, rounds interleaved, and prints medians.
///
/// `mayday-benchmark MAYDAY [ROUNDS [INCIDENTS]]`. It judges nothing: numbers of shared machines are
/// compared as ratios within one run (PERFORMANCE.md).
/// `mayday-benchmark --scale [INCIDENTS [sqlite|postgresql]]` measures stores with a long history
/// instead and ends with 1 when a budget is not kept.
@main enum Benchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print(
        "usage: mayday-benchmark MAYDAY [ROUNDS [INCIDENTS]] | --scale [INCIDENTS [sqlite|postgresql]]"
      )
      exit(64)
    }
    if arguments[1] == "--scale" {
      let folder = try TemporaryFolder()
      let incidents = arguments.count > 2 ? Int(arguments[2]) ?? 100_000 : 100_000
      let store = arguments.count > 3 ? arguments[3] : nil
      let isKept = Result { try Scale(folder: folder.path, incidents: incidents).run(only: store) }
      folder.remove()
      exit(try isKept.get() ? 0 : 1)
    }
    let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 15 : 15
    let incidents = arguments.count > 3 ? Int(arguments[3]) ?? 10_000 : 10_000
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    print("filling a store with \(incidents) incidents …")
    let store = folder.path + "/journal.sqlite"
    let appends = try Filling.fill(store, incidents: incidents)
    let repository = try Filling.repository(in: folder.path, commits: 5000)

    var programs = [
      Subject(
        name: "mayday board", path: arguments[1], arguments: ["--store", "sqlite:\(store)"],
        home: folder.path)
    ]
    for (name, path, words) in [
      ("htop", "/usr/bin/htop", [String]()), ("tig", "/usr/bin/tig", ["-C", repository]),
    ] where access(path, X_OK) == 0 {
      programs.append(Subject(name: name, path: path, arguments: words, home: folder.path))
    }
    var results = programs.map { _ in Figures() }
    for round in 1...rounds {
      for index in programs.indices { try programs[index].measure(into: &results[index]) }
      print("round \(round) of \(rounds)")
    }
    Figures.printTable(zip(programs.map(\.name), results).map { ($0, $1) })
    print("\nthe record: \(appends)")
  }
}

/// A folder that goes with the run.
struct TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/mayday-benchmark-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessError("cannot make a folder in /tmp") }
    path = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func remove() {
    _ = try? Command.run("/bin/rm", ["-rf", path])
  }
}
