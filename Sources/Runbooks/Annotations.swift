import IncidentDomain
import TextGate

/// What the author told of a step in `<!-- mayday: … -->` comments (RUNBOOKS.md 3.4).
public struct Annotations: Hashable, Sendable {
  /// How the step is to be taken, against what was inferred.
  public enum RunClass: String, CaseIterable, Sendable {
    case manual, show, run, tty
  }

  /// What to ask before the command runs.
  public enum Confirmation: Hashable, Sendable {
    case ask
    /// The value of this placeholder or parameter has to be typed.
    case typed(name: String)
  }

  /// What the output must hold.
  public enum Expectation: Hashable, Sendable {
    case contains(Untrusted)
    /// A regular expression as Swift's `Regex` reads it; it was checked.
    case matches(Untrusted)
  }

  /// A check that is repeated until it passes; a person starts it.
  public struct Poll: Hashable, Sendable {
    /// What is tried; it runs like any other command, with a person watching.
    public let command: Command
    /// Seconds between two tries; 5 unless told.
    public let everySeconds: Int
    /// Seconds after which it has failed; 300 unless told.
    public let forSeconds: Int
  }

  /// How the step is to be taken; nil for what was inferred from its text.
  public internal(set) var runClass: RunClass?
  /// What is asked before the command runs; nil for what every command asks.
  public internal(set) var confirmation: Confirmation?
  /// Whether the author calls it dangerous: shown so, even when no word of the command is.
  public internal(set) var isDanger = false
  /// How long its author thinks it takes; nil when only the text can tell.
  public internal(set) var estimateSeconds: Int?
  /// Seconds after which the command is ended, TERM first; nil lets it run.
  public internal(set) var timeoutSeconds: Int?
  /// Seconds between TERM and KILL; 10 unless told.
  public internal(set) var graceSeconds: Int?
  /// Where the command runs; nil for where mayday was started.
  public internal(set) var directory: Untrusted?
  /// Variables that must exist.
  public internal(set) var environment: [String] = []
  /// What the output must hold, all of it; looked for in what the record keeps, its beginning and
  /// end.
  public internal(set) var expectations: [Expectation] = []
  /// Exit codes that pass; 0 when empty.
  public internal(set) var exitCodes: [Int] = []
  /// A check to repeat until it passes; nil when the author names none.
  public internal(set) var poll: Poll?
  /// The value that the last line of standard output becomes.
  public internal(set) var setsValue: String?
  /// Values that are masked at entry and in the record.
  public internal(set) var secrets: [String] = []
  /// Answers with where they lead.
  public internal(set) var choices: [PlannedChoice] = []
  /// Who may tick it; nil for anyone.
  public internal(set) var role: Role?
  /// Whether the run can end well without it.
  public internal(set) var isOptional = false
  /// Whether its author means it to be run more than once.
  public internal(set) var isRepeatable = false
  /// The comments as written, for the step's card.
  public internal(set) var comments: [Untrusted] = []

  init() {}
}

extension Annotations {
  /// These, with what `own` tells put over them.
  func merged(under own: Annotations) -> Annotations {
    var merged = own
    merged.runClass = own.runClass ?? runClass
    merged.confirmation = own.confirmation ?? confirmation
    merged.isDanger = own.isDanger || isDanger
    merged.timeoutSeconds = own.timeoutSeconds ?? timeoutSeconds
    merged.graceSeconds = own.graceSeconds ?? graceSeconds
    merged.directory = own.directory ?? directory
    merged.environment = environment + own.environment
    merged.secrets = secrets + own.secrets
    merged.role = own.role ?? role
    merged.isOptional = own.isOptional || isOptional
    merged.isRepeatable = own.isRepeatable || isRepeatable
    merged.comments = comments + own.comments
    return merged
  }
}
