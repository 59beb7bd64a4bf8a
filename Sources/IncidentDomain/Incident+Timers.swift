import TextGate

extension Incident {
  /// Every timer of the incident, the running ones by due time, then those that ended.
  public func timers(at now: Instant) -> [IncidentTimer] {
    let timers =
      answerTimers(at: now) + escalationTimers(at: now) + workTimers(at: now)
      + promiseTimers(at: now) + reviewTimers(at: now)
    return timers.filter(\.isRunning).sorted { ($0.due, $0.label.text) < ($1.due, $1.label.text) }
      + timers.filter { !$0.isRunning }
  }

  private func answerTimers(at now: Instant) -> [IncidentTimer] {
    let start = declared.instant
    let expiry = acknowledgementExpiry(at: now)
    let vacancy = vacancies.last ?? Spell(from: start)
    return [
      timer(
        .acknowledge, targets.acknowledge, since: expiry ?? start,
        met: expiry == nil ? milestones[.acknowledged]?.instant : nil, now: now,
        stoppedBy: "an acknowledgement", history: rebasings + expiryHistory(expiry)),
      // A hand-over leaves no gap: what counts is the last time that nobody commanded.
      timer(
        .commander, targets.acknowledge, since: vacancy.from, met: vacancy.to, now: now,
        because: "an Incident Commander is never silently absent",
        stoppedBy: "naming an Incident Commander"),
    ].compactMap(\.self)
  }

  private func escalationTimers(at now: Instant) -> [IncidentTimer] {
    let expiry = acknowledgementExpiry(at: now)
    let since = expiry ?? declared.instant
    return targets.escalations.compactMap { rung in
      let answered = rung.level == 1 && expiry == nil ? milestones[.acknowledged]?.instant : nil
      // Whoever calls the third level has passed the first two; an expiry starts the ladder again.
      let called = calls.filter { $0.value >= rung.level && $0.at >= (expiry ?? $0.at) }
      let who = policy.levels[rung.level].map { " (\($0.showable))" as Showable } ?? .empty
      return timer(
        .escalate, rung.after, since: since, level: rung.level,
        met: [answered, called.map(\.at).min()].compactMap(\.self).min(), now: now,
        stoppedBy: rung.level == 1
          ? "an acknowledgement" : "escalating to level \(rung.level)\(who), or resolving",
        history: rebasings + expiryHistory(expiry))
    }
  }

  private func workTimers(at now: Instant) -> [IncidentTimer] {
    let start = declared.instant
    // An update that is recorded late does not take back a later one.
    let last = updates.max { $0.at < $1.at }
    let skipped = last.flatMap { $0.audience == nil ? $0 : nil }
    let objective = tier.flatMap { policy.tiers[$0] }?.recoveryTime
    return [
      timer(
        .update, targets.update, since: max(start, last?.at ?? start), met: nil, now: now,
        stoppedBy: "a status update",
        history: skipped.map { ["\($0.at.showable) skipped: \($0.text.showable)"] } ?? []),
      timer(
        .mitigate, targets.mitigate, since: start, met: milestones[.mitigated]?.instant, now: now,
        stoppedBy: "recording what stopped the impact", history: rebasings + reopenings),
      timer(
        .resolve, targets.resolve, since: start, met: milestones[.resolved]?.instant, now: now,
        stoppedBy: "the move to post-mortem", history: rebasings + reopenings),
      timer(
        .recover, objective, since: milestones[.started]?.instant ?? start,
        met: milestones[.recovered]?.instant, now: now,
        because: "tier \(tier ?? 0) RTO \(objective?.word ?? .empty)",
        stoppedBy: "recording the recovery"),
    ].compactMap(\.self)
  }

  private func promiseTimers(at now: Instant) -> [IncidentTimer] {
    promises.map { promise in
      IncidentTimer(
        kind: .promise, level: nil,
        state: Self.state(promise.made, promise.due, 0, promise.kept, stopInstant, now),
        since: promise.made, due: promise.due, paused: 0, met: promise.kept,
        ended: promise.kept == nil ? stopInstant : nil,
        because: "\(promise.owner.showable) promised: \(promise.text.showable)",
        stoppedBy: "keeping it", history: [], subject: promise.text)
    }
  }

  private func reviewTimers(at now: Instant) -> [IncidentTimer] {
    guard let resolved = milestones[.resolved]?.instant, !phase.isActive,
      let span = targets.postmortem
    else { return [] }
    let due = span.after(resolved)
    let end = ending == nil ? nil : stopInstant
    return [
      IncidentTimer(
        kind: .postmortem, level: nil,
        state: Self.state(resolved, due, 0, postmortemSettled, end, now), since: resolved, due: due,
        paused: 0, met: postmortemSettled, ended: postmortemSettled == nil ? end : nil,
        because: targetReason(.postmortem, span), stoppedBy: "publishing the post-mortem",
        history: [], subject: nil)
    ]
  }

  /// A timer of the response; nil when the policy promises nothing.
  private func timer(
    _ kind: IncidentTimer.Kind, _ span: Span?, since: Instant, level: Int? = nil, met: Instant?,
    now: Instant, because: Showable? = nil, stoppedBy: Showable, history: [Showable] = []
  ) -> IncidentTimer? {
    guard let span else { return nil }
    var due = span.after(since)
    var paused: Int64 = 0
    var history = history
    for pause in pauses {
      // What was met or missed before the work ended stays so.
      guard let to = pause.to, to > since, pause.from <= due, met.map({ pause.from < $0 }) ?? true
      else { continue }
      let length = to.milliseconds - max(since, pause.from).milliseconds
      due = Instant(milliseconds: due.milliseconds + length)
      paused += length
      history.append("\(pause.from.showable) to \(to.showable) not counted: the work had ended")
    }
    return IncidentTimer(
      kind: kind, level: level, state: Self.state(since, due, paused, met, stopInstant, now),
      since: since, due: due, paused: Int(paused / 1000), met: met,
      ended: met == nil ? stopInstant : nil,
      because: because ?? targetReason(kind, span), stoppedBy: stoppedBy, history: history,
      subject: nil)
  }

  private static func state(
    _ since: Instant, _ due: Instant, _ paused: Int64, _ met: Instant?, _ end: Instant?,
    _ now: Instant
  ) -> IncidentTimer.State {
    if let met { return met <= due ? .met : .breached }
    if let end { return due < end ? .breached : .stopped }
    if now > due { return .breached }
    let used = now.milliseconds - since.milliseconds - paused
    let whole = due.milliseconds - since.milliseconds - paused
    // DOMAIN.md: a timer warns when 80 % of its time is used.
    return used * 100 >= whole * 80 ? .warning : .running
  }

  private var targets: SeverityTargets { policy[severity] }

  private func targetReason(_ kind: IncidentTimer.Kind, _ span: Span) -> Showable {
    "\(severity.word) \(kind.word) target \(span.word)"
  }

  /// When the timers of the response stopped: resolved, cancelled or merged; nil while they run.
  private var stopInstant: Instant? {
    pauses.last.flatMap { $0.to == nil ? $0.from : nil }
  }

  /// When the acknowledgement expired; nil while it lives, was never given, or work is over.
  func acknowledgementExpiry(at now: Instant) -> Instant? {
    guard let acknowledgement, isActive, !isAlive(acknowledgement, at: now),
      let expires = targets.acknowledgementExpires
    else { return nil }
    return expires.after(acknowledgement.lastActivity)
  }

  private func expiryHistory(_ expiry: Instant?) -> [Showable] {
    let spells = expiries.map(\.from) + [expiry].compactMap(\.self)
    return spells.map {
      "\($0.showable) the acknowledgement expired: nothing was recorded for the policy's time"
    }
  }

  private var rebasings: [Showable] {
    severityChanges.filter { $0.value.from != $0.value.to }.map { change in
      "\(change.at.showable) \(change.value.from.word) to \(change.value.to.word): re-based, time used kept"
    }
  }

  private var reopenings: [Showable] {
    moves.filter { $0.value.to < $0.value.from }.map {
      "\($0.at.showable) back from \($0.value.from.word) to \($0.value.to.word)"
    }
  }

  private var postmortemSettled: Instant? {
    switch postmortem {
    case .published(_, let at), .waived(_, let at): at
    case .none, .draft: nil
    }
  }
}
