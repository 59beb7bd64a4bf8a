import Foundation
import IncidentDomain
import Journal
import Synchronization
import Testing
import TextGate

/// RELIABILITY 14: what many clients did and saw is what one record could have told, one after the
/// other, in an order that agrees with the clock (linearizable). Isolation levels are not trusted.
@Suite struct HistoryTests {
  /// Operations of all clients on each store; a soak of 25 makes it 100,000.
  private static let operations = Soak.number(600, 4000 * Soak.factor)
  private static let clients = 6
  private static let people: [Untrusted] = ["ana", "bob", "eve"]

  /// What one client asked, when, and what it was told.
  private struct Operation: Sendable {
    let began: ContinuousClock.Instant
    let ended: ContinuousClock.Instant
    let outcome: Outcome

    enum Outcome: Sendable {
      /// Events that were written, and the incident as it was then.
      case wrote([EventID], seen: [EventID])
      /// A rule said no.
      case refused
      /// The incident as it was read.
      case read([EventID])
    }
  }

  @Test(arguments: [StoreKind.sqlite, .postgresql])
  func noClientSeesWhatCannotBe(kind: StoreKind) async throws {
    let seed = UInt64.random(in: .min ... .max)
    let bench = try Bench(kind)
    let journal = try bench.open()
    // A short history each: to fold it again and again is what takes the time.
    let incidents = try (0..<max(4, Self.operations / 200)).map { number in
      try journal.declare(.of(Untrusted("\(number)")), by: .ana, at: nil, now: .morning).incident.id
    }
    let turns = Self.operations / Self.clients
    let histories = try await onThreads(Self.clients) { client in
      var generator = Steps(seed: seed &+ UInt64(client))
      let mine = try bench.open()
      return try (0..<turns).map { turn -> (EventID, Operation) in
        // All clients are at the same few incidents at a time.
        let place = turn * incidents.count / turns
        let near = (place + Int.random(in: 0...2, using: &generator)) % incidents.count
        let id = incidents[near]
        return (id, try Self.step(client, turn, id, mine, &generator))
      }
    }.flatMap { $0 }
    for id in incidents {
      let operations = histories.filter { $0.0 == id }.map(\.1)
      let final = try #require(try journal.incident(id))
      let problem = Self.anomaly(of: operations, final, first: id)
      #expect(problem == nil, "seed \(seed), \(id.hex): \(problem ?? "")")
    }
    guard case .sound = try journal.verify(nil) else {
      Issue.record("seed \(seed): \(try journal.verify(nil))")
      return
    }
  }

  private static func step(
    _ client: Int, _ turn: Int, _ id: EventID, _ journal: any Journal, _ generator: inout Steps
  ) throws -> Operation {
    let person = people[Int.random(in: 0..<people.count, using: &generator)]
    let actor = Actor(person: person, account: person, host: Untrusted("ops\(client)"))
    let choice = Int.random(in: 0..<10, using: &generator)
    let began = ContinuousClock.now
    let outcome = try outcome(
      of: command(choice, client, turn, person), on: id, in: journal, by: actor, turn)
    return Operation(began: began, ended: .now, outcome: outcome)
  }

  /// One of the commands; nil for reading.
  private static func command(
    _ choice: Int, _ client: Int, _ turn: Int, _ person: Untrusted
  ) -> IncidentDomain.Command? {
    switch choice {
    case 0: return .acknowledge
    case 1: return .assign(.commander, person)
    case 2: return .offer(.commander, to: people[turn % 3], brief: nil)
    case 3: return .accept(.commander)
    case 4:
      return .setSeverity(turn.isMultiple(of: 2) ? .sev1 : .sev2, because: "as it looks now")
    case 5, 6: return .note(Untrusted("\(client)/\(turn)"))
    default: return nil
    }
  }

  private static func outcome(
    of command: IncidentDomain.Command?, on id: EventID, in journal: any Journal, by actor: Actor,
    _ turn: Int
  ) throws -> Operation.Outcome {
    guard let command else { return .read(try journal.incident(id)?.events.map(\.id) ?? []) }
    do throws(JournalError) {
      let appended = try journal.append(command, to: id, by: actor, at: nil, now: .morning + turn)
      return .wrote(appended.events.map(\.id), seen: appended.incident.events.map(\.id))
    } catch {
      guard case .refused = error else { throw error }
      return .refused
    }
  }

  /// The first thing that one record could not have told; nil when there is none.
  private static func anomaly(
    of operations: [Operation], _ final: Incident, first: EventID
  ) -> String? {
    let chain = final.events.map(\.id)
    for (parent, event) in zip(final.events, final.events.dropFirst()) {
      if event.parents != [parent.id] { return "\(event.id.hex) is not after \(parent.id.hex)" }
    }
    let place = Dictionary(uniqueKeysWithValues: chain.enumerated().map { ($1, $0) })
    var written: Set<EventID> = [first]
    // Where each operation stands: the length of the record that it left or saw.
    var points: [(operation: Operation, after: Int)] = []
    for operation in operations {
      switch operation.outcome {
      case .refused: continue
      case .wrote(let ids, let seen):
        guard seen == Array(chain.prefix(seen.count)) else { return "a writer saw another record" }
        guard seen.suffix(ids.count) == ids[...] else {
          return "a writer's own events are not last"
        }
        for id in ids where !written.insert(id).inserted { return "\(id.hex) was written twice" }
        points.append((operation, seen.count))
      case .read(let seen):
        guard !seen.isEmpty, seen == Array(chain.prefix(seen.count)) else {
          return "a reader saw another record"
        }
        points.append((operation, seen.count))
      }
    }
    if written != Set(chain) { return "\(chain.count) events, of which \(written.count) were told" }
    if place.count != chain.count { return "an event stands there twice" }
    // Whoever begins after another one has ended sees no less than that one.
    let ends = points.sorted { $0.operation.ended < $1.operation.ended }
    var most = 0
    var next = ends.startIndex
    for point in points.sorted(by: { $0.operation.began < $1.operation.began }) {
      while next < ends.endIndex, ends[next].operation.ended < point.operation.began {
        most = max(most, ends[next].after)
        next += 1
      }
      if point.after < most { return "\(point.after) events were seen after \(most) had been" }
    }
    return nil
  }
}
