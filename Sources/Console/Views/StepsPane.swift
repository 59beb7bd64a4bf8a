import Grid
import IncidentDomain
import TextGate

/// Pane 1: the run, step by step, the selected one opened.
extension Painter {
  /// A row of the pane.
  private enum StepRow {
    case heading(Showable)
    case step(PlannedStep)
  }

  mutating func paintSteps(_ open: OpenIncident, in area: Area) {
    guard let run = open.run, let selected = open.selectedStep else {
      return paintNoRun(open, in: area)
    }
    var area = area
    if model.changedFile != nil, area.rows > 3 {
      frame.put(
        "CHANGED ON DISK: D shows how, O goes on with it", in: area, indent: 1, style: .warning)
      area = area.top(1).rest
    }
    let list = rows(of: run, text: open.texts[run.id])
    let index =
      list.firstIndex { if case .step(let step) = $0 { step.id == selected.id } else { false } }
      ?? 0
    var details = self.details(of: selected, in: run, columns: area.columns - 8)
    details = Array(details.prefix(max(0, area.rows - 2)))
    let rows = max(1, area.rows - details.count)
    let first = firstVisible(of: index, count: list.count, rows: rows)
    var line = 0
    for (offset, entry) in list.dropFirst(first).prefix(rows).enumerated() {
      guard line < area.rows else { break }
      let row = area.line(line)
      switch entry {
      case .heading(let title): frame.put(title, in: row, indent: 1, style: .heading)
      case .step(let step): paint(step, in: run, row: row)
      }
      if first + offset == index {
        select(row: row.row, in: row, isFocused: open.pane == .runbook)
        for detail in details {
          line += 1
          frame.put(detail.0, in: area, line: line, indent: 7, style: detail.1)
        }
      }
      line += 1
    }
    if first + rows < list.count {
      frame.putRight(glyphs.moreBelow, in: area, line: area.rows - 1, style: .dim)
    }
  }

  /// The steps, under the headings of their sections where there is more than one of them.
  private func rows(of run: Run, text: RunText?) -> [StepRow] {
    let steps = run.currentSteps
    let headings = steps.map { text?.heading(of: $0) ?? .empty }
    guard Set(headings.map(\.text)).count > 1 else { return steps.map { .step($0) } }
    var rows: [StepRow] = []
    var last: Showable = .empty
    for (step, heading) in zip(steps, headings) {
      if heading.text != last.text, !heading.isEmpty { rows.append(.heading(heading)) }
      last = heading
      rows.append(.step(step))
    }
    return rows
  }

  private mutating func paint(_ step: PlannedStep, in run: Run, row area: Area) {
    let progress = run.progress(step)
    let (sign, style) = sign(of: progress.state)
    let right = self.right(of: step, in: run)
    frame.put(sign, in: area, indent: 1, style: style)
    let number = Untrusted(step.number).showable
    frame.put(number, in: area, indent: 3, style: style)
    let column = 3 + max(2, number.columns + 1)
    frame.put(
      step.title.showable, row: area.row, column: area.column + column,
      width: max(0, area.columns - column - right.0.columns - 2), style: style)
    frame.put(
      right.0, row: area.row, column: area.endColumn - right.0.columns - 1, style: right.1)
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

  /// `1:02 / 2 min`, `bob 3m / 2 min OVER`, `→ no`, `skipped`, `UNKNOWN`.
  private mutating func right(of step: PlannedStep, in run: Run) -> (Showable, Style) {
    let (text, style) = standing(of: step, in: run)
    guard model.provisional.steps.contains(Provisional.Step(run: run.id, step: step.id)) else {
      return (text, style)
    }
    return ("provisional \(text)", .warning)
  }

  private mutating func standing(of step: PlannedStep, in run: Run) -> (Showable, Style) {
    let progress = run.progress(step)
    if model.lost(step, in: run) != nil { return ("OUTCOME UNKNOWN", .error) }
    switch progress.state {
    case .skipped: return ("skipped", .dim)
    case .passedOver: return ("passed over", .dim)
    case .failed: return ("FAILED", .error)
    case .decided(let answer, _):
      return ("\(glyphs.arrow) \(answer.showable.clipped(to: 12))", .dim)
    case .todo:
      if step.kind == .decide, let since = run.waits(step) {
        return ("waits \(age(since: since))", .due)
      }
      return (run.newSteps.contains(step.id) ? "changed" : time(of: step, in: run), .dim)
    case .started:
      let by = progress.by.map { "\($0.showable.clipped(to: 10)) " as Showable } ?? .empty
      let running: Showable = progress.running == nil ? by : "\(by)RUNNING "
      let isOver = run.isOverEstimate(step, at: model.now)
      return (running + time(of: step, in: run), isOver ? .warning : .due)
    case .done: return (time(of: step, in: run), .dim)
    }
  }

  /// What a step took or takes against its estimate; `?` for what nobody told.
  mutating func time(of step: PlannedStep, in run: Run) -> Showable {
    let progress = run.progress(step)
    let estimate = step.estimateSeconds.map { Span.elapsed(seconds: $0).word }
    guard let started = progress.started else {
      return estimate.map { "? / \($0)" } ?? .empty
    }
    let took =
      progress.ended.map { Showable.clock(seconds: max(0, $0.seconds(since: started))) }
      ?? age(since: started)
    if let seconds = step.estimateSeconds, progress.ended == nil {
      let left = seconds - max(0, model.now.seconds(since: started))
      if left >= 0 { stays(for: left + 1) }
    }
    let over: Showable = run.isOverEstimate(step, at: model.now) ? " OVER" : .empty
    return "\(took) / \(estimate ?? "?")\(over)"
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
