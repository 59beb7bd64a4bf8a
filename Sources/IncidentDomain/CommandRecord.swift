import TextGate

/// A command that was run, and what came of it. Secrets are redacted before it is made.
public struct CommandRecord: Hashable, Sendable {
  /// The run and step it belongs to; nil for a command outside a runbook.
  public let run: EventID?
  /// The step's id within the run; nil for a command outside a runbook.
  public let step: String?
  /// The event that began it, for a command outside a runbook; nil in records of older programs, and
  /// for a step's command, which its run and step name.
  public let began: EventID?
  /// The exact text that ran.
  public let command: Untrusted
  /// The absolute path it ran in.
  public let directory: Untrusted
  /// By the clock of the machine that ran it.
  public let started: Instant
  /// When its end was seen, by the same clock.
  public let ended: Instant
  /// How its shell ended; ``ending`` says why.
  public let outcome: CommandOutcome
  /// Why it ended. Records of older programs do not tell and read as ended by itself.
  public let ending: CommandEnding
  /// Whether it passed by what its runbook counts: exit code, expected output, the check that was
  /// repeated. Nil in records of older programs.
  public let passed: Bool?
  /// What its output had to hold, and whether it did, over all of it; empty when nothing was asked.
  public let checks: [OutputCheck]
  /// The check that was repeated until it passed; nil when the step has none or it never began.
  public let poll: PollRecord?
  /// The value that its last line became; nil when the step sets none.
  public let value: CommandValue?
  /// The process of its shell on the machine that ran it; nil in records of older programs.
  public let process: Int?
  /// The machine that ran it, in a record that somebody else wrote; nil where its own session did.
  public let host: Untrusted?
  /// Bytes of output in all, after secrets were replaced by marks.
  public let outputBytes: Int
  /// Lower-case hexadecimal SHA-256 of all of them.
  public let outputDigest: String
  /// The beginning and the end of the output: the program that writes it keeps 2 KiB and 4 KiB.
  public let output: Untrusted
  /// Whether ``output`` leaves something out.
  public let outputCut: Bool

  /// Holds the parts as they are; secrets must have been replaced before.
  public init(
    run: EventID?, step: String?, began: EventID? = nil, command: Untrusted, directory: Untrusted,
    started: Instant,
    ended: Instant, outcome: CommandOutcome, ending: CommandEnding = .byItself,
    passed: Bool? = nil, checks: [OutputCheck] = [], poll: PollRecord? = nil,
    value: CommandValue? = nil, process: Int? = nil, host: Untrusted? = nil, outputBytes: Int,
    outputDigest: String,
    output: Untrusted, outputCut: Bool
  ) {
    self.run = run
    self.step = step
    self.began = began
    self.command = command
    self.directory = directory
    self.started = started
    self.ended = ended
    self.outcome = outcome
    self.ending = ending
    self.passed = passed
    self.checks = checks
    self.poll = poll
    self.value = value
    self.process = process
    self.host = host
    self.outputBytes = outputBytes
    self.outputDigest = outputDigest
    self.output = output
    self.outputCut = outputCut
  }
}

/// How a command's shell ended.
public enum CommandOutcome: Hashable, Sendable {
  case exited(Int)
  case signalled(Int)
  /// The program or the link died while it ran. Never run again by itself.
  case unknown
}

/// Why a command ended.
public enum CommandEnding: Hashable, Sendable {
  case byItself
  /// It was not over in its time, in seconds: that of its annotation, or of the check's repeats.
  case timedOut(seconds: Int)
  /// A person had it stopped; the hardest signal that was sent.
  case stopped(by: Untrusted, signal: Int)
  /// The connection or the program that watched it was lost while it ran.
  case lost
}

/// What a runbook expects of a command's output, and whether it came.
public struct OutputCheck: Hashable, Sendable {
  /// The words or the regular expression, as the runbook writes it.
  public let expected: Untrusted
  /// Whether it is a regular expression, tried on each line.
  public let isPattern: Bool
  /// Whether it was found in the output, all of it.
  public let isMet: Bool

  /// Holds the parts as they are.
  public init(expected: Untrusted, isPattern: Bool, isMet: Bool) {
    self.expected = expected
    self.isPattern = isPattern
    self.isMet = isMet
  }

  /// `the output holds Leader`.
  public var showable: Showable {
    isPattern
      ? "the output matches \(expected.showable)" : "the output holds \(expected.showable)"
  }
}

/// A check that was tried again and again after a person had started it.
public struct PollRecord: Hashable, Sendable {
  /// The exact text that each try ran.
  public let command: Untrusted
  /// How often it ran.
  public let tries: Int
  /// Whether the last try passed.
  public let isMet: Bool

  /// Holds the parts as they are.
  public init(command: Untrusted, tries: Int, isMet: Bool) {
    self.command = command
    self.tries = tries
    self.isMet = isMet
  }
}

/// A value that a command gave to later steps of the same person and run.
public struct CommandValue: Hashable, Sendable {
  /// As the annotation names it.
  public let name: String
  /// Nil when it is secret: such a value is on no record.
  public let text: Untrusted?

  /// Holds the parts as they are.
  public init(name: String, text: Untrusted?) {
    self.name = name
    self.text = text
  }
}

extension CommandRecord {
  /// Whether it passed; where an older program did not say, by its exit code.
  public var didPass: Bool { passed ?? (outcome == .exited(0)) }
}

// MARK: - In words

extension CommandRecord {
  /// What became of it and how long it took: `exit 3 after 0:12`.
  public var resultWithTime: Showable {
    switch ending {
    case .byItself where outcome != .unknown, .stopped where poll == nil:
      "\(result) after \(Showable.clock(seconds: max(0, ended.seconds(since: started))))"
    // How long is said already, or is not known.
    case .byItself, .stopped, .timedOut, .lost: result
    }
  }

  /// What became of it, without its time: `exit 3`, `stopped by alice (TERM)`,
  /// `no end within 10 min`, `OUTCOME UNKNOWN, the connection was lost (process 4711)`.
  public var result: Showable {
    switch ending {
    case .byItself: byItself
    case .timedOut(let seconds):
      switch poll {
      case .some(let poll): "not so within \(Self.span(seconds)), \(Self.tries(poll.tries))"
      case nil: "no end within \(Self.span(seconds))\(signalWord.map { " (\($0))" } ?? .empty)"
      }
    case .stopped(let person, let signal):
      poll.map { "stopped by \(person.showable) after \(Self.tries($0.tries))" }
        ?? "stopped by \(person.showable) (\(Showable.signal(signal)))"
    case .lost:
      if let host {
        "\(Self.unknown), its session ended on \(host.showable)\(place)"
      } else {
        process == nil ? Self.unknown : "\(Self.unknown), the connection was lost\(place)"
      }
    }
  }

  private var byItself: Showable {
    let end: Showable =
      switch outcome {
      case .exited(let code): "exit \(code)"
      case .signalled(let signal): "ended by signal \(signal) (\(Showable.signal(signal)))"
      case .unknown: Self.unknown
      }
    if let poll { return poll.isMet ? "\(end), so at \(Self.ordinal(poll.tries))" : end }
    if checks.contains(where: { !$0.isMet }) { return "\(end), output not as expected" }
    return end
  }

  /// In capitals: whoever reads on must not take it for done, nor for failed.
  private static let unknown: Showable = "OUTCOME UNKNOWN"

  private var signalWord: Showable? {
    if case .signalled(let signal) = outcome { Showable.signal(signal) } else { nil }
  }

  private var place: Showable { process.map { " (process \($0))" } ?? .empty }

  private static func tries(_ count: Int) -> Showable { count == 1 ? "1 try" : "\(count) tries" }

  private static func ordinal(_ count: Int) -> Showable {
    count == 1 ? "the first try" : "try \(count)"
  }

  private static func span(_ seconds: Int) -> Showable {
    seconds % 60 == 0 && seconds > 0 ? "\(seconds / 60) min" : "\(seconds) s"
  }
}

extension Showable {
  /// A signal by its name, as `kill -l` has it: `TERM`.
  public static func signal(_ number: Int) -> Showable {
    switch number {
    case 1: "HUP"
    case 2: "INT"
    case 3: "QUIT"
    case 4: "ILL"
    case 6: "ABRT"
    case 7: "BUS"
    case 8: "FPE"
    case 9: "KILL"
    case 10: "USR1"
    case 11: "SEGV"
    case 12: "USR2"
    case 13: "PIPE"
    case 14: "ALRM"
    case 15: "TERM"
    case 24: "XCPU"
    case 25: "XFSZ"
    default: "signal \(number)"
    }
  }
}
