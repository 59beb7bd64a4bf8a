import Glibc
import IncidentDomain
import Runbooks
import Testing
import TextGate

/// Whatever a file holds: no crash, the same steps twice, and nothing that must not run can run
/// (RELIABILITY 26).
///
/// A failing file is named by its seed; `MAYDAY_SEED=… swift test --filter RandomFileTests` reads it
/// again. `MAYDAY_SOAK=25` reads 200,000 files instead of 8,000.
@Suite struct RandomFileTests {
  @Test(arguments: 0..<8)
  func anyFileIsRead(_ part: Int) throws {
    let pool = try Mutator(corpus: Fixtures.corpus())
    if let seed = environment("MAYDAY_SEED").flatMap(UInt64.init) {
      guard part == 0 else { return }
      let bytes = pool.file(seed: seed)
      print(String(decoding: bytes, as: UTF8.self).debugDescription)
      try check(bytes, seed)
      return
    }
    let times = environment("MAYDAY_SOAK").flatMap(Int.init) ?? 1
    for round in 0..<times {
      let first = (round * 8 + part) * 1_000
      // Not buffered: after a crash it tells where to look.
      let note = Array("random files from \(first)\n".utf8)
      if times > 1 { _ = write(2, note, note.count) }
      for seed in first..<first + 1_000 {
        try check(pool.file(seed: UInt64(seed)), UInt64(seed))
      }
    }
  }

  private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private func check(_ bytes: [UInt8], _ seed: UInt64) throws {
    let start = ProcessorTime.ofThread
    let read = try Runbook(path: "a/b.md", bytes: bytes)
    let findings = Lint(today: CivilTime(year: 2025, month: 11, day: 20)) { _ in .absent }
      .findings(of: read)
    let plan = (read.planText, read.planJSON.canonical)
    let spent = ProcessorTime.ofThread - start
    // These files are small, so that even a debug build has to be well within the promise.
    #expect(spent < 2, "seed \(seed): \(spent) s for \(bytes.count) bytes")
    let again = try Runbook(path: "a/b.md", bytes: bytes)
    #expect(again == read, "seed \(seed)")
    #expect(again.planJSON.canonical == plan.1, "seed \(seed)")
    #expect(!plan.0.isEmpty || read.steps.isEmpty, "seed \(seed)")
    #expect((try? JSON(reading: plan.1)) != nil, "seed \(seed)")
    #expect(Set(read.steps.map(\.id)).count == read.steps.count, "seed \(seed)")
    #expect(Set(read.steps.map(\.number)).count == read.steps.count, "seed \(seed)")
    let last = read.document.source.lineCount
    var next = 1
    for block in read.document.blocks {
      #expect(block.lines.lowerBound == next, "seed \(seed), line \(next)")
      next = block.lines.upperBound + 1
    }
    #expect(next == last + 1, "seed \(seed)")
    #expect(read.document.placeFault == nil, "seed \(seed)")
    for finding in findings {
      #expect(finding.line >= 1 && finding.line <= max(1, last), "seed \(seed)")
    }
    for step in read.steps { check(step, in: read, "seed \(seed), step \(step.number)") }
  }

  private func check(_ step: Step, in read: Runbook, _ name: String) {
    #expect(step.line >= 1 && step.lines.upperBound <= read.document.source.lineCount, "\(name)")
    #expect(!step.title.raw.isEmpty && !step.title.raw.contains("\n"), "\(name)")
    guard let command = step.command else { return }
    if let bytes = command.bytes {
      #expect(read.document.source.text(bytes) == command.text, "\(name)")
    }
    if !command.placeholders.isEmpty {
      // An open placeholder: neither a yes nor empty values let it run.
      if step.kind.holdsCommand { #expect(!step.blocked.isEmpty, "\(name)") }
      guard case .failure = command.resolved(with: [:]) else {
        Issue.record("\(name) runs with its placeholders open")
        return
      }
    }
    var values: [String: Untrusted] = [:]
    for placeholder in command.placeholders { values[placeholder.name] = "a; b $(c)" }
    _ = command.resolved(with: values)
    guard step.kind.holdsCommand, command.form == .block || command.form == .transcript,
      step.annotations.runClass == nil
    else { return }
    let labels = ["bash", "sh", "shell", "zsh", "console", "terminal"]
    let language = read.fence(around: command.line)?.language
    #expect(
      language.map { labels.contains($0) || read.fields.runners[$0] != nil } == true,
      "\(name): \(language ?? "no code block")")
  }
}

/// What a program has used of a processor: others on the machine do not count.
enum ProcessorTime {
  /// Of this thread, in seconds.
  static var ofThread: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
