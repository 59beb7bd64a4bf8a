import TextGate

/// Settling what two branches of the record contradict each other in.
extension Incident {
  /// The side of an open contradiction that an event is, by its id.
  public func openConflict(with side: EventID) -> Conflict? {
    openConflicts.first { $0.first == side || $0.second == side }
  }

  /// What a contradiction is about, in words: `Incident Commander`, `step 2`, `the phase`.
  public func subject(of conflict: Conflict) -> Showable {
    switch conflict.about {
    case .role(let role): return role.title
    case .step(let run, let step):
      let planned = runs.first { $0.id == run }?.knownStep(id: step)
      return planned.map { "step \($0.number.showableWord)" } ?? "a step"
    case .phase: return "the phase"
    }
  }

  /// Says which side of a contradiction holds, by somebody who has seen both. Who did it and when is
  /// the side's; who settled it is the author of the event that this makes.
  func decideSettling(_ side: EventID) throws(Refusal) -> [EventBody] {
    guard let conflict = openConflict(with: side),
      let event = events.first(where: { $0.id == side })
    else {
      throw Refusal(
        .rule, "\(side.short) is no side of a contradiction that is open",
        remedy: "mayday show \(number) lists both sides of each")
    }
    // A side may be a settlement itself, when two branches settled it each in its way.
    let held = upheld(by: event) ?? event
    let other = conflict.first == side ? conflict.second : conflict.first
    if case .phaseMoved = held.body, ending != nil, isEnd(other) {
      throw Refusal(
        .rule, "\(name) has ended, and a move does not bring it back",
        remedy: "let the end hold, or reopen it: mayday reopen \(number) --because …")
    }
    return [.settled(held.id)]
  }

  /// Whether a side is that the incident ended.
  private func isEnd(_ side: EventID) -> Bool {
    guard let event = events.first(where: { $0.id == side }) else { return false }
    return switch (upheld(by: event) ?? event).body {
    case .cancelled, .merged: true
    default: false
    }
  }
}
