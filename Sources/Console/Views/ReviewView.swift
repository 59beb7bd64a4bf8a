import Grid
import IncidentDomain
import TextGate

/// The review: what is missing, the draft, the action items.
extension Painter {
  mutating func paintPostmortem(in area: Area) {
    guard let open = model.open else { return }
    let incident = open.incident
    let body = paintHeading("\(incident.name) Post-mortem", right: incident.phase.word, in: area)
    var line = 0
    func put(_ text: Showable, _ style: Style = .plain, indent: Int = 3) {
      frame.put(text, in: body, line: line, indent: indent, style: style)
      line += 1
    }
    for item in checklist(of: incident) {
      frame.put(
        item.isMet ? glyphs.done : glyphs.failed, in: body, line: line, indent: 1,
        style: item.isMet ? .met : .warning)
      put(item.text, item.isMet ? .plain : .warning)
    }
    line += 1
    put("Action items", .heading, indent: 1)
    if incident.actions.isEmpty { put("none yet; A adds one", .dim) }
    let selected = open.actions.index(among: incident.actions.map(\.id)) ?? 0
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

  /// What the way to the end of the review asks, met or not.
  private func checklist(of incident: Incident) -> [(text: Showable, isMet: Bool)] {
    var items: [(Showable, Bool)] = [
      (
        incident.phase.isActive
          ? "resolved: it is in \(incident.phase.word); > moves it on" : "resolved",
        !incident.phase.isActive
      )
    ]
    switch incident.postmortem {
    case .none: items.append(("no text: w writes a draft from the record", false))
    case .draft(_, let at):
      items.append(("draft of \(model.minutes(at)): E edits it, P publishes it", false))
    case .published(_, let at): items.append(("published \(model.minutes(at))", true))
    case .waived(let because, _): items.append(("waived: \(because.showable)", true))
    }
    let mending = incident.actions.filter { $0.outcome != .dropped }
    if incident.severity <= .sev2 || !mending.isEmpty {
      items.append(
        (
          mending.isEmpty ? "no action item: A adds one" : "\(mending.count) action items",
          !mending.isEmpty
        ))
    }
    if let feedback = incident.feedback.last {
      items.append(("runbook feedback: \(feedback.value.verdict.word)", true))
    } else {
      items.append(("runbook feedback is not answered: B answers it", false))
    }
    let open = incident.offers.keys.sorted().map(\.title)
    if !open.isEmpty { items.append(("hand-over unanswered: \(open.joined(", "))", false)) }
    return items
  }
}
