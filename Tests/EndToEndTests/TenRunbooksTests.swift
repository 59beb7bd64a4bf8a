import Foundation
import TerminalHarness
import Testing

/// Ten runbooks as other people wrote them (Fixtures/SOURCES.md), each walked to its end by keys.
///
/// Their commands find nothing on the search path but stubs, which say what they were called with.
@Suite(.serialized) struct TenRunbooksTests {
  /// Words that find each of them, and no other.
  static let searches = [
    "pgvector", "rails template", "rake tasks", "environment variable", "redis cache",
    "DrainError", "NotUpgradeable", "IndividualControlPlaneCPU", "ReplicasMismatch",
    "CNIDownloadTimeout",
  ]
  /// The one that two people walk.
  static let shared = "ReplicasMismatch"

  private static let size = TerminalSize(rows: 34, columns: 110)

  @Test func tenRealRunbooksAreWalkedToTheirEnd() throws {
    let desk = try Desk()
    try desk.declare("Everything at once")
    let settings = try stubs(desk)
    let alice = try desk.console(
      ["--runbooks", runbooks("Ten")], environment: settings, size: Self.size,
      waitingFor: "Everything at once")
    try alice.press("\r", "[DETECTION]")
    for search in Self.searches {
      try start(search, alice)
      if search == Self.shared {
        let bob = try desk.console(
          ["--runbooks", runbooks("Ten")], by: "bob", environment: settings, size: Self.size,
          waitingFor: "Everything at once")
        try bob.press("\r", "[DETECTION]", "0/6")
        try contend(alice, bob)
        try walk([bob, alice])
      } else {
        try walk([alice])
      }
      try alice.press("F", "End the run", "[finished]")
      try alice.enter("INC-1: runbook")
    }
    try expectWalked(desk)
    #expect(EscapeOracle.findings(alice.bytesReceived) == [])
  }

  // MARK: - By keys

  private func start(_ search: String, _ console: TerminalProgram) throws {
    try console.press("r", "10 runbooks, / searches")
    try console.press("/", "Enter keep the filter")
    try console.type(search)
    try console.waitForText(": 1 of 10")
    try console.press("\r", "Enter open")
    try console.press("\r", "Enter start")
    try console.press("\r", "Start a runbook")
    try console.enter("INC-1: started runbook")
  }

  /// Whoever begins a step holds it; the other is told, and takes it with a reason only.
  private func contend(_ alice: TerminalProgram, _ bob: TerminalProgram) throws {
    try alice.press("b", "Begin step 1")
    try alice.enter("INC-1: started step 1")
    try bob.waitForText("alice · since", within: .seconds(5))
    try bob.press("x", "held by alice; b takes it over")
    try bob.press("b", "Take over from alice: step 1", "held by alice since", "needs a reason")
    try bob.type("alice is on the phone")
    try bob.enter("INC-1: took over step 1")
    try alice.waitForText("bob · since", within: .seconds(5))
  }

  /// Ends step after step, each console in its turn, until the run says that all are over.
  private func walk(_ consoles: [TerminalProgram]) throws {
    var ran = 0
    for turn in 0..<40 {
      let console = consoles[turn % consoles.count]
      let before = try #require(count(console.screen), "\(console.screen.framed)")
      if console.screen.contains("every step is over: F ends the run") { return }
      if console.screen.contains("y yes") {
        try answer(console)
      } else if ran < 2, console.screen.contains("x run"), try runs(console) {
        ran += 1
        try console.press(" ", "Done: step")
        try console.enter("INC-1: done step")
      } else {
        try console.press(" ", "Done: step")
        try console.enter("INC-1: done step")
      }
      for other in consoles {
        try other.waitFor("the count after \(before)", within: .seconds(5)) { screen in
          guard let now = count(screen) else { return false }
          return now.ended > before.ended
        }
      }
    }
    Issue.record("the run does not end: \(consoles[0].screen.framed)")
  }

  /// A choice between sections by its first words, any other decision with a plain yes.
  private func answer(_ console: TerminalProgram) throws {
    if console.screen.lines.contains(where: { $0.hasPrefix("▌") && $0.contains("Choose one") }) {
      try console.press("A", "the runbook knows: Option 1")
      try console.type("Option 1")
      try console.send(key: .right)
      try console.waitFor("the whole choice") { $0.contains("writes: decided step D1") }
    } else {
      try console.press("y", "Answer ")
    }
    try console.enter("INC-1: decided step")
  }

  /// Looks at the step's command and runs it, unless it says that it cannot be run from here.
  private func runs(_ console: TerminalProgram) throws -> Bool {
    try console.press("x", "NOT RUN YET")
    for value in 1...8 {
      try console.waitUntilQuiet(for: .milliseconds(60))
      guard console.screen.contains("─ Value for ") else { break }
      try console.type("value-\(value)")
      let asked = console.screen.lines.first { $0.contains("─ Value for ") }
      try console.send("\r")
      try console.waitFor("the value taken") { screen in
        screen.lines.first { $0.contains("─ Value for ") } != asked
      }
    }
    if console.screen.contains("BLOCKED") {
      try console.press("r", "it cannot run from here")
      try console.back(to: "1 Runbook")
      return false
    }
    try console.send("G")
    // Its syntax is checked meanwhile; nothing runs before that.
    for _ in 1...20 {
      try console.waitUntilQuiet(for: .milliseconds(40))
      try console.send("r")
      let screen = try console.waitFor("an answer to r") {
        $0.contains("Type INC-1") || $0.contains("exit ") || $0.contains("being checked")
      }
      if screen.contains("Type INC-1") {
        try console.type("INC-1")
        try console.send("\r")
        try console.waitForText("exit ")
      }
      if console.screen.contains("exit ") { break }
    }
    try console.waitForText("✓ INC-1: exit ")
    return true
  }

  /// `3/6` of the runbook's pane.
  private func count(_ screen: Screen) -> (ended: Int, all: Int)? {
    guard let line = screen.lines.first(where: { $0.contains("1 Runbook: ") }),
      let match = line.firstMatch(of: /(\d+)\/(\d+) ─/), let ended = Int(match.1),
      let all = Int(match.2)
    else { return nil }
    return (ended, all)
  }

  // MARK: - What came of it

  private func expectWalked(_ desk: Desk) throws {
    let runs = try #require(try desk.object("show", "1", "--json")["runs"] as? [[String: Any]])
    #expect(runs.count == Self.searches.count)
    for run in runs {
      let title = run["title"] as? String ?? "?"
      #expect(run["outcome"] as? String == "finished", "\(title)")
      let steps = try #require(run["steps"] as? [[String: Any]])
      let open = steps.filter { step in
        !["done", "decided", "passed-over"].contains(step["state"] as? String ?? "")
      }
      #expect(open.isEmpty, "\(title): \(open)")
      if title.contains("ReplicasMismatch") {
        #expect(Set(steps.compactMap { $0["by"] as? String }) == ["alice", "bob"])
      }
    }
    let events = try desk.events(desk.run("timeline", "1", "--format", "json"))
    let began = events.filter { $0["kind"] as? String == "command-began" }
    let ended = events.filter { $0["kind"] as? String == "command" }
    #expect(began.count == ended.count && ended.count >= 8, "\(ended.count) commands ran")
    // Nothing ran with a blank in it.
    for event in ended {
      let command = (event["body"] as? [String: Any])?["command"] as? String ?? ""
      #expect(!command.isEmpty && !command.contains("_name>") && !command.contains("-name>"))
    }
    #expect(try desk.object("verify", "1", "--json")["ok"] as? Bool == true)
  }

  /// Programs by the names that the runbooks use, which only say that they were called.
  private func stubs(_ desk: Desk) throws -> [String: String] {
    let folder = "\(desk.folder)/bin"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    for name in [
      "oc", "kubectl", "k", "gds", "helm", "az", "curl", "rm", "ls", "cat", "jq", "grep", "echo",
      "sha256sum", "tar", "wget", "sleep", "mkdir", "cd",
    ] {
      _ = try desk.script("bin/\(name)", "echo \"stub \(name) $*\"")
    }
    return ["PATH": folder]
  }
}
