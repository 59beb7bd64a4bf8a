import ArgumentParser
import IncidentDomain
import TextGate

struct Cancel: Change {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "End it because it was no incident.",
    usage: "mayday cancel INC --reason false-positive|test|external|superseded [--because TEXT]")

  @Argument(help: .incident) var incident: IncidentReference

  @Option(help: "Why it was none.")
  var reason: CancelReason

  @Option(help: "In words.")
  var because: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .cancel(reason, because: because)
  }
}

struct Merge: Change {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merge it into another; its number keeps working and points there.",
    usage: "mayday merge INC INTO")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The incident that takes it in.")
  var into: IncidentReference

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    .merge(into: MergeTarget(try session.incident(into, in: subject.journal)))
  }
}

struct Unmerge: Change {
  static let configuration = CommandConfiguration(
    commandName: "unmerge", abstract: "Take it out of the incident it was merged into.",
    usage: "mayday unmerge INC")

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .unmerge }
}

struct Reopen: Change {
  static let configuration = CommandConfiguration(
    commandName: "reopen", abstract: "Open it again: back to triage, with a reason.",
    usage: "mayday reopen INC --because TEXT [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Option(help: "Why; ten characters or more.")
  var because: Untrusted

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .reopen(because: because) }
}

struct Settle: Change {
  static let configuration = CommandConfiguration(
    commandName: "settle",
    abstract: "Where two branches of the record disagree, say which side holds.",
    usage: "mayday settle INC EVENT",
    discussion: "show lists both sides, each by its event. The record keeps them both.")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The event of the side that holds, by its id.")
  var event: EventReference

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let incident = try subject.read()
    let sides = incident.openConflicts.flatMap { [$0.first, $0.second] }
    return .settle(try event.resolve(among: sides, "side of a contradiction", of: incident))
  }
}
