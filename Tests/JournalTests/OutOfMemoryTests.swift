import Foundation
import TerminalHarness
import Testing

/// RELIABILITY 7: a program that gets no memory at some moment. What it dies of is its own affair,
/// what it said before is not. `make soak` tries 500, the normal run a cut.
@Suite struct OutOfMemoryTests {
  /// The chance of each allocation to fail: in its opening, between its first notes, later.
  private static let chances = ["0.001", "0.0002", "0.00003"]

  @Test func whatWasSaidOutlivesAnEmptyMemory() async throws {
    let runs = Soak.number(24, 500)
    let writer = try Binary.path(named: "journal-writer")
    let ends = try await onThreads(2) { lane in
      let scratch = try Scratch()
      var ends = (died: 0, failed: 0, saved: Set<String>(), faults: [String]())
      func note(_ name: String, failing chance: String?) throws {
        let fault = chance.map { "enable_random name=libc/mm/*,probability=\($0)" }
        let result = try TerminalHarness.Command.run(
          writer, [scratch.file(), name, "20"], environment: Outside.environment(injecting: fault))
        let said = WriterRun(result.out)
        if result.status != .exited(0) { ends.died += 1 }
        ends.failed += said.failed.count
        ends.saved.formUnion(said.saved)
        let notes = try WriterRun.notes(scratch.file())
        if let untruth = said.untruth(notes) { ends.faults.append("\(name): \(untruth)") }
      }
      try note("before", failing: nil)
      for run in 0..<runs / 2 {
        try note("\(lane)-\(run)", failing: Self.chances[run % Self.chances.count])
      }
      let notes = try WriterRun.notes(scratch.file())
      let lost = ends.saved.subtracting(notes)
      if !lost.isEmpty { ends.faults.append("lost: \(lost.sorted())") }
      // One at most of each was on its way.
      if notes.count > ends.saved.count + ends.died + ends.failed {
        ends.faults.append("\(notes.count) notes of \(ends.saved.count) that were said")
      }
      return ends
    }
    #expect(ends.flatMap(\.faults).isEmpty)
    let died = ends.map(\.died).reduce(0, +)
    let failed = ends.map(\.failed).reduce(0, +)
    let saved = ends.map(\.saved.count).reduce(0, +)
    print("\(runs) runs short of memory: \(died) died, \(saved) notes saved, \(failed) not")
    #expect(died > runs / 4 && failed > 0 && saved > runs / 4)
  }
}
