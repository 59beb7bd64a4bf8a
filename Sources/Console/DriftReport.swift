import IncidentDomain
import Reports
import Runbooks
import TextGate

/// The path walked against the path written, as `run drift` prints it: of the selected run on the list
/// of runs, of all of them in the review.
extension Model {
  private var runsOfDrift: [Run] {
    screen == .runs ? [selectedRun].compactMap(\.self) : incident?.runs ?? []
  }

  mutating func lookAtDrift() -> [Effect] {
    let paths = runsOfDrift.map { ($0.id, $0.start.runbook.raw) }
    return [.readWalkedFiles(Dictionary(paths, uniquingKeysWith: { first, _ in first }))]
  }

  /// Shows the report, unless the person went on to something else meanwhile.
  mutating func showDrift(_ files: [EventID: Runbook]) {
    guard let incident, screen == .runs || screen == .postmortem, prompt == nil else { return }
    let runs = runsOfDrift
    var lines: [Showable] = []
    for run in runs {
      if !lines.isEmpty { lines.append("") }
      lines += Drift(of: run, in: incident, file: files[run.id]).text.lines
    }
    lines += ["", "Nothing here changes a file. A patch to the Markdown, for a person to apply:"]
    lines += runs.map { "  mayday run drift \(incident.number) --run \($0.id.short) --patch" }
    document = Document(
      title: "\(incident.name) as walked, as written",
      text: Untrusted(lines.map(\.text).joined(separator: "\n")))
    push(.document)
  }
}
