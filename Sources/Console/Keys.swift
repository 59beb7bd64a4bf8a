import Grid
import IncidentDomain
import TextGate

/// What a key does: a prompt takes it, or the table says which command it means.
extension Model {
  mutating func take(_ press: KeyPress) -> [Effect] {
    switch prompt {
    case .form(let form): return take(press, in: form)
    case .palette(let palette): return take(press, in: palette)
    case .filter(let before): return takeFilter(press, before)
    case nil: break
    }
    switch press.key {
    case .paste, .overlongPaste:
      say(.notice, "a paste outside a prompt does nothing; open a prompt first, as + for a note")
      return []
    default: break
    }
    guard let entry = CommandTable.command(for: press.key, on: screen) else {
      if press.key == .control("c") {
        say(.notice, "Ctrl-C cancels a prompt; q goes back and Q leaves")
      } else if !press.isBurst {
        say(.notice, "\(press.key.word) does nothing here; ? lists what works")
      }
      return []
    }
    guard !press.isBurst || entry.isMoving else {
      say(.notice, "keys came faster than a hand types: nothing was done")
      return []
    }
    return run(entry.id)
  }

  /// Carries out a command, or says why not.
  mutating func run(_ id: CommandID, words: String = "") -> [Effect] {
    if let why = refusal(of: id) {
      refuse(why)
      return []
    }
    status = nil
    if screen == .incident { open?.news = 0 }
    return perform(id, words: words)
  }

  private mutating func take(_ press: KeyPress, in form: Form) -> [Effect] {
    var form = form
    switch form.take(press.key, isBurst: press.isBurst) {
    case .cancel:
      leave(form)
      return []
    case .submit: return submit(form)
    case .edit(let text):
      prompt = .form(form)
      return [.editText(text)]
    case .edited:
      adapt(&form)
      prompt = .form(form)
      status = nil
    case .ignored: prompt = .form(form)
    case .refused(let why):
      prompt = .form(form)
      refuse(why)
    }
    return []
  }

  /// A suggested update that nobody touched follows the choice of whom it is for.
  private func adapt(_ form: inout Form) {
    if case .declare = form.purpose { return suggestSeverity(in: &form) }
    guard form.purpose == .update, form.focusIsChoice else { return }
    let typed = form.text(.text)
    guard typed == nil || typed == suggestedUpdate(0) || typed == suggestedUpdate(1),
      let index = form.fields.firstIndex(where: { $0.id == .text })
    else { return }
    let text = suggestedUpdate(form.choice(.audience))
    form.fields[index].content = .text(LineEditor(text?.raw ?? ""), suggestions: [])
  }

  /// An answer on the impact, or a type of issue that the matrix knows, sets the severity; whoever
  /// knows better sets it after.
  private func suggestSeverity(in form: inout Form) {
    guard form.fields.indices.contains(form.focus) else { return }
    let severity: Severity? =
      switch form.fields[form.focus].id {
      case .broken, .affected, .stake: form.impactAnswers.suggestion?.severity
      case .type: form.text(.type).flatMap { session.operations.issue($0)?.severity }
      default: nil
      }
    guard let severity, let place = Severity.allCases.firstIndex(of: severity),
      let index = form.fields.firstIndex(where: { $0.id == .severity })
    else { return }
    form.fields[index].content = .choice(Severity.allCases.map(\.word), selected: place)
  }

  private mutating func leave(_ form: Form) {
    prompt = nil
    status = nil
    if case .value = form.purpose { return }
    if case .typed = form.purpose { return }
    if case .kill = form.purpose { return }
    drafts[form.purpose] = form.hasText ? form.fields : nil
    if form.hasText, isTyped(form) {
      say(.notice, "nothing was written; your text is kept for when you come back")
    }
  }

  /// Whether the text differs from what the form began with.
  private func isTyped(_ form: Form) -> Bool {
    var fresh = self
    fresh.drafts = [:]
    fresh.ask(form.purpose)
    if case .form(let empty) = fresh.prompt { return empty.fields != form.fields }
    return true
  }

  private mutating func submit(_ form: Form) -> [Effect] {
    var form = form
    if let missing = form.firstMissing, missing != form.focus {
      form.focus = missing
      prompt = .form(form)
      return []
    }
    let request: Request
    let preview: Showable
    do {
      request = try self.request(of: form)
      preview = try self.preview(of: form)
    } catch {
      prompt = .form(form)
      refuse(error.forScreen)
      return []
    }
    if case .declaration = request, !form.isConfirmed {
      form.isConfirmed = true
      prompt = .form(form)
      return []
    }
    prompt = nil
    return carryOut(request, of: form, preview: preview)
  }

  private mutating func carryOut(
    _ request: Request, of form: Form, preview: Showable
  ) -> [Effect] {
    switch request {
    case .command(let command, let told):
      guard let target = form.target else { return [] }
      drafts[form.purpose] = form.hasText ? form.fields : nil
      return write(
        command, to: target.id, at: told, what: preview, purpose: form.purpose)
    case .declaration(let declaration):
      drafts[form.purpose] = form.fields
      let ticket = ticket(PendingWrite(what: "declared", purpose: form.purpose, then: .open))
      guard case .declare(_, let missed) = form.purpose else { return [] }
      return [.declare(ticket, declaration, for: missed)]
    case .round(let command, let round, let told):
      drafts[form.purpose] = form.hasText ? form.fields : nil
      let ticket = ticket(PendingWrite(what: preview, purpose: form.purpose, then: .nothing))
      return [.change(ticket, command, of: round, at: told)]
    case .merge(let other):
      guard let target = form.target else { return [] }
      drafts[form.purpose] = form.fields
      let ticket = ticket(PendingWrite(what: preview, purpose: form.purpose, then: .nothing))
      return [.merge(ticket, target.id, into: other)]
    case .find(let reference):
      screens = [.board]
      return [.findIncident(reference)]
    case .search(let text): return searchRecord(text)
    case .quit: return [.quit]
    case .value(let value): return takeValue(value, of: form.purpose)
    }
  }

  /// Asks for an append.
  mutating func write(
    _ command: Command, to incident: EventID, at told: ToldTime? = nil, what: Showable,
    purpose: Form.Purpose? = nil, then: PendingWrite.Continuation = .nothing
  ) -> [Effect] {
    let ticket = ticket(
      PendingWrite(what: what, purpose: purpose, incident: incident, then: then))
    if case .startRun = command, screen == .preview {
      screens.removeAll { $0 == .preview || $0 == .runbooks }
      // Whatever led to the runbook, the next thing to look at is its first step.
      if let incident = screens.firstIndex(of: .incident) {
        screens.removeSubrange((incident + 1)...)
        open?.pane = .runbook
      }
    }
    if case .reviseRun = command, screen == .document { screens.removeLast() }
    if case .move = command, screen == .phases { screens.removeLast() }
    if case .moveStep(_, _, let move, _) = command, move != .started,
      screen == .command || screen == .step
    {
      while screen == .command || screen == .step { screens.removeLast() }
    }
    return [.append(ticket, command, to: incident, at: told)]
  }

  private mutating func takeFilter(_ press: KeyPress, _ before: LineEditor) -> [Effect] {
    switch press.key {
    case .enter where !press.isBurst:
      prompt = nil
      return []
    case .escape, .control("c"), .control("g"):
      prompt = nil
      return setFilter(before)
    case .up: return move(.up)
    case .down: return move(.down)
    default: break
    }
    var editor = filter
    switch editor.take(press.key) {
    case .edited: return setFilter(editor)
    case .ignored: return []
    case .refused(let why):
      refuse(why)
      return []
    }
  }

  /// The filter of the screen.
  var filter: LineEditor {
    switch screen {
    case .board: board.filter
    case .timeline: open?.timelineFilter ?? LineEditor()
    case .runbooks: runbooks.filter
    case .help: help.filter
    default: LineEditor()
    }
  }

  mutating func setFilter(_ editor: LineEditor) -> [Effect] {
    switch screen {
    case .board:
      let changed = board.filter.text != editor.text
      board.filter = editor
      return changed ? [board.turn(to: board.tab)] : []
    case .timeline:
      open?.timelineFilter = editor
      open?.applyFilter()
    case .runbooks:
      runbooks.filter = editor
      runbooks.apply(for: incidentOfRunbooks)
    case .help: help.filter = editor
    default: break
    }
    return []
  }
}
