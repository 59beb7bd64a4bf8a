import IncidentDomain
import TextGate

/// Running a step's command: look, fill, confirm, run, say what came of it.
extension Model {
  mutating func lookAtCommand() -> [Effect] {
    guard let run = incident?.openRun, let step = open?.selectedStep, let command = step.command,
      let target
    else { return [] }
    if let execution, execution.step.id == step.id, execution.isUnderWay {
      push(.command)
      return []
    }
    execution = Execution(incident: target, run: run.id, step: step, text: command)
    push(.command)
    return [.checkSyntax(command)]
  }

  mutating func takeValue(_ value: Untrusted, of purpose: Form.Purpose) -> [Effect] { [] }

  var refusalOfRunning: Showable? { nil }

  mutating func confirmRun() -> [Effect] { [] }

  mutating func interruptRun() -> [Effect] {
    guard let how = execution?.interrupt() else { return [] }
    return [.interruptCommand(how)]
  }

  mutating func commandEnded(_ record: CommandRecord) -> [Effect] {
    guard let execution else { return [] }
    self.execution?.end(record)
    return write(
      .record(record), to: execution.incident.id, what: "what ran is on the record")
  }
}
