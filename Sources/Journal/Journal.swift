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

  /// What is recorded of rounds of checklists and maintenance windows, each as of now.
  func rounds(_ rounds: [Round]) throws(JournalError) -> RoundBook

  /// Decides about an item of a round inside a write transaction, as ``append(_:to:by:at:now:)`` does
  /// for an incident: of two who tick one item at once, one is refused and told who was first.
  func append(
    _ command: RoundCommand, to round: Round, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> RoundRecord

  /// The incident of an id; nil when the replica has none.
  func incident(_ id: EventID) throws(JournalError) -> Incident?

  /// Events of an incident that `known` does not hold, in the order they were appended here.
  func events(of incident: EventID, after known: EventPosition) throws(JournalError) -> NewEvents

  /// The incident that a person means by a number (`42`, `INC-42`) or an id's prefix of seven or
  /// more digits.
  func find(_ reference: Untrusted) throws(JournalError) -> EventID

  /// A page of the board, worst severity and earliest due first; on the closed tab the newest first.
  func board(_ query: BoardQuery) throws(JournalError) -> BoardPage

  /// Entries that hold all that is looked for, the one this store got last first. What was corrected
  /// or taken back is found too, and told.
  func search(_ query: SearchQuery) throws(JournalError) -> SearchResult

  /// Recomputes every hash, the parents and the order of one incident, or of all.
  func verify(_ incident: EventID?) throws(JournalError) -> Verification

  /// Watches for commits of other processes. `onChange` is called on a thread of the watcher,
  /// at most once for a burst, until the watch is let go.
  func watch(_ onChange: @escaping @Sendable () -> Void) throws(JournalError) -> any JournalWatch

  /// The same, and `health` is told within five seconds why the store has gone away, and with nil
  /// that it is back. Only a store on a server goes away unasked; a file tells by failing a call.
  func watch(
    _ onChange: @escaping @Sendable () -> Void,
    health: @escaping @Sendable (JournalError?) -> Void
  ) throws(JournalError) -> any JournalWatch

  /// Ids of events that only this host has as yet; from memory, so that it can be asked at any time.
  var unshared: Set<EventID> { get }

  /// Ends waiting for a server: what waits and what is asked from now on fails at once, or goes to
  /// where it is kept on this host. For a program that is about to end.
  func giveUpWaiting()
}

extension Journal {
  /// A store of its own has nothing to share.
  public var unshared: Set<EventID> { [] }

  /// Only a server is waited for.
  public func giveUpWaiting() {}

  /// For a store that does not go away unasked.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void,
    health: @escaping @Sendable (JournalError?) -> Void
  ) throws(JournalError) -> any JournalWatch {
    try watch(onChange)
  }
}

/// A watch for changes; it ends when it is let go or cancelled.
public protocol JournalWatch: Sendable {
  /// Ends it; a call of `onChange` that has begun may still return after this.
  func cancel()
}

/// What an append wrote, and the incident as it is after it.
public struct Appended: Sendable {
  /// As of its last event, those just written included.
  public let incident: Incident
  /// In the order written; those of another incident (a merge) too.
  public let events: [Event]
  /// False while only this host has them, because the store's server is away.
  public let isShared: Bool

  /// Holds the parts as they are.
  public init(incident: Incident, events: [Event], isShared: Bool = true) {
    self.incident = incident
    self.events = events
    self.isShared = isShared
  }
}

/// How far a reader has read one incident: the store's own sequence, 0 for nothing.
public struct EventPosition: Hashable, Sendable {
  /// The place of the last event read, counted over all incidents of this store; it means nothing
  /// to
  /// another one.
  public let sequence: Int64

  /// Without a number: before the first event.
  public init(sequence: Int64 = 0) {
    self.sequence = sequence
  }
}

/// What a reader had not seen of an incident.
public struct NewEvents: Sendable {
  /// In the order they were appended to this store, which need not be that of the fold.
  public let events: [Event]
  /// From where to read next time.
  public let position: EventPosition

  /// Holds the parts as they are.
  public init(events: [Event], position: EventPosition) {
    self.events = events
    self.position = position
  }
}

/// What of the board is wanted.
public struct BoardQuery: Hashable, Sendable {
  /// Nil for every tab.
  public var tab: BoardTab?
  /// Nil for every severity.
  public var severity: Severity?
  /// Declared at or after.
  public var since: Instant?
  /// Matched within title, service, impact and commander, without case; and against the number.
  public var filter: Untrusted?
  /// How many rows that match are left out before the page; below 0 counts as 0.
  public var offset: Int
  /// The most rows wanted; below 0 counts as 0.
  public var limit: Int

  /// Everything on one tab, or on all, unless more is asked.
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

/// A part of the board, and the numbers of the whole.
public struct BoardPage: Hashable, Sendable {
  /// In the board's order; with no tab asked for, tab after tab.
  public let rows: [BoardRow]
  /// Rows that match in all, on the asked tab.
  public let total: Int
  /// Incidents on each tab, whatever the filter.
  public let counts: [BoardTab: Int]

  /// Holds the parts as they are.
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
