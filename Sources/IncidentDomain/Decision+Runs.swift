import TextGate

extension Incident {
  /// The run that is meant: by id, or the open one.
  public func run(_ id: EventID?) throws(Refusal) -> Run {
    if let id {
      guard let run = runs.first(where: { $0.id == id }) else {
        throw Refusal(
          .notFound, "\(name) has no run \(id.short)", remedy: "see mayday show \(number)")
      }
      return run
    }
    guard let run = openRun else {
      throw Refusal(
        .rule, "no runbook run is open on \(name)",
        remedy: "mayday run start \(number) RUNBOOK opens one")
    }
    return run
  }

  func decideRun(_ command: Command, by actor: Actor) throws(Refusal) -> [EventBody] {
    switch command {
    case .startRun(let start):
      try requireNotClosed("a runbook run")
      for text in [start.runbook, start.title, start.source] where text.holdsNull {
        throw Refusal(
          .badValue, "the runbook holds a NUL character, which no record can keep",
          remedy: "take it out of the file and try again")
      }
      if let open = runs.first(where: { $0.isOpen && $0.start.runbook == start.runbook }) {
        throw Refusal(
          .rule,
          "\(open.start.runbook.showable) is open already, started by \(open.startedBy.showable)",
          remedy: "walk on in it, or end it: mayday run end \(number)")
      }
      return [.runStarted(start)]
    case .moveStep(let id, let name, let move, let takingOver):
      let run = try openRun(id)
      guard let step = run.step(named: name) else {
        throw Refusal(
          .notFound, "\(run.start.runbook.showable) has no step \(name.showableWord)",
          remedy: "its steps are \(run.start.steps.map(\.number.showableWord).joined(", "))")
      }
      return try decideMove(of: step, in: run, move, by: actor, takingOver: takingOver)
    case .record(let record):
      if let id = record.run {
        let run = try run(id)
        guard let step = record.step, run.start.steps.contains(where: { $0.id == step }) else {
          throw Refusal(.notFound, "the run has no such step", remedy: "see mayday show \(number)")
        }
      }
      // What ran is a fact, whatever became of the incident meanwhile: it is always kept.
      return [.commandRan(record)]
    case .startRollback(let id, let because):
      let run = try openRun(id)
      try Decision.checkText(because)
      guard run.rollback == nil else {
        throw Refusal(.rule, "the rollback has begun already", remedy: "walk its steps")
      }
      return [.rollbackStarted(run: run.id, because: because)]
    case .endRun(let id, let outcome, let because):
      let run = try openRun(id)
      try Decision.checkText(because)
      switch outcome {
      case .finished:
        if let open = run.start.steps.first(where: {
          $0.part != .rollback && !$0.isOptional && !run.progress($0).state.isEnded
        }) {
          throw Refusal(
            .rule, "step \(open.number.showableWord) is not done",
            remedy: "do or skip it, or abandon the run with a reason")
        }
      case .rolledBack:
        guard run.rollback != nil else {
          throw Refusal(
            .rule, "no rollback has begun", remedy: "mayday run rollback \(number) begins it")
        }
      case .abandoned: try Decision.checkReason(because, for: "abandoning a run")
      }
      return [.runEnded(run: run.id, outcome, because: because)]
    default: return []
    }
  }

  private func openRun(_ id: EventID?) throws(Refusal) -> Run {
    try requireOpen("walking a runbook")
    let run = try run(id)
    guard run.isOpen else {
      throw Refusal(.rule, "that run has ended", remedy: "start it anew")
    }
    return run
  }

  private func decideMove(
    of step: PlannedStep, in run: Run, _ move: StepMove, by actor: Actor, takingOver: Bool
  ) throws(Refusal) -> [EventBody] {
    let progress = run.progress(step)
    let label: Showable = "step \(step.number.showableWord)"
    if case .started = progress.state, let holder = progress.by, holder != actor.person,
      !takingOver
    {
      let since = progress.started.map { " since \($0.showable)" as Showable } ?? .empty
      throw Refusal(
        .rule, "\(label) is held by \(holder.showable)\(since)",
        remedy: "take it over with --take when they cannot go on")
    }
    if step.part == .rollback, run.rollback == nil {
      throw Refusal(
        .rule, "\(label) belongs to the rollback, which has not begun",
        remedy: "mayday run rollback \(number) begins it")
    }
    let isContradicted = openConflicts.contains { $0.about == .step(run: run.id, step: step.id) }
    // Whoever says again how a step ended settles a contradiction of two branches.
    if progress.state.isEnded, !isContradicted { throw ended(label, progress) }
    switch move {
    case .started:
      if progress.state == .started, progress.by == actor.person {
        throw Refusal(
          .rule, "\(label) is started already", remedy: "mark it done, failed or skipped")
      }
    case .done(let note):
      try Decision.checkText(note)
      if step.kind == .decide {
        throw Refusal(
          .rule, "\(label) is a decision",
          remedy: "answer it: mayday run decide \(number) \(step.number.showableWord) ANSWER")
      }
    case .failed(let note):
      try Decision.checkText(note)
    case .skipped(let because):
      try Decision.checkNotBlank(because, "the reason")
    case .decided(let answer, let goTo):
      try Decision.checkNotBlank(answer, "the answer")
      // A free answer is welcome; one of the choices, however typed, goes where the runbook says.
      let typed = answer.raw.lowercased()
      if goTo == nil, let choice = step.choices.first(where: { $0.label.raw.lowercased() == typed })
      {
        let answered = StepMove.decided(answer: choice.label, goTo: choice.goTo)
        return [.stepMoved(run: run.id, step: step.id, answered)]
      }
    }
    return [.stepMoved(run: run.id, step: step.id, move)]
  }

  private func ended(_ label: Showable, _ progress: StepProgress) -> Refusal {
    let who = progress.by.map { " by \($0.showable)" as Showable } ?? .empty
    let how: Showable =
      switch progress.state {
      case .done: "done"
      case .skipped: "skipped"
      case .decided: "decided"
      case .passedOver: "passed over"
      case .todo, .started, .failed: "open"
      }
    return Refusal(.rule, "\(label) is \(how)\(who) already", remedy: "go on with the next one")
  }
}
