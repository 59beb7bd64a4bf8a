import Glibc
import IncidentDomain
import TextGate

/// A word about ended incidents to the system's log, which others keep: a head that stands there
/// shows later that a record was cut or rewritten (RELIABILITY 9).
package enum SystemLog {
  /// Notes the heads when the last of what was written ended an incident. Never fails: where no log
  /// listens, nothing is noted.
  package static func note(_ appended: Appended) {
    guard let last = appended.events.last(where: { $0.incidentID == appended.incident.id }),
      let word = word(for: last.body)
    else { return }
    let heads = appended.incident.heads.map(\.hex).joined(separator: " ")
    let text = """
      mayday: \(appended.incident.name.text) \(word), \(appended.incident.events.count) events, \
      incident \(appended.incident.id.hex), head \(heads)
      """
    text.withCString { text in
      withVaList([text]) { vsyslog(LOG_NOTICE | LOG_USER, "%s", $0) }
    }
  }

  private static func word(for body: EventBody) -> String? {
    switch body {
    case .phaseMoved(let move): move.to == .closed ? "closed" : nil
    case .cancelled: "cancelled"
    case .merged: "merged"
    default: nil
    }
  }
}
