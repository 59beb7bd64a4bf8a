import Dispatch
import Glibc
import IncidentDomain
import Synchronization
import TextGate

/// A store on a server, and a spool on this host in which work goes on while the server is away.
///
/// While the server serves, everything is asked of it, and the spool is fed with what was seen, off
/// the way of the calls. When it goes away, reads come from the spool and commands are decided there;
/// what is written then is *unshared* until it was delivered: added to the server's record, each
/// event once, because an event's id is its content's hash. Reads go back to the server when nothing
/// waits any more. Several programs of one account share a spool; whichever reaches the server first
/// delivers for all. Any thread may call.
public final class SpoolingJournal: Journal {
  /// Where the server's store is.
  public var location: Showable { remote.location }
  /// How many entries of an earlier outage were shared when it was opened.
  public var deliveredOnOpening: Int { state.withLock { $0.deliveredOnOpening } }

  let remote: any ServedReplica
  let actor: Actor
  let clock: @Sendable () -> Instant
  let state: Mutex<State>
  /// Held while something is written to the spool, and while it is decided that nothing waits there:
  /// so nothing falls between.
  let writing = Mutex(())
  /// Where the server is looked for and the spool is fed.
  let queue = DispatchQueue(label: "mayday.spool")
  /// Where the watcher is told how it stands: never behind what waits for the server.
  let teller = DispatchQueue(label: "mayday.spool.health")

  struct State {
    /// Nil for an account that may not write.
    var spool: SQLiteJournal?
    /// Why the server cannot be used, a clause; nil while it serves.
    var away: Showable?
    /// Why the listener hears nothing; until it does again, the server counts as away.
    var deaf: Showable?
    /// Why nothing can be kept on this host either; nil while it can, as far as is known.
    var unkept: Showable?
    var unshared: Set<EventID> = []
    var deliveredOnOpening = 0
    /// What the server has, and the spool could not be told.
    var delivered: Set<EventID> = []
    var watcher: Watcher?
    var isLooking = false
    var isEnding = false
    /// What the spool was fed with.
    var fed: [EventID: EventPosition] = [:]
    var rows: [EventID: BoardRow] = [:]
    /// The heads of the rounds that it holds.
    var heads: [EventID: [EventID]] = [:]
    var hungry: Set<EventID> = []
  }

  struct Watcher: Sendable {
    let onChange: @Sendable () -> Void
    let health: @Sendable (JournalError?) -> Void
  }

  /// Opens a store, and shares what waits in the spool when the server can be reached.
  ///
  /// - Parameters:
  ///   - remote: the store on the server; nothing was asked of it yet.
  ///   - path: the spool's file. It is made once this account was seen to write to the store, so that
  ///     nothing is ever kept for an address that was mistyped.
  ///   - actor: who has what waits shared.
  /// - Throws: ``JournalError``: `unavailable` when the server cannot be reached and there is no
  ///   spool; what makes a store unusable.
  public init(
    _ remote: any ServedReplica, spool path: String, by actor: Actor,
    clock: @escaping @Sendable () -> Instant
  ) throws(JournalError) {
    self.remote = remote
    self.actor = actor
    self.clock = clock
    var state = State()
    let isThere = access(path, F_OK) == 0
    switch try remote.reach() {
    case .serves(let mayWrite):
      if mayWrite {
        do throws(JournalError) {
          let spool = try SQLiteJournal(spool: path, create: true)
          try spool.know(highest: try remote.highestNumber())
          state.spool = spool
        } catch {
          state.unkept = error.sentence
        }
      }
    case .away(let why):
      guard isThere else {
        throw .unavailable("\(why); nothing was written, try again or check the server")
      }
      state.spool = try SQLiteJournal(spool: path, create: false)
      state.away = why
    }
    let waiting = (try? state.spool?.unsharedEvents()) ?? []
    state.unshared = Set(waiting.map(\.id))
    let isAway = state.away != nil
    self.state = Mutex(state)
    guard !waiting.isEmpty, !isAway else { return }
    do throws(JournalError) {
      try deliver()
      self.state.withLock { $0.deliveredOnOpening = waiting.count }
    } catch {
      turnAway(because: Self.clause(error, location))
    }
  }

  /// Why the server cannot be used now, a clause; nil while it serves.
  public var away: Showable? { state.withLock { $0.away } }

  /// What only this host has, as far as this program knows.
  public var unshared: Set<EventID> { state.withLock { $0.unshared } }

  /// For a program that is about to end: what is under way fails at once and is kept here.
  public func giveUpWaiting() {
    state.withLock { $0.isEnding = true }
    remote.giveUpWaiting()
  }

  // MARK: - Writing

  /// Opens an incident; while the server is away its number is provisional.
  ///
  /// - Throws: ``JournalError``: `refused`, or what hinders both places.
  public func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try write { () throws(JournalError) in
      try remote.declare(declaration, by: actor, at: told, now: now)
    } orHere: { spool throws(JournalError) in
      try spool.declare(declaration, by: actor, at: told, now: now)
    }
  }

  /// Decides a command on the server's record, or while it is away on what this host has seen of it.
  ///
  /// - Throws: ``JournalError``: `refused`, `noSuchIncident`, or what hinders both places.
  public func append(
    _ command: Command, to incident: EventID, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try write { () throws(JournalError) in
      try remote.append(command, to: incident, by: actor, at: told, now: now)
    } orHere: { spool throws(JournalError) in
      try spool.append(command, to: incident, by: actor, at: told, now: now)
    }
  }

  /// Decides about an item of a round, on the server's record or on what this host has seen of it.
  ///
  /// - Throws: ``JournalError``: `refused` for what is done already, else what hinders both places.
  public func append(
    _ command: RoundCommand, to round: Round, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> RoundRecord {
    try write { () throws(JournalError) in
      let record = try remote.append(command, to: round, by: actor, at: told, now: now)
      feed(record)
      return record
    } orHere: { spool throws(JournalError) in
      try spool.append(command, to: round, by: actor, at: told, now: now)
    } orKeeping: { _, spool throws(JournalError) in
      try spool.rounds([round]).records[round]
    }
  }

  private func write(
    _ there: () throws(JournalError) -> Appended,
    orHere here: (SQLiteJournal) throws(JournalError) -> Appended
  ) throws(JournalError) -> Appended {
    try write { () throws(JournalError) in
      let appended = try there()
      feed(appended)
      return appended
    } orHere: { spool throws(JournalError) in
      let appended = try here(spool)
      return Appended(incident: appended.incident, events: appended.events, isShared: false)
    } orKeeping: { commit, spool throws(JournalError) in
      guard let subject = commit.new.first?.incidentID else { return nil }
      return try spool.incident(subject).map {
        Appended(incident: $0, events: commit.new, isShared: false)
      }
    }
  }

  /// Writes to the server's record; where that cannot be, to the spool. The very events of a commit
  /// whose answer never came are kept: where the server has them, adding them again adds nothing.
  private func write<Value>(
    _ there: () throws(JournalError) -> Value,
    orHere here: (SQLiteJournal) throws(JournalError) -> Value,
    orKeeping kept: (UndecidedCommit, SQLiteJournal) throws(JournalError) -> Value?
  ) throws(JournalError) -> Value {
    guard away == nil else { return try keepHere(here) }
    do throws(JournalError) {
      return try there()
    } catch {
      switch error {
      case .undecided(_, let commit):
        try fallBack(after: error)
        return try keepHere { spool throws(JournalError) in
          do throws(JournalError) {
            try spool.keep(commit, by: actor, now: clock())
          } catch let failure {
            throw .cannotWrite("\(failure.sentence); \(error.sentence)")
          }
          guard let value = try kept(commit, spool) else { throw error }
          return value
        }
      case .unavailable, .cannotWrite:
        try fallBack(after: error)
        return try keepHere(here)
      case .refused, .noSuchIncident, .ambiguous, .busy, .damaged, .newer, .notPermitted:
        throw error
      }
    }
  }

  /// What only this host knows is written to its disk first.
  private func keepHere<Value>(
    _ work: (SQLiteJournal) throws(JournalError) -> Value
  ) throws(JournalError) -> Value {
    let (spool, why) = state.withLock { ($0.spool, $0.away ?? "the store was away") }
    guard let spool else {
      throw .unavailable("\(why); nothing was written, try again or check the server")
    }
    let result: Result<Value, JournalError> = writing.withLock { _ in
      do throws(JournalError) {
        let value = try work(spool)
        let ids = Set(try waiting(in: spool).map(\.id))
        state.withLock {
          $0.unshared = ids
          $0.unkept = nil
        }
        return .success(value)
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let value):
      tell()
      look(after: .seconds(1))
      return value
    case .failure(.refused(let refusal)): throw .refused(refusal)
    case .failure(.noSuchIncident):
      throw .unavailable(
        "\(why), and this host has not seen that incident: nothing was written, try again when the store is back"
      )
    case .failure(let error):
      state.withLock { $0.unkept = error.sentence }
      tell()
      throw .cannotWrite("\(why), and it cannot be kept on this host: \(error.sentence)")
    }
  }

  // MARK: - Reading

  /// Reads an incident where it is read now.
  ///
  /// - Throws: ``JournalError`` when neither place can be read.
  public func incident(_ id: EventID) throws(JournalError) -> Incident? {
    let found = try read { store throws(JournalError) in try store.incident(id) }
    if away == nil, let found { feed(found) }
    return found
  }

  /// Reads new events; a position of the other place counts as none.
  ///
  /// - Throws: ``JournalError`` when neither place can be read.
  public func events(
    of incident: EventID, after known: EventPosition
  ) throws(JournalError) -> NewEvents {
    let new: NewEvents = try read { store throws(JournalError) in
      let isHere = store is SQLiteJournal
      let new = try store.events(of: incident, after: known.within(spool: isHere))
      return NewEvents(events: new.events, position: new.position.marked(spool: isHere))
    }
    if away == nil, !new.events.isEmpty { feed(incident) }
    return new
  }

  /// Finds an incident where it is read now.
  ///
  /// - Throws: ``JournalError``: `noSuchIncident`, `ambiguous`, or when neither place can be read.
  public func find(_ reference: Untrusted) throws(JournalError) -> EventID {
    do throws(JournalError) {
      return try read { store throws(JournalError) in try store.find(reference) }
    } catch {
      guard case .noSuchIncident = error, let away else { throw error }
      throw .unavailable(
        "\(away), and this host has not seen \(reference.showable); try again when the store is back"
      )
    }
  }

  /// Reads the board where it is read now; the spool holds what this account has seen of it.
  ///
  /// - Throws: ``JournalError`` when neither place can be read.
  public func board(_ query: BoardQuery) throws(JournalError) -> BoardPage {
    let page = try read { store throws(JournalError) in try store.board(query) }
    if away == nil { feed(page.rows) }
    return page
  }

  /// Reads rounds where they are read now.
  ///
  /// - Throws: ``JournalError`` when neither place can be read.
  public func rounds(_ rounds: [Round]) throws(JournalError) -> RoundBook {
    let book = try read { store throws(JournalError) in try store.rounds(rounds) }
    if away == nil { for record in book.records.values { feed(record) } }
    return book
  }

  /// Looks where it is read now; the spool holds what this account has seen.
  ///
  /// - Throws: ``JournalError`` when neither place can be searched.
  public func search(_ query: SearchQuery) throws(JournalError) -> SearchResult {
    try read { store throws(JournalError) in try store.search(query) }
  }

  /// Verifies the server's record; what this host holds of it says nothing of that.
  ///
  /// - Throws: ``JournalError`` when it cannot be read.
  public func verify(_ incident: EventID?) throws(JournalError) -> Verification {
    try remote.verify(incident)
  }

  private func read<Value>(
    _ work: (any Replica) throws(JournalError) -> Value
  ) throws(JournalError) -> Value {
    if away == nil {
      do throws(JournalError) {
        return try work(remote)
      } catch {
        guard case .unavailable = error else { throw error }
        try fallBack(after: error)
      }
    }
    guard let spool = state.withLock({ $0.spool }) else {
      throw .unavailable("\(away ?? "the store was away"); try again or check the server")
    }
    return try work(spool)
  }

  // MARK: - Going away

  /// Goes on in the spool.
  ///
  /// - Throws: the error itself where there is no spool.
  private func fallBack(after error: JournalError) throws(JournalError) {
    let hasSpool = state.withLock { $0.spool != nil }
    guard hasSpool else {
      guard case .unavailable(let sentence) = error,
        let unkept = state.withLock({ $0.unkept })
      else { throw error }
      throw .unavailable("\(sentence); nothing can be kept on this host: \(unkept)")
    }
    turnAway(because: Self.clause(error, location))
  }

  /// Says what an error means for everything that follows, a clause.
  static func clause(_ error: JournalError, _ location: Showable) -> Showable {
    switch error {
    case .unavailable, .undecided: "the store cannot be reached: \(location)"
    case .cannotWrite: "the store cannot be written, its disk may be full: \(location)"
    case .refused, .noSuchIncident, .ambiguous, .busy, .damaged, .newer, .notPermitted:
      error.sentence
    }
  }

  func turnAway(because why: Showable) {
    state.withLock { $0.away = $0.away ?? why }
    tell()
    look(after: .seconds(1))
  }
}

extension EventPosition {
  /// Set in places of the spool: the same number means something else on the server.
  private static let mark: Int64 = 1 << 62

  fileprivate func within(spool: Bool) -> EventPosition {
    let isMarked = sequence & Self.mark != 0
    guard isMarked == spool else { return EventPosition() }
    return EventPosition(sequence: sequence & ~Self.mark)
  }

  fileprivate func marked(spool: Bool) -> EventPosition {
    spool ? EventPosition(sequence: sequence | Self.mark) : self
  }
}
