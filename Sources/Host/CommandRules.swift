import Execution
import IncidentDomain
import Runbooks
import TextGate

/// What a runbook says of the command that is to run, beside its text: the console and the command
/// line carry it out alike (RUNBOOKS.md 3.4).
public struct CommandRules: Sendable {
  /// What the step's comments tell.
  public var annotations: Annotations
  /// Variables that it cannot do without, beside those that the comments name.
  public var required: [String]
  /// Values of variables that it reads, as a person has seen them or typed them.
  public var variables: [String: Untrusted]
  /// The check to repeat, its values filled in; nil for none.
  public var check: Untrusted?
  /// Whether the command takes the terminal: nobody can repeat a check there.
  public var takesTerminal: Bool

  /// Holds the parts as they are.
  public init(
    annotations: Annotations, required: [String] = [], variables: [String: Untrusted] = [:],
    check: Untrusted? = nil, takesTerminal: Bool = false
  ) {
    self.annotations = annotations
    self.required = required
    self.variables = variables
    self.check = check
    self.takesTerminal = takesTerminal
  }
}

extension CommandRequest {
  /// Takes over what the runbook says.
  ///
  /// - Parameters:
  ///   - own: the environment of this program, in which required variables are looked for when the
  ///     command's own does not hold them.
  ///   - base: the directory this program was started in, an absolute path; a relative `cwd` is
  ///     meant from there.
  /// - Returns: required variables that are nowhere; nothing may run then.
  public mutating func follow(
    _ rules: CommandRules, own: [String: String], base: String
  ) -> [String] {
    let annotations = rules.annotations
    var missing: [String] = []
    // Left empty by a person: not what an earlier command may have set.
    for (name, value) in rules.variables {
      environment[name] = value.raw.isEmpty ? nil : value.raw
    }
    for name in annotations.environment + rules.required where environment[name] == nil {
      if let value = own[name] {
        environment[name] = value
      } else if !missing.contains(name) {
        missing.append(name)
      }
    }
    if let told = annotations.directory?.raw {
      directory = Self.absolute(told, base: base, home: own["HOME"])
    }
    if !annotations.exitCodes.isEmpty { passingExitCodes = Set(annotations.exitCodes) }
    timeLimit = annotations.timeoutSeconds.map {
      TimeLimit(.seconds($0), grace: .seconds(annotations.graceSeconds ?? 10))
    }
    expectations = annotations.expectations.map {
      switch $0 {
      case .contains(let text): .contains(text)
      case .matches(let pattern): .matches(pattern)
      }
    }
    value = annotations.setsValue.map { name in
      let isSecret = annotations.secrets.contains(name) || SecretNames.holdsSecret(name)
      return NamedValue(name: name, isSecret: isSecret)
    }
    if let check = rules.check, let told = annotations.poll, !rules.takesTerminal {
      poll = Poll(
        text: check, every: .seconds(told.everySeconds), limit: .seconds(told.forSeconds))
    }
    return missing
  }

  /// An absolute path of a directory as a runbook writes it.
  private static func absolute(_ path: String, base: String, home: String?) -> String {
    if path.hasPrefix("/") { return path }
    if path == "~" || path.hasPrefix("~/"), let home { return home + path.dropFirst() }
    return path == "." ? base : base + "/" + path
  }
}

extension CarriedEnvironment {
  /// The values that variables have for the next command: what earlier ones left, what this program
  /// passes on anyway, and what it was given itself; one that is set nowhere is left out.
  ///
  /// - Parameter own: the environment of this program.
  public func values(of names: [String], own: [String: String]) -> [String: Untrusted] {
    let carried = environment
    var found: [String: Untrusted] = [:]
    for name in names {
      if let value = carried[name] ?? own[name] { found[name] = Untrusted(value) }
    }
    return found
  }
}

/// What commands of one person and run left behind, and what the next one begins with.
///
/// Everything but secrets is in a file, for other calls of the program; secrets are kept here.
public struct CarriedEnvironment: Sendable {
  private let store: CarryStore
  /// What a fresh command would get.
  private let base: [String: String]
  private var secrets: [String: String] = [:]
  /// Whether the next command runs in this process: else secrets are lost with it.
  private let lasts: Bool

  /// Of one person and run; `lasts` for a process that runs the next command too.
  public init(
    folder: OutputFolder, run: EventID, person: Untrusted, own: [String: String], lasts: Bool
  ) {
    self.lasts = lasts
    store = CarryStore(folder: folder, run: run, person: person)
    base = EnvironmentRule.standard.environment(from: own)
  }

  /// The environment of the next command.
  public var environment: [String: String] {
    let changed = store.load()?.environment(over: base) ?? base
    return changed.merging(secrets) { _, secret in secret }
  }

  /// Where the last command left off; nil when none did.
  public var directory: String? { store.load()?.directory }

  /// Takes what a command left behind.
  ///
  /// - Parameter secretValues: values that the command was given and that must not be on disk.
  /// - Returns: what to tell the person, when something was not carried over.
  public mutating func take(_ report: CommandReport, secretValues: [Secret]) -> [Showable] {
    var told: [Showable] = []
    if let sentence = report.carryOver.sentence { told.append(sentence) }
    if case .carried(let carried) = report.carryOver {
      var changes = CarriedChanges(carried, from: base)
      if let value = report.value, let text = value.text, !value.isSecret {
        changes.set[value.name] = text.raw
      }
      let hidden = changes.secretNames(secretValues)
      secrets = changes.set.filter { hidden.contains($0.key) }
      if !lasts, !hidden.isEmpty {
        told.append(
          """
          Not carried over, because secrets are not written to disk: \
          \(hidden.map { Untrusted($0).showable }.joined(", ")).
          """)
      }
      if let problem = store.save(changes, secrets: secretValues) { told.append(problem) }
    }
    if let value = report.value, let text = value.text, value.isSecret {
      secrets[value.name] = text.raw
    }
    return told
  }
}
