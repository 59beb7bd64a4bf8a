import Grid
import IncidentDomain
import TextGate

/// The last line: what just happened or was refused, else the keys that matter here.
extension Painter {
  mutating func paintFooter(in area: Area) {
    let refusal = refusalLines
    // A refusal of one row has the whole of it, or its end would be lost to the word on the right.
    let isWide = refusal.first.map { $0.columns > area.columns - 10 } ?? false
    if refusal.count > 1 ? area.rows > 1 : isWide {
      for (line, text) in refusal.prefix(area.rows).enumerated() {
        frame.put(text, in: area, line: line, indent: 1, style: .error)
      }
      return
    }
    let help: Showable = model.prompt == nil && model.screen != .help ? "? help" : ""
    let room = area.columns - (help.isEmpty ? 2 : help.columns + 4)
    if let status = model.status {
      let style: Style =
        switch status.kind {
        case .done: .met
        case .refusal: .error
        case .news: .due
        case .notice: .plain
        }
      let sign: Showable =
        switch status.kind {
        case .done: "\(glyphs.done) "
        case .refusal: "\(glyphs.warning) "
        case .news, .notice: ""
        }
      let undo = status.kind == .done ? undoOffer() : .empty
      let text = (sign + status.text).clipped(to: max(1, room - undo.columns))
      frame.put(text + undo, row: area.row, column: 1, width: max(1, room), style: style)
    } else if isSmall, model.prompt == nil {
      frame.put("small: 40x10 is full", in: area, style: .dim)
      return
    } else {
      paintHints(hints, in: area, width: room)
    }
    if room > 8 { frame.putRight(help + " ", in: area, style: .key) }
  }

  /// Rows that the last line takes: a refusal that does not fit on one gets more, up to four, because
  /// its end says what to do.
  var footerRows: Int {
    isSmall || frame.size.rows < 16 ? 1 : min(4, max(1, refusalLines.count))
  }

  /// A refusal in as many rows as it needs; nothing for another status.
  private var refusalLines: [Showable] {
    guard let status = model.status, status.kind == .refusal else { return [] }
    let text = "\(glyphs.warning) \(status.text)" as Showable
    guard text.columns > frame.size.columns - 12 else { return [text] }
    return text.wrapped(to: max(1, frame.size.columns - 2))
  }

  /// For ten seconds, that `u` takes it back.
  private mutating func undoOffer() -> Showable {
    guard let last = model.lastWrite,
      model.screen == .board || last.target.id == model.incident?.id,
      CommandTable.command(for: "u", on: model.screen)?.id == .undo, !isSmall
    else { return .empty }
    let left = Incident.reversalSeconds - model.now.seconds(since: last.at)
    guard left >= 0 else { return .empty }
    stays(for: left + 1)
    return "  (u takes it back)"
  }

  private mutating func paintHints(_ hints: [(Showable, Showable)], in area: Area, width: Int) {
    var column = 1
    for (key, word) in hints {
      let needed = key.columns + 1 + word.columns
      guard column + needed <= width else { break }
      column += frame.put(key, row: area.row, column: column, style: .key) + 1
      column += frame.put(word, row: area.row, column: column, style: .dim) + 2
    }
  }

  private var hints: [(Showable, Showable)] {
    switch model.prompt {
    case .form(let form):
      var hints: [(Showable, Showable)] = [("Enter", form.purpose.enterWord)]
      if form.fields.count > 1 { hints.append(("Tab", "next")) }
      hints.append(("Esc", "leave"))
      if form.focusIsChoice { hints.append(("Left Right", "choose")) }
      if form.focusIsText { hints.append(("Ctrl-O", "editor")) }
      return hints
    case .palette:
      return [("Enter", "run"), ("Tab", "complete"), ("Down", "next"), ("Esc", "leave")]
    case .filter: return [("Enter", "keep the filter"), ("Esc", "as before")]
    case nil: break
    }
    return Self.hints(on: model.screen).compactMap { id in
      guard let entry = CommandTable.entry(id), let key = entry.keys.first,
        model.refusal(of: id) == nil
      else { return nil }
      // With one run there is nothing to choose.
      if id == .runs, model.incident?.runs.count ?? 0 < 2 { return nil }
      return (key.word, word(of: entry))
    }
  }

  /// What a command does here, where its own word says too little.
  private func word(of entry: CommandEntry) -> Showable {
    if entry.id == .back, model.screen == .board { return "quit" }
    if entry.id == .nextPane, model.screen == .checklists { return "next list" }
    return entry.short
  }

  /// What to offer first on each screen; what cannot be done now is left out.
  static func hints(on screen: Screen) -> [CommandID] {
    switch screen {
    case .board:
      [
        .declare, .open, .acknowledge, .card, .back, .runbooks, .checklists, .filter, .search,
        .palette,
      ]
    case .incident:
      [
        .undo, .settle, .runs, .acknowledge, .phaseForward, .note, .update, .people, .escalate,
        .runbooks,
        .timeline, .timers, .decisions, .postmortem, .palette, .back,
      ]
    case .timeline: [.undo, .filter, .pin, .correct, .note, .open, .copy, .back]
    case .timers: [.open, .update, .snooze, .escalate, .acknowledge, .milestone, .back]
    case .people:
      [
        .assign, .accept, .decline, .handOver, .takeOver, .vacate, .promise, .keepPromise, .back,
      ]
    case .decisions: [.propose, .agree, .object, .decide, .withdraw, .back]
    case .phases: [.enterPhase, .overrideGate, .back]
    case .postmortem:
      [
        .draftPostmortem, .editPostmortem, .viewPostmortem, .publishPostmortem, .addAction,
        .settleAction, .feedback, .phaseForward, .back,
      ]
    case .document: [.revise, .copy, .back]
    case .runbooks: [.open, .filter, .card, .back]
    case .preview: [.startRun, .copy, .back]
    case .step:
      [
        .stepRun, .stepDone, .stepFail, .stepSkip, .stepYes, .stepNo, .stepBegin, .rollback, .runs,
        .difference, .copy, .back,
      ]
    case .runs: [.chooseRun, .drift, .back]
    case .search: [.open, .search, .back]
    case .command: [.confirmRun, .interruptRun, .stepDone, .stepFail, .stepSkip, .copy, .back]
    case .checklists: [.tick, .untick, .declareMissed, .open, .nextPane, .back]
    case .card: [.contacts, .copy, .back]
    case .contacts: [.back]
    case .help: [.open, .filter, .back]
    }
  }
}

extension Form {
  var focusIsChoice: Bool {
    guard fields.indices.contains(focus), case .choice = fields[focus].content else { return false }
    return true
  }

  var focusIsText: Bool { !fields.isEmpty && !focusIsChoice }
}

extension Form.Purpose {
  /// What Enter does, for the footer.
  var enterWord: Showable {
    switch self {
    case .value: "next"
    case .typed: "run it"
    case .kill: "end it"
    case .find: "open"
    case .search: "search"
    case .quit: "leave"
    default: "write it"
    }
  }
}
