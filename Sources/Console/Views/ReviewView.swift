import Grid
import IncidentDomain
import Reports
import TextGate

/// The review: what is missing, the draft, the action items.
extension Painter {
  mutating func paintPostmortem(in area: Area) {
    guard let shown = model.open else { return }
    let incident = shown.incident
    let body = paintHeading("\(incident.name) Post-mortem", right: incident.phase.word, in: area)
    var line = 0
    func put(_ text: Showable, _ style: Style = .plain, indent: Int = 3) {
      frame.put(text, in: body, line: line, indent: indent, style: style)
      line += 1
    }
    put(state(of: incident), .title, indent: 1)
    let items = PostmortemChecklist(incident).items
    let open = items.filter { !$0.isDone }.sorted { $0.need == .gate && $1.need != .gate }
    // What is missing comes first; what the reader can do without says so.
    let room = max(2, body.rows - min(4, incident.actions.count + 2) - line - 1)
    for item in (open + items.filter(\.isDone)).prefix(room) {
      let style: Style = item.isDone ? .met : item.need == .gate ? .warning : .plain
      frame.put(
        item.isDone ? glyphs.done : item.need == .gate ? glyphs.failed : glyphs.bullet, in: body,
        line: line, indent: 1, style: style)
      let need: Showable = item.isDone ? "" : item.need == .gate ? " (needed)" : " (advice)"
      put("\(item.what)\(need)", style)
    }
    if items.count > room { put("\(items.count - room) more", .dim) }
    line += 1
    put("Action items", .heading, indent: 1)
    if incident.actions.isEmpty { put("none yet; A adds one", .dim) }
    let selected = shown.actions.index(among: incident.actions.map(\.id)) ?? 0
    let rows = max(1, body.rows - line)
    let first = firstVisible(of: selected, count: incident.actions.count, rows: rows)
    for (offset, action) in incident.actions.dropFirst(first).prefix(rows).enumerated() {
      let row = body.line(line)
      guard !row.isEmpty else { return }
      paint(action, in: row)
      if first + offset == selected { select(row: row.row, in: row) }
      line += 1
    }
  }

  private func state(of incident: Incident) -> Showable {
    switch incident.postmortem {
    case .none:
      incident.phase.isActive
        ? "not yet: it is in \(incident.phase.word)" : "no text yet; w writes a draft"
    case .draft(_, let at): "a draft of \(model.minutes(at)); E edits it, P publishes it"
    case .published(_, let at): "published \(model.minutes(at))"
    case .waived(let because, _): "waived: \(because.showable)"
    }
  }

  private mutating func paint(_ action: Incident.ActionItem, in area: Area) {
    let state: Showable =
      switch action.outcome {
      case .done: "\(glyphs.done) done"
      case .dropped: "\(glyphs.skipped) dropped"
      case nil: action.due < model.now ? "LATE" : "open"
      }
    let day = model.time(ToldTime(action.due, .day))
    frame.put(state, in: area, indent: 3, style: action.outcome == nil ? .due : .dim)
    frame.put(day, in: area, indent: 13, style: .dim)
    let owner = action.owner.showable.clipped(to: 12)
    frame.put(owner, in: area, indent: 25, style: .heading)
    frame.put(action.text.showable, in: area, indent: 26 + max(8, owner.columns))
  }
}
