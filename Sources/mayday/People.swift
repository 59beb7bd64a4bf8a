import ArgumentParser
import IncidentDomain
import TextGate

struct AssignRole: Change {
  static let configuration = CommandConfiguration(
    commandName: "role", abstract: "Give a role to a person at once, or take it away.",
    usage:
      "mayday role INC ROLE PERSON [--take --because TEXT] | mayday role INC ROLE [PERSON] --vacate",
    discussion: """
      A role that somebody holds is handed over (mayday handoff), or taken over with --take and a \
      reason. Of two who take it over at once the second is told who has it.
      """)

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The role; ic, ops, comms and sme are understood too.")
  var role: Role

  @Argument(help: "Who; with --vacate else the one who holds it.")
  var person: Untrusted?

  @Flag(help: "The person gives the role up.")
  var vacate = false

  @Flag(help: "Take the role from the one who holds it; needs --because.")
  var take = false

  @Option(help: "Why it is taken over.")
  var because: Untrusted?

  @Option(help: "With --take: only if the role is still in this epoch, as show prints it.")
  var epoch: Int?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if person == nil, !vacate {
      throw ValidationError("a role needs the person who takes it, or --vacate")
    }
    if take {
      guard !vacate, because != nil else {
        throw ValidationError("--take needs --because and the person who takes it")
      }
    } else if because != nil || epoch != nil {
      throw ValidationError("--because and --epoch stand with --take")
    }
  }

  func command(in session: Session, subject: Subject) throws -> Command {
    if let person, take, let because {
      // What this session has seen counts: whoever was quicker in between is not overrun.
      let epoch = try self.epoch ?? subject.read().epoch(of: role)
      return .takeOver(role, to: person, epoch: epoch, because: because)
    }
    if let person { return vacate ? .vacate(role, person) : .assign(role, person) }
    let incident = try subject.read()
    let others = incident.others.filter { $0.role == role }.map(\.person)
    guard let holder = incident.roles[role] ?? others.first, others.count < 2 else {
      throw Failure(
        .refused,
        others.isEmpty
          ? "nobody is \(role.title) of \(incident.name); nothing is left to do here"
          : "several people are \(role.title) of \(incident.name); name the one who gives it up")
    }
    return .vacate(role, holder)
  }
}

struct HandOver: Change {
  static let configuration = CommandConfiguration(
    commandName: "handoff",
    abstract: "Offer a role; the giver has it until the receiver accepts.",
    usage: "mayday handoff INC ROLE PERSON [--brief TEXT] [--at TIME]",
    discussion: "Without --brief the brief writes itself from the record.")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The role.")
  var role: Role

  @Argument(help: "Who is to take it.")
  var person: Untrusted

  @Option(help: "What the receiver must know.")
  var brief: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .offer(role, to: person, brief: brief)
  }
}

struct Accept: Change {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Accept a role that was offered to you.",
    usage: "mayday accept INC ROLE [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The role.")
  var role: Role

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .accept(role) }
}

struct Decline: Change {
  static let configuration = CommandConfiguration(
    commandName: "decline", abstract: "Decline a role that was offered to you.",
    usage: "mayday decline INC ROLE [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The role.")
  var role: Role

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .decline(role) }
}

struct MakePromise: Change {
  static let configuration = CommandConfiguration(
    commandName: "promise", abstract: "Promise something by a time, or say that it is kept.",
    usage: "mayday promise INC TEXT --in 10m | mayday promise INC --kept EVENT")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "What you promise: \"back in ten minutes\".")
  var text: Untrusted?

  @Option(name: .customLong("in"), help: "In how long: 10m, 2h, 1h30m.")
  var due: String?

  @Option(help: ArgumentHelp("The promise that is kept, by its event.", valueName: "event"))
  var kept: EventReference?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if kept != nil {
      guard text == nil, due == nil else {
        throw ValidationError("--kept stands alone, without a text and without --in")
      }
    } else if text == nil || due == nil {
      throw ValidationError("a promise needs its text and --in, or --kept EVENT")
    }
  }

  func command(in session: Session, subject: Subject) throws -> Command {
    if let kept {
      let incident = try subject.read()
      return .keepPromise(
        try kept.resolve(among: incident.promises.map(\.id), "promise", of: incident))
    }
    guard let text, let due else { throw ValidationError("a promise needs its text and --in") }
    return .promise(text, due: session.now + (try TimeReader.duration(due)))
  }
}
