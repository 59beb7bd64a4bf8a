import Grid
import IncidentDomain
import TextGate

/// What a search of the record found: an entry a row, the selected one in full below.
extension Painter {
  mutating func paintSearch(in area: Area) {
    let search = model.search
    let words = search.text?.showable ?? .empty
    var body = paintHeading("Search: \(words)", right: summary(of: search), in: area)
    guard let result = search.result else {
      frame.put(
        search.hasFailed ? "nothing was searched; S searches anew" : "searching the record",
        in: body,
        indent: 3, style: .dim)
      return
    }
    guard let selected = search.selected else {
      frame.put(
        "no entry holds all of that; S searches for something else", in: body, indent: 3,
        style: .dim)
      return
    }
    if body.rows > 8 {
      let split = body.bottom(5)
      frame.rule(row: split.bottom.row)
      paintDetail(of: selected, in: split.bottom.top(1).rest)
      body = split.rest
    }
    let hits = result.hits
    let index = search.selection.index(among: hits.map(\.event.id)) ?? 0
    let first = firstVisible(of: index, count: hits.count, rows: body.rows)
    let shown = hits.dropFirst(first).prefix(body.rows)
    let columns = SearchColumns(shown, model, width: body.columns)
    for (line, hit) in shown.enumerated() {
      let row = body.line(line)
      paint(hit, columns, in: row)
      if first + line == index { select(row: row.row, in: row) }
    }
    if first + body.rows < hits.count {
      frame.putRight(glyphs.moreBelow, in: body, line: body.rows - 1, style: .dim)
    }
  }

  private func summary(of search: RecordSearch) -> Showable {
    guard let result = search.result else { return .empty }
    let count = result.hits.count
    var text: Showable =
      result.isCut ? "the newest \(count)" : Showable.count(count, "entry", "entries")
    if result.unsearched > 0 { text += ", \(result.unsearched) not searched" }
    return text
  }

  private mutating func paint(_ hit: SearchHit, _ columns: SearchColumns, in row: Area) {
    frame.put("INC-\(hit.number)", row: row.row, column: 1, width: columns.number)
    var column = 1 + columns.number + 1
    frame.put(
      model.time(hit.event.occurred), row: row.row, column: column, width: columns.time,
      style: .dim)
    column += columns.time + 1
    if columns.who > 0 {
      frame.put(hit.event.author.showable, row: row.row, column: column, width: columns.who)
      column += columns.who + 1
    }
    // Where there is hardly room for the text, what stands of it is told below.
    let word = columns.number + columns.time + 30 > row.columns ? .empty : hit.standing.word
    let right = word.isEmpty ? 0 : word.columns + 2
    var left = max(0, row.columns - column - 1 - right)
    for (text, style) in [
      (hit.excerpt.before, Style.dim), (hit.excerpt.match, .due), (hit.excerpt.after, .dim),
    ] where left > 0 {
      let used = frame.put(
        text.showable, row: row.row, column: column, width: left, style: style)
      column += used
      left -= used
    }
    if !word.isEmpty { frame.putRight(word + " ", in: row, style: .warning) }
  }

  /// Who wrote what and when, and the words round the hit.
  private mutating func paintDetail(of hit: SearchHit, in area: Area) {
    let event = hit.event
    var facts: [Showable] = [
      "INC-\(hit.number)", event.kind.showableWord, "\(event.author.showable)",
      "\(model.dateTime(event.occurred.instant)) \(model.zone.name)",
    ]
    if hit.standing != .stands { facts.append(hit.standing.word) }
    frame.put(facts.joined(" \(glyphs.separator) "), in: area, indent: 1, style: .title)
    let lines = hit.excerpt.text.showable.wrapped(to: max(1, area.columns - 3))
    for (line, text) in lines.prefix(max(0, area.rows - 1)).enumerated() {
      frame.put(text, in: area, line: line + 1, indent: 1)
    }
  }
}

/// Where the columns of the list stand.
private struct SearchColumns {
  let number: Int
  let time: Int
  /// 0 where there is no room for it.
  let who: Int

  init(_ hits: some Sequence<SearchHit>, _ model: Model, width: Int) {
    var number = 5
    var time = 5
    var who = 3
    for hit in hits {
      number = max(number, Showable("INC-\(hit.number)").columns)
      time = max(time, model.time(hit.event.occurred).columns)
      who = max(who, hit.event.author.showable.columns)
    }
    self.number = number
    self.time = time
    self.who = width >= 60 ? min(10, who) : 0
  }
}
