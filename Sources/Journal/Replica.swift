import IncidentDomain
import TextGate

/// A journal that can be brought together with another one: syncing two replicas is set union
/// (ARCHITECTURE.md, "The record").
public protocol Replica: Journal {
  /// Incidents by ascending id after one, or from the first; fewer than `limit` when none is left.
  func outlines(after id: EventID?, limit: Int) throws(JournalError) -> [ReplicaOutline]

  /// The highest number that an incident of this store has; 0 for none.
  func highestNumber() throws(JournalError) -> Int

  /// Adds those of an incident's events that are not there, in one transaction; adding them twice is
  /// adding them once. Every hash is recomputed, and every parent must be there. An incident whose
  /// number is another's here gets the next one above `floor` and above all of this store.
  ///
  /// - Throws: `damaged` for events that are not sound; nothing is written then.
  func add(
    _ events: [Event], to incident: EventID, above floor: Int, by actor: Actor, now: Instant
  ) throws(JournalError) -> Joined
}

/// What tells whether two replicas hold the same of an incident.
public struct ReplicaOutline: Hashable, Sendable {
  /// The incident.
  public let id: EventID
  /// The ids of the heads, 32 bytes each, ascending: they name the whole of its events.
  public let heads: [UInt8]

  /// Holds the parts as they are.
  package init(id: EventID, heads: [UInt8]) {
    self.id = id
    self.heads = heads
  }
}

/// What adding events to an incident did.
public struct Joined: Hashable, Sendable {
  /// How many events of the other replica were added.
  public let added: Int
  /// The new number, when it had to be given one; and the one that it had.
  public let renumbered: Renumbering?

  /// Holds the parts as they are.
  package init(added: Int, renumbered: Renumbering?) {
    self.added = added
    self.renumbered = renumbered
  }
}

/// An incident that got another number.
public struct Renumbering: Hashable, Sendable {
  /// As it was.
  public let from: Int
  /// As it is now.
  public let to: Int

  /// Holds the parts as they are.
  package init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }
}

/// The events of two replicas of one incident put together. Pure.
package struct Union {
  /// As of all events of both; nil for a stream that is of no incident.
  package let incident: Incident?
  /// The row of all events of both.
  package let projection: Projection
  /// Those that were not held, parents first.
  package let missing: [Event]

  /// - Throws: `damaged` for an event whose hash is not its content's or whose parents are missing.
  package init(
    of held: [Event], and offered: [Event], id: EventID, at location: Showable
  ) throws(JournalError) {
    let known = Set(held.map(\.id))
    let new = offered.filter { !known.contains($0.id) }
    for event in new where EventID.sha256(of: event.canonicalWithoutID) != event.id {
      throw Self.damaged(event, "its content is not what was hashed", location)
    }
    let ordered = Incident.order(held + new)
    guard let projection = Projection(of: ordered), projection.id == id else {
      throw .damaged(
        "the incident \(id.short) cannot be added to \(location): its declaration is missing; mayday verify says more"
      )
    }
    var chain = EventChain()
    for event in ordered {
      if let problem = chain.add(event) { throw Self.damaged(event, problem, location) }
    }
    incident = Incident.fold(ordered)
    self.projection = projection
    missing = ordered.filter { !known.contains($0.id) }
  }

  private static func damaged(
    _ event: Event, _ problem: Showable, _ location: Showable
  ) -> JournalError {
    .damaged(
      "the event \(event.id.short) was not added to \(location): \(problem); mayday verify says more of the store it came from"
    )
  }
}

/// Brings two stores together, until both hold the union of their events.
public struct Sync: Sendable {
  /// What was done.
  public struct Result: Hashable, Sendable {
    /// Events that the other store got.
    public internal(set) var sent = 0
    /// Events that this store got.
    public internal(set) var received = 0
    /// Incidents whose number was another's in the other store.
    public internal(set) var renumbered: [Renumbering] = []

    /// Nothing was to be done.
    public init() {}
  }

  private let ours: any Replica
  private let theirs: any Replica
  private let actor: Actor
  private let now: Instant

  /// - Parameters:
  ///   - ours: the store whose incidents get new numbers where both gave one.
  ///   - theirs: the store whose numbers stay.
  ///   - actor: who has it done; a new number is an event of theirs.
  public init(_ ours: any Replica, with theirs: any Replica, by actor: Actor, now: Instant) {
    self.ours = ours
    self.theirs = theirs
    self.actor = actor
    self.now = now
  }

  /// Does it; when nothing is new on either side, nothing is written. Others may write meanwhile:
  /// what they add is in the next one.
  ///
  /// - Throws: ``JournalError`` of either store; what was brought together until then stays.
  public func run() throws(JournalError) -> Result {
    var result = Result()
    // Ours first: where both gave one number, ours is changed before theirs arrive here.
    try forEachDifference(from: ours, to: theirs) { id throws(JournalError) in
      try join(id, &result)
    }
    try forEachDifference(from: theirs, to: ours) { id throws(JournalError) in
      try join(id, &result)
    }
    return result
  }

  /// Neither store is locked or written unless it lacks something: one that is only read may be a
  /// standby, or closed to this account's writing.
  private func join(_ id: EventID, _ result: inout Result) throws(JournalError) {
    let mine = try ours.events(of: id, after: EventPosition()).events
    var all = try theirs.events(of: id, after: EventPosition()).events
    let floor = max(try ours.highestNumber(), try theirs.highestNumber())
    if !Set(mine.map(\.id)).isSubset(of: all.map(\.id)) {
      let joined = try theirs.add(mine, to: id, above: floor, by: actor, now: now)
      result.sent += joined.added
      if let change = joined.renumbered { result.renumbered.append(change) }
      all = try theirs.events(of: id, after: EventPosition()).events
    }
    if !Set(all.map(\.id)).isSubset(of: mine.map(\.id)) {
      let above = max(floor, try theirs.highestNumber())
      let joined = try ours.add(all, to: id, above: above, by: actor, now: now)
      result.received += joined.added
      if let change = joined.renumbered { result.renumbered.append(change) }
    }
  }

  private static let page = 500

  /// Walks both lists, which are in the order of ids.
  private func forEachDifference(
    from one: any Replica, to other: any Replica,
    _ body: (EventID) throws(JournalError) -> Void
  ) throws(JournalError) {
    var last: EventID?
    var others = Cursor(other)
    while true {
      let page = try one.outlines(after: last, limit: Self.page)
      for outline in page {
        guard try others.heads(of: outline.id) != outline.heads else { continue }
        try body(outline.id)
      }
      guard page.count == Self.page, let end = page.last else { return }
      last = end.id
    }
  }

  private struct Cursor {
    private let replica: any Replica
    private var page: ArraySlice<ReplicaOutline> = []
    private var last: EventID?
    private var isAtEnd = false

    init(_ replica: any Replica) {
      self.replica = replica
    }

    /// The heads of an incident; ids must be asked for in ascending order.
    mutating func heads(of id: EventID) throws(JournalError) -> [UInt8]? {
      while true {
        while let first = page.first, first.id < id { page.removeFirst() }
        if let first = page.first { return first.id == id ? first.heads : nil }
        if isAtEnd { return nil }
        let next = try replica.outlines(after: last, limit: Sync.page)
        isAtEnd = next.count < Sync.page
        last = next.last?.id
        page = next[...]
      }
    }
  }
}

extension JournalError {
  /// The numbers of a store are used up.
  package static func noNumberLeft(_ location: Showable) -> JournalError {
    .damaged(
      "the numbers of \(location) are used up, which only a damaged store can be; keep a copy, mayday verify says more"
    )
  }
}
