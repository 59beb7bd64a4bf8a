import IncidentDomain
import Runbooks
import TextGate

/// The file of a runbook against what a run of it has: the run goes on with its own copy until a
/// person has it go on with the file (RUNBOOKS.md 3.6).
extension Model {
  /// Seconds between two looks at the file of the run that is shown.
  static let lookAtFileEvery = 15

  /// Has the host look whether the file is as the run has it, once in a while.
  mutating func lookAtFile() -> [Effect] {
    guard let run = open?.openRun else { return [] }
    if let last = lookedAtFile, last.run == run.id,
      now.seconds(since: last.at) < Self.lookAtFileEvery
    {
      return []
    }
    lookedAtFile = (run.id, now)
    return [.checkRunbook(run: run.id, path: run.start.runbook.raw, digest: run.start.digest)]
  }

  mutating func take(_ runbook: Runbook?, onDiskOf run: EventID) {
    let start = runbook.map { RunStart($0) }
    changedFiles[run] = start
  }

  /// What the file of the shown run says now, where that is something else.
  var changedFile: RunStart? {
    guard let run = open?.openRun, let changed = changedFiles[run.id],
      changed.digest != run.start.digest
    else { return nil }
    return changed
  }

  mutating func showDifference() {
    guard let run = open?.openRun, let changed = changedFile else { return }
    let lines = LineDifference.unified(
      from: run.start.source.raw, to: changed.source.raw,
      names: ("\(run.start.runbook.raw) as the run has it", "the file now"))
    document = Document(
      title: "\(run.start.title.showable): changed on disk",
      text: Untrusted(lines.joined(separator: "\n")))
    push(.document)
  }

  mutating func askRevision() {
    guard let run = open?.openRun, let changed = changedFile else { return }
    ask(.revise(run.id, changed))
  }

  /// What becomes of the steps when the run goes on with the file, in words.
  func consequences(of start: RunStart, for run: Run) -> [Showable] {
    let before = Set(run.start.steps.map(\.id))
    let after = Set(start.steps.map(\.id))
    let lost = run.start.steps.filter { !after.contains($0.id) && run.progress($0).state != .todo }
    let new = after.subtracting(before).count
    let same = before.intersection(after).count
    let stays: Showable =
      same == 1 ? "1 step stays as it is" : "\(same) steps stay as they are"
    var lines: [Showable] = [
      "\(stays), \(Showable.count(new, "is", "are")) new or changed and to do, \(before.subtracting(after).count) gone"
    ]
    if !lost.isEmpty {
      let names = lost.prefix(6).map { "\(Untrusted($0.number).showable)" as Showable }
      lines.append("begun or ended, and no more in it: \(names.joined(", "))")
    }
    return lines
  }
}

extension Showable {
  /// `1 step`, `3 steps`.
  static func count(_ number: Int, _ one: Showable, _ many: Showable) -> Showable {
    "\(number) \(number == 1 ? one : many)"
  }
}
