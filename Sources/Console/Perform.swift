import IncidentDomain
import TextGate

/// What each command does, once nothing speaks against it.
extension Model {
  mutating func perform(_ id: CommandID, words: String) -> [Effect] {
    switch id {
    case .down: return move(.down)
    case .up: return move(.up)
    case .first: return move(.first)
    case .last: return move(.last)
    case .pageDown: return move(.pageDown)
    case .pageUp: return move(.pageUp)
    case .open: return openSelected()
    case .back: return goBack()
    case .nextPane: return turnPane(by: 1)
    case .previousPane: return turnPane(by: -1)
    case .pane1, .pane2, .pane3, .pane4, .pane5, .pane6, .pane7: return showPane(id)
    case .filter: prompt = .filter(before: filter)
    case .nextMatch: return move(.down)
    case .previousMatch: return move(.up)
    case .palette: prompt = .palette(Palette())
    case .help:
      help = HelpState(screen: screen)
      push(.help)
    case .toggleZone: toggleZone()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return quit()
    case .copy: return copyText.map { copied($0) } ?? []
    case .declare: ask(.declare(isDrill: false), words: words)
    case .drill: ask(.declare(isDrill: true), words: words)
    case .find: ask(.find, words: words)
    case .search: ask(.search, words: words)
    case .runbooks: return showRunbooks()
    case .timeline: push(.timeline)
    case .timers: push(.timers)
    case .people: showPeople()
    case .decisions: push(.decisions)
    case .postmortem: push(.postmortem)
    case .card: push(.card)
    case .contacts: push(.contacts)
    case .checklists: return showChecklists()
    case .tick: selectedEntry.map { ask(.tick($0.round, $0.item, text: $0.text), words: words) }
    case .untick: selectedEntry.map { ask(.untick($0.round, $0.item, text: $0.text), words: words) }
    case .declareMissed: askToDeclareMissed()
    case .phaseForward, .phaseBack: showPhases(forward: id == .phaseForward, words: words)
    case .acknowledge: ask(.acknowledge)
    case .severity: ask(.severity, words: words)
    case .impact: ask(.impact, words: words)
    case .milestone: ask(.milestone, words: words)
    case .note: ask(.note, words: words)
    case .update: ask(.update, words: words)
    case .snooze: ask(.snooze, words: words)
    case .escalate: ask(.escalate, words: words)
    case .undo: if let lastWrite { ask(.undo(lastWrite.events, what: lastWrite.what)) }
    case .cancel: ask(.cancel, words: words)
    case .merge: ask(.merge, words: words)
    case .unmerge: ask(.unmerge)
    case .reopen: ask(.reopen, words: words)
    case .settle: incident?.openConflicts.first.map { ask(.settle($0)) }
    case .promise: ask(.promise, words: words)
    case .keepPromise:
      if let promise = oldestPromise { ask(.keepPromise(promise.id, promise.text)) }
    case .assign: selectedRole.map { ask(.assign($0), words: words) }
    case .takeOver:
      if let role = selectedRole, let incident, let holder = incident.roles[role] {
        ask(
          .takeOver(role, from: holder, epoch: incident.epoch(of: role)), words: words)
      }
    case .propose: ask(.propose, words: words)
    case .object: selectedProposal.map { ask(.object($0.id), words: words) }
    case .agree: selectedProposal.map { ask(.agree($0.id), words: words) }
    case .decide: selectedProposal.map { ask(.decide($0.id), words: words) }
    case .withdraw: selectedProposal.map { ask(.withdraw($0.id), words: words) }
    case .handOver: selectedRole.map { ask(.handOver($0), words: words) }
    case .accept: selectedRole.map { ask(.accept($0)) }
    case .decline: selectedRole.map { ask(.decline($0)) }
    case .vacate: vacate()
    case .enterPhase: enterPhase()
    case .overrideGate: overrideGate()
    case .startRun: runbooks.preview.map { ask(.startRun($0)) }
    case .stepBegin, .stepDone, .stepFail, .stepSkip, .stepAnswer: actOnStep(id, words: words)
    case .stepYes: answer("yes")
    case .stepNo: answer("no")
    case .stepRun: return lookAtCommand()
    case .rollback: if let run = open?.openRun { ask(.rollback(run.id), words: words) }
    case .endRun: if let run = open?.openRun { ask(.endRun(run.id), words: words) }
    case .runs: showRuns()
    case .chooseRun: chooseRun()
    case .drift: return lookAtDrift()
    case .difference: showDifference()
    case .revise: askRevision()
    case .confirmRun: return confirmRun()
    case .interruptRun: return interruptRun()
    case .pin: togglePin()
    case .correct: selectedEvent.map { ask(.correct($0.id), words: words) }
    case .draftPostmortem: return incident.map { [.draftPostmortem($0)] } ?? []
    case .editPostmortem: return editPostmortem()
    case .viewPostmortem: viewPostmortem()
    case .publishPostmortem: ask(.publishPostmortem)
    case .waivePostmortem: ask(.waivePostmortem, words: words)
    case .addAction: ask(.addAction, words: words)
    case .settleAction: selectedAction.map { ask(.settleAction($0.id), words: words) }
    case .feedback: ask(.feedback, words: words)
    }
    return []
  }

  private mutating func toggleZone() {
    showsReadersZone.toggle()
    say(
      .notice,
      readersZone == .utc
        ? "your zone is UTC: nothing else to show" : "times are in \(zone.name)")
  }

  private mutating func quit() -> [Effect] {
    guard execution?.isUnderWay == true || !drafts.isEmpty || !pendingWrites.isEmpty else {
      return [.quit]
    }
    ask(.quit)
    return []
  }

  private mutating func goBack() -> [Effect] {
    guard screens.count > 1 else { return quit() }
    screens.removeLast()
    if !screens.contains(.incident) { open = nil }
    return screen == .board ? [board.reload()] : []
  }

  private mutating func copied(_ text: Untrusted) -> [Effect] {
    say(.notice, "copied \(text.raw.utf8.count) bytes, if your terminal allows it (OSC 52)")
    return [.copy(text)]
  }

  /// What `Y` copies.
  var copyText: Untrusted? {
    switch screen {
    case .step: open?.selectedStep?.command
    case .command: execution?.shown
    case .timeline:
      selectedEvent.flatMap { event in incident.map { Untrusted($0.narrate(event).text) } }
    case .preview: runbooks.preview?.source
    case .document: document?.text
    case .card:
      Untrusted(
        session.card.emergencies.map { emergency in
          ([emergency.name.raw] + emergency.steps.map { "- \($0.raw)" }).joined(separator: "\n")
        }.joined(separator: "\n\n"))
    case .board, .incident, .timers, .people, .decisions, .phases, .postmortem, .runbooks, .runs,
      .checklists, .contacts, .help, .search:
      nil
    }
  }
}
