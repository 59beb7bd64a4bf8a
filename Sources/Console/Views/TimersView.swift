import Grid
import IncidentDomain
import TextGate

/// The ledger of timers: every one by due time, and why the selected one is there.
extension Painter {
  mutating func paintTimers(in area: Area) {
    guard let open = model.open else { return }
    let ledger = model.ledger
    let running = timers.count(where: \.isRunning)
    var body = paintHeading(
      "\(name) Timers", right: "\(running) running, by due time", in: area)
    if let call = disasterCall(timers), body.rows > 2 {
      frame.put(call, in: body, indent: 1, style: .breached.adding(.strong))
      body = body.top(1).rest
    }
    for skew in open.clockSkews where body.rows > 6 {
      frame.put(skew.sentence, in: body, indent: 1, style: .warning)
      body = body.top(1).rest
    }
    let selected = open.timers.index(among: Array(ledger.indices)) ?? 0
    let loudest = nextDue
    if body.rows > 8, ledger.indices.contains(selected) {
      let lines = reasonLines(of: ledger[selected], width: body.columns - 2)
      // As much as there is to say, but never more than half of the screen.
      let rows = min(lines.count + 1, max(5, body.rows - ledger.count), max(5, body.rows / 2))
      let split = body.bottom(rows)
      body = split.rest
      frame.rule(row: split.bottom.row)
      let below = split.bottom.top(1).rest
      for (line, text) in lines.prefix(below.rows).enumerated() {
        frame.put(text.0, in: below, line: line, indent: 1, style: text.1)
      }
      if lines.count > below.rows {
        frame.putRight("Enter for all ", in: below, line: below.rows - 1, style: .key)
      }
    }
    let first = firstVisible(of: selected, count: ledger.count, rows: body.rows)
    for (line, timer) in ledger.dropFirst(first).prefix(body.rows).enumerated() {
      let row = body.line(line)
      paint(timer, isLoudest: timer == loudest, in: row.left(min(38, row.columns)).left)
      if row.columns > 60 {
        frame.put(timer.because, in: row, indent: 40, style: .dim)
      }
      if first + line == selected { select(row: row.row, in: row) }
    }
    if ledger.isEmpty { frame.put("no timer runs", in: body, indent: 1, style: .dim) }
  }

  private func reasonLines(of timer: IncidentTimer, width: Int) -> [(Showable, Style)] {
    model.reasons(of: timer).flatMap { label, text -> [(Showable, Style)] in
      let style: Style =
        label.text == "BREACHED" ? .breached : label.text == "Was" ? .dim : .plain
      let head = label.text == "BREACHED" ? label + " " : label.padded(to: 7)
      return text.wrapped(to: max(10, width - head.columns)).enumerated().map { line, part in
        (line == 0 ? head + part : .spaces(head.columns) + part, style)
      }
    }
  }
}
