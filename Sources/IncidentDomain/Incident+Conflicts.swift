import TextGate

/// Two branches that contradict each other, and what a person who has seen both says of them.
extension Incident {
  /// The side that a settlement says holds; nil for any other event, and where that side is not here
  /// or was taken back.
  public func upheld(by event: Event) -> Event? {
    guard case .settled(let side) = event.body, !reversed.contains(side),
      let found = events.last(where: { $0.id == side })
    else { return nil }
    if case .settled = found.body { return nil }
    return found
  }

  /// Who has seen both sides and says how it is has settled it.
  mutating func settleConflicts(by event: Event) {
    guard !openConflicts.isEmpty, let subject = subject(of: event) else { return }
    for index in conflicts.indices
    where conflicts[index].about == subject && conflicts[index].settledBy == nil {
      conflicts[index].settledBy = event.id
    }
  }

  /// A branch that sets what another branch set too: both facts stay, a person settles it.
  mutating func noteConflict(of event: Event) {
    guard let subject = subject(of: event) else { return }
    var ancestors: Set<EventID> = []
    var queue = event.parents
    let byID = Dictionary(events.map { ($0.id, $0.parents) }) { first, _ in first }
    while let next = queue.popLast() {
      if ancestors.insert(next).inserted { queue.append(contentsOf: byID[next] ?? []) }
    }
    // Two who settled it the same way do not contradict each other.
    if let other = events.last(where: { self.subject(of: $0) == subject }),
      !ancestors.contains(other.id), !reversed.contains(other.id),
      sideID(of: other) != sideID(of: event)
    {
      conflicts.append(Conflict(first: other.id, second: event.id, about: subject))
    }
  }

  /// Says the side that holds again, as it was said: by its author, at its time.
  mutating func uphold(_ settlement: Event) {
    guard let written = upheld(by: settlement), let subject = subject(of: written) else { return }
    // What held until now; the settlement stands among the events already.
    let before = events.dropLast().last {
      self.subject(of: $0) == subject && !reversed.contains($0.id)
    }
    let side = written.moved(by: shifts[written.id] ?? 0)
    switch side.body {
    case .roleAccepted(let role): give(role, to: side.author, at: side.occurred.instant)
    case .stepMoved(let run, let step, let move):
      var move = move
      if case .decided(let answer, _) = move, before.map(sideID) == written.id {
        // The run has gone that way already: going it again would undo what was done since.
        move = .decided(answer: answer, goTo: nil)
      }
      end(step, of: run, move, by: side, begun: beginning(of: step, in: run, by: side))
    case .phaseMoved(let move):
      // What has ended since stays so, wherever it stood.
      guard ending == nil else { return }
      apply(
        PhaseMove(
          from: phase, to: move.to, because: "two branches of the record were settled",
          overridden: move.overridden), side)
    default: apply(side)
    }
  }

  /// When whoever ended a step had begun it; nil when they had not.
  private func beginning(of step: String, in run: EventID, by side: Event) -> Instant? {
    let before = events.prefix { $0.id != side.id }
    let begun = before.last { event in
      guard event.author == side.author, !reversed.contains(event.id) else { return false }
      return switch event.body {
      case .stepMoved(run, step, let move): move.isBeginning
      case .commandBegan(let start): start.run == run && start.step == step
      default: false
      }
    }
    return begun.map { $0.moved(by: shifts[$0.id] ?? 0).occurred.instant }
  }

  /// The event whose word counts: of a settlement the side that it says holds.
  private func sideID(of event: Event) -> EventID { upheld(by: event)?.id ?? event.id }

  /// What an event settles, as far as two branches can contradict each other in it.
  func subject(of event: Event) -> Conflict.About? {
    switch event.body {
    case .roleAssigned(let role, _), .roleAccepted(let role):
      role.isSingle ? .role(role) : nil
    case .roleTakenOver(let taking): .role(taking.role)
    case .stepMoved(let run, let step, let move):
      move.isBeginning ? nil : .step(run: run, step: step)
    case .phaseMoved, .cancelled, .merged: .phase
    case .settled: upheld(by: event).flatMap(subject)
    default: nil
    }
  }
}
