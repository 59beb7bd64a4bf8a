import Foundation
import IncidentDomain
import Journal
import Synchronization
import Testing
import TextGate

@Suite struct DoorbellTests {
  @Test func aBurstIsFewCallsAndTheLastSeesAll() async throws {
    let scratch = try Scratch()
    let mine = try SQLiteJournal(path: scratch.file(), create: true)
    let theirs = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try theirs.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let calls = Counter()
    let seen = Mutex(0)
    let watch = try mine.watch {
      calls.add()
      let count = (try? mine.incident(id)?.events.count) ?? 0
      seen.withLock { $0 = count }
    }
    for number in 1...200 {
      _ = try theirs.append(.note(Untrusted("\(number)")), to: id, by: .bob, at: nil, now: .morning)
    }
    let deadline = ContinuousClock.now + .seconds(20)
    while seen.withLock({ $0 }) < 201, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(seen.withLock { $0 } == 201)
    #expect(calls.value < 150)
    watch.cancel()
  }

  /// A bell that is taken away, and a writer that rings none.
  @Test func aCommitIsSeenWithoutTheBell() async throws {
    let scratch = try Scratch()
    let mine = try SQLiteJournal(path: scratch.file(), create: true)
    let theirs = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try theirs.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let calls = Counter()
    let watch = try mine.watch { calls.add() }
    try FileManager.default.removeItem(atPath: scratch.file("journal.sqlite-bell"))
    try Outside.sql("UPDATE incident SET search = search || '!';", scratch.file())
    #expect(await calls.reaches(1))
    _ = try theirs.append(.note("x"), to: id, by: .bob, at: nil, now: .morning)
    #expect(await calls.reaches(2))
    _ = try theirs.append(.note("y"), to: id, by: .bob, at: nil, now: .morning)
    #expect(await calls.reaches(3))
    #expect(FileManager.default.fileExists(atPath: scratch.file("journal.sqlite-bell")))
    watch.cancel()
  }

  @Test func aWatchThatIsLetGoEndsAndClosesItsFiles() async throws {
    let scratch = try Scratch()
    // A process of its own: other tests open files too.
    await #expect(processExitsWith: .success) { [path = scratch.file() as String] in
      let mine = try SQLiteJournal(path: path, create: true)
      let theirs = try SQLiteJournal(path: path, create: true)
      /// What a folder of /proc lists; an entry may vanish while it is read.
      func count(_ folder: String, where matches: (String) -> Bool) -> Int {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        return (names ?? []).count { matches(folder + $0) }
      }
      func listeners() -> Int {
        count("/proc/self/fd/") { path in
          let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
          return link == "anon_inode:inotify"
        }
      }
      func threads() -> Int {
        count("/proc/self/task/") { path in
          (try? String(contentsOfFile: path + "/comm", encoding: .utf8)) == "doorbell\n"
        }
      }
      func settles(_ wanted: Int) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while listeners() != wanted || threads() != wanted {
          guard ContinuousClock.now < deadline else { return false }
          try await Task.sleep(for: .milliseconds(2))
        }
        return true
      }
      _ = try theirs.declare(.of("a"), by: .ana, at: nil, now: .morning)
      let calls = Counter()
      for number in 1...20 {
        var watch: (any JournalWatch)? = try mine.watch { calls.add() }
        if number.isMultiple(of: 2) { watch?.cancel() }
        watch = nil
        #expect(watch == nil)
      }
      #expect(try await settles(0))
      _ = try theirs.declare(.of("b"), by: .ana, at: nil, now: .morning)
      var last: (any JournalWatch)? = try mine.watch { calls.add() }
      _ = try theirs.declare(.of("c"), by: .ana, at: nil, now: .morning)
      #expect(await calls.reaches(1))
      #expect(try await settles(1))
      last?.cancel()
      last = nil
      #expect(calls.value == 1)
      #expect(try await settles(0))
    }
  }

  @Test func twoWatchesOfOneJournalAreBothTold() async throws {
    let scratch = try Scratch()
    let mine = try SQLiteJournal(path: scratch.file(), create: true)
    let theirs = try SQLiteJournal(path: scratch.file(), create: true)
    let (one, two) = (Counter(), Counter())
    let watches = [try mine.watch { one.add() }, try mine.watch { two.add() }]
    _ = try theirs.declare(.of("a"), by: .ana, at: nil, now: .morning)
    #expect(await one.reaches(1))
    #expect(await two.reaches(1))
    for watch in watches { watch.cancel() }
  }
}
