import TextGate

extension Incident {
  func decidePeople(
    _ command: Command, by actor: Actor, at time: ToldTime, now: Instant
  ) throws(Refusal) -> [EventBody] {
    switch command {
    case .assign, .takeOver, .vacate, .offer, .accept, .decline:
      return try decideRole(command, by: actor, now: now)
    case .promise(let text, let due):
      try requireNotClosed("a promise")
      try Decision.checkNotBlank(text, "the promise")
      guard due > now else {
        throw Refusal(
          .badValue, "the promise is due at \(due.showable), which has passed",
          remedy: "give a time to come: --in 10m")
      }
      try Decision.checkWritable(due)
      return [.promiseMade(text, due: due)]
    case .keepPromise(let id):
      guard let promise = promises.first(where: { $0.id == id }) else {
        throw Refusal(
          .notFound, "\(name) has no promise \(id.short)", remedy: "see mayday show \(number)")
      }
      guard promise.kept == nil else {
        throw Refusal(.rule, "that promise is kept already", remedy: "nothing is left to do here")
      }
      return [.promiseKept(id)]
    default: return []
    }
  }

  /// The brief of a hand-over, from the record alone: state, running timers, promises, last update.
  public func handOverBrief(now: Instant) -> Untrusted {
    var lines: [Showable] = ["\(severity.word), \(phase.word), declared \(declared.showable)"]
    if let impact { lines.append("impact: \(impact.showable)") }
    let running = timers(at: now).filter(\.isRunning)
    if !running.isEmpty {
      lines.append("timers: \(running.map { $0.summary(at: now) }.joined(", "))")
    }
    if let run = openRun {
      var next = Showable.empty
      if let step = run.nextStep {
        next = ", next \(step.number.showableWord) \(step.title.showable)"
      }
      lines.append(
        "runbook: \(run.start.title.showable), \(run.count.ended) of \(run.count.all) steps\(next)")
    }
    for run in runs {
      for step in run.start.steps {
        guard case .decided(let answer, _) = run.progress(step).state else { continue }
        lines.append("found: \(step.title.showable) \(answer.showable)")
      }
    }
    for event in events where pins.contains(event.id) {
      lines.append("pinned: \(narrate(event))")
    }
    for promise in promises where promise.kept == nil {
      lines.append(
        "promise: \(promise.text.showable), \(promise.owner.showable), due \(promise.due.showable)")
    }
    for meant in deliberations where meant.settled == nil {
      lines.append("open proposal: \(meant.proposal.text.showable) (\(meant.sentence))")
    }
    if let update = updates.last(where: { $0.audience != nil }) {
      lines.append("last update \(update.at.showable): \(update.text.showable)")
    } else {
      lines.append("no status update yet")
    }
    return Untrusted(lines.map(\.text).joined(separator: "\n"))
  }
}

extension String {
  /// A word of ours or of a runbook's numbering, gated.
  public var showableWord: Showable { Untrusted(self).showable }
}

extension Role {
  /// The word as typed.
  var rawWord: Showable { rawValue.showableWord }
}
