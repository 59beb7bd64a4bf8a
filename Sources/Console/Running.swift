import Grid
import IncidentDomain
import TextGate

/// Running a step's command: look, fill, confirm, run, say what came of it.
extension Model {
  mutating func lookAtCommand() -> [Effect] {
    guard let run = open?.openRun, let step = open?.selectedStep, let target else { return [] }
    if let execution, execution.planned.id == step.id, execution.run == run.id,
      execution.isUnderWay
    {
      push(.command)
      return []
    }
    guard
      var execution = Execution(
        incident: target, run: run, step: step, text: open?.texts[run.id])
    else { return [] }
    // What was typed for this run once is not asked for twice.
    for (name, value) in values(of: run)
    where execution.step?.placeholders.contains(where: { $0.name == name }) == true {
      if execution.take(value, for: name) != nil { execution.clear(name) }
    }
    for (name, value) in runValues[run.id] ?? [:] where execution.neededVariables.contains(name) {
      _ = execution.take(value, forVariable: name)
    }
    execution.directory =
      execution.step?.annotations.directory ?? directories[run.id] ?? session.directory
    self.execution = execution
    open?.step = step.id
    push(.command)
    scroll[.command] = 0
    let names = execution.neededVariables
    let lookUp: [Effect] = names.isEmpty ? [] : [.lookUpVariables(run: run.id, names)]
    return lookUp + goOn() + lookAtFile()
  }

  /// What the host found of the variables; those that are set nowhere are asked for.
  mutating func take(variables found: [String: Untrusted], of run: EventID) -> [Effect] {
    guard execution?.run == run else { return [] }
    execution?.take(found: found)
    return screen == .command && prompt == nil ? goOn() : []
  }

  /// Values that this person typed for a run, and those that its commands gave them.
  func values(of run: Run) -> [String: Untrusted] {
    (run.values[session.actor.person] ?? [:]).merging(runValues[run.id] ?? [:]) { _, own in own }
  }

  /// Asks for the next open value, or has the whole text checked.
  private mutating func goOn() -> [Effect] {
    guard let execution else { return [] }
    if !execution.blocked.isEmpty { return [] }
    if let placeholder = execution.nextOpen {
      ask(.value(name: placeholder.name))
      return []
    }
    if let variable = execution.nextUnset {
      ask(.value(name: variable))
      return []
    }
    guard let text = execution.text, case .unknown = execution.syntax else { return [] }
    // In this order: what is wrong with the check is said once the command was found sound.
    return [text, execution.check].compactMap { $0 }.map { .checkSyntax($0) }
  }

  /// A value for a placeholder, or the word that a dangerous command wants.
  mutating func takeValue(_ value: Untrusted, of purpose: Form.Purpose) -> [Effect] {
    switch purpose {
    case .value(let name):
      let isVariable = execution?.step?.placeholders.contains { $0.name == name } != true
      let problem =
        isVariable
        ? execution?.take(value, forVariable: name) : execution?.take(value, for: name)
      if let problem {
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
    case .kill: return interrupt()
    default:
      execution?.isTyped = true
      return confirmRun()
    }
  }

  /// Takes note of how much of the command has been on the screen.
  mutating func noteWhatIsSeen() {
    guard screen == .command, prompt == nil, case .asking = execution?.stage else { return }
    let rows = Painter(model: self, size: size, glyphs: .utf8).rowsOfText
    execution?.see(through: (scroll[.command] ?? 0) + rows)
  }

  /// Why the command on the screen cannot run now.
  var refusalOfRunning: Showable? {
    if let why = refusalOfText { return why }
    // Nobody confirms what was not on the screen: its end must have been seen.
    guard let execution, case .asking = execution.stage else { return nil }
    let needed = commandText(columns: max(1, size.columns - 3)).count
    let left = needed - execution.seen
    guard left > 0 else { return nil }
    return "read it to its end first: \(Showable.count(left, "line", "lines")) more, Ctrl-D or G"
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
    if execution.found == nil {
      return "the variables that it reads are being looked up; press r again in a moment"
    }
    if let unset = execution.nextUnset {
      return "$\(Untrusted(unset).showable) is set nowhere; q, then x asks for it"
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
    guard let run = incident?.runs.first(where: { $0.id == execution.run }), run.isOpen,
      run.start.steps.contains(execution.planned)
    else {
      refuse("the run has ended or goes on with another text; nothing was run")
      return []
    }
    self.execution?.takeStep()
    // The text of the runbook, not the one with values in it: a value may be a secret.
    let start = CommandStart(
      run: run.id, step: execution.planned.id, command: execution.planned.command ?? "",
      directory: execution.directory ?? "", process: session.process.id,
      session: session.process.session)
    return write(
      .beginCommand(start), to: execution.incident.id,
      what: "runs step \(Untrusted(execution.planned.number).showable)", then: .run(request))
  }

  mutating func interruptRun() -> [Effect] {
    guard let execution else { return [] }
    // By force only after a question: a process that is killed cleans nothing up.
    if execution.interruptions >= 2 {
      ask(.kill)
      return []
    }
    return interrupt()
  }

  private mutating func interrupt() -> [Effect] {
    guard case .running = execution?.stage, let how = execution?.interrupt() else {
      refuse("it has ended meanwhile")
      return []
    }
    switch how {
    case .interrupt: say(.notice, "asked it to stop (INT); Ctrl-C again asks more firmly")
    case .terminate:
      say(.notice, "asked it to end (TERM); Ctrl-C again asks whether to end it by force")
    case .kill: say(.notice, "ended by force (KILL)")
    }
    return [.interruptCommand(how)]
  }

  mutating func commandEnded(_ record: CommandRecord) -> [Effect] {
    guard let execution else { return [] }
    self.execution?.end(record)
    // A command that had the terminal told nothing meanwhile: what is kept of it is in its record.
    if execution.takesTerminal { self.execution?.take(record.output.showableLines) }
    // The end of the output is what matters now.
    if screen == .command { scroll[.command] = Int.max / 2 }
    if case .form(let form) = prompt, form.purpose == .kill { prompt = nil }
    return keep(record, of: execution.incident.id)
  }

  /// Appends the record of a command; what ran is a fact, so it is tried again until it is kept.
  mutating func keep(_ record: CommandRecord, of incident: EventID) -> [Effect] {
    write(
      .record(record), to: incident,
      what: "\(Painter.outcome(of: record)); say done (Space), failed (f), or r to run again",
      then: .keep(record))
  }

  /// Seconds between two tries to keep what the store refused.
  private static let keepAgainEvery = 5

  /// Asks for the records that the store refused.
  mutating func keepAgain() -> [Effect] {
    if let last = keptAgain, now.seconds(since: last) < Self.keepAgainEvery { return [] }
    let waiting = unkept
    guard !waiting.isEmpty else { return [] }
    keptAgain = now
    unkept = []
    return waiting.flatMap { keep($0.record, of: $0.incident) }
  }

  /// The command could not be started: the record says so, and the step is still held.
  mutating func commandFailed(_ why: Showable) -> [Effect] {
    guard let execution else { return [] }
    self.execution?.fail(why)
    refuse(why)
    return write(
      .failCommand(
        run: execution.run, step: execution.planned.id, session: session.process.session,
        because: Untrusted(why.text)), to: execution.incident.id,
      what: "it did not start: \(why)", then: .quietly)
  }
}
