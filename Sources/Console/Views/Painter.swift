import Grid
import IncidentDomain
import TextGate

/// Draws one frame, and notes how soon it will be out of date.
///
/// Everything on a frame that depends on the time is made by ``until(_:)``, ``age(since:)`` and
/// ``stays(for:)``, so the edge is exact and a screen without such text wakes nobody.
struct Painter {
  let model: Model
  let glyphs: GlyphSet
  var frame: Frame
  /// Seconds until something shown changes by itself; nil for never.
  private(set) var secondsToChange: Int?
  /// The timers of the open incident, worked out once for all places of a frame that show them.
  lazy var timers: [IncidentTimer] = model.open?.incident.timers(at: model.now) ?? []
  /// Whether something on the frame shows seconds.
  private var showsSeconds = false

  init(model: Model, size: Size, glyphs: GlyphSet) {
    self.model = model
    self.glyphs = glyphs
    frame = Frame(size: size, glyphs: glyphs)
  }

  /// Less than this and a screen says that it is small (CONSOLE.md, rule 3).
  static let fullSize = Size(columns: 40, rows: 10)

  var isSmall: Bool {
    frame.size.columns < Self.fullSize.columns || frame.size.rows < Self.fullSize.rows
  }

  mutating func paint() {
    guard frame.size.rows > 0, frame.size.columns > 0 else { return }
    var area = frame.area
    if area.rows > 2 {
      let split = area.bottom(footerRows)
      paintFooter(in: split.bottom)
      area = split.rest
      if !isSmall {
        frame.rule(row: area.endRow - 1)
        area = area.bottom(1).rest
      }
    }
    let lines = alertLines(in: area)
    if !lines.isEmpty {
      let split = area.bottom(lines.count)
      for (line, text) in lines.enumerated() {
        frame.put(text, in: split.bottom, line: line, indent: 1, style: .error)
      }
      area = split.rest
    }
    area = paintPrompt(in: area)
    paintScreen(in: area)
  }

  /// What stays above the last line until it is mended: the store, and what waits to be shared; on an
  /// incident's screens that its record contradicts itself.
  private func alertLines(in area: Area) -> [Showable] {
    guard area.rows > 3 else { return [] }
    let width = max(1, area.columns - 2)
    let most = area.rows > 12 ? 2 : 1
    var lines: [Showable] = []
    if model.screen.isOfIncident, let conflict = model.incident?.openConflicts.first,
      let incident = model.incident
    {
      let key = model.screen == .command || model.screen == .document ? "" : "; X settles it"
      let text: Showable =
        "CONFLICT on \(incident.subject(of: conflict)): two branches disagree\(Untrusted(key).showable)"
      lines += text.wrapped(to: width).prefix(1)
    }
    if let alert = model.storeAlert(isShort: most == 1) {
      let rows = Showable("STORE: \(alert)").wrapped(to: width)
      // What does not fit is seen to be cut.
      lines += rows.prefix(most - 1)
      let last = Array(rows.dropFirst(most - 1))
      if !last.isEmpty { lines.append(last.joined(" ").clipped(to: width)) }
    }
    return Array(lines.prefix(max(1, area.rows - 3)))
  }

  /// Rows that a screen of text has for its lines, below its heading.
  var rowsOfText: Int {
    guard frame.size.rows > 2 else { return 0 }
    let split = frame.area.bottom(footerRows + (isSmall ? 0 : 1)).rest
    return max(0, split.rows - alertLines(in: split).count - (isSmall ? 1 : 2))
  }

  private mutating func paintScreen(in area: Area) {
    switch model.screen {
    case .board: paintBoard(in: area)
    case .incident: paintIncident(in: area)
    case .timeline: paintTimeline(in: area)
    case .timers: paintTimers(in: area)
    case .people: paintPeople(in: area)
    case .decisions: paintDecisions(in: area)
    case .phases: paintPhases(in: area)
    case .postmortem: paintPostmortem(in: area)
    case .document: paintDocument(in: area)
    case .runbooks: paintRunbooks(in: area)
    case .preview: paintPreview(in: area)
    case .runs: paintRuns(in: area)
    case .step: paintStep(in: area)
    case .command: paintCommand(in: area)
    case .checklists: paintChecklists(in: area)
    case .card: paintCard(in: area)
    case .contacts: paintContacts(in: area)
    case .help: paintHelp(in: area)
    case .search: paintSearch(in: area)
    }
  }

  // MARK: - Time

  /// The frame is out of date after so many seconds.
  mutating func stays(for seconds: Int) {
    let seconds = max(1, seconds)
    secondsToChange = min(secondsToChange ?? seconds, seconds)
  }

  /// `2:11` for the loudest of what is to come, `2m` for the rest; `+4m` for what is late.
  mutating func until(_ due: Instant, isLoudest: Bool = false) -> Showable {
    // Whole seconds on both sides: a target of five minutes begins at 5:00.
    let left = -model.now.seconds(since: due.wholeSecond)
    if left < 0 { return "+\(length(-left, grows: true, isLoudest: isLoudest))" }
    return length(left, grows: false, isLoudest: isLoudest)
  }

  /// `34m`, growing; `0:12` where it is the one thing to watch.
  mutating func age(since start: Instant, isLoudest: Bool = false) -> Showable {
    length(
      max(0, model.now.seconds(since: start)), grows: true, isLoudest: isLoudest)
  }

  /// One length on a frame shows its seconds, the loudest: each that ticks costs a slow line some
  /// ten bytes a second (PERFORMANCE.md: at most 20 for all of them).
  private mutating func length(_ seconds: Int, grows: Bool, isLoudest: Bool) -> Showable {
    let isFine = isLoudest && !showsSeconds && seconds < 3600
    if isFine { showsSeconds = true }
    // The steps in which the text below tells a length of time.
    let step = isFine ? 1 : seconds < 86_400 ? 60 : 3600
    stays(for: grows ? step - seconds % step : seconds % step + 1)
    if isFine || seconds >= 3600 { return .clock(seconds: seconds) }
    return seconds < 60 ? "<1m" : "\(seconds / 60)m"
  }

  /// The time of day, to the minute.
  mutating func timeOfDay() -> Showable {
    let civil = CivilTime(model.now, offsetSeconds: model.zone.offsetSeconds)
    stays(for: 60 - civil.second)
    return "\(Model.two(civil.hour)):\(Model.two(civil.minute)) \(model.zone.name)"
  }

  // MARK: - Pieces

  /// Marks the selected row with a sign and reverse video, and puts the cursor there.
  mutating func select(row: Int, in area: Area, isFocused: Bool = true) {
    frame.put(glyphs.selection, row: row, column: area.column, width: 1, style: .title)
    guard isFocused else { return }
    frame.add(
      .selected, to: Area(row: row, column: area.column, rows: 1, columns: area.columns))
    if model.prompt == nil { frame.cursor = Position(row: row, column: area.column) }
  }

  /// The first row of a screen that is neither board nor incident: what it is, and of what.
  mutating func paintHeading(
    _ title: Showable, right: Showable = .empty, in area: Area
  ) -> Area {
    let split = area.top(1)
    var used = frame.put(title, in: split.top, indent: 1, style: .title) + 1
    if let incident = model.incident, model.screen.isOfIncident, incident.isDrill {
      used += frame.put(" DRILL ", in: split.top, indent: used + 1, style: .drill.adding(.selected))
    }
    if used + right.columns + 2 < area.columns {
      frame.putRight(right + " ", in: split.top, style: .dim)
    }
    guard !isSmall else { return split.rest }
    let rule = split.rest.top(1)
    if !rule.top.isEmpty { frame.rule(row: rule.top.row) }
    return rule.rest
  }

  /// Lines of text from the scroll position on, and signs where there is more.
  mutating func paintText(_ lines: [(Showable, Style)], in area: Area) {
    guard area.rows > 0 else { return }
    let first = min(model.scroll[model.screen] ?? 0, max(0, lines.count - area.rows))
    for (offset, line) in lines.dropFirst(first).prefix(area.rows).enumerated() {
      frame.put(line.0, in: area, line: offset, indent: 1, style: line.1)
    }
    if first > 0 { frame.putRight(glyphs.moreAbove, in: area, line: 0, style: .dim) }
    if first + area.rows < lines.count {
      frame.putRight(glyphs.moreBelow, in: area, line: area.rows - 1, style: .dim)
    }
  }

  static func style(of severity: Severity) -> Style {
    switch severity {
    case .sev1: .sev1
    case .sev2: .sev2
    case .sev3: .sev3
    case .sev4: .sev4
    }
  }
}
