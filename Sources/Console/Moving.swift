import Grid
import IncidentDomain
import TextGate

/// Moving between rows, panes and screens.
extension Model {
  /// Rows of a page: what a full-screen list shows, less a line of context.
  var page: Int { max(1, size.rows - 6) }

  mutating func move(_ motion: Motion) -> [Effect] {
    let page = page
    switch screen {
    case .board: return board.move(motion, page: max(1, page - 6))
    case .incident: moveInPane(motion)
    case .timeline:
      if let shown = open?.shown { open?.timeline.move(motion, page: page, among: shown) }
    case .timers:
      let places = Array(ledger.indices)
      open?.timers.move(motion, page: page, among: places)
    case .people: movePeople(motion)
    case .decisions:
      let ids = proposals.map(\.id)
      open?.decisions.move(motion, page: page, among: ids)
    case .phases:
      if let moves = incident?.possibleMoves.map(\.to) {
        open?.phases.move(motion, page: page, among: moves)
      }
    case .postmortem:
      if let actions = incident?.actions.map(\.id) {
        open?.actions.move(motion, page: page, among: actions)
      }
    case .runbooks:
      runbooks.selection.move(motion, page: page, among: runbooks.shown.map(\.path))
    case .search: search.selection.move(motion, page: page, among: search.hits.map(\.event.id))
    case .runs:
      if let runs = incident?.runs.map(\.id) {
        open?.runs.move(motion, page: page, among: runs)
      }
    case .checklists:
      let ids = entries.map(\.id)
      checklists.selection.move(motion, page: page, among: ids)
    case .help: help.selection.move(motion, page: page, among: help.entries.map(\.id))
    case .step:
      moveStep(motion)
      scroll[.step] = 0
    case .document, .preview, .command, .card, .contacts: scrollText(motion)
    }
    return []
  }

  /// Text screens scroll by lines; the view cuts what is too far.
  private mutating func scrollText(_ motion: Motion) {
    let count = max(1, textLines(columns: size.columns) - page)
    let line = motion.index(
      from: min(scroll[screen] ?? 0, count - 1), count: count, page: page)
    // At its end, output that is still coming is followed.
    scroll[screen] = screen == .command && isRunning && line == count - 1 ? Int.max / 2 : line
  }

  /// Below the last role stand those who look, and promises: on a small screen they come into sight
  /// once the last role is selected.
  private mutating func movePeople(_ motion: Motion) {
    let roles = ResponderRole.allCases
    let hidden = max(0, roles.count + linesBelowRoles - (size.rows - 4))
    let scrolled = min(scroll[.people] ?? 0, hidden)
    let isAtLast = open?.people.index(among: roles) == roles.count - 1
    let line = motion.index(from: scrolled, count: hidden + 1, page: page)
    switch motion {
    case .down, .pageDown: if isAtLast { scroll[.people] = line }
    case .up, .pageUp:
      scroll[.people] = line
      if scrolled > 0 { return }
    case .first, .last: scroll[.people] = line
    }
    let page = page
    open?.people.move(motion, page: page, among: roles)
  }

  private var isRunning: Bool {
    if case .running = execution?.stage { true } else { false }
  }

  private mutating func moveInPane(_ motion: Motion) {
    guard let open else { return }
    let page = page
    let timers = Array(open.incident.timers(at: now).indices)
    switch open.pane {
    case .runbook: moveStep(motion)
    case .timers: self.open?.timers.move(motion, page: page, among: timers)
    case .people: self.open?.people.move(motion, page: page, among: ResponderRole.allCases)
    case .timeline: self.open?.timeline.move(motion, page: page, among: open.shown)
    }
  }

  private mutating func moveStep(_ motion: Motion) {
    guard let open, let run = open.run else { return }
    let ids = run.currentSteps.map(\.id)
    var selection = Selection<String>()
    selection.id = open.selectedStep?.id
    selection.move(motion, page: page, among: ids)
    self.open?.step = selection.id
  }

  mutating func openSelected() -> [Effect] {
    switch screen {
    case .board:
      guard let row = board.selected else {
        refuse(board.total == 0 ? "there is no incident here" : "that row is not loaded yet")
        return []
      }
      say(.notice, "opening INC-\(row.number)")
      return [.openIncident(row.id)]
    case .incident:
      switch open?.pane {
      case .runbook:
        if open?.run == nil { return showRunbooks() }
        push(.step)
      case .timers: push(.timers)
      case .people: showPeople()
      case .timeline, nil: push(.timeline)
      }
    case .runbooks: return openRunbook()
    case .search: return openHit()
    case .help: return runSelectedHelp()
    case .timeline: readEvent()
    case .timers: readTimer()
    case .checklists: readEntry()
    default: break
    }
    return []
  }

  private mutating func runSelectedHelp() -> [Effect] {
    let entries = help.entries
    guard let index = help.selection.index(among: entries.map(\.id)) else { return [] }
    if let why = refusal(of: entries[index].id) {
      refuse(why)
      return []
    }
    screens.removeLast()
    return run(entries[index].id)
  }

  mutating func turnPane(by step: Int) -> [Effect] {
    if screen == .board {
      let tabs = BoardTab.allCases
      let index = tabs.firstIndex(of: board.tab) ?? 0
      return [board.turn(to: tabs[(index + step + tabs.count) % tabs.count])]
    }
    if screen == .checklists {
      turnSheet(by: step)
      return []
    }
    if let pane = open?.pane { open?.pane = step > 0 ? pane.next : pane.previous }
    return []
  }

  mutating func showPane(_ id: CommandID) -> [Effect] {
    let numbers: [CommandID] = [.pane1, .pane2, .pane3, .pane4]
    switch id {
    case .pane5: push(.card)
    case .pane6: push(.contacts)
    case .pane7: return showRunbooks()
    default:
      guard let index = numbers.firstIndex(of: id) else { return [] }
      if screen == .board { return [board.turn(to: BoardTab.allCases[index])] }
      open?.pane = Pane.allCases[index]
    }
    return []
  }
}
