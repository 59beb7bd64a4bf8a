import IncidentDomain
import TextGate

extension Postmortem {
  /// What the record shows to have gone as promised.
  static func wentWell(_ incident: Incident, now: Instant) -> [Showable] {
    var facts: [Showable] = []
    let met = targets(incident, now: now).filter { $0.state == .met }
    if !met.isEmpty {
      facts.append(
        "Targets met: \(met.map { "\($0.label) (\(result($0, now: now)))" as Showable }.joined(", "))"
      )
    }
    for run in incident.runs where run.outcome == .finished {
      let skipped = run.start.steps.contains { run.progress($0).state == .skipped }
      facts.append(
        "The runbook \(Markdown.inert(run.start.title.showable)) led to its end\(skipped ? ", with steps skipped" : "")"
      )
    }
    for promise in incident.promises {
      if let kept = promise.kept, kept <= promise.due {
        facts.append("A promise was kept in time: \(Markdown.cell(promise.text))")
      }
    }
    let published = incident.updates.filter { $0.audience != nil }
    if !published.isEmpty, lateUpdates(incident, now: now).isEmpty {
      facts.append(
        "\(Showable.count(published.count, "status update", "status updates")), none of them late")
    }
    return facts
  }

  /// What the record shows to have gone otherwise than promised or planned.
  static func didNotGoAsPlanned(_ incident: Incident, now: Instant) -> [Showable] {
    missedTargets(incident, now: now) + unattended(incident, now: now)
      + lateUpdates(incident, now: now) + overridden(incident) + steps(incident)
      + commands(incident) + promises(incident, now: now)
      + incident.conflicts.map {
        "Two branches of the record disagree: \($0.first.short) and \($0.second.short)"
      }
  }

  private static func missedTargets(_ incident: Incident, now: Instant) -> [Showable] {
    targets(incident, now: now).filter { $0.state == .breached && $0.kind != .update }
      .map { timer in
        let consequence = timer.consequence.map { "; \($0)" as Showable } ?? .empty
        return
          "Target \(timer.label) \(result(timer, now: now)) (\(Markdown.inert(timer.because)))\(consequence)"
      }
  }

  /// Times without an Incident Commander, and acknowledgements that expired.
  private static func unattended(_ incident: Incident, now: Instant) -> [Showable] {
    let end = incident.pauses.last.flatMap { $0.to == nil ? $0.from : nil } ?? now
    let vacancies = incident.vacancies.compactMap { spell -> Showable? in
      let seconds = (spell.to ?? end).seconds(since: spell.from)
      let allowed = incident.policy[severity(of: incident, at: spell.from)].acknowledge
      guard let allowed, (spell.to ?? end) > allowed.after(spell.from) else { return nil }
      return "No Incident Commander for \(Showable.duration(seconds)) from \(spell.from.showable)"
    }
    let expiries = incident.expiries.map {
      "The acknowledgement expired at \($0.from.showable) and was given again after \(Showable.duration(($0.to ?? end).seconds(since: $0.from)))"
        as Showable
    }
    return vacancies + expiries
  }

  /// Gaps between status updates that were longer than the policy's interval.
  private static func lateUpdates(_ incident: Incident, now: Instant) -> [Showable] {
    let end = incident.pauses.last.flatMap { $0.to == nil ? $0.from : nil } ?? now
    var facts: [Showable] = []
    var last = incident.declared.instant
    func check(_ next: Instant, _ words: (Showable) -> Showable) {
      guard let span = incident.policy[severity(of: incident, at: last)].update else { return }
      let late = next.seconds(since: span.after(last))
      guard late > 0 else { return }
      facts.append(
        "A status update was due at \(span.after(last).showable); \(words(.duration(late)))")
    }
    for at in incident.updates.map(\.at).sorted() where at <= end {
      check(at) { "it came \($0) later" }
      last = max(last, at)
    }
    check(end) {
      incident.isActive ? "none has come, \($0) later" : "none came before the end, \($0) later"
    }
    let skips = incident.updates.filter { $0.audience == nil }.map {
      "A status update was skipped at \($0.at.showable): \(Markdown.cell($0.text))" as Showable
    }
    return facts + skips
  }

  private static func severity(of incident: Incident, at instant: Instant) -> Severity {
    incident.severityChanges.last { $0.at <= instant }?.value.to
      ?? incident.severityChanges.first?.value.from ?? incident.severity
  }

  private static func overridden(_ incident: Incident) -> [Showable] {
    incident.moves.compactMap { move in
      let value = move.value
      if !value.overridden.isEmpty {
        return
          "Into \(value.to.word), gates were overridden (\(Markdown.inert(value.overridden.map(\.showableWord).joined(", ")))): \(Markdown.cell(value.because ?? "no reason"))"
      }
      guard value.to > value.from, value.from.next != value.to else { return nil }
      return
        "Phases between \(value.from.word) and \(value.to.word) were skipped: \(Markdown.cell(value.because ?? "no reason"))"
    }
  }

  private static func steps(_ incident: Incident) -> [Showable] {
    var facts: [Showable] = []
    for event in incident.events where !incident.reversed.contains(event.id) {
      switch event.body {
      case .stepMoved(let run, let step, let move):
        switch move {
        case .failed, .skipped:
          facts.append(
            "\(event.occurred.showable) \(Markdown.inert(incident.narrate(.stepMoved(run: run, step: step, move))))"
          )
        case .started, .takenOver, .done, .decided: break
        }
      case .rollbackStarted: facts.append("\(event.occurred.showable) a rollback was begun")
      case .runEnded(_, .abandoned, let because):
        facts.append(
          "\(event.occurred.showable) a run was abandoned: \(Markdown.cell(because ?? "no reason"))"
        )
      default: break
      }
    }
    return facts
  }

  private static func commands(_ incident: Incident) -> [Showable] {
    incident.events.compactMap { event in
      guard case .commandRan(let record) = event.body, !record.didPass else {
        return nil
      }
      let ran = RanCommand(record)
      return
        "\(event.occurred.showable) \(commandLine(ran)): \(ran.result)"
    }
  }

  private static func promises(_ incident: Incident, now: Instant) -> [Showable] {
    incident.promises.compactMap { promise in
      if let kept = promise.kept {
        guard kept > promise.due else { return nil }
        let late = Showable.duration(kept.seconds(since: promise.due))
        return "A promise was kept \(late) late: \(Markdown.cell(promise.text))"
      }
      guard promise.due < now else { return nil }
      return
        "A promise that was due at \(promise.due.showable) is not marked as kept: \(Markdown.cell(promise.text))"
    }
  }
}
