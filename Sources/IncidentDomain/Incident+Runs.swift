import TextGate

extension Incident {
  mutating func applyRun(_ event: Event) {
    let at = event.occurred.instant
    switch event.body {
    case .runStarted(let start):
      runs.append(Run(id: event.id, start: start, startedBy: event.author, started: at))
    case .stepMoved(let run, let step, let move): change(run) { $0.move(step, move, by: event) }
    case .commandBegan(let start):
      let begun = RunningCommand(
        event: event.id, start: start, by: event.author, host: event.host, since: at)
      guard let run = start.run, let step = start.step else {
        running.append(begun)
        return
      }
      change(run) { $0.begin(begun, of: step, by: event) }
    case .commandNotStarted(let run, let step, let began, _):
      guard let run, let step else {
        running.removeAll { $0.event == began }
        return
      }
      change(run) { $0.steps[step]?.running = nil }
    case .commandRan(let record):
      guard let run = record.run, let step = record.step else {
        running.removeAll { $0.event == record.began }
        commands.append(change(event, record))
        return
      }
      change(run) { $0.end(record, of: step, by: event.author) }
    case .runRevised(let run, let start): change(run) { $0.revise(start) }
    case .rollbackStarted(let run, _): change(run) { $0.rollback = at }
    case .runEnded(let run, let outcome, _):
      change(run) {
        $0.outcome = outcome
        $0.ended = at
      }
    default: break
    }
  }

  /// Ends a step once more, as a side of a contradiction had done.
  mutating func end(
    _ step: String, of run: EventID, _ move: StepMove, by side: Event, begun: Instant?
  ) {
    change(run) {
      $0.move(step, move, by: side)
      $0.steps[step]?.started = begun
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

  fileprivate mutating func move(_ step: String, _ move: StepMove, by event: Event) {
    var progress = steps[step] ?? StepProgress()
    let at = event.occurred.instant
    progress.by = event.author
    progress.ended = at
    progress.lost = nil
    progress.claimed = nil
    progress.heldSince = nil
    switch move {
    case .started, .takenOver:
      // The work goes on in other hands: what it takes counts from its first start.
      let goesOn = move != .started && progress.state == .started
      progress.state = .started
      progress.started = goesOn ? progress.started ?? at : at
      progress.ended = nil
      progress.heldSince = at
      progress.claimed = event.recorded
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

  /// Whoever runs a step's command holds the step; running it again is another try at it.
  fileprivate mutating func begin(_ begun: RunningCommand, of step: String, by event: Event) {
    var progress = steps[step] ?? StepProgress()
    let at = event.occurred.instant
    if progress.state != .started || progress.by != event.author {
      progress.started = at
      progress.heldSince = at
    }
    progress.state = .started
    progress.by = event.author
    progress.ended = nil
    progress.claimed = event.recorded
    progress.lost = nil
    progress.running = begun
    steps[step] = progress
  }

  fileprivate mutating func end(_ record: CommandRecord, of step: String, by: Untrusted) {
    if let value = record.value { values[by, default: [:]][value.name] = value.text }
    var progress = steps[step] ?? StepProgress()
    progress.commands.append(record)
    if record.outcome == .unknown, progress.state == .started { progress.lost = progress.running }
    progress.running = nil
    steps[step] = progress
  }

  /// What was done stays with the steps that are still there, by their ids.
  fileprivate mutating func revise(_ new: RunStart) {
    let before = Set(start.steps.map(\.id))
    let after = Set(new.steps.map(\.id))
    formerSteps.removeAll { after.contains($0.id) }
    formerSteps += start.steps.filter { !after.contains($0.id) }
    newSteps = newSteps.intersection(after).union(after.subtracting(before))
    start = new
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
      for step in plan[there...here] where steps[step.id]?.running == nil { steps[step.id] = nil }
    }
  }
}
