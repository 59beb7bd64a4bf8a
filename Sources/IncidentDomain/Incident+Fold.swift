import TextGate

extension Incident {
  /// Folds a set of events of one incident, in any order, each at most once.
  ///
  /// - Returns: nil when no declaration is among them.
  public static func fold(_ events: [Event]) -> Incident? {
    let ordered = order(events)
    var reversed: Set<EventID> = []
    for event in ordered {
      if case .reversed(let ids) = event.body { reversed.formUnion(ids) }
    }
    guard let first = ordered.first(where: { if case .declared = $0.body { true } else { false } }),
      case .declared(let declaration) = first.body
    else { return nil }
    let shifts = clockShifts(ordered)
    var incident = Incident(first, declaration, shift: shifts[first.id] ?? 0)
    incident.reversed = reversed
    incident.shifts = shifts
    for event in ordered { incident.append(event, shift: shifts[event.id] ?? 0) }
    return incident
  }

  /// Adds events that were recorded since; events it holds already change nothing.
  ///
  /// - Returns: whether what it held stands where it stood, the new events behind it; false where it
  ///   was folded anew.
  @discardableResult
  public mutating func add(_ new: [Event]) -> Bool {
    let held = Set(events.suffix(new.count + 64).map(\.id))
    for event in new where !held.contains(event.id) {
      // On one store events come as a chain, and folding on is enough; a branch is folded anew.
      if !event.changesThePast, event.parents == heads {
        append(event, shift: 0)
      } else if let anew = Incident.fold(unique(events + new)) {
        self = anew
        return false
      }
    }
    return true
  }

  private func unique(_ events: [Event]) -> [Event] {
    var seen: Set<EventID> = []
    return events.filter { seen.insert($0.id).inserted }
  }

  /// Parents first, ties by (recorded, id): the same for every replica (ARCHITECTURE.md).
  package static func order(_ events: [Event]) -> [Event] {
    // As one store writes them: each after the one before it, so no other order is possible.
    let isChain = zip(events, events.dropFirst()).allSatisfy {
      $1.parents.contains($0.id) && $0.recorded <= $1.recorded
    }
    if isChain { return events }
    let sorted = events.sorted { ($0.recorded, $0.id) < ($1.recorded, $1.id) }
    var result: [Event] = []
    result.reserveCapacity(sorted.count)
    var start = 0
    // `recorded` is never less than a parent's, so parents can stand behind only among equals.
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end].recorded == sorted[start].recorded { end += 1 }
      if end - start == 1 {
        result.append(sorted[start])
      } else {
        result.append(contentsOf: parentsFirst(sorted[start..<end]))
      }
      start = end
    }
    return result
  }

  /// Kahn's algorithm over events of one instant, the smallest id first among those that may come.
  private static func parentsFirst(_ group: ArraySlice<Event>) -> [Event] {
    let byID = Dictionary(group.map { ($0.id, $0) }) { first, _ in first }
    var missing: [EventID: Int] = [:]
    var children: [EventID: [EventID]] = [:]
    for event in group {
      let inside = event.parents.filter { byID[$0] != nil }
      missing[event.id] = inside.count
      for parent in inside { children[parent, default: []].append(event.id) }
    }
    var ready = group.map(\.id).filter { missing[$0] == 0 }
    ready.sort(by: >)
    var result: [Event] = []
    while let next = ready.popLast() {
      if let event = byID[next] { result.append(event) }
      for child in children[next] ?? [] {
        missing[child, default: 0] -= 1
        if missing[child] == 0 {
          let place = ready.firstIndex { $0 < child } ?? ready.endIndex
          ready.insert(child, at: place)
        }
      }
    }
    return result
  }

  private init(_ first: Event, _ declaration: Declaration, shift: Int64) {
    let first = first.moved(by: shift)
    var declaration = declaration
    if case .declared(let moved) = first.body { declaration = moved }
    id = first.id
    number = declaration.number
    title = declaration.title
    type = declaration.type
    service = declaration.service
    environment = declaration.environment
    tier = declaration.tier
    suggestedRunbook = declaration.runbook
    labels = declaration.labels
    isDrill = declaration.isDrill
    policy = declaration.policy
    severity = declaration.severity
    impact = declaration.impact
    lastActivity = first.recorded
    vacancies = [Spell(from: first.occurred.instant)]
    milestones[.declared] = first.occurred
    milestoneEvents[.declared] = first.id
    milestones[.started] = declaration.started
    milestones[.detected] = declaration.detected
  }

  /// - Parameter shift: by how many milliseconds its machine's clock was set since.
  private mutating func append(_ written: Event, shift: Int64) {
    let event = written.moved(by: shift)
    let recorded = activity(of: event, written)
    if !event.parents.isEmpty, !reversed.contains(event.id) {
      if event.parents == heads { settleConflicts(by: event) } else { noteConflict(of: event) }
    }
    events.append(written)
    heads.removeAll { event.parents.contains($0) }
    heads.append(event.id)
    heads.sort()
    guard !reversed.contains(event.id) else { return }
    names.formUnion(Self.names(in: event))
    // That a clock was set is no sign of anybody's work.
    if let acknowledgement, !event.isClockStep, isAlive(acknowledgement, at: recorded) {
      self.acknowledgement?.lastActivity = max(acknowledgement.lastActivity, recorded)
    }
    lastActivity = max(lastActivity, recorded)
    if !event.isClockStep {
      lastWritten[event.author] = max(lastWritten[event.author] ?? recorded, recorded)
    }
    let wasActive = isActive
    apply(event)
    if wasActive, !isActive {
      pauses.append(Spell(from: event.occurred.instant))
    } else if !wasActive, isActive, let last = pauses.indices.last {
      pauses[last].end(at: event.occurred.instant)
      // Whoever takes the work up again answers for it.
      acknowledgement?.lastActivity = recorded
    }
  }

  /// When it was written, by its machine's clock as it is now. What is written after a clock was set
  /// back is recorded with its parent's time, which is none of its own.
  private func activity(of event: Event, _ written: Event) -> Instant {
    if event.isClockStep { return event.occurred.instant }
    guard event.occurred.instant < event.recorded, written.recorded == events.last?.recorded,
      clockSteps.contains(where: { $0.by == event.host && $0.value.milliseconds < 0 })
    else { return event.recorded }
    return event.occurred.instant
  }

  /// Whether an acknowledgement has not expired at `instant`.
  public func isAlive(_ acknowledgement: Acknowledgement, at instant: Instant) -> Bool {
    guard let expires = policy[severity].acknowledgementExpires else { return true }
    return instant <= expires.after(acknowledgement.lastActivity)
  }

  mutating func apply(_ event: Event) {
    let at = event.occurred.instant
    switch event.body {
    case .declared, .noted, .reversed, .round, .unknown: break
    case .acknowledged:
      if milestones[.acknowledged] == nil { reach(.acknowledged, event) }
      if let expired = acknowledgementExpiry(at: event.recorded) {
        var spell = Spell(from: expired)
        spell.end(at: at)
        expiries.append(spell)
      }
      acknowledgement = Acknowledgement(
        by: event.author, at: at, lastActivity: event.recorded)
    case .phaseMoved(let move): apply(move, event)
    case .severitySet(let from, let to, let because):
      severity = to
      severityConfirmed = true
      severityChanges.append(
        change(event, SeverityChange(from: from, to: to, because: because)))
    case .impactStated(let text):
      impact = text
      impactEvent = event.id
    case .milestoneReached(let milestone, let text):
      reach(milestone, event)
      if let text { milestoneTexts[milestone] = text }
    case .roleAssigned, .roleTakenOver, .roleVacated, .roleOffered, .roleAccepted, .roleDeclined:
      applyRole(event)
    case .proposalMade, .proposalAnswered, .proposalSettled: applyProposal(event)
    case .promiseMade(let text, let due):
      promises.append(
        Promise(id: event.id, owner: event.author, text: text, made: at, due: due))
    case .promiseKept(let promise):
      if let index = promises.firstIndex(where: { $0.id == promise }) { promises[index].kept = at }
    case .corrected(let target, let text): correct(target, text, event)
    case .pinned(let target, let isPinned):
      if isPinned { pins.insert(target) } else { pins.remove(target) }
    case .updatePublished(let text, let audience):
      updates.append(Update(at: at, by: event.author, audience: audience, text: text))
    case .updateSkipped(let because):
      updates.append(Update(at: at, by: event.author, audience: nil, text: because))
    case .updateSnoozed(let until, let because):
      snoozes.append(change(event, Snooze(until: until, because: because)))
    case .clockStepped(let step):
      clockSteps.append(Change(event: event.id, at: at, by: event.host, value: step))
    case .escalated(let level, _):
      calls.append(change(event, level))
      for rung in policy[severity].escalations where rung.level <= level {
        if escalations[rung.level] == nil { escalations[rung.level] = at }
      }
      escalations[level] = escalations[level] ?? at
    case .cancelled(let reason, _): ending = .cancelled(reason)
    case .merged(let into, let number): ending = .merged(into: into, number: number)
    case .absorbed(let other, let number):
      absorbed.removeAll { $0.id == other }
      absorbed.append(Absorbed(id: other, number: number))
    case .unmerged: ending = nil
    case .renumbered(let new): number = new
    case .settled: uphold(event)
    case .runStarted, .stepMoved, .commandBegan, .commandNotStarted, .commandRan, .runRevised,
      .rollbackStarted, .runEnded:
      applyRun(event)
    case .postmortemSaved(let text): postmortem = .draft(text: text, at: at)
    case .postmortemPublished(let text): postmortem = .published(text: text, at: at)
    case .postmortemWaived(let because): postmortem = .waived(because: because, at: at)
    case .actionAdded(let text, let owner, let due):
      actions.append(ActionItem(id: event.id, text: text, owner: owner, due: due, added: at))
    case .actionSettled(let action, let outcome, _):
      if let index = actions.firstIndex(where: { $0.id == action }) {
        actions[index].outcome = outcome
        actions[index].settled = at
      }
    case .feedbackGiven(let verdict, let text):
      feedback.append(change(event, Feedback(verdict: verdict, text: text)))
    }
  }

  func change<Value>(_ event: Event, _ value: Value) -> Change<Value> {
    Change(event: event.id, at: event.occurred.instant, by: event.author, value: value)
  }

  mutating func apply(_ move: PhaseMove, _ event: Event) {
    moves.append(change(event, move))
    phase = move.to
    let isReopening = ending != nil && move.to <= move.from
    if isReopening || (move.to <= .triage && move.from > move.to) {
      // Reopened: what was reached has come undone, and its timers run again.
      for milestone in [Milestone.mitigated, .recovered, .resolved] { clear(milestone) }
      ending = nil
      reopenReview()
    } else if move.to < move.from {
      for milestone in [Milestone.mitigated, .recovered] { clear(milestone) }
    } else if move.from.isActive, !move.to.isActive {
      reach(.resolved, event)
    }
  }

  private mutating func clear(_ milestone: Milestone) {
    milestones[milestone] = nil
    milestoneTexts[milestone] = nil
    milestoneEvents[milestone] = nil
  }

  private mutating func reach(_ milestone: Milestone, _ event: Event) {
    milestones[milestone] = event.occurred
    milestoneEvents[milestone] = event.id
  }

  /// The review of the first course does not answer for the second: it is there to be revised.
  private mutating func reopenReview() {
    switch postmortem {
    case .none, .draft: break
    case .published(let text, let at): postmortem = .draft(text: text, at: at)
    case .waived: postmortem = .none
    }
  }

  /// What a correction changes in the incident as known now; the event it points at stays as it was.
  private mutating func correct(_ target: EventID, _ text: Untrusted?, _ event: Event) {
    corrections[target, default: []].append(event.id)
    for milestone in Milestone.allCases where milestoneEvents[milestone] == target {
      milestones[milestone] = event.occurred
    }
    if let text, target == impactEvent { impact = text }
  }

  private mutating func applyRole(_ event: Event) {
    switch event.body {
    case .roleAssigned(let role, let person):
      give(role, to: person, at: event.occurred.instant)
    case .roleTakenOver(let taking):
      give(taking.role, to: taking.to, at: event.occurred.instant)
    case .roleVacated(let role, let person):
      others.removeAll { $0.role == role && $0.person == person }
      if roles[role] == person {
        roles[role] = nil
        turn(role, at: event.occurred.instant)
        if role == .commander { vacancies.append(Spell(from: event.occurred.instant)) }
      }
    case .roleOffered(let role, let person, let brief):
      offers[role] = Offer(
        event: event.id, from: roles[role] ?? event.author, to: person, brief: brief,
        at: event.occurred.instant)
    case .roleAccepted(let role):
      if let offer = offers[role] {
        others.removeAll { $0.role == role && $0.person == offer.from }
        give(role, to: offer.to, at: event.occurred.instant)
      }
    case .roleDeclined(let role): offers[role] = nil
    default: break
    }
  }

  mutating func give(_ role: Role, to person: Untrusted, at: Instant) {
    offers[role] = nil
    if role.isSingle {
      if roles[role] != person { turn(role, at: at) }
      roles[role] = person
      if role == .commander, commanderVacantSince != nil, let last = vacancies.indices.last {
        vacancies[last].end(at: at)
      }
    } else if !others.contains(OtherRole(role: role, person: person)) {
      others.append(OtherRole(role: role, person: person))
    }
  }

  /// The role passes on: commands that saw it as it was are of an old epoch.
  private mutating func turn(_ role: Role, at: Instant) {
    tenures[role] = Tenure(epoch: (tenures[role]?.epoch ?? 0) + 1, since: at)
  }

  private mutating func applyProposal(_ event: Event) {
    let at = event.occurred.instant
    switch event.body {
    case .proposalMade(let proposal):
      deliberations.append(
        Deliberation(id: event.id, by: event.author, at: at, proposal: proposal))
    case .proposalAnswered(let id, let objects, let because):
      guard let index = deliberations.firstIndex(where: { $0.id == id }) else { return }
      deliberations[index].answers.removeAll { $0.by == event.author }
      deliberations[index].answers.append(
        Deliberation.Answer(by: event.author, objects: objects, because: because, at: at))
    case .proposalSettled(let id, let outcome, let because):
      guard let index = deliberations.firstIndex(where: { $0.id == id }) else { return }
      deliberations[index].settled = Deliberation.Settled(
        outcome: outcome, because: because, by: event.author, at: at)
    default: break
    }
  }
}

extension Event {
  fileprivate var isClockStep: Bool {
    if case .clockStepped = body { true } else { false }
  }

  /// Whether it says something of events before it, so that folding on is not enough.
  fileprivate var changesThePast: Bool {
    switch body {
    case .reversed, .clockStepped: true
    default: false
    }
  }
}
