import ArgumentParser
import IncidentDomain
import TextGate

struct GiveFeedback: Change {
  static let configuration = CommandConfiguration(
    commandName: "feedback", abstract: "Say whether the runbook was right.",
    usage: "mayday feedback INC used|wrong|missing [TEXT] [--at TIME]",
    discussion: "What was wrong or missing must be said; an action item then has to mend it.")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "Used as written, wrong, or missing.")
  var verdict: FeedbackVerdict

  @Argument(help: "What was wrong or missing.")
  var text: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .giveFeedback(verdict, text: text)
  }
}

struct Action: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "action", abstract: "Action items: what follows, who does it, until when.",
    usage: "mayday action add|done|drop|list INC …",
    subcommands: [AddAction.self, FinishAction.self, DropAction.self, ListActions.self])
}

struct AddAction: Change {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add an action item.",
    usage: "mayday action add INC TEXT --owner PERSON --due DATE [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "What is to be done.")
  var text: Untrusted

  @Option(help: ArgumentHelp("Who does it.", valueName: "person"))
  var owner: Untrusted

  @Option(help: ArgumentHelp("Until when: 2026-12-01, or in how long: 7d.", valueName: "date"))
  var due: String

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    .addAction(text, owner: owner, due: try session.times.readDue(due))
  }
}

struct FinishAction: Change {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "An action item is done.",
    usage: "mayday action done INC ITEM [--because TEXT] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: .item) var item: EventReference

  @Option(help: ArgumentHelp("How.", valueName: "text"))
  var because: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let incident = try subject.read()
    return .settleAction(
      try item.resolve(among: incident.actions.map(\.id), "action item", of: incident), .done,
      because: because)
  }
}

struct DropAction: Change {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "An action item will not be done.",
    usage: "mayday action drop INC ITEM --because TEXT [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: .item) var item: EventReference

  @Option(help: ArgumentHelp("Why; ten characters or more.", valueName: "text"))
  var because: Untrusted

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let incident = try subject.read()
    return .settleAction(
      try item.resolve(among: incident.actions.map(\.id), "action item", of: incident), .dropped,
      because: because)
  }
}

struct ListActions: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the action items of an incident.",
    usage: "mayday action list INC [--json]")

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let incident = try session.incident(incident, in: try session.openJournal(.read))
    var table = Table()
    for item in incident.actions {
      if options.json {
        session.output.json(item.json)
      } else {
        table.add(item.id.short, item.sentence)
      }
    }
    session.output.lines(table.lines(wrappedTo: session.output.wrapping))
    if incident.actions.isEmpty, !options.json {
      session.output.line("\(incident.name) has no action items.")
    }
  }
}

extension ArgumentHelp {
  /// ITEM of an action item.
  fileprivate static let item = ArgumentHelp(
    "The action item, by seven digits of its event's id or more.", valueName: "item")
}
