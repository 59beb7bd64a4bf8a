import IncidentDomain
import TextGate

extension Drift.Difference {
  /// One clause: `took 14 min, estimated 10 min`.
  public var sentence: Showable {
    switch self {
    case .skipped(let because):
      "skipped\(because.map { ": \(Showable.joined($0))" as Showable } ?? .empty)"
    case .notDone: "not done when the run ended"
    case .walkedAfter(let number): "walked after step \(number.showableWord)"
    case .failed(let times, let note):
      """
      failed \(Showable.count(times, "time", "times"))\
      \(note.map { ": \(Showable.joined($0))" as Showable } ?? .empty)
      """
    case .ranAgain(let times): "its command ran \(times) times"
    case .doneThough(.exited(let code)): "marked done though its command exited with \(code)"
    case .doneThough(.signalled(let signal)):
      "marked done though its command was ended by signal \(signal)"
    case .doneThough(.unknown): "marked done though nobody knows how its command ended"
    case .overEstimate(let took, let estimate):
      "took \(Showable.duration(took)), estimated \(Showable.duration(estimate))"
    case .untimed(let took): "took \(Showable.duration(took)), with no estimate"
    case .answeredFreely(let answer): "answered in other words: \(Showable.joined(answer))"
    }
  }

  /// A word for programs.
  var kind: String {
    switch self {
    case .skipped: "skipped"
    case .notDone: "not-done"
    case .walkedAfter: "reordered"
    case .failed: "failed"
    case .ranAgain: "ran-again"
    case .doneThough: "done-though-failed"
    case .overEstimate: "over-estimate"
    case .untimed: "no-estimate"
    case .answeredFreely: "free-answer"
    }
  }
}

extension Drift {
  /// What happened, in a sentence: the runbook, how far it was walked, how the run ended.
  private var head: (runbook: Showable, course: Showable) {
    let ended: Showable
    if let outcome = run.outcome, let at = run.ended {
      let took = Showable.duration(max(0, at.seconds(since: run.started)))
      ended = "\(outcome.word) after \(took)"
    } else {
      ended = "still open"
    }
    let steps = Showable.count(written, "step", "steps")
    let past: Showable = passedOver > 0 ? ", a decision led past \(passedOver)" : .empty
    return (
      "\(run.start.runbook.showable), SHA-256 \(Untrusted(run.start.digest).showable)",
      "\(walked) of \(steps) walked, \(asWritten) of them as written\(past); \(ended)"
    )
  }

  /// `rollback not begun, 2 steps`: they are no part of what was to walk.
  private var rollbackLine: Showable? {
    guard rollbackLeft > 0 else { return nil }
    return "rollback not begun, \(Showable.count(rollbackLeft, "step", "steps"))"
  }

  private var asWrittenLine: Showable {
    run.isOpen
      ? "So far it is walked as it is written." : "The runbook was walked as it is written."
  }

  private var fileLines: [Showable] {
    let count = Showable.count(revisions, "time", "times")
    return (revisions > 0 ? ["The run was opened anew \(count) with a changed text."] : [])
      + (fileLine.map { [$0] } ?? [])
  }

  private var fileLine: Showable? {
    switch file {
    case .unknown: return nil
    case .same: return "The file is the one that was walked."
    case .changed(_, let gone, let new):
      var parts: [Showable] = []
      func list(_ numbers: [String]) -> Showable {
        numbers.prefix(20).map(\.showableWord).joined(", ") + (numbers.count > 20 ? ", …" : .empty)
      }
      if !gone.isEmpty { parts.append("gone or changed since: \(list(gone))") }
      if !new.isEmpty { parts.append("new: \(list(new))") }
      let what = parts.isEmpty ? "its steps are the same" : parts.joined("; ")
      return "The file has changed since the run; \(what)."
    }
  }

  /// For a terminal.
  public var text: ReportText {
    var report = ReportText()
    report.add("\(incident): \(run.start.title.showable)")
    report.add([head.runbook, head.course])
    if let rollbackLine { report.add(rollbackLine) }
    report.add(fileLines)
    if isNone { report.add(asWrittenLine) }
    for entry in steps {
      report.add("step \(entry.step.number.showableWord)  \(entry.step.title.showable)")
      for difference in entry.differences { report.add("    \(difference.sentence)") }
    }
    if !adHoc.isEmpty { report.add("Commands that are not the runbook's:") }
    for command in adHoc {
      let ran = RanCommand(command.record)
      report.add(
        "\(place(of: command)), \(command.record.started.showable), \(command.by.showable): \(ran.result)"
      )
      for line in Markdown.bounded(ran.command) { report.add("    \(line)") }
    }
    return report
  }

  private func place(of command: AdHoc) -> Showable {
    command.after.map { "after step \($0.number.showableWord)" } ?? "before the first step"
  }

  /// For a review.
  public var markdown: ReportText {
    var report = ReportText()
    report.add("## Drift: \(Markdown.inert(run.start.title.showable))")
    report.add([.empty, "- Incident: \(Markdown.inert(incident))"])
    report.add("- Runbook: \(Markdown.inert(head.runbook))")
    report.add("- Walk: \(Markdown.inert(head.course))")
    if let rollbackLine { report.add("- \(Markdown.inert(rollbackLine))") }
    for line in fileLines { report.add("- File: \(Markdown.inert(line))") }
    report.space()
    if isNone { report.add(asWrittenLine) }
    if !steps.isEmpty {
      report.add(["| Step | Title | Not as written |", "| --- | --- | --- |"])
      for entry in steps {
        let sentences = entry.differences.map { Markdown.inert($0.sentence) }.joined("; ")
        report.add(
          "| \(Markdown.inert(entry.step.number.showableWord)) | \(Markdown.cell(entry.step.title)) | \(sentences) |"
        )
      }
    }
    guard !adHoc.isEmpty else { return report }
    report.heading("### Commands that are not the runbook's")
    for command in adHoc {
      let ran = RanCommand(command.record)
      report.add(
        "- \(Markdown.inert("\(place(of: command)), \(command.record.started.showable), \(command.by.showable)")): \(ran.result)"
      )
      report.add(.empty)
      report.add(Markdown.fence(Markdown.bounded(ran.command), indent: 2))
      report.space()
    }
    return report
  }

  /// For programs: one object.
  public var json: JSON {
    var members: [String: JSON] = [
      "run": .string(run.id.hex), "runbook": .string(run.start.runbook.raw),
      "title": .string(run.start.title.raw), "digest": .string(run.start.digest),
      "steps": .array(steps.map(\.json)), "commands": .array(adHoc.map(\.json)),
      "walked": .integer(Int64(walked)), "asWritten": .integer(Int64(asWritten)),
      "written": .integer(Int64(written)),
    ]
    if passedOver > 0 { members["passedOver"] = .integer(Int64(passedOver)) }
    if rollbackLeft > 0 { members["rollbackNotBegun"] = .integer(Int64(rollbackLeft)) }
    if revisions > 0 { members["revisions"] = .integer(Int64(revisions)) }
    members["outcome"] = run.outcome.map { .string($0.rawValue) }
    switch file {
    case .unknown: members["file"] = "unknown"
    case .same: members["file"] = "same"
    case .changed(let digest, let gone, let new):
      members["file"] = "changed"
      members["fileDigest"] = .string(digest)
      members["stepsGone"] = .array(gone.map { .string($0) })
      members["stepsNew"] = .array(new.map { .string($0) })
    }
    return .object(members)
  }
}

extension Drift.StepDrift {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "number": .string(step.number), "id": .string(step.id), "title": .string(step.title.raw),
      "differences": .array(
        differences.map { ["kind": .string($0.kind), "text": .string($0.sentence.text)] }),
    ]
    members["estimateSeconds"] = step.estimateSeconds.map { .integer(Int64($0)) }
    members["tookSeconds"] = tookSeconds.map { .integer(Int64($0)) }
    return .object(members)
  }
}

extension Drift.AdHoc {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "command": .string(record.command.raw), "by": .string(by.raw),
      "started": .string(record.started.iso8601), "ended": .string(record.ended.iso8601),
    ]
    members["after"] = after.map { .string($0.number) }
    switch record.outcome {
    case .exited(let code): members["exit"] = .integer(Int64(code))
    case .signalled(let signal): members["signal"] = .integer(Int64(signal))
    case .unknown: break
    }
    return .object(members)
  }
}
