import Grid
import IncidentDomain
import TextGate

/// Every key that works on the screen below, what it does, and why it does not now.
extension Painter {
  mutating func paintHelp(in area: Area) {
    let help = model.help
    let filter = help.filter
    let entries = help.entries
    let right: Showable =
      filter.isBlank ? "Enter runs it, / searches" : "/ \(filter.untrusted.showable)"
    let body = paintHeading("Keys here", right: right, in: area)
    guard let selected = help.selection.index(among: entries.map(\.id)) else {
      frame.put("nothing matches; / changes the search", in: body, indent: 3, style: .dim)
      return
    }
    let first = firstVisible(of: selected, count: entries.count, rows: body.rows)
    for (line, entry) in entries.dropFirst(first).prefix(body.rows).enumerated() {
      let row = body.line(line)
      let refusal = model.refusal(of: entry.id)
      let keys = entry.keys.isEmpty ? ":\(entry.name)" : entry.keyWords
      frame.put(
        keys, row: row.row, column: row.column + 2, width: 14,
        style: refusal == nil ? .key : .dim)
      let text = refusal.map { "(not now: \($0)) \(entry.help)" } ?? entry.help
      frame.put(text, in: row, indent: 18, style: refusal == nil ? .plain : .dim)
      if first + line == selected { select(row: row.row, in: row) }
    }
    if first + body.rows < entries.count {
      frame.putRight(glyphs.moreBelow, in: body, line: body.rows - 1, style: .dim)
    }
  }
}
