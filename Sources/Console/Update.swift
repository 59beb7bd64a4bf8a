import Grid
import IncidentDomain
import TextGate

/// What each message changes.
extension Model {
  mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .started: return [board.reload()]
    case .key(let press): return take(press)
    case .resized(let size):
      self.size = size
      return []
    case .clock(let instant):
      now = max(now, instant.wholeSecond)
      return []
    case .zone(let zone):
      readersZone = zone
      return []
    case .boardLoaded(let window): return take(window)
    case .incidentLoaded(let incident): return take(incident)
    case .eventsArrived(let id, let events): return take(events, of: id)
    case .written(let ticket, let incident, let events):
      return written(ticket, incident, events)
    case .refused(let ticket, let why): return refused(ticket, why)
    case .failed(let why):
      runbooks.opening = nil
      board.giveUp()
      refuse(why)
      return []
    case .storeChanged: return storeChanged()
    case .storeTrouble(let sentence):
      trouble = sentence
      return []
    case .storeWell:
      if trouble != nil { say(.done, "the store can be used again") }
      trouble = nil
      return storeChanged()
    case .catalogueLoaded(let catalogue):
      runbooks.take(catalogue, for: incidentOfRunbooks)
      return []
    case .runbookOpened(let runbook):
      guard runbooks.opening == runbook.path else { return [] }
      runbooks.opening = nil
      runbooks.preview = RunStart(runbook)
      if screen == .runbooks { push(.preview) }
      return []
    case .syntaxChecked(let text, let problem):
      execution?.takeSyntax(of: text, problem)
      return []
    case .commandOutput(let lines):
      execution?.take(lines)
      return []
    case .commandEnded(let record): return commandEnded(record)
    case .commandFailed(let why):
      execution?.fail(why)
      refuse(why)
      return []
    case .textEdited(let text): return textEdited(text)
    case .postmortemDrafted(let id, let text): return postmortemDrafted(id, text)
    case .resumed: return [.redraw]
    case .notice(let text):
      say(.notice, text)
      return []
    }
  }

  /// The incident that suggests runbooks: the open one, when the chooser stands on it.
  var incidentOfRunbooks: Incident? { screens.contains(.incident) ? incident : nil }

  private mutating func take(_ window: BoardWindow) -> [Effect] {
    let before = board.hasLoaded && window.request.offset == board.offset ? board.counts : nil
    let effects = board.take(window)
    if let before, screen != .board, let was = before[.active], let now = window.counts[.active],
      now > was, status == nil || status?.kind == .news
    {
      say(.news, "\(now - was) new on the board: q goes back to it")
    }
    return effects
  }

  private mutating func take(_ incident: Incident) -> [Effect] {
    if open?.incident.id == incident.id {
      open?.replace(incident)
      return []
    }
    // Whoever went on to something else meanwhile is not called back.
    guard screen == .board, prompt == nil else { return [] }
    open = OpenIncident(incident)
    screens = [.board, .incident]
    if status?.kind == .notice { status = nil }
    return []
  }

  private mutating func take(_ events: [Event], of id: EventID) -> [Effect] {
    guard open?.incident.id == id, let new = open?.add(events) else { return [] }
    let others = new.filter { $0.author != session.actor.person }
    guard let last = others.last, let incident else { return [] }
    open?.news += others.count
    // News of others never takes the place of an answer to what this person did.
    if status == nil || status?.kind == .news {
      say(.news, "\(last.author.showable): \(incident.narrate(last))")
    }
    return []
  }

  private mutating func storeChanged() -> [Effect] {
    var effects: [Effect] = [board.reload()]
    if let open { effects.append(.readEvents(of: open.incident.id)) }
    return effects
  }

  private mutating func written(
    _ ticket: Ticket, _ incident: Incident, _ events: [Event]
  ) -> [Effect] {
    guard let write = pendingWrites.removeValue(forKey: ticket) else { return [] }
    if let purpose = write.purpose { drafts[purpose] = nil }
    if open?.incident.id == incident.id { open?.replace(incident) }
    lastWrite = LastWrite(
      target: Target(incident), events: events.filter { $0.incidentID == incident.id }.map(\.id),
      at: now, what: write.what)
    if case .run = write.then { lastWrite = nil }
    if events.contains(where: { !$0.canBeTakenBack }) { lastWrite = nil }
    say(.done, "\(incident.name): \(write.what)")
    var effects: [Effect] = [board.reload()]
    switch write.then {
    case .nothing: break
    case .open:
      if screens == [.board] {
        open = OpenIncident(incident)
        screens = [.board, .incident]
      } else if open?.incident.id != incident.id {
        say(.done, "declared \(incident.name): it stands on the board")
      }
    case .run(let request):
      effects.append(.runCommand(request))
      execution?.start(at: now)
    }
    return effects
  }

  private mutating func refused(_ ticket: Ticket, _ why: Showable) -> [Effect] {
    guard let write = pendingWrites.removeValue(forKey: ticket) else { return [] }
    let kept: Showable =
      write.purpose.flatMap { drafts[$0] } == nil ? "" : " (your text is kept)"
    refuse("not written: \(why)\(kept)")
    if case .run = write.then { execution?.stayAsking() }
    return open.map { [.readEvents(of: $0.incident.id)] } ?? []
  }

  private mutating func textEdited(_ text: Untrusted?) -> [Effect] {
    guard let text else {
      say(.notice, "the editor changed nothing")
      return []
    }
    if case .form(var form) = prompt {
      form.fill(text)
      prompt = .form(form)
      return []
    }
    return savePostmortem(text)
  }
}

extension Event {
  /// Whether its author may take it back at all; the domain decides, this only spares an offer.
  var canBeTakenBack: Bool {
    switch body {
    case .declared, .commandRan, .merged, .absorbed, .unmerged, .renumbered, .reversed,
      .unknown:
      false
    default: true
    }
  }
}
