import IncidentDomain
import TextGate

extension Postmortem {
  static func severityAndTargets(_ incident: Incident, now: Instant) -> [Showable] {
    var lines = severityLines(incident)
    lines += [.empty, "| Measure | Formula | Value |", "| --- | --- | --- |"]
    for measure in Measure.all(incident) {
      lines.append("| \(measure.name) | \(measure.formula) | \(measure.text) |")
    }
    lines += [.empty, "| Target | Promised | Due | Result |", "| --- | --- | --- | --- |"]
    for timer in targets(incident, now: now) {
      lines.append(
        "| \(timer.label) | \(Markdown.inert(timer.because)) | \(timer.due.showable) | \(result(timer, now: now)) |"
      )
    }
    let history = targets(incident, now: now).flatMap(\.history)
    var seen: Set<Showable> = []
    let notes = history.filter { seen.insert($0).inserted }
    if !notes.isEmpty { lines += [.empty] + notes.map { "- \(Markdown.inert($0))" } }
    return lines
  }

  private static func severityLines(_ incident: Incident) -> [Showable] {
    let changes = incident.severityChanges.filter { $0.value.from != $0.value.to }
    var lines: [Showable] = [
      "- \(incident.severity.word)\(incident.severityConfirmed ? ", confirmed" : ", unknown: whether it was right (nobody confirmed it)")"
    ]
    for change in changes {
      let why = change.value.because.map { ": \(Markdown.cell($0))" as Showable }
      lines.append(
        "- \(change.at.showable) changed from \(change.value.from.word) to \(change.value.to.word)\(why ?? .empty)"
      )
    }
    return lines
  }

  /// The targets of the policy, in the order of the response; promises stand elsewhere.
  static func targets(_ incident: Incident, now: Instant) -> [IncidentTimer] {
    let timers = incident.timers(at: now)
    return IncidentTimer.Kind.allCases.flatMap { kind in
      timers.filter { $0.kind == kind && kind != .promise }
        .sorted { ($0.level ?? 0) < ($1.level ?? 0) }
    }
  }

  static func result(_ timer: IncidentTimer, now: Instant) -> Showable {
    switch timer.state {
    case .met:
      let used = (timer.met ?? timer.due).seconds(since: timer.since) - timer.paused
      return used < 0 ? "met beforehand" : "met in \(Showable.duration(used))"
    case .breached:
      if let met = timer.met {
        return "missed by \(Showable.duration(met.seconds(since: timer.due)))"
      }
      if let ended = timer.ended {
        return "missed, \(Showable.duration(ended.seconds(since: timer.due))) late at the end"
      }
      return "missed, late by \(Showable.duration(now.seconds(since: timer.due))) so far"
    case .stopped: return "not needed: the work ended before it was due"
    case .running, .warning: return "still running"
    }
  }
}
