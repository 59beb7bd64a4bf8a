import ArgumentParser
import IncidentDomain
import TextGate

struct Card: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Print the emergency card; needs no store.",
    usage: "mayday card [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) {
    let card = EmergencyCard.builtIn
    if options.json {
      session.output.json([
        "source": .string(card.source.raw),
        "emergencies": .array(
          card.emergencies.map { emergency in
            [
              "name": .string(emergency.name.raw),
              "steps": .array(emergency.steps.map { .string($0.raw) }),
            ]
          }),
      ])
      return
    }
    for emergency in card.emergencies {
      session.output.line(emergency.name.showable)
      for (index, step) in emergency.steps.enumerated() {
        session.output.line("  \(index + 1). \(step.showable)")
      }
      session.output.line()
    }
    session.output.line("From the \(card.source.showable).")
  }
}

struct Contacts: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "contacts", abstract: "Print who to call; needs no store.",
    usage: "mayday contacts [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) {
    let card = EmergencyCard.builtIn
    if options.json {
      for contact in card.contacts {
        session.output.json([
          "role": .string(contact.role.raw), "primary": .string(contact.primary.raw),
          "backup": .string(contact.backup.raw), "escalation": .string(contact.escalation.raw),
        ])
      }
      return
    }
    var table = Table()
    table.add("For", "Call", "Else", "Escalation")
    for contact in card.contacts {
      table.add(
        contact.role.showable, contact.primary.showable, contact.backup.showable,
        contact.escalation.showable)
    }
    session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    session.output.line()
    session.output.line("From the \(card.source.showable).")
  }
}
