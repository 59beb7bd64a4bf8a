import Foundation
import IncidentDomain
import Journal
import Synchronization
import Testing
import TextGate

/// One commander, however many reach for it at once (RELIABILITY 13): the store decides.
@Suite struct RoleRaceTests {
  private static let people: [Untrusted] = ["ana", "bob", "carol", "dan"]

  /// Counts what came of commands given at once.
  private final class Tally: Sendable {
    let done = Mutex<[Untrusted]>([])
    let refused = Mutex<[String]>([])
  }

  /// Gives each person's command from a thread of its own, on a connection of its own.
  private func race(
    _ journals: [any Journal], on id: EventID, _ command: @escaping @Sendable (Untrusted) -> Command
  ) -> Tally {
    let tally = Tally()
    DispatchQueue.concurrentPerform(iterations: Self.people.count) { index in
      let person = Self.people[index]
      do throws(JournalError) {
        _ = try journals[index].append(
          command(person), to: id, by: Actor(person: person, account: person, host: "desk"),
          at: nil, now: Instant(milliseconds: 1_763_467_200_000))
        tally.done.withLock { $0.append(person) }
      } catch {
        tally.refused.withLock { $0.append(error.sentence.text) }
      }
    }
    return tally
  }

  @Test func ofThoseWhoReachForTheCommandExactlyOneHasIt() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "race-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "journal.sqlite").path
    let journals = try Self.people.map { _ in try SQLiteJournal(path: path, create: true) }
    let now = Instant(milliseconds: 1_763_467_200_000)
    var races = 0
    while races < 1000 {
      let incident = try journals[0].declare(
        Declaration(number: 0, title: "Checkout", severity: .sev1, policy: .builtIn),
        by: Actor(person: "zoe", account: "zoe", host: "desk"), at: nil, now: now
      ).incident
      let named = race(journals, on: incident.id) { .assign(.commander, $0) }
      #expect(named.done.withLock { $0.count } == 1)
      races += 1
      // Then each takes it over from who has it, all with the epoch they saw.
      for epoch in 1...9 {
        let taken = race(journals, on: incident.id) { person in
          .takeOver(.commander, to: person, epoch: epoch, because: "the commander is not there")
        }
        races += 1
        let winners = taken.done.withLock { $0 }
        #expect(winners.count == 1, "race \(races): \(winners)")
        let holder = try journals[0].incident(incident.id)?.commander
        #expect(winners.first == holder)
        // The holder is told that they have it, the others who has it.
        let refused = taken.refused.withLock { $0 }
        #expect(refused.count == 3)
        #expect(refused.allSatisfy { $0.contains("is Incident Commander") }, "\(refused)")
      }
    }
  }
}
