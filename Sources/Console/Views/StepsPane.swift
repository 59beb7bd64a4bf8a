import Grid
import IncidentDomain
import TextGate

/// Pane 1: the run, step by step, the selected one opened.
extension Painter {
  mutating func paintSteps(_ open: OpenIncident, in area: Area) {
    guard let run = open.run, let selected = open.selectedStep else {
      return paintNoRun(open, in: area)
    }
    let steps = run.currentSteps
    let index = steps.firstIndex { $0.id == selected.id } ?? 0
    var details: [(Showable, Style)] = []
    if run.isOpen { details = self.details(of: selected, in: run, columns: area.columns - 8) }
    details = Array(details.prefix(max(0, area.rows - 2)))
    let rows = max(1, area.rows - details.count)
    let first = firstVisible(of: index, count: steps.count, rows: rows)
    var line = 0
    for (offset, step) in steps.dropFirst(first).prefix(rows).enumerated() {
      guard line < area.rows else { break }
      let row = area.line(line)
      paint(step, run.progress(step), in: row)
      if first + offset == index {
        select(row: row.row, in: row, isFocused: open.pane == .runbook)
        for detail in details {
          line += 1
          frame.put(detail.0, in: area, line: line, indent: 7, style: detail.1)
        }
      }
      line += 1
    }
    if first + rows < steps.count {
      frame.putRight(glyphs.moreBelow, in: area, line: area.rows - 1, style: .dim)
    }
  }

  private mutating func paint(_ step: PlannedStep, _ progress: StepProgress, in area: Area) {
    let (sign, style) = sign(of: progress.state)
    let right = self.right(of: step, progress)
    frame.put(sign, in: area, indent: 1, style: style)
    let number = Untrusted(step.number).showable
    frame.put(number, in: area, indent: 3, style: style)
    let column = 3 + max(2, number.columns + 1)
    frame.put(
      step.title.showable, row: area.row, column: area.column + column,
      width: max(0, area.columns - column - right.columns - 2), style: style)
    frame.put(
      right, row: area.row, column: area.endColumn - right.columns - 1,
      style: progress.state == .failed ? .error : .dim)
  }

  func sign(of state: StepProgress.State) -> (Showable, Style) {
    switch state {
    case .todo: (" ", .plain)
    case .started: (glyphs.current, .due)
    case .done, .decided: (glyphs.done, .plain)
    case .failed: (glyphs.failed, .error)
    case .skipped, .passedOver: (glyphs.skipped, .dim)
    }
  }

  /// `1:02 / 2 min`, `→ no`, `skipped`.
  private mutating func right(of step: PlannedStep, _ progress: StepProgress) -> Showable {
    let estimate = step.estimateSeconds.map { Span.elapsed(seconds: $0).word }
    switch progress.state {
    case .skipped: return "skipped"
    case .passedOver: return "passed over"
    case .failed: return "FAILED"
    case .decided(let answer, _): return "\(glyphs.arrow) \(answer.showable.clipped(to: 12))"
    case .todo: return estimate.map { "? / \($0)" } ?? .empty
    case .started, .done:
      guard let started = progress.started else { return estimate ?? .empty }
      let took =
        progress.ended.map { Showable.clock(seconds: max(0, $0.seconds(since: started))) }
        ?? age(since: started)
      return estimate.map { "\(took) / \($0)" } ?? took
    }
  }

  private func details(
    of step: PlannedStep, in run: Run, columns: Int
  ) -> [(Showable, Style)] {
    let progress = run.progress(step)
    var lines: [(Showable, Style)] = []
    if let by = progress.by {
      switch progress.state {
      case .started:
        let since = progress.started.map { " since \(model.time(ToldTime($0)))" as Showable }
        lines.append(("\(by.showable) \(glyphs.separator)\(since ?? .empty)", .due))
      case .failed:
        lines.append(("failed by \(by.showable): f again, Space, S or R", .error))
      case .todo, .done, .skipped, .decided, .passedOver: break
      }
    }
    if let note = progress.note { lines.append((note.showable, .dim)) }
    if let command = step.command {
      let text = command.showableLines
      for line in text.prefix(2) { lines.append(("$ \(line)", .code)) }
      if text.count > 2 { lines.append(("\(text.count - 2) more lines: Enter shows all", .dim)) }
    }
    if !progress.state.isEnded {
      lines.append((keys(for: step, columns: columns), .key))
    } else if run.nextStep == nil {
      lines.append(("every step is over: F ends the run", .due))
    }
    return lines
  }

  /// The keys that mean something on this step, as many as fit.
  private func keys(for step: PlannedStep, columns: Int) -> Showable {
    let ids: [CommandID] =
      step.kind == .decide
      ? [.stepYes, .stepNo, .stepAnswer, .stepSkip]
      : [.stepRun, .stepDone, .stepFail, .stepSkip, .stepBegin]
    var text = Showable.empty
    for id in ids where model.refusal(of: id) == nil {
      guard let entry = CommandTable.entry(id), let key = entry.keys.first else { continue }
      let part: Showable = "\(key.word) \(entry.short)"
      let joined = text.isEmpty ? part : "\(text) \(glyphs.separator) \(part)"
      if joined.columns > columns { break }
      text = joined
    }
    return text
  }

  private mutating func paintNoRun(_ open: OpenIncident, in area: Area) {
    var lines: [(Showable, Style)] = []
    if let run = open.run {
      lines.append(("\(run.start.title.showable): no steps to walk", .plain))
      if run.isOpen { lines.append(("F ends the run", .key)) }
    } else if open.incident.isOver {
      lines.append(("no runbook was used", .dim))
    } else {
      if let named = open.incident.suggestedRunbook {
        lines.append(("suggested: \(named.showable)", .due))
      }
      lines.append(("no runbook is open", .plain))
      lines.append(("r finds one", .key))
      lines.append(("+ notes what you do without one", .key))
    }
    for (line, text) in lines.prefix(area.rows).enumerated() {
      frame.put(text.0, in: area, line: line, indent: 3, style: text.1)
    }
    if open.pane == .runbook { select(row: area.row, in: area.top(1).top, isFocused: false) }
  }
}
