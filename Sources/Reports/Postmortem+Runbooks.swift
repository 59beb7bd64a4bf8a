import IncidentDomain
import TextGate

extension Postmortem {
  static func runbooks(_ incident: Incident) -> [Showable] {
    var lines: [Showable] = []
    for run in incident.runs { lines += section(run) }
    if incident.runs.isEmpty { lines.append("No runbook was run.") }
    if !incident.commands.isEmpty {
      if lines.last?.isEmpty == false { lines.append(.empty) }
      lines += ["Commands that ran outside a runbook, in full in the timeline:", .empty]
      for command in incident.commands {
        let ran = RanCommand(command.value)
        lines.append(
          "- \(command.value.started.showable) \(commandLine(ran)): \(ran.result)"
        )
      }
    }
    return lines
  }

  /// A command within a sentence: its first line, and how many follow.
  static func commandLine(_ ran: RanCommand) -> Showable {
    let first = Markdown.code(Markdown.bounded(Array(ran.command.prefix(1))).first ?? .empty)
    let more = ran.command.count - 1
    return more > 0 ? "\(first) (and \(Showable.count(more, "line", "lines")) more)" : first
  }

  private static func section(_ run: Run) -> [Showable] {
    let digest = Untrusted(run.start.digest).showable
    var lines: [Showable] = [
      "### \(Markdown.inert(run.start.title.showable))", .empty,
      "- \(Markdown.inert(run.start.runbook.showable)), SHA-256 \(Markdown.code(digest))",
      "- Started \(run.started.showable)",
    ]
    if let outcome = run.outcome, let ended = run.ended {
      let took = Showable.duration(max(0, ended.seconds(since: run.started)))
      lines.append("- \(outcome.word) \(ended.showable), after \(took)")
    } else {
      lines.append("- still open")
    }
    lines += [
      .empty, "| Step | Title | State | Estimate | Took |", "| --- | --- | --- | --- | --- |",
    ]
    for step in run.start.steps {
      let progress = run.progress(step)
      if step.part == .rollback, run.rollback == nil, progress.state == .todo { continue }
      let estimate = step.estimateSeconds.map(Showable.duration) ?? "-"
      let took = progress.ended.flatMap { progress.elapsedSeconds(at: $0) }
      lines.append(
        "| \(Markdown.inert(step.number.showableWord)) | \(Markdown.cell(step.title)) | \(state(progress)) | \(estimate) | \(took.map(Showable.duration) ?? "-") |"
      )
    }
    return lines + [.empty]
  }

  private static func state(_ progress: StepProgress) -> Showable {
    switch progress.state {
    case .todo: "not done"
    case .started: "started"
    case .done: "done"
    case .failed: "failed"
    case .skipped: "skipped\(progress.note.map { ": \(Markdown.cell($0))" as Showable } ?? .empty)"
    case .decided(let answer, _): "decided: \(Markdown.cell(answer))"
    case .passedOver: "passed over by a decision"
    }
  }
}
