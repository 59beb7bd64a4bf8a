import Foundation
import Glibc
import TerminalHarness
import Testing

/// Commands whose console dies, that take the terminal, or whose runbook changes under them.
@Suite(.serialized) struct RunningCommandTests {
  static let book = """
    # Long work

    ## Procedure
    1. Work (1 min).

       ```bash
       echo began >> ran; for i in 1 2 3 4 5 6 7 8 9; do echo "part $i"; sleep 1; done; echo over >> ran
       ```
    2. Look around. <!-- mayday: tty -->

       ```bash
       sh -i
       ```
    """

  @Test func aCommandWhoseConsoleIsKilledIsNeverRunAgainByItself() throws {
    let (desk, alice) = try start()
    let bob = try desk.console(
      ["--runbooks", desk.folder + "/books"], by: "bob", waitingFor: "Slow orders")
    try bob.press("\r", "[DETECTION]", "0/2")
    try confirm(alice)
    try alice.waitForText("part 1")
    // To others it is there to be watched, and nobody runs it twice.
    try bob.waitForText("RUNNING on ", within: .seconds(5))
    try bob.press("x", "is running (alice on ")
    try bob.press(" ", "is running (alice on ")
    alice.signal(SIGKILL)
    #expect(try alice.waitForExit() == .signalled(SIGKILL))
    // Bob's console, which does nothing, notices it; so does alice's next one.
    let again = try desk.console(
      ["--runbooks", desk.folder + "/books"], waitingFor: "Slow orders")
    try again.press("\r", "OUTCOME UNKNOWN", "process \(alice.process)")
    try bob.waitFor("what bob sees", within: .seconds(15)) { $0.contains("OUTCOME UNKNOWN") }
    let lost = try desk.events(desk.run("timeline", "1", "--format", "json")).filter {
      $0["kind"] as? String == "command"
    }
    #expect(lost.count == 1)
    #expect((lost.first?["body"] as? [String: Any])?["unknown"] as? Bool == true)
    // A person settles it.
    try again.press("f", "Failed: step 1", "was never seen to end")
    try again.type("only half of it")
    try again.enter("INC-1: FAILED step 1")
    try bob.waitForText("FAILED: alice", within: .seconds(5))
    let ran = try String(contentsOfFile: desk.folder + "/ran", encoding: .utf8)
    #expect(ran == "began\n", "it ran again, or went on without its terminal: \(ran)")
  }

  @Test func aLostLineLeavesAnOutcomeOnTheRecord() throws {
    let (desk, alice) = try start()
    try confirm(alice)
    try alice.waitForText("part 1")
    alice.hangUp()
    _ = try alice.waitForExit()
    let again = try desk.console(
      ["--runbooks", desk.folder + "/books"], waitingFor: "Slow orders")
    // Either the console still wrote how it ended, or nobody knows: it never just runs on.
    try again.press("\r", "alice")
    try again.waitFor("an outcome", within: .seconds(15)) { screen in
      screen.contains("OUTCOME UNKNOWN") || screen.contains("ended by signal")
        || screen.contains("exit ")
    }
    #expect(!again.screen.contains("RUNNING"))
  }

  @Test func aStepTakesTheTerminalAndGivesItBack() throws {
    let (desk, alice) = try start()
    try alice.press("S", "Skip step 1")
    try alice.type("known")
    try alice.enter("INC-1: skipped step 1")
    try alice.press("x", "it takes the terminal and gives it back", "r runs exactly this")
    try alice.waitUntilQuiet(for: .milliseconds(100))
    try alice.send("r")
    try alice.waitFor("the shell's prompt") { screen in
      !screen.contains("NOT RUN YET")
        && screen.lines.contains { $0.hasPrefix("$") || $0.hasPrefix("#") }
    }
    try alice.send("stty size\r")
    try alice.waitForText("24 80")
    try alice.resize(TerminalSize(rows: 30, columns: 100))
    try alice.send("stty size\r")
    try alice.waitForText("30 100")
    // Ctrl-Z stops what the shell runs, not the console behind it.
    try alice.send("cat\r")
    try alice.waitUntilQuiet(for: .milliseconds(200))
    try alice.send(key: .control("z"))
    try alice.waitForText("Stopped")
    try alice.send("kill %1; exit 5\r")
    try alice.send("exit 5\r")
    try alice.waitForText("exit 5 after", within: .seconds(10))
    try alice.waitForText("NOT as expected: it exits with 0")
    // The whole screen is the console's again, at the new size.
    #expect(alice.screen.lines.count == 30)
    try alice.press("q", "1 Runbook: Long work", "? help")
    let command = try #require(
      try desk.events(desk.run("timeline", "1", "--format", "json")).last {
        $0["kind"] as? String == "command"
      }?["body"] as? [String: Any])
    #expect(command["exit"] as? Int == 5)
    #expect((command["output"] as? String)?.contains("30 100") == true)
    try alice.press(" ", "Done: step 2")
    try alice.enter("INC-1: done step 2")
  }

  @Test func aRunbookThatChangedIsSaidAndTakenOnByAPerson() throws {
    let (desk, alice) = try start()
    let changed = Self.book.replacing("1. Work (1 min).", with: "1. Work harder (1 min).")
    try changed.write(
      toFile: desk.folder + "/books/work.md", atomically: true, encoding: .utf8)
    try alice.press("q", "Slow orders", "q quit")
    try alice.press("\r", "CHANGED ON DISK: D shows how")
    #expect(alice.screen.contains("1 Work  "))
    try alice.press("D", "-1. Work (1 min).", "+1. Work harder (1 min).")
    try alice.press("O", "Go on with the file as it is now", "1 step stays as it is, 1 is new")
    try alice.enter("INC-1: goes on with Long work as its file is now")
    try alice.waitForText("1 Work harder")
    #expect(!alice.screen.contains("CHANGED ON DISK"))
  }

  // MARK: -

  private func start() throws -> (Desk, TerminalProgram) {
    let desk = try Desk()
    try desk.declare("Slow orders")
    let books = desk.folder + "/books"
    try FileManager.default.createDirectory(atPath: books, withIntermediateDirectories: false)
    try Self.book.write(toFile: books + "/work.md", atomically: true, encoding: .utf8)
    let alice = try TerminalProgram(
      try Desk.program(), ["--as", "alice", "--runbooks", books],
      environment: desk.environment(), directory: desk.folder)
    try alice.waitForText("Slow orders")
    try alice.press("\r", "[DETECTION]")
    try alice.press("r", "Long work", "1 runbook, / searches")
    try alice.press("\r", "2 steps", "Enter start")
    try alice.press("\r", "Start a runbook")
    try alice.enter("INC-1: started runbook")
    return (desk, alice)
  }

  private func confirm(_ console: TerminalProgram) throws {
    try console.press("x", "NOT RUN YET", "r runs exactly this")
    for _ in 1...20 {
      try console.waitUntilQuiet(for: .milliseconds(40))
      try console.send("r")
      let screen = try console.waitFor("an answer to r") {
        $0.contains("RUNNING") || $0.contains("being checked")
      }
      if screen.contains("RUNNING") { return }
    }
  }
}
