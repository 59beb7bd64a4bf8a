import Grid
import IncidentDomain
import TextGate

/// Proposals, what was said of them and what became of them.
extension Painter {
  mutating func paintDecisions(in area: Area) {
    guard let open = model.open else { return }
    let all = model.proposals
    let undecided = all.count { $0.settled == nil }
    var body = paintHeading(
      "\(name) Decisions, newest first", right: undecided > 0 ? "\(undecided) open" : .empty,
      in: area)
    guard let selected = open.decisions.index(among: all.map(\.id)) else {
      frame.put(
        "nothing is proposed; P proposes something and asks for objections", in: body, indent: 3,
        style: .dim)
      return
    }
    let lines = all[selected].lines.flatMap { $0.wrapped(to: max(10, body.columns - 2)) }
    if body.rows > 4 {
      let rows = min(lines.count + 1, max(3, body.rows - min(all.count, body.rows / 3)))
      let split = body.bottom(rows)
      body = split.rest
      frame.rule(row: split.bottom.row)
      let below = split.bottom.top(1).rest
      for (line, text) in lines.prefix(below.rows).enumerated() {
        frame.put(text, in: below, line: line, indent: 1, style: style(of: text))
      }
      if lines.count > below.rows {
        frame.putRight(glyphs.moreBelow, in: below, line: below.rows - 1, style: .dim)
      }
    }
    let first = firstVisible(of: selected, count: all.count, rows: body.rows)
    for (line, meant) in all.dropFirst(first).prefix(body.rows).enumerated() {
      let row = body.line(line)
      paint(meant, in: row)
      if first + line == selected { select(row: row.row, in: row) }
    }
  }

  private mutating func paint(_ meant: Deliberation, in row: Area) {
    var state: Showable
    var style: Style = .dim
    if let settled = meant.settled {
      state = settled.outcome.word
      if settled.outcome == .decided { style = .met }
    } else if !meant.objections.isEmpty {
      state = "\(meant.objections.count) OBJECT"
      style = .breached
    } else if !meant.silent.isEmpty, let due = meant.proposal.due, due >= model.now {
      state = "waits \(until(due))"
      style = .due
    } else {
      state = "to decide"
      style = .warning
    }
    state = state.padded(to: 11)
    frame.put(model.minutes(meant.at), in: row, indent: 1)
    frame.put(state, in: row, indent: 8, style: style)
    frame.put(
      "\(meant.by.showable): \(meant.proposal.text.showable)", in: row, indent: 20,
      style: meant.settled == nil ? .plain : .dim)
  }

  private func style(of line: Showable) -> Style {
    if line.text.contains("OBJECTS") { return .breached }
    return line.text.hasPrefix("Risk") ? .warning : .plain
  }
}
