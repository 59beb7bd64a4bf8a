import Grid
import IncidentDomain
import TextGate

/// Screens that list one thing of the incident in full: timeline, timers, people, moves.
extension Painter {
  private var name: Showable { model.incident.map(\.name) ?? .empty }

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

  mutating func paintTimers(in area: Area) {
    guard let open = model.open else { return }
    var body = paintHeading("\(name) Timers", right: "by due time", in: area)
    let timers = open.incident.timers(at: model.now)
    let selected = open.timers.index(among: Array(timers.indices)) ?? 0
    let loudest = nextDue(of: open.incident)
    if body.rows > 8, timers.indices.contains(selected) {
      let split = body.bottom(5)
      body = split.rest
      frame.rule(row: split.bottom.row)
      paintReason(of: timers[selected], in: split.bottom.top(1).rest)
    }
    let first = firstVisible(of: selected, count: timers.count, rows: body.rows)
    for (line, timer) in timers.dropFirst(first).prefix(body.rows).enumerated() {
      let row = body.line(line)
      paint(timer, isLoudest: timer == loudest, in: row.left(min(38, row.columns)).left)
      if row.columns > 60 {
        frame.put(timer.because, in: row, indent: 40, style: .dim)
      }
      if first + line == selected { select(row: row.row, in: row) }
    }
  }

  private mutating func paintReason(of timer: IncidentTimer, in area: Area) {
    let due: Showable = "due \(model.dateTime(timer.due)) \(model.zone.name)"
    let lines: [(Showable, Style)] =
      [
        ("Why    \(timer.because)", .plain),
        ("Since  \(model.dateTime(timer.since)), \(due)", .plain),
        ("Stops  \(timer.stoppedBy)", .plain),
      ] + timer.history.map { ("Was    \($0)", .dim) }
    for (line, text) in lines.prefix(area.rows).enumerated() {
      frame.put(text.0, in: area, line: line, indent: 1, style: text.1)
    }
  }

  mutating func paintPeople(in area: Area) {
    guard let open = model.open else { return }
    let incident = open.incident
    let body = paintHeading("\(name) Roles, hand-overs and promises", in: area)
    let roles = ResponderRole.allCases
    let selected = open.people.index(among: roles) ?? 0
    var line = 0
    for (index, role) in roles.enumerated() {
      let row = body.line(line)
      guard !row.isEmpty else { return }
      let holders =
        ([incident.roles[role]].compactMap { $0 }
        + incident.others.filter { $0.role == role }.map(\.person)).map(\.showable)
      let offer = incident.offers[role].map {
        "  offered to \($0.to.showable) by \($0.from.showable) at \(model.minutes($0.at))"
          as Showable
      }
      let isMissing = role == .commander && holders.isEmpty && incident.isActive
      frame.put(role.title, in: row, indent: 2, style: .heading)
      frame.put(
        (isMissing ? "NOBODY" : holders.isEmpty ? "-" : holders.joined(", ")) + (offer ?? .empty),
        in: row, indent: 24, style: isMissing ? .breached : offer == nil ? .plain : .warning)
      if index == selected { select(row: row.row, in: row) }
      line += 1
    }
    line += 1
    for promise in incident.promises.suffix(max(0, body.rows - line)) {
      let state: Showable =
        promise.kept.map { "kept \(model.minutes($0))" } ?? "due \(until(promise.due))"
      frame.put(
        "\(promise.owner.showable) promised: \(promise.text.showable) (\(state))", in: body,
        line: line, indent: 2, style: promise.kept == nil ? .due : .dim)
      line += 1
    }
    if incident.promises.isEmpty {
      frame.put("no promise is open; P makes one", in: body, line: line, indent: 2, style: .dim)
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
