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

  /// Says a side of a contradiction again, by somebody who has seen both: from then on it holds.
  func decideSettling(_ side: EventID) throws(Refusal) -> [EventBody] {
    guard let conflict = openConflict(with: side),
      let event = events.first(where: { $0.id == side })
    else {
      throw Refusal(
        .rule, "\(side.short) is no side of a contradiction that is open",
        remedy: "mayday show \(number) lists both sides of each")
    }
    switch event.body {
    case .roleAssigned(let role, let person): return [.roleAssigned(role, person)]
    case .roleTakenOver(let taking): return [.roleAssigned(taking.role, taking.to)]
    case .roleAccepted(let role): return [.roleAssigned(role, event.author)]
    case .stepMoved(let run, let step, .decided(let answer, _)) where side == conflict.second:
      // The run has gone that way already: going it again would undo what was done since.
      return [.stepMoved(run: run, step: step, .decided(answer: answer, goTo: nil))]
    case .stepMoved(let run, let step, let move):
      return [.stepMoved(run: run, step: step, move)]
    case .phaseMoved(let move):
      guard ending == nil else {
        throw Refusal(
          .rule, "\(name) has ended, and a move does not bring it back",
          remedy: "let the end hold, or reopen it: mayday reopen \(number) --because …")
      }
      return [
        .phaseMoved(
          PhaseMove(
            from: phase, to: move.to, because: "two branches of the record were settled",
            overridden: move.overridden))
      ]
    case .cancelled(let reason, let because): return [.cancelled(reason, because: because)]
    case .merged(let into, let number): return [.merged(into: into, number: number)]
    default: return []
    }
  }
}
