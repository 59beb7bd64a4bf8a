import Foundation
import GRDB
import IncidentDomain
import Journal
import TerminalHarness
import Testing
import TextGate

/// RELIABILITY 2: what was said to be saved outlasts a power cut.
///
/// The real program writes while strace keeps every write and every sync of its files; of that, disks
/// are made as a power cut at any moment may leave them, and each is opened. `make soak` tries 2,000.
@Suite struct PowerLossTests {
  /// What is recorded: the ways in which the files of a store change.
  enum Work: CaseIterable {
    /// A store is made, short notes are written, then some that take several pages.
    case writing
    /// Two programs write at once.
    case together
    /// A program is killed in the middle of a commit; the next one takes that back and goes on.
    case killed
    /// A store of an older version is raised.
    case raised

    /// How many commits may have been under way at most, and be there without a word.
    var underWay: Int {
      switch self {
      case .writing, .raised: 1
      case .together, .killed: 2
      }
    }
  }

  /// What a power cut left, and what had been said to be saved.
  private struct Disk {
    let files: [String: [UInt8]]
    let said: [String]
  }

  /// The tests' own store of version 1, and what it holds.
  private static let old =
    URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/version-1.sqlite"

  /// Records the work; `round` chooses where a program is killed.
  private static func record(_ work: Work, round: Int) throws -> (DiskRecording, kept: [String]) {
    let scratch = try Scratch()
    defer { try? FileManager.default.removeItem(atPath: scratch.path) }
    if work == .raised {
      try FileManager.default.copyItem(atPath: old, toPath: scratch.file())
      chmod(scratch.file(), 0o600)
    }
    var recording = try DiskRecording(folder: scratch.path)
    let writer = try Binary.path(named: "journal-writer")
    func write(_ name: String, _ count: Int, injecting injection: String? = nil) throws {
      try recording.run(writer, [scratch.file(), name, "\(count)"], injecting: injection)
    }
    switch work {
    case .writing:
      try write("short", 6)
      try write(String(repeating: "long", count: 3000), 3)
    case .together:
      try recording.run(
        "/bin/sh",
        ["-c", "\"$0\" \"$1\" a 5 & \"$0\" \"$1\" b 5 & wait", writer, scratch.file()],
        injecting: nil)
    case .killed:
      try write("before", 2)
      // A commit makes some 42 writes and five syncs, the last of them after it emptied the journal.
      let call = ["pwrite64", "fdatasync", "ftruncate"][round % 3]
      let number = [36 + 29 * round % 100, 5 - round / 3 % 5, 1 + round / 3 % 2][round % 3]
      try write("killed", 4, injecting: "\(call):signal=SIGKILL:when=\(number)")
      try write("after", 2)
    case .raised: try write("raised", 3)
    }
    // The recording is worth something only if it leads to what is there.
    var disk = CrashedDisk(recording)
    for (place, event) in recording.events.enumerated() { disk.happen(event, at: place) }
    let there = try DiskRecording(folder: scratch.path).initial
    for name in Set(disk.seen.keys).union(there.keys) where disk.seen[name] != there[name] {
      throw HarnessError(
        "\(work), round \(round): the recording misses a change of \(name)"
      )
    }
    let kept = try work == .raised ? notes(scratch.file()) : []
    return (recording, kept.filter { !$0.hasPrefix("raised/") })
  }

  /// Opens a store as the next session would; its notes. Throws when it cannot be opened.
  private static func notes(_ path: String) throws -> [String] {
    let journal = try SQLiteJournal(path: path, create: true)
    guard case .sound = try journal.verify(nil) else {
      throw HarnessError("\(try journal.verify(nil))")
    }
    let check = try DatabaseQueue(path: path).read {
      try String.fetchOne($0, sql: "PRAGMA integrity_check")
    }
    guard check == "ok" else { throw HarnessError(check ?? "no answer") }
    let rows = try journal.board(BoardQuery(tab: nil)).rows
    return try rows.flatMap { try journal.incident($0.id)?.events ?? [] }.compactMap {
      if case .noted(let text) = $0.body { text.raw } else { nil }
    }
  }

  /// What is wrong with a disk; nil when nothing is.
  private static func fault(
    in scratch: Scratch, said: [String], kept: [String], _ underWay: Int
  ) -> String? {
    let notes: [String]
    do {
      notes = try Self.notes(scratch.file())
    } catch {
      return "it cannot be used: \(error)"
    }
    if Set(notes).count != notes.count { return "a note is there twice" }
    let lost = Set(said).union(kept).subtracting(notes)
    if !lost.isEmpty { return "lost: \(lost.map { $0.suffix(12) }.sorted())" }
    let extra = notes.count - said.count - kept.count
    return extra > underWay ? "\(extra) notes more than were said" : nil
  }

  /// Disks as a power cut may leave them: a third of them just after a word that something was
  /// saved, the others anywhere. The seeds are `round` and the number of the disk.
  private static func disks(
    _ count: Int, of recording: DiskRecording, round: Int
  ) throws -> [Disk] {
    let events = recording.events
    let afterWords = events.indices.filter { if case .said = events[$0] { true } else { false } }
    try #require(afterWords.count >= 3)
    var generator = Steps(seed: UInt64(round))
    let places = (0..<count).map { number in
      (number % 3 == 0 ? afterWords.randomElement(using: &generator) : nil)
        ?? Int.random(in: events.indices, using: &generator)
    }.sorted()
    var disk = CrashedDisk(recording)
    var next = 0
    return places.enumerated().map { number, place in
      while next <= place {
        disk.happen(events[next], at: next)
        next += 1
      }
      var steps = Steps(seed: UInt64(round * 1000 + number))
      let said = disk.said.filter { $0.hasPrefix("saved ") }.map { String($0.dropFirst(6)) }
      return Disk(files: disk.image(using: &steps), said: said)
    }
  }

  @Test(arguments: Work.allCases)
  func whatWasSaidOutlastsAPowerCut(work: Work) async throws {
    let rounds = Soak.number(1, 10)
    let images = Soak.number(45, 50)
    var count = 0
    for round in 0..<rounds {
      let (recording, kept) = try Self.record(work, round: round)
      let disks = try Self.disks(images, of: recording, round: round)
      count += disks.count { !$0.said.isEmpty }
      // The threads know of no test: what they find is told here.
      let faults = try await onThreads(2) { half in
        try disks.enumerated().filter { $0.offset % 2 == half - 1 }.compactMap { number, disk in
          let scratch = try Scratch()
          defer { try? FileManager.default.removeItem(atPath: scratch.path) }
          for (name, bytes) in disk.files {
            try Data(bytes).write(to: URL(filePath: scratch.file(name)))
            chmod(scratch.file(name), 0o600)
          }
          return Self.fault(in: scratch, said: disk.said, kept: kept, work.underWay)
            .map { "seeds \(round) and \(round * 1000 + number): \($0)" }
        }
      }.flatMap { $0 }
      #expect(faults.isEmpty, "\(work): \(faults.prefix(5).joined(separator: "; "))")
    }
    print("\(work): \(rounds * images) disks after a power cut, \(count) with words to hold")
    #expect(count > images / 3)
  }
}
