import ArgumentParser
import IncidentDomain
import Journal
import TextGate

/// One subcommand: parsed by the argument parser, carried out in a session.
protocol Subcommand: ParsableCommand {
  var options: GlobalOptions { get }

  /// Does what was asked.
  ///
  /// - Throws: anything that ``Failure`` can be made of.
  func perform(in session: Session) throws
}

/// A subcommand that changes one incident by one command of the domain.
protocol Change: Subcommand {
  var incident: IncidentReference { get }
  var when: When { get }

  /// What is asked of the incident; `subject` gives the incident as it is, for those that need it.
  func command(in session: Session, subject: Subject) throws -> Command
}

/// The incident that a change is about, read only when somebody asks.
struct Subject {
  let id: EventID
  let journal: any Journal

  func read() throws -> Incident {
    guard let incident = try journal.incident(id) else {
      throw JournalError.noSuchIncident(Untrusted(id.hex))
    }
    return incident
  }
}

extension Change {
  func perform(in session: Session) throws {
    try session.requireWriting()
    let told = try when.read(session)
    let journal = try session.openJournal(.change)
    let subject = Subject(id: try journal.find(incident.text), journal: journal)
    let command = try command(in: session, subject: subject)
    let appended = try journal.append(
      command, to: subject.id, by: session.actor, at: told, now: session.now)
    session.report(appended)
  }
}

extension Session {
  /// Says that what was written is on this host only.
  func sayItIsKept() {
    output.line("  not yet shared: it is kept on this host until the store is back")
  }

  /// Says what was written: for people a line an event, for scripts the object of COMMANDS.md.
  func report(_ appended: Appended) {
    let incident = appended.incident
    if options.json {
      output.json(incident.changeJSON(appended.events, isShared: appended.isShared))
      return
    }
    defer {
      if !appended.isShared {
        sayItIsKept()
        if appended.events.contains(where: { $0.id == incident.id }) {
          output.line("  \(incident.name) is provisional: the number may be another's by then")
        }
      }
    }
    for event in appended.events where event.incidentID == incident.id {
      output.line("\(incident.name) \(incident.narrate(event))")
    }
  }
}

extension Incident {
  /// What every change prints for scripts.
  func changeJSON(_ events: [Event], isShared: Bool = true) -> JSON {
    var members = identityJSON
    members["events"] = .array(events.map { .string($0.id.hex) })
    if !isShared { members["unshared"] = true }
    return .object(members)
  }

  /// Which incident it is and where it stands.
  var identityJSON: [String: JSON] {
    var members: [String: JSON] = [
      "number": .integer(Int64(number)), "id": .string(id.hex), "phase": .string(phase.rawValue),
    ]
    switch ending {
    case .cancelled(let reason): members["cancelled"] = .string(reason.rawValue)
    case .merged(let into, let number):
      members["mergedInto"] = ["id": .string(into.hex), "number": .integer(Int64(number))]
    case nil: break
    }
    return members
  }
}
