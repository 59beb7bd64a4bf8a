import Foundation
import IncidentDomain
import Journal
import Testing
import TextGate

/// Promise 11 of RELIABILITY: many writers, one order; and nobody waits for ever.
@Suite struct ManyWritersTests {
  /// How many events a process writes; a soak of 25 makes it 2,000.
  private static let turns = 80 * Soak.factor

  @Test func eightProcessesMakeOneOrder() async throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try journal.declare(.of("busy"), by: .ana, at: nil, now: .morning).incident.id
    await withTaskGroup(of: Void.self) { group in
      for writer in 1...8 {
        group.addTask {
          await #expect(processExitsWith: .success) {
            [
              folder = scratch.path as String, writer = writer as Int, turns = Self.turns as Int,
              hex = id.hex as String
            ] in
            let journal = try SQLiteJournal(path: folder + "/journal.sqlite", create: false)
            let id = try #require(EventID(hex: hex))
            var waits: [Double] = []
            for turn in 1...turns {
              let began = ContinuousClock.now
              _ = try journal.append(
                .note(Untrusted("\(writer)/\(turn)")), to: id, by: .bob, at: nil, now: .morning)
              let (seconds, attoseconds) = (ContinuousClock.now - began).components
              waits.append(Double(seconds) * 1000 + Double(attoseconds) / 1e15)
            }
            let text = waits.map { "\($0)\n" }.joined()
            try text.write(
              toFile: folder + "/waits-\(writer)", atomically: false, encoding: .utf8)
          }
        }
      }
    }
    let incident = try #require(try journal.incident(id))
    var notes: [String] = []
    for event in incident.events {
      if case .noted(let text) = event.body { notes.append(text.raw) }
    }
    #expect(notes.count == 8 * Self.turns)
    #expect(Set(notes).count == notes.count)
    for (parent, event) in zip(incident.events, incident.events.dropFirst()) {
      #expect(event.parents == [parent.id])
    }
    guard case .sound(events: 8 * Self.turns + 1, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
    var waits: [Double] = []
    for writer in 1...8 {
      waits += try String(contentsOfFile: scratch.file("waits-\(writer)"), encoding: .utf8)
        .split(separator: "\n").compactMap { Double($0) }
    }
    waits.sort()
    let median = waits[waits.count / 2]
    let slow = waits[waits.count * 99 / 100]
    print(
      "eight writers: median \(median) ms, p99 \(slow) ms, most \(waits[waits.count - 1]) ms")
    // The promise is 250 ms; this is for a machine that does other things meanwhile. Nobody waited
    // for ever: who does gets an error, and every process came to its end.
    #expect(slow < 2000, "one in a hundred waited \(slow) ms")
  }

  /// Who stands still while it is its turn does not keep the others from writing.
  @Test func aTurnThatIsNeverGivenBackIsPassedBy() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    // The first commit makes the file by which turns are taken.
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let bell = open(scratch.file("journal.sqlite-bell"), O_RDONLY | O_CLOEXEC)
    defer { close(bell) }
    try #require(flock(bell, LOCK_EX | LOCK_NB) == 0)
    let time = try ContinuousClock().measure {
      _ = try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning)
    }
    #expect(time > .seconds(1) && time < .seconds(4))
  }
}
