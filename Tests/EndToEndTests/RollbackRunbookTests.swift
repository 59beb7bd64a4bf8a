import Foundation
import TerminalHarness
import Testing

/// A runbook as somebody else wrote it, walked as it stands: its fences hold many steps each, one
/// of them a blank to fill in.
@Suite(.serialized) struct RollbackRunbookTests {
  @Test func theFencesAreSplitAndWhatRunsIsWhatWasShown() throws {
    let (desk, alice) = try start(TerminalSize(rows: 40, columns: 120))
    // Each numbered comment is a step with its own lines.
    try alice.waitForText("P1a Capture current state for post-mortem")
    for title in [
      "P1b Check database state", "P1c Record current deployment version",
      "1a Stop current containers", "1c Tag previous version as latest",
    ] { try alice.waitForText(title) }
    try alice.press("x", "1 docker-compose logs -t > logs/rollback-$(date +%Y%m%d-%H%M%S).log")
    let shown = try alice.waitForText(
      "2 docker-compose ps > logs/rollback-state-$(date +%Y%m%d-%H%M%S).txt")
    #expect(!shown.contains("Check database state") && !shown.contains("psql"))
    #expect(try desk.calls().isEmpty, "something ran before it was confirmed")
    try alice.press("r", "EXIT 0", "exit 0 after")
    try alice.waitForText("✓ INC-1: exit 0")
    #expect(try desk.calls() == ["docker-compose logs -t", "docker-compose ps"])
    try alice.press(" ", "Done: step P1a")
    try alice.enter("INC-1: done step P1a")
    let command = try #require(try desk.commands().last)
    #expect(
      command["command"] as? String == """
        docker-compose logs -t > logs/rollback-$(date +%Y%m%d-%H%M%S).log
        docker-compose ps > logs/rollback-state-$(date +%Y%m%d-%H%M%S).txt
        """)
    #expect(command["exit"] as? Int == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: desk.folder + "/logs")
    #expect(files.filter { $0.hasPrefix("rollback-state-") }.count == 1)
    // A step of comments alone has no command: x says so.
    try select("P1e Take screenshot", alice)
    try alice.press("x", "⚠ step P1e holds no command to run")
  }

  @Test func theBlankBlocksUntilItIsFilled() throws {
    let (desk, alice) = try start(TerminalSize(rows: 24, columns: 80))
    try select("2c Checkout previous version", alice)
    try alice.press("x", "Value for COMMIT_HASH", "NOT RUN YET")
    // Left without a value it refuses, in words, and runs nothing.
    try alice.send(key: .control("g"))
    try alice.press("r", "⚠ <COMMIT_HASH> must be filled in first")
    #expect(alice.screen.contains("git checkout <COMMIT_HASH>"))
    #expect(try desk.calls().isEmpty)
    try alice.back(to: "2c Checkout previous version")
    try alice.press("x", "Value for COMMIT_HASH")
    try alice.press("\r", "empty")
    // A value is a word of the shell, whatever is in it.
    try alice.type("abc1234; touch harm")
    try alice.press("\r", "1 git checkout 'abc1234; touch harm'", "r runs exactly this")
    #expect(try desk.calls().isEmpty)
    try alice.press("r", "EXIT 0", "stub git checkout abc1234; touch harm")
    try alice.waitForText("✓ INC-1: exit 0")
    #expect(try desk.calls() == ["git checkout abc1234; touch harm"])
    #expect(!FileManager.default.fileExists(atPath: desk.folder + "/harm"))
    let command = try #require(try desk.commands().last)
    #expect(command["command"] as? String == "git checkout 'abc1234; touch harm'")
    #expect((command["output"] as? String)?.contains("stub git checkout") == true)
  }

  @Test func anUnlabelledFenceNeverRuns() throws {
    let desk = try Desk()
    try desk.declare("Certificate runs out")
    let alice = try desk.console(
      ["--runbooks", runbooks("Checkout")], waitingFor: "Certificate runs out")
    try alice.press("\r", "[DETECTION]")
    try alice.press("r", "Certificate Renewal", "certificates.md")
    try alice.press("\r", "echo must-never-run", "Enter start")
    try alice.press("\r", "Start a runbook")
    try alice.enter("INC-1: started runbook Certificate Renewal")
    try alice.press("x", "holds no command to run")
    #expect(alice.screen.contains("1 Look at what runs out first"))
    #expect(try desk.commands().isEmpty)
  }

  // MARK: -

  private func start(_ size: TerminalSize) throws -> (Desk, TerminalProgram) {
    let desk = try Desk()
    try desk.declare("The new version answers 500")
    let stubs = desk.folder + "/bin"
    for folder in ["bin", "logs"] {
      try FileManager.default.createDirectory(
        atPath: "\(desk.folder)/\(folder)", withIntermediateDirectories: false)
    }
    // Programs by the same names, which say and note what they were called with.
    for name in ["docker-compose", "docker", "git"] {
      _ = try desk.script(
        "bin/\(name)", "echo \"\(name) $*\" >> '\(desk.folder)/calls'; echo \"stub \(name) $*\"")
    }
    let program = try TerminalProgram(
      try Desk.program(), ["--as", "alice", "--runbooks", runbooks("Omniops")],
      environment: desk.environment(["PATH": "\(stubs):/usr/bin:/bin"]), directory: desk.folder,
      size: size)
    try program.waitForText("The new version answers 500")
    try program.press("\r", "[DETECTION]")
    try program.press("r", "Rollback Procedures Runbook", "1 runbook, ")
    try program.press("\r", "47 steps, 1 to roll back", "Enter start")
    try program.press("\r", "Start a runbook")
    try program.enter("INC-1: started runbook")
    return (desk, program)
  }

  /// Goes down until a step is the selected one.
  private func select(_ title: String, _ console: TerminalProgram) throws {
    // What stands left of the panes that tick.
    func selected(_ screen: Screen) -> Substring? {
      screen.lines.first { $0.hasPrefix("▌") }?.prefix { $0 != "│" }
    }
    for _ in 1...60 where selected(console.screen)?.contains(title) != true {
      let before = selected(console.screen)
      try console.press("j")
      try console.waitFor("the next step") { screen in
        guard let now = selected(screen) else { return false }
        return now != before
      }
    }
    try console.waitFor("\(title) selected") { selected($0)?.contains(title) == true }
  }
}

extension Desk {
  /// What the stubs on PATH were called with, in order.
  fileprivate func calls() throws -> [String] {
    guard let text = try? String(contentsOfFile: folder + "/calls", encoding: .utf8) else {
      return []
    }
    return text.split(separator: "\n").map(String.init)
  }

  /// What ran, as the record has it.
  fileprivate func commands() throws -> [[String: Any]] {
    try events(run("timeline", "1", "--format", "json"))
      .filter { $0["kind"] as? String == "command" }
      .compactMap { $0["body"] as? [String: Any] }
  }
}
