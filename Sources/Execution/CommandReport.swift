import IncidentDomain
import TextGate

/// What came of a command that was started.
public enum CommandVerdict: Hashable, Sendable {
  /// It ended with an exit code that counts as passed, and its output and its check were as expected.
  case passed
  case failed(exit: Int)
  /// Something else than this program ended it.
  case signalled(Int)
  /// It ended well, and its output does not hold what the runbook expects.
  case unexpectedOutput
  /// It was ended because its time was over, or its check did not pass in its time.
  case timedOut
  /// A person ended it.
  case interrupted
  /// The connection to the person was lost: how far it came is not known.
  case lost

  /// The word as shown.
  public var word: Showable {
    switch self {
    case .passed: "passed"
    case .failed(let exit): "failed with exit \(exit)"
    case .signalled(let signal): "ended by signal \(signal)"
    case .unexpectedOutput: "output not as expected"
    case .timedOut: "timed out"
    case .interrupted: "interrupted"
    case .lost: "outcome unknown"
    }
  }
}

/// Everything that is known of a command after its end. Secrets are replaced by marks in all of it,
/// except in what is carried over and in a secret ``value``.
public struct CommandReport: Sendable {
  /// The text that ran.
  public let text: Untrusted
  /// Where it ran; an absolute path.
  public let directory: String
  /// What came of it.
  public let verdict: CommandVerdict
  /// How the shell ended, whatever was meant by it.
  public let outcome: CommandOutcome
  /// Why it ended.
  public let ending: CommandEnding
  /// The process of its shell.
  public let process: Int32
  /// When it was started, by the clock that was given.
  public let started: Instant
  /// When its end was seen, by the clock that was given.
  public let ended: Instant
  /// What is kept of its output; empty when nothing was recorded.
  public let output: OutputSummary
  /// What was expected of the output, and whether it came.
  public let checks: [OutputCheck]
  /// The check that was repeated; nil when there is none or it never began.
  public let poll: PollRecord?
  /// What its last line became.
  public let value: Value?
  /// Nil when the output was recorded; else why it was not.
  public let notRecorded: Showable?
  /// What the same person's next command may begin with.
  public let carryOver: CarryOver

  /// A value for later steps.
  public struct Value: Hashable, Sendable {
    /// As the request names it.
    public let name: String
    /// The last line; nil when there is none that can be a value.
    public let text: Untrusted?
    /// Whether it must not be stored or shown.
    public let isSecret: Bool

    /// What to tell of it.
    public var sentence: Showable {
      let name = Untrusted(name).showable
      guard let text else {
        return "\(name) was not set: the output ends in no line that can be it."
      }
      return isSecret ? "\(name) is set, and nowhere written down." : "\(name) = \(text.showable)"
    }
  }

  /// What the incident's record keeps of it: of a step, or outside a runbook by the event that began
  /// it.
  public func record(
    run: EventID? = nil, step: String? = nil, began: EventID? = nil
  ) -> CommandRecord {
    CommandRecord(
      run: run, step: step, began: began, command: text, directory: Untrusted(directory),
      started: started,
      // After a cut nobody knows what the command has done: never "failed" (RELIABILITY 20).
      ended: ended, outcome: verdict == .lost ? .unknown : outcome, ending: ending,
      passed: verdict == .lost ? nil : verdict == .passed, checks: checks, poll: poll,
      value: value.flatMap { value in
        value.text.map { CommandValue(name: value.name, text: value.isSecret ? nil : $0) }
      },
      process: Int(process), outputBytes: output.bytes, outputDigest: output.digest,
      output: output.excerpt, outputCut: output.excerptIsCut)
  }
}

/// Why a command was ended by this program.
enum EndedBy: Sendable {
  case person, timeLimit, lostConnection
}

extension CommandVerdict {
  init(_ outcome: CommandOutcome, endedBy: EndedBy?, passing: Set<Int>, checks: [OutputCheck]) {
    switch (endedBy, outcome) {
    case (.timeLimit, _): self = .timedOut
    case (.person, _): self = .interrupted
    case (.lostConnection, _): self = .lost
    case (nil, .exited(let code)):
      if !passing.contains(code) {
        self = .failed(exit: code)
      } else {
        self = checks.allSatisfy(\.isMet) ? .passed : .unexpectedOutput
      }
    case (nil, .signalled(let signal)): self = .signalled(signal)
    // A shell that was waited for has ended one way or the other.
    case (nil, .unknown): self = .lost
    }
  }
}
