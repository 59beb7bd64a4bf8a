import Foundation
import IncidentDomain
import Journal
import Testing
import TextGate

/// Two people, one step (RELIABILITY, promise 12): of those who claim, confirm or end it at once,
/// exactly one wins, and every other one is told who.
///
/// 120 races of four; with `MAYDAY_SOAK=25` 10,080 of them.
@Suite struct ClaimRaceTests {
  private static let people: [Untrusted] = ["ana", "bob", "carol", "dora"]

  /// Incidents with forty steps each, for every kind of race.
  private static let rounds =
    ProcessInfo.processInfo.environment["MAYDAY_SOAK"].flatMap { Int($0) }
    .map { max(1, $0 * 84 / 25) } ?? 1

  @Test(arguments: ["claim", "run", "end"]) func exactlyOneWins(what: String) async throws {
    for _ in 1...Self.rounds { try await race(what) }
  }

  private func race(_ what: String) async throws {
    let bench = try Bench(.sqlite)
    let steps = (1...40).map { number in
      PlannedStep(
        id: "s\(number)", number: "\(number)", title: "Do it", kind: .run, command: "true",
        isOptional: true)
    }
    let journal = try bench.open()
    let declared = try journal.declare(.of("Race"), by: .ana, at: nil, now: .morning)
    let id = declared.incident.id
    let start = RunStart(runbook: "r.md", title: "R", digest: "d", source: "", steps: steps)
    let started = try journal.append(.startRun(start), to: id, by: .ana, at: nil, now: .morning)
    let run = try #require(started.incident.openRun?.id)
    let outcomes = try await onThreads(Self.people.count) { place in
      let journal = try bench.open()
      let person = Self.people[place - 1]
      let actor = Actor(person: person, account: person, host: "jump-1")
      return steps.map { step in
        Self.tries(what, step, run, place, journal, id, actor)
      }
    }
    for (index, step) in steps.enumerated() {
      let told = outcomes.map { $0[index] }
      #expect(told.count { $0 == nil } == 1, "step \(step.number): \(told)")
      // Each who lost is told who won, by name.
      for sentence in told.compactMap({ $0 }) {
        #expect(Self.people.contains { sentence.contains("\($0.raw) ") }, "\(sentence)")
      }
    }
    let end = try #require(try journal.incident(id)?.openRun)
    #expect(steps.allSatisfy { end.progress($0).by != nil })
  }

  /// Nil when it was taken, else the sentence of the refusal.
  private static func tries(
    _ what: String, _ step: PlannedStep, _ run: EventID, _ place: Int, _ journal: any Journal,
    _ id: EventID, _ actor: Actor
  ) -> String? {
    let command: IncidentDomain.Command =
      switch what {
      case "claim": .moveStep(run: run, step: step.id, .started, takingOver: false)
      case "run":
        .beginCommand(
          CommandStart(
            run: run, step: step.id, command: "true", directory: "/", process: place,
            session: "s\(place)"))
      default: .moveStep(run: run, step: step.id, .done(note: nil), takingOver: false)
      }
    do throws(JournalError) {
      _ = try journal.append(command, to: id, by: actor, at: nil, now: .morning)
      return nil
    } catch {
      return error.sentence.text + " "
    }
  }
}
