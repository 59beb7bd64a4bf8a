import IncidentDomain
import TextGate

extension Postmortem {
  /// Who held a role, from when to when.
  struct Tenure {
    let role: Role
    let person: Untrusted
    let from: Instant
    var to: Instant?
  }

  static func roles(_ incident: Incident) -> [Showable] {
    let tenures = tenures(incident)
    guard !tenures.isEmpty else {
      return ["unknown: who held which role (the responders could tell)"]
    }
    return ["| Role | Person | From | Until |", "| --- | --- | --- | --- |"]
      + tenures.map { tenure in
        let until = tenure.to.map(\.showable) ?? (incident.isActive ? "now" : "the end")
        return
          "| \(tenure.role.title) | \(Markdown.cell(tenure.person)) | \(tenure.from.showable) | \(until) |"
      }
  }

  /// The tenures in the order they began.
  static func tenures(_ incident: Incident) -> [Tenure] {
    var tenures: [Tenure] = []
    func end(_ role: Role, _ person: Untrusted?, at: Instant) {
      for index in tenures.indices
      where tenures[index].role == role && tenures[index].to == nil
        && (person == nil || tenures[index].person == person)
      {
        tenures[index].to = at
      }
    }
    for event in incident.events where !incident.reversed.contains(event.id) {
      let at = event.occurred.instant
      // Of two who were named by two branches, the one whom a settlement says it is.
      let event = incident.upheld(by: event) ?? event
      switch event.body {
      case .roleAssigned(let role, let person):
        if role.isSingle { end(role, nil, at: at) }
        tenures.append(Tenure(role: role, person: person, from: at))
      case .roleAccepted(let role):
        if role.isSingle { end(role, nil, at: at) }
        // Only the receiver can accept, so the author is the new holder.
        tenures.append(Tenure(role: role, person: event.author, from: at))
      case .roleTakenOver(let taking):
        end(taking.role, nil, at: at)
        tenures.append(Tenure(role: taking.role, person: taking.to, from: at))
      case .roleVacated(let role, let person): end(role, person, at: at)
      default: break
      }
    }
    return tenures
  }
}
