import Foundation
import TerminalHarness
import Testing

/// A whole incident, from the declaration to its end, by keys alone; then the command line and the
/// hashes must tell the same story.
@Suite(.serialized) struct IncidentWalkTests {
  @Test(arguments: [(24, 80), (40, 120)])
  func anIncidentFromDeclarationToItsEnd(rows: Int, columns: Int) throws {
    let desk = try Desk()
    let editor = try desk.script("editor", "printf '\\nRoot cause: a pool of 10.\\n' >> \"$1\"")
    let size = TerminalSize(rows: rows, columns: columns)
    let alice = try desk.console(
      ["--runbooks", runbooks("Checkout")], environment: ["EDITOR": editor, "TZ": "UTC"],
      size: size)
    try declare(alice)
    try respond(alice)
    try walkTheRunbook(alice)
    let told = try tell(alice)
    try handOver(alice, desk, size)
    try stop(alice)
    try review(alice)
    try alice.back(to: "? help")
    try alice.press("4", "INC-1", "closed")
    try alice.send("q")
    #expect(try alice.waitForExit() == .exited(0))
    try expectTheSameStory(desk, told)
    #expect(EscapeOracle.findings(alice.bytesReceived) == [])
  }

  // MARK: - By keys

  private func declare(_ alice: TerminalProgram) throws {
    try alice.press("d", "Declare an incident", "an incident needs a title")
    try alice.type("Checkout returns 503")
    try alice.send(key: .tab)
    try alice.press("1", "[SEV-1]", "acknowledge 5 min")
    for field in ["Broken", "Affected", "At stake", "Impact"] {
      try alice.press("\t", "▌\(field)")
    }
    try alice.type("30 % of card payments fail")
    try alice.press("\r", "press Enter once more to declare it")
    try alice.press("\r", "[DETECTION]", "NO IC", "Checkout returns 503")
  }

  private func respond(_ alice: TerminalProgram) throws {
    try alice.press("a", "Acknowledge ── INC-1", "writes: acknowledged")
    try alice.enter("INC-1: acknowledged")
    try alice.press(">", "INC-1 is in detection: moves", "legal now")
    try alice.press("\r", "Move to triage", "writes: phase detection -> triage")
    try alice.enter("INC-1: phase detection -> triage")
    // The gate is shown before it is tried, and holds.
    try alice.press(">", "✗ mitigation", "the severity is not confirmed")
    try alice.press("\r", "⚠ mitigation is not legal yet")
    try alice.back(to: "[TRIAGE]")
    try alice.press("s", "Severity ── INC-1", "writes: severity confirmed SEV-1")
    try alice.enter("INC-1: severity confirmed SEV-1")
    try alice.press("i", "Impact ── INC-1")
    try alice.clearField()
    try alice.type("30 % of card payments fail since 13:33 UTC")
    try alice.enter("INC-1: impact: 30 %")
    try alice.press("o", "Incident Commander", "NOBODY")
    try alice.press("\r", "Name the Incident Commander", "writes: Incident Commander: alice")
    try alice.enter("INC-1: Incident Commander: alice")
    try alice.back(to: "alice IC")
    try alice.press(">", "✓ mitigation", "legal now")
    try alice.press("\r", "Move to mitigation")
    try alice.enter("INC-1: phase triage -> mitigation")
    try alice.waitForText("[MITIGATION]")
  }

  private func walkTheRunbook(_ alice: TerminalProgram) throws {
    try alice.press("r", "2 runbooks", "Certificate Renewal", "Connection Pool Recovery")
    try alice.press("/", "Enter keep the filter")
    try alice.type("waiting clients")
    try alice.waitForText("1 of 2")
    try alice.press("\r", "Enter open")
    try alice.press("\r", "5 steps", "Enter start")
    try alice.press("\r", "Start a runbook", "writes: started runbook Connection Pool Recovery")
    try alice.enter("INC-1: started runbook Connection Pool Recovery")
    try alice.waitForText("0/5")
    try failAndRetry(alice)
    // Step 2 is said to be begun, then done, without its command.
    try alice.press("b", "Begin step 2 Drain the pool", "writes: started step 2")
    try alice.enter("INC-1: started step 2: Drain the pool")
    try alice.waitForText("alice · since")
    try alice.press(" ", "Done: step 2", "writes: done step 2")
    try alice.enter("INC-1: done step 2: Drain the pool")
    try alice.press("n", "the runbook knows: Yes, No", "Answer No")
    try alice.enter("INC-1: decided step 3: Is the old leader reachable? -> No")
    try alice.waitForText("passed over")
    try alice.press("S", "Skip step 5", "a skipped step needs a reason")
    try alice.type("support is told already")
    try alice.enter("INC-1: skipped step 5: Tell the people on call")
    try alice.waitForText("5/5")
    try alice.press("F", "End the run", "[finished]")
    try alice.enter("INC-1: runbook Connection Pool Recovery finished")
  }

  /// Step 1: its command is shown in full, confirmed and recorded; it fails, and runs again.
  private func failAndRetry(_ alice: TerminalProgram) throws {
    let command = "printf 'waiting: %s\\n' 17; exit 3"
    for attempt in 1...2 {
      try alice.press("x", "NOT RUN YET", "1 \(command)", "r runs exactly this")
      try alice.press("r", "EXIT 3", "waiting: 17", "NOT as expected: it exits with 0")
      try alice.waitForText("✓ INC-1: exit 3")
      if attempt == 1 {
        try alice.press("f", "Failed: step 1", "writes: FAILED step 1")
        try alice.type("17 clients wait")
        try alice.enter("INC-1: FAILED step 1: Count the waiting clients")
        try alice.waitForText("FAILED: alice")
      }
    }
    try alice.press(" ", "Done: step 1", "writes: done step 1")
    try alice.type("17 is what we expected")
    try alice.enter("INC-1: done step 1: Count the waiting clients")
  }

  /// Notes and updates; returns the minute that was told with the first note.
  private func tell(_ alice: TerminalProgram) throws -> Date {
    let told = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 60 - 2).rounded() * 60)
    let clock = told.formatted(
      Date.VerbatimFormatStyle(
        format:
          "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)",
        timeZone: .gmt, calendar: Calendar(identifier: .gregorian)))
    try alice.press("+", "Note ── INC-1")
    try alice.type("\(clock) customer support told")
    try alice.waitForText("writes: \(clock) UTC,")
    try alice.enter("INC-1: \(clock) UTC,")
    try alice.press("+", "Note ── INC-1")
    try alice.type("written in the wrong window")
    try alice.enter("INC-1: written in the wrong window")
    try alice.press("u", "Take back ── INC-1", "writes: takes back: written in the wrong window")
    try alice.enter("INC-1: takes back: written in the wrong window")
    try alice.press("t", "Timeline", "(taken back) written in the wrong window")
    try alice.press("G", "declared SEV-1: Checkout returns 503")
    try alice.waitFor("the note at its own time") { screen in
      screen.lines.contains {
        $0.contains(clock) && $0.contains("(recorded ") && $0.contains("customer support told")
      }
    }
    try alice.back(to: "[MITIGATION]")
    try alice.press("U", "Status update ── INC-1", "[internal]", "Impact: 30 % of card payments")
    try alice.enter("INC-1: internal status update: We are")
    try alice.press("U", "Status update ── INC-1")
    try alice.press("s", "[skip it, because]")
    try alice.send(key: .tab)
    try alice.type("nothing new to say")
    try alice.enter("INC-1: status update skipped: nothing new to say")
    return told
  }

  /// Alice offers command, bob accepts it at a console of his own; until then she has it.
  private func handOver(_ alice: TerminalProgram, _ desk: Desk, _ size: TerminalSize) throws {
    let bob = try desk.console(by: "bob", size: size, waitingFor: "Checkout returns 503")
    try bob.press("\r", "[MITIGATION]", "alice IC")
    try alice.press("o", "Roles, hand-overs and promises")
    try alice.press("h", "Hand over Incident Commander", "Brief")
    try alice.type("bob")
    try alice.enter("INC-1: offers Incident Commander to bob")
    try bob.waitFor("the offer on bob's screen", within: .seconds(3)) {
      $0.contains("alice: offers Incident Commander to bob") && $0.contains("alice IC")
    }
    try bob.press("o", "offered to bob")
    try bob.press("y", "Accept Incident Commander", "impact: 30 % of card payments fail")
    try bob.enter("INC-1: accepts Incident Commander")
    try alice.waitForText("Incident Commander    bob", within: .seconds(3))
    try alice.back(to: "bob IC")
    try bob.send("qqq")
    #expect(try bob.waitForExit() == .exited(0))
  }

  private func stop(_ alice: TerminalProgram) throws {
    try alice.press(">", "asks: What stopped the impact")
    try alice.press("\r", "Move to resolution", "What stopped the impact")
    try alice.type("the pool was drained")
    try alice.enter("INC-1: mitigated: the pool was drained; phase mitigation")
    try alice.press(">", "post-mortem")
    try alice.press("\r", "Move to post-mortem", "How was it verified")
    try alice.type("no 503 for ten minutes")
    try alice.enter("INC-1: recovered: no 503 for ten minutes; phase")
  }

  private func review(_ alice: TerminalProgram) throws {
    try alice.press("p", "post-mortem published (needed)")
    try alice.press("w", "✓ INC-1: post-mortem draft written from the record")
    // The editor takes the terminal and gives it back.
    try alice.press("E", "✓ INC-1: post-mortem draft saved")
    try alice.press("v", "INC-1 post-mortem", "Checkout returns 503")
    try alice.press("G", "Root cause: a pool of 10.")
    try alice.back(to: "post-mortem published (needed)")
    try alice.press("P", "Publish the post-mortem", "after that it cannot be changed")
    try alice.enter("INC-1: post-mortem published")
    try alice.press("A", "Action item ── INC-1")
    try alice.type("alert on waiting clients")
    try alice.send(key: .tab)
    try alice.type("carol")
    try alice.press("\r", "✓ INC-1: action item for carol, due ")
    try alice.back(to: "[POST-MORTEM]")
    try alice.press(">", "✓ documentation", "legal now")
    try alice.press("\r", "Move to documentation")
    try alice.enter("INC-1: phase post-mortem -> documentation")
    try alice.press(">", "the runbook feedback is not answered")
    try alice.back(to: "? help")
    try alice.press("p", "runbook feedback answered (needed)")
    try alice.press("B", "Runbook feedback ── INC-1", "[used as written]")
    try alice.enter("INC-1: runbook feedback: used")
    try alice.back(to: "? help")
    try alice.press(">", "✓ closed", "legal now")
    try alice.press("\r", "Move to closed")
    try alice.type("watch the pool")
    try alice.enter("INC-1: phase documentation -> closed: watch the pool")
  }

  // MARK: - By the command line

  private func expectTheSameStory(_ desk: Desk, _ told: Date) throws {
    let shown = try desk.object("show", "1", "--json")
    #expect(shown["phase"] as? String == "closed")
    #expect(shown["severity"] as? Int == 1)
    #expect(shown["impact"] as? String == "30 % of card payments fail since 13:33 UTC")
    #expect((shown["roles"] as? [String: String])?.values.contains("bob") == true)
    let run = try #require((shown["runs"] as? [[String: Any]])?.first)
    #expect(run["outcome"] as? String == "finished")
    let steps = try #require(run["steps"] as? [[String: Any]])
    #expect(
      steps.map { $0["state"] as? String } == [
        "done", "done", "decided", "passed-over", "skipped",
      ])
    #expect(steps[0]["note"] as? String == "17 is what we expected")
    #expect(steps[2]["answer"] as? String == "No")
    #expect((shown["postmortem"] as? [String: Any])?["state"] as? String == "published")
    #expect((shown["actions"] as? [[String: Any]])?.first?["owner"] as? String == "carol")

    let exported = try desk.run("timeline", "1", "--format", "json")
    let events = try desk.events(exported)
    func bodies(_ kind: String) -> [[String: Any]] {
      events.filter { $0["kind"] as? String == kind }.compactMap { $0["body"] as? [String: Any] }
    }
    let commands = bodies("command")
    #expect(commands.count == 2)
    for command in commands {
      #expect(command["command"] as? String == "printf 'waiting: %s\\n' 17; exit 3")
      #expect(command["exit"] as? Int == 3)
      #expect((command["output"] as? String)?.contains("waiting: 17") == true)
    }
    let note = try #require(
      events.first {
        ($0["body"] as? [String: Any])?["text"] as? String == "customer support told"
      })
    let occurred = try #require(note["occurred"] as? String)
    #expect(occurred.hasPrefix(told.formatted(.iso8601).prefix(16)))
    #expect(note["recorded"] as? String != occurred)
    #expect(bodies("reversal").count == 1)
    #expect(
      events.last { $0["kind"] as? String == "handoff-accepted" }?["author"] as? String == "bob")

    let verified = try desk.object("verify", "1", "--json")
    #expect(verified["ok"] as? Bool == true)
    #expect(verified["events"] as? Int == events.count)
    #expect(verified["heads"] as? [String] == shown["heads"] as? [String])
    let file = desk.folder + "/timeline.json"
    try exported.write(toFile: file, atomically: false, encoding: .utf8)
    #expect(try desk.object("verify", file, "--json")["events"] as? Int == events.count)
  }
}
