import IncidentDomain
import TextGate

/// A replica of the record: an append-only set of events, and what is derived from it.
///
/// Every call may block on the disk or the network: never call it on the way of a key. Calls may
/// come from any thread.
public protocol Journal: Sendable {
  /// Where it is, for a sentence: a path, or an address without its password.
  var location: Showable { get }

  /// Opens an incident: the number is given and the event written in one transaction.
  func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended

  /// Decides a command inside a write transaction, on the state as of that moment, and writes what
  /// it makes; a refusal writes nothing. What is returned is on disk.
  func append(
    _ command: Command, to incident: EventID, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended

  /// The incident of an id; nil when the replica has none.
  func incident(_ id: EventID) throws(JournalError) -> Incident?

  /// Events of an incident that `known` does not hold, in the order they were appended here.
  func events(of incident: EventID, after known: EventPosition) throws(JournalError) -> NewEvents

  /// The incident that a person means by a number (`42`, `INC-42`) or an id's prefix of seven or
  /// more digits.
  func find(_ reference: Untrusted) throws(JournalError) -> EventID

  /// A page of the board, worst severity and earliest due first; on the closed tab the newest first.
  func board(_ query: BoardQuery) throws(JournalError) -> BoardPage

  /// Recomputes every hash, the parents and the order of one incident, or of all.
  func verify(_ incident: EventID?) throws(JournalError) -> Verification

  /// Watches for commits of other processes. `onChange` is called on a thread of the watcher,
  /// at most once for a burst, until the watch is let go.
  func watch(_ onChange: @escaping @Sendable () -> Void) throws(JournalError) -> any JournalWatch
}

/// Ends when it is let go or cancelled.
public protocol JournalWatch: Sendable {
  func cancel()
}

/// What an append wrote, and the incident as it is after it.
public struct Appended: Sendable {
  public let incident: Incident
  /// In the order written; those of another incident (a merge) too.
  public let events: [Event]

  public init(incident: Incident, events: [Event]) {
    self.incident = incident
    self.events = events
  }
}

/// How far a reader has read one incident: the store's own sequence, 0 for nothing.
public struct EventPosition: Hashable, Sendable {
  public let sequence: Int64

  public init(sequence: Int64 = 0) {
    self.sequence = sequence
  }
}

public struct NewEvents: Sendable {
  public let events: [Event]
  public let position: EventPosition

  public init(events: [Event], position: EventPosition) {
    self.events = events
    self.position = position
  }
}

/// What of the board is wanted.
public struct BoardQuery: Hashable, Sendable {
  /// Nil for every tab.
  public var tab: BoardTab?
  public var severity: Severity?
  /// Declared at or after.
  public var since: Instant?
  /// Matched within title, service, impact and commander, without case; and against the number.
  public var filter: Untrusted?
  public var offset: Int
  public var limit: Int

  public init(
    tab: BoardTab?, severity: Severity? = nil, since: Instant? = nil, filter: Untrusted? = nil,
    offset: Int = 0, limit: Int = 200
  ) {
    self.tab = tab
    self.severity = severity
    self.since = since
    self.filter = filter
    self.offset = offset
    self.limit = limit
  }
}

public struct BoardPage: Hashable, Sendable {
  public let rows: [BoardRow]
  /// Rows that match in all, on the asked tab.
  public let total: Int
  /// Incidents on each tab, whatever the filter.
  public let counts: [BoardTab: Int]

  public init(rows: [BoardRow], total: Int, counts: [BoardTab: Int]) {
    self.rows = rows
    self.total = total
    self.counts = counts
  }
}

/// What verifying found.
public enum Verification: Hashable, Sendable {
  case sound(events: Int, heads: [EventID])
  /// The first event that is wrong: its id, or its position when it has none; and what is wrong.
  case wrong(event: Showable, problem: Showable)
}
