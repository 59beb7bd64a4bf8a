import Console
import Foundation
import Grid
import IncidentDomain
import Runbooks
import Testing
import TextGate

/// What is shown is what runs (RELIABILITY 24), over the kept runbooks of the corpus: no row is wider
/// than the screen, and every byte of a command stands on it, or a mark for it.
///
/// Every sixth file in the normal run, all with `MAYDAY_SOAK`.
@Suite struct ShownCommandTests {
  private static var corpus: Catalogue? {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try? CatalogueReader.read(
      roots: [tests.appending(path: "RunbooksTests/Fixtures/corpus").path])
  }

  private static var runbooks: [Runbook] {
    let all = (corpus?.runbooks ?? []).filter { !$0.steps.isEmpty }
    let isWhole = ProcessInfo.processInfo.environment["MAYDAY_SOAK"] != nil
    return isWhole ? all : all.enumerated().filter { $0.offset % 6 == 1 }.map(\.element)
  }

  @Test func theKeptRunbooksAreThere() { #expect(Self.runbooks.count >= 5) }

  @Test(arguments: [80, 40]) func everyCommandIsSeenWhole(columns: Int) throws {
    var commands = 0
    for runbook in Self.runbooks {
      var host = FakeHost()
      host.declare("Odd", .sev2)
      host.other("alice", .startRun(RunStart(runbook)), on: 1)
      host.press("<Enter>")
      host.resize(columns, 24)
      try Self.expectWithin(columns, host.screen(columns, 24), runbook)
      commands += try Self.look(&host, columns, runbook)
      if runbook.steps.contains(where: { $0.part == .rollback }) {
        host.other("alice", .startRollback(run: nil, because: nil), on: 1)
        commands += try Self.look(&host, columns, runbook)
      }
    }
    #expect(commands > 20)
  }

  /// Looks at every step of the current part, and at its command.
  private static func look(
    _ host: inout FakeHost, _ columns: Int, _ runbook: Runbook
  ) throws -> Int {
    var commands = 0
    let steps = host.incident(1)?.openRun?.currentSteps ?? []
    host.press("g")
    for (index, step) in steps.enumerated() {
      if index > 0 { host.press("j") }
      try expectWithin(columns, host.screen(columns, 24), runbook)
      guard step.kind.holdsCommand, let command = step.command else { continue }
      let lines = command.showableLines
      let rows = 40 + lines.reduce(0) { $0 + 2 + $1.columns / max(1, columns - 16) }
      host.resize(columns, rows)
      host.press("x")
      // A question for a value is left: what stands under it counts.
      if host.screen(columns, rows).contains("Esc leave") { host.press("<Esc>") }
      let screen = host.screen(columns, rows)
      try expectWithin(columns, screen, runbook)
      let seen = code(of: screen, lines: lines.count)
      let wanted = lines.map { squeezed($0.text) }.joined()
      #expect(seen == wanted, "\(runbook.path) step \(step.number) at \(columns)")
      #expect(screen.contains("NOT RUN YET"), "\(runbook.path) step \(step.number)")
      commands += 1
      host.press("q")
      host.resize(columns, 24)
    }
    return commands
  }

  private static func expectWithin(_ columns: Int, _ screen: String, _ runbook: Runbook) throws {
    for row in screen.split(separator: "\n") where Untrusted(String(row)).showable.columns > columns
    {
      Issue.record("\(runbook.path): wider than \(columns): \(row)")
    }
  }

  /// The numbered rows of a command without their numbers and blanks: what of it is on the screen.
  private static func code(of screen: String, lines: Int) -> String {
    let gutter = 1 + "\(lines)".count + 1 + 1
    var seen = ""
    var next = 1
    var isCode = false
    for row in screen.split(separator: "\n", omittingEmptySubsequences: false) {
      let head = row.prefix(gutter).filter { $0 != " " }
      if head == "\(next)", next <= lines {
        isCode = true
        next += 1
      } else if !head.isEmpty || row.allSatisfy({ $0 == " " }) && next > lines {
        if next > lines { isCode = false }
      }
      if isCode { seen += squeezed(String(row.dropFirst(gutter))) }
    }
    return seen
  }

  private static func squeezed(_ text: String) -> String { text.filter { $0 != " " } }
}
