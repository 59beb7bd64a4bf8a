import IncidentDomain
import TextGate

/// Running a step's command: look, fill, confirm, run, say what came of it.
extension Model {
  mutating func lookAtCommand() -> [Effect] {
    guard let run = incident?.openRun, let step = open?.selectedStep, let target else { return [] }
    if let execution, execution.planned.id == step.id, execution.run == run.id,
      execution.isUnderWay
    {
      push(.command)
      return []
    }
    guard var execution = Execution(incident: target, run: run, step: step) else { return [] }
    // What was typed for this run once is not asked for twice.
    for (name, value) in runValues[run.id] ?? [:]
    where execution.step?.command?.placeholders.contains(where: { $0.name == name }) == true {
      if execution.take(value, for: name) != nil { execution.clear(name) }
    }
    self.execution = execution
    open?.step = step.id
    push(.command)
    return goOn()
  }

  /// Asks for the next open value, or has the whole text checked.
  private mutating func goOn() -> [Effect] {
    guard let execution else { return [] }
    if !execution.blocked.isEmpty { return [] }
    if let placeholder = execution.nextOpen {
      ask(.value(name: placeholder.name))
      return []
    }
    guard let text = execution.text, case .unknown = execution.syntax else { return [] }
    return [.checkSyntax(text)]
  }

  /// A value for a placeholder, or the word that a dangerous command wants.
  mutating func takeValue(_ value: Untrusted, of purpose: Form.Purpose) -> [Effect] {
    switch purpose {
    case .value(let name):
      if let problem = execution?.take(value, for: name) {
        execution?.clear(name)
        ask(.value(name: name))
        if case .form(var form) = prompt {
          form.fill(value)
          prompt = .form(form)
        }
        refuse(problem)
        return []
      }
      if let execution, !execution.isSecret(name) {
        runValues[execution.run, default: [:]][name] = value
      }
      return goOn()
    default:
      execution?.isTyped = true
      return confirmRun()
    }
  }

  /// Why the command on the screen cannot run now.
  var refusalOfRunning: Showable? {
    if let why = refusalOfText { return why }
    // Nobody confirms what was not on the screen: its end must have been seen.
    guard case .asking = execution?.stage else { return nil }
    let rows = max(1, size.rows - (size.rows < 10 || size.columns < 40 ? 2 : 4))
    let count = commandLines(columns: max(1, size.columns - 3)).count
    guard (scroll[.command] ?? 0) + rows < count - 1 else { return nil }
    return "read it to its end first: Ctrl-D or G"
  }

  /// Why the text on the screen cannot run as it is.
  var refusalOfText: Showable? {
    guard let execution else { return "no command is shown" }
    if execution.isUnderWay { return "it is running; Ctrl-C interrupts it" }
    if let why = execution.blocked.first {
      return "it cannot run from here: \(why); Y copies it for your own terminal, then Space"
    }
    if let open = execution.nextOpen {
      return "\(open.text.showable) must be filled in first; q, then x asks for it"
    }
    switch execution.syntax {
    case .unknown: return "its syntax is being checked; press r again in a moment"
    case .wrong(let why): return "the shell cannot read it: \(why); Y copies it"
    case .sound: return nil
    }
  }

  mutating func confirmRun() -> [Effect] {
    guard let execution, let request = execution.request else { return [] }
    if let word = execution.wordToType, !execution.isTyped {
      ask(.typed(word: word))
      return []
    }
    guard let run = incident?.openRun, run.id == execution.run,
      let step = run.start.steps.first(where: { $0.id == execution.planned.id })
    else {
      refuse("the run has ended meanwhile; nothing was run")
      return []
    }
    let progress = run.progress(step)
    if progress.state == .started, progress.by == session.actor.person {
      self.execution?.start(at: now)
      return [.runCommand(request)]
    }
    self.execution?.takeStep()
    return write(
      .moveStep(run: run.id, step: step.id, .started, takingOver: false),
      to: execution.incident.id,
      what: "step \(Untrusted(step.number).showable) begun: its command runs", then: .run(request))
  }

  mutating func interruptRun() -> [Effect] {
    guard let how = execution?.interrupt() else { return [] }
    switch how {
    case .interrupt: say(.notice, "asked it to stop (INT); Ctrl-C again asks more firmly")
    case .terminate: say(.notice, "asked it to end (TERM); Ctrl-C again ends it by force")
    case .kill: say(.notice, "ended by force (KILL)")
    }
    return [.interruptCommand(how)]
  }

  mutating func commandEnded(_ record: CommandRecord) -> [Effect] {
    guard let execution else { return [] }
    self.execution?.end(record)
    // The end of the output is what matters now.
    scroll[.command] = Int.max / 2
    return write(
      .record(record), to: execution.incident.id,
      what: "\(Painter.outcome(of: record)); say done (Space), failed (f), or r to run again")
  }
}
