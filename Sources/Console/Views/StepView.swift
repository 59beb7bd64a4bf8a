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
    let body = paintHeading(
      "\(open.incident.name) \(run.start.title.showable)", right: "step \(place) of \(steps.count)",
      in: area)
    var lines: [(Showable, Style)] = [
      ("Step \(Untrusted(step.number).showable)  \(step.title.showable)", .title)
    ]
    let (sign, style) = sign(of: progress.state)
    let by = progress.by.map { " by \($0.showable)" as Showable } ?? .empty
    lines.append(("\(sign) \(word(for: progress.state))\(by)", style))
    if let estimate = step.estimateSeconds {
      lines.append(("takes about \(Span.elapsed(seconds: estimate).word)", .dim))
    }
    if let note = progress.note { lines.append(("note: \(note.showable)", .plain)) }
    for choice in step.choices {
      let goTo = choice.goTo.map { " \(glyphs.arrow) \(model.stepName($0, in: run))" as Showable }
      lines.append(("  \(glyphs.bullet) \(choice.label.showable)\(goTo ?? .empty)", .plain))
    }
    if let command = step.command {
      lines.append(("", .plain))
      lines += command.showableLines.map { ("$ \($0)", .code) }
    }
    for record in progress.commands.suffix(3) {
      lines.append(("", .plain))
      lines.append(("ran \(record.command.showable)", .heading))
      lines.append((Painter.outcome(of: record), .plain))
      lines += record.output.showableLines.suffix(8).map { ("  \($0)", .dim) }
    }
    paintText(
      lines.flatMap { line in
        line.0.wrapped(to: max(1, body.columns - 3)).map { ($0, line.1) }
      }, in: body)
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
    let took = Showable.clock(seconds: max(0, record.ended.seconds(since: record.started)))
    switch record.outcome {
    case .exited(let code): return "exit \(code) after \(took)"
    case .signalled(let signal): return "ended by signal \(signal) after \(took)"
    case .unknown: return "what became of it is not known"
    }
  }
}

extension Model {
  /// Where a choice leads, in words: the step's number if it is one.
  func stepName(_ goTo: String, in run: Run) -> Showable {
    run.start.steps.first { $0.id == goTo }.map { "step \(Untrusted($0.number).showable)" }
      ?? Untrusted(goTo).showable
  }
}
