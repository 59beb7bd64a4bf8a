import IncidentDomain
import TextGate

/// What a form shows above its questions.
extension Form {
  func info(in model: Model) -> [Showable] {
    switch purpose {
    case .declare: return [targets(in: model)]
    case .override(_, let gate): return ["the gate says: \(gate)"]
    case .startRun(let start):
      return ["\(start.title.showable), \(start.steps.count) steps, \(start.runbook.showable)"]
    case .step(_, let id, let act, let holder):
      var lines: [Showable] = []
      if let holder {
        lines.append("\(holder.showable) is on this step: writing takes it over from them")
      }
      if act == .answer, let step = model.open?.run?.start.steps.first(where: { $0.id == id }) {
        let choices = step.choices.map(\.label.showable)
        if !choices.isEmpty { lines.append("the runbook knows: \(choices.joined(", "))") }
      }
      return lines
    case .merge: return ["its number keeps working and points to the other; :unmerge restores it"]
    case .cancel: return ["stops every timer and ends an open run"]
    case .severity:
      guard let incident = model.incident else { return [] }
      return ["now \(incident.severity.word); the targets move, the time already used is kept"]
    case .accept(let role):
      return model.incident?.offers[role]?.brief.showableLines ?? []
    case .publishPostmortem: return ["after that it cannot be changed, only added to"]
    case .quit:
      if model.execution?.isUnderWay == true { return ["a command is running; leaving ends it"] }
      if !model.pendingWrites.isEmpty { return ["a write is not answered yet"] }
      let kept = model.drafts.count
      return ["text that was typed and not written would be lost, from \(kept) prompts"]
    default: return []
    }
  }

  /// The targets that will run from the moment it is declared.
  private func targets(in model: Model) -> Showable {
    let severity = Severity.allCases[choice(.severity)]
    let targets = model.session.policy[severity]
    var parts: [Showable] = []
    func add(_ word: Showable, _ span: Span?) {
      if let span { parts.append("\(word) \(span.word)") }
    }
    add("acknowledge", targets.acknowledge)
    add("update every", targets.update)
    add("mitigate", targets.mitigate)
    add("resolve", targets.resolve)
    let rungs = targets.escalations.map { "L\($0.level) \($0.after.word)" as Showable }
    if !rungs.isEmpty { parts.append("escalate \(rungs.joined(", "))") }
    return
      "\(severity.word): \(targets.team.showable); timers: \(parts.joined(", "))"
  }
}
