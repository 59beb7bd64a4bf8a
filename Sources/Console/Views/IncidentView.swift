import Grid
import IncidentDomain
import TextGate

/// The incident: header, phases, and four panes (CONSOLE.md, "Incident").
extension Painter {
  mutating func paintIncident(in area: Area) {
    guard let open = model.open else { return }
    if isSmall { return paintSmallIncident(open, in: area) }
    var rest = area.top(1).rest
    paintPhases(of: open.incident, in: rest.top(1).top)
    rest = rest.top(1).rest
    if area.columns < 60 {
      paintDueLine(in: rest.top(1).top)
      paintOnePane(open, in: rest.top(1).rest)
    } else {
      paintFourPanes(open, in: rest)
    }
    paintHeader(of: open.incident, in: area.top(1).top)
  }

  // MARK: - Header

  /// `INC-42  SEV-1  Checkout returns 503          alice IC   age 34:12`
  mutating func paintHeader(of incident: Incident, in area: Area) {
    guard !area.isEmpty else { return }
    var column =
      1 + frame.put(model.name(incident.number, incident.id), in: area, indent: 1, style: .title)
      + 2
    column +=
      frame.put(
        incident.severity.word, row: area.row, column: column,
        style: Self.style(of: incident.severity)) + 2
    if incident.isDrill {
      column +=
        frame.put(" DRILL ", row: area.row, column: column, style: .drill.adding(.selected)) + 2
    }
    let age: Showable = "age \(age(since: incident.declared.instant)) "
    var end = area.endColumn
    if area.columns >= 60 {
      end -= frame.putRight(age, in: area, style: .dim) + 2
    }
    let commander = commanderText(of: incident)
    if end - column > commander.0.columns + 10 {
      end -= commander.0.columns
      frame.put(commander.0, row: area.row, column: end, style: commander.1)
      end -= 2
    }
    frame.put(
      incident.title.showable, row: area.row, column: column, width: max(0, end - column),
      style: .title)
  }

  /// Who commands, or that nobody does, loudly.
  private mutating func commanderText(of incident: Incident) -> (Showable, Style) {
    if let commander = incident.commander { return ("\(commander.showable) IC", .plain) }
    guard incident.isActive else { return (.empty, .plain) }
    guard
      let timer = timers.first(where: { $0.kind == .commander && $0.isRunning })
    else { return ("NO IC", .warning) }
    return ("NO IC \(until(timer.due))", timer.due < model.now ? .breached : .warning)
  }

  /// `detection ✓ ─ triage ✓ ─ [MITIGATION] ─ resolution ─ post-mortem ─ document`
  mutating func paintPhases(of incident: Incident, in area: Area) {
    guard !area.isEmpty else { return }
    var column = 1
    func put(_ text: Showable, _ style: Style) {
      column += frame.put(text, row: area.row, column: column, style: style)
    }
    if let ending = incident.ending {
      switch ending {
      case .cancelled(let reason): put("CANCELLED: \(reason.word)", .heading)
      case .merged(_, let number): put("MERGED into INC-\(number)", .heading)
      }
      return
    }
    guard incident.phase != .closed else { return put("\(glyphs.done) CLOSED", .met) }
    let all = Phase.allCases.filter { $0 != .closed }
    let isNarrow = area.columns < 78
    let shown =
      isNarrow ? all.filter { abs($0.order - incident.phase.order) <= 1 } : all
    for phase in shown {
      if phase != shown.first { put(" \(glyphs.horizontal) ", .border) }
      if phase == incident.phase {
        put("[\(phase.short.uppercased)]", .title)
      } else if phase < incident.phase {
        put("\(phase.short) \(glyphs.done)", .met)
      } else {
        put(phase.short, .dim)
      }
    }
    if isNarrow { put("  \(incident.phase.order + 1)/\(all.count)", .dim) }
  }

  private mutating func paintDueLine(in area: Area) {
    if let call = disasterCall(timers) {
      frame.put(call, in: area, indent: 1, style: .breached.adding(.strong))
      return
    }
    guard let next = nextDue else {
      frame.put("Due nothing", in: area, indent: 1, style: .dim)
      return
    }
    let isLate = next.due < model.now
    let label: Showable = next.kind == .commander ? "NO COMMANDER" : next.label
    let late: Showable = isLate ? "LATE " : ""
    frame.put(
      "Due \(label) \(late)\(until(next.due, isLoudest: true))", in: area, indent: 1,
      style: isLate ? .breached : .due.adding(.strong))
  }

  /// The timer to be loudest: a missing commander that is overdue, what comes next, what is missed.
  var nextDue: IncidentTimer? {
    mutating get {
      let running = timers.filter { $0.isRunning && $0.kind.isOwed }
      if let commander = running.first(where: { $0.kind == .commander }),
        commander.due < model.now
      {
        return commander
      }
      return running.first { $0.due >= model.now } ?? running.last
    }
  }

  // MARK: - Panes

  private func title(of pane: Pane, _ open: OpenIncident) -> Showable {
    let mark: Showable = pane == open.pane ? glyphs.selection : .empty
    let name: Showable =
      switch pane {
      case .runbook:
        open.run.map { "Runbook: \($0.start.title.showable)" } ?? "Runbook"
      case .timers: "Timers"
      case .people: "People"
      case .timeline: "Timeline"
      }
    return "\(mark)\(pane.rawValue) \(name)"
  }

  private func trailing(of pane: Pane, _ open: OpenIncident) -> Showable {
    switch pane {
    case .runbook:
      guard let run = open.run else { return .empty }
      var parts: [Showable] = []
      if let place = open.placeOfRun, place.count > 1 {
        parts.append("run \(place.number) of \(place.count)")
      }
      if let outcome = run.outcome {
        parts.append(outcome.word)
      } else {
        let way: Showable = run.rollback == nil ? "" : "ROLLBACK "
        parts.append("\(way)\(run.count.ended)/\(run.count.all)")
      }
      return parts.joined(" \(glyphs.separator) ")
    case .timeline: return open.news > 0 ? "\(open.news) new" : .empty
    case .timers, .people: return .empty
    }
  }

  private mutating func rule(
    _ pane: Pane, _ open: OpenIncident, row: Int, column: Int, width: Int
  ) {
    let trailing = trailing(of: pane, open)
    frame.rule(
      row: row, column: column, width: width,
      // The count says more than the end of a long title.
      title: title(of: pane, open).clipped(to: max(4, width - trailing.columns - 9)),
      trailing: trailing, titleStyle: pane == open.pane ? .title : .heading)
  }

  private mutating func paintOnePane(_ open: OpenIncident, in area: Area) {
    guard area.rows > 1 else { return }
    rule(open.pane, open, row: area.row, column: 0, width: area.columns)
    let body = area.top(1).rest
    paint(open.pane, open, in: body)
  }

  private mutating func paintFourPanes(_ open: OpenIncident, in area: Area) {
    guard area.rows >= 4 else { return }
    let timelineRows = max(3, area.rows / 3)
    let top = area.rows - 2 - timelineRows
    let right = max(29, min(46, area.columns * 3 / 8))
    let separator = area.columns - right
    let bottomRule = area.row + 1 + top
    frame.rule(row: area.row)
    frame.rule(row: bottomRule)
    frame.verticalRule(column: separator, row: area.row, rows: top + 2)
    rule(.runbook, open, row: area.row, column: 0, width: separator)
    rule(.timers, open, row: area.row, column: separator, width: right)
    rule(.timeline, open, row: bottomRule, column: 0, width: area.columns)
    let body = area.top(1).rest.top(top).top
    paint(.runbook, open, in: body.left(separator).left)
    let side = body.left(separator + 1).rest
    let people = min(peopleLines(of: open.incident).count, max(2, top / 3))
    let timers = side.top(max(1, side.rows - people - 1))
    paint(.timers, open, in: timers.top)
    if timers.rest.rows > 1 {
      rule(.people, open, row: timers.rest.row, column: separator, width: right)
      paint(.people, open, in: timers.rest.top(1).rest)
    }
    paint(
      .timeline, open,
      in: Area(
        row: bottomRule + 1, column: 0, rows: timelineRows, columns: area.columns))
  }

  private mutating func paint(_ pane: Pane, _ open: OpenIncident, in area: Area) {
    switch pane {
    case .runbook: paintSteps(open, in: area)
    case .timers: paintTimerPane(open, in: area)
    case .people: paintPeoplePane(open, in: area)
    case .timeline: paintTimelinePane(open, in: area)
    }
  }

  // MARK: - Small

  private mutating func paintSmallIncident(_ open: OpenIncident, in area: Area) {
    let incident = open.incident
    let mark: Showable = incident.isDrill ? "DRILL " : ""
    var lines: [(Showable, Style)] = [
      (
        "\(model.name(incident.number, incident.id)) S\(incident.severity.rawValue) \(mark)\(incident.title.showable)",
        Self.style(of: incident.severity)
      )
    ]
    if let call = disasterCall(timers) { lines.append((call, .breached)) }
    if incident.isActive, incident.commander == nil { lines.append(("NO COMMANDER", .breached)) }
    if let next = nextDue, next.kind != .commander {
      lines.append(("\(next.label) \(until(next.due, isLoudest: true))", .due))
    }
    if let step = open.selectedStep, open.openRun != nil {
      lines.append(("\(Untrusted(step.number).showable) \(step.title.showable)", .plain))
    }
    lines.append(("in \(incident.phase.word)", .plain))
    if let last = open.shown.first, let event = incident.events.last(where: { $0.id == last }) {
      lines.append(("\(event.author.showable): \(incident.narrate(event))", .dim))
    }
    for (line, text) in lines.prefix(area.rows).enumerated() {
      frame.put(text.0, in: area, line: line, style: text.1)
    }
  }
}

extension Showable {
  /// In capitals, for a state that must be seen.
  var uppercased: Showable { Untrusted(text.uppercased()).showable }
}
