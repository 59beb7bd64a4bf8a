import ArgumentParser
import IncidentDomain
import TextGate

struct Acknowledge: Change {
  static let configuration = CommandConfiguration(
    commandName: "ack", abstract: "Acknowledge: you have seen it and work on it.",
    usage: "mayday ack INC [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .acknowledge }
}

struct MovePhase: Change {
  static let configuration = CommandConfiguration(
    commandName: "phase", abstract: "Move it to another phase.",
    usage: "mayday phase INC PHASE [--because TEXT] [--override] [--at TIME]",
    discussion: """
      mayday show INC lists the moves that are legal now, and what each other one waits for. The \
      reason of a move to resolution says what stopped the impact, that of a move to post-mortem \
      how recovery was verified.
      """)

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "Where to.")
  var phase: Phase

  @Option(help: "Why; ten characters or more for a skip, a way back or an override.")
  var because: Untrusted?

  @Flag(help: "Go though a gate is not met; needs a reason, and the timeline shows it.")
  var override = false

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .move(to: phase, because: because, overriding: override)
  }
}

struct SetSeverity: Change {
  static let configuration = CommandConfiguration(
    commandName: "severity", abstract: "Set or confirm the severity.",
    usage: "mayday severity INC N [--because TEXT] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "SEV-1 (worst) to SEV-4, as 1 to 4.")
  var severity: Severity

  @Option(help: "Why; a downgrade needs it.")
  var because: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .setSeverity(severity, because: because)
  }
}

struct StateImpact: Change {
  static let configuration = CommandConfiguration(
    commandName: "impact", abstract: "State what is broken for whom.",
    usage: "mayday impact INC TEXT [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "In words, with numbers where known.")
  var text: Untrusted

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .stateImpact(text) }
}

struct ReachMilestone: Change {
  static let configuration = CommandConfiguration(
    commandName: "milestone",
    abstract: "Record when it started, was detected, mitigated or recovered.",
    usage: "mayday milestone INC NAME [TEXT] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "started, detected, mitigated or recovered.")
  var milestone: Milestone

  @Argument(help: "What stopped the impact, or how recovery was verified.")
  var text: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .reach(milestone, text: text)
  }
}
