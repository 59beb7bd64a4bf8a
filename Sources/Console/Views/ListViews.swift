import Grid
import IncidentDomain
import TextGate

/// Screens that list one thing of the incident in full: timeline, moves.
extension Painter {
  var name: Showable { model.incident.map(\.name) ?? .empty }

  mutating func paintTimeline(in area: Area) {
    guard let open = model.open else { return }
    let filter = open.timelineFilter
    let all = open.incident.events.count
    let right: Showable =
      filter.isBlank
      ? "\(all) entries" : "/ \(filter.untrusted.showable): \(open.shown.count) of \(all)"
    let body = paintHeading("\(name) Timeline, newest first", right: right, in: area)
    guard let selected = open.timeline.index(among: open.shown) else {
      frame.put(
        "nothing matches; / changes the filter: words, by:alice, kind:note, pinned", in: body,
        indent: 3, style: .dim)
      return
    }
    let first = firstVisible(of: selected, count: open.shown.count, rows: body.rows)
    let events = open.events(open.shown.dropFirst(first).prefix(body.rows))
    let columns = TimelineColumns(events, model)
    for (line, event) in events.enumerated() {
      let row = body.line(line)
      paint(event, of: open.incident, columns, in: row)
      if first + line == selected { select(row: row.row, in: row) }
    }
  }

  mutating func paintPhases(in area: Area) {
    guard let open = model.open else { return }
    let incident = open.incident
    let body = paintHeading("\(name) is in \(incident.phase.word): moves", in: area)
    let moves = incident.possibleMoves
    let selected = open.phases.index(among: moves.map(\.to)) ?? 0
    let isNarrow = body.columns < 40
    let indent = isNarrow ? 5 : 18
    var line = 0
    for (index, move) in moves.enumerated() {
      let (text, style) = words(for: move, of: incident)
      let lines = text.wrapped(to: max(1, body.columns - indent - 1))
      let row = body.line(line)
      guard !row.isEmpty else { return }
      let sign =
        switch model.gateway(move, of: incident) {
        case .free: glyphs.done
        case .asks: "?" as Showable
        case .shut: glyphs.failed
        }
      frame.put(sign, in: row, indent: 1, style: style)
      frame.put(move.to.word, in: row, indent: 3, style: .title)
      let below = isNarrow ? 1 : 0
      for (offset, text) in lines.enumerated() {
        frame.put(text, in: body, line: line + offset + below, indent: indent, style: style)
      }
      if index == selected { select(row: row.row, in: row) }
      line += max(1, lines.count) + below
    }
  }

  private func words(for move: PossibleMove, of incident: Incident) -> (Showable, Style) {
    switch model.gateway(move, of: incident) {
    case .free: return ("legal now", .met)
    case .asks(let what):
      let skips: Showable =
        move.to > incident.phase && move.to != incident.phase.next ? "skips phases; " : ""
      return ("\(skips)asks: \(what)", .due)
    case .shut(let why):
      let gates = incident.gatesOnTheWay(to: move.to).map(\.forScreen)
      return ("not yet: \(gates.isEmpty ? why : gates.joined("; "))", .warning)
    }
  }
}
