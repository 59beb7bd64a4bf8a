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
    usage: "mayday run exec INC N [--set NAME=VALUE …] [--keep NAME …] [--yes] [--take]",
    discussion: """
      The command is shown in full before it runs, and runs as the runbook was when the run \
      began. Each placeholder needs its value with --set. Whether the step is done is for a \
      person to say: mayday run step INC N done.
      """)

  @Argument(help: .incident) var incident: IncidentReference
  @Argument(help: .step) var step: String

  @Option(help: ArgumentHelp("The value of a placeholder, repeatable.", valueName: "name=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp("A placeholder that is meant as it stands, repeatable.", valueName: "name"))
  var keep: [String] = []

  @Flag(help: "Run it without asking: you have read it.")
  var yes = false

  @Flag(help: "Take the step over from whoever holds it.")
  var take = false

  @OptionGroup var which: WhichRun
  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if let wrong = set.first(where: { !$0.contains("=") }) {
      throw ValidationError("'\(wrong)' is no value; give --set NAME=VALUE")
    }
  }

  func perform(in session: Session) throws {
    try session.requireRunning()
    let told = try when.read(session)
    let journal = try session.openJournal(.change)
    let incident = try session.incident(incident, in: journal)
    let run = try incident.run(
      try which.resolve(Subject(id: incident.id, journal: journal)))
    guard let planned = run.step(named: step) else {
      throw Failure(
        .noInput,
        "\(run.start.runbook.showable) has no step \(step.showableWord); see mayday show \(incident.number)"
      )
    }
    let command = try StepCommand(planned, of: run, values: values, keeping: Set(keep))
    let execution = try CommandExecution(session)
    let request = try command.request(from: execution)
    try confirm(command, request, session)
    if run.progress(planned).state != .started || run.progress(planned).by != session.actor.person {
      _ = try journal.append(
        .moveStep(run: run.id, step: planned.id, .started, takingOver: take), to: incident.id,
        by: session.actor, at: told, now: session.now)
    }
    let report = try execution.run(request, onTerminal: planned.kind == .tty)
    try execution.record(
      report, run: run.id, step: planned.id, on: incident.id, in: journal, at: told)
    if !options.json {
      session.output.line(
        "When it did what it should: mayday run step \(incident.number) \(planned.number.showableWord) done"
      )
    }
  }

  private var values: [String: Untrusted] {
    var values: [String: Untrusted] = [:]
    for pair in set {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[String(parts[0])] = Untrusted(String(parts[1]))
    }
    return values
  }

  /// Shows the command in full and waits for a person's yes.
  private func confirm(
    _ command: StepCommand, _ request: CommandRequest, _ session: Session
  ) throws {
    if yes { return }
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
    for (index, line) in request.text.showableLines.enumerated() {
      output.line("  \(index + 1)  \(line)")
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

/// The command of a step, made ready: values filled in, and nothing left that blocks it.
private struct StepCommand {
  let planned: PlannedStep
  let dangers: [String]
  /// What a person types to run it.
  let word: Untrusted
  private let text: Untrusted
  private let annotations: Annotations
  private let requiredVariables: [String]
  private let secrets: [Secret]

  /// - Throws: a ``Failure`` saying what is missing.
  init(
    _ planned: PlannedStep, of run: Run, values: [String: Untrusted], keeping kept: Set<String>
  ) throws(Failure) {
    self.planned = planned
    let label: Showable = "step \(planned.number.showableWord)"
    // What can run is the text in the record, not what the file has become.
    let source = Array(run.start.source.raw.utf8)
    guard let runbook = try? Runbook(path: run.start.runbook.raw, bytes: source),
      runbook.digest == run.start.digest, let step = runbook.step(id: planned.id)
    else {
      throw Failure(
        .refused,
        "\(label) cannot be run from the record: the runbook was not UTF-8, or another program read it; run it by hand with mayday exec"
      )
    }
    guard planned.kind.holdsCommand, let command = step.command else {
      throw Failure(.refused, "\(label) holds no command to run; do it, then mark it as done")
    }
    let blocked = step.blocked.filter { if case .placeholder = $0 { false } else { true } }
    if let reason = blocked.first {
      throw Failure(.refused, "\(label) cannot be run in one go: \(reason.message); run it by hand")
    }
    switch command.resolved(with: values, keeping: kept) {
    case .success(let resolved): text = resolved
    case .failure(let refusal):
      throw Failure(.badData, "\(label): \(refusal.message); give it with --set NAME=VALUE")
    }
    let parameters = runbook.fields.parameters
    for parameter in parameters {
      guard let value = values[parameter.name], let pattern = parameter.match else { continue }
      guard let regex = try? Regex(pattern.raw), (try? regex.wholeMatch(in: value.raw)) != nil
      else {
        throw Failure(
          .badData,
          "the value of \(parameter.name.showableWord) is not of the form \(pattern.showable); give another"
        )
      }
    }
    let hidden = Set(parameters.filter(\.isSecret).map(\.name) + step.annotations.secrets)
    secrets = hidden.sorted().compactMap { values[$0].map { Secret($0.raw) } }
    annotations = step.annotations
    requiredVariables = step.requiredVariables
    dangers = step.dangers
    if case .typed(let name) = step.annotations.confirmation, let value = values[name] {
      word = value
    } else {
      word = "yes"
    }
    if command.needsSyntaxCheck { try checkSyntax(label) }
  }

  private func checkSyntax(_ label: Showable) throws(Failure) {
    do {
      guard case .wrong(let line, let message) = try SyntaxCheck.check(text) else { return }
      let place = line.map { " on line \($0)" as Showable } ?? .empty
      throw Failure(
        .refused, "\(label) is no whole command\(place): \(message.showable); run it by hand")
    } catch let error as CannotStart {
      throw Failure(.unavailable, error.sentence)
    } catch {
      throw Failure(error) ?? Failure(.refused, "\(label) could not be checked; run it by hand")
    }
  }

  /// What to run, by what the runbook says of the step.
  ///
  /// - Throws: a ``Failure`` when a variable is missing that it needs.
  func request(from execution: CommandExecution) throws(Failure) -> CommandRequest {
    var request = execution.request(text)
    for name in requiredVariables where request.environment[name] == nil {
      guard let value = Environment[name] else {
        throw Failure(
          .refused, "the step needs the variable \(name.showableWord); set it and try again")
      }
      request.environment[name] = value
    }
    if let directory = annotations.directory { request.directory = directory.raw }
    if !annotations.exitCodes.isEmpty { request.passingExitCodes = Set(annotations.exitCodes) }
    request.timeLimit = annotations.timeoutSeconds.map {
      .init(.seconds($0), grace: .seconds(annotations.graceSeconds ?? 10))
    }
    request.secrets = secrets
    return request
  }
}
