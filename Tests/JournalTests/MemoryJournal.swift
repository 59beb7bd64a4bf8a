import IncidentDomain
import Journal
import Synchronization
import TextGate

/// The promises of a journal without a disk: what every store is compared with.
final class MemoryJournal: Journal {
  /// The record itself; several journals may stand on one.
  final class Store: Sendable {
    fileprivate struct State {
      var log: [Event] = []
      var watchers: [Int: (journal: ObjectIdentifier, onChange: @Sendable () -> Void)] = [:]
      var nextWatcher = 0
    }
    fileprivate let state = Mutex(State())
  }

  let location: Showable = "memory"
  private let store: Store

  init(_ store: Store) {
    self.store = store
  }

  func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try commit { state throws(JournalError) in
      var declaration = declaration
      declaration.number = state.log.count { $0.kind == "declared" } + 1
      var composition = Composition([], by: actor, now: now)
      do throws(Refusal) {
        guard let incident = try composition.declare(declaration, at: told) else {
          throw Refusal(.badValue, "nothing was declared")
        }
        return (incident, composition.events)
      } catch {
        throw .refused(error)
      }
    }
  }

  func append(
    _ command: Command, to id: EventID, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    try commit { state throws(JournalError) in
      func load(_ id: EventID) throws(JournalError) -> Incident {
        guard let incident = Incident.fold(state.log.filter { $0.incidentID == id }) else {
          throw .noSuchIncident(Untrusted(id.hex))
        }
        return incident
      }
      var incidents = [try load(id)]
      if case .merge(let target) = command, target.id != id {
        incidents.append(try load(target.id))
      }
      var composition = Composition(incidents, by: actor, now: now)
      do throws(Refusal) {
        try composition.carryOut(command, on: id, at: told)
      } catch {
        throw .refused(error)
      }
      return (composition.incidents[id] ?? incidents[0], composition.events)
    }
  }

  private func commit(
    _ body: (Store.State) throws(JournalError) -> (Incident, [Event])
  ) throws(JournalError) -> Appended {
    let result: Result<(Appended, [@Sendable () -> Void]), JournalError> =
      store.state.withLock { state in
        do throws(JournalError) {
          let (incident, events) = try body(state)
          state.log += events
          let others = state.watchers.values.filter { $0.journal != ObjectIdentifier(self) }
          return .success(
            (
              Appended(incident: incident, events: events),
              events.isEmpty ? [] : others.map(\.onChange)
            ))
        } catch {
          return .failure(error)
        }
      }
    let (appended, calls) = try result.get()
    for call in calls { call() }
    return appended
  }

  func rounds(_ rounds: [Round]) throws(JournalError) -> RoundBook {
    store.state.withLock { state in
      let records = Dictionary(grouping: state.log, by: \.incidentID).values
        .compactMap(RoundRecord.fold)
      var first: [String: Instant] = [:]
      for record in records {
        let begin = record.round.period?.lowerBound ?? Instant(milliseconds: 0)
        let key = record.round.subject.key
        first[key] = min(first[key] ?? begin, begin)
      }
      return RoundBook(records: records.filter { rounds.contains($0.round) }, first: first)
    }
  }

  func append(
    _ command: RoundCommand, to round: Round, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> RoundRecord {
    let result: Result<(RoundRecord, [@Sendable () -> Void]), JournalError> =
      store.state.withLock { state in
        do throws(Refusal) {
          let composition = try RoundComposition(
            command, on: round, held: state.log.filter { $0.incidentID == round.id }, by: actor,
            at: told, now: now)
          state.log += composition.events
          let others = state.watchers.values.filter { $0.journal != ObjectIdentifier(self) }
          return .success((composition.record, others.map(\.onChange)))
        } catch {
          return .failure(.refused(error))
        }
      }
    let (record, calls) = try result.get()
    for call in calls { call() }
    return record
  }

  func incident(_ id: EventID) throws(JournalError) -> Incident? {
    store.state.withLock { state in Incident.fold(state.log.filter { $0.incidentID == id }) }
  }

  func events(of incident: EventID, after known: EventPosition) throws(JournalError) -> NewEvents {
    store.state.withLock { state in
      let new = state.log.enumerated().filter {
        $0.offset >= known.sequence && $0.element.incidentID == incident
      }
      let last = new.last.map { Int64($0.offset) + 1 } ?? known.sequence
      return NewEvents(events: new.map(\.element), position: EventPosition(sequence: last))
    }
  }

  func find(_ reference: Untrusted) throws(JournalError) -> EventID {
    let text = reference.raw.lowercased().trimmingPrefix("inc-")
    let all = incidents()
    if let number = Int(text), let incident = all.first(where: { $0.number == number }) {
      return incident.id
    }
    let found = all.filter { text.count >= 7 && $0.id.hex.hasPrefix(text) }
    if found.count > 1 { throw .ambiguous(reference) }
    guard let incident = found.first else { throw .noSuchIncident(reference) }
    return incident.id
  }

  private func incidents() -> [Incident] {
    store.state.withLock { state in
      Dictionary(grouping: state.log, by: \.incidentID).values.compactMap(Incident.fold)
    }
  }

  func board(_ query: BoardQuery) throws(JournalError) -> BoardPage {
    let all = incidents().map(\.boardRow)
    let order = BoardTab.allCases
    func key(_ row: BoardRow) -> (Int, Int, Int64, Int) {
      let tab = order.firstIndex(of: row.tab) ?? 0
      if row.tab == .closed { return (tab, 0, -row.declared.milliseconds, row.number) }
      let due = row.deadlines.map(\.due.milliseconds).min() ?? .max
      return (tab, row.severity.rawValue, due, row.number)
    }
    let matching = all.filter { row in
      if let tab = query.tab, row.tab != tab { return false }
      if let severity = query.severity, row.severity != severity { return false }
      if let since = query.since, row.declared < since { return false }
      guard let filter = query.filter?.raw.lowercased(), !filter.isEmpty else { return true }
      return
        ([row.title, row.service, row.impact, row.commander].compactMap { $0?.raw }
        + ["INC-\(row.number)"]).contains { $0.lowercased().contains(filter) }
    }.sorted { key($0) < key($1) }
    var counts: [BoardTab: Int] = [:]
    for tab in order { counts[tab] = all.count { $0.tab == tab } }
    return BoardPage(
      rows: Array(matching.dropFirst(query.offset).prefix(query.limit)), total: matching.count,
      counts: counts)
  }

  func search(_ query: SearchQuery) throws(JournalError) -> SearchResult {
    let log = store.state.withLock { $0.log }
    let found = log.enumerated().reversed().filter { query.matches($0.element.body.texts) }
      .prefix(query.candidates)
      .sorted {
        ($0.element.occurred.instant, $0.offset) > ($1.element.occurred.instant, $1.offset)
      }
      .map(\.element)
    let hits = found.prefix(query.limit).compactMap { event -> SearchHit? in
      let ours = log.filter { $0.incidentID == event.incidentID }
      return Incident.fold(ours).map { SearchHit($0.number, event, query, after: ours) }
    }
    return SearchResult(hits: hits, isCut: found.count > query.limit)
  }

  func verify(_ incident: EventID?) throws(JournalError) -> Verification {
    let log = store.state.withLock { $0.log }.filter {
      incident == nil || $0.incidentID == incident
    }
    if let incident, log.isEmpty { throw .noSuchIncident(Untrusted(incident.hex)) }
    for event in log where EventID.sha256(of: event.canonicalWithoutID) != event.id {
      return .wrong(event: event.id.word, problem: "its content is not what was hashed")
    }
    let heads = log.filter { $0.incident == nil }.flatMap { first in
      let events = log.filter { $0.incidentID == first.id }
      return Incident.fold(events)?.heads ?? RoundRecord.fold(events)?.heads ?? []
    }
    return .sound(events: log.count, heads: heads)
  }

  func watch(
    _ onChange: @escaping @Sendable () -> Void
  ) throws(JournalError) -> any JournalWatch {
    let number = store.state.withLock { state in
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = (ObjectIdentifier(self), onChange)
      return state.nextWatcher
    }
    return Watch(store: store, number: number)
  }

  private final class Watch: JournalWatch {
    let store: Store
    let number: Int

    init(store: Store, number: Int) {
      self.store = store
      self.number = number
    }

    deinit { cancel() }

    func cancel() {
      store.state.withLock { state in state.watchers[number] = nil }
    }
  }
}
