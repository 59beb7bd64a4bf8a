import Console
import Grid
import IncidentDomain
import Testing
import TextGate

@Suite struct RunScreenTests {
  @Test func chooserSuggestsFirst() throws {
    var host = FakeHost.busy()
    host.press("<Enter>r")
    try Snapshot.check(host, "runbooks")
    host.press("/disk<Enter>")
    try Snapshot.check(host, "runbooks-search", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    try Snapshot.check(host, "runbook-preview", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    try Snapshot.check(host, "runbook-start", sizes: [(80, 24, .utf8)])
  }

  @Test func stepInFull() throws {
    var host = FakeHost.walking()
    host.press("<Enter>")
    try Snapshot.check(host, "step")
  }

  @Test func decisionIsAnswered() throws {
    var host = FakeHost.walking()
    host.press("<Space>bob told me<Enter>")
    host.press("n")
    try Snapshot.check(host, "decision", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    #expect(host.screen().contains("→ No"))
  }

  /// An answer that leads to another runbook opens it where the link points to.
  @Test func anAnswerLeadsToAHeadingOfAnotherRunbook() {
    var host = FakeHost.busy()
    let filling = (1...40).map { "\($0). Something" }.joined(separator: "\n")
    host.files = [
      ("a/one.md", "# One\n## Procedure\n1. Up?\n   - Yes: go on\n   - No: [fix](two.md#fix)\n"),
      (
        "a/two.md",
        "---\ntitle: Two\n---\n# Two\n\n## Procedure\n\(filling)\n\n## Fix\n1. Mend it\n"
      ),
    ]
    host.press("<Enter>r<Enter><Enter><Enter>n<Enter>")
    let rows = host.screen().split(separator: "\n")
    #expect(rows.contains { $0.contains("Mend it") }, "\(host.screen())")
    #expect(!rows.contains { $0.hasPrefix(" 1. Something") })
    host.press("<Enter><Enter>")
    #expect(host.screen().contains("▌  41 Mend it"), "\(host.screen())")
  }

  @Test func commandFromLookToEnd() throws {
    var host = FakeHost.walking()
    host.press("jjx")
    try Snapshot.check(host, "command-value", sizes: [(80, 24, .utf8)])
    host.press("pg-2; reboot<Enter>")
    try Snapshot.check(host, "command-confirm")
    host.press("r")
    try Snapshot.check(host, "command-typed", sizes: [(80, 24, .utf8)])
    host.press("INC-1<Enter>")
    let requests = host.effects.compactMap { effect -> ConfirmedCommand? in
      if case .runCommand(let request) = effect { request.command } else { nil }
    }
    #expect(requests.count == 1)
    #expect(requests.first?.text == "patronictl failover --candidate 'pg-2; reboot' --force")
    host.pass(3)
    host.send(.commandOutput(["Current cluster topology", "Successfully failed over to pg-2"]))
    try Snapshot.check(host, "command-running", sizes: [(80, 24, .utf8)])
    guard let request = requests.first else { return }
    host.send(
      .commandEnded(
        CommandRecord(
          run: request.run, step: request.step, command: request.text, directory: "/srv/ops",
          started: host.now - 3, ended: host.now, outcome: .exited(0), outputBytes: 58,
          outputDigest: String(repeating: "0", count: 64),
          output: "Current cluster topology\nSuccessfully failed over to pg-2", outputCut: false)))
    try Snapshot.check(host, "command-ended", sizes: [(80, 24, .utf8)])
    host.press("<Space>replica is up<Enter>")
    try Snapshot.check(host, "command-done", sizes: [(80, 24, .utf8)])
  }

  @Test func aStepHeldByAnotherIsTakenOverKnowingly() throws {
    var host = FakeHost.walking()
    host.other("carol", .moveStep(run: nil, step: "4", .started, takingOver: false), on: 1)
    host.press("jj")
    try Snapshot.check(host, "step-held", sizes: [(80, 24, .utf8)])
    host.press("x")
    #expect(host.status.contains("held by carol"))
    host.press("b")
    try Snapshot.check(host, "step-take-over", sizes: [(80, 24, .utf8)])
  }
}
