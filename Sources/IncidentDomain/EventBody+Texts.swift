import TextGate

extension EventBody {
  /// Every text that a person wrote, and what the record holds of a command and its output: what a
  /// search looks in. Names of phases, roles and outcomes are no texts; neither are the policy that
  /// an incident copies and the source of a runbook.
  ///
  /// What an event has given once it gives for ever: a store's index is held against it.
  public var texts: [Untrusted] {
    let all: [Untrusted?] =
      switch self {
      case .declared(let declaration):
        [
          declaration.title, declaration.impact, declaration.service, declaration.environment,
          declaration.type,
        ]
          + declaration.labels.sorted { $0.key < $1.key }.map { name, value in
            Untrusted(name + "=" + value.raw)
          }
      case .acknowledged, .roleAccepted, .roleDeclined, .promiseKept, .pinned, .merged, .absorbed,
        .unmerged, .renumbered, .settled, .clockStepped, .reversed, .unknown:
        []
      // A round is of no incident, and a hit leads to one.
      case .round: []
      case .phaseMoved(let move): [move.because]
      case .severitySet(_, _, let because): [because]
      case .impactStated(let text), .noted(let text), .promiseMade(let text, _),
        .updatePublished(let text, _), .postmortemSaved(let text), .postmortemPublished(let text):
        [text]
      case .milestoneReached(_, let text), .corrected(_, let text), .feedbackGiven(_, let text):
        [text]
      case .roleAssigned(_, let person), .roleVacated(_, let person): [person]
      case .roleTakenOver(let taking): [taking.from, taking.to, taking.because]
      case .roleOffered(_, let person, let brief): [person, brief]
      case .proposalMade(let proposal): [proposal.text, proposal.risk] + proposal.alternatives
      case .proposalAnswered(_, _, let because), .proposalSettled(_, _, let because): [because]
      case .updateSkipped(let because), .updateSnoozed(_, let because),
        .postmortemWaived(let because), .commandNotStarted(_, _, _, let because):
        [because]
      case .escalated(_, let because), .cancelled(_, let because),
        .rollbackStarted(_, let because), .runEnded(_, _, let because),
        .actionSettled(_, _, let because):
        [because]
      case .runStarted(let start), .runRevised(_, let start): [start.title]
      case .stepMoved(_, _, let move): [move.words]
      case .commandBegan(let start): [start.command]
      case .commandRan(let record):
        [record.command, record.output, record.poll?.command, record.value?.text]
      case .actionAdded(let text, let owner, _): [text, owner]
      }
    return all.compactMap { $0 }
  }
}
