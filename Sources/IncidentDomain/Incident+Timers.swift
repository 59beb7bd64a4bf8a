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

  /// When timers begin anew though nothing is recorded, in order: the acknowledgement expires, or the
  /// last level was called and nobody acknowledged.
  func turns(after now: Instant) -> [Instant] {
    guard isActive else { return [] }
    var turns: [Instant] = []
    if let acknowledgement, isAlive(acknowledgement, at: now),
      let span = targets.acknowledgementExpires
    {
      // It holds to the end of that moment.
      turns.append(Instant(milliseconds: span.after(acknowledgement.lastActivity).milliseconds + 1))
    }
    if let again = policy.escalationRepeats {
      turns += calls.map { again.after($0.at) }
    }
    return Set(turns).filter { $0 > now }.sorted()
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
      expiryTimer(at: now),
      // A hand-over leaves no gap: what counts is the last time that nobody commanded.
      timer(
        .commander, targets.acknowledge, since: vacancy.from, met: vacancy.to, now: now,
        because: "an Incident Commander is never silently absent",
        stoppedBy: "naming an Incident Commander", history: vacancyHistory),
    ].compactMap(\.self)
  }

  /// Until when the acknowledgement lives; nil when there is none, or none that expires.
  private func expiryTimer(at now: Instant) -> IncidentTimer? {
    guard let acknowledgement, isActive, isAlive(acknowledgement, at: now),
      let span = targets.acknowledgementExpires
    else { return nil }
    let since = acknowledgement.lastActivity
    let due = span.after(since)
    return IncidentTimer(
      kind: .expiry, level: nil, state: Self.state(since, due, 0, nil, nil, now), since: since,
      due: due, paused: 0, met: nil, ended: nil,
      because:
        "\(acknowledgement.by.showable) acknowledged it; that holds while something is recorded every \(span.word)",
      stoppedBy: "anything that is recorded", history: expiryHistory(nil), subject: nil)
  }

  private func escalationTimers(at now: Instant) -> [IncidentTimer] {
    let expiry = acknowledgementExpiry(at: now)
    let rounds = escalationRounds(from: expiry ?? declared.instant, expiry: expiry, now: now)
    let since = rounds.last ?? declared.instant
    let isRepeated = rounds.count > 1
    let history = rebasings + expiryHistory(expiry) + roundHistory(rounds)
    return targets.escalations.compactMap { rung in
      let acknowledged = expiry == nil ? milestones[.acknowledged]?.instant : nil
      let answered = rung.level == 1 ? acknowledged : nil
      // Whoever calls the third level has passed the first two; an expiry starts the ladder again.
      let called = calls.filter {
        $0.value >= rung.level && $0.at >= (isRepeated ? since : expiry ?? $0.at)
      }
      let who = policy.levels[rung.level].map { " (\($0.showable))" as Showable } ?? .empty
      return timer(
        .escalate, rung.after, since: since, level: rung.level,
        met: [answered, called.map(\.at).min()].compactMap(\.self).min(), now: now,
        stoppedBy: rung.level == 1
          ? "an acknowledgement" : "escalating to level \(rung.level)\(who), or resolving",
        history: history)
    }
  }

  /// When the ladder began, and began again because its last level was called and for the policy's
  /// time nobody acknowledged; never empty.
  private func escalationRounds(from base: Instant, expiry: Instant?, now: Instant) -> [Instant] {
    var rounds = [base]
    guard let again = policy.escalationRepeats, isActive,
      let top = targets.escalations.map(\.level).max()
    else { return rounds }
    // Each round but the last has used up a call of the last level.
    var left = calls.filter { $0.value >= top && $0.at >= base }.map(\.at).sorted()[...]
    let acknowledged = expiry == nil ? milestones[.acknowledged]?.instant : nil
    while let call = left.first {
      let next = again.after(call)
      if next > now || next <= (rounds.last ?? base) { break }
      if let acknowledged, acknowledged <= next { break }
      rounds.append(next)
      left = left.drop { $0 < next }
    }
    return rounds
  }

  private func workTimers(at now: Instant) -> [IncidentTimer] {
    let start = declared.instant
    let objective = tier.flatMap { policy.tiers[$0] }?.recoveryTime
    return [
      updateTimer(at: now),
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
        stoppedBy: "recording the recovery",
        history: startHistory + reopenings),
    ].compactMap(\.self)
  }

  private func updateTimer(at now: Instant) -> IncidentTimer? {
    // An update that is recorded late does not take back a later one.
    let last = updates.max { $0.at < $1.at }
    let since = max(declared.instant, last?.at ?? declared.instant)
    let snooze = snoozes.last { $0.at >= since }
    return timer(
      .update, targets.update, since: since, dueAt: snooze.map { max(since, $0.value.until) },
      met: nil, now: now,
      stoppedBy: "a status update", history: rebasings + updateHistory)
  }

  private func promiseTimers(at now: Instant) -> [IncidentTimer] {
    let made = promises.map { promise in
      IncidentTimer(
        kind: .promise, level: nil,
        state: Self.state(promise.made, promise.due, 0, promise.kept, stopInstant, now),
        since: min(promise.made, promise.due), due: promise.due, paused: 0, met: promise.kept,
        ended: promise.kept == nil ? stopInstant : nil,
        because: "\(promise.owner.showable) promised: \(promise.text.showable)",
        stoppedBy: "keeping it", history: [], subject: promise.text)
    }
    let asked = deliberations.compactMap { meant -> IncidentTimer? in
      guard let due = meant.proposal.due else { return nil }
      // Whoever decides late has heard everybody: it is never missed.
      let heard = meant.settled?.at ?? (meant.silent.isEmpty ? meant.answers.last?.at : nil)
      let met = heard.map { min($0, due) }
      return IncidentTimer(
        kind: .proposal, level: nil, state: Self.state(meant.at, due, 0, met, stopInstant, now),
        since: min(meant.at, due), due: due, paused: 0, met: met,
        ended: met == nil ? stopInstant : nil,
        because:
          "\(meant.by.showable) proposes: \(meant.proposal.text.showable) (\(meant.sentence))",
        stoppedBy: "the answers of those who are asked, or the decision", history: [],
        subject: meant.proposal.text)
    }
    return made + asked
  }

  private func reviewTimers(at now: Instant) -> [IncidentTimer] {
    let items = actions.map { item in
      IncidentTimer(
        kind: .action, level: nil,
        state: Self.state(item.added, item.dueEnd, 0, item.settled, overInstant, now),
        since: item.added, due: item.dueEnd, paused: 0, met: item.settled,
        ended: item.settled == nil ? overInstant : nil,
        because: "\(item.owner.showable) follows up: \(item.text.showable)",
        stoppedBy: "marking the action item as done or dropped", history: [], subject: item.text)
    }
    guard let resolved = milestones[.resolved]?.instant, !phase.isActive,
      let span = targets.postmortem
    else { return items }
    let due = span.after(resolved)
    let settled = postmortemSettled
    let review = IncidentTimer(
      kind: .postmortem, level: nil,
      state: Self.state(resolved, due, 0, settled, overInstant, now), since: resolved, due: due,
      paused: 0, met: settled, ended: settled == nil ? overInstant : nil,
      because: targetReason(.postmortem, span), stoppedBy: "publishing the post-mortem",
      history: rebasings + reopenings + calendarHistory(span), subject: nil)
    return [review] + items
  }

  /// A timer of the response; nil when the policy promises nothing.
  private func timer(
    _ kind: IncidentTimer.Kind, _ span: Span?, since: Instant, dueAt: Instant? = nil,
    level: Int? = nil, met: Instant?, now: Instant, because: Showable? = nil, stoppedBy: Showable,
    history: [Showable] = []
  ) -> IncidentTimer? {
    guard let span else { return nil }
    var due = dueAt ?? span.after(since)
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
    history += calendarHistory(span) + clockHistory(since: since)
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

  /// When the timers of the review stopped: closed, cancelled or merged; nil while they run.
  private var overInstant: Instant? {
    if ending != nil { return stopInstant }
    return phase == .closed ? moves.last?.at ?? stopInstant : nil
  }

  /// When the acknowledgement expired; nil while it lives, was never given, or work is over.
  func acknowledgementExpiry(at now: Instant) -> Instant? {
    guard let acknowledgement, isActive, !isAlive(acknowledgement, at: now),
      let expires = targets.acknowledgementExpires
    else { return nil }
    return expires.after(acknowledgement.lastActivity)
  }

  private var postmortemSettled: Instant? {
    switch postmortem {
    case .published(_, let at), .waived(_, let at): at
    case .none, .draft: nil
    }
  }
}
