import Execution
import Host
import IncidentDomain
import Runbooks
import TextGate

/// Values of placeholders, by where they come from.
struct GivenValues {
  /// From earlier steps of this person.
  var earlier: [String: Untrusted] = [:]
  /// From the command line, which every user of the machine can read.
  var told: [String: Untrusted] = [:]
  /// From a variable or a question.
  var quiet: [String: Untrusted] = [:]
  /// What the incident knows, where nothing else is given: nil where nobody would see it before a yes.
  var incident: Incident?
  /// Values of variables for the next command.
  var variables: @Sendable ([String]) -> [String: Untrusted] = { _ in [:] }

  var all: [String: Untrusted] {
    earlier.merging(told) { _, new in new }.merging(quiet) { _, new in new }
  }
}

/// The command of a step, made ready: values filled in, and nothing left that blocks it.
struct StepCommand {
  let planned: PlannedStep
  let dangers: [String]
  /// What a person types to run it.
  let word: Untrusted
  /// The text as it may be seen: secret values masked.
  let shown: Untrusted
  /// With which values it runs, and where they are from, a line each.
  let with: [Showable]
  /// What a person has to know of it beside its text, a line each.
  let terms: [Showable]
  let takesTerminal: Bool
  private let text: Untrusted
  private let rules: CommandRules
  private let secrets: [Secret]

  /// - Throws: a ``Failure`` saying what is missing.
  init(
    _ planned: PlannedStep, of run: Run, values: GivenValues, keeping kept: Set<String>
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
    guard planned.kind.holdsCommand, let command = step.runnable else {
      throw Failure(.refused, "\(label) holds no command to run; do it, then mark it as done")
    }
    takesTerminal = planned.kind == .tty
    let blocked = step.blocked.filter { if case .placeholder = $0 { false } else { true } }
    if let reason = blocked.first {
      throw Failure(.refused, "\(label) cannot be run in one go: \(reason.message); run it by hand")
    }
    let parameters = runbook.fields.parameters
    var all = values.all
    var sources: [String: Showable] = [:]
    let needed = step.neededVariables
    let found = values.variables(needed.filter { all[$0] == nil })
    for name in step.placeholders.map(\.name) + needed
    where all[name] == nil && found[name] == nil && !kept.contains(name) {
      let parameter = parameters.first { $0.name == name }
      if let incident = values.incident,
        let known = Prefill(name, parameter: parameter, in: incident)
      {
        all[name] = known.value
        sources[name] = known.source
      }
    }
    func isSecret(_ name: String) -> Bool {
      parameters.first { $0.name == name }?.isSecret ?? SecretNames.holdsSecret(name)
        || step.annotations.secrets.contains(name)
    }
    if let name = values.told.keys.sorted().first(where: isSecret) {
      throw Failure(
        .usage,
        "\(name.showableWord) is secret, and every user of this machine can read a command line; put it into a variable and give --set \(name.showableWord)"
      )
    }
    for parameter in parameters {
      guard let value = all[parameter.name] ?? found[parameter.name], let pattern = parameter.match
      else { continue }
      guard let regex = try? Regex(pattern.raw), (try? regex.wholeMatch(in: value.raw)) != nil
      else {
        throw Failure(
          .badData,
          "the value of \(parameter.name.showableWord) is not of the form \(pattern.showable); give another"
        )
      }
    }
    text = try Self.resolve(command, all, kept, label)
    var variables: [String: Untrusted] = [:]
    for name in needed {
      guard let value = all[name] ?? found[name] else {
        throw Failure(
          .refused,
          "\(label) needs the variable \(name.showableWord), and it is set nowhere; give it with --set \(name.showableWord)=VALUE\(step.requiredVariables.contains(name) ? .empty : ", or leave it empty with --set \(name.showableWord)=" as Showable)"
        )
      }
      variables[name] = value
    }
    let check: Untrusted? =
      if let poll = step.annotations.poll { try Self.resolve(poll.command, all, kept, label) } else
      {
        nil
      }
    rules = CommandRules(
      annotations: step.annotations, required: step.requiredVariables, variables: variables,
      check: check, takesTerminal: takesTerminal)
    let hidden = all.merging(variables) { own, _ in own }.filter {
      isSecret($0.key) && !$0.value.raw.isEmpty
    }
    let secrets = hidden.sorted { $0.key < $1.key }.map { name, value in
      Secret(value.raw, kind: Secret.kind(ofVariable: name) ?? .secret)
    }
    self.secrets = secrets
    shown = Redactor.redact(text, secrets)
    with = Self.with(
      step.placeholders.map(\.name).filter { !kept.contains($0) }, needed, all, variables, sources,
      isSecret)
    terms = Self.terms(step, planned, check.map { Redactor.redact($0, secrets) }, text)
    dangers = step.dangers
    if case .typed(let name) = step.annotations.confirmation, let value = all[name] {
      word = value
    } else {
      word = "yes"
    }
    for (command, text) in [(command, text), (step.annotations.poll?.command, check)] {
      if let text, command?.needsSyntaxCheck == true { try Self.checkSyntax(text, label) }
    }
  }

  private static func resolve(
    _ command: Runbooks.Command, _ values: [String: Untrusted], _ kept: Set<String>,
    _ label: Showable
  ) throws(Failure) -> Untrusted {
    switch command.resolved(with: values, keeping: kept) {
    case .success(let resolved): return resolved
    case .failure(let refusal):
      throw Failure(.badData, "\(label): \(refusal.message); give it with --set NAME=VALUE")
    }
  }

  /// `with instance = pg-2, from label instance`, placeholders first.
  private static func with(
    _ placeholders: [String], _ needed: [String], _ values: [String: Untrusted],
    _ variables: [String: Untrusted], _ sources: [String: Showable], _ isSecret: (String) -> Bool
  ) -> [Showable] {
    func line(_ name: Showable, _ key: String, _ value: Untrusted) -> Showable {
      let isSet: Showable = values[key] == nil ? ", as it is set already" : .empty
      let source = sources[key].map { ", from \($0)" as Showable } ?? isSet
      return "with \(name) = \(isSecret(key) ? "****" : value.showable)\(source)"
    }
    let own = placeholders.compactMap { name in
      values[name].map { line(name.showableWord, name, $0) }
    }
    return own
      + needed.map { name in
        variables[name].flatMap { value in
          value.raw.isEmpty ? nil : line("$\(name.showableWord)", name, value)
        }
          ?? "EMPTY $\(name.showableWord): the command sees nothing in its place"
      }
  }

  private static func terms(
    _ step: Runbooks.Step, _ planned: PlannedStep, _ check: Untrusted?, _ text: Untrusted
  ) -> [Showable] {
    let annotations = step.annotations
    var terms: [Showable] = []
    if let poll = annotations.poll, let check {
      let every = Showable.clock(seconds: poll.everySeconds)
      let limit = Showable.clock(seconds: poll.forSeconds)
      terms.append(
        planned.kind == .tty
          ? "Its check is NOT repeated, because the command has the terminal; run it by hand then:"
          : check == text
            ? "It is tried every \(every) until it passes, for at most \(limit)."
            : "Then, every \(every) until it passes, for at most \(limit):")
      if check != text || planned.kind == .tty { terms += check.showableLines.map { "     \($0)" } }
    }
    if let seconds = annotations.timeoutSeconds {
      terms.append("It is ended after \(Showable.clock(seconds: seconds)).")
    }
    for expected in annotations.expectations {
      switch expected {
      case .contains(let text): terms.append("Its output must hold \(text.showable).")
      case .matches(let pattern): terms.append("Its output must match \(pattern.showable).")
      }
    }
    if let name = annotations.setsValue {
      terms.append("Its last line becomes \(name.showableWord).")
    }
    if let role = planned.role { terms.append("It is for the \(role.title).") }
    return terms
  }

  private static func checkSyntax(_ text: Untrusted, _ label: Showable) throws(Failure) {
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
  func request(
    from execution: CommandExecution, _ carried: CarriedEnvironment
  ) throws(Failure) -> CommandRequest {
    var request = execution.request(text)
    request.secrets = secrets
    request.environment = carried.environment
    if let left = carried.directory { request.directory = left }
    let missing = request.follow(rules, own: Environment.all, base: execution.directory)
    guard missing.isEmpty else {
      throw Failure(
        .refused,
        "the step needs the variable \(missing.map(\.showableWord).joined(", ")); export it in your shell or in an earlier step"
      )
    }
    return request
  }
}
