import IncidentDomain
import TextGate

/// Why a command cannot be carried out now; it is then shown as such and does nothing.
extension Model {
  /// Why not, one sentence; nil when it can be.
  func refusal(of id: CommandID) -> Showable? {
    guard let entry = CommandTable.entry(id) else { return "there is no such command" }
    guard entry.screens.contains(screen) || (screen == .help && entry.screens.contains(help.screen))
    else { return "\(entry.name) does not work on this screen" }
    if Self.writes(id) {
      if session.permissions.isObserver {
        return "this session only observes: nothing can be written"
      }
      if let why = refusalOfWriting(id) { return why }
    }
    if Self.runs(id), !session.permissions.canRun {
      return "this session runs no commands (--no-exec): run it in your own terminal, then say done"
    }
    return refusalOfPlace(id)
  }

  /// Whether it asks for something to be written.
  static func writes(_ id: CommandID) -> Bool {
    switch id {
    case .declare, .drill, .tick, .untick, .declareMissed, .acknowledge, .severity, .impact,
      .milestone, .note, .update, .snooze,
      .escalate,
      .undo, .cancel, .merge, .unmerge, .reopen, .settle, .promise, .keepPromise, .assign,
      .takeOver,
      .handOver, .propose, .object, .agree, .decide, .withdraw, .accept, .decline, .vacate,
      .enterPhase, .overrideGate, .startRun, .stepBegin, .stepDone,
      .stepFail, .stepSkip, .stepRun, .stepAnswer, .stepYes, .stepNo, .rollback, .endRun,
      .confirmRun, .revise, .pin, .correct, .draftPostmortem, .editPostmortem, .publishPostmortem,
      .waivePostmortem, .addAction, .settleAction, .feedback:
      true
    case .down, .up, .first, .last, .pageDown, .pageUp, .open, .back, .nextPane, .previousPane,
      .pane1, .pane2, .pane3, .pane4, .pane5, .pane6, .pane7, .filter, .nextMatch, .previousMatch,
      .palette, .help, .toggleZone, .redraw, .suspend, .quit, .copy, .find, .search,
      .runbooks, .timeline,
      .timers, .people, .decisions, .postmortem, .checklists, .card, .contacts, .phaseForward,
      .phaseBack,
      .interruptRun, .runs, .chooseRun, .drift, .difference,
      .viewPostmortem:
      false
    }
  }

  private static func runs(_ id: CommandID) -> Bool { id == .stepRun || id == .confirmRun }

  private func refusalOfWriting(_ id: CommandID) -> Showable? {
    switch id {
    case .declare, .drill, .tick, .untick, .declareMissed: return nil
    default:
      guard target != nil else {
        return board.total == 0
          ? "there is no incident here; d declares one" : "that row is not loaded yet; try again"
      }
      return nil
    }
  }

  private func refusalOfPlace(_ id: CommandID) -> Showable? {
    switch id {
    case .stepDone, .stepFail, .stepSkip, .stepBegin:
      if let why = refusalOfStep(again: id == .stepBegin) { return why }
      guard let run = open?.openRun, let step = open?.selectedStep else { return nil }
      return refusalWhileRunning(step, in: run)
    case .stepRun:
      if let why = refusalOfStep(again: true) { return why }
      guard let step = open?.selectedStep else { return nil }
      if let run = open?.openRun, let why = refusalWhileRunning(step, in: run),
        execution?.isUnderWay != true || execution?.planned.id != step.id
      {
        return why
      }
      if let run = open?.openRun, let holder = holder(of: step, in: run) {
        return
          "step \(Untrusted(step.number).showable) is held by \(holder.showable); b takes it over"
      }
      if execution?.isUnderWay == true, execution?.planned.id != step.id {
        return "another command is running; wait for it, or interrupt it"
      }
      if !step.kind.holdsCommand || step.command == nil {
        return "step \(Untrusted(step.number).showable) holds no command to run"
      }
      return nil
    case .stepYes, .stepNo, .stepAnswer:
      if let why = refusalOfStep() { return why }
      if let step = open?.selectedStep, step.kind != .decide {
        return "step \(Untrusted(step.number).showable) is no decision; Space says it is done"
      }
      return nil
    case .open:
      return screen == .board && board.total == 0 ? "there is no incident here" : nil
    case .acknowledge:
      guard let incident, incident.id == target?.id else { return nil }
      do throws(Refusal) {
        _ = try incident.decide(.acknowledge, by: session.actor, at: nil, now: now)
        return nil
      } catch {
        return error.forScreen
      }
    case .rollback, .endRun:
      guard let run = open?.openRun else {
        return incident?.openRun == nil
          ? "no runbook run is open; r starts one" : "this run has ended; w shows the others"
      }
      if id == .rollback {
        if run.rollback != nil { return "the rollback has begun already: walk its steps" }
        if run.rollbackSteps.isEmpty {
          return "this runbook tells no way back; ! escalates, F ends the run with a reason"
        }
      }
      return nil
    case .tick, .untick, .declareMissed: return refusalOfEntry(id)
    case .runs: return incident?.runs.isEmpty == false ? nil : "there is no run yet; r starts one"
    case .drift:
      return incident?.runs.isEmpty == false ? nil : "no runbook was walked on this incident"
    case .chooseRun: return selectedRun == nil ? "there is no run yet; r starts one" : nil
    case .difference, .revise:
      guard open?.openRun != nil else { return "no runbook run is open; r starts one" }
      return changedFile == nil ? "the runbook's file is as the run has it" : nil
    case .undo:
      // On the board it is what was written last, wherever the selection is by now.
      guard let lastWrite, screen == .board || lastWrite.target.id == incident?.id,
        now.seconds(since: lastWrite.at) <= Incident.reversalSeconds
      else { return "nothing of yours was written in the last ten seconds" }
      return nil
    case .unmerge:
      if case .merged = incident?.ending { return nil }
      return "\(incident?.name ?? "it") is not merged"
    case .settle:
      return incident?.openConflicts.isEmpty == false
        ? nil : "no two branches disagree: there is nothing to settle"
    case .reopen:
      guard let incident else { return nil }
      return incident.isActive ? "\(incident.name) is open in \(incident.phase.word)" : nil
    case .startRun:
      if runbooks.preview?.steps.isEmpty == true { return "it has no steps: it is there to read" }
      return incidentOfRunbooks == nil
        ? "open an incident first: a runbook is walked on one" : nil
    case .accept, .decline:
      guard let role = selectedRole, let offer = incident?.offers[role] else {
        return "the selected role is not offered to anybody"
      }
      return offer.to == session.actor.person
        ? nil : "\(role.title) is offered to \(offer.to.showable), not to you"
    case .assign:
      guard let role = selectedRole, let incident, let held = incident.holding(of: role),
        !incident.openConflicts.contains(where: { $0.about == .role(role) })
      else { return nil }
      return incident.roles[role] == session.actor.person
        ? "you are \(role.title); h offers it to another" : "\(held); b takes it over with a reason"
    case .takeOver:
      guard let role = selectedRole, let holder = incident?.roles[role] else {
        return "nobody holds the selected role; Enter names one"
      }
      return holder == session.actor.person ? "you hold it; h offers it to another" : nil
    case .handOver:
      guard let role = selectedRole, let incident, let holder = incident.roles[role],
        holder != session.actor.person, incident.commander != session.actor.person
      else { return nil }
      return "\(holder.showable) is \(role.title) and hands it over; b takes it over with a reason"
    case .snooze:
      guard let incident, incident.policy[incident.severity].update == nil else { return nil }
      return "\(incident.severity.word) promises no status updates"
    case .object, .agree, .decide, .withdraw:
      guard let meant = selectedProposal else { return "there is no proposal; P makes one" }
      return meant.settled.map {
        "that proposal is \($0.outcome.word) by \($0.by.showable) already"
      }
    case .vacate:
      guard let role = selectedRole, let incident else { return nil }
      return incident.roles[role] == nil && !incident.others.contains { $0.role == role }
        ? "nobody is \(role.title)" : nil
    case .keepPromise:
      return oldestPromise == nil ? "you have made no promise that is open" : nil
    case .settleAction:
      guard let action = selectedAction else { return "there is no action item; A adds one" }
      return action.outcome == nil ? nil : "that action item is settled already"
    case .viewPostmortem:
      return postmortemText == nil ? "there is no text yet; w writes a draft from the record" : nil
    case .publishPostmortem:
      return postmortemText == nil ? "there is no draft to publish; w writes one" : nil
    case .pin, .correct: return selectedEvent == nil ? "no entry is selected" : nil
    case .overrideGate, .enterPhase:
      return selectedMove == nil ? "there is no move to make" : nil
    case .confirmRun: return refusalOfRunning
    case .interruptRun:
      if case .running = execution?.stage { return nil }
      return "no command is running; q goes back"
    case .copy: return copyText == nil ? "nothing here to copy" : nil
    default: return nil
    }
  }

  /// Why nothing can be done with the selected step; `again` for what begins it, which a step that
  /// may be repeated allows once it is done.
  private func refusalOfStep(again: Bool = false) -> Showable? {
    guard let incident else { return "no incident is open" }
    guard let run = open?.openRun else {
      if incident.runs.isEmpty { return "no runbook run is open; r finds a runbook" }
      return incident.openRun == nil
        ? "the run has ended; r starts another" : "this run has ended; w shows the open ones"
    }
    guard let step = open?.selectedStep else {
      return run.start.steps.isEmpty
        ? "the runbook has no steps; F ends the run" : "every step is done; F ends the run"
    }
    let progress = run.progress(step)
    if again, step.isRepeatable, progress.state == .done { return nil }
    return progress.state.isEnded
      ? "step \(Untrusted(step.number).showable) is over; choose another" : nil
  }
}
