import TextGate

extension Command {
  /// The command with every text that a person wrote passed through `change`: notes, reasons,
  /// answers, the post-mortem.
  ///
  /// Names of people stay, because roles are found by them; so does a runbook, whose digest is on
  /// the record, and a command's own record, which its runner made.
  public func changingTexts(_ change: (Untrusted) -> Untrusted) -> Command {
    switch self {
    case .acknowledge, .assign, .vacate, .accept, .decline, .keepPromise, .pin, .merge, .unmerge,
      .startRun, .reviseRun, .record, .beginCommand, .loseCommand, .noteClockStep, .reverse,
      .settle:
      self
    case .takeOver(let role, let person, let epoch, let because):
      .takeOver(role, to: person, epoch: epoch, because: change(because))
    case .propose(let proposal): .propose(proposal.changingTexts(change))
    case .answerProposal(let id, let objects, let because):
      .answerProposal(id, objects: objects, because: because.map(change))
    case .settleProposal(let id, let outcome, let because):
      .settleProposal(id, outcome, because: because.map(change))
    case .snoozeUpdate(let until, let because):
      .snoozeUpdate(until: until, because: change(because))
    case .move(let phase, let because, let isOverriding):
      .move(to: phase, because: because.map(change), overriding: isOverriding)
    case .reopen(let because): .reopen(because: change(because))
    case .setSeverity(let severity, let because):
      .setSeverity(severity, because: because.map(change))
    case .stateImpact(let text): .stateImpact(change(text))
    case .reach(let milestone, let text): .reach(milestone, text: text.map(change))
    case .offer(let role, let person, let brief):
      .offer(role, to: person, brief: brief.map(change))
    case .promise(let text, let due): .promise(change(text), due: due)
    case .note(let text): .note(change(text))
    case .correct(let event, let text): .correct(event, text: text.map(change))
    case .publishUpdate(let text, let audience): .publishUpdate(change(text), audience)
    case .skipUpdate(let because): .skipUpdate(because: change(because))
    case .escalate(let level, let because): .escalate(level: level, because: because.map(change))
    case .cancel(let reason, let because): .cancel(reason, because: because.map(change))
    case .moveStep(let run, let step, let move, let isTakingOver):
      .moveStep(run: run, step: step, move.changingTexts(change), takingOver: isTakingOver)
    case .failCommand(let run, let step, let session, let because):
      .failCommand(run: run, step: step, session: session, because: change(because))
    case .startRollback(let run, let because):
      .startRollback(run: run, because: because.map(change))
    case .endRun(let run, let outcome, let because):
      .endRun(run: run, outcome, because: because.map(change))
    case .savePostmortem(let text): .savePostmortem(change(text))
    case .publishPostmortem(let text): .publishPostmortem(text.map(change))
    case .waivePostmortem(let because): .waivePostmortem(because: change(because))
    case .addAction(let text, let owner, let due):
      .addAction(change(text), owner: owner, due: due)
    case .settleAction(let item, let outcome, let because):
      .settleAction(item, outcome, because: because.map(change))
    case .giveFeedback(let verdict, let text): .giveFeedback(verdict, text: text.map(change))
    }
  }
}

extension StepMove {
  fileprivate func changingTexts(_ change: (Untrusted) -> Untrusted) -> StepMove {
    switch self {
    case .started: self
    case .takenOver(let person, let because):
      .takenOver(from: person, because: because.map(change))
    case .done(let note): .done(note: note.map(change))
    case .failed(let note): .failed(note: note.map(change))
    case .skipped(let because): .skipped(because: change(because))
    case .decided(let answer, let goTo): .decided(answer: change(answer), goTo: goTo)
    }
  }
}

extension Declaration {
  /// The declaration with every text that a person wrote passed through `change`.
  public func changingTexts(_ change: (Untrusted) -> Untrusted) -> Declaration {
    var changed = self
    changed.title = change(title)
    changed.impact = impact.map(change)
    changed.service = service.map(change)
    changed.environment = environment.map(change)
    changed.labels = labels.mapValues(change)
    return changed
  }
}

extension Proposal {
  fileprivate func changingTexts(_ change: (Untrusted) -> Untrusted) -> Proposal {
    Proposal(
      text: change(text), risk: change(risk), alternatives: alternatives.map(change),
      asked: asked, due: due)
  }
}
