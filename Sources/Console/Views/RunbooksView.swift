import Grid
import IncidentDomain
import Runbooks
import TextGate

/// The chooser: suggestions first, with why; what the selected one says of itself below.
extension Painter {
  mutating func paintRunbooks(in area: Area) {
    let chooser = model.runbooks
    let filter = chooser.filter
    let right: Showable =
      filter.isBlank
      ? "\(Showable.count(chooser.count, "runbook", "runbooks")), / searches"
      : "/ \(filter.untrusted.showable): \(chooser.shown.count) of \(chooser.count)"
    var body = paintHeading("Runbooks", right: right, in: area)
    guard chooser.catalogue != nil else {
      frame.put("reading the runbooks", in: body, indent: 3, style: .dim)
      return
    }
    let shown = chooser.shown
    guard let selected = chooser.selection.index(among: shown.map(\.path)) else {
      frame.put("nothing matches; / changes the search", in: body, indent: 3, style: .dim)
      return
    }
    if body.rows > 8, let runbook = chooser.runbook(shown[selected].path) {
      let split = body.bottom(4)
      body = split.rest
      frame.rule(row: split.bottom.row)
      paint(runbook, in: split.bottom.top(1).rest)
    }
    let first = firstVisible(of: selected, count: shown.count, rows: body.rows)
    for (line, match) in shown.dropFirst(first).prefix(body.rows).enumerated() {
      let row = body.line(line)
      let right = match.why.clipped(to: body.columns / 2)
      frame.put(
        match.title.showable, row: row.row, column: row.column + 3,
        width: max(0, row.columns - right.columns - 6))
      if !right.isEmpty { frame.putRight(right + " ", in: row, style: .due) }
      if first + line == selected { select(row: row.row, in: row) }
    }
    if first + body.rows < shown.count {
      frame.putRight(glyphs.moreBelow, in: body, line: body.rows - 1, style: .dim)
    }
  }

  private mutating func paint(_ runbook: Runbook, in area: Area) {
    let steps: Showable =
      runbook.steps.isEmpty ? "to read, no steps" : RunStart(runbook).stepCount
    let commands = runbook.steps.count { $0.command != nil && $0.kind.holdsCommand }
    frame.put(runbook.title.showable, in: area, indent: 1, style: .title)
    frame.put(
      "\(Untrusted(runbook.path).showable), \(steps), \(Showable.count(commands, "command", "commands"))",
      in: area, line: 1,
      indent: 1)
    let fields = runbook.fields
    var facts: [Showable] = []
    if let value = fields.criticality { facts.append("criticality \(value.showable)") }
    if let value = fields.owner { facts.append("owner \(value.showable)") }
    if let value = fields.lastUpdated { facts.append("updated \(value.showable)") }
    if let seconds = fields.estimateSeconds {
      facts.append("about \(Span.elapsed(seconds: seconds).word)")
    }
    frame.put(
      facts.joined(" \(glyphs.separator) "), in: area, line: 2, indent: 1, style: .dim)
  }
}
