import IncidentDomain
import TextGate

/// One step of a runbook, as inferred from its text or told by an annotation.
public struct Step: Hashable, Sendable {
  /// The same as long as its section, kind and text stay the same, wherever it moves in the file.
  public let id: String
  /// As shown, unique in the runbook: `3`, `3a`, `2.1`; `V1` in the verification, `R1` in the
  /// rollback, `P1` in the prerequisites, `D1` for a choice between sections.
  public let number: String
  /// What it asks of the responder; only kinds that hold a command can run one.
  public let kind: StepKind
  /// What to do, on one line.
  public let title: Untrusted
  /// What the parts of one fence or one section have in common; nil when it stands alone.
  public let group: Untrusted?
  /// Where it begins, from 1.
  public let line: Int
  /// All lines that tell of it.
  public let lines: ClosedRange<Int>
  /// Index of its section in ``Runbook/sections``; nil above the first heading.
  public let section: Int?
  /// Which way it stands on.
  public let part: PlannedStep.Part
  /// What it runs, or shows for copying; nil when a person does it by hand.
  public let command: Command?
  /// What the text gives as an example of the output: shown beside the real one, never compared.
  public let expectedOutput: Untrusted?
  /// The answers of a decision. A person may answer in free words too.
  public let choices: [PlannedChoice]
  /// From the annotation, else from words like "(5 min)" in the text; nil when neither says.
  public let estimateSeconds: Int?
  /// What the author told in comments.
  public let annotations: Annotations

  /// Variables that its command reads and an earlier step sets.
  public let inheritedVariables: [InheritedVariable]

  /// A variable that an earlier step sets.
  public struct InheritedVariable: Hashable, Sendable {
    /// As the shell reads it: `BACKUP_DIR`.
    public let name: String
    /// The number of the last step before that sets it.
    public let step: String
    /// Whether it is carried over: what is not exported ends with its step's shell.
    public let isExported: Bool
  }

  /// Variables that its command reads and nothing in the runbook sets, in the order of the text; those
  /// that every shell has are left out. Whoever runs it has them, or they are empty.
  public let unsetVariables: [String]

  /// Variables that its command reads and that are parameters of the runbook, in the order of the
  /// text.
  public let parameterVariables: [String]

  /// Every variable that its command or its check counts on somebody to have set, each once: whoever
  /// confirms it is told with which value, or asked.
  public var neededVariables: [String] {
    var names = requiredVariables
    for name in parameterVariables + unsetVariables where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  /// Variables that must exist before it runs: those told, those that earlier steps export, and all
  /// that a dangerous command reads. Without them it would run with empty values: `rm -r $DIR/*`.
  public var requiredVariables: [String] {
    var names = annotations.environment
    for variable in inheritedVariables where variable.isExported && !names.contains(variable.name) {
      names.append(variable.name)
    }
    if !dangers.isEmpty { names += unsetVariables.filter { !names.contains($0) } }
    return names
  }

  /// What runs after a yes: its command, or its check where it has no other.
  public var runnable: Command? { command ?? annotations.poll?.command }

  /// What must be filled in before it can run: of its command and of its check.
  public var placeholders: [Placeholder] {
    let own = command?.placeholders ?? []
    let check = annotations.poll?.command.placeholders ?? []
    return own + check.filter { other in !own.contains { $0.name == other.name } }
  }

  /// Why its command cannot run as it stands; empty when only a person's yes is missing.
  public var blocked: [BlockedReason] {
    let lost = inheritedVariables.filter { !$0.isExported }
    let own =
      kind.holdsCommand && command != nil
      ? (command?.blocked ?? []) + lost.map { .variableNotCarried(name: $0.name, step: $0.step) }
      : []
    let check = annotations.poll?.command.blocked ?? []
    let reasons = own + check.filter { !own.contains($0) }
    guard kind == .tty else { return reasons }
    // With the terminal handed over, a session is what is wanted.
    return reasons.filter {
      switch $0 {
      case .opensSession, .neverEnds: false
      case .placeholder, .hiddenCharacter, .unclosedFence, .notUTF8, .variableNotCarried: true
      }
    }
  }

  /// Words in the command that deserve a second look; a hint, never a permission.
  public var dangers: [String] {
    let found = command?.dangers ?? []
    return annotations.isDanger && found.isEmpty ? ["danger"] : found
  }

  /// What the record keeps of it.
  public var planned: PlannedStep {
    PlannedStep(
      id: id, number: number, title: title,
      // A check to wait for is something to run, though the text tells a person to do it.
      kind: kind == .manual && annotations.poll != nil ? .verify : kind, command: runnable?.text,
      placeholders: placeholders.map(\.name), estimateSeconds: estimateSeconds,
      choices: choices, isOptional: annotations.isOptional,
      isRepeatable: annotations.isRepeatable, role: annotations.role, part: part)
  }
}
