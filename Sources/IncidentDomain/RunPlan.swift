import TextGate

/// What a step asks of a responder (RUNBOOKS.md, "Run classes").
public enum StepKind: String, CaseIterable, Sendable {
  /// A command for a shell.
  case run
  /// A transcript: `$ ` lines are commands, the others expected output.
  case session
  /// A command that takes the terminal and gives it back.
  case tty
  /// Something to look at or copy; never run.
  case show
  /// Something a person does and then says so.
  case manual
  /// A question whose answer chooses the way.
  case decide
  /// A check that the mitigation holds.
  case verify
  /// A step back.
  case rollback

  /// Whether a command can be run from it.
  public var holdsCommand: Bool {
    switch self {
    case .run, .session, .tty, .verify, .rollback: true
    case .show, .manual, .decide: false
    }
  }
}

/// One answer of a decision.
public struct PlannedChoice: Hashable, Sendable {
  /// What to answer: "Yes".
  public let label: Untrusted
  /// The step id to go on with, a heading (`#no-leader`) or another runbook (`other.md#part`); nil
  /// when the text names none.
  public let goTo: String?

  /// Holds the parts as they are.
  public init(label: Untrusted, goTo: String?) {
    self.label = label
    self.goTo = goTo
  }
}

/// One step as the run began: what the record keeps of the runbook, whatever the file becomes.
public struct PlannedStep: Hashable, Sendable {
  /// Stable over edits elsewhere in the file (RUNBOOKS.md 3.6).
  public let id: String
  /// As shown: `3`, `3a`, `2.1`, `V1`, `R2`.
  public let number: String
  /// What to do, on one line, as the runbook says it.
  public let title: Untrusted
  /// What it asks of the responder.
  public let kind: StepKind
  /// The command's text exactly as in the file, placeholders open; nil when there is none.
  public let command: Untrusted?
  /// Names of placeholders that must be filled before the command can run.
  public let placeholders: [String]
  /// How long its author thinks it takes; nil when the runbook does not say.
  public let estimateSeconds: Int?
  /// The answers of a decision, in the order of the text; a free answer is possible too.
  public let choices: [PlannedChoice]
  /// Whether the run can end well without it.
  public let isOptional: Bool
  /// Whether its author means it to be done more than once.
  public let isRepeatable: Bool
  /// Who may do it and say so; nil for anyone.
  public let role: Role?
  /// Which way it stands on.
  public let part: Part

  /// The part of the runbook that a step belongs to; each is walked on its own.
  public enum Part: String, Sendable {
    case procedure, verification, rollback
  }

  /// Holds the parts as they are.
  public init(
    id: String, number: String, title: Untrusted, kind: StepKind, command: Untrusted? = nil,
    placeholders: [String] = [], estimateSeconds: Int? = nil, choices: [PlannedChoice] = [],
    isOptional: Bool = false, isRepeatable: Bool = false, role: Role? = nil,
    part: Part = .procedure
  ) {
    self.id = id
    self.number = number
    self.title = title
    self.kind = kind
    self.command = command
    self.placeholders = placeholders
    self.estimateSeconds = estimateSeconds
    self.choices = choices
    self.isOptional = isOptional
    self.isRepeatable = isRepeatable
    self.role = role
    self.part = part
  }
}
