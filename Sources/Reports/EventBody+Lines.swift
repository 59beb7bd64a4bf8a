import IncidentDomain
import TextGate

extension EventBody {
  /// The body with the first line of its text only, and the lines that follow.
  ///
  /// A narration is one line; a text of several would be squeezed into it.
  func splitLines() -> (head: EventBody, rest: [Showable]) {
    func split(_ text: Untrusted, _ make: (Untrusted) -> EventBody) -> (EventBody, [Showable]) {
      let lines = text.showableLines
      guard lines.count > 1, let first = lines.first else { return (self, []) }
      return (make(Untrusted(first.text)), Array(lines.dropFirst()))
    }
    func split(_ text: Untrusted?, _ make: (Untrusted) -> EventBody) -> (EventBody, [Showable]) {
      guard let text else { return (self, []) }
      return split(text, make)
    }
    switch self {
    case .impactStated(let text): return split(text) { .impactStated($0) }
    case .noted(let text): return split(text) { .noted($0) }
    case .milestoneReached(let milestone, let text):
      return split(text) { .milestoneReached(milestone, text: $0) }
    case .phaseMoved(let move):
      return split(move.because) {
        .phaseMoved(
          PhaseMove(from: move.from, to: move.to, because: $0, overridden: move.overridden))
      }
    case .severitySet(let from, let to, let because):
      return split(because) { .severitySet(from: from, to: to, because: $0) }
    case .promiseMade(let text, let due): return split(text) { .promiseMade($0, due: due) }
    case .updatePublished(let text, let audience):
      return split(text) { .updatePublished($0, audience) }
    case .updateSkipped(let because): return split(because) { .updateSkipped(because: $0) }
    case .escalated(let level, let because):
      return split(because) { .escalated(level: level, because: $0) }
    case .cancelled(let reason, let because):
      return split(because) { .cancelled(reason, because: $0) }
    case .rollbackStarted(let run, let because):
      return split(because) { .rollbackStarted(run: run, because: $0) }
    case .runEnded(let run, let outcome, let because):
      return split(because) { .runEnded(run: run, outcome, because: $0) }
    case .postmortemWaived(let because): return split(because) { .postmortemWaived(because: $0) }
    case .actionAdded(let text, let owner, let due):
      return split(text) { .actionAdded($0, owner: owner, due: due) }
    case .actionSettled(let id, let outcome, let because):
      return split(because) { .actionSettled(id, outcome, because: $0) }
    case .feedbackGiven(let verdict, let text):
      return split(text) { .feedbackGiven(verdict, text: $0) }
    case .roleOffered(_, _, let brief): return (self, brief.showableLines)
    case .stepMoved(let run, let step, let move):
      return splitStep(run, step, move)
    case .updateSnoozed(let until, let because):
      return split(because) { .updateSnoozed(until: until, because: $0) }
    case .proposalAnswered(let id, let objects, let because):
      return split(because) { .proposalAnswered(id, objects: objects, because: $0) }
    case .proposalSettled(let id, let outcome, let because):
      return split(because) { .proposalSettled(id, outcome, because: $0) }
    case .roleTakenOver(let taking):
      return split(taking.because) {
        .roleTakenOver(
          RoleTakeOver(role: taking.role, from: taking.from, to: taking.to, because: $0))
      }
    case .declared, .acknowledged, .roleAssigned, .roleVacated, .roleAccepted, .roleDeclined,
      .promiseKept, .corrected, .pinned, .merged, .absorbed, .unmerged, .renumbered, .settled,
      .runStarted,
      .commandBegan, .commandNotStarted, .commandRan, .runRevised,
      .postmortemSaved, .postmortemPublished, .proposalMade, .clockStepped, .reversed, .round,
      .unknown:
      return (self, [])
    }
  }

  /// A step's note stands in brackets within its line, so the whole of a longer one goes below it.
  private func splitStep(
    _ run: EventID, _ step: String, _ move: StepMove
  ) -> (EventBody, [Showable]) {
    func isLong(_ text: Untrusted?) -> [Showable]? {
      guard let lines = text?.showableLines, lines.count > 1 else { return nil }
      return lines
    }
    switch move {
    case .started, .takenOver, .decided: return (self, [])
    case .done(let note):
      guard let lines = isLong(note) else { return (self, []) }
      return (.stepMoved(run: run, step: step, .done(note: nil)), lines)
    case .failed(let note):
      guard let lines = isLong(note) else { return (self, []) }
      return (.stepMoved(run: run, step: step, .failed(note: nil)), lines)
    case .skipped(let because):
      guard let lines = isLong(because) else { return (self, []) }
      let head = Untrusted(lines.first?.text ?? "")
      return (.stepMoved(run: run, step: step, .skipped(because: head)), Array(lines.dropFirst()))
    }
  }
}
