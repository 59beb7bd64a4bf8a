import Grid
import IncidentDomain
import TextGate

/// Panes 2 and 4: timers and timeline.
extension Painter {
  // MARK: - Timers

  mutating func paintTimerPane(_ open: OpenIncident, in area: Area) {
    let timers = timers.filter { timer in timer.kind != .commander || timer.isRunning }
    var area = area
    if let call = disasterCall(timers), area.rows > 1 {
      frame.put(call, in: area, indent: 1, style: .breached.adding(.strong))
      area = area.top(1).rest
    }
    let loudest = nextDue
    let selected = open.timers.index(among: Array(timers.indices)) ?? 0
    let isFocused = open.pane == .timers
    let first =
      isFocused ? firstVisible(of: selected, count: timers.count, rows: area.rows) : 0
    for (line, timer) in timers.dropFirst(first).prefix(area.rows).enumerated() {
      let row = area.line(line)
      paint(timer, isLoudest: timer == loudest, in: row)
      if isFocused, first + line == selected { select(row: row.row, in: row) }
    }
    if timers.isEmpty { frame.put("no timer runs", in: area, indent: 1, style: .dim) }
  }

  /// `INVOKE DISASTER RECOVERY`, once the recovery is later than its tier allows.
  func disasterCall(_ timers: [IncidentTimer]) -> Showable? {
    timers.contains { $0.isRunning && $0.consequence != nil } ? "INVOKE DISASTER RECOVERY" : nil
  }

  /// `update due         2:11`, `resolve      LATE  +4:12`, `acknowledge  met in 3:10`
  mutating func paint(_ timer: IncidentTimer, isLoudest: Bool, in area: Area) {
    let (state, style) = state(of: timer, isLoudest: isLoudest)
    let isMissing = timer.kind == .commander && timer.isRunning
    let label: Showable = isMissing ? "NO COMMANDER" : timer.label
    let loud: Style = isLoudest ? style.adding(.strong) : style
    if isLoudest { frame.put(glyphs.current, in: area, style: loud) }
    frame.put(
      label, row: area.row, column: area.column + 1,
      width: max(0, area.columns - state.columns - 3), style: loud)
    frame.put(
      state, row: area.row, column: max(area.column, area.endColumn - state.columns - 1),
      // What ticks stays plain: its label is loud.
      style: isLoudest && timer.due >= model.now ? .plain : loud)
  }

  /// What a timer says of itself: a word, where colour alone would not do, and a time.
  mutating func state(
    of timer: IncidentTimer, isLoudest: Bool = false
  ) -> (Showable, Style) {
    switch timer.state {
    case .running:
      let used = model.now.seconds(since: timer.since)
      let whole = timer.due.seconds(since: timer.since)
      stays(for: whole * 8 / 10 - used + 1)
      return (until(timer.due, isLoudest: isLoudest), .due)
    case .warning: return ("soon \(until(timer.due, isLoudest: isLoudest))", .warning)
    case .breached:
      if let met = timer.met {
        return ("late by \(Showable.clock(seconds: met.seconds(since: timer.due)))", .breached)
      }
      if timer.ended != nil { return ("MISSED", .breached) }
      return ("LATE \(until(timer.due, isLoudest: isLoudest))", .breached)
    case .met:
      let met = timer.met ?? timer.due
      return ("met in \(Showable.clock(seconds: met.seconds(since: timer.since)))", .met)
    case .stopped: return ("stopped", .dim)
    }
  }

  // MARK: - Timeline

  mutating func paintTimelinePane(_ open: OpenIncident, in area: Area) {
    let isFocused = open.pane == .timeline
    let shown = open.shown
    let selected = isFocused ? open.timeline.index(among: shown) ?? 0 : 0
    let first = firstVisible(of: selected, count: shown.count, rows: area.rows)
    let rows = shown.dropFirst(first).prefix(area.rows)
    let events = open.events(rows)
    let columns = TimelineColumns(events, model)
    for (line, event) in events.enumerated() {
      let row = area.line(line)
      paint(event, of: open.incident, columns, in: row)
      if isFocused, first + line == selected { select(row: row.row, in: row) }
    }
  }

  /// `14:02    alice  (recorded 14:04) customer support told`
  mutating func paint(
    _ event: Event, of incident: Incident, _ columns: TimelineColumns, in area: Area
  ) {
    let isTakenBack = incident.reversed.contains(event.id)
    var style: Style = isTakenBack ? .dim : incident.pins.contains(event.id) ? .title : .plain
    var text = incident.narrate(event)
    if let correction = incident.corrections[event.id]?.last,
      let later = incident.events.last(where: { $0.id == correction }),
      case .corrected(_, let right) = later.body
    {
      text =
        right.map { "\($0.showable) (corrected; it was: \(text))" }
        ?? "\(text) (its time is corrected to \(model.time(later.occurred)))"
    }
    if event.recorded.seconds(since: event.occurred.instant) >= 60 {
      text = "(recorded \(model.minutes(event.recorded))) \(text)"
    }
    let isUnshared = model.unshared.contains(event.id)
    if isUnshared, !isTakenBack { style = .warning }
    if isUnshared { text = "(not yet shared) \(text)" }
    if isTakenBack { text = "(taken back) \(text)" }
    if incident.pins.contains(event.id) { text = "\(glyphs.bullet) \(text)" }
    frame.put(
      model.time(event.occurred), in: area, indent: 1, style: isTakenBack ? .dim : .plain)
    frame.put(
      event.author.showable, row: area.row, column: area.column + columns.author,
      width: columns.authorWidth, style: .heading)
    frame.put(text, in: area, indent: columns.text, style: style)
  }
}

/// Where the timeline's columns stand, from what is seen of it.
struct TimelineColumns {
  let author: Int
  let authorWidth: Int
  let text: Int

  init(_ events: [Event], _ model: Model) {
    let time = events.map { model.time($0.occurred).columns }.max() ?? 8
    authorWidth = min(12, max(6, events.map(\.author.showable.columns).max() ?? 5))
    author = 1 + max(8, time) + 1
    text = author + authorWidth + 1
  }
}

extension OpenIncident {
  /// The events of some ids, in their order.
  func events(_ ids: some Sequence<EventID>) -> [Event] {
    ids.compactMap { event($0) }
  }

  /// The event of an id.
  func event(_ id: EventID) -> Event? { places[id].map { incident.events[$0] } }
}
