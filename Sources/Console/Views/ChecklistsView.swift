import Grid
import IncidentDomain
import TextGate

/// Checklists and the steps around maintenance windows: due, done, missed, by whom.
extension Painter {
  /// A row of the screen.
  private enum Row {
    case heading(Agenda.Sheet)
    case stage(Agenda.Stage)
    case entry(Agenda.Entry)
  }

  mutating func paintChecklists(in area: Area) {
    let entries = model.entries
    let sheets = model.checklists.agenda?.sheets ?? []
    if let turn = model.checklists.agenda?.holds.upperBound, turn < .latest {
      stays(for: turn.seconds(since: model.now))
    }
    var body = paintHeading("Checklists and windows", right: summary(of: entries), in: area)
    let selected = model.checklists.selection.index(among: entries.map(\.id))
    if sheets.isEmpty {
      let text: Showable =
        "the policy holds no checklists and no maintenance windows; mayday policy schema shows how to write them"
      for (line, text) in text.wrapped(to: max(1, body.columns - 4)).enumerated() {
        frame.put(text, in: body, line: line, indent: 3, style: .dim)
      }
      return
    }
    if let review = model.session.operations.review?.timer(at: model.now),
      review.state != .running, body.rows > 4
    {
      frame.put(
        "policy \(review.summary(at: model.now)): \(review.because)", in: body, indent: 1,
        style: review.state == .breached ? .warning : .due)
      body = body.top(1).rest
    }
    if body.rows > 8, let selected { body = paintDetails(of: entries[selected], in: body) }
    var rows: [Row] = []
    /// The row of each entry.
    var places: [Int] = []
    for sheet in sheets {
      rows.append(.heading(sheet))
      var stage: Agenda.Stage?
      for entry in sheet.entries {
        if let next = entry.stage, next != stage {
          rows.append(.stage(next))
          stage = next
        }
        places.append(rows.count)
        rows.append(.entry(entry))
      }
    }
    let place = selected.map { places[$0] }
    let first = firstVisible(of: place ?? 0, count: rows.count, rows: body.rows)
    for line in 0..<min(body.rows, rows.count - first) {
      let row = body.line(line)
      let end = paint(rows[first + line], in: row)
      guard first + line == place else { continue }
      // Up to the end of the text: a step of the cursor stays small.
      select(row: row.row, in: Area(row: row.row, column: row.column, rows: 1, columns: end))
    }
  }

  private func summary(of entries: [Agenda.Entry]) -> Showable {
    guard model.checklists.book != nil else { return "reading the record" }
    let missed = entries.count { $0.isMissed && $0.completion == nil }
    let due = entries.count { $0.isDue && $0.isRequired }
    let parts: [Showable] = [missed > 0 ? "\(missed) missed" : "", due > 0 ? "\(due) due" : ""]
    let said = parts.filter { !$0.isEmpty }
    return said.isEmpty ? "nothing due" : said.joined(", ")
  }

  private mutating func paintDetails(of entry: Agenda.Entry, in body: Area) -> Area {
    let lines = model.details(of: entry).flatMap { $0.wrapped(to: max(10, body.columns - 2)) }
    let rows = min(lines.count + 1, max(4, body.rows / 3))
    let split = body.bottom(rows)
    frame.rule(row: split.bottom.row)
    let below = split.bottom.top(1).rest
    for (line, text) in lines.prefix(below.rows).enumerated() {
      frame.put(
        text, in: below, line: line, indent: 1,
        style: text.text.hasPrefix("MISSED") ? .breached : .plain)
    }
    if lines.count > below.rows {
      frame.putRight("Enter for all ", in: below, line: below.rows - 1, style: .key)
    }
    return split.rest
  }

  /// - Returns: the column at which an entry's text ends.
  private mutating func paint(_ row: Row, in area: Area) -> Int {
    switch row {
    case .heading(let sheet): paintHeading(of: sheet, in: area)
    case .stage(let stage):
      frame.put(Untrusted(stage.rawValue).showable, in: area, indent: 3, style: .dim)
    case .entry(let entry): return paint(entry, in: area)
    }
    return area.columns
  }

  private mutating func paintHeading(of sheet: Agenda.Sheet, in area: Area) {
    let title: Showable
    var right: Showable =
      sheet.entries.isEmpty ? .empty : "\(sheet.doneCount) of \(sheet.entries.count) done "
    var style = Style.heading
    switch sheet.heading {
    case .checklist(let list):
      let cycle = list.cycle.word
      // "Daily operations" says it already.
      title =
        list.name.raw.lowercased().contains(cycle)
        ? list.name.showable : "\(list.name.showable), \(Untrusted(cycle).showable)"
      if list.isAutomated { right = "by machines " }
    case .window(let window, let occurrence):
      let when: Showable
      if occurrence.time.contains(model.now) {
        when = "OPEN, closes in \(until(occurrence.time.upperBound))"
        style = .due
      } else if occurrence.time.upperBound <= model.now {
        when = "closed \(model.minutes(occurrence.time.upperBound))"
      } else {
        let isNoticeDue = occurrence.noticeDue.map { $0 <= model.now } ?? false
        if isNoticeDue { style = .due }
        let notice: Showable = isNoticeDue ? ", NOTICE DUE" : ""
        when =
          "\(model.minutes(occurrence.time.lowerBound)), in \(until(occurrence.time.lowerBound))\(notice)"
      }
      title = "Window \(window.name.showable): \(when)"
    }
    let room = area.columns - right.columns - 2
    frame.put(title.clipped(to: max(1, room)), in: area, indent: 1, style: style)
    if room > 8 { frame.putRight(right, in: area, style: .dim) }
  }

  private mutating func paint(_ entry: Agenda.Entry, in area: Area) -> Int {
    let (word, style) = word(for: entry)
    frame.put(word, in: area, indent: 3, style: style)
    let right = right(of: entry)
    let must: Showable = entry.isRequired ? "" : " (optional)"
    let room = area.columns - 11 - (right.isEmpty ? 0 : right.columns + 2)
    let showsRight = room >= 12 && !right.isEmpty
    let width = showsRight ? room : area.columns - 11
    let used = frame.put(
      (entry.text.showable + must).clipped(to: max(1, width)), in: area, indent: 10,
      style: entry.completion == nil ? .plain : .dim)
    if showsRight { frame.putRight(right + " ", in: area, style: .dim) }
    return min(area.columns, 10 + used)
  }

  private func word(for entry: Agenda.Entry) -> (Showable, Style) {
    if model.checklists.book == nil, entry.refusal == nil { return ("...", .dim) }
    if entry.isMissed, entry.completion == nil { return ("MISSED", .breached) }
    return switch entry.state {
    case .done: ("\(glyphs.done) done", .met)
    case .due(nil): ("open", .plain)
    case .due: entry.isLate(at: model.now) ? ("LATE", .breached) : ("DUE", .due)
    case .later: ("later", .dim)
    case .automated: ("auto", .dim)
    }
  }

  private mutating func right(of entry: Agenda.Entry) -> Showable {
    switch entry.state {
    case .done(let done): "\(done.by.showable) \(model.minutes(done.at))"
    case .due(let by?): until(by)
    case .later(let from): "from \(model.minutes(from))"
    case .due(nil), .automated: .empty
    }
  }
}
