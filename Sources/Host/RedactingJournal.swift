import Execution
import IncidentDomain
import Journal
import TextGate

/// A journal that replaces secrets by marks in what a person writes, before it is hashed and stored
/// (RELIABILITY 31): a token that was pasted into a note, a password in a reason.
///
/// Values of variables of this program's environment whose names say that they are secret, and what
/// has the shape of a token. A secret in other words is not recognised.
public struct RedactingJournal: Journal {
  private let journal: any Journal
  private let secrets: [Secret]

  /// Stands before a journal; `environment` is this program's own.
  public init(_ journal: any Journal, environment: [String: String]) {
    self.journal = journal
    secrets = Secret.inEnvironment(environment)
  }

  private func redact(_ text: Untrusted) -> Untrusted { Redactor.redact(text, secrets) }

  /// Opens an incident, secrets in its texts replaced.
  public func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try journal.declare(declaration.changingTexts(redact), by: actor, at: told, now: now)
  }

  /// Decides a command, secrets in its texts replaced.
  public func append(
    _ command: Command, to incident: EventID, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try journal.append(
      command.changingTexts(redact), to: incident, by: actor, at: told, now: now)
  }

  /// Decides about an item of a round, secrets in its note replaced.
  public func append(
    _ command: RoundCommand, to round: Round, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> RoundRecord {
    try journal.append(
      command.changingTexts(redact), to: round, by: actor, at: told, now: now)
  }

  // MARK: What only reads

  /// As the journal behind it answers.
  public func rounds(_ rounds: [Round]) throws(JournalError) -> RoundBook {
    try journal.rounds(rounds)
  }

  /// Where the journal behind it is.
  public var location: Showable { journal.location }

  /// As the journal behind it tells.
  public var unshared: Set<EventID> { journal.unshared }

  /// As the journal behind it does.
  public func giveUpWaiting() { journal.giveUpWaiting() }

  /// As the journal behind it answers.
  public func incident(_ id: EventID) throws(JournalError) -> Incident? {
    try journal.incident(id)
  }

  /// As the journal behind it answers.
  public func events(
    of incident: EventID, after known: EventPosition
  ) throws(JournalError) -> NewEvents {
    try journal.events(of: incident, after: known)
  }

  /// As the journal behind it answers.
  public func find(_ reference: Untrusted) throws(JournalError) -> EventID {
    try journal.find(reference)
  }

  /// As the journal behind it answers.
  public func board(_ query: BoardQuery) throws(JournalError) -> BoardPage {
    try journal.board(query)
  }

  /// As the journal behind it answers.
  public func search(_ query: SearchQuery) throws(JournalError) -> SearchResult {
    try journal.search(query)
  }

  /// As the journal behind it answers.
  public func verify(_ incident: EventID?) throws(JournalError) -> Verification {
    try journal.verify(incident)
  }

  /// As the journal behind it watches.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void
  ) throws(JournalError) -> any JournalWatch {
    try journal.watch(onChange)
  }

  /// As the journal behind it watches.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void,
    health: @escaping @Sendable (JournalError?) -> Void
  ) throws(JournalError) -> any JournalWatch {
    try journal.watch(onChange, health: health)
  }
}
