import Foundation
import Glibc
import TerminalHarness
import Testing

/// Two people, one step (RELIABILITY 12): exactly one wins, the others are told who, and a command
/// runs at most once.
@Suite struct StepRaceTests {
  private static let book = """
    # Race

    ## Procedure

    1. Run it <!-- mayday: repeat -->

       ```bash
       ./stub
       ```

    2. Do it
    """

  private func desk() throws -> Desk {
    let desk = try Desk()
    try Self.book.write(toFile: desk.path("book.md"), atomically: false, encoding: .utf8)
    // What runs leaves a line, and lives long enough for the others to meet it.
    try "#!/bin/sh\necho ran >>runs\nwhile [ ! -e go ]; do sleep 0.02; done\n".write(
      toFile: desk.path("stub"), atomically: false, encoding: .utf8)
    chmod(desk.path("stub"), 0o700)
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", "./book.md")
    return desk
  }

  /// Starts the calls at one moment and waits for all of them.
  private func race(_ desk: Desk, _ calls: [[String]]) async throws -> [Command] {
    try await withThrowingTaskGroup(of: (Int, Command).self) { group in
      for (index, words) in calls.enumerated() {
        group.addTask { (index, try desk.run(words)) }
      }
      var results: [Int: Command] = [:]
      for try await (index, result) in group { results[index] = result }
      return results.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  private static let rounds =
    ProcessInfo.processInfo.environment["MAYDAY_SOAK"].flatMap { Int($0) }.map { $0 * 4 } ?? 5

  @Test(.timeLimit(.minutes(60))) func ofManyWhoRunAStepOneDoes() async throws {
    let desk = try desk()
    for round in 1...Self.rounds {
      unlink(desk.path("go"))
      unlink(desk.path("runs"))
      let names = ["ana", "bob", "cyd", "dan"]
      async let results = race(
        desk, names.map { ["run", "exec", "1", "1", "--yes", "--as", $0] })
      // The losers are told at once, while the winner's command runs.
      let deadline = ContinuousClock.now + .seconds(100)
      while !FileManager.default.fileExists(atPath: desk.path("runs")) {
        try #require(ContinuousClock.now < deadline)
        try await Task.sleep(for: .milliseconds(5))
      }
      // Until every other one has been told: they are one process each of this program.
      while try living(desk) > 1 {
        try #require(ContinuousClock.now < deadline)
        try await Task.sleep(for: .milliseconds(20))
      }
      _ = FileManager.default.createFile(atPath: desk.path("go"), contents: nil)
      let ended = try await results
      let winners = ended.enumerated().filter { $0.element.status == .exited(0) }
      #expect(winners.count == 1, "round \(round): \(ended.map(\.err))")
      let ran = try String(contentsOfFile: desk.path("runs"), encoding: .utf8)
      #expect(ran == "ran\n", "round \(round)")
      let winner = names[winners.first?.offset ?? 0]
      for loser in ended where loser.status != .exited(0) {
        #expect(loser.status == .exited(1))
        #expect(loser.err.contains(winner), "round \(round): \(loser.err)")
      }
      try desk.done("run", "step", "1", "1", "done", "--as", winner)
    }
    let events = try desk.events()
    #expect(events.count { $0["kind"] as? String == "command-began" } == Self.rounds)
    #expect(events.count { $0["kind"] as? String == "command" } == Self.rounds)
    #expect(try desk.object("verify")["ok"] as? Bool == true)
  }

  /// Calls of the program that run on this desk now.
  private func living(_ desk: Desk) throws -> Int {
    var count = 0
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
      guard Int(entry) != nil,
        let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/environ"),
        bytes.range(of: Data("MAYDAY_STORE=sqlite:\(desk.store)".utf8)) != nil
      else { continue }
      count += 1
    }
    return count
  }

  @Test(.timeLimit(.minutes(60))) func ofManyWhoTakeOrEndAStepOneDoes() async throws {
    let desk = try desk()
    for round in 1...Self.rounds {
      if round > 1 {
        try desk.done("run", "end", "1", "abandoned", "--because", "the next round begins")
        try desk.done("run", "start", "1", "./book.md")
      }
      let names = ["ana", "bob", "cyd", "dan"]
      let claims = try await race(
        desk, names.map { ["run", "step", "1", "2", "start", "--as", $0] })
      let winners = claims.enumerated().filter { $0.element.status == .exited(0) }
      #expect(winners.count == 1, "round \(round): \(claims.map(\.err))")
      let winner = names[winners.first?.offset ?? 0]
      for loser in claims where loser.status != .exited(0) {
        #expect(loser.err.contains("held by \(winner)"), "\(loser.err)")
      }
      // The holder at two keyboards at once: it is done once.
      let ends = try await race(
        desk,
        (0..<3).map { _ in ["run", "step", "1", "2", "done", "--as", winner] })
      #expect(ends.count { $0.status == .exited(0) } == 1, "\(ends.map(\.err))")
      #expect(ends.filter { $0.status != .exited(0) }.allSatisfy { $0.err.contains(winner) })
    }
  }
}
