import Foundation
import TerminalHarness
import Testing

/// The console inside tmux, as most people have it: what that terminal makes of its bytes.
@Suite(.serialized) struct TmuxTests {
  /// A terminal to stand in.
  struct Stand: Sendable, CustomTestStringConvertible {
    let rows: Int
    let columns: Int
    var terminal = "tmux-256color"
    var settings: [String: String] = [:]
    var isASCII = false
    var isMonochrome = false

    var testDescription: String {
      "\(columns)x\(rows) \(terminal) \(settings.keys.joined(separator: " "))"
    }
  }

  static let stands = [
    Stand(rows: 24, columns: 80),
    Stand(rows: 40, columns: 120),
    Stand(rows: 12, columns: 50),
    Stand(rows: 24, columns: 80, settings: ["NO_COLOR": "1"], isMonochrome: true),
    Stand(rows: 24, columns: 80, terminal: "vt100", isASCII: true, isMonochrome: true),
    Stand(
      rows: 24, columns: 80, settings: ["LANG": "C", "LC_ALL": "C"], isASCII: true),
  ]

  @Test(arguments: stands) func boardAndIncidentReadWell(stand: Stand) throws {
    let desk = try Desk()
    try desk.run(
      "declare", "Checkout returns 503", "--severity", "1", "--impact", "Card payments fail")
    try desk.declare("Report export is slow", severity: 3)
    let (tmux, socket) = try open(desk, stand)
    defer { _ = try? Command.run("/usr/bin/tmux", ["-S", socket, "kill-server"]) }
    let board = try tmux.waitFor("the board") {
      $0.contains("INC-2") && $0.contains("Checkout") && $0.contains("? help")
    }
    #expect(board.contains("NO IC") || board.contains("acknowledge"))
    try expectReadable(board, stand)
    try tmux.press("\r", "DETECTION")
    let incident = try tmux.waitFor("the incident") {
      $0.contains("Checkout returns 503") && $0.contains("Runbook")
    }
    #expect(incident.contains("SEV-1") && incident.contains("NO IC"))
    try expectReadable(incident, stand)
    // What is due and who is on it can be reached at any size.
    try tmux.press("2", "acknowledge")
    try tmux.press("4", "declared SEV-1")
    try tmux.press("1", "Runbook")
    // The terminal shows what the program drew, and what tmux keeps of it is the same.
    try tmux.waitUntilQuiet(for: .milliseconds(100))
    let kept = try Command.run("/usr/bin/tmux", ["-S", socket, "capture-pane", "-p"])
    #expect(kept.out.contains("Checkout returns 503"), "\(kept.out)\(kept.err)")
    try tmux.press("q", "INC-2")
    try tmux.send("q")
    #expect(try tmux.waitForExit() == .exited(0))
  }

  private func open(_ desk: Desk, _ stand: Stand) throws -> (TerminalProgram, String) {
    let socket = desk.folder + "/tmux"
    let configuration = desk.folder + "/tmux.conf"
    try """
    set -g status off
    set -sg escape-time 0
    set -g default-terminal \(stand.terminal)

    """.write(toFile: configuration, atomically: false, encoding: .utf8)
    // LC_ALL is the program's own affair; tmux itself stands in a UTF-8 terminal.
    let settings = stand.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let words =
      ["-S", socket, "-f", configuration, "-u", "new-session", "--", "env"] + settings
      + [try Desk.program(), "--as", "alice"]
    let size = TerminalSize(rows: stand.rows, columns: stand.columns)
    let tmux = try TerminalProgram(
      "/usr/bin/tmux", words, environment: desk.environment(), size: size)
    return (tmux, socket)
  }

  private func expectReadable(_ screen: Screen, _ stand: Stand) throws {
    // Every row that a person must read is whole: nothing ran over the edge into the next one.
    for line in screen.lines { #expect(line.count <= stand.columns) }
    let bad = screen.lines.filter { $0.contains("\u{FFFD}") || $0.contains("qqq") }
    #expect(bad.isEmpty, "\(bad)")
    if stand.isASCII {
      let strange = screen.lines.filter { !$0.utf8.allSatisfy { $0 < 0x80 } }
      #expect(strange.isEmpty, "\(strange)")
    }
    if stand.isMonochrome {
      for row in 0..<stand.rows {
        for column in 0..<stand.columns {
          let cell = screen.cell(row, column)
          #expect(
            cell.foreground == .standard && cell.background == .standard,
            "\(row):\(column) \(cell)")
        }
      }
    }
    // The selected row is found without colour: by its sign.
    #expect(screen.lines.contains { $0.contains("▌") || $0.contains(">") }, "\(screen.framed)")
  }
}
