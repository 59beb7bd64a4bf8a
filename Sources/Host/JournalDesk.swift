import Console
import Dispatch
import IncidentDomain
import Journal
import Synchronization
import TextGate

/// Carries out what the console asks of the journal, one after the other on a thread of its own.
final class JournalDesk: Sendable {
  private let journal: any Journal
  private let actor: Actor
  private let post: @Sendable (Message) -> Void
  private let queue = DispatchQueue(label: "mayday.journal")
  /// Only touched on the queue.
  private let positions = Positions()
  /// Whether the console ends: what only reads is not begun any more.
  private let isOver = Atomic(false)

  /// How long the end waits for what a server has not answered.
  private static let patience: DispatchTimeInterval = .milliseconds(700)
  /// How long the end waits for a disk: for two who are kept from writing as long as they bear it.
  private static let lastPatience: DispatchTimeInterval = .seconds(15)

  private final class Positions: @unchecked Sendable {
    // Confined to the desk's serial queue, which the compiler cannot see.
    var read: [EventID: EventPosition] = [:]
    var unshared: Set<EventID> = []
  }

  init(journal: any Journal, actor: Actor, post: @escaping @Sendable (Message) -> Void) {
    self.journal = journal
    self.actor = actor
    self.post = post
  }

  func loadBoard(_ request: BoardRequest) {
    perform { [journal] () throws(JournalError) in
      let page = try journal.board(
        BoardQuery(
          tab: request.tab, filter: request.filter, offset: request.offset, limit: request.limit))
      return .boardLoaded(
        BoardWindow(request: request, rows: page.rows, total: page.total, counts: page.counts))
    }
  }

  func open(_ id: EventID) {
    perform { [self] () throws(JournalError) in try loaded(id) }
  }

  func find(_ reference: Untrusted) {
    perform { [self] () throws(JournalError) in try loaded(journal.find(reference)) }
  }

  func search(_ text: Untrusted, limit: Int) {
    perform { [journal] () throws(JournalError) in
      let query: SearchQuery
      do throws(Refusal) {
        query = try SearchQuery(text, limit: limit)
      } catch {
        throw .refused(error)
      }
      return .searched(text, try journal.search(query))
    }
  }

  func readEvents(of id: EventID) {
    perform { [self] () throws(JournalError) in
      let new = try journal.events(of: id, after: positions.read[id] ?? EventPosition())
      positions.read[id] = new.position
      return new.events.isEmpty ? nil : .eventsArrived(id, new.events)
    }
  }

  func append(_ ticket: Ticket, _ command: Command, to id: EventID, at told: ToldTime?) {
    write(ticket) { [self] () throws(JournalError) in
      try journal.append(command, to: id, by: actor, at: told, now: SystemClock.now())
    }
  }

  func declare(_ ticket: Ticket, _ declaration: Declaration, for missed: MissedItem?) {
    write(ticket) { [self] () throws(JournalError) in
      guard let missed else {
        return try journal.declare(declaration, by: actor, at: nil, now: SystemClock.now())
      }
      return try journal.declare(
        declaration, for: missed, by: actor, now: SystemClock.now())
    }
  }

  func loadRounds(_ rounds: [Round]) {
    perform { [journal] () throws(JournalError) in .roundsLoaded(try journal.rounds(rounds)) }
  }

  func change(_ ticket: Ticket, _ command: RoundCommand, of round: Round, at told: ToldTime?) {
    queue.async { [self] in
      do throws(JournalError) {
        _ = try journal.append(command, to: round, by: actor, at: told, now: SystemClock.now())
        tellUnshared()
        post(.roundWritten(ticket))
      } catch {
        post(.refused(ticket, error.sentence))
      }
    }
  }

  func merge(_ ticket: Ticket, _ id: EventID, into reference: Untrusted) {
    write(ticket) { [self] () throws(JournalError) in
      let target = try journal.find(reference)
      guard let other = try journal.incident(target) else {
        throw .noSuchIncident(reference)
      }
      return try journal.append(
        .merge(into: MergeTarget(other)), to: id, by: actor, at: nil, now: SystemClock.now())
    }
  }

  /// Puts a step of the clock on the record of every incident that is not over. Other consoles of
  /// this machine do the same: the record takes it once.
  func note(_ step: ClockStep) {
    perform { [self] () throws(JournalError) in
      for tab in [BoardTab.active, .reviews, .drills] {
        var query = BoardQuery(tab: tab)
        while true {
          let rows = try journal.board(query).rows
          for row in rows { try note(step, on: row.id) }
          if rows.count < query.limit { break }
          query.offset += rows.count
        }
      }
      for id in positions.read.keys.sorted() {
        let new = try journal.events(of: id, after: positions.read[id] ?? EventPosition())
        positions.read[id] = new.position
        if !new.events.isEmpty { post(.eventsArrived(id, new.events)) }
      }
      return .clockNoted(step)
    }
  }

  private func note(_ step: ClockStep, on id: EventID) throws(JournalError) {
    do throws(JournalError) {
      _ = try journal.append(
        .noteClockStep(step), to: id, by: actor, at: nil, now: SystemClock.now())
    } catch {
      // The record knows it, or the incident has just ended.
      guard case .refused = error else { throw error }
    }
  }

  /// Folded from the same read that gives the position, so that nothing falls between.
  private func loaded(_ id: EventID) throws(JournalError) -> Message {
    let all = try journal.events(of: id, after: EventPosition())
    guard let incident = Incident.fold(all.events) else {
      throw .noSuchIncident(Untrusted(id.hex))
    }
    positions.read[id] = all.position
    return .incidentLoaded(incident)
  }

  private func perform(_ work: @escaping @Sendable () throws(JournalError) -> Message?) {
    queue.async { [self] in
      guard !isOver.load(ordering: .acquiring) else { return }
      do throws(JournalError) {
        let message = try work()
        tellUnshared()
        if let message { post(message) }
      } catch {
        tellUnshared()
        post(.failed(error.sentence))
      }
    }
  }

  private func write(
    _ ticket: Ticket, _ work: @escaping @Sendable () throws(JournalError) -> Appended
  ) {
    queue.async { [self] in
      do throws(JournalError) {
        let appended = try work()
        tellUnshared()
        post(.written(ticket, appended.incident, appended.events))
      } catch {
        post(.refused(ticket, error.sentence))
      }
    }
  }

  /// Says what only this host has, ahead of whatever is answered next.
  private func tellUnshared() {
    let now = journal.unshared
    guard now != positions.unshared else { return }
    positions.unshared = now
    post(.unshared(now))
  }

  /// Waits until every write that was asked for is carried out, but not for a server that is silent:
  /// what it has not answered is kept on this host, or told as not written.
  ///
  /// - Returns: false when a disk answers nothing either, or the system has no thread left for it.
  func finish() -> Bool {
    isOver.store(true, ordering: .releasing)
    let isDone = DispatchSemaphore(value: 0)
    queue.async { isDone.signal() }
    guard isDone.wait(timeout: .now() + Self.patience) == .timedOut else { return true }
    journal.giveUpWaiting()
    return isDone.wait(timeout: .now() + Self.lastPatience) == .success
  }
}
