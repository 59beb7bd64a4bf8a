import IncidentDomain
import TextGate

/// What a reader sees of one event: what it said, and what was said about it later.
public struct TimelineEntry: Sendable, Identifiable {
  public let id: EventID
  /// When it happened, as told first.
  public let told: ToldTime
  public let recorded: Instant
  public let author: Showable
  /// The account that was used, when it is not the author's own.
  public let account: Showable?
  /// What happened: the first line, then what follows it when the text has several.
  public let text: [Showable]
  /// The command that ran; nil for other kinds.
  public let command: RanCommand?
  public let isPinned: Bool
  /// By whom and when it was taken back; nil while it stands.
  public let takenBack: Statement?
  /// What it was corrected to, oldest first.
  public let corrections: [Correction]
  /// Entries of another branch that contradict it.
  public let conflicts: [EventID]

  /// Who said something about the entry, and when.
  public struct Statement: Sendable {
    public let by: Showable
    public let recorded: Instant
  }

  public struct Correction: Sendable {
    public let id: EventID
    public let statement: Statement
    /// Empty when only the time changed.
    public let text: [Showable]
    /// Nil when only the text changed.
    public let time: ToldTime?
  }

  /// When it happened, as known now.
  public var occurred: ToldTime { corrections.last { $0.time != nil }?.time ?? told }

  /// What happened, as known now.
  public var knownText: [Showable] { corrections.last { !$0.text.isEmpty }?.text ?? text }

  /// Whether the time it was recorded tells something that the time it happened does not.
  public var wasRecordedLater: Bool {
    told.precision != .second || abs(recorded.seconds(since: told.instant)) > 1
  }
}

/// A command as a report shows it.
public struct RanCommand: Sendable {
  public let command: [Showable]
  public let directory: Showable
  public let outcome: CommandOutcome
  public let seconds: Int
  /// The output that the record holds: its beginning and its end.
  public let output: [Showable]
  /// Bytes of output in all, and their SHA-256.
  public let outputBytes: Int
  public let outputDigest: Showable
  /// Whether the record holds less than all of it.
  public let isCut: Bool

  init(_ record: CommandRecord) {
    command = record.command.showableLines
    directory = record.directory.showable
    outcome = record.outcome
    seconds = max(0, record.ended.seconds(since: record.started))
    output = record.output.isBlank ? [] : record.output.showableLines
    outputBytes = record.outputBytes
    outputDigest = Untrusted(record.outputDigest).showable
    isCut = record.outputCut
  }

  /// `exit 0 after 12 s`.
  public var result: Showable {
    switch outcome {
    case .exited(let code): "exit \(code) after \(Showable.duration(seconds))"
    case .signalled(let signal): "ended by signal \(signal) after \(Showable.duration(seconds))"
    case .unknown: "outcome unknown after \(Showable.duration(seconds))"
    }
  }
}
