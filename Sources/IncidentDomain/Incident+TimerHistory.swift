import TextGate

/// What moved a timer, in words, oldest first (DOMAIN.md, "Timers").
extension Incident {
  func expiryHistory(_ expiry: Instant?) -> [Showable] {
    let spells = expiries.map(\.from) + [expiry].compactMap(\.self)
    return spells.map {
      "\($0.showable) the acknowledgement expired: nothing was recorded for the policy's time"
    }
  }

  /// Severity changes: the targets move, the time already used stays.
  var rebasings: [Showable] {
    severityChanges.filter { $0.value.from != $0.value.to }.map { change in
      "\(change.at.showable) \(change.value.from.word) to \(change.value.to.word): re-based, time used kept"
    }
  }

  /// Moves back, which take away what was reached.
  var reopenings: [Showable] {
    moves.filter { $0.value.to < $0.value.from }.map {
      "\($0.at.showable) back from \($0.value.from.word) to \($0.value.to.word)"
    }
  }

  /// Earlier times without an Incident Commander.
  var vacancyHistory: [Showable] {
    vacancies.dropLast().compactMap { spell in
      spell.to.map { "\(spell.from.showable) to \($0.showable) nobody commanded" }
    }
  }

  /// Updates that were skipped or put off, since a real one counts for itself.
  var updateHistory: [Showable] {
    let skipped: [(Instant, Showable)] = updates.filter { $0.audience == nil }.map {
      ($0.at, "\($0.at.showable) skipped by \($0.by.showable): \($0.text.showable)")
    }
    let snoozed: [(Instant, Showable)] = snoozes.map { snooze in
      let until = snooze.value.until.showable
      return (
        snooze.at,
        "\(snooze.at.showable) put off to \(until) by \(snooze.by.showable): \(snooze.value.because.showable)"
      )
    }
    return (skipped + snoozed).sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// How often the ladder began again.
  func roundHistory(_ rounds: [Instant]) -> [Showable] {
    guard let again = policy.escalationRepeats else { return [] }
    return rounds.dropFirst().enumerated().map { index, start in
      "\(start.showable) round \(index + 2): \(again.word) after its last level nobody had acknowledged"
    }
  }

  /// From when the recovery counts.
  var startHistory: [Showable] {
    milestones[.started] == nil
      ? ["counts from the declaration: nobody knows yet when it started"] : []
  }

  /// What a target in working days leaves out.
  func calendarHistory(_ span: Span) -> [Showable] {
    if case .workingDays = span {
      return ["counts Monday to Friday in UTC; holidays are not known"]
    }
    return []
  }

  /// Steps of clocks that it was carried over.
  func clockHistory(since: Instant) -> [Showable] {
    clockSteps.filter { $0.at >= since }.map {
      "\($0.at.showable) the clock of \($0.by.showable) was set by \($0.value.word): carried over"
    }
  }
}
