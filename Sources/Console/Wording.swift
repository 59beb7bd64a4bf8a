import IncidentDomain
import TextGate

/// What the domain says with a command line in mind, said for somebody at a screen.
extension Refusal {
  /// One sentence: what, why, and what to do where that is not a command to type elsewhere.
  var forScreen: Showable {
    let isForShell = remedy.text.contains("mayday ") || remedy.text.contains("--")
    return remedy.isEmpty || isForShell ? reason : "\(reason); \(remedy)"
  }
}

extension Gate {
  /// What is missing, and the key that gets it.
  var forScreen: Showable {
    let key: Showable =
      switch rule {
      case "acknowledged": "a acknowledges it"
      case "severity-confirmed": "s confirms it"
      case "impact": "i states it"
      case "commander": "o names one"
      case "mitigated": "M records it"
      case "run-ended": "F ends it"
      case "recovered": "M records it"
      case "verified": "do it, or M, recovered, says how it was verified"
      case "post-mortem": "p, then P publishes it"
      case "action-item", "feedback-action": "p, then A adds one"
      case "feedback": "p, then B answers it"
      case "hand-over": "o answers it"
      default: ""
      }
    return key.isEmpty ? missing : "\(missing) (\(key))"
  }
}

extension Incident {
  /// The gates that stand between the phase and another one further on: all of the next phase, but
  /// of skipped ones only what the review owes.
  func gatesOnTheWay(to phase: Phase) -> [Gate] {
    if phase == self.phase.next { return gates(into: phase) }
    return Phase.allCases.filter { $0 > self.phase && $0 <= phase && $0 >= .postmortem }
      .flatMap { gates(into: $0) }
  }
}
