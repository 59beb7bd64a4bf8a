import Foundation
import Glibc
import TerminalHarness
import Testing

/// Runbook runs and commands by the real program.
@Suite struct RunTests {
  static let book = """
    # Test book

    ## Procedure

    1. Say it:

       ```bash
       echo "hello <name>"
       ```

    2. Is it well?
       - Yes: go to [Verification](#verification)
       - No: go on

    3. Manual thing

    4. Fall over:

       ```bash
       exit 3
       ```

    ## Verification

    1. Check it:

       ```bash
       true
       ```

    ## Rollback

    1. Take it back by hand
    """

  static func desk() throws -> Desk {
    let desk = try Desk()
    try book.write(toFile: desk.path("book.md"), atomically: false, encoding: .utf8)
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", "./book.md")
    return desk
  }

  static func states(_ desk: Desk) throws -> [String: String] {
    let runs = try #require(try desk.object("show", "1")["runs"] as? [[String: Any]])
    let steps = try #require(runs.last?["steps"] as? [[String: Any]])
    var states: [String: String] = [:]
    for step in steps {
      if let number = step["number"] as? String { states[number] = step["state"] as? String }
    }
    return states
  }

  @Test func stepsAreWalkedDecidedSkippedAndTheRunIsEnded() throws {
    let desk = try Self.desk()
    try desk.fails(1, "run", "start", "1", "./book.md", because: "is open already")
    try desk.done("run", "step", "1", "1", "start", "--as", "alice")
    try desk.fails(1, "run", "step", "1", "1", "done", "--as", "bob", because: "held by alice")
    try desk.fails(
      1, "run", "step", "1", "1", "done", "--as", "bob", "--take", because: "needs a reason")
    try desk.done(
      "run", "step", "1", "1", "start", "--as", "bob", "--take", "--note", "alice has left")
    try desk.done("run", "step", "1", "1", "done", "--as", "bob")
    try desk.fails(1, "run", "step", "1", "2", "done", because: "is a decision")
    try desk.done("run", "decide", "1", "2", "yes")
    #expect(
      try Self.states(desk) == [
        "1": "done", "2": "decided", "3": "passed-over", "4": "passed-over", "V1": "todo",
        "R1": "todo",
      ])
    try desk.fails(64, "run", "step", "1", "V1", "skip", because: "--note")
    try desk.fails(66, "run", "step", "1", "99", "done", because: "has no step 99")
    try desk.fails(1, "run", "step", "1", "R1", "done", because: "mayday run rollback 1")
    try desk.fails(1, "run", "end", "1", because: "step V1 is not done")
    try desk.done("run", "step", "1", "V1", "skip", "--note", "no access to it")
    try desk.done("run", "end", "1")
    try desk.fails(1, "run", "step", "1", "1", "start", because: "no runbook run is open")
  }

  @Test func aRollbackIsWalkedAndARunAbandonedOnlyWithAReason() throws {
    let desk = try Self.desk()
    try desk.done("run", "rollback", "1", "--because", "it made things worse")
    try desk.done("run", "step", "1", "R1", "done")
    try desk.done("run", "end", "1", "rolled-back")
    try desk.done("run", "start", "1", "./book.md")
    try desk.fails(1, "run", "end", "1", "abandoned")
    try desk.done("run", "end", "1", "abandoned", "--because", "the wrong runbook")
  }

  @Test func aStepsCommandRunsAsReadWithItsValuesFilled() throws {
    let desk = try Self.desk()
    try desk.fails(65, "run", "exec", "1", "1", "--yes", because: "give a value for name")
    try desk.fails(64, "run", "exec", "1", "1", "--set", "name=bob", because: "--yes")
    try desk.fails(1, "run", "exec", "1", "3", "--yes", because: "holds no command")
    try desk.fails(65, "run", "exec", "1", "1", "--yes", "--set", "name=a\nb")
    // A later edit of the file changes nothing of the run.
    try Self.book.replacing("hello", with: "evil").write(
      toFile: desk.path("book.md"), atomically: false, encoding: .utf8)
    let hostile = try desk.done(
      "run", "exec", "1", "1", "--yes", "--set", "name=$(touch canary)`id`")
    #expect(hostile.hasPrefix("hello $(touch canary)`id`\n"))
    #expect(!FileManager.default.fileExists(atPath: desk.path("canary")))
    #expect(try Self.states(desk)["1"] == "started")
    try desk.fails(1, "run", "exec", "1", "4", "--yes", because: "failed with exit 3")
    #expect(try desk.done("timeline", "1").contains("exit 3"))
  }

  @Test func onATerminalThePersonReadsTheCommandAndSaysYes() throws {
    let desk = try Self.desk()
    let binary = try Binary.path(named: "mayday")
    let words = ["run", "exec", "1", "1", "--set", "name=bob"]
    let no = try TerminalProgram(
      binary, words, environment: desk.environment, directory: desk.folder.path)
    try no.waitForText("Type yes and Enter")
    #expect(no.screen.contains("echo \"hello bob\""))
    try no.send("no\n")
    #expect(try no.waitForExit() == .exited(1))
    #expect(try Self.states(desk)["1"] == "todo")
    let yes = try TerminalProgram(
      binary, words, environment: desk.environment, directory: desk.folder.path)
    try yes.waitForText("Type yes and Enter")
    try yes.send("yes\n")
    try yes.waitForText("hello bob")
    #expect(try yes.waitForExit() == .exited(0))
    #expect(EscapeOracle.findings(yes.bytesReceived) == [])
  }

  @Test func anyCommandsOutcomeGoesOnTheTimeline() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    #expect(
      try desk.done("exec", "1", "--", "echo", "a b", "it's", "--json").hasPrefix(
        "a b it's --json\n"))
    try desk.fails(1, "exec", "1", "--", "sh", "-c", "echo out; exit 3", because: "exit 3")
    try desk.fails(1, "exec", "1", "--", "no-such-command", because: "exit 127")
    try desk.fails(64, "exec", "1")
    try desk.fails(64, "exec", "1", "--tty", "--", "true", because: "no terminal")
    let object = try Desk.object(desk.done("--json", "exec", "1", "--", "printf", "four"))
    let command = try #require(object["command"] as? [String: Any])
    #expect(command["exit"] as? Int == 0 && command["outputBytes"] as? Int == 4)
    let digest = try desk.tool(
      "/usr/bin/sha256sum", [try #require(command["outputPath"] as? String)])
    #expect(digest.out.hasPrefix(try #require(command["outputDigest"] as? String)))
    let timeline = try desk.object("timeline", "1")
    let bodies = (timeline["events"] as? [[String: Any]] ?? []).compactMap {
      $0["kind"] as? String == "command" ? $0["body"] as? [String: Any] : nil
    }
    #expect(bodies.compactMap { $0["exit"] as? Int } == [0, 3, 127, 0])
    #expect(bodies[0]["command"] as? String == "echo 'a b' 'it'\\''s' --json")
    #expect(bodies[0]["output"] as? String == "a b it's --json")
  }

  @Test func aLongOutputIsShownWholeAndRecordedBounded() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let out = try desk.done("exec", "1", "--", "seq", "100000")
    let lines = out.split(separator: "\n")
    #expect(lines.count == 100_001)
    #expect(lines.prefix(100_000).elementsEqual((1...100_000).map { Substring(String($0)) }))
    #expect(try desk.object("verify")["ok"] as? Bool == true)
  }

  @Test func controlCAsksTheCommandToEndAndTheEndIsRecorded() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"), ["exec", "1", "--", "sh", "-c", "echo begun; sleep 100"],
      environment: desk.environment, directory: desk.folder.path)
    try program.waitForText("begun")
    try program.send("\u{3}")
    #expect(try program.waitForExit() == .exited(1))
    #expect(try desk.done("timeline", "1").contains("stopped by root (INT)"))
  }

  @Test func aLostLinkEndsTheCommandAndTheEndIsRecorded() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"), ["exec", "1", "--", "sh", "-c", "echo begun; sleep 100"],
      environment: desk.environment, directory: desk.folder.path)
    try program.waitForText("begun")
    program.signal(SIGHUP)
    #expect(try program.waitForExit() == .exited(1))
    let timeline = try desk.done("timeline", "1")
    #expect(timeline.contains("OUTCOME UNKNOWN, the connection was lost"))
    #expect(!timeline.lowercased().contains("fail"))
    #expect(timeline.contains("| begun"))
  }

  @Test func whatHasRunIsNeverToBeTriedAgain() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    try desk.fails(
      73, "exec", "1", "--", "truncate", "-s", "100", desk.store,
      because: "the command has run (passed), but that is not on the record")
  }

  @Test func aCommandThatAsksGetsTheTerminal() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"),
      ["exec", "1", "--tty", "--", "sh", "-c", "printf 'Name? '; read name; echo \"hello $name\""],
      environment: desk.environment, directory: desk.folder.path)
    try program.waitForText("Name?")
    try program.send("bob\r")
    try program.waitForText("hello bob")
    #expect(try program.waitForExit() == .exited(0))
    #expect(try desk.done("timeline", "1").contains("hello bob"))
  }

  @Test func secretsOfTheEnvironmentStayOut() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let token = "ghp_" + String(repeating: "a1B2", count: 9)
    let command = try desk.run(["exec", "1", "--", "echo", "token", token])
    #expect(!command.out.contains(token))
    #expect(!(try desk.done("timeline", "1").contains(token)))
    for file in try FileManager.default.subpathsOfDirectory(atPath: desk.folder.path) {
      let bytes = FileManager.default.contents(atPath: desk.path(file)) ?? Data()
      #expect(bytes.range(of: Data(token.utf8)) == nil, "\(file)")
    }
  }
}
