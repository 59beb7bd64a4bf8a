import Dispatch
import IncidentDomain
import Synchronization
import TextGate

/// Looking for the server, sharing what waits, feeding the spool.
extension SpoolingJournal {
  // MARK: - Sharing

  /// Adds what waits to the server's record, incident by incident in the order they were written on,
  /// and goes back to the server once nothing waits.
  ///
  /// What was added and could not be said to be is added again another time, which adds nothing. An
  /// incident that cannot be shared keeps none of the others waiting.
  ///
  /// - Throws: ``JournalError`` of the server, or the first one of an incident.
  func deliver() throws(JournalError) {
    guard let spool = state.withLock({ $0.spool }) else { return comeBack() }
    while true {
      let waiting = try waiting(in: spool)
      var problem: JournalError?
      var order: [EventID] = []
      for event in waiting where !order.contains(event.incident) { order.append(event.incident) }
      for id in order {
        let events = waiting.filter { $0.incident == id }.map(\.id)
        do throws(JournalError) {
          try share(id, events, of: spool)
        } catch {
          switch error {
          case .unavailable, .undecided, .cannotWrite, .busy: throw error
          case .refused, .noSuchIncident, .ambiguous, .damaged, .newer, .notPermitted:
            problem = problem ?? error
          }
        }
      }
      if let problem { throw problem }
      // Whoever writes to the spool waits: it is looked at once more, then the server counts again.
      let result: Result<Bool, JournalError> = writing.withLock { _ in
        do throws(JournalError) {
          guard try self.waiting(in: spool).isEmpty else { return .success(false) }
          comeBack()
          return .success(true)
        } catch {
          return .failure(error)
        }
      }
      if try result.get() { return }
    }
  }

  func waiting(in spool: SQLiteJournal) throws(JournalError) -> [SQLiteJournal.Unshared] {
    let delivered = state.withLock { $0.delivered }
    return try spool.unsharedEvents().filter { !delivered.contains($0.id) }
  }

  private func comeBack() {
    state.withLock {
      $0.away = nil
      $0.unshared = []
    }
  }

  private func share(
    _ id: EventID, _ events: [EventID], of spool: SQLiteJournal
  ) throws(JournalError) {
    let held = try spool.events(of: id, after: EventPosition()).events
    _ = try remote.add(
      held, to: id, above: try remote.highestNumber(), by: actor, now: clock())
    state.withLock {
      $0.delivered.formUnion(events)
      $0.unshared.subtract(events)
      $0.fed[id] = nil
    }
    // A disk of this host that is full keeps nobody from the server.
    guard (try? spool.markShared(events)) != nil else { return }
    state.withLock { $0.delivered.subtract(events) }
    let there = try remote.events(of: id, after: EventPosition())
    if (try? spool.cache(there.events, of: id)) != nil {
      state.withLock { $0.fed[id] = there.position }
    }
  }

  // MARK: - Looking for the server

  /// Looks for the server after a while, where somebody watches; a call of the command line that ends
  /// before leaves what it wrote to the next one.
  func look(after pause: DispatchTimeInterval) {
    let isWanted = state.withLock { state in
      guard state.watcher != nil, !state.isLooking, !state.isEnding else { return false }
      state.isLooking = true
      return true
    }
    guard isWanted else { return }
    queue.asyncAfter(deadline: .now() + pause) { [weak self] in
      guard let self else { return }
      self.state.withLock { $0.isLooking = false }
      self.lookNow()
    }
  }

  private func lookNow() {
    let (isNeeded, deaf) = state.withLock {
      (!$0.isEnding && ($0.away != nil || !$0.unshared.isEmpty), $0.deaf)
    }
    guard isNeeded else { return }
    if let deaf {
      state.withLock { $0.away = deaf }
    } else {
      do throws(JournalError) {
        switch try remote.reach() {
        case .serves: try deliver()
        case .away(let why): state.withLock { $0.away = why }
        }
      } catch {
        let why = Self.clause(error, location)
        state.withLock { $0.away = why }
      }
    }
    tell()
    if away == nil {
      state.withLock { $0.watcher }?.onChange()
    } else {
      look(after: .seconds(1))
    }
  }

  /// Tells the watcher how it stands; in one order, so that what is told last is true.
  func tell() {
    teller.async { [weak self] in
      guard let self else { return }
      let (watcher, health) = self.state.withLock { ($0.watcher, $0.health) }
      watcher?.health(health)
    }
  }

  // MARK: - Watching

  /// Watches for commits of others on the server, and for those of this account's other programs in
  /// the spool while the server is away. From then on the server is looked for when it is away, and
  /// the spool is fed in the background.
  ///
  /// - Throws: ``JournalError`` when the system gives no descriptors.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void,
    health: @escaping @Sendable (JournalError?) -> Void
  ) throws(JournalError) -> any JournalWatch {
    state.withLock { $0.watcher = Watcher(onChange: onChange, health: health) }
    var watches: [any JournalWatch] = []
    if let spool = state.withLock({ $0.spool }) {
      watches.append(try spool.watch { [weak self] in self?.spoolChanged() })
    }
    watches.append(
      try remote.watch(
        { [weak self] in
          if self?.away == nil { onChange() }
        }, serving: { [weak self] why in self?.hear(why) }))
    if away == nil {
      queue.async { [weak self] in self?.feedOpen() }
    } else {
      tell()
      look(after: .seconds(1))
    }
    return SpoolWatch(watches)
  }

  /// Watches without being told how the server stands.
  ///
  /// - Throws: ``JournalError`` when the system gives no descriptors.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void
  ) throws(JournalError) -> any JournalWatch {
    try watch(onChange, health: { _ in })
  }

  /// What the listener says of the server.
  private func hear(_ why: Showable?) {
    let hasSpool = state.withLock { state in
      state.deaf = why
      if state.spool != nil { state.away = state.away ?? why }
      return state.spool != nil
    }
    guard hasSpool else {
      state.withLock { $0.watcher }?.health(why.map { .unavailable("nothing is saved now, \($0)") })
      return
    }
    tell()
    look(after: why == nil ? .milliseconds(10) : .seconds(1))
  }

  /// Another program of this account wrote to the spool, or shared what was in it.
  private func spoolChanged() {
    guard let spool = state.withLock({ $0.spool }),
      let waiting = try? waiting(in: spool)
    else { return }
    let ids = Set(waiting.map(\.id))
    let isAway = state.withLock { state in
      state.unshared = ids
      return state.away != nil
    }
    if isAway { state.withLock { $0.watcher }?.onChange() }
    if !ids.isEmpty { look(after: .seconds(1)) }
  }

  // MARK: - Feeding

  /// Takes a whole incident that was just read. Where nobody watches, the program is a short one: it
  /// is written at once.
  func feed(_ incident: Incident) {
    if state.withLock({ $0.watcher != nil }) { return feed(incident.id) }
    guard let spool = state.withLock({ $0.spool }), !incident.isOver else { return }
    // A spool that cannot be fed is told of when something is to be kept in it.
    try? spool.cache(incident.events, of: incident.id)
  }

  /// Takes what was just written, before it is answered: whoever wrote it goes on from it when the
  /// server goes away a moment later.
  func feed(_ appended: Appended) {
    guard state.withLock({ $0.watcher != nil }) else {
      feed(appended.incident)
      return prune(except: nil)
    }
    guard let spool = state.withLock({ $0.spool }) else { return }
    for (id, events) in Dictionary(grouping: appended.events, by: \.incidentID)
    where (try? spool.cache(events, of: id)) == nil {
      // Something before it is missing here: it is read as a whole.
      state.withLock { $0.fed[id] = nil }
      feed(id)
    }
  }

  /// Takes a round that was just read or written on, when it has changed since it was taken.
  func feed(_ record: RoundRecord) {
    let spool = state.withLock { state -> SQLiteJournal? in
      guard state.heads[record.id] != record.heads else { return nil }
      return state.spool
    }
    guard let spool, (try? spool.cache(record.events, of: record.id)) != nil else { return }
    state.withLock { $0.heads[record.id] = record.heads }
  }

  /// Takes the open incidents of the board that changed since they were taken.
  func feed(_ rows: [BoardRow]) {
    for row in rows where row.tab != .closed {
      let isNew = state.withLock { state in
        guard state.watcher != nil, state.rows[row.id] != row else { return false }
        state.rows[row.id] = row
        return true
      }
      if isNew { feed(row.id) }
    }
  }

  /// Has what is new of an incident read and kept, behind whatever is under way.
  func feed(_ id: EventID) {
    let isNew = state.withLock { state in
      state.spool != nil && state.watcher != nil && state.hungry.insert(id).inserted
    }
    guard isNew else { return }
    queue.async { [weak self] in self?.feedNow(id) }
  }

  private func feedNow(_ id: EventID) {
    let (spool, known) = state.withLock { state in
      state.hungry.remove(id)
      return (state.away == nil && !state.isEnding ? state.spool : nil, state.fed[id])
    }
    guard let spool else { return }
    do throws(JournalError) {
      let new = try remote.events(of: id, after: known ?? EventPosition())
      if !new.events.isEmpty { try spool.cache(new.events, of: id) }
      state.withLock { $0.fed[id] = new.position }
    } catch {
      state.withLock {
        $0.fed[id] = nil
        $0.rows[id] = nil
      }
      // Another program may have taken it out as over: it is read as a whole, once.
      if known != nil { feed(id) }
      return
    }
    prune(except: nil)
  }

  /// Everything that is worked on, so that it is here when the server goes away.
  private func feedOpen() {
    var open: Set<EventID> = []
    for tab in [BoardTab.active, .drills, .reviews] {
      guard let page = try? remote.board(BoardQuery(tab: tab)) else { return }
      feed(page.rows)
      open.formUnion(page.rows.map(\.id))
    }
    prune(except: open)
  }
}

extension SpoolingJournal.State {
  /// What stays on every screen while the server is away; nil while it serves.
  fileprivate var health: JournalError? {
    guard let away else { return nil }
    if let unkept { return .cannotWrite("nothing is saved now, \(away); and \(unkept)") }
    return .unavailable("what you write is kept on this host; \(away)")
  }
}

/// Both watches; letting it go ends them.
private final class SpoolWatch: JournalWatch {
  private let watches: [any JournalWatch]

  init(_ watches: [any JournalWatch]) {
    self.watches = watches
  }

  func cancel() {
    for watch in watches { watch.cancel() }
  }
}
