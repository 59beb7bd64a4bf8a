import Grid
import IncidentDomain
import TextGate

/// The chooser: suggestions first, with why; what the selected one says of itself below.
extension Painter {
  mutating func paintRunbooks(in area: Area) {
    let chooser = model.runbooks
    let filter = chooser.filter
    let right: Showable =
      filter.isBlank
      ? "\(chooser.shown.count) runbooks"
      : "/ \(filter.untrusted.showable): \(chooser.shown.count) of \(chooser.entries.count)"
    var body = paintHeading("Runbooks", right: right, in: area)
    guard chooser.hasLoaded else {
      frame.put("reading the catalogue", in: body, indent: 3, style: .dim)
      return
    }
    let shown = chooser.shown
    guard let selected = chooser.selection.index(among: shown.map(\.entry.id)) else {
      frame.put("nothing matches; / changes the search", in: body, indent: 3, style: .dim)
      return
    }
    if body.rows > 8 {
      let split = body.bottom(4)
      body = split.rest
      frame.rule(row: split.bottom.row)
      paint(shown[selected], in: split.bottom.top(1).rest)
    }
    let first = firstVisible(of: selected, count: shown.count, rows: body.rows)
    for (line, match) in shown.dropFirst(first).prefix(body.rows).enumerated() {
      let row = body.line(line)
      let right = match.why.clipped(to: body.columns / 2)
      frame.put(
        match.entry.title.showable, row: row.row, column: row.column + 3,
        width: max(0, row.columns - right.columns - 6))
      if !right.isEmpty { frame.putRight(right + " ", in: row, style: .due) }
      if first + line == selected { select(row: row.row, in: row) }
    }
  }

  private mutating func paint(_ match: RunbookChooser.Match, in area: Area) {
    let entry = match.entry
    let steps: Showable = entry.steps == 0 ? "to read, no steps" : "\(entry.steps) steps"
    frame.put(entry.title.showable, in: area, indent: 1, style: .title)
    frame.put("\(Untrusted(entry.id).showable), \(steps)", in: area, line: 1, indent: 1)
    let facts = entry.facts.map(\.showable).joined(" \(glyphs.separator) ")
    frame.put(facts, in: area, line: 2, indent: 1, style: .dim)
  }
}
