import TextGate

extension Incident {
  /// Whether a person has a role.
  private func holds(_ role: Role, _ person: Untrusted) -> Bool {
    roles[role] == person || others.contains(OtherRole(role: role, person: person))
  }

  func decidePeople(
    _ command: Command, by actor: Actor, at time: ToldTime, now: Instant
  ) throws(Refusal) -> [EventBody] {
    switch command {
    case .assign(let role, let person):
      try requireNotClosed("naming a role")
      try Decision.checkNotBlank(person, "the person's name")
      // Naming the one who holds it settles a contradiction of two branches.
      if holds(role, person), !openConflicts.contains(where: { $0.about == .role(role) }) {
        throw Refusal(
          .rule, "\(person.showable) is \(role.title) already", remedy: "nothing is left to do here"
        )
      }
      return [.roleAssigned(role, person)]
    case .vacate(let role, let person):
      try requireNotClosed("giving up a role")
      guard holds(role, person) else {
        throw Refusal(
          .rule, "\(person.showable) is not \(role.title)", remedy: "name a role that is held")
      }
      return [.roleVacated(role, person)]
    case .offer(let role, let person, let brief):
      try requireNotClosed("a hand-over")
      try Decision.checkNotBlank(person, "the receiver's name")
      try Decision.checkText(brief)
      if let offer = offers[role] {
        throw Refusal(
          .rule, "\(role.title) is offered to \(offer.to.showable) and not answered",
          remedy:
            "mayday accept \(number) \(role.rawWord) or mayday decline \(number) \(role.rawWord)")
      }
      if let holder = roles[role], holder == person {
        throw Refusal(
          .rule, "\(person.showable) is \(role.title) already", remedy: "offer it to somebody else")
      }
      return [.roleOffered(role, to: person, brief: brief ?? handOverBrief(now: now))]
    case .accept(let role): return [.roleAccepted(try answerable(role, by: actor))]
    case .decline(let role): return [.roleDeclined(try answerable(role, by: actor))]
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

  private func answerable(_ role: Role, by actor: Actor) throws(Refusal) -> Role {
    try requireNotClosed("answering a hand-over")
    guard let offer = offers[role] else {
      throw Refusal(
        .rule, "\(role.title) is not offered to anybody",
        remedy: "mayday handoff \(number) \(role.rawWord) PERSON offers it")
    }
    guard offer.to == actor.person else {
      throw Refusal(
        .rule, "\(role.title) is offered to \(offer.to.showable), not to \(actor.person.showable)",
        remedy: "only the receiver answers")
    }
    return role
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
    for promise in promises where promise.kept == nil {
      lines.append(
        "promise: \(promise.text.showable), \(promise.owner.showable), due \(promise.due.showable)")
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
