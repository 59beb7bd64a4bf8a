import ArgumentParser
import IncidentDomain
import TextGate

struct Note: Change {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Write a note, also of what happened earlier (--at).",
    usage: "mayday note INC TEXT [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "What happened.")
  var text: Untrusted

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command { .note(text) }
}

struct Correct: Change {
  static let configuration = CommandConfiguration(
    commandName: "correct",
    abstract: "Correct an event's text or time; the old one stays readable.",
    usage: "mayday correct INC EVENT [TEXT] [--at TIME]"
  )

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The event, by its id.")
  var event: EventReference

  @Argument(help: "The right text; without it only the time is corrected, with --at.")
  var text: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if text == nil, when.at == nil {
      throw ValidationError("a correction needs the right text, or the right time with --at")
    }
  }

  func command(in session: Session, subject: Subject) throws -> Command {
    let incident = try subject.read()
    return .correct(
      try event.resolve(among: incident.events.map(\.id), "event", of: incident), text: text)
  }
}

struct Pin: Change {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Pin an event, so that it stands out for those who come later.",
    usage: "mayday pin INC EVENT [--off]")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The event, by its id.")
  var event: EventReference

  @Flag(help: "Unpin it.")
  var off = false

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let incident = try subject.read()
    return .pin(
      try event.resolve(among: incident.events.map(\.id), "event", of: incident), !off)
  }
}

struct Undo: Change {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back what you have just written, within ten seconds.",
    usage: "mayday undo INC [EVENT …]",
    discussion: "What was taken back stays readable; nothing may have been built on it.")

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The events, by their ids; else all of your last entry.")
  var events: [EventReference] = []

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) throws -> Command {
    let incident = try subject.read()
    if !events.isEmpty {
      return .reverse(
        try events.map {
          try $0.resolve(among: incident.events.map(\.id), "event", of: incident)
        })
    }
    guard let last = incident.events.last(where: { $0.author == session.actor.person }) else {
      return .reverse([])
    }
    // One command's events are recorded in one moment.
    let entry = incident.events.filter {
      $0.author == last.author && $0.recorded == last.recorded
        && !incident.reversed.contains($0.id)
    }
    return .reverse(entry.map(\.id))
  }
}

struct Update: Change {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Publish a status update, skip one or put it off with a reason.",
    usage:
      "mayday update INC TEXT [--audience internal|public] | mayday update INC --skip|--snooze 20m --because TEXT"
  )

  @Argument(help: .incident) var incident: IncidentReference

  @Argument(help: "The update.")
  var text: Untrusted?

  @Option(help: "Who it is for.")
  var audience: Audience = .internal

  @Flag(help: "Skip the update that is due; needs --because.")
  var skip = false

  @Option(help: "Put the update that is due off by so long: 20m; needs --because.")
  var snooze: String?

  @Option(help: "Why it is skipped or put off.")
  var because: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if skip || snooze != nil {
      guard text == nil, because != nil, !skip || snooze == nil else {
        throw ValidationError("--skip and --snooze need --because, take no text and stand alone")
      }
    } else if text == nil || because != nil {
      throw ValidationError("an update needs its text, or --skip or --snooze with --because")
    }
  }

  func command(in session: Session, subject: Subject) throws -> Command {
    if let because, let snooze {
      return .snoozeUpdate(
        until: session.now + (try TimeReader.duration(snooze)), because: because)
    }
    if let because { return .skipUpdate(because: because) }
    guard let text else { throw ValidationError("an update needs its text") }
    return .publishUpdate(text, audience)
  }
}

struct Escalate: Change {
  static let configuration = CommandConfiguration(
    commandName: "escalate", abstract: "Escalate to the next level, or to a named one.",
    usage: "mayday escalate INC [--level N] [--because TEXT] [--at TIME]")

  @Argument(help: .incident) var incident: IncidentReference

  @Option(help: "The level; else the next that was not escalated to.")
  var level: Int?

  @Option(help: "Why.")
  var because: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func command(in session: Session, subject: Subject) -> Command {
    .escalate(level: level, because: because)
  }
}
