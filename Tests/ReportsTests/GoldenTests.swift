import Foundation
import IncidentDomain
import Testing
import TextGate

@testable import Reports

/// The reports of five real incidents, compared with those stored beside the tests;
/// `MAYDAY_RECORD=1` stores them anew.
@Suite struct GoldenTests {
  private static func check(_ report: ReportText, _ name: String) throws {
    let file = Teller.folder.appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["MAYDAY_RECORD"] == "1" {
      try Data(report.text.utf8).write(to: file)
      return
    }
    let stored = try String(contentsOf: file, encoding: .utf8)
    let firstOther = zip(
      stored.split(separator: "\n", omittingEmptySubsequences: false),
      report.text.split(separator: "\n", omittingEmptySubsequences: false)
    ).first { $0 != $1 }
    #expect(stored == report.text, "\(name) differs first at: \(String(describing: firstOther))")
  }

  @Test(arguments: RealIncidents.names) func timeline(name: String) throws {
    let incident = try RealIncidents.tell(name).incident
    try Self.check(Timeline.markdown(incident), "\(name).timeline.md")
    try Self.check(Timeline.text(incident, columns: 80), "\(name).timeline.txt")
  }

  @Test(arguments: RealIncidents.names) func postmortem(name: String) throws {
    let told = try RealIncidents.tell(name)
    try Self.check(
      Postmortem.draft(told.incident, now: told.now + 3600), "\(name).post-mortem.md")
  }
}
