/// A screen of the console; they stand on a stack, the board at its bottom.
public enum Screen: String, CaseIterable, Sendable {
  case board, incident, timeline, timers, people, decisions, phases, postmortem, document
  case runbooks, preview, runs, step, command, checklists
  case card, contacts, help, search

  /// Whether it shows the open incident.
  var isOfIncident: Bool {
    switch self {
    case .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem, .document, .runs,
      .step,
      .command:
      true
    case .board, .runbooks, .preview, .checklists, .card, .contacts, .help, .search: false
    }
  }
}

/// Where a key is pressed: a screen, or a prompt on it.
public enum Context: Hashable, Sendable {
  case screen(Screen)
  /// A line or a form that takes text.
  case prompt
}

/// The panes of the incident's screen, by their number.
enum Pane: Int, CaseIterable, Sendable {
  case runbook = 1
  case timers, people, timeline

  var next: Pane { Pane(rawValue: rawValue + 1) ?? .runbook }
  var previous: Pane { Pane(rawValue: rawValue - 1) ?? .timeline }
}
