import Grid
import IncidentDomain
import TextGate

/// A command before, while and after it runs.
extension Painter {
  mutating func paintCommand(in area: Area) {
    guard let execution = model.execution else { return }
    let body = paintHeading(
      "\(execution.incident.name) step \(Untrusted(execution.step.number).showable)", in: area)
    paintText(model.lines(of: .command, columns: body.columns), in: body)
  }
}

extension Execution {
  func lines(columns: Int) -> [(Showable, Style)] {
    text.showableLines.enumerated().flatMap { index, line in
      Showable("\(index + 1)  \(line)").wrapped(to: columns).map { ($0, Style.code) }
    } + output.flatMap { $0.wrapped(to: columns) }.map { ($0, .plain) }
  }
}
