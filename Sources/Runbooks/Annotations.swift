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
    public let command: Command
    /// Seconds between two tries; 5 unless told.
    public let everySeconds: Int
    /// Seconds after which it has failed; 300 unless told.
    public let forSeconds: Int
  }

  public internal(set) var runClass: RunClass?
  public internal(set) var confirmation: Confirmation?
  public internal(set) var isDanger = false
  public internal(set) var estimateSeconds: Int?
  public internal(set) var timeoutSeconds: Int?
  /// Seconds between TERM and KILL; 10 unless told.
  public internal(set) var graceSeconds: Int?
  /// Where the command runs; nil for where mayday was started.
  public internal(set) var directory: Untrusted?
  /// Variables that must exist.
  public internal(set) var environment: [String] = []
  public internal(set) var expectations: [Expectation] = []
  /// Exit codes that pass; 0 when empty.
  public internal(set) var exitCodes: [Int] = []
  public internal(set) var poll: Poll?
  /// The value that the last line of standard output becomes.
  public internal(set) var setsValue: String?
  /// Values that are masked at entry and in the record.
  public internal(set) var secrets: [String] = []
  /// Answers with where they lead.
  public internal(set) var choices: [PlannedChoice] = []
  /// Who may tick it; nil for anyone.
  public internal(set) var role: Role?
  public internal(set) var isOptional = false
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
