import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// A command before and while it runs: nothing hidden, nothing by itself.
@Suite struct CommandScreenTests {
  private func host(_ text: String, service: Untrusted? = nil) -> FakeHost {
    var host = FakeHost()
    host.files = [("core/book.md", text)]
    host.declare("Slow orders", .sev3, service: service)
    host.send(.storeChanged)
    host.press("<Enter>r<Enter><Enter><Enter>")
    return host
  }

  private func hasRun(_ host: FakeHost) -> Bool {
    host.effects.contains { if case .runCommand = $0 { true } else { false } }
  }

  private func running(_ host: FakeHost) -> ConfirmedCommand? {
    host.effects.compactMap {
      if case .runCommand(let request) = $0 { request.command } else { nil }
    }.last
  }

  private static let long: String = {
    let lines = (1...60).map { "   echo \($0)" }.joined(separator: "\n")
    return "# Long\n\n## Procedure\n1. Say it.\n\n   ```bash\n\(lines)\n   ```\n"
  }()

  @Test(arguments: [(80, 24), (120, 40), (40, 10), (30, 8)])
  func everyLineHasBeenOnTheScreenBeforeItRuns(columns: Int, rows: Int) {
    var host = host(Self.long)
    host.resize(columns, rows)
    // What takes a row away takes it from what was seen, too.
    host.send(.storeTrouble("the disk is full; free some space"))
    host.press("x")
    var seen = ""
    for _ in 1...80 {
      seen += host.screen(columns, rows)
      host.press("r")
      if hasRun(host) { break }
      host.press("j")
    }
    #expect(hasRun(host))
    for line in 1...60 { #expect(seen.contains("echo \(line)"), "line \(line) was never shown") }
  }

  @Test func whatWasReadToItsEndMayBeConfirmedFromAnywhere() {
    var host = host(Self.long)
    host.press("xr")
    #expect(host.status.contains("read it to its end first"))
    host.press("Ggr")
    #expect(hasRun(host))
  }

  @Test func aBlankIsShownAsBlockedAndFilledFromTheIncident() throws {
    var host = host(
      """
      ---
      params:
        service: {ask: "Service to restart", from: service}
      ---
      # Restart

      ## Procedure
      1. Restart it.

         ```bash
         systemctl restart <service> --wait <HOW_LONG>
         ```
      """, service: "orders-api")
    #expect(host.screen().contains("BLOCKED <service> <HOW_LONG>: x asks for it"))
    host.press("x")
    #expect(host.screen().contains("Service to restart orders-api"))
    host.press("<Enter>30<Enter>r")
    #expect(running(host)?.text == "systemctl restart orders-api --wait 30")
    // Neither value stands in what is written before the command ran: a value may be a secret.
    let began = host.incident(1)?.events.compactMap { event -> CommandStart? in
      if case .commandBegan(let start) = event.body { start } else { nil }
    }.first
    #expect(began?.command == "systemctl restart <service> --wait <HOW_LONG>")
    #expect(began?.session == FakeHost.process.session)
  }

  @Test func outputIsFollowedAndCanBeReadBack() throws {
    var host = host(Self.long)
    host.press("xGr")
    host.send(.commandOutput((1...50).map { "line \($0)" }))
    #expect(host.screen().contains("line 50") && !host.screen().contains("line 20 "))
    host.press("<PgUp><PgUp>")
    #expect(!host.screen().contains("line 50"))
    #expect(host.screen().contains("G follows it"))
    host.send(.commandOutput(["line 51"]))
    #expect(!host.screen().contains("line 51"))
    try Snapshot.check(host, "command-scrolled", sizes: [(80, 24, .utf8)])
    host.press("G")
    #expect(host.screen().contains("line 51"))
    host.send(.commandOutput(["line 52"]))
    #expect(host.screen().contains("line 52"))
  }

  @Test func itIsEndedByForceOnlyAfterAQuestion() throws {
    var host = host(Self.long)
    host.press("xGr")
    host.press("<C-c><C-c>")
    func sent() -> [Interruption] {
      host.effects.compactMap { if case .interruptCommand(let how) = $0 { how } else { nil } }
    }
    #expect(sent() == [.interrupt, .terminate])
    host.press("<C-c>")
    try Snapshot.check(host, "command-kill", sizes: [(80, 24, .utf8)])
    host.press("<Esc>")
    #expect(sent() == [.interrupt, .terminate])
    host.press("<C-c><Enter>")
    #expect(sent() == [.interrupt, .terminate, .kill])
  }

  @Test func nothingIsSaidOfTheStepWhileItsCommandRuns() {
    var host = host(Self.long)
    host.press("xGr<Space>")
    #expect(host.status.contains("the command of step 1 is running"))
    host.press("q")
    #expect(host.screen().contains("alice RUNNING"))
    host.press("x")
    #expect(host.screen().contains("RUNNING <1m") || host.screen().contains("RUNNING 0:00"))
  }

  @Test func whatCouldNotStartIsSaidAndLeavesTheStepHeld() throws {
    var host = host(Self.long)
    host.press("xGr")
    host.send(.commandFailed("the folder /srv/ops is not there; make it"))
    let progress = try #require(host.incident(1)?.openRun?.steps.values.first)
    #expect(progress.running == nil && progress.state == .started)
    #expect(host.screen().contains("DID NOT START"))
  }

  @Test func aRecordThatTheStoreRefusesIsTriedAgain() throws {
    var host = host(Self.long)
    host.press("xGr")
    let request = try #require(running(host))
    host.fault = "the disk is full"
    host.send(
      .commandEnded(
        CommandRecord(
          run: request.run, step: request.step, command: request.text, directory: "/srv/ops",
          started: host.now, ended: host.now + 2, outcome: .exited(0), outputBytes: 0,
          outputDigest: String(repeating: "0", count: 64), output: "", outputCut: false)))
    #expect(host.status.contains("not written: the disk is full"))
    host.pass(20)
    #expect(host.incident(1)?.openRun?.steps[request.step]?.commands.isEmpty == true)
    host.fault = nil
    host.pass(20)
    #expect(host.incident(1)?.openRun?.steps[request.step]?.commands.count == 1)
    host.pass(20)
    #expect(host.incident(1)?.openRun?.steps[request.step]?.commands.count == 1)
  }

  @Test func whereTheNextCommandRunsIsShown() throws {
    var host = host(Self.long)
    let run = try #require(host.incident(1)?.openRun?.id)
    host.send(.directoryMoved(run, "/var/lib/orders"))
    host.press("x")
    #expect(host.screen().contains("in     /var/lib/orders"))
  }
}
