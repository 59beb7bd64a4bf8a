import Foundation
import Glibc
import TerminalHarness
import Testing

/// What the console owes its terminal from the first day, each against the real program in a real
/// pseudo-terminal (TERMINAL.md A3, A4).
@Suite(.serialized) struct TerminalMannersTests {
  @Test(arguments: [SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT])
  func aCrashGivesTheTerminalBack(signal: Int32) throws {
    let desk = try Desk()
    let console = try desk.console()
    #expect(console.screen.modes.alternateScreen)
    console.signal(signal)
    let status = try console.waitForExit()
    #expect(status == .signalled(signal))
    expectGivenBack(console)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT])
  func anAskedEndGivesTheTerminalBackWithItsCode(signal: Int32) throws {
    let desk = try Desk()
    let console = try desk.console()
    let start = ContinuousClock.now
    console.signal(signal)
    let status = try console.waitForExit()
    #expect(status == .exited(128 + signal))
    #expect(ContinuousClock.now - start < .seconds(2))
    expectGivenBack(console)
  }

  @Test func aClosedTerminalEndsIt() throws {
    let desk = try Desk()
    let console = try desk.console()
    console.hangUp()
    let status = try console.waitForExit(within: .seconds(2))
    #expect(status == .exited(128 + SIGHUP))
  }

  @Test func suspendingAndComingBackRepaints() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    // A shell with job control, as a person has one.
    let shell = try TerminalProgram(
      "/bin/bash", ["--norc", "--noprofile", "-i"],
      environment: desk.environment(["PS1": "shell> "]))
    try shell.waitForText("shell>")
    try shell.send("\(try Desk.program()) --as alice\r")
    try shell.waitForText("Checkout returns 503")
    try shell.send(key: .control("z"))
    try shell.waitFor("the shell's word that it stopped") { $0.contains("Stopped") }
    #expect(!shell.screen.modes.alternateScreen)
    #expect(shell.lineModes.echoes)
    try shell.send("fg\r")
    try shell.waitFor("the board again") {
      $0.contains("Checkout returns 503") && $0.contains("? help")
    }
    #expect(shell.screen.modes.alternateScreen)
    try shell.send("q")
    try shell.waitFor("the shell again") { !$0.contains("? help") }
  }

  @Test func anUnknownTerminalTypeStartsWithANotice() throws {
    let desk = try Desk()
    let console = try desk.console(environment: ["TERM": "no-such-terminal-9"])
    try console.waitForText("no-such-terminal-9")
    try console.send("q")
    #expect(try console.waitForExit() == .exited(0))
  }

  @Test func aLocaleThatTheServerLacksStillShowsAccents() throws {
    let desk = try Desk()
    try desk.declare("Café payments fail in 東京")
    let console = try desk.console(environment: ["LANG": "xx_XX.UTF-8", "LC_ALL": "xx_XX.UTF-8"])
    try console.waitForText("Café payments fail in 東京")
  }

  @Test func aTerminalWithoutUTF8GetsASCII() throws {
    let desk = try Desk()
    try desk.declare("Café payments fail")
    let console = try desk.console(environment: ["LANG": "C", "LC_ALL": "C"])
    try console.waitForText("Caf? payments fail")
    let strange = console.bytesReceived.filter { $0 >= 0x80 }
    #expect(strange.isEmpty)
  }

  @Test(arguments: [(5, 20), (1, 1), (2, 3), (12, 50), (60, 300)])
  func anySizeIsSurvived(rows: Int, columns: Int) throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let console = try desk.console()
    try console.resize(TerminalSize(rows: rows, columns: columns))
    for key in ["j", "\r", "t", "q", "?", "q", ":", "\u{7}", "d", "\u{7}"] {
      try console.send(key)
      try console.waitUntilQuiet(for: .milliseconds(60))
    }
    try console.resize(TerminalSize(rows: 24, columns: 80))
    try console.waitForText("INC-1")
    console.signal(SIGTERM)
    #expect(try console.waitForExit() == .exited(128 + SIGTERM))
  }

  @Test func aLoneEscapeAnswersAtOnce() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let console = try desk.console()
    var best = Duration.seconds(9)
    // The best of five: what the program adds itself, whatever else the machine does.
    for _ in 0..<5 {
      try console.send(":")
      try console.waitForText("Tab completes")
      try console.waitUntilQuiet(for: .milliseconds(50))
      best = min(best, try console.latency(of: .escape))
      try console.waitFor("the palette gone") { !$0.contains("Tab completes") }
    }
    #expect(best < .milliseconds(60), "a lone Esc took \(best)")
  }

  @Test func textPastedIntoAListDoesNothing() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let console = try desk.console()
    try console.paste("a\rdx q:cancel 1\r")
    try console.waitForText("paste")
    // Without brackets, as an old terminal sends it: a burst may move, and never writes.
    try console.send("aaaaaaaaaaaadddd\raaaaa")
    try console.waitUntilQuiet(for: .milliseconds(300))
    let shown = try desk.run("show", "1", "--json")
    #expect(!shown.contains("acknowledged\":"))
    #expect(try desk.run("list", "--all", "--json").split(separator: "\n").count == 1)
  }

  @Test func anIdleTickWritesLittle() throws {
    let desk = try Desk()
    try desk.declare("Checkout returns 503")
    let console = try desk.console()
    try console.waitForText("INC-1")
    try console.waitUntilQuiet(for: .milliseconds(400))
    var ticks: [Int] = []
    for _ in 0..<4 {
      let before = console.byteCount
      let news = ContinuousClock.now + .seconds(3)
      while console.byteCount == before, ContinuousClock.now < news {
        try console.waitUntilQuiet(for: .milliseconds(20))
      }
      try console.waitUntilQuiet(for: .milliseconds(200))
      ticks.append(console.byteCount - before)
    }
    let least = ticks.min() ?? 0
    #expect(least > 0 && least <= 20, "ticks wrote \(ticks) bytes")
  }

  @Test func anotherConsolesStepShowsAtOnceAndTheSelectionStays() throws {
    let desk = try Desk()
    for title in ["First", "Second", "Third"] { try desk.declare(title) }
    let alice = try desk.console()
    try alice.waitFor("three rows") { $0.contains("First") && $0.contains("Third") }
    try alice.send("j")
    try alice.waitUntilQuiet(for: .milliseconds(100))
    let selected = selectedRow(alice.screen)
    let other = selected.contains("INC-1") ? "2" : "1"
    try desk.run("ack", other, by: "bob")
    try desk.run("phase", other, "triage", by: "bob")
    try alice.waitFor("bob's move on alice's board", within: .seconds(3)) { $0.contains("triage") }
    #expect(selectedRow(alice.screen).prefix(24) == selected.prefix(24))
  }

  @Test func hostileTextNeverReachesTheTerminalRaw() throws {
    let desk = try Desk()
    let strings = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../TextGateTests/Fixtures/strings.jsonl"), encoding: .utf8)
    var names = 0
    for line in strings.split(separator: "\n") {
      guard let item = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String],
        let data = item["text_base64"].flatMap({ Data(base64Encoded: $0) }),
        let text = String(data: data, encoding: .utf8)
      else { continue }
      try desk.run("declare", "x" + text, "--impact", text)
      try desk.run("note", "\(names + 1)", "n" + text)
      names += 1
    }
    #expect(names >= 10)
    let console = try desk.console()
    for number in 1...names {
      try console.send("\r")
      try console.waitForText("Timeline")
      try console.send("t")
      try console.waitUntilQuiet(for: .milliseconds(80))
      try console.send("qq")
      try console.waitForText("? help")
      try console.send(number == names ? "g" : "j")
      try console.waitUntilQuiet(for: .milliseconds(50))
    }
    try console.send("q")
    #expect(try console.waitForExit() == .exited(0))
    let findings = EscapeOracle.findings(console.bytesReceived)
    #expect(findings.isEmpty, "\(findings.prefix(5))")
  }

  private func selectedRow(_ screen: Screen) -> String {
    screen.lines.first { $0.hasPrefix("▌") || $0.hasPrefix(">") || $0.contains("▌") } ?? ""
  }

  private func expectGivenBack(_ console: TerminalProgram) {
    #expect(!console.screen.modes.alternateScreen)
    #expect(console.screen.modes.cursorVisible)
    #expect(!console.screen.modes.bracketedPaste)
    #expect(console.lineModes.echoes)
    #expect(console.lineModes.editsLines)
  }
}
