import TextGate

extension Incident {
  /// The proposal that is meant: by id, or the only one that is open.
  public func deliberation(_ id: EventID?) throws(Refusal) -> Deliberation {
    if let id {
      guard let found = deliberations.first(where: { $0.id == id }) else {
        throw Refusal(
          .notFound, "\(name) has no proposal \(id.short)",
          remedy: "see mayday decision list \(number)")
      }
      return found
    }
    let open = deliberations.filter { $0.settled == nil }
    guard let last = open.last else {
      throw Refusal(
        .rule, "no proposal is open on \(name)",
        remedy: "mayday decision propose \(number) TEXT --risk TEXT makes one")
    }
    guard open.count == 1 else {
      throw Refusal(
        .rule, "\(open.count) proposals are open on \(name)",
        remedy: "name one: \(open.map(\.id.short).joined(", "))")
    }
    return last
  }

  func decideProposal(
    _ command: Command, by actor: Actor, now: Instant
  ) throws(Refusal) -> [EventBody] {
    switch command {
    case .propose(let proposal): return [.proposalMade(try checked(proposal, now: now))]
    case .answerProposal(let id, let objects, let because):
      let meant = try openDeliberation(id)
      try Decision.checkText(because)
      if objects, because?.isBlank ?? true {
        throw Refusal(.badValue, "an objection needs its reason", remedy: "say what would go wrong")
      }
      let last = meant.answers.last { $0.by == actor.person }
      if let last, last.objects == objects, last.because == because {
        throw Refusal(.rule, "that is your answer already", remedy: "nothing is left to do here")
      }
      return [.proposalAnswered(meant.id, objects: objects, because: because)]
    case .settleProposal(let id, let outcome, let because):
      let meant = try openDeliberation(id)
      try Decision.checkText(because)
      try checkSettler(of: meant, outcome, actor)
      if outcome == .decided { try checkHeard(meant, because, now: now) }
      return [.proposalSettled(meant.id, outcome, because: because)]
    default: return []
    }
  }

  private func checked(_ proposal: Proposal, now: Instant) throws(Refusal) -> Proposal {
    try requireNotClosed("a proposal")
    try Decision.checkNotBlank(proposal.text, "the proposal")
    try Decision.checkNotBlank(proposal.risk, "the risk")
    for other in proposal.alternatives { try Decision.checkNotBlank(other, "an alternative") }
    for name in proposal.asked { try Decision.checkNotBlank(name, "the name of who is asked") }
    guard Set(proposal.asked).count == proposal.asked.count else {
      throw Refusal(.badValue, "somebody is asked twice", remedy: "name each person once")
    }
    if let due = proposal.due {
      guard due > now else {
        throw Refusal(
          .badValue, "objections are asked until \(due.showable), which has passed",
          remedy: "give a time to come: --within 2m")
      }
      try Decision.checkWritable(due)
    }
    return proposal
  }

  private func openDeliberation(_ id: EventID?) throws(Refusal) -> Deliberation {
    try requireNotClosed("a decision")
    let meant = try deliberation(id)
    if let settled = meant.settled {
      throw Refusal(
        .rule, "that proposal is \(settled.outcome.word) by \(settled.by.showable) already",
        remedy: "propose anew what is to change")
    }
    return meant
  }

  private func checkSettler(
    of meant: Deliberation, _ outcome: ProposalOutcome, _ actor: Actor
  ) throws(Refusal) {
    switch outcome {
    case .withdrawn:
      guard actor.person == meant.by || actor.person == commander else {
        throw Refusal(
          .rule, "\(meant.by.showable) proposed it and withdraws it",
          remedy: "object to it instead: mayday decision object \(number) TEXT")
      }
    case .decided, .rejected:
      if let commander, commander != actor.person {
        throw Refusal(
          .rule, "\(commander.showable) is Incident Commander and decides",
          remedy: "ask them, or say what you think: mayday decision object \(number) TEXT")
      }
    }
  }

  /// Whoever decides has heard those who were asked, and says why where somebody objects.
  private func checkHeard(
    _ meant: Deliberation, _ because: Untrusted?, now: Instant
  ) throws(Refusal) {
    let isOver = meant.proposal.due.map { now >= $0 } ?? false
    if !meant.silent.isEmpty, !isOver {
      let names = meant.silent.map(\.showable).joined(", ")
      let until = meant.proposal.due.map { " until \($0.showable)" as Showable } ?? .empty
      try Decision.checkReason(because, for: "deciding before \(names) answered\(until)")
    }
    if !meant.objections.isEmpty {
      let names = meant.objections.map(\.by.showable).joined(", ")
      try Decision.checkReason(because, for: "deciding against the objection of \(names)")
    }
  }
}
