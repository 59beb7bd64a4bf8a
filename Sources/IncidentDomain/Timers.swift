import TextGate

/// A target that runs, or ran (DOMAIN.md, "Timers"). Derived from events, policy copy and now.
public struct IncidentTimer: Hashable, Sendable {
  public let kind: Kind
  /// The escalation level; nil for other kinds.
  public let level: Int?
  public let state: State
  public let since: Instant
  public let due: Instant
  /// When it was met, in time or late; nil while it runs and when it was stopped.
  public let met: Instant?
  /// When the end of the work stopped it; nil while it runs and when it was met.
  public let ended: Instant?
  /// Why it exists: "SEV-1 acknowledge target 5 min".
  public let because: Showable
  /// What stops it.
  public let stoppedBy: Showable
  /// What moved it: severity changes, expiry, reopening; oldest first.
  public let history: [Showable]
  /// What it is about, for a promise: its text.
  public let subject: Untrusted?

  public enum Kind: String, CaseIterable, Sendable {
    case acknowledge, escalate, update, mitigate, resolve, commander, recover, promise
    case postmortem = "post-mortem"

    public var word: Showable { rawValue.showableWord }
  }

  public enum State: String, Sendable {
    /// Less than 80 % of the time is used.
    case running
    case warning, breached, met, stopped
  }

  /// Whether it still waits for something.
  public var isRunning: Bool {
    switch state {
    case .running, .warning: true
    case .breached: met == nil && ended == nil
    case .met, .stopped: false
    }
  }

  /// Seconds left, negative when late; nil when it does not run.
  public func remainingSeconds(at now: Instant) -> Int? {
    // Rounded up, so that a timer is at 0 exactly when it is due and never reads early.
    isRunning ? -now.seconds(since: due) : nil
  }

  /// `escalate L3`, `update`, `promise (back in ten)`.
  public var label: Showable {
    if let level { return "\(kind.word) L\(level)" }
    return kind.word
  }

  /// `update due 2:11`, `resolve LATE +4:12`, `acknowledge met in 3:10`.
  public func summary(at now: Instant) -> Showable {
    switch state {
    case .running, .warning:
      return "\(label) due in \(Showable.clock(seconds: remainingSeconds(at: now) ?? 0))"
    case .breached:
      if let met {
        return "\(label) late by \(Showable.clock(seconds: met.seconds(since: due)))"
      }
      if ended != nil { return "\(label) MISSED" }
      return "\(label) LATE +\(Showable.clock(seconds: now.seconds(since: due)))"
    case .met:
      return "\(label) met in \(Showable.clock(seconds: (met ?? due).seconds(since: since)))"
    case .stopped: return "\(label) stopped"
    }
  }
}

extension Showable {
  /// A length of time for a narrow column: `3:10`, `1h02`, `4d 3h`; the sign is the caller's.
  public static func clock(seconds: Int) -> Showable {
    let total = abs(seconds)
    func two(_ value: Int) -> Showable { value < 10 ? "0\(value)" : "\(value)" }
    if total < 3600 { return "\(total / 60):\(two(total % 60))" }
    if total < 86_400 { return "\(total / 3600)h\(two(total % 3600 / 60))" }
    return "\(total / 86_400)d \(total % 86_400 / 3600)h"
  }
}

extension Incident {
  /// Every timer of the incident, the running ones by due time, then those that ended.
  public func timers(at now: Instant) -> [IncidentTimer] {
    var timers: [IncidentTimer] = []
    let targets = policy[severity]
    let start = declared.instant
    let end = stopInstant
    func add(
      _ kind: IncidentTimer.Kind, _ span: Span?, since: Instant, level: Int? = nil, met: Instant?,
      stoppedBy: Showable, history: [Showable] = [], due: Instant? = nil,
      subject: Untrusted? = nil, end: Instant?, because: Showable? = nil
    ) {
      guard let due = due ?? span?.after(since) else { return }
      let because =
        because
        ?? "\(severity.word) \(kind.word) target\(span.map { " \($0.word)" as Showable } ?? .empty)"
      timers.append(
        IncidentTimer(
          kind: kind, level: level, state: Self.state(since, due, met, end, now), since: since,
          due: due, met: met, ended: met == nil ? end : nil, because: because, stoppedBy: stoppedBy,
          history: history,
          subject: subject))
    }
    let rebased = severityChanges.filter { $0.value.from != $0.value.to }.map { change in
      "\(change.at.showable) \(change.value.from.word) to \(change.value.to.word): re-based, time used kept"
        as Showable
    }

    let expiry = acknowledgementExpiry(at: now)
    add(
      .acknowledge, targets.acknowledge, since: expiry ?? start,
      met: expiry == nil ? milestones[.acknowledged]?.instant : nil,
      stoppedBy: "an acknowledgement", history: rebased + expiryHistory(expiry), end: end)
    let holder = commander == nil ? (commanderVacantSince ?? start) : start
    add(
      .commander, targets.acknowledge, since: holder,
      met: commander == nil ? nil : commanderSince, stoppedBy: "naming an Incident Commander",
      end: end, because: "an Incident Commander is never silently absent")
    for rung in targets.escalations {
      let since = expiry ?? start
      let answered =
        rung.level == 1 && expiry == nil ? milestones[.acknowledged]?.instant : nil
      let who = policy.levels[rung.level].map { " (\($0.showable))" as Showable } ?? .empty
      add(
        .escalate, rung.after, since: since, level: rung.level,
        met: answered ?? escalations[rung.level].flatMap { $0 >= since ? $0 : nil },
        stoppedBy: rung.level == 1
          ? "an acknowledgement" : "escalating to level \(rung.level)\(who), or resolving",
        history: rebased + expiryHistory(expiry), end: end)
    }
    if let last = updates.last {
      add(
        .update, targets.update, since: last.at, met: nil, stoppedBy: "a status update",
        history: last.audience == nil
          ? ["\(last.at.showable) skipped: \(last.text.showable)"] : [], end: end)
    } else {
      add(
        .update, targets.update, since: start, met: nil, stoppedBy: "a status update", end: end)
    }
    add(
      .mitigate, targets.mitigate, since: start, met: milestones[.mitigated]?.instant,
      stoppedBy: "recording what stopped the impact", history: rebased + reopenings, end: end)
    add(
      .resolve, targets.resolve, since: start, met: milestones[.resolved]?.instant,
      stoppedBy: "the move to post-mortem", history: rebased + reopenings, end: end)
    if let tier, let objective = policy.tiers[tier] {
      add(
        .recover, objective.recoveryTime, since: milestones[.started]?.instant ?? start,
        met: milestones[.recovered]?.instant, stoppedBy: "recording the recovery", end: end,
        because: "tier \(tier) RTO \(objective.recoveryTime.word)")
    }
    for promise in promises {
      add(
        .promise, nil, since: promise.made, met: promise.kept, stoppedBy: "keeping it",
        due: promise.due, subject: promise.text, end: end,
        because: "\(promise.owner.showable) promised: \(promise.text.showable)")
    }
    if let resolved = milestones[.resolved]?.instant, !phase.isActive {
      add(
        .postmortem, targets.postmortem, since: resolved, met: postmortemSettled,
        stoppedBy: "publishing the post-mortem", end: ending == nil ? nil : lastActivity)
    }
    return timers.filter(\.isRunning).sorted { ($0.due, $0.label.text) < ($1.due, $1.label.text) }
      + timers.filter { !$0.isRunning }
  }

  /// When the timers of the response stopped: resolved, cancelled or merged; nil while they run.
  private var stopInstant: Instant? {
    if ending != nil {
      return events.last { event in
        switch event.body {
        case .cancelled, .merged: !reversed.contains(event.id)
        default: false
        }
      }?.occurred.instant ?? lastActivity
    }
    return phase.isActive ? nil : (milestones[.resolved]?.instant ?? lastActivity)
  }

  private static func state(
    _ since: Instant, _ due: Instant, _ met: Instant?, _ end: Instant?, _ now: Instant
  ) -> IncidentTimer.State {
    if let met { return met <= due ? .met : .breached }
    if let end { return due < end ? .breached : .stopped }
    if now > due { return .breached }
    let used = now.milliseconds - since.milliseconds
    let whole = due.milliseconds - since.milliseconds
    // DOMAIN.md: a timer warns when 80 % of its time is used.
    return used * 100 >= whole * 80 ? .warning : .running
  }

  /// When the acknowledgement expired; nil while it lives, was never given, or work is over.
  private func acknowledgementExpiry(at now: Instant) -> Instant? {
    guard let acknowledgement, isActive, !isAlive(acknowledgement, at: now),
      let expires = policy[severity].acknowledgementExpires
    else { return nil }
    return expires.after(acknowledgement.lastActivity)
  }

  private func expiryHistory(_ expiry: Instant?) -> [Showable] {
    expiry.map {
      ["\($0.showable) the acknowledgement expired: nothing was recorded for the policy's time"]
    } ?? []
  }

  private var reopenings: [Showable] {
    moves.filter { $0.value.to < $0.value.from }.map {
      "\($0.at.showable) back from \($0.value.from.word) to \($0.value.to.word)"
    }
  }

  private var commanderSince: Instant? {
    events.last { event in
      switch event.body {
      case .roleAssigned(.commander, _), .roleAccepted(.commander): !reversed.contains(event.id)
      default: false
      }
    }?.occurred.instant
  }

  private var postmortemSettled: Instant? {
    switch postmortem {
    case .published(_, let at), .waived(_, let at): at
    case .none, .draft: nil
    }
  }
}
