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
    let incident = try session.incident(incident, in: try session.openJournal(.read))
    if options.json {
      session.output.json(incident.showJSON(at: session.now))
    } else {
      session.output.lines(
        IncidentText(
          incident: incident, now: session.now, zone: session.zone,
          columns: session.output.wrapping
        ).lines)
    }
  }
}
