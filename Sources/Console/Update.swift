import Grid
import IncidentDomain
import TextGate

/// What each message changes.
extension Model {
  mutating func take(_ message: Message) -> [Effect] {
    let effects = change(by: message)
    noteWhatIsSeen()
    return effects
  }

  private mutating func change(by message: Message) -> [Effect] {
    switch message {
    case .started: return [board.reload()]
    case .key(let press): return take(press)
    case .resized(let size):
      self.size = size
      return []
    case .clock(let instant):
      now = instant.wholeSecond
      let kept = keepAgain() + turnRounds()
      guard screens.contains(.incident), open != nil else { return kept }
      return kept + lookForSessions() + lookAtFile()
    case .clockStepped(let step):
      say(
        .notice,
        "this machine's clock was set by \(step.word): the timers go on by the boot-time clock")
      return []
    case .clockNoted: return []
    case .presence(let everybody):
      present = everybody
      return []
    case .zone(let zone):
      readersZone = zone
      return []
    case .boardLoaded(let window): return take(window)
    case .incidentLoaded(let incident): return take(incident)
    case .searched(let text, let result):
      search.take(result, to: text)
      return []
    case .eventsArrived(let id, let events): return take(events, of: id)
    case .written(let ticket, let incident, let events):
      return written(ticket, incident, events)
    case .refused(let ticket, let why): return refused(ticket, why)
    case .failed(let why):
      runbooks.opening = nil
      board.giveUp()
      search.giveUp()
      // While the store is away the banner says it; what was said of a write stays to be read.
      if trouble == nil || status == nil { refuse(why) }
      return []
    case .storeChanged: return storeChanged()
    case .storeTrouble(let sentence):
      trouble = sentence
      return []
    case .storeWell:
      if trouble != nil { say(.done, "the store can be used again") }
      trouble = nil
      return storeChanged() + keepAgain()
    case .roundsLoaded(let book):
      take(book)
      return []
    case .roundWritten(let ticket): return roundWritten(ticket)
    case .unshared(let ids):
      takeUnshared(ids)
      return []
    case .catalogueLoaded(let catalogue):
      runbooks.take(catalogue, for: incidentOfRunbooks)
      return []
    case .runbookOpened(let runbook):
      guard runbooks.opening == runbook.path else { return [] }
      runbooks.opening = nil
      runbooks.preview = RunStart(runbook)
      if screen == .runbooks || runbooks.followed?.path == runbook.path {
        push(.preview)
        if let anchor = runbooks.followed?.anchor, runbooks.followed?.path == runbook.path,
          let line = runbook.section(anchor: anchor)?.line
        {
          scroll[.preview] = previewRow(ofLine: line)
        }
      }
      return []
    case .runbookOnDisk(let run, let runbook):
      take(runbook, onDiskOf: run)
      return []
    case .walkedFilesRead(let files):
      showDrift(files)
      return []
    case .sessionsGone(let sessions, let left): return take(goneSessions: sessions, left)
    case .directoryMoved(let run, let directory):
      directories[run] = directory
      return []
    case .syntaxChecked(let text, let problem):
      execution?.takeSyntax(of: text, problem)
      return []
    case .variablesFound(let run, let found): return take(variables: found, of: run)
    case .commandOutput(let lines):
      execution?.take(lines)
      return []
    case .commandLine(let line):
      execution?.take(unfinished: line)
      return []
    case .valueSet(let run, let name, let value):
      runValues[run, default: [:]][name] = value
      return []
    case .commandEnded(let record): return commandEnded(record)
    case .commandFailed(let why): return commandFailed(why)
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
      return lookForSessions(isUrgent: true)
    }
    // Whoever went on to something else meanwhile is not called back.
    guard screen == .board || screen == .search, prompt == nil else { return [] }
    open = OpenIncident(incident, unshared: unshared)
    lookedAtFile = nil
    if let hit = search.opening, screen == .search, hit.incidentID == incident.id {
      screens = [.board, .search, .incident, .timeline]
      open?.timeline.id = hit.id
    } else {
      screens = [.board, .incident]
    }
    search.opening = nil
    if status?.kind == .notice { status = nil }
    return lookForSessions(isUrgent: true) + lookAtFile()
  }

  private mutating func take(_ events: [Event], of id: EventID) -> [Effect] {
    // Not the whole incident: a second one would have its events copied as they change.
    guard open?.incident.id == id, let roles = open?.incident.roles,
      let offers = open?.incident.offers, let new = open?.add(events)
    else { return [] }
    let looks = lookForSessions()
    if let incident, let renumbered = new.last(where: \.isRenumbering) {
      say(.notice, incident.narrate(renumbered))
    }
    let others = new.filter { $0.author != session.actor.person }
    guard let last = others.last, let incident else { return looks }
    open?.news += others.count
    // What others do to this person's own roles is said whatever stood there.
    if let own = others.last(where: { isOfOwnRole($0, roles, offers) }), status?.kind != .refusal {
      say(.news, "\(own.author.showable): \(incident.narrate(own))")
      return looks
    }
    // Other news never takes the place of an answer to what this person did.
    if status == nil || status?.kind == .news {
      say(.news, "\(last.author.showable): \(incident.narrate(last))")
    }
    return looks
  }

  private mutating func takeUnshared(_ ids: Set<EventID>) {
    let before = unshared.count
    unshared = ids
    open?.setUnshared(ids)
    guard ids.isEmpty, before > 0, status?.kind != .refusal else { return }
    say(.done, "\(Showable.count(before, "entry is", "entries are")) shared now")
  }

  /// Whether somebody offers this person a role, takes one from them, or answers their offer.
  private func isOfOwnRole(
    _ event: Event, _ roles: [ResponderRole: Untrusted], _ offers: [ResponderRole: Incident.Offer]
  ) -> Bool {
    let me = session.actor.person
    return switch (open?.incident.upheld(by: event) ?? event).body {
    case .roleOffered(_, to: let person, _): person == me
    case .roleTakenOver(let taking): taking.from == me || taking.to == me
    case .roleAccepted(let role), .roleDeclined(let role): offers[role]?.from == me
    case .roleAssigned(let role, let person):
      person == me || roles[role] == me
    case .roleVacated(_, let person): person == me
    default: false
    }
  }

  private mutating func storeChanged() -> [Effect] {
    var effects: [Effect] = [board.reload()]
    if let open { effects.append(.readEvents(of: open.incident.id)) }
    return effects + reloadRounds()
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
    let isKept = events.contains { unshared.contains($0.id) }
    let mark: Showable = isKept ? "not yet shared, " : .empty
    say(.done, "\(mark)\(incident.name): \(write.what)")
    var effects: [Effect] = [board.reload()] + reloadRounds() + goOn(after: events)
    switch write.then {
    case .nothing, .keep, .quietly: break
    case .open:
      if screens == [.board] {
        open = OpenIncident(incident, unshared: unshared)
        screens = [.board, .incident]
      } else if open?.incident.id != incident.id {
        say(.done, "\(mark)declared \(incident.name): it stands on the board")
      }
    case .run(let request):
      let began = events.first { if case .commandBegan = $0.body { true } else { false } }
      guard let began else { return effects }
      effects.append(.runCommand(BegunCommand(command: request, began: began.id)))
      execution?.start(at: now)
      scroll[.command] = Int.max / 2
    }
    return effects
  }

  /// What this person's own events lead to on this console.
  private mutating func goOn(after events: [Event]) -> [Effect] {
    var effects: [Effect] = []
    for event in events where event.incidentID == open?.incident.id {
      switch event.body {
      case .runStarted(let start):
        open?.choose(event.id)
        // The search found what it was for: the next one begins anew.
        runbooks.filter = LineEditor()
        if let followed = runbooks.followed, followed.path == start.runbook.raw {
          if let anchor = followed.anchor, let text = open?.texts[event.id],
            case .step(let id) = text.runbook?.target(of: "#" + anchor)
          {
            open?.step = id
          }
          runbooks.followed = nil
        }
      case .runEnded: open?.choose(nil)
      case .stepMoved(let run, _, let move):
        if let run = incident?.runs.first(where: { $0.id == run }) {
          effects += follow(move, of: run)
        }
      default: break
      }
    }
    return effects
  }

  private mutating func refused(_ ticket: Ticket, _ why: Showable) -> [Effect] {
    guard let write = pendingWrites.removeValue(forKey: ticket) else { return [] }
    switch write.then {
    case .quietly: return open.map { [.readEvents(of: $0.incident.id)] } ?? []
    case .keep(let record):
      if let incident = write.incident { unkept.append((incident, record)) }
    case .nothing, .open, .run: break
    }
    let kept: Showable =
      write.purpose.flatMap { drafts[$0] } == nil ? "" : " (your text is kept)"
    refuse("not written: \(why)\(kept)")
    if case .run = write.then { execution?.stayAsking() }
    return (open.map { [.readEvents(of: $0.incident.id)] } ?? []) + reloadRounds()
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
  /// Whether it gives its incident another number.
  var isRenumbering: Bool { if case .renumbered = body { true } else { false } }

  /// Whether its author may take it back at all; the domain decides, this only spares an offer.
  var canBeTakenBack: Bool {
    switch body {
    case .declared, .commandBegan, .commandNotStarted, .commandRan, .merged, .absorbed, .unmerged,
      .renumbered, .reversed, .unknown:
      false
    default: true
    }
  }
}
