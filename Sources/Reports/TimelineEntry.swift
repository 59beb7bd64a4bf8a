import IncidentDomain
import TextGate

/// What a reader sees of one event: what it said, and what was said about it later.
public struct TimelineEntry: Sendable, Identifiable {
  /// The event it shows.
  public let id: EventID
  /// When it happened, as told first.
  public let told: ToldTime
  /// When it was written, by the writer's clock.
  public let recorded: Instant
  /// The person who acted, by the name they go by.
  public let author: Showable
  /// The account that was used, when it is not the author's own.
  public let account: Showable?
  /// What happened: the first line, then what follows it when the text has several.
  public let text: [Showable]
  /// The command that ran; nil for other kinds.
  public let command: RanCommand?
  /// Whether it is marked as a turning point, for the review.
  public let isPinned: Bool
  /// By whom and when it was taken back; nil while it stands.
  public let takenBack: Statement?
  /// What it was corrected to, oldest first.
  public let corrections: [Correction]
  /// Entries of another branch that contradict it.
  public let conflicts: [EventID]

  /// Who said something about the entry, and when.
  public struct Statement: Sendable {
    /// The person who said it.
    public let by: Showable
    /// When it was written, by the writer's clock.
    public let recorded: Instant
  }

  /// What was said later about what happened, or when; the entry itself stays as it was.
  public struct Correction: Sendable {
    /// The event that corrects.
    public let id: EventID
    /// Who corrected it, and when.
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
  /// The exact text that ran, line by line, gated; secrets replaced by marks.
  public let command: [Showable]
  /// The absolute path it ran in.
  public let directory: Showable
  /// How its shell ended; ``result`` says it in words.
  public let outcome: CommandOutcome
  private let ending: Showable
  /// Whether its end says how long it took, or nobody knows that.
  private let tellsTime: Bool
  /// Whole seconds from its start to its end; 0 when the clock was set back meanwhile.
  public let seconds: Int
  /// The output that the record holds: its beginning and its end.
  public let output: [Showable]
  /// Bytes of output in all, after secrets were replaced by marks.
  public let outputBytes: Int
  /// Lower-case hexadecimal SHA-256 of all of them.
  public let outputDigest: Showable
  /// Whether the record holds less than all of it.
  public let isCut: Bool

  init(_ record: CommandRecord) {
    command = record.command.showableLines
    directory = record.directory.showable
    outcome = record.outcome
    ending = record.result
    switch record.ending {
    case .byItself: tellsTime = record.outcome == .unknown
    case .stopped: tellsTime = record.poll != nil
    case .timedOut, .lost: tellsTime = true
    }
    seconds = max(0, record.ended.seconds(since: record.started))
    output = record.output.isBlank ? [] : record.output.showableLines
    outputBytes = record.outputBytes
    outputDigest = Untrusted(record.outputDigest).showable
    isCut = record.outputCut
  }

  /// `exit 0 after 12 s`.
  public var result: Showable {
    tellsTime ? ending : "\(ending) after \(Showable.duration(seconds))"
  }
}
