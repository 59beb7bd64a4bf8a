import TextGate

extension Incident {
  /// The run that is meant: by id, or the open one that was started last.
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

  func decideRun(
    _ command: Command, by actor: Actor, now: Instant
  ) throws(Refusal) -> [EventBody] {
    switch command {
    case .startRun(let start):
      try requireNotClosed("a runbook run")
      try Self.checkKeepable(start)
      if let open = runs.first(where: { $0.isOpen && $0.start.runbook == start.runbook }) {
        throw Refusal(
          .rule,
          "\(open.start.runbook.showable) is open already, started by \(open.startedBy.showable)",
          remedy: "walk on in it, or end it: mayday run end \(number)")
      }
      return [.runStarted(start)]
    case .moveStep(let id, let name, let move, let takingOver):
      let run = try openRun(id)
      let step = try Self.step(name, of: run)
      return try decideMove(of: step, in: run, move, by: actor, takingOver: takingOver, now: now)
    case .beginCommand(let start):
      guard let id = start.run, let name = start.step else {
        try Decision.checkText(start.command)
        return [.commandBegan(start)]
      }
      let run = try openRun(id)
      let step = try Self.step(name, of: run)
      return try decideBegin(start, step, in: run, by: actor)
    case .failCommand(let id, let step, let session, let because):
      let running = try running(id, step, session)
      try Decision.checkNotBlank(because, "why it did not start")
      return [
        .commandNotStarted(
          run: running.start.run, step: running.start.step,
          began: running.start.run == nil ? running.event : nil, because: because)
      ]
    case .loseCommand(let id, let step, let session, let left):
      return [.commandRan(try running(id, step, session).lost(at: now, left: left))]
    case .record(let record):
      if let id = record.run {
        let run = try run(id)
        guard let step = record.step, run.knownStep(id: step) != nil else {
          throw Refusal(.notFound, "the run has no such step", remedy: "see mayday show \(number)")
        }
      }
      // What ran is a fact, whatever became of the incident meanwhile: it is always kept.
      return [.commandRan(record)]
    case .reviseRun(let id, let start): return try decideRevision(of: try openRun(id), start)
    case .startRollback(let id, let because):
      let run = try openRun(id)
      try Decision.checkText(because)
      guard run.rollback == nil else {
        throw Refusal(.rule, "the rollback has begun already", remedy: "walk its steps")
      }
      guard !run.rollbackSteps.isEmpty else {
        throw Refusal(
          .rule, "\(run.start.runbook.showable) tells no way back",
          remedy: "escalate, or abandon the run with a reason and note what you do")
      }
      return [.rollbackStarted(run: run.id, because: because)]
    case .endRun(let id, let outcome, let because):
      return try decideEnd(of: try openRun(id), outcome, because)
    default: return []
    }
  }

  private static func checkKeepable(_ start: RunStart) throws(Refusal) {
    for text in [start.runbook, start.title, start.source] where text.holdsNull {
      throw Refusal(
        .badValue, "the runbook holds a NUL character, which no record can keep",
        remedy: "take it out of the file and try again")
    }
  }

  private func decideRevision(of run: Run, _ start: RunStart) throws(Refusal) -> [EventBody] {
    try Self.checkKeepable(start)
    guard start.runbook == run.start.runbook else {
      throw Refusal(
        .rule, "the run is of \(run.start.runbook.showable), not of \(start.runbook.showable)",
        remedy: "mayday run start \(number) RUNBOOK opens another run")
    }
    guard start.digest != run.start.digest else {
      throw Refusal(
        .rule, "\(run.start.runbook.showable) is as the run has it",
        remedy: "nothing is left to do here")
    }
    if let step = run.start.steps.first(where: { run.progress($0).running != nil }) {
      throw stillRunning(step, in: run)
    }
    return [.runRevised(run: run.id, start)]
  }

  private func decideEnd(
    of run: Run, _ outcome: RunOutcome, _ because: Untrusted?
  ) throws(Refusal) -> [EventBody] {
    try Decision.checkText(because)
    func requireEnded(_ isMeant: (PlannedStep) -> Bool) throws(Refusal) {
      if let open = run.start.steps.first(where: {
        isMeant($0) && !$0.isOptional && !run.progress($0).state.isEnded
      }) {
        throw Refusal(
          .rule, "step \(open.number.showableWord) is not done",
          remedy: "do or skip it, or abandon the run with a reason")
      }
    }
    switch outcome {
    case .finished: try requireEnded { $0.part != .rollback }
    case .rolledBack:
      guard run.rollback != nil else {
        throw Refusal(
          .rule, "no rollback has begun", remedy: "mayday run rollback \(number) begins it")
      }
      try requireEnded { $0.part == .rollback }
    case .abandoned: try Decision.checkReason(because, for: "abandoning a run")
    }
    return [.runEnded(run: run.id, outcome, because: because)]
  }

  /// The command, of a step or outside a runbook, that this session began and whose end is not known.
  private func running(
    _ id: EventID?, _ step: String?, _ session: String
  ) throws(Refusal) -> RunningCommand {
    let found: RunningCommand? =
      if let id, let step { try run(id).steps[step]?.running } else {
        running.first { $0.start.session == session }
      }
    guard let running = found, running.start.session == session else {
      throw Refusal(
        .rule, "no command of that session runs there any more",
        remedy: "see mayday show \(number)")
    }
    return running
  }

  private func openRun(_ id: EventID?) throws(Refusal) -> Run {
    try requireOpen("walking a runbook")
    let run = try run(id)
    guard run.isOpen else {
      throw Refusal(.rule, "that run has ended", remedy: "start it anew")
    }
    return run
  }

  private static func step(_ name: String, of run: Run) throws(Refusal) -> PlannedStep {
    guard let step = run.step(named: name) else {
      throw Refusal(
        .notFound, "\(run.start.runbook.showable) has no step \(name.showableWord)",
        remedy: "its steps are \(run.start.steps.map(\.number.showableWord).joined(", "))")
    }
    return step
  }
}
