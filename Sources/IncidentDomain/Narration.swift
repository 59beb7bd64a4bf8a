import TextGate

extension Incident {
  /// One line that says what an event was, without time and author: "phase triage → mitigation".
  public func narrate(_ event: Event) -> Showable { narrate(event.body) }

  /// The same of an event that was decided and not yet written.
  public func narrate(_ body: EventBody) -> Showable {
    switch body {
    case .declared(let declaration):
      return "declared \(declaration.severity.word): \(declaration.title.showable)"
    case .acknowledged: return "acknowledged"
    case .phaseMoved(let move):
      let why = move.because.map { ": \($0.showable)" as Showable } ?? .empty
      let gates: Showable =
        move.overridden.isEmpty
        ? .empty : " (overridden: \(move.overridden.map(\.showableWord).joined(", ")))"
      return "phase \(move.from.word) -> \(move.to.word)\(gates)\(why)"
    case .severitySet(let from, let to, let because):
      let why = because.map { ": \($0.showable)" as Showable } ?? .empty
      return from == to
        ? "severity confirmed \(to.word)\(why)" : "severity \(from.word) -> \(to.word)\(why)"
    case .impactStated(let text): return "impact: \(text.showable)"
    case .milestoneReached(let milestone, let text):
      return "\(milestone.word)\(text.map { ": \($0.showable)" as Showable } ?? .empty)"
    case .roleAssigned(let role, let person): return "\(role.title): \(person.showable)"
    case .roleTakenOver(let taking):
      return
        "\(taking.role.title): \(taking.to.showable), taken over from \(taking.from.showable): \(taking.because.showable)"
    case .roleVacated(let role, let person): return "\(person.showable) gives up \(role.title)"
    case .roleOffered(let role, let person, _): return "offers \(role.title) to \(person.showable)"
    case .roleAccepted(let role): return "accepts \(role.title)"
    case .roleDeclined(let role): return "declines \(role.title)"
    case .promiseMade(let text, let due): return "promises by \(due.showable): \(text.showable)"
    case .promiseKept(let id):
      let text =
        promises.first { $0.id == id }.map { ": \($0.text.showable)" as Showable } ?? .empty
      return "promise kept\(text)"
    case .proposalMade(let proposal):
      let sentence = Deliberation(id: id, by: "", at: lastActivity, proposal: proposal).opening
      return "proposes: \(proposal.text.showable) (\(sentence))"
    case .proposalAnswered(let id, let objects, let because):
      let why = because.map { ": \($0.showable)" as Showable } ?? .empty
      return
        "\(objects ? "OBJECTS to" : "has no strong objection to")\(quoted(id))\(why)"
    case .proposalSettled(let id, let outcome, let because):
      let why = because.map { "; because: \($0.showable)" as Showable } ?? .empty
      guard let meant = deliberations.first(where: { $0.id == id }) else {
        return "proposal \(id.short) \(outcome.word)\(why)"
      }
      return
        "\(outcome.word.text.uppercased().showableWord): \(meant.proposal.text.showable) (\(meant.sentence)\(why))"
    case .noted(let text): return text.showable
    case .corrected(let target, let text):
      let what = text.map { ": \($0.showable)" as Showable } ?? " its time"
      return "corrects \(target.short)\(what)"
    case .pinned(let target, let isPinned):
      return isPinned ? "pins \(target.short)" : "unpins \(target.short)"
    case .updatePublished(let text, let audience):
      return "\(audience.word) status update: \(text.showable)"
    case .updateSkipped(let because): return "status update skipped: \(because.showable)"
    case .updateSnoozed(let until, let because):
      return "status update put off to \(until.showable): \(because.showable)"
    case .clockStepped(let step):
      return "the clock of this machine was set by \(step.word); the timers go on as they were"
    case .escalated(let level, let because):
      let who = policy.levels[level].map { " (\($0.showable))" as Showable } ?? .empty
      return
        "escalated to L\(level)\(who)\(because.map { ": \($0.showable)" as Showable } ?? .empty)"
    case .cancelled(let reason, let because):
      return "cancelled, \(reason.word)\(because.map { ": \($0.showable)" as Showable } ?? .empty)"
    case .merged(_, let number): return "merged into INC-\(number)"
    case .absorbed(_, let number): return "INC-\(number) merged into this one"
    case .unmerged: return "unmerged"
    case .settled(let side):
      guard let event = events.last(where: { $0.id == side }) else {
        return "says that \(side.short) holds"
      }
      // One that names another settlement is not followed: a file may hold any number in a row.
      if case .settled = event.body { return "says that \(side.short) holds" }
      return "says that \(event.author.showable)'s entry holds: \(narrate(event))"
    case .renumbered(let number):
      return "is now INC-\(number): another incident had its number in a store that was joined"
    case .runStarted(let start): return "started runbook \(start.title.showable)"
    case .stepMoved(let run, let step, let move): return narrate(run, step, move)
    case .commandBegan(let start):
      guard let run = start.run, let step = start.step else {
        return "runs: \(firstLine(of: start.command))"
      }
      return "runs \(label(run, step))"
    case .commandNotStarted(let run, let step, _, let because):
      guard let run, let step else { return "a command did not start: \(because.showable)" }
      return "did not start: the command of \(label(run, step)): \(because.showable)"
    case .commandRan(let record): return narrate(record)
    case .runRevised(_, let start):
      return "goes on with \(start.title.showable) as its file is now"
    case .rollbackStarted(_, let because):
      return "rollback begun\(because.map { ": \($0.showable)" as Showable } ?? .empty)"
    case .runEnded(let run, let outcome, let because):
      let title =
        runs.first { $0.id == run }.map { " \($0.start.title.showable)" as Showable } ?? .empty
      return
        "runbook\(title) \(outcome.word)\(because.map { ": \($0.showable)" as Showable } ?? .empty)"
    case .postmortemSaved: return "post-mortem draft saved"
    case .postmortemPublished: return "post-mortem published"
    case .postmortemWaived(let because): return "post-mortem waived: \(because.showable)"
    case .actionAdded(let text, let owner, let due):
      return
        "action item for \(owner.showable), due \(ToldTime(due, .day).showable): \(text.showable)"
    case .actionSettled(let id, let outcome, let because):
      let text = actions.first { $0.id == id }.map { ": \($0.text.showable)" as Showable } ?? .empty
      let why = because.map { " (\($0.showable))" as Showable } ?? .empty
      return "action item \(outcome == .done ? "done" : "dropped")\(text)\(why)"
    case .feedbackGiven(let verdict, let text):
      return
        "runbook feedback: \(verdict.word)\(text.map { ", \($0.showable)" as Showable } ?? .empty)"
    case .reversed(let ids):
      return "takes back: \(ids.map(named).joined("; "))"
    case .round(let change): return change.narration
    case .unknown(let kind):
      return "an event of the unknown kind \(kind.showableWord), kept as it is"
    }
  }

  private func quoted(_ id: EventID) -> Showable {
    deliberations.first { $0.id == id }.map { " \"\($0.proposal.text.showable)\"" } ?? " a proposal"
  }

  private func narrate(_ run: EventID, _ step: String, _ move: StepMove) -> Showable {
    let label = label(run, step)
    switch move {
    case .started: return "started \(label)"
    case .takenOver(let from, let because):
      let why = because.map { " (\($0.showable))" as Showable } ?? " (the claim had expired)"
      return "took over \(label) from \(from.showable)\(why)"
    case .done(let note):
      return "done \(label)\(note.map { " (\($0.showable))" as Showable } ?? .empty)"
    case .failed(let note):
      return "FAILED \(label)\(note.map { " (\($0.showable))" as Showable } ?? .empty)"
    case .skipped(let because): return "skipped \(label) (\(because.showable))"
    case .decided(let answer, _): return "decided \(label) -> \(answer.showable)"
    }
  }

  private func label(_ run: EventID, _ step: String) -> Showable {
    runs.first { $0.id == run }?.knownStep(id: step)
      .map { "step \($0.number.showableWord): \($0.title.showable)" } ?? "an unknown step"
  }

  /// What an event said, else the beginning of its id.
  private func named(_ id: EventID) -> Showable {
    events.last { $0.id == id }.map(narrate) ?? id.short
  }

  /// The outcome first: on a narrow line it must be seen, whatever the length of the command.
  private func narrate(_ record: CommandRecord) -> Showable {
    // Of a command that nobody saw end only its text in the runbook is known.
    if record.outcome == .unknown, let run = record.run, let step = record.step {
      return "OUTCOME UNKNOWN: the command of \(label(run, step))"
    }
    return "\(record.resultWithTime): \(firstLine(of: record.command))"
  }

  private func firstLine(of command: Untrusted) -> Showable {
    let lines = command.showableLines
    let more: Showable = lines.count > 1 ? " (and \(lines.count - 1) more lines)" : .empty
    return "\(lines.first ?? .empty)\(more)"
  }
}
