import Foundation
import IncidentDomain
import Journal
import Testing
import TextGate

/// Real processes on one store.
@Suite struct ProcessTests {
  @Test func fourProcessesGiveEachIncidentANumberOfItsOwn() async throws {
    let scratch = try Scratch()
    await withTaskGroup(of: Void.self) { group in
      for _ in 1...4 {
        group.addTask {
          await #expect(processExitsWith: .success) { [path = scratch.file() as String] in
            let journal = try SQLiteJournal(path: path, create: true)
            for number in 1...50 {
              let id = try journal.declare(
                .of(Untrusted("\(number)")), by: .ana, at: nil, now: .morning
              ).incident.id
              _ = try journal.append(.acknowledge, to: id, by: .ana, at: nil, now: .morning)
            }
          }
        }
      }
    }
    let journal = try SQLiteJournal(path: scratch.file(), create: false)
    let page = try journal.board(BoardQuery(tab: .active, limit: 1000))
    #expect(Set(page.rows.map(\.number)) == Set(1...200))
    guard case .sound(events: 400, _) = try journal.verify(nil) else {
      Issue.record("\(try journal.verify(nil))")
      return
    }
  }

  /// A process that dies at any moment loses nothing that it was told is saved.
  @Test func whatWasSaidToBeSavedOutlivesAKill() async throws {
    let scratch = try Scratch()
    var generator = Steps(seed: 20)
    var said = 0
    for round in 1...8 {
      let delay = Int.random(in: 1_000_000...60_000_000, using: &generator)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [folder = scratch.path as String, delay = delay as Int, round = round as Int] in
        let journal = try SQLiteJournal(path: folder + "/journal.sqlite", create: true)
        let id = try journal.declare(.of("kill"), by: .ana, at: nil, now: .morning).incident.id
        let said = open(folder + "/said", O_CREAT | O_WRONLY | O_APPEND, 0o600)
        let thread = Thread {
          var pause = timespec(tv_sec: 0, tv_nsec: delay)
          nanosleep(&pause, nil)
          kill(getpid(), SIGKILL)
        }
        thread.start()
        var number = 0
        while true {
          number += 1
          let text = "\(round)/\(number)"
          _ = try journal.append(.note(Untrusted(text)), to: id, by: .bob, at: nil, now: .morning)
          let line = Array((text + "\n").utf8)
          _ = write(said, line, line.count)
        }
      }
      let journal = try SQLiteJournal(path: scratch.file(), create: false)
      let lines = try String(contentsOfFile: scratch.file("said"), encoding: .utf8).split(
        separator: "\n")
      said = lines.count
      var kept: [String] = []
      for row in try journal.board(BoardQuery(tab: nil, limit: 100)).rows {
        for event in try journal.incident(row.id)?.events ?? [] {
          if case .noted(let text) = event.body { kept.append(text.raw) }
        }
      }
      #expect(Set(kept).count == kept.count)
      #expect(Set(lines.map(String.init)).isSubset(of: kept))
      #expect(kept.count <= lines.count + round, "more was kept than could have been under way")
      guard case .sound = try journal.verify(nil) else {
        Issue.record("\(try journal.verify(nil))")
        return
      }
    }
    #expect(said > 0)
  }
}
