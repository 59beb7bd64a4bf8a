import TextGate

extension Incident {
  mutating func applyRun(_ event: Event) {
    let at = event.occurred.instant
    switch event.body {
    case .runStarted(let start):
      runs.append(Run(id: event.id, start: start, startedBy: event.author, started: at))
    case .stepMoved(let run, let step, let move):
      change(run) { $0.move(step, move, by: event.author, at: at) }
    case .commandRan(let record):
      guard let run = record.run, let step = record.step else {
        commands.append(change(event, record))
        return
      }
      change(run) { $0.steps[step, default: StepProgress()].commands.append(record) }
    case .rollbackStarted(let run, _): change(run) { $0.rollback = at }
    case .runEnded(let run, let outcome, _):
      change(run) {
        $0.outcome = outcome
        $0.ended = at
      }
    default: break
    }
  }

  private mutating func change(_ run: EventID, _ body: (inout Run) -> Void) {
    if let index = runs.firstIndex(where: { $0.id == run }) { body(&runs[index]) }
  }
}

extension Run {
  init(id: EventID, start: RunStart, startedBy: Untrusted, started: Instant) {
    self.id = id
    self.start = start
    self.startedBy = startedBy
    self.started = started
  }

  fileprivate mutating func move(_ step: String, _ move: StepMove, by: Untrusted, at: Instant) {
    var progress = steps[step] ?? StepProgress()
    progress.by = by
    progress.ended = at
    switch move {
    case .started:
      progress.state = .started
      progress.started = at
      progress.ended = nil
    case .done(let note):
      progress.state = .done
      progress.note = note
    case .failed(let note):
      progress.state = .failed
      progress.note = note
    case .skipped(let because):
      progress.state = .skipped
      progress.note = because
    case .decided(let answer, let goTo):
      progress.state = .decided(answer: answer, goTo: goTo)
      progress.note = nil
    }
    steps[step] = progress
    if case .decided(_, let goTo?) = move { jump(from: step, to: goTo) }
  }

  /// Forward, the steps between are passed over; back, those from there on are to do again.
  private mutating func jump(from: String, to: String) {
    let plan = start.steps
    guard let here = plan.firstIndex(where: { $0.id == from }),
      let there = plan.firstIndex(where: { $0.id == to })
    else { return }
    if there > here {
      for step in plan[(here + 1)..<there] where !progress(step).state.isEnded {
        // Commands that ran from it stay with it.
        steps[step.id, default: StepProgress()].state = .passedOver
      }
    } else {
      for step in plan[there...here] { steps[step.id] = nil }
    }
  }

  /// The step by its number as shown, or by its id.
  public func step(named name: String) -> PlannedStep? {
    start.steps.first { $0.number.lowercased() == name.lowercased() }
      ?? start.steps.first { $0.id == name }
  }
}
