import ArgumentParser
import IncidentDomain
import TextGate

struct Show: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show everything that is known of an incident now.",
    usage: "mayday show INC [--json]")

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let journal = try session.openJournal(.read)
    let incident = try session.incident(incident, in: journal)
    let unshared = journal.unshared
    let policy = try PolicyInForce.resolve(options, now: session.now)
    let changes = incident.isOver ? [] : policy.policy.changes(since: incident)
    let present = try session.present()
    if options.json {
      guard
        case .object(var members) = incident.showJSON(
          at: session.now, present: present.lookingAt(incident.id))
      else { return }
      if !changes.isEmpty {
        members["policyChanges"] = .array(changes.map { .string($0.text) })
      }
      let mine = incident.events.map(\.id).filter(unshared.contains)
      if !mine.isEmpty { members["unshared"] = .array(mine.map { .string($0.hex) }) }
      session.output.json(.object(members))
    } else {
      session.output.lines(
        IncidentText(
          incident: incident, now: session.now, zone: session.zone,
          columns: session.output.wrapping, policyChanges: changes,
          present: present.lookingAt(incident.id), provisional: incident.provisional(unshared)
        ).lines)
    }
  }
}
