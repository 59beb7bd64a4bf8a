import ArgumentParser
import IncidentDomain
import TextGate

struct Card: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Print the emergency card of the policy; needs no store.",
    usage: "mayday card [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let card = try session.policy().policy.card
    if options.json {
      var members: [String: JSON] = [
        "source": .string(card.source.raw),
        "emergencies": .array(
          card.emergencies.map { emergency in
            [
              "name": .string(emergency.name.raw),
              "steps": .array(emergency.steps.map { .string($0.raw) }),
            ]
          }),
      ]
      if !card.commands.isEmpty {
        members["commands"] = .array(
          card.commands.map {
            ["name": .string($0.name.raw), "command": .string($0.command.raw)]
          })
      }
      session.output.json(.object(members))
      return
    }
    for emergency in card.emergencies {
      session.write(emergency.name.showable, indent: 0)
      for (index, step) in emergency.steps.enumerated() {
        session.write("\(index + 1). \(step.showable)", indent: 2)
      }
      session.output.line()
    }
    if !card.commands.isEmpty {
      session.output.line("COMMANDS")
      for command in card.commands {
        session.write(command.name.showable, indent: 2)
        session.write("$ \(command.command.showable)", indent: 4)
      }
      session.output.line()
    }
    if card.emergencies.isEmpty {
      session.write("The policy holds no emergency card; see mayday policy schema.", indent: 0)
    }
    session.write("From \(card.source.showable).", indent: 0)
  }
}
