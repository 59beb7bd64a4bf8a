import IncidentDomain
import TextGate

/// A text for the next status update, from the record alone; a person reads it and changes it.
public enum UpdateSuggestion {
  /// - Parameter audience: a public text names neither people nor runbooks nor severities.
  public static func text(
    _ incident: Incident, for audience: Audience, now: Instant
  ) -> Untrusted {
    var parts: [Showable] = [state(incident)]
    if let impact = incident.impact { parts.append("Impact: \(impact.showable).") }
    if audience == .internal {
      parts.append("\(incident.severity.word), phase \(incident.phase.word).")
      if let run = incident.openRun {
        parts.append(
          "Runbook \(run.start.title.showable): \(run.count.ended) of \(run.count.all) steps.")
      }
      if let commander = incident.commander {
        parts.append("Incident Commander: \(commander.showable).")
      }
    }
    if incident.isActive, let span = incident.policy[incident.severity].update {
      let next = ToldTime(span.after(now), .minute)
      parts.append("Next update by \(next.showable).")
    }
    return Untrusted(parts.joined(" ").text)
  }

  private static func state(_ incident: Incident) -> Showable {
    if incident.milestones[.recovered] != nil || !incident.phase.isActive {
      return "Service has recovered."
    }
    if incident.milestones[.mitigated] != nil {
      return "The impact has been stopped; we are verifying the recovery."
    }
    switch incident.phase {
    case .detection, .triage: return "We are investigating."
    case .mitigation, .resolution: return "We are working to stop the impact."
    case .postmortem, .documentation, .closed: return "Service has recovered."
    }
  }
}
