import Foundation
import Glibc
import TerminalHarness
import Testing

/// What a runbook's comments ask of a step's command, carried out by the real program.
@Suite struct StepRuleTests {
  static let book = """
    # Rules

    ## Procedure

    1. Go somewhere:

       ```bash
       cd /usr/share; export REGION=north API_TOKEN=sesame-open-$((90+9))
       ```

    2. Find the leader <!-- mayday: set=LEADER expect="pg-" exit=0,3 -->

       ```bash
       pwd; echo "$REGION"; seq 1 9000; echo pg-7; exit 3
       ```

    3. Use it:

       ```bash
       printf 'one <%s>' "<LEADER>"
       ```

    4. Wait for the flag:

       <!-- mayday: until="test -e <FLAG>" every=1s for=30s -->
       ```bash
       echo begun
       ```

    5. For the boss <!-- mayday: role=ic -->

       ```bash
       echo boss
       ```

    6. Follow it:

       ```bash
       tail -f /etc/hostname
       echo never
       ```

    7. Open a session:

       ```bash
       ssh host
       uptime
       ```

    8. Half a command:

       ```bash
       if true; then echo
       ```

    9. Takes too long <!-- mayday: timeout=1s grace=1s -->

       ```bash
       trap '' TERM; sleep 1000
       ```

    10. Ends in a secret <!-- mayday: set=DB_PASSWORD -->

        ```bash
        echo user; printf hunter%s-in-the-dark $((1+1))
        ```

    11. Needs a variable <!-- mayday: env=CLUSTER_NAME cwd=/var -->

        ```bash
        echo "$CLUSTER_NAME $PWD"
        ```

    12. Expects <!-- mayday: expect~/^lead.*er$/ -->

        ```bash
        echo follower
        ```

    13. Once more <!-- mayday: repeat -->

        ```bash
        echo again
        ```

    14. Asks for a code <!-- mayday: secret=CODE -->

        ```bash
        printf 'length %s\\n' "$(printf %s "<CODE>" | wc -c)"
        ```
    """

  private func desk() throws -> Desk {
    let desk = try Desk()
    try Self.book.write(toFile: desk.path("book.md"), atomically: false, encoding: .utf8)
    try desk.done("declare", "Odd")
    try desk.done("run", "start", "1", "./book.md")
    return desk
  }

  @Test func directoryVariablesAndValuesGoOverToTheNextCall() throws {
    let desk = try desk()
    let first = try desk.run("run", "exec", "1", "1", "--yes")
    #expect(first.status == .exited(0))
    #expect(
      first.err
        == "mayday: Not carried over, because secrets are not written to disk: API_TOKEN.\n")
    let second = try desk.done("run", "exec", "1", "2", "--yes")
    #expect(second.hasPrefix("/usr/share\nnorth\n1\n"))
    #expect(second.contains("as expected: the output holds pg-\nLEADER = pg-7\n"))
    #expect(try desk.done("run", "exec", "1", "3", "--yes").hasPrefix("one <pg-7>\n"))
    // Another person begins afresh, where the program was started and without what was exported.
    let words = ["run", "exec", "1", "2", "--yes", "--take", "--because", "for a test"]
    let without = try desk.run(words + ["--as", "bob"])
    #expect(without.status == .exited(1))
    #expect(
      without.err.contains("step 2 needs the variable REGION, and it is set nowhere"),
      "\(without.err)")
    let other = try desk.run(words + ["--as", "bob"], ["REGION": "south"])
    #expect(other.out.contains("\(desk.folder.lastPathComponent)\nsouth\n1\n"), "\(other)")
    for file in try FileManager.default.subpathsOfDirectory(atPath: desk.folder.path) {
      let bytes = FileManager.default.contents(atPath: desk.path(file)) ?? Data()
      #expect(bytes.range(of: Data("sesame-open-99".utf8)) == nil, "\(file)")
    }
  }

  @Test func aCheckIsRepeatedAndRecordedOnce() throws {
    let desk = try desk()
    let flag = desk.path("flag")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"), ["run", "exec", "1", "4", "--set", "FLAG=\(flag)"],
      environment: desk.environment, directory: desk.folder.path,
      size: TerminalSize(rows: 40, columns: 120))
    try program.waitForText("Type yes and Enter")
    #expect(program.screen.contains("Then, every 0:05 until it passes") == false)
    #expect(program.screen.contains("Then, every 0:01 until it passes, for at most 0:30:"))
    #expect(program.screen.contains("test -e \(flag)"))
    // Nothing polls before a person's yes.
    #expect(!program.screen.contains("[try 1]"))
    try program.send("yes\n")
    try program.waitForText("[try 2]")
    _ = FileManager.default.createFile(atPath: flag, contents: nil)
    #expect(try program.waitForExit() == .exited(0))
    let timeline = try desk.done("timeline", "1")
    #expect(timeline.contains("exit 0, so at try "))
    let events = try desk.events()
    #expect(events.count { $0["kind"] as? String == "command" } == 1)
    let body = try #require(
      events.first { $0["kind"] as? String == "command" }?["body"] as? [String: Any])
    let poll = try #require(body["poll"] as? [String: Any])
    #expect(poll["met"] as? Bool == true && (poll["tries"] as? Int ?? 0) >= 2)
  }

  @Test func aCheckIsStoppedByItsPerson() throws {
    let desk = try desk()
    let program = try TerminalProgram(
      Binary.path(named: "mayday"),
      ["run", "exec", "1", "4", "--yes", "--set", "FLAG=\(desk.path("never"))"],
      environment: desk.environment, directory: desk.folder.path,
      size: TerminalSize(rows: 40, columns: 120))
    try program.waitForText("[try 1]")
    try program.send("\u{3}")
    #expect(try program.waitForExit() == .exited(1))
    #expect(try desk.done("timeline", "1").contains("stopped by root after "))
  }

  @Test func aStepOfARoleIsForWhoeverHasIt() throws {
    let desk = try desk()
    try desk.fails(1, "run", "exec", "1", "5", "--yes", because: "nobody has that role")
    try desk.done("role", "1", "ic", "alice")
    try desk.fails(1, "run", "exec", "1", "5", "--yes", because: "that is alice")
    try desk.fails(1, "run", "step", "1", "5", "done", because: "for the Incident Commander")
    try desk.done("run", "exec", "1", "5", "--yes", "--as", "alice")
    try desk.done("run", "step", "1", "5", "done", "--as", "alice")
  }

  @Test func whatWouldHangOrIsNoWholeCommandNeverRuns() throws {
    let desk = try desk()
    try desk.fails(1, "run", "exec", "1", "6", "--yes", because: "does not end by itself")
    try desk.fails(1, "run", "exec", "1", "7", "--yes", because: "opens a session")
    try desk.fails(1, "run", "exec", "1", "8", "--yes", because: "no whole command on line")
    for code in ["\u{1B}[2J", "a\nb", "a\rb", "\u{202E}x"] {
      try desk.fails(65, "run", "exec", "1", "3", "--yes", "--set", "LEADER=\(code)")
    }
    #expect(try desk.events().allSatisfy { $0["kind"] as? String != "command-began" })
  }

  @Test func timeLimitsExpectationsAndDirectoriesAreKept() throws {
    let desk = try desk()
    try desk.fails(1, "run", "exec", "1", "11", "--yes", because: "CLUSTER_NAME")
    let given = try desk.run(["run", "exec", "1", "11", "--yes"], ["CLUSTER_NAME": "pg-ha"])
    #expect(given.out.hasPrefix("pg-ha /var\n"))
    let over = try desk.run("run", "exec", "1", "9", "--yes")
    #expect(over.status == .exited(1) && over.err.contains("timed out"))
    try desk.done("run", "step", "1", "9", "skip", "--note", "it takes too long")
    let odd = try desk.run("run", "exec", "1", "12", "--yes")
    #expect(odd.status == .exited(1))
    #expect(odd.out.contains("NOT as expected: the output matches ^lead.*er$"))
    let timeline = try desk.done("timeline", "1")
    #expect(timeline.contains("no end within 1 s (KILL)"))
    #expect(timeline.contains("exit 0, output not as expected"))
  }

  @Test func aSecretLastLineIsNowhere() throws {
    let desk = try desk()
    let run = try desk.run("run", "exec", "1", "10", "--yes")
    #expect(run.out.hasPrefix("user\n<redacted: secret>\n"))
    #expect(run.out.contains("DB_PASSWORD is set, and nowhere written down."))
    #expect(!(run.out + run.err).contains("hunter2"))
    for file in try FileManager.default.subpathsOfDirectory(atPath: desk.folder.path) {
      let bytes = FileManager.default.contents(atPath: desk.path(file)) ?? Data()
      #expect(bytes.range(of: Data("hunter2-in".utf8)) == nil, "\(file)")
    }
  }

  @Test func aRepeatableStepRunsAgainAndAnotherDoesNot() throws {
    let desk = try desk()
    try desk.done("run", "exec", "1", "13", "--yes")
    try desk.done("run", "step", "1", "13", "done")
    try desk.done("run", "exec", "1", "13", "--yes")
    try desk.done("run", "exec", "1", "3", "--yes", "--set", "LEADER=x")
    try desk.done("run", "step", "1", "3", "done")
    try desk.fails(
      1, "run", "exec", "1", "3", "--yes", "--set", "LEADER=x", because: "is done by root already")
  }

  @Test func aSecretValueIsNotTakenFromTheCommandLine() throws {
    let desk = try desk()
    try desk.fails(
      64, "run", "exec", "1", "14", "--yes", "--set", "CODE=sesame", because: "--set CODE")
    let given = try desk.run(
      ["run", "exec", "1", "14", "--yes", "--set", "CODE"], ["CODE": "four"])
    #expect(given.out.hasPrefix("length 4\n"))
    // Asked for on a terminal, it is not echoed.
    let program = try TerminalProgram(
      Binary.path(named: "mayday"), ["run", "exec", "1", "14", "--yes", "--set", "CODE"],
      environment: desk.environment, directory: desk.folder.path)
    try program.waitForText("CODE (not shown):")
    try program.waitFor("echo off") { _ in !program.lineModes.echoes }
    try program.send("sesame99\n")
    try program.waitForText("length 8")
    #expect(try program.waitForExit() == .exited(0))
    #expect(!String(decoding: program.bytesReceived, as: UTF8.self).contains("sesame99"))
    #expect(program.lineModes.echoes)
    #expect(!(try desk.done("timeline", "1").contains("sesame99")))
  }

  @Test func aQuestionWithoutALineEndIsSeen() throws {
    let desk = try Desk()
    try desk.done("declare", "Odd")
    let program = try TerminalProgram(
      Binary.path(named: "mayday"),
      ["exec", "1", "--", "sh", "-c", "printf 'Really? '; read answer"],
      environment: desk.environment, directory: desk.folder.path)
    try program.waitForText("Really?")
    try program.send("\u{3}")
    #expect(try program.waitForExit() == .exited(1))
  }
}

extension Desk {
  /// The events of incident 1 as the record has them.
  func events() throws -> [[String: Any]] {
    try object("timeline", "1")["events"] as? [[String: Any]] ?? []
  }
}
