import TextGate

/// What a responder may do with a step, and when it is another's.
extension Incident {
  func decideMove(
    of step: PlannedStep, in run: Run, _ move: StepMove, by actor: Actor, takingOver: Bool,
    now: Instant
  ) throws(Refusal) -> [EventBody] {
    let progress = run.progress(step)
    let label = Self.label(step)
    try Self.checkTexts(of: move)
    try requireRole(for: step, actor)
    var bodies: [EventBody] = []
    if let running = progress.running {
      bodies = try giveUp(
        running, step, in: run, takingOver: takingOver || move.isTakeOver, by: actor, now: now)
    }
    let hold = try hold(step, in: run, move, by: actor, takingOver: takingOver, now: now)
    bodies += hold
    try requireBegun(step, in: run)
    let isContradicted = openConflicts.contains { $0.about == .step(run: run.id, step: step.id) }
    // Whoever says again how a step ended settles a contradiction of two branches.
    let isAgain = move.isBeginning && step.isRepeatable && progress.state == .done
    if progress.state.isEnded, !isContradicted, !isAgain { throw ended(label, progress) }
    var move = move
    switch move {
    case .started, .takenOver:
      // Giving up one's own command leaves the step as it is, with its outcome unknown.
      if hold.isEmpty, !bodies.isEmpty { return bodies }
      if hold.isEmpty, progress.state == .started {
        throw Refusal(
          .rule, "\(label) is started already", remedy: "mark it done, failed or skipped")
      }
      try requireNotStopped(step, in: run)
      // Nobody held it, or the take-over itself says that it is begun.
      return bodies + (hold.isEmpty ? [.stepMoved(run: run.id, step: step.id, .started)] : [])
    case .done:
      if step.kind == .decide {
        throw Refusal(
          .rule, "\(label) is a decision",
          remedy: "answer it: mayday run decide \(number) \(step.number.showableWord) ANSWER")
      }
      try requireNotStopped(step, in: run)
    case .failed, .skipped: break
    case .decided(let answer, let goTo):
      try requireNotStopped(step, in: run)
      // A free answer is welcome; one of the choices, however typed, goes where the runbook says.
      let typed = answer.raw.lowercased()
      if goTo == nil, let choice = step.choices.first(where: { $0.label.raw.lowercased() == typed })
      {
        move = .decided(answer: choice.label, goTo: choice.goTo)
      }
    }
    bodies.append(.stepMoved(run: run.id, step: step.id, move))
    if case .decided(let answer, let goTo?) = move, run.rollback == nil,
      run.rollbackSteps.contains(where: { $0.id == goTo })
    {
      bodies.append(.rollbackStarted(run: run.id, because: answer))
    }
    return bodies
  }

  /// Of two who confirm a command at once, the store takes one; the other is told who.
  func decideBegin(
    _ start: CommandStart, _ step: PlannedStep, in run: Run, by actor: Actor
  ) throws(Refusal) -> [EventBody] {
    let progress = run.progress(step)
    let label = Self.label(step)
    try Decision.checkText(start.command)
    guard step.kind.holdsCommand, step.command != nil else {
      throw Refusal(
        .rule, "\(label) holds no command to run", remedy: "do it, then mark it as done")
    }
    try requireRole(for: step, actor)
    if progress.running != nil { throw stillRunning(step, in: run) }
    if let claim = claim(on: step, in: run), claim.holder != actor.person {
      throw Refusal(
        .rule, "\(label) is held by \(claim.holder.showable) since \(claim.since.showable)",
        remedy:
          "take it over first: mayday run step \(number) \(step.number.showableWord) start --take")
    }
    try requireBegun(step, in: run)
    let isAgain = step.isRepeatable && progress.state == .done
    if progress.state.isEnded, !isAgain { throw ended(label, progress) }
    try requireNotStopped(step, in: run)
    return [.commandBegan(start)]
  }

  // MARK: - Claims

  /// What taking a step from its holder writes; nothing when nobody else holds it.
  private func hold(
    _ step: PlannedStep, in run: Run, _ move: StepMove, by actor: Actor, takingOver: Bool,
    now: Instant
  ) throws(Refusal) -> [EventBody] {
    guard let claim = claim(on: step, in: run), claim.holder != actor.person else { return [] }
    let label = Self.label(step)
    let held: Showable =
      "\(label) is held by \(claim.holder.showable) since \(claim.since.showable)"
    let isExpired = claim.isExpired(at: now)
    var because = move.words
    if case .takenOver(let from, let why) = move {
      guard from == claim.holder else {
        throw Refusal(.rule, held, remedy: "take it over from them, if it must be")
      }
      because = why
    } else if !takingOver {
      throw Refusal(
        .rule, isExpired ? "\(held); their claim has expired" : held,
        remedy: isExpired
          ? "take it over with --take" : "take it over with --take when they cannot go on")
    }
    if because?.isBlank ?? true { because = nil }
    if because == nil, !isExpired {
      throw Refusal(
        .rule,
        "taking over \(label) from \(claim.holder.showable), who wrote last at \(claim.lastSign.showable), needs a reason",
        remedy: "say why in a few words; from \(claim.expires.showable) on it needs none")
    }
    return [
      .stepMoved(
        run: run.id, step: step.id, .takenOver(from: claim.holder, because: because))
    ]
  }

  /// A running command is only watched, until nothing was heard of its holder for so long that their
  /// claim has expired. The holder may give it up at any time: only they know what became of it.
  private func giveUp(
    _ running: RunningCommand, _ step: PlannedStep, in run: Run, takingOver: Bool,
    by actor: Actor, now: Instant
  ) throws(Refusal) -> [EventBody] {
    let isExpired = claim(on: step, in: run)?.isExpired(at: now) ?? true
    guard takingOver, isExpired || actor.person == running.by else {
      throw stillRunning(step, in: run)
    }
    return [.commandRan(running.lost(at: now, left: nil))]
  }

  func stillRunning(_ step: PlannedStep, in run: Run) -> Refusal {
    let running = run.progress(step).running
    let place = running.map { " (\($0.place), since \($0.since.showable))" as Showable } ?? .empty
    return Refusal(
      .rule, "the command of \(Self.label(step)) is running\(place)",
      remedy: "watch it until it ends, or have it stopped there")
  }

  // MARK: - Rules

  private static func checkTexts(of move: StepMove) throws(Refusal) {
    switch move {
    case .started: break
    case .takenOver(_, let because): try Decision.checkText(because)
    case .done(let note), .failed(let note): try Decision.checkText(note)
    case .skipped(let because): try Decision.checkNotBlank(because, "the reason")
    case .decided(let answer, _): try Decision.checkNotBlank(answer, "the answer")
    }
  }

  /// A step that its author gave to a role is for whoever has that role on the incident.
  private func requireRole(for step: PlannedStep, _ actor: Actor) throws(Refusal) {
    guard let role = step.role, !holders(of: role).contains(actor.person) else { return }
    let label: Showable = "\(Self.label(step)) is for the \(role.title)"
    guard let holder = holders(of: role).first else {
      throw Refusal(
        .rule, "\(label), and nobody has that role",
        remedy: "name one: mayday role \(number) \(role.word) PERSON")
    }
    throw Refusal(
      .rule, "\(label): that is \(holder.showable)",
      remedy: "ask them, or take the role over: mayday role \(number) \(role.word) PERSON")
  }

  private func holders(of role: Role) -> [Untrusted] {
    role.isSingle ? roles[role].map { [$0] } ?? [] : others.filter { $0.role == role }.map(\.person)
  }

  private func requireBegun(_ step: PlannedStep, in run: Run) throws(Refusal) {
    guard step.part != .rollback || run.rollback != nil else {
      throw Refusal(
        .rule, "\(Self.label(step)) belongs to the rollback, which has not begun",
        remedy: "mayday run rollback \(number) begins it")
    }
  }

  /// A step that failed stops the run: nobody goes past it without saying what becomes of it.
  private func requireNotStopped(_ step: PlannedStep, in run: Run) throws(Refusal) {
    let steps = run.currentSteps
    guard run.progress(step).state == .todo, let stopped = run.stoppedAt,
      let at = steps.firstIndex(of: stopped), let here = steps.firstIndex(of: step), here > at
    else { return }
    let back: Showable =
      run.rollback == nil && !run.rollbackSteps.isEmpty ? ", roll back" : .empty
    throw Refusal(
      .rule, "\(Self.label(stopped)) has failed, and the run stands there",
      remedy: "try it again, skip it with a reason\(back) or escalate")
  }

  private static func label(_ step: PlannedStep) -> Showable {
    "step \(step.number.showableWord)"
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

extension StepMove {
  var isTakeOver: Bool { if case .takenOver = self { true } else { false } }

  /// The reason or note that came with it.
  var words: Untrusted? {
    switch self {
    case .started: nil
    case .takenOver(_, let because): because
    case .done(let note), .failed(let note): note
    case .skipped(let because): because
    case .decided(let answer, _): answer
    }
  }
}
