import TextGate

extension Incident {
  /// Whether a person has a role.
  func holds(_ role: Role, _ person: Untrusted) -> Bool {
    roles[role] == person || others.contains(OtherRole(role: role, person: person))
  }

  /// How often a role changed hands so far; 0 for one that nobody ever held.
  public func epoch(of role: Role) -> Int { tenures[role]?.epoch ?? 0 }

  /// `bob is Incident Commander since 2025-11-18T12:03:00Z (epoch 2)`; nil when nobody is.
  public func holding(of role: Role) -> Showable? {
    guard let holder = roles[role] else { return nil }
    let since = tenures[role].map { " since \($0.since.showable) (epoch \($0.epoch))" as Showable }
    return "\(holder.showable) is \(role.title)\(since ?? .empty)"
  }

  func decideRole(
    _ command: Command, by actor: Actor, now: Instant
  ) throws(Refusal) -> [EventBody] {
    switch command {
    case .assign(let role, let person): return [try assignment(of: role, to: person)]
    case .takeOver(let role, let person, let epoch, let because):
      return [try takeOver(role, to: person, epoch: epoch, because: because)]
    case .vacate(let role, let person):
      try requireNotClosed("giving up a role")
      guard holds(role, person) else {
        throw Refusal(
          .rule, "\(person.showable) is not \(role.title)", remedy: "name a role that is held")
      }
      guard person == actor.person || commander == actor.person else {
        throw Refusal(
          .rule, "\(person.showable) gives up \(role.title), or the Incident Commander takes it",
          remedy:
            "take it over with a reason: mayday role \(number) \(role.rawWord) PERSON --take --because …"
        )
      }
      return [.roleVacated(role, person)]
    case .offer(let role, let person, let brief):
      return [try offer(role, to: person, brief: brief, by: actor, now: now)]
    case .accept(let role): return [.roleAccepted(try answerable(role, by: actor))]
    case .decline(let role): return [.roleDeclined(try answerable(role, by: actor))]
    default: return []
    }
  }

  private func assignment(of role: Role, to person: Untrusted) throws(Refusal) -> EventBody {
    try requireNotClosed("naming a role")
    try Decision.checkNotBlank(person, "the person's name")
    // Naming anybody settles a contradiction of two branches.
    if openConflicts.contains(where: { $0.about == .role(role) }) {
      return .roleAssigned(role, person)
    }
    if holds(role, person) {
      throw Refusal(
        .rule, "\(person.showable) is \(role.title) already", remedy: "nothing is left to do here")
    }
    if let held = holding(of: role) {
      throw Refusal(
        .rule, held,
        remedy:
          "they offer it (mayday handoff \(number) \(role.rawWord) PERSON), or take it over with a reason: mayday role \(number) \(role.rawWord) PERSON --take --because …"
      )
    }
    return .roleAssigned(role, person)
  }

  private func takeOver(
    _ role: Role, to person: Untrusted, epoch: Int?, because: Untrusted
  ) throws(Refusal) -> EventBody {
    try requireNotClosed("taking a role over")
    try Decision.checkNotBlank(person, "the person's name")
    if let epoch, epoch != self.epoch(of: role) {
      let held = holding(of: role) ?? "nobody is \(role.title) (epoch \(self.epoch(of: role)))"
      throw Refusal(
        .rule, "the role has passed on meanwhile: \(held)",
        remedy: "look again, and take it over from them if that is still right")
    }
    guard let holder = roles[role] else {
      throw Refusal(
        .rule, "nobody is \(role.title), so there is nobody to take it from",
        remedy: "mayday role \(number) \(role.rawWord) PERSON names one")
    }
    guard holder != person else {
      throw Refusal(
        .rule, "\(person.showable) is \(role.title) already", remedy: "nothing is left to do here")
    }
    try Decision.checkReason(because, for: "taking \(role.title) from \(holder.showable)")
    return .roleTakenOver(
      RoleTakeOver(role: role, from: holder, to: person, because: because))
  }

  private func offer(
    _ role: Role, to person: Untrusted, brief: Untrusted?, by actor: Actor, now: Instant
  ) throws(Refusal) -> EventBody {
    try requireNotClosed("a hand-over")
    try Decision.checkNotBlank(person, "the receiver's name")
    try Decision.checkText(brief)
    if let offer = offers[role] {
      throw Refusal(
        .rule, "\(role.title) is offered to \(offer.to.showable) and not answered",
        remedy:
          "mayday accept \(number) \(role.rawWord) or mayday decline \(number) \(role.rawWord)"
      )
    }
    if let holder = roles[role] {
      if holder == person {
        throw Refusal(
          .rule, "\(person.showable) is \(role.title) already", remedy: "offer it to somebody else")
      }
      guard holder == actor.person || commander == actor.person else {
        throw Refusal(
          .rule, "\(holder.showable) is \(role.title) and hands it over",
          remedy:
            "ask them, or take it over with a reason: mayday role \(number) \(role.rawWord) PERSON --take --because …"
        )
      }
    }
    return .roleOffered(role, to: person, brief: brief ?? handOverBrief(now: now))
  }

  private func answerable(_ role: Role, by actor: Actor) throws(Refusal) -> Role {
    try requireNotClosed("answering a hand-over")
    guard let offer = offers[role] else { throw lapsed(role, actor) }
    guard offer.to == actor.person else {
      throw Refusal(
        .rule, "\(role.title) is offered to \(offer.to.showable), not to \(actor.person.showable)",
        remedy: "only the receiver answers")
    }
    return role
  }

  /// Why there is nothing to answer: an offer of an old epoch, or none at all.
  private func lapsed(_ role: Role, _ actor: Actor) -> Refusal {
    var wasOffered = false
    for event in events where !reversed.contains(event.id) {
      switch event.body {
      case .roleOffered(role, let to, _): wasOffered = to == actor.person
      case .roleDeclined(role), .roleAccepted(role): wasOffered = false
      default: break
      }
    }
    if wasOffered, let held = holding(of: role), roles[role] != actor.person {
      return Refusal(
        .rule, "the offer of \(role.title) to you has lapsed: \(held)",
        remedy: "ask them to offer it again")
    }
    return Refusal(
      .rule, "\(role.title) is not offered to anybody",
      remedy: "mayday handoff \(number) \(role.rawWord) PERSON offers it")
  }
}
