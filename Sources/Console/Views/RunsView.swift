import Grid
import IncidentDomain
import TextGate

/// The runs of the incident, in the order they were started.
extension Painter {
  mutating func paintRuns(in area: Area) {
    guard let open = model.open else { return }
    let runs = open.incident.runs
    let count = open.incident.openRuns.count
    let body = paintHeading(
      "\(open.incident.name) Runbook runs", right: "\(count) of \(runs.count) open", in: area)
    let selected = open.runs.index(among: runs.map(\.id)) ?? 0
    let first = firstVisible(of: selected, count: runs.count, rows: max(1, body.rows / 2))
    var line = 0
    for (index, run) in runs.enumerated().dropFirst(first) {
      guard line < body.rows else { return }
      let row = body.line(line)
      let isShown = run.id == open.run?.id
      frame.put(isShown ? glyphs.current : .empty, in: row, indent: 1, style: .due)
      let right = state(of: run)
      frame.put(
        "\(index + 1) \(run.start.title.showable)", row: row.row, column: row.column + 3,
        width: max(0, row.columns - right.0.columns - 6), style: run.isOpen ? .plain : .dim)
      frame.putRight(right.0 + " ", in: row, style: right.1)
      if index == selected { select(row: row.row, in: row) }
      frame.put(facts(of: run), in: body, line: line + 1, indent: 5, style: .dim)
      line += 2
    }
  }

  private func state(of run: Run) -> (Showable, Style) {
    if let outcome = run.outcome { return (outcome.word, .dim) }
    let count: Showable = "\(run.count.ended)/\(run.count.all)"
    if let stopped = run.stoppedAt {
      return ("step \(Untrusted(stopped.number).showable) FAILED \(count)", .error)
    }
    return (run.rollback == nil ? count : "ROLLBACK \(count)", .due)
  }

  /// `started by ana 14:02 · 12 min of 18 min · bob is on step 3`
  private mutating func facts(of run: Run) -> Showable {
    var parts: [Showable] = [
      "started by \(run.startedBy.showable) \(model.time(ToldTime(run.started)))",
      time(of: run),
    ]
    parts += run.holders.map {
      "\($0.person.showable) is on step \(Untrusted($0.step.number).showable)"
    }
    return parts.joined(" \(glyphs.separator) ")
  }

  /// What the walk has taken, of what its author thinks: `12m of 18 min`, `?` for what nobody tells.
  mutating func time(of run: Run) -> Showable {
    let took: Showable =
      if let ended = run.ended {
        .clock(seconds: max(0, ended.seconds(since: run.partStarted)))
      } else {
        age(since: run.partStarted)
      }
    guard let estimate = run.estimate else { return "\(took) of ?" }
    let known = Span.elapsed(seconds: estimate.seconds).word
    let isOver = run.elapsedSeconds(at: model.now) > estimate.seconds && estimate.unknown == 0
    if run.isOpen, !isOver {
      stays(for: estimate.seconds - run.elapsedSeconds(at: model.now) + 1)
    }
    let unknown: Showable = estimate.unknown == 0 ? .empty : " + ?"
    return "\(took) of \(known)\(unknown)\(isOver ? " OVER" : "" as Showable)"
  }
}
