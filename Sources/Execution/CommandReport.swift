import IncidentDomain
import TextGate

/// What came of a command that was started.
public enum CommandVerdict: Hashable, Sendable {
  /// It ended with an exit code that counts as passed.
  case passed
  case failed(exit: Int)
  /// Something else than this program ended it.
  case signalled(Int)
  /// It was ended because its time was over.
  case timedOut
  /// A person ended it, or the connection to the person was lost.
  case interrupted

  /// The word as shown.
  public var word: Showable {
    switch self {
    case .passed: "passed"
    case .failed(let exit): "failed with exit \(exit)"
    case .signalled(let signal): "ended by signal \(signal)"
    case .timedOut: "timed out"
    case .interrupted: "interrupted"
    }
  }
}

/// Everything that is known of a command after its end. Secrets are replaced by marks in all of it,
/// except in what is carried over.
public struct CommandReport: Sendable {
  /// The text that ran.
  public let text: Untrusted
  /// Where it ran; an absolute path.
  public let directory: String
  /// What came of it.
  public let verdict: CommandVerdict
  /// How the shell ended, whatever was meant by it.
  public let outcome: CommandOutcome
  /// When it was started, by the clock that was given.
  public let started: Instant
  /// When its end was seen, by the clock that was given.
  public let ended: Instant
  /// What is kept of its output; empty when nothing was recorded.
  public let output: OutputSummary
  /// Nil when the output was recorded; else why it was not.
  public let notRecorded: Showable?
  /// What the same person's next command may begin with.
  public let carryOver: CarryOver

  /// What the incident's record keeps of it.
  public func record(run: EventID?, step: String?) -> CommandRecord {
    CommandRecord(
      run: run, step: step, command: text, directory: Untrusted(directory), started: started,
      ended: ended, outcome: outcome, outputBytes: output.bytes, outputDigest: output.digest,
      output: output.excerpt, outputCut: output.excerptIsCut)
  }
}

/// Why a command was ended by this program.
enum EndedBy: Sendable {
  case person, timeLimit
}

extension CommandVerdict {
  init(_ outcome: CommandOutcome, endedBy: EndedBy?, passing: Set<Int>) {
    switch (endedBy, outcome) {
    case (.timeLimit, _): self = .timedOut
    case (.person, _): self = .interrupted
    case (nil, .exited(let code)): self = passing.contains(code) ? .passed : .failed(exit: code)
    case (nil, .signalled(let signal)): self = .signalled(signal)
    // A shell that was waited for has ended one way or the other.
    case (nil, .unknown): self = .interrupted
    }
  }
}
