import IncidentDomain
import Runbooks
import TextGate

/// The command of a step, from the first look at it to what came of it.
struct Execution: Sendable {
  let incident: Target
  let run: EventID
  let planned: PlannedStep
  /// The step as the run's own copy of the runbook tells it; nil when that cannot be read as it was.
  let step: Runbooks.Step?
  /// What the runbook says of its values.
  let parameters: [Fields.Parameter]
  /// By the name of their placeholder.
  private(set) var values: [String: Untrusted] = [:]
  /// Values of the variables that it reads, where they are set already; nil until the host has looked.
  private(set) var found: [String: Untrusted]?
  /// The same as a person typed them; empty where nothing is to be set.
  private(set) var typed: [String: Untrusted] = [:]
  /// Placeholders that are meant as they stand.
  private(set) var kept: Set<String> = []
  /// The exact text that would run; nil while a placeholder is open.
  private(set) var text: Untrusted?
  private(set) var stage: Stage = .asking
  private(set) var syntax: Syntax = .unknown
  /// The last lines of the output.
  private(set) var output: [Showable] = []
  /// The line that it has begun and not ended.
  private(set) var unfinished: [Showable] = []
  /// The exact text of the check that is repeated after it; nil for none.
  private(set) var check: Untrusted?
  /// Lines that came before them.
  private(set) var linesDropped = 0
  private(set) var interruptions = 0
  /// Lines of the text before the question that have been on the screen.
  private(set) var seen = 0
  /// Where it will run, as far as the console knows.
  var directory: Untrusted?
  /// Whether the word that a dangerous command wants was typed.
  var isTyped = false

  enum Stage: Sendable {
    /// Shown in full; nothing runs.
    case asking
    /// The step is being taken: the command runs as soon as that is on disk.
    case taking
    case running(since: Instant)
    case ended(CommandRecord)
    case failed(Showable)
  }

  enum Syntax: Sendable {
    case unknown, sound
    case wrong(Showable)
  }

  /// Lines of output that are kept to look at; the whole is in its file.
  static let linesKept = 5000
  /// Looks at a step's command.
  ///
  /// What can run is read from the run's own copy of the runbook, never from the file as it is now.
  init?(incident: Target, run: Run, step: PlannedStep, text: RunText?) {
    guard step.command != nil else { return nil }
    self.incident = incident
    self.run = run.id
    planned = step
    let read = text?.digest == run.start.digest ? text : RunText(run.start)
    self.step = read?.step(step)
    parameters = self.step == nil ? [] : read?.runbook?.fields.parameters ?? []
    if neededVariables.isEmpty { found = [:] }
    resolve()
  }

  // MARK: - Values

  /// The first placeholder without a value.
  var nextOpen: Placeholder? {
    step?.placeholders.first { values[$0.name] == nil && !kept.contains($0.name) }
  }

  func parameter(_ name: String) -> Fields.Parameter? { parameters.first { $0.name == name } }

  /// Whether a value is masked wherever it would be seen (RUNBOOKS.md 3.4, `secret`).
  func isSecret(_ name: String) -> Bool {
    if parameter(name)?.isSecret == true { return true }
    if step?.annotations.secrets.contains(name) == true { return true }
    return SecretNames.holdsSecret(name)
  }

  /// Takes a value, and says what is wrong with it.
  mutating func take(_ value: Untrusted, for name: String) -> Showable? {
    let placeholder = step?.placeholders.first { $0.name == name }
    if placeholder?.isDoubtful == true, placeholder?.text == value {
      kept.insert(name)
      values[name] = nil
    } else {
      if let why = mismatch(value, name) { return why }
      values[name] = value
    }
    return resolve()
  }

  /// The variables that it counts on somebody to have set.
  var neededVariables: [String] { step?.neededVariables ?? [] }

  /// The first variable that is set nowhere and was not asked for; a placeholder's value counts for
  /// the variable of its name.
  var nextUnset: String? {
    guard let found else { return nil }
    return neededVariables.first { found[$0] == nil && typed[$0] == nil && values[$0] == nil }
  }

  /// Whether it cannot do without the variable, by what the runbook says.
  func isRequired(_ variable: String) -> Bool {
    step?.requiredVariables.contains(variable) == true
  }

  /// What the variables are that it will get, by name; empty where a person leaves one unset.
  var variables: [String: Untrusted] {
    var all: [String: Untrusted] = [:]
    for name in neededVariables {
      if let value = typed[name] ?? found?[name] ?? values[name] { all[name] = value }
    }
    return all
  }

  /// Takes what the host found of the variables.
  mutating func take(found: [String: Untrusted]) {
    guard case .asking = stage else { return }
    self.found = found.filter { mismatch($0.value, $0.key) == nil }
  }

  /// Takes a variable's value, and says what is wrong with it; empty leaves it unset.
  mutating func take(_ value: Untrusted, forVariable name: String) -> Showable? {
    if value.raw.isEmpty {
      guard !isRequired(name) else {
        return "without $\(Untrusted(name).showable) it cannot run: type its value, or Esc"
      }
    } else if let why = mismatch(value, name) {
      return why
    }
    guard !value.holdsNull else { return "a value cannot hold a NUL character" }
    typed[name] = value
    return nil
  }

  /// What a value has against the form that the runbook asks for.
  private func mismatch(_ value: Untrusted, _ name: String) -> Showable? {
    guard let pattern = parameter(name)?.match, let regex = try? Regex(pattern.raw),
      (try? regex.wholeMatch(in: value.raw)) == nil
    else { return nil }
    return "\(Untrusted(name).showable) must look like \(pattern.showable)"
  }

  /// Empties a value, so that it is asked for again.
  mutating func clear(_ name: String) {
    values[name] = nil
    typed[name] = nil
    kept.remove(name)
    text = nil
  }

  /// That many lines, from the first on, have been on the screen.
  mutating func see(through count: Int) { seen = max(seen, count) }

  @discardableResult
  private mutating func resolve() -> Showable? {
    text = nil
    seen = 0
    check = nil
    syntax = .unknown
    guard let command = step?.runnable, nextOpen == nil else { return nil }
    if let poll = step?.annotations.poll {
      switch poll.command.resolved(with: values, keeping: kept) {
      case .success(let text): check = text
      case .failure(let refusal): return refusal.message
      }
    }
    switch command.resolved(with: values, keeping: kept) {
    case .success(let text):
      self.text = text
      if !command.needsSyntaxCheck { syntax = .sound }
      return nil
    case .failure(let refusal): return refusal.message
    }
  }

  /// The secret values, longest first.
  var secrets: [Untrusted] {
    let hidden = values.filter { isSecret($0.key) }.map(\.value)
    return (hidden + variables.filter { isSecret($0.key) && !$0.value.raw.isEmpty }.map(\.value))
      .sorted { $0.raw.count > $1.raw.count }
  }

  /// The text as it may be seen: secret values masked.
  var shown: Untrusted { masked(text ?? planned.command ?? "") }

  /// A text with the secret values masked.
  func masked(_ text: Untrusted) -> Untrusted {
    var raw = text.raw
    for secret in secrets where !secret.raw.isEmpty {
      raw = raw.split(separator: secret.raw, omittingEmptySubsequences: false)
        .joined(separator: "****")
    }
    return Untrusted(raw)
  }

  // MARK: - Before it runs

  /// Why it cannot run at all, each a clause.
  var blocked: [Showable] {
    guard let step else { return ["the record's copy of the runbook does not read as it did"] }
    return step.blocked.filter { reason in
      if case .placeholder = reason { false } else { true }
    }.map(\.message)
  }

  /// Words that want a second look.
  var dangers: [Showable] { (step?.dangers ?? []).map { Untrusted($0).showable } }

  /// What must be typed before it runs; nil when a key is enough.
  var wordToType: Untrusted? {
    if case .typed(let name) = step?.annotations.confirmation {
      return values[name] ?? Untrusted(incident.name.text)
    }
    return dangers.isEmpty ? nil : Untrusted(incident.name.text)
  }

  var takesTerminal: Bool { planned.kind == .tty || step?.annotations.runClass == .tty }

  /// What the host is to run.
  var request: ConfirmedCommand? {
    guard let text, let annotations = step?.annotations else { return nil }
    return ConfirmedCommand(
      incident: incident.id, run: run, step: planned.id, text: text, secrets: secrets,
      takesTerminal: takesTerminal, annotations: annotations,
      required: step?.requiredVariables ?? [], variables: variables, check: check)
  }

  // MARK: - While and after it runs

  /// Whether the command runs, or is about to.
  var isUnderWay: Bool {
    switch stage {
    case .taking, .running: true
    case .asking, .ended, .failed: false
    }
  }

  mutating func takeSyntax(of text: Untrusted, _ problem: Showable?) {
    if text == self.text {
      syntax = problem.map { .wrong($0) } ?? .sound
    } else if text == check, let problem {
      syntax = .wrong("in its check: \(problem)")
    }
  }

  mutating func take(_ lines: [Showable]) {
    output += lines
    if output.count > Self.linesKept {
      linesDropped += output.count - Self.linesKept
      output.removeFirst(output.count - Self.linesKept)
    }
  }

  mutating func take(unfinished line: [Showable]) { unfinished = line }

  mutating func takeStep() {
    stage = .taking
    isTyped = false
  }

  mutating func start(at now: Instant) {
    stage = .running(since: now)
    isTyped = false
    output = []
    unfinished = []
    linesDropped = 0
    interruptions = 0
  }

  mutating func stayAsking() {
    stage = .asking
    isTyped = false
  }

  mutating func fail(_ why: Showable) { stage = .failed(why) }

  mutating func end(_ record: CommandRecord) { stage = .ended(record) }

  /// How hard the next Ctrl-C asks.
  mutating func interrupt() -> Interruption {
    interruptions += 1
    return interruptions == 1 ? .interrupt : interruptions == 2 ? .terminate : .kill
  }

  /// What the runbook expected, and whether it came; nothing where it expects nothing.
  func checks(of record: CommandRecord) -> [(text: Showable, passed: Bool)] {
    guard let step else { return [] }
    let passing = step.annotations.exitCodes.isEmpty ? [0] : step.annotations.exitCodes
    let exit = if case .exited(let code) = record.outcome { passing.contains(code) } else { false }
    var checks = [
      ("it exits with \(passing.map { "\($0)" as Showable }.joined(" or "))" as Showable, exit)
    ]
    if let poll = record.poll { checks = [("its check passes", poll.isMet)] }
    return checks + record.checks.map { ($0.showable, $0.isMet) }
  }
}
