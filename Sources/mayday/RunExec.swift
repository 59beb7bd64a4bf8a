import ArgumentParser
import Execution
import Glibc
import IncidentDomain
import Journal
import Runbooks
import TextGate

struct RunStepCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "exec", abstract: "Run the command of a step, after a yes.",
    usage:
      "mayday run exec INC N [--set NAME[=VALUE] …] [--keep NAME …] [--yes] [--again] [--take]",
    discussion: """
      The command is shown in full before it runs, and runs as the runbook was when the run \
      began. Each placeholder needs its value, and so does each variable that the command reads and \
      that is set nowhere: --set NAME=VALUE, or --set NAME for the value of the variable NAME, which \
      a secret wants because every user of the machine can read a command line. What a label or \
      the incident tells is offered, and shown before the question; with --yes it is not taken. Directory and exported variables go over to your next command of the run. \
      Whether the step is done is for a person to say: mayday run step INC N done.
      """)

  @Argument(help: .incident) var incident: IncidentReference
  @Argument(help: .step) var step: String

  @Option(
    help: ArgumentHelp(
      "The value of a placeholder or a variable, repeatable; without one, that of the variable.",
      valueName: "name=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp("A placeholder that is meant as it stands, repeatable.", valueName: "name"))
  var keep: [String] = []

  @Flag(help: "Run it without asking: you have read it.")
  var yes = false

  @Flag(help: "With --yes: run it though nobody knows what the last try did.")
  var again = false

  @Flag(help: "Take the step over from whoever holds it.")
  var take = false

  @Option(help: ArgumentHelp("Why it is taken over.", valueName: "text"))
  var because: Untrusted?

  @OptionGroup var which: WhichRun
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireRunning()
    let told = try when.read(session)
    let journal = try session.openJournal(.change)
    let incident = try session.incident(incident, in: journal)
    var run = try incident.run(
      try which.resolve(Subject(id: incident.id, journal: journal)))
    guard let planned = run.step(named: step) else {
      throw Failure(
        .noInput,
        "\(run.start.runbook.showable) has no step \(step.showableWord); see mayday show \(incident.number)"
      )
    }
    let execution = try CommandExecution(session)
    var carried = execution.carried(of: run.id)
    var values = try values(for: run, session)
    // Whoever gives --yes sees no question: a value that the incident knows is for one who reads it.
    if !yes { values.incident = incident }
    values.variables = { [carried] names in carried.values(of: names, own: Environment.all) }
    let command = try StepCommand(planned, of: run, values: values, keeping: Set(keep))
    let request = try command.request(from: execution, carried)
    let subject = Subject(id: incident.id, journal: journal)
    let holder = try subject.settle(planned.id, of: run.id, by: session)
    run = try subject.read().run(run.id)
    try confirm(command, request, run.progress(planned), session)
    if take, let holder, holder != session.actor.person {
      _ = try journal.append(
        .moveStep(
          run: run.id, step: planned.id, .takenOver(from: holder, because: because),
          takingOver: true), to: incident.id, by: session.actor, at: nil, now: Session.clock())
    }
    // The store takes one of two who confirm at once: only that one's command runs.
    let start = CommandStart(
      run: run.id, step: planned.id, command: command.shown,
      directory: Untrusted(request.directory),
      process: Int(getpid()), session: ProcessSession.own().text)
    let signals = HeldSignals()
    defer { signals.release() }
    let began = try execution.begin(start, on: incident.id, in: journal, at: told)
    let report: CommandReport
    do {
      report = try execution.run(
        request, begun: began, onTerminal: command.takesTerminal,
        estimate: planned.estimateSeconds)
    } catch {
      // It was claimed and nothing ran: the step is free for another try.
      try execution.fail(start, because: error, on: incident.id, in: journal)
      throw error
    }
    for sentence in carried.take(report, secretValues: request.secrets) {
      session.output.note(sentence)
    }
    try execution.record(
      report, of: start, begun: began, on: incident.id, in: journal, at: told)
    if !options.json {
      session.output.line(
        "When it did what it should: mayday run step \(incident.number) \(planned.number.showableWord) done"
      )
    }
  }

  // MARK: - Values

  /// Values by the name of their placeholder: those that were given, then those that earlier steps
  /// gave this person.
  private func values(for run: Run, _ session: Session) throws(Failure) -> GivenValues {
    var given = GivenValues(earlier: run.values[session.actor.person] ?? [:])
    for word in set {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if parts.count == 2 {
        given.told[name] = Untrusted(String(parts[1]))
      } else if let value = Environment[name] {
        given.quiet[name] = Untrusted(value)
      } else if isatty(STDIN_FILENO) == 1, !options.json {
        given.quiet[name] = try SecretQuestion.ask(name, session.output)
      } else {
        throw Failure(
          .usage,
          "there is no variable \(name.showableWord) to take the value from; set it, or give --set NAME=VALUE"
        )
      }
    }
    return given
  }

  // MARK: - Before it runs

  /// Shows the command in full and waits for a person's yes.
  private func confirm(
    _ command: StepCommand, _ request: CommandRequest, _ progress: StepProgress,
    _ session: Session
  ) throws {
    let lost = progress.lost
    if yes {
      guard let lost, !again else { return }
      throw Failure(
        .refused,
        "nobody knows what the last try did (\(lost.place), since \(lost.since.showable)); look, then give --again"
      )
    }
    guard isatty(STDIN_FILENO) == 1, !options.json else {
      throw Failure(
        .usage,
        "nobody can be asked here; read the command with mayday runbook show --plan, then give --yes"
      )
    }
    let output = session.output
    output.line("Step \(command.planned.number.showableWord): \(command.planned.title.showable)")
    output.line(
      "As \(session.actor.account.showable) on \(session.actor.host.showable), in \(Untrusted(request.directory).showable):"
    )
    output.lines(command.with)
    for (index, line) in command.shown.showableLines.enumerated() {
      output.line("  \(index + 1)  \(line)")
    }
    output.lines(command.terms)
    if let lost {
      output.line(
        "OUTCOME UNKNOWN of the last try (\(lost.place), since \(lost.since.showable), process \(lost.start.process)): look what it did before you run it again"
      )
    }
    if !command.dangers.isEmpty {
      output.line("DANGER: \(command.dangers.map(\.showableWord).joined(", "))")
    }
    output.line("Type \(command.word.showable) and Enter to run it, anything else to leave it:")
    output.flush()
    guard let answer = readLine(), answer == command.word.raw else {
      throw Failure(.refused, "the command was not run; nothing was written")
    }
  }
}

/// Asks for a value whose letters must not be seen.
enum SecretQuestion {
  static func ask(_ name: String, _ output: Output) throws(Failure) -> Untrusted {
    output.part("\(name.showableWord) (not shown): ")
    output.flush()
    var modes = termios()
    guard tcgetattr(STDIN_FILENO, &modes) == 0 else {
      throw Failure(.usage, "there is no terminal to ask on; set the variable \(name.showableWord)")
    }
    var quiet = modes
    // Without signals too: a program that ends here would leave the terminal without its echo.
    quiet.c_lflag &= ~tcflag_t(ECHO | ISIG)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
    let answer = readLine()
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &modes)
    output.line()
    guard let answer, !answer.isEmpty, !answer.unicodeScalars.contains("\u{3}") else {
      throw Failure(.refused, "no value was given; the command was not run")
    }
    return Untrusted(answer)
  }
}
