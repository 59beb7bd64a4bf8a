import Grid
import IncidentDomain
import TextGate

/// The board: what is on, worst and earliest due first, and the selected one below.
extension Painter {
  mutating func paintBoard(in area: Area) {
    if isSmall { return paintSmallBoard(in: area) }
    let header = area.top(1)
    let tabs = header.rest.top(1)
    var rest = tabs.rest
    paintTabs(in: tabs.top)
    let board = model.board
    if board.hasLoaded, board.total == 0 {
      paintInvitation(in: rest)
    } else {
      if rest.rows >= 12, let row = board.selected {
        let split = rest.bottom(row.conflicts > 0 ? 7 : 6)
        frame.rule(row: split.bottom.row)
        paintDetail(of: row, in: split.bottom.top(1).rest)
        rest = split.rest
      }
      paintRows(in: rest)
    }
    paintBoardHeader(in: header.top)
  }

  private mutating func paintBoardHeader(in area: Area) {
    guard !area.isEmpty else { return }
    let session = model.session
    var column = 1 + frame.put("mayday", in: area, indent: 1, style: .title)
    let who: Showable =
      "\(session.actor.host.showable) \(glyphs.separator) \(session.actor.person.showable)"
    column += 2
    let time = timeOfDay()
    let counts = model.board.counts
    let active = counts[.active] ?? 0
    let reviews = counts[.reviews] ?? 0
    var right: Showable = "\(active) active"
    if reviews > 0 { right = "\(right)  \(reviews) in review" }
    right = "\(right)  \(time) "
    if session.permissions.isObserver { right = "OBSERVER  \(right)" }
    if column + who.columns + right.columns + 2 > area.columns { right = "\(time) " }
    frame.put(
      who, row: area.row, column: column,
      width: max(0, area.columns - right.columns - column - 1))
    frame.putRight(right, in: area)
  }

  private mutating func paintTabs(in area: Area) {
    guard !area.isEmpty else { return }
    var column = 1
    for (index, tab) in BoardTab.allCases.enumerated() {
      let isShown = tab == model.board.tab
      let count = model.board.counts[tab] ?? 0
      let text: Showable = "\(index + 1) \(tab.word)\(count > 0 ? " \(count)" as Showable : .empty)"
      column +=
        frame.put(
          isShown ? "[\(text)]" : " \(text) ", row: area.row, column: column,
          style: isShown ? .title.adding(.selected) : .plain) + 1
    }
    let filter = model.board.filter
    let hint: Showable =
      filter.isBlank ? "/ filter " : "/ \(filter.untrusted.showable) (\(model.board.total)) "
    if column + hint.columns < area.columns {
      frame.putRight(hint, in: area, style: filter.isBlank ? .dim : .due)
    }
  }

  private mutating func paintRows(in area: Area) {
    guard area.rows > 1 else { return }
    let board = model.board
    let heading = area.top(1)
    let list = heading.rest
    let first = firstVisible(of: board.index, count: board.total, rows: list.rows)
    let seen = first..<min(first + list.rows, max(first, board.total))
    // A number that may still change has a mark behind it.
    let unshared = model.unshared
    let longest =
      seen.lazy.compactMap { board.row($0) }.map {
        unshared.contains($0.id) ? $0.number * 10 : $0.number
      }.max() ?? 0
    let columns = BoardColumns(width: area.columns, longestNumber: longest)
    put(
      columns, in: heading.top, severity: "SEV", id: "ID", conflict: .empty, title: "Title",
      phase: "Phase",
      next: NextDue(label: "Next due", style: .heading), commander: "IC", style: .heading)
    guard board.hasLoaded else {
      frame.put("reading the record", in: list, indent: 3, style: .dim)
      return
    }
    let loudest = loudest(of: (0..<seen.count).compactMap { board.row(first + $0) })
    for line in 0..<seen.count {
      let row = list.line(line)
      if let entry = board.row(first + line) {
        paint(entry, columns, in: row, isLoudest: entry.id == loudest)
      } else {
        frame.put(glyphs.ellipsis, in: row, indent: 3, style: .dim)
      }
      if first + line == board.index {
        // Up to the title: a time that ticks stays plain, and a step of the cursor stays small.
        let marked = min(row.columns - 1, columns.title + columns.titleWidth - 1)
        select(
          row: row.row,
          in: Area(row: row.row, column: row.column + 1, rows: 1, columns: max(1, marked)))
      }
    }
    if first + list.rows < board.total {
      frame.putRight(glyphs.moreBelow, in: list, line: list.rows - 1, style: .dim)
    }
  }

  /// The row whose deadline comes next.
  private func loudest(of rows: [BoardRow]) -> EventID? {
    let coming = rows.compactMap { row -> (due: Instant, id: EventID)? in
      guard row.tab != .closed, let next = row.nextDeadline(at: model.now),
        next.due >= model.now
      else { return nil }
      return (next.due, row.id)
    }
    return coming.min { $0.due < $1.due }?.id
  }

  private mutating func paint(
    _ row: BoardRow, _ columns: BoardColumns, in area: Area, isLoudest: Bool
  ) {
    let due = row.nextDeadline(at: model.now)
    var next = NextDue()
    if let due, row.tab != .closed {
      next.time = until(due.due, isLoudest: isLoudest)
      let label: Showable = due.kind == .commander ? "NO IC" : due.label
      let room = max(0, BoardColumns.next - next.time.columns - 1)
      next.label = label.padded(to: min(room, max(7, label.columns)))
      next.style = due.due < model.now ? .breached : .due
    }
    let title: Showable = row.isDrill ? "DRILL \(row.title.showable)" : row.title.showable
    put(
      columns, in: area, severity: row.severity.word, id: model.name(row.number, row.id),
      conflict: row.conflicts > 0 ? Self.conflict : .empty, title: title,
      phase: phaseWord(of: row), next: next, commander: row.commander?.showable ?? "-",
      style: row.isDrill ? .drill : .plain, severityStyle: Self.style(of: row.severity))
  }

  /// As an incident's own screens say it.
  private static let conflict: Showable = "CONFLICT "

  private func phaseWord(of row: BoardRow) -> Showable {
    switch row.ending {
    case .cancelled: "cancelled"
    case .merged(_, let number): "in INC-\(number)"
    case nil: row.phase.short
    }
  }

  private mutating func put(
    _ columns: BoardColumns, in area: Area, severity: Showable, id: Showable, conflict: Showable,
    title: Showable, phase: Showable, next: NextDue, commander: Showable, style: Style,
    severityStyle: Style? = nil
  ) {
    frame.put(
      severity, row: area.row, column: area.column + 3, width: 5, style: severityStyle ?? style)
    frame.put(
      id, row: area.row, column: area.column + 10, width: columns.title - 11, style: style)
    // The word stands before the title, where a narrow screen has it too.
    let marked = frame.put(
      conflict, row: area.row, column: area.column + columns.title, width: columns.titleWidth,
      style: .error)
    frame.put(
      title, row: area.row, column: area.column + columns.title + marked,
      width: columns.titleWidth - marked, style: style)
    if let column = columns.phase {
      frame.put(phase, row: area.row, column: area.column + column, width: 11, style: style)
    }
    let at = area.column + columns.next
    let used = frame.put(
      next.label, row: area.row, column: at, width: BoardColumns.next, style: next.style)
    frame.put(
      next.time, row: area.row, column: at + used + (used > 0 ? 1 : 0),
      width: max(0, BoardColumns.next - used - 1),
      style: next.style == .breached ? .breached : .plain)
    if let column = columns.commander {
      frame.put(
        commander, row: area.row, column: area.column + column,
        width: columns.width - column - 1, style: style)
    }
  }

  private mutating func paintDetail(of row: BoardRow, in area: Area) {
    let age: Showable = "age \(age(since: row.declared)) "
    frame.put(
      "\(model.name(row.number, row.id)) \(row.title.showable)", row: area.row, column: 1,
      width: area.columns - age.columns - 2, style: .title)
    frame.putRight(age, in: area, style: .dim)
    var line = 1
    func show(_ label: Showable, _ text: Showable, _ style: Style = .plain) {
      frame.put(label, in: area, line: line, indent: 1, style: .heading)
      frame.put(text, in: area, line: line, indent: 10, style: style)
      line += 1
    }
    if row.conflicts > 0 {
      let what: Showable = row.conflicts > 1 ? " in \(row.conflicts) things" : ""
      let key: Showable =
        model.session.permissions.isObserver ? "" : "; Enter, then X settles it"
      show("CONFLICT", "two branches disagree\(what)\(key)", .error)
    }
    show("Impact", row.impact?.showable ?? "not stated yet")
    if let last = row.last {
      show("Last", "\(model.minutes(last.at)) \(last.by.showable): \(last.text.showable)")
    }
    let waiting = row.deadlines(at: model.now)
    let ordered =
      waiting.filter { $0.due >= model.now } + waiting.filter { $0.due < model.now }
    let deadlines = ordered.map { deadline -> Showable in
      let label: Showable = deadline.kind == .commander ? "NO COMMANDER" : deadline.label
      let late: Showable = deadline.due < model.now ? "LATE " : ""
      return "\(label) \(late)\(until(deadline.due))"
    }
    show("Due", deadlines.isEmpty ? "nothing" : deadlines.joined(" \(glyphs.separator) "), .due)
    if let run = row.run {
      let by = run.by.map { ", \($0.showable) is on it" as Showable } ?? .empty
      let next = run.next.map { ", next step \(Untrusted($0).showable)" as Showable } ?? .empty
      show("Runbook", "\(run.title.showable), \(run.ended) of \(run.all) done\(next)\(by)")
    } else {
      show("Runbook", "none open; Enter, then r finds one", .dim)
    }
  }

  private mutating func paintInvitation(in area: Area) {
    var lines: [(Showable, Showable)] = []
    var first: Showable
    if !model.board.filter.isBlank {
      first = "Nothing matches \(model.board.filter.untrusted.showable)."
      lines = [("/", "change the filter"), ("Esc", "in the filter: as before")]
    } else {
      switch model.board.tab {
      case .active: first = "Nothing is on. All is quiet."
      case .reviews: first = "No review is waiting."
      case .drills: first = "No drill is running."
      case .closed: first = "Nothing has been closed yet."
      }
      if model.session.permissions.isObserver {
        first = "\(first) You only observe: others declare."
      } else {
        lines += [("d", "declare an incident"), ("D", "practise with a drill")]
      }
      lines += [
        ("r", "look at the runbooks"), ("e", "emergency card: the first three steps"),
        ("c", "contacts: whom to call"), ("l", "checklists and windows: what is due"),
        ("?", "help"), ("q", "leave"),
      ]
    }
    let top = max(1, (area.rows - lines.count - 2) / 3)
    frame.put(first, in: area, line: top, indent: 4, style: .title)
    for (offset, line) in lines.enumerated() {
      frame.put(line.0, in: area, line: top + 2 + offset, indent: 6, style: .key)
      frame.put(line.1, in: area, line: top + 2 + offset, indent: 11)
    }
  }

  private mutating func paintSmallBoard(in area: Area) {
    let board = model.board
    let split = area.top(1)
    frame.put(
      "mayday \(board.counts[.active] ?? 0) active", in: split.top, style: .title)
    guard board.total > 0 else {
      frame.put(board.hasLoaded ? "nothing; d declares" : "reading", in: split.rest)
      return
    }
    let rows = split.rest.rows
    let first = firstVisible(of: board.index, count: board.total, rows: rows)
    for line in 0..<min(rows, board.total - first) {
      guard let row = board.row(first + line) else { continue }
      let area = split.rest.line(line)
      let mark: Showable =
        "\(row.conflicts > 0 ? Self.conflict : .empty)\(row.isDrill ? "DRILL " : .empty)"
      frame.put(
        "\(row.severity.rawValue) INC-\(row.number) \(mark)\(row.title.showable)", in: area,
        indent: 1, style: Self.style(of: row.severity))
      if first + line == board.index { select(row: area.row, in: area) }
    }
  }
}

/// Where the board's columns stand.
private struct BoardColumns {
  let width: Int
  let title: Int
  let titleWidth: Int
  /// Nil where there is no room for it.
  let phase: Int?
  let next: Int
  let commander: Int?

  /// `escalate L3 12:20` and `post-mortem 2d 4h` fit.
  static let next = 17

  init(width: Int, longestNumber: Int) {
    self.width = width
    title = 10 + max(6, "INC-\(longestNumber)".count) + 2
    if width >= 70 {
      let names = min(16, max(7, width / 11))
      let commander = width - names - 1
      let next = commander - 2 - Self.next
      let phase = next - 1 - 11
      self.commander = commander
      self.next = next
      self.phase = phase
      titleWidth = phase - 2 - title
    } else {
      commander = nil
      phase = nil
      next = max(title + 4, width - Self.next - 1)
      titleWidth = max(4, next - 2 - title)
    }
  }
}

extension Phase {
  /// The word for a narrow column.
  var short: Showable { self == .documentation ? "document" : word }
}

/// The column that says what is due next: the label is loud, a time that ticks is plain.
private struct NextDue {
  var label: Showable = .empty
  var time: Showable = .empty
  var style: Style = .plain
}
