import IncidentDomain
import TextGate

/// The list of the incident's runs: open ones and those that ended, each console looking at its own.
extension Model {
  mutating func showRuns() {
    guard let open else { return }
    self.open?.runs.id = open.run?.id
    push(.runs)
  }

  /// The run that the list stands on.
  var selectedRun: Run? {
    guard let open else { return nil }
    let runs = open.incident.runs
    return open.runs.index(among: runs.map(\.id)).map { runs[$0] }
  }

  mutating func chooseRun() {
    guard let run = selectedRun else { return }
    open?.choose(run.id)
    open?.pane = .runbook
    while screen == .runs || screen == .step { screens.removeLast() }
  }
}
