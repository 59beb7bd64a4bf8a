import Grid
import IncidentDomain
import TextGate

/// One step in full.
extension Painter {
  mutating func paintStep(in area: Area) {
    guard let open = model.open, let run = open.run, let step = open.selectedStep else { return }
    let progress = run.progress(step)
    let steps = run.currentSteps
    let place = (steps.firstIndex { $0.id == step.id } ?? 0) + 1
    let time = time(of: run)
    let body = paintHeading(
      "\(open.incident.name) \(run.start.title.showable)",
      right: "step \(place) of \(steps.count) \(glyphs.separator) \(time)", in: area)
    var lines: [(Showable, Style)] = []
    if let heading = open.texts[run.id]?.heading(of: step) { lines.append((heading, .heading)) }
    lines.append(("Step \(Untrusted(step.number).showable)  \(step.title.showable)", .title))
    let (sign, style) = sign(of: progress.state)
    let by = progress.by.map { " by \($0.showable)" as Showable } ?? .empty
    lines.append(("\(sign) \(word(for: progress.state))\(by)", style))
    lines += standing(of: step, in: run)
    lines.append(("time  \(wholeTime(of: step, in: run))", .dim))
    if let role = open.texts[run.id]?.step(step)?.annotations.role {
      lines.append(("for   \(role.title)", .dim))
    }
    if step.isOptional { lines.append(("the run can end well without it", .dim)) }
    if run.newSteps.contains(step.id) {
      lines.append(("new or changed since the run began", .warning))
    }
    if let note = progress.note { lines.append(("note: \(note.showable)", .plain)) }
    for choice in step.choices {
      let goTo = choice.goTo.map { " \(glyphs.arrow) \(model.stepName($0, in: run))" as Showable }
      lines.append(("  \(glyphs.bullet) \(choice.label.showable)\(goTo ?? .empty)", .plain))
    }
    if let command = step.command {
      lines.append(("", .plain))
      if !progress.state.isEnded, progress.running == nil {
        lines += model.blocks(of: step, in: run).map { ($0, .warning) }
      }
      lines += command.showableLines.map { ("$ \($0)", .code) }
    }
    for record in progress.commands.suffix(3) {
      lines.append(("", .plain))
      lines.append((Painter.outcome(of: record), .heading))
      lines.append(("ran \(record.command.showable)", .plain))
      lines += record.output.showableLines.suffix(8).map { ("  \($0)", .dim) }
    }
    paintText(
      lines.flatMap { line in
        line.0.wrapped(to: max(1, body.columns - 3)).map { ($0, line.1) }
      }, in: body)
  }

  private mutating func wholeTime(of step: PlannedStep, in run: Run) -> Showable {
    let text = time(of: step, in: run)
    return text.isEmpty ? "? / ?" : text
  }

  private func word(for state: StepProgress.State) -> Showable {
    switch state {
    case .todo: "to do"
    case .started: "under way"
    case .done: "done"
    case .failed: "FAILED"
    case .skipped: "skipped"
    case .decided(let answer, _): "decided: \(answer.showable)"
    case .passedOver: "passed over"
    }
  }

  /// `exit 0 after 0:12`.
  static func outcome(of record: CommandRecord) -> Showable {
    record.resultWithTime
  }
}

extension Model {
  /// Where a choice leads, in words: the step's number if it is one.
  func stepName(_ goTo: String, in run: Run) -> Showable {
    let target = open?.texts[run.id]?.target(of: goTo) ?? goTo
    return run.knownStep(id: target).map { "step \(Untrusted($0.number).showable)" }
      ?? Untrusted(goTo).showable
  }
}
