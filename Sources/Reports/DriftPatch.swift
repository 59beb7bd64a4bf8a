import IncidentDomain
import Runbooks
import TextGate

/// What the drift of a run would change in its runbook, as a patch that a person may apply.
///
/// It proposes estimates from the times that were taken, commands that people ran besides, and
/// remarks where the way was another one. Each proposal is tried on the text: one that would change
/// what any step does, or how it is found, is left out and told.
public struct DriftPatch: Hashable, Sendable {
  /// The unified diff for `patch -p1` and `git apply`; empty when there is nothing to propose.
  public let bytes: [UInt8]
  /// What it proposes, each a clause.
  public let proposals: [Showable]
  /// What it could not propose, each a clause.
  public let left: [Showable]

  /// Why there can be no patch.
  public enum Refusal: Error, Hashable, Sendable {
    /// The record's copy is not, byte for byte, the file that was walked: it was not UTF-8.
    case notTheFile
    /// The file is not the one that was walked any more.
    case changed(digest: String)
    /// A name that patch programs do not agree on.
    case name

    /// One sentence without its subject's name: what, and what to do.
    public var message: Showable {
      switch self {
      case .notTheFile:
        "the record's copy is not the file byte for byte, because it was not UTF-8; change it by hand"
      case .changed(let digest):
        """
        the file has changed since the run (its SHA-256 is \
        \(Untrusted(String(digest.prefix(12))).showable)… now), so a patch would not fit; change it by \
        hand
        """
      case .name:
        "its path holds characters that patch programs read in different ways; rename it first"
      }
    }
  }

  /// Makes the patch.
  ///
  /// - Parameters:
  ///   - drift: of the run; a file that was looked at must be the one that was walked.
  ///   - path: of the file as the patch names it, relative to where it is applied.
  /// - Throws: ``Refusal``
  public init(_ drift: Drift, path: String) throws(Refusal) {
    guard let runbook = drift.runbook else { throw .notTheFile }
    if case .changed(let digest, _, _) = drift.file { throw .changed(digest: digest) }
    guard Self.isPlain(path) else { throw .name }
    var draft = PatchDraft(drift, runbook)
    draft.propose()
    proposals = draft.proposals
    left = draft.left
    let patch = draft.diff.patch(path: path)
    bytes = patch.isEmpty ? [] : draft.head(path: path) + patch
  }

  /// Whether every patch program takes the path for the same one.
  private static func isPlain(_ path: String) -> Bool {
    !path.isEmpty && !path.hasPrefix("/") && !path.hasPrefix("-")
      && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".."
      }
      && path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x22 && $0 != 0x5C }
  }
}

/// Tries changes one after the other, and keeps those that leave every step what it is.
private struct PatchDraft {
  let drift: Drift
  let runbook: Runbook
  var diff: UnifiedDiff
  var proposals: [Showable] = []
  var left: [Showable] = []
  /// Estimates that were proposed so far, by step id.
  private var estimates: [String: Int] = [:]
  /// Commands that were proposed so far.
  private var added: [String] = []

  /// More than these are a new runbook rather than a mend.
  private static let most = 40

  init(_ drift: Drift, _ runbook: Runbook) {
    self.drift = drift
    self.runbook = runbook
    diff = UnifiedDiff(of: Array(drift.run.start.source.raw.utf8))
  }

  private var day: Showable { ToldTime(drift.run.started, .day).showable }

  /// Lines before the patch, which patch programs skip.
  func head(path: String) -> [UInt8] {
    let digest = Untrusted(drift.run.start.digest).showable
    let lines: [Showable] =
      [
        "Proposed by mayday from the run of \(drift.incident) on \(day).",
        "For the file with SHA-256 \(digest); apply it with: patch -p1",
      ] + proposals.map { "* \($0)" }
    return Array(lines.map { $0.text + "\n" }.joined().utf8)
  }

  mutating func propose() {
    for entry in drift.steps {
      guard let step = runbook.step(id: entry.step.id) else { continue }
      for difference in entry.differences {
        switch difference {
        case .overEstimate(let took, _), .untimed(let took): propose(estimate: took, of: step)
        case .skipped, .notDone, .walkedAfter, .failed, .ranAgain, .doneThough, .answeredFreely:
          break
        }
      }
      remark(on: step, entry.differences)
    }
    for command in drift.adHoc { propose(command) }
  }

  // MARK: Estimates

  private mutating func propose(estimate took: Int, of step: Step) {
    let rounded = Self.rounded(took)
    let name: Showable = "step \(step.number.showableWord)"
    let words: Showable = rounded < 60 ? "\(rounded) s" : "\(rounded / 60) min"
    let was = step.estimateSeconds.map { " (was \(Showable.duration($0)))" as Showable }
    let candidates = EstimatePlaces(step, in: runbook, diff).candidates(seconds: rounded)
    for candidate in candidates {
      var trial = diff
      candidate.apply(to: &trial)
      var wanted = estimates
      wanted[step.id] = rounded
      if keeps(trial, estimates: wanted, commands: added) {
        diff = trial
        estimates = wanted
        proposals.append("\(name): estimate \(words)\(was ?? .empty)")
        return
      }
    }
    left.append("\(name): an estimate of \(words)")
  }

  /// Up to ten seconds below a minute, to a minute above.
  private static func rounded(_ seconds: Int) -> Int {
    let unit = seconds < 60 ? 10 : 60
    let up = (max(1, seconds) + unit - 1) / unit * unit
    return up
  }

  // MARK: Remarks

  private mutating func remark(on step: Step, _ differences: [Drift.Difference]) {
    let said = differences.compactMap { difference -> Showable? in
      switch difference {
      // What people said is for the report; in a file it would be there for all time.
      case .skipped: "skipped"
      case .failed(let times, _): "failed \(Showable.count(times, "time", "times"))"
      case .walkedAfter(let number): "walked after step \(number.showableWord)"
      case .notDone, .ranAgain, .doneThough, .overEstimate, .untimed, .answeredFreely: nil
      }
    }
    guard !said.isEmpty else { return }
    let comment =
      "<!-- \(drift.incident.text), \(day.text): \(said.map(\.text).joined(separator: "; ")) -->"
    let name: Showable = "step \(step.number.showableWord)"
    guard let place = StepPlace(step, in: runbook, diff),
      let change = place.remark(comment, diff)
    else {
      left.append("\(name): a remark that it was \(said.joined(", "))")
      return
    }
    var trial = diff
    change.apply(to: &trial)
    if keeps(trial, estimates: estimates, commands: added) {
      diff = trial
      proposals.append("\(name): a remark that it was \(said.joined(", "))")
    } else {
      left.append("\(name): a remark that it was \(said.joined(", "))")
    }
  }

  // MARK: Commands

  private mutating func propose(_ command: Drift.AdHoc) {
    let text = command.record.command.raw
    // What failed, or is in the runbook or the patch already, is no missing step.
    guard command.record.outcome == .exited(0), !added.contains(text),
      !runbook.steps.contains(where: { $0.command?.text.raw == text })
    else { return }
    let shown = Postmortem.commandLine(RanCommand(command.record))
    guard let after = command.after.flatMap({ runbook.step(id: $0.id) }) else {
      left.append("the command \(shown), which ran before the first step")
      return
    }
    let isClean = text.unicodeScalars.allSatisfy {
      $0 == "\n" || Untrusted(String($0)).showable.text == String($0)
    }
    let name: Showable = "after step \(after.number.showableWord)"
    guard isClean, proposals.count < Self.most, let place = StepPlace(after, in: runbook, diff),
      let change = place.addition(
        of: text, saying: "Run by hand in \(drift.incident.text):", diff)
    else {
      left.append("\(name): the command \(shown)")
      return
    }
    var trial = diff
    change.apply(to: &trial)
    if keeps(trial, estimates: estimates, commands: added + [text]) {
      diff = trial
      added.append(text)
      proposals.append("\(name): the command \(shown)")
    } else {
      left.append("\(name): the command \(shown)")
    }
  }

  // MARK: The trial

  /// Whether every step of the runbook is still there, in its order, with what it does, and only the
  /// given commands came in between.
  private func keeps(
    _ trial: UnifiedDiff, estimates: [String: Int], commands: [String]
  ) -> Bool {
    guard proposals.count < Self.most,
      let read = try? Runbook(path: runbook.path, bytes: trial.changed)
    else { return false }
    let known = Set(runbook.steps.map(\.id))
    let kept = read.steps.filter { known.contains($0.id) }
    guard kept.count == runbook.steps.count else { return false }
    for (old, new) in zip(runbook.steps, kept) {
      guard old.id == new.id, old.kind == new.kind, old.part == new.part,
        old.command?.text == new.command?.text, old.choices == new.choices,
        new.estimateSeconds == estimates[old.id] ?? old.estimateSeconds
      else { return false }
    }
    let new = read.steps.filter { !known.contains($0.id) }.compactMap { $0.command?.text.raw }
    return new.sorted() == commands.sorted() && read.findings.count <= runbook.findings.count
  }
}
