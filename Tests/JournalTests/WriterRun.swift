import Foundation
import IncidentDomain
import Journal
import TerminalHarness
import Testing
import TextGate

/// What `journal-writer` said before its end.
struct WriterRun {
  private(set) var saved: [String] = []
  private(set) var failed: [(text: String, milliseconds: Int, sentence: String)] = []
  private(set) var isDone = false

  init(_ output: String) {
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      switch words.first {
      case "saved" where words.count > 1: saved.append(words[1])
      case "failed" where words.count > 3:
        failed.append((words[1], Int(words[2]) ?? .max, words[3]))
      case "done": isDone = true
      default: Issue.record("\(line)")
      }
    }
  }

  /// What it said that does not agree with the notes that are there; nil when all does.
  func untruth(_ notes: [String]) -> String? {
    let there = Set(notes)
    if there.count != notes.count { return "a note is there twice" }
    let lost = saved.filter { !there.contains($0) }
    if !lost.isEmpty { return "said to be saved and lost: \(lost)" }
    for failure in failed {
      let isThere = there.contains(failure.text)
      if isThere, failure.sentence.contains("nothing was written") {
        return "\(failure.text) is there, and was said not to be: \(failure.sentence)"
      }
      // Without a word on it, it must be there, or not be known.
      if !isThere, failure.sentence.contains("it is there now") {
        return "\(failure.text) is not there, and was said to be: \(failure.sentence)"
      }
    }
    return nil
  }

  /// Opens the store as the next session would, and gives its notes.
  ///
  /// Throws when it cannot be opened or is not sound; for threads, which know of no test.
  static func notes(_ path: String) throws -> [String] {
    let journal = try SQLiteJournal(path: path, create: true)
    guard case .sound = try journal.verify(nil) else {
      throw HarnessError("\(try journal.verify(nil))")
    }
    // A search brings in what the index does not hold yet.
    _ = try journal.search(SearchQuery("nothing"))
    let check = try Outside.sql("PRAGMA integrity_check;", path)
    guard check == "ok\n" else { throw HarnessError(check) }
    for finding in try journal.check(now: .morning + 100_000_000)
    where ["events", "search", "pages"].contains(finding.subject.text) && finding.verdict != .fine {
      throw HarnessError(finding.text.text)
    }
    let rows = try journal.board(BoardQuery(tab: nil)).rows
    return try rows.flatMap { try journal.incident($0.id)?.events ?? [] }.compactMap {
      if case .noted(let text) = $0.body { text.raw } else { nil }
    }
  }
}
