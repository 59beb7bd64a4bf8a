import Console
import Grid
import IncidentDomain
import Testing
import TextGate

@Suite struct IncidentScreenTests {
  /// New entries are put where they belong; a console that opens the incident then puts all of them in
  /// order. Both show the same, with a filter too.
  @Test func whatOthersAddStandsWhereAConsoleThatOpensThenShowsIt() throws {
    for filter in ["", "/note 1<Enter>", "/pinned<Enter>", "/by:bob kind:note<Enter>"] {
      var host = FakeHost.busy()
      host.press("<Enter>t" + filter)
      func expectFresh() {
        var fresh = host
        fresh.press("qq<Enter>t" + filter)
        // The last line says what came; only one of them saw it come.
        let (seen, opened) = (host.screen(120, 60), fresh.screen(120, 60))
        #expect(
          seen.split(separator: "\n").dropLast() == opened.split(separator: "\n").dropLast(),
          "\(filter): \(seen)\(opened)")
      }
      for number in 0..<24 {
        // Told for earlier, for the same moment, and for now.
        let told = number % 3 == 0 ? nil : ToldTime(host.now - 300 * (number % 5))
        host.other(
          number % 2 == 0 ? "bob" : "ben", .note(Untrusted("note \(number)")), on: 1, at: told)
        expectFresh()
        if number % 6 == 5 {
          let event = try #require(host.incident(1)?.events.last { $0.kind == "note" })
          host.other("bob", .pin(event.id, true), on: 1)
          expectFresh()
          host.other("bob", .correct(event.id, text: "note 1 it was"), on: 1, at: nil)
          expectFresh()
        }
        if number == 10 {
          host.fork(1, .note("note 1 left"), by: "ana", .note("note 1 right"), by: "ben")
          expectFresh()
        }
        host.pass(7)
      }
    }
  }

  @Test func incidentWithoutARunbook() throws {
    var host = FakeHost.busy()
    host.press("<Enter>")
    try Snapshot.check(host, "incident-no-runbook", sizes: Snapshot.every)
  }

  @Test func incidentWithARunbookUnderWay() throws {
    let host = FakeHost.walking()
    try Snapshot.check(host, "incident", sizes: Snapshot.every)
  }

  @Test func everyPaneByNumber() throws {
    var host = FakeHost.walking()
    for (key, name) in [("2", "timers"), ("3", "people"), ("4", "timeline")] {
      host.press(key)
      try Snapshot.check(host, "incident-pane-\(name)", sizes: [(80, 24, .utf8), (50, 12, .utf8)])
    }
  }

  @Test func timelineInFullWithAFilter() throws {
    var host = FakeHost.walking()
    host.press("+-5m customer support told<Enter>")
    host.press("t")
    try Snapshot.check(host, "timeline")
    host.press("/by:bob<Enter>")
    try Snapshot.check(host, "timeline-filter", sizes: [(80, 24, .utf8)])
  }

  @Test func timers() throws {
    var host = FakeHost.walking()
    host.press("2<Enter>")
    try Snapshot.check(host, "timers")
  }

  @Test func roles() throws {
    var host = FakeHost.walking()
    host.press("o")
    try Snapshot.check(host, "roles")
    // What is held is not assigned over its holder.
    host.press("<Enter>")
    #expect(host.status.contains("you are Incident Commander; h offers it to another"))
    host.press("j<Enter>")
    try Snapshot.check(host, "roles-assign", sizes: [(80, 24, .utf8)])
    host.press("<Esc>kh")
    try Snapshot.check(host, "roles-hand-over", sizes: [(80, 24, .utf8)])
  }

  @Test func phases() throws {
    var host = FakeHost.walking()
    host.press(">")
    try Snapshot.check(host, "phases")
    host.press("<Enter>")
    try Snapshot.check(host, "phases-refused", sizes: [(80, 24, .utf8)])
    host.press("O")
    try Snapshot.check(host, "phases-override", sizes: [(80, 24, .utf8)])
  }

  @Test func prompts() throws {
    for (keys, name) in [
      ("+14", "note"), ("+13:55 failed over", "note-timed"), ("U", "update"), ("s", "severity"),
      ("!", "escalate"), ("i", "impact"), (":", "palette"), (":mer", "palette-typed"),
      ("M", "milestone"), (":cancel<Enter>", "cancel"),
    ] {
      var host = FakeHost.walking()
      host.press(keys)
      try Snapshot.check(host, "prompt-\(name)", sizes: [(80, 24, .utf8), (40, 10, .utf8)])
    }
  }

  @Test func postmortem() throws {
    var host = FakeHost.walking()
    host.press("p")
    try Snapshot.check(host, "post-mortem")
    host.press("w")
    host.press("v")
    try Snapshot.check(host, "post-mortem-text", sizes: [(80, 24, .utf8)])
    host.press("qAFix the probe<Tab>bob<Tab><Enter>")
    try Snapshot.check(host, "post-mortem-action", sizes: [(80, 24, .utf8)])
  }

  @Test func aDrillIsMarkedOnEveryScreen() throws {
    var host = FakeHost()
    host.files = [("core/disk-full.md", FakeHost.disk)]
    host.declare("Lost the primary", .sev2, ago: 60, isDrill: true)
    host.send(.storeChanged)
    host.press("3")
    #expect(host.screen().contains("DRILL"))
    host.press("<Enter>")
    for keys in ["", "t", "2<Enter>", "o", ">", "p"] {
      host.press(keys)
      #expect(host.screen().contains("DRILL"), "after \(keys):\n\(host.screen())")
      if !keys.isEmpty { host.press("q") }
    }
    host.press("+")
    #expect(host.screen().contains("DRILL"))
    try Snapshot.check(host, "drill-note", sizes: [(80, 24, .utf8)])
  }
}
