import Grid
import IncidentDomain
import Testing
import TextGate

@testable import Console

/// A runbook's file that changes while it is walked, and answers that lead elsewhere.
@Suite struct FileOnDiskTests {
  @Test func aChangeIsSaidShownAndTakenOnByAPerson() throws {
    var host = FakeHost.walking()
    let before = try #require(host.incident(1)?.openRun?.start)
    host.files[0].text = FakeHost.postgres
      .replacing("patronictl list", with: "patronictl list --extended")
      .replacing("6. Re-point the pooler (3 min).", with: "6. Re-point both poolers (3 min).")
      .replacing("leader again.", with: "leader\u{202E} again.")
    #expect(!host.screen().contains("CHANGED ON DISK"))
    host.pass(20)
    try Snapshot.check(host, "changed-on-disk", sizes: [(80, 24, .utf8)])
    // The run goes on with what it has.
    #expect(host.incident(1)?.openRun?.start == before)
    host.press("D")
    try Snapshot.check(host, "difference", sizes: [(80, 24, .utf8)])
    host.press("O")
    try Snapshot.check(host, "revise", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    let run = try #require(host.incident(1)?.openRun)
    #expect(run.start.digest != before.digest && run.newSteps.count == 3)
    #expect(!host.screen().contains("CHANGED ON DISK"))
    #expect(host.screen().contains("changed"))
    host.pass(20)
    host.press("D")
    #expect(host.status.contains("the runbook's file is as the run has it"))
  }

  @Test func anAnswerLeadsIntoAnotherRunbook() throws {
    var host = FakeHost()
    host.files = [
      (
        "core/ask.md",
        "# Ask\n\n## Procedure\n1. Is it the network?\n   - Yes: see [network](../net/net.md#cables)\n   - No: read [why](#background)\n2. Go on.\n\n## Background\nIt is often the network.\n"
      ),
      ("net/net.md", "# Network\n\n## Switches\n1. Look at the switch.\n\n## Cables\n1. Pull.\n"),
    ]
    host.declare("No network", .sev3)
    host.send(.storeChanged)
    host.press("<Enter>r/ask<Enter><Enter><Enter><Enter>")
    var reader = host
    host.press("y<Enter>")
    #expect(host.screen().contains("## Cables"), "\(host.screen())")
    host.press("<Enter><Enter>")
    #expect(host.incident(1)?.openRuns.map(\.start.title) == ["Ask", "Network"])
    // It begins where the answer led.
    #expect(host.screen().contains("▌  2 Pull"))
    // An answer that leads to a heading without steps shows it.
    reader.press("n<Enter>")
    #expect(reader.screen().contains("It is often the network."))
    reader.press("q")
    #expect(reader.screen().contains("▌  2 Go on"))
  }

  @Test func aDifferenceIsThatOfDiff() {
    func between(_ old: String, _ new: String) -> [String] {
      LineDifference.unified(from: old, to: new, names: ("a", "b"))
    }
    #expect(between("a\nb\n", "a\nb\n") == [])
    #expect(between("", "x\n") == ["--- a", "+++ b", "@@ -1,0 +1,1 @@", "+x"])
    let old = (1...20).map(String.init).joined(separator: "\n")
    let new = old.replacing("\n4\n", with: "\nfour\n").replacing("\n18\n", with: "\n17.5\n18\n")
    #expect(
      between(old, new) == [
        "--- a", "+++ b", "@@ -1,7 +1,7 @@", " 1", " 2", " 3", "-4", "+four", " 5", " 6", " 7",
        "@@ -15,6 +15,7 @@", " 15", " 16", " 17", "+17.5", " 18", " 19", " 20",
      ])
    // Line ends and letters that look the same differ.
    #expect(between("a\r\nb\n", "a\nb\n").filter { $0.hasPrefix("-") }.count == 2)
    #expect(between("e\u{301}\n", "\u{e9}\n").count == 5)
  }

  @Test(.timeLimit(.minutes(1))) func aWholeOtherFileIsNoSquareOfWork() {
    let old = (1...20_000).map { "old \($0)" }.joined(separator: "\n")
    let new = (1...20_000).map { "new \($0)" }.joined(separator: "\n")
    #expect(LineDifference.unified(from: old, to: new, names: ("a", "b")).count == 40_003)
  }
}
