import TextGate

/// A condition that a move waits for (DOMAIN.md, "Phases and legal moves").
public struct Gate: Hashable, Sendable {
  /// Stable name, recorded when the gate is overridden.
  public let rule: String
  /// What is missing, a clause.
  public let missing: Showable
  /// What would meet it.
  public let remedy: Showable
}

/// A move as the console shows it before a key is pressed.
public struct PossibleMove: Hashable, Sendable {
  /// The phase it would lead into.
  public let to: Phase
  /// Whether it can be made now, at most with a written reason.
  public let isLegal: Bool
  /// Why it is refused and what would allow it, or what a legal one needs; empty when nothing.
  public let because: Showable
  /// Whether the move needs a written reason.
  public let needsReason: Bool
}

extension Incident {
  /// What is missing before the incident may enter `phase` from the one before it.
  public func gates(into phase: Phase) -> [Gate] {
    var gates: [Gate] = []
    func need(_ rule: String, _ met: Bool, _ missing: Showable, _ remedy: Showable) {
      if !met { gates.append(Gate(rule: rule, missing: missing, remedy: remedy)) }
    }
    switch phase {
    case .detection: break
    case .triage:
      need(
        "acknowledged", acknowledgement != nil, "nobody has acknowledged it",
        "mayday ack \(number)")
    case .mitigation:
      need(
        "severity-confirmed", severityConfirmed, "the severity is not confirmed",
        "mayday severity \(number) \(severity.rawValue)")
      need("impact", impact != nil, "the impact is not stated", "mayday impact \(number) TEXT")
      need(
        "commander", commander != nil, "no Incident Commander is named",
        "mayday role \(number) ic PERSON")
    case .resolution:
      need(
        "mitigated", milestones[.mitigated] != nil,
        "mitigation not recorded (what stopped the impact)",
        "mayday phase \(number) resolution --because WHAT-STOPPED-IT")
      let open = openRuns
      need(
        "run-ended", open.isEmpty,
        open.count > 1 ? "\(open.count) runbook runs are open" : "a runbook run is open",
        "finish it, roll it back or abandon it: mayday run end \(number)")
      need(
        "verified", isVerifiedInWords || unverified.isEmpty, missingVerification,
        "do it, or record in words how it was verified: mayday milestone \(number) recovered HOW"
      )
    case .postmortem:
      need(
        "recovered", milestones[.recovered] != nil && hasVerification,
        unverified.isEmpty || isVerifiedInWords
          ? "recovery is not verified or its time is not known" : missingVerification,
        "mayday phase \(number) post-mortem --because HOW-IT-WAS-VERIFIED")
    case .documentation:
      if severity <= .sev2 {
        let published = if case .published = postmortem { true } else { false }
        need(
          "post-mortem", published, "the post-mortem is not published",
          "mayday postmortem publish \(number)")
        need(
          "action-item", actions.contains { $0.outcome != .dropped },
          "the post-mortem has no action item",
          "mayday action add \(number) TEXT --owner PERSON --due DATE")
      } else {
        let settled =
          switch postmortem {
          case .published, .waived: true
          case .none, .draft: false
          }
        need(
          "post-mortem", settled, "the post-mortem is neither published nor waived",
          "mayday postmortem waive \(number) --because …")
      }
    case .closed:
      need(
        "feedback", !feedback.isEmpty, "the runbook feedback is not answered",
        "mayday feedback \(number) used|wrong|missing")
      let wants = feedback.last.map { $0.value.verdict != .used } ?? false
      need(
        "feedback-action", !wants || actions.contains { $0.outcome != .dropped },
        "the feedback names a fault and no action item mends it",
        "mayday action add \(number) TEXT --owner PERSON --due DATE")
      need(
        "hand-over", offers.isEmpty, "a hand-over is unanswered", "mayday accept \(number) ROLE")
    }
    return gates
  }

  /// Verification steps that nobody did, of runs that were neither abandoned nor rolled back.
  public var unverified: [(run: Run, step: PlannedStep)] {
    runs.filter { $0.outcome == nil || $0.outcome == .finished }.flatMap { run in
      run.start.steps.filter { step in
        guard step.part == .verification, !step.isOptional else { return false }
        switch run.progress(step).state {
        case .done, .decided, .passedOver: return false
        case .todo, .started, .failed, .skipped: return true
        }
      }.map { (run, $0) }
    }
  }

  /// Which checks nobody did: `verification not done: V1 Writes succeed (skipped), V2 …`.
  private var missingVerification: Showable {
    let open = unverified
    let named = open.prefix(3).map { run, step -> Showable in
      let skipped: Showable = run.progress(step).state == .skipped ? " (skipped)" : .empty
      return "\(step.number.showableWord) \(step.title.showable)\(skipped)"
    }
    let more: Showable = open.count > 3 ? " and \(open.count - 3) more" : .empty
    return "verification not done: \(named.joined(", "))\(more)"
  }

  /// Whether somebody wrote how the recovery was verified.
  private var isVerifiedInWords: Bool { milestoneTexts[.recovered]?.isBlank == false }

  /// Whether it is on the record that the mitigation holds: in words, or by a run's verification.
  var hasVerification: Bool {
    if isVerifiedInWords { return true }
    return runs.contains { run in
      let checks = run.start.steps.filter { $0.part == .verification }
      return !checks.isEmpty && checks.allSatisfy { run.progress($0).state == .done }
    }
  }

  /// Every phase that could be meant, with whether it is legal now and why not.
  public var possibleMoves: [PossibleMove] {
    guard ending == nil else { return [] }
    return Phase.allCases.filter { $0 != phase }.compactMap { to in
      if to == phase.next {
        let open = gates(into: to)
        let because = open.map { "\($0.missing): \($0.remedy)" as Showable }.joined("; ")
        return PossibleMove(to: to, isLegal: open.isEmpty, because: because, needsReason: false)
      }
      if to > phase {
        let answered = answeredMilestones(by: to).map(\.rawValue)
        let open = gatesThatSkippingKeeps(to: to).filter { !answered.contains($0.rule) }
        if open.isEmpty {
          return PossibleMove(
            to: to, isLegal: true, because: "skips phases: needs a reason", needsReason: true)
        }
        return PossibleMove(
          to: to, isLegal: false,
          because: open.map { "\($0.missing): \($0.remedy)" as Showable }.joined("; "),
          needsReason: true)
      }
      guard isLegalBackward(to) else { return nil }
      return PossibleMove(
        to: to, isLegal: true,
        because: to == .triage ? "reopens: needs a reason" : "it came back: needs a reason",
        needsReason: true)
    }
  }

  private func isLegalBackward(_ to: Phase) -> Bool {
    switch (phase, to) {
    case (.resolution, .mitigation), (.postmortem, .triage), (.documentation, .triage),
      (.closed, .triage):
      true
    default: false
    }
  }

  /// A reason waives the gates of the phases of work that are skipped (an alert that resolved
  /// itself); what the review owes is not skipped with it.
  private func gatesThatSkippingKeeps(to: Phase) -> [Gate] {
    Phase.allCases.filter { $0 > phase && $0 <= to && $0 >= .postmortem }
      .flatMap { gates(into: $0) }
  }

  func decideCourse(
    _ command: Command, by actor: Actor, at time: ToldTime, now: Instant
  ) throws(Refusal) -> [EventBody] {
    switch command {
    case .acknowledge:
      try requireNotClosed("an acknowledgement")
      if let acknowledgement, !phase.isActive || isAlive(acknowledgement, at: now) {
        throw Refusal(
          .rule, "\(name) is acknowledged by \(acknowledgement.by.showable) already",
          remedy: "nothing is left to do here")
      }
      if milestones[.acknowledged] == nil {
        try Decision.checkOrder(of: .acknowledged, time, among: milestones)
      }
      return [.acknowledged]
    case .move(let to, let because, let overriding):
      return try decideMove(to: to, because: because, overriding: overriding, at: time)
    case .reopen(let because): return try decideReopen(because: because)
    case .setSeverity(let to, let because):
      try requireNotClosed("a change of severity")
      try Decision.checkText(because)
      if to > severity {
        try Decision.checkReason(because, for: "a downgrade from \(severity.word) to \(to.word)")
      }
      return [.severitySet(from: severity, to: to, because: because)]
    case .stateImpact(let text):
      try requireNotClosed("stating the impact")
      try Decision.checkNotBlank(text, "the impact")
      return [.impactStated(text)]
    case .reach(let milestone, let text):
      try requireOpen("recording a milestone")
      try Decision.checkText(text)
      if milestone == .mitigated, text?.isBlank ?? true {
        throw Refusal(.badValue, "what stopped the impact is not said", remedy: "say it in words")
      }
      if milestone == .declared || milestone == .acknowledged || milestone == .resolved {
        throw Refusal(
          .rule, "\(milestone.word) is not recorded by itself",
          remedy: "it comes with declare, ack and the move to post-mortem")
      }
      try Decision.checkOrder(of: milestone, time, among: milestones)
      return [.milestoneReached(milestone, text: text)]
    case .cancel(let reason, let because):
      try requireNotClosed("cancelling")
      try Decision.checkText(because)
      return closeRuns("the incident was cancelled") + [.cancelled(reason, because: because)]
    case .merge(let target):
      try requireNotClosed("merging")
      if target.id == id {
        throw Refusal(.rule, "\(name) cannot be merged into itself", remedy: "name another one")
      }
      if target.isOver {
        throw Refusal(
          .rule, "INC-\(target.number) has ended and takes no other in",
          remedy: "reopen it first, or merge the other way round")
      }
      return [.merged(into: target.id, number: target.number)]
    case .unmerge:
      guard case .merged = ending else {
        throw Refusal(.rule, "\(name) is not merged", remedy: "nothing is left to do here")
      }
      return [.unmerged]
    default: return []
    }
  }

  private func closeRuns(_ because: Untrusted) -> [EventBody] {
    runs.filter(\.isOpen).map { .runEnded(run: $0.id, .abandoned, because: because) }
  }

  private func decideReopen(because: Untrusted) throws(Refusal) -> [EventBody] {
    if case .merged = ending {
      throw Refusal(
        .rule, "\(name) is merged, not closed", remedy: "mayday unmerge \(number)")
    }
    guard ending != nil || !phase.isActive else {
      throw Refusal(.rule, "\(name) is open in \(phase.word)", remedy: "nothing is left to do here")
    }
    try Decision.checkReason(because, for: "reopening")
    // What was cancelled before anybody acknowledged it goes back no further than it had come.
    return [.phaseMoved(PhaseMove(from: phase, to: min(phase, .triage), because: because))]
  }

  private func decideMove(
    to: Phase, because: Untrusted?, overriding: Bool, at time: ToldTime
  ) throws(Refusal) -> [EventBody] {
    try requireOpen("a move")
    try Decision.checkText(because)
    guard to != phase else {
      throw Refusal(
        .rule, "\(name) is in \(phase.word) already", remedy: "nothing is left to do here")
    }
    if to < phase {
      guard isLegalBackward(to) else {
        let remedy: Showable =
          phase.isActive
          ? "only resolution goes back to mitigation"
          : "it goes back to triage: mayday reopen \(number) --because …"
        throw Refusal(
          .rule, "\(phase.word) does not go back to \(to.word)", remedy: remedy)
      }
      try Decision.checkReason(because, for: "going back to \(to.word)")
      return [.phaseMoved(PhaseMove(from: phase, to: to, because: because))]
    }
    let isSkip = to != phase.next
    if isSkip {
      try Decision.checkReason(because, for: "skipping from \(phase.word) to \(to.word)")
    }
    var bodies: [EventBody] = []
    var answered: Set<String> = []
    if !overriding, let because, !because.isBlank {
      for milestone in answeredMilestones(by: to) {
        try Decision.checkOrder(of: milestone, time, among: milestones)
        bodies.append(.milestoneReached(milestone, text: because))
        answered.insert(milestone.rawValue)
      }
    }
    let open = (isSkip ? gatesThatSkippingKeeps(to: to) : gates(into: to))
      .filter { !answered.contains($0.rule) }
    if !open.isEmpty {
      guard overriding else {
        let missing = open.map(\.missing).joined("; ")
        let remedies = open.map(\.remedy).joined("; ")
        throw Refusal(
          .rule, "\(to.word) is not legal yet: \(missing)",
          remedy: "\(remedies); or --override with --because")
      }
      try Decision.checkReason(because, for: "overriding a gate")
    }
    if phase.isActive, !to.isActive {
      try Decision.checkOrder(of: .resolved, time, among: milestones)
      bodies += closeRuns("the incident was resolved")
    } else if to == .closed {
      bodies += closeRuns("the incident was closed")
    }
    return bodies + [
      .phaseMoved(
        PhaseMove(from: phase, to: to, because: because, overridden: open.map(\.rule)))
    ]
  }

  /// The milestones that the reason of a move records, because the gate asks for just that.
  private func answeredMilestones(by to: Phase) -> [Milestone] {
    if to == .resolution, phase == .mitigation, milestones[.mitigated] == nil {
      return [.mitigated]
    }
    if to >= .postmortem, phase.isActive, milestones[.recovered] == nil || !hasVerification {
      return [.recovered]
    }
    return []
  }
}
