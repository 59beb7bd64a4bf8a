import Foundation
import Glibc
import TerminalHarness
import Testing

/// SSH cut in mid-command (RELIABILITY 20): a step's outcome is then unknown, never failed, and
/// nothing is run again by itself.
///
/// A few cuts of each kind; with `MAYDAY_SOAK` a hundred.
@Suite(.serialized) struct LostConnectionTests {
  private static func rounds(_ few: Int) -> Int {
    ProcessInfo.processInfo.environment["MAYDAY_SOAK"] == nil ? few : 100
  }

  /// What runs leaves a line in the desk's folder, wherever it was started from.
  private static func book(_ folder: String) -> String {
    """
    # Rebuild the replica

    ## Procedure

    1. Rebuild it:

       ```bash
       echo ran >>\(folder)/runs; echo $$ >\(folder)/shell; echo part $((40+2)); sleep 1000
       ```

    2. Look at it
    """
  }

  private func desk() throws -> Desk {
    let desk = try Desk()
    try Self.book(desk.folder).write(
      toFile: "\(desk.folder)/rebuild.md", atomically: false, encoding: .utf8)
    try desk.declare("Replica is behind")
    try desk.run("run", "start", "1", "\(desk.folder)/rebuild.md")
    return desk
  }

  /// The program as a person calls it on the server: with this desk's store.
  private func remote(_ desk: Desk, _ words: String) throws -> String {
    let settings = "HOME=\(desk.folder) MAYDAY_STORE=\(desk.store) SWIFT_BACKTRACE=enable=no"
    return "cd \(desk.folder) && exec env \(settings) \(try Desk.program()) \(words) --as alice"
  }

  private func client(
    _ desk: Desk, _ shell: SecureShell, _ words: String, onTerminal: Bool = true
  ) throws -> TerminalProgram {
    try TerminalProgram(
      "/usr/bin/ssh", shell.arguments(try remote(desk, words), onTerminal: onTerminal),
      environment: desk.environment())
  }

  /// What the record says of the step's command of that number, from 1; nil if nothing in time.
  private func record(_ desk: Desk, number: Int = 1) async throws -> [String: Any]? {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      let events = try desk.events(desk.run("timeline", "1", "--format", "json"))
      let records = events.filter { $0["kind"] as? String == "command" }
      if records.count >= number { return records[number - 1]["body"] as? [String: Any] }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  private func runs(_ desk: Desk) throws -> Int {
    try String(contentsOfFile: "\(desk.folder)/runs", encoding: .utf8).split(separator: "\n").count
  }

  private func expectUnknown(_ desk: Desk, _ record: [String: Any]?) throws {
    let record = try #require(record)
    #expect(record["unknown"] as? Bool == true, "\(record)")
    #expect(record["ending"] as? String == "lost" && record["exit"] == nil)
    #expect((record["output"] as? String)?.contains("part 42") == true)
    #expect(record["process"] as? Int != nil)
    let shown = try desk.run("show", "1")
    let timeline = try desk.run("timeline", "1").split { $0.isWhitespace }.joined(separator: " ")
    #expect(timeline.contains("OUTCOME UNKNOWN"))
    #expect(!(shown + timeline).lowercased().contains("failed"))
    #expect(try runs(desk) == 1)
  }

  @Test(.timeLimit(.minutes(60))) func aClientThatDiesLeavesTheOutcomeUnknown() async throws {
    let desk = try desk()
    let shell = try SecureShell(in: desk.folder)
    for round in 1...Self.rounds(3) {
      let client = try client(desk, shell, "run exec 1 1 --yes --again")
      do { try client.waitForText("part 42") } catch {
        Issue.record("\(error)\n\(shell.log)")
        return
      }
      // The client is gone without a word, as when a laptop closes.
      client.signal(SIGKILL)
      #expect(try client.waitForExit() == .signalled(SIGKILL))
      if round == 1 { try expectUnknown(desk, await record(desk)) }
      // Nobody runs it again by itself; whoever does so is told what is not known.
      #expect(try await record(desk, number: round) != nil)
      let again = try Command.run(
        try Desk.program(), ["run", "exec", "1", "1", "--yes", "--as", "alice"],
        environment: desk.environment(), directory: desk.folder)
      #expect(again.status == .exited(1), "\(again.out)\(again.err)")
      #expect(again.err.contains("nobody knows what the last try did"), "\(again.err)")
      #expect(try runs(desk) == round)
    }
  }

  /// No packet comes through any more, and nobody says so: the server gives the client up.
  @Test(.timeLimit(.minutes(60))) func aConnectionThatFallsSilentLeavesTheOutcomeUnknown()
    async throws
  {
    let desk = try desk()
    let shell = try SecureShell(in: desk.folder)
    for round in 1...Self.rounds(1) {
      let client = try client(desk, shell, "run exec 1 1 --yes --again")
      do { try client.waitForText("part 42") } catch {
        Issue.record("\(error)\n\(shell.log)")
        return
      }
      client.signal(SIGSTOP)
      defer { client.signal(SIGKILL) }
      let record = try await record(desk, number: round)
      if round == 1 { try expectUnknown(desk, record) }
      #expect(record != nil)
      #expect(try runs(desk) == round)
    }
  }

  /// Without a terminal nothing tells the server's side that its client died: the command goes on,
  /// the record says so, and how it ends comes on the record too.
  @Test(.timeLimit(.minutes(60))) func aCommandWithoutATerminalOutlivesItsClient() async throws {
    let desk = try desk()
    let shell = try SecureShell(in: desk.folder)
    for round in 1...Self.rounds(1) {
      let client = try client(desk, shell, "run exec 1 1 --yes --again", onTerminal: false)
      do { try client.waitForText("part 42") } catch {
        Issue.record("\(error)\n\(shell.log)")
        return
      }
      client.signal(SIGKILL)
      #expect(try client.waitForExit() == .signalled(SIGKILL))
      #expect(try desk.run("timeline", "1").contains("runs step 1"))
      let number = try String(contentsOfFile: "\(desk.folder)/shell", encoding: .utf8)
      let process = try #require(Int32(number.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(process > 1 && kill(process, SIGKILL) == 0)
      let record = try #require(try await record(desk, number: round))
      #expect((record["output"] as? String)?.contains("part 42") == true, "\(record)")
      #expect(try runs(desk) == round)
    }
  }

  @Test(.timeLimit(.minutes(60))) func aConsoleOverACutConnectionLeavesTheOutcomeUnknown()
    async throws
  {
    let desk = try desk()
    let shell = try SecureShell(in: desk.folder)
    let client = try client(desk, shell, "")
    do { try client.waitForText("Replica is behind") } catch {
      Issue.record("\(error)\n\(shell.log)")
      return
    }
    try client.press("\r", "Rebuild it")
    try client.press("x", "NOT RUN YET")
    try client.press("r", "part 42")
    client.signal(SIGKILL)
    #expect(try client.waitForExit() == .signalled(SIGKILL))
    try expectUnknown(desk, await record(desk))
    // The next console shows it, and runs nothing.
    let next = try desk.console(waitingFor: "Replica is behind")
    try next.press("\r", "OUTCOME UNKNOWN")
    #expect(try runs(desk) == 1)
  }

  @Test(.timeLimit(.minutes(60))) func aKilledConsoleLeavesTheOutcomeUnknown() async throws {
    let desk = try desk()
    for round in 1...Self.rounds(1) {
      let console = try desk.console(waitingFor: "Replica is behind")
      try console.press("\r", "1 Runbook: Rebuild")
      try console.press("x", "r runs exactly this")
      try console.press("r", "part 42")
      console.signal(SIGKILL)
      #expect(try console.waitForExit() == .signalled(SIGKILL))
      // Nothing was written at its death; the next one that looks finds its session gone, and how far
      // the command had come.
      let next = try desk.console(waitingFor: "Replica is behind")
      try next.press("\r", "1 Runbook: Rebuild", "OUTCOME UNKNOWN", "| part 42")
      try expectLeft(try await record(desk, number: round))
      #expect(try runs(desk) == round)
    }
    #expect(!(try desk.run("timeline", "1")).lowercased().contains("failed"))
  }

  /// What the record of a command holds whose session died without a word.
  private func expectLeft(_ record: [String: Any]?) throws {
    let record = try #require(record)
    #expect(record["unknown"] as? Bool == true && record["ending"] as? String == "lost")
    #expect((record["output"] as? String)?.contains("part 42") == true, "\(record)")
    #expect((record["outputBytes"] as? Int ?? 0) >= 7)
    #expect((record["process"] as? Int ?? 0) > 1)
    #expect((record["host"] as? String)?.isEmpty == false)
  }

  @Test(.timeLimit(.minutes(60))) func aKilledCallLeavesTheOutcomeUnknown() async throws {
    let desk = try desk()
    for round in 1...Self.rounds(2) {
      let call = try TerminalProgram(
        try Desk.program(), ["run", "exec", "1", "1", "--yes", "--again", "--as", "alice"],
        environment: desk.environment(), directory: desk.folder)
      try call.waitForText("part 42")
      call.signal(SIGKILL)
      #expect(try call.waitForExit() == .signalled(SIGKILL))
      let again = try Command.run(
        try Desk.program(), ["run", "exec", "1", "1", "--yes", "--as", "alice"],
        environment: desk.environment(), directory: desk.folder)
      #expect(again.status == .exited(1) && again.err.contains("nobody knows"), "\(again.err)")
      try expectLeft(try await record(desk, number: round))
      #expect(try runs(desk) == round)
    }
  }

  /// A shell closes with a hang-up, a server ends with another, a person presses Ctrl-C twice: none
  /// of it may end the program between the end of its command and the record of it.
  @Test(.timeLimit(.minutes(60)), arguments: [SIGHUP, SIGTERM, SIGINT], [false, true])
  func signalsThatGoOnDoNotComeBeforeTheRecord(signal: Int32, onTerminal: Bool) async throws {
    let desk = try Desk()
    try desk.declare("Replica is behind")
    for round in 1...Self.rounds(2) {
      let call = try TerminalProgram(
        try Desk.program(),
        ["exec", "1"] + (onTerminal ? ["--tty"] : [])
          + ["--as", "alice", "--", "sh", "-c", "echo part $((40+2)); sleep 1"],
        environment: desk.environment(), directory: desk.folder)
      try call.waitForText("part 42")
      let deadline = ContinuousClock.now + .seconds(20)
      repeat {
        call.signal(signal)
      } while ContinuousClock.now < deadline
        && (try? call.waitForExit(within: .milliseconds(1))) == nil
      let events = try desk.events(desk.run("timeline", "1", "--format", "json"))
      #expect(events.filter { $0["kind"] as? String == "command" }.count == round)
    }
  }

  /// Who presses Ctrl-C while the store keeps the command waiting wants nothing to run.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func whatIsStoppedBeforeItBeganDoesNotRun(signal: Int32) async throws {
    let desk = try Desk()
    try desk.declare("Replica is behind")
    let holder = try TerminalProgram("/usr/bin/sqlite3", ["\(desk.folder)/journal.sqlite"])
    try holder.send("BEGIN IMMEDIATE; SELECT 'he' || 'ld';\r")
    try holder.waitForText("held")
    let call = try TerminalProgram(
      try Desk.program(),
      ["exec", "1", "--as", "alice", "--", "sh", "-c", "echo ran >>\(desk.folder)/runs"],
      environment: desk.environment(), directory: desk.folder)
    // The kernel tells when it holds the signals back: it waits to begin from then on.
    try await becomes { try Self.holdsBack(signal, call.process) }
    call.signal(signal)
    try holder.send("COMMIT;\r")
    _ = try call.waitForExit()
    #expect(!FileManager.default.fileExists(atPath: "\(desk.folder)/runs"))
    #expect(try desk.run("timeline", "1").contains("stopped before it began"))
  }

  private static func holdsBack(_ signal: Int32, _ process: Int32) throws -> Bool {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") })
    let mask = try #require(UInt64(line.dropFirst(7).drop(while: \.isWhitespace), radix: 16))
    return mask >> UInt64(signal - 1) & 1 == 1
  }

  private func becomes(_ isSo: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while try !isSo() {
      try #require(ContinuousClock.now < deadline)
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// A command outside a runbook begins on the record too, so its outcome can be unknown.
  @Test(.timeLimit(.minutes(60))) func aKilledCallOutsideARunbookLeavesItsOutcomeUnknown()
    async throws
  {
    let desk = try desk()
    for round in 1...Self.rounds(2) {
      let call = try TerminalProgram(
        try Desk.program(),
        ["exec", "1", "--as", "alice", "--", "sh", "-c", "echo part $((40+2)); sleep 1000"],
        environment: desk.environment(), directory: desk.folder)
      try call.waitForText("part 42")
      #expect(try desk.run("show", "1").contains("Running"))
      call.signal(SIGKILL)
      #expect(try call.waitForExit() == .signalled(SIGKILL))
      // Whoever has a console open, or runs something else, puts it on the record.
      let next = try desk.console(waitingFor: "Replica is behind")
      try next.press("\r", "OUTCOME UNKNOWN")
      try expectLeft(try await record(desk, number: round))
    }
    #expect(!(try desk.run("show", "1")).contains("Running"))
  }
}
