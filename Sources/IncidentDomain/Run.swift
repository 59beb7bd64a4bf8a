import TextGate

/// One walk through a runbook.
public struct Run: Hashable, Sendable, Identifiable {
  /// The event that started it.
  public let id: EventID
  /// The runbook as it was then, or as it was when a person last had the run go on with the file as
  /// it had become: what is walked, whatever the file is now.
  public internal(set) var start: RunStart
  /// The responder who started it; any other may walk it too.
  public let startedBy: Untrusted
  /// When it was started, by the time told.
  public let started: Instant
  /// By step id.
  public var steps: [String: StepProgress] = [:]
  /// When the rollback began, by the time told; nil while the way goes forward.
  public var rollback: Instant?
  /// How it ended; nil while it is open.
  public var outcome: RunOutcome?
  /// When it ended, by the time told; nil while it is open.
  public var ended: Instant?
  /// Steps of its earlier plans that the last one has no more, in the order they went.
  public internal(set) var formerSteps: [PlannedStep] = []
  /// Values that commands of its steps gave (`set=NAME`), by the person who ran them and by name.
  /// Secret ones are on no record.
  public internal(set) var values: [Untrusted: [String: Untrusted]] = [:]
  /// Ids of steps that a revision brought: nobody had seen them when the run began.
  public internal(set) var newSteps: Set<String> = []

  /// Whether it can still be walked.
  public var isOpen: Bool { outcome == nil }

  /// How a step stands; `todo` when nobody touched it.
  public func progress(_ step: PlannedStep) -> StepProgress { steps[step.id] ?? StepProgress() }

  /// The steps of the part that is walked now: the way forward, or back once a rollback began.
  public var currentSteps: [PlannedStep] {
    start.steps.filter { ($0.part == .rollback) == (rollback != nil) }
  }

  /// The steps of the way back, whether it has begun or not.
  public var rollbackSteps: [PlannedStep] { start.steps.filter { $0.part == .rollback } }

  /// The first step of the current part that nobody ended; nil when all are.
  public var nextStep: PlannedStep? {
    currentSteps.first { !progress($0).state.isEnded }
  }

  /// The step at which the run stands still: it failed, and the run does not end well without it.
  public var stoppedAt: PlannedStep? {
    currentSteps.first { !$0.isOptional && progress($0).state == .failed }
  }

  /// Who is on which step of the current part, in the order of the steps.
  public var holders: [(person: Untrusted, step: PlannedStep)] {
    currentSteps.compactMap { step in
      let progress = progress(step)
      guard progress.state == .started, let by = progress.by else { return nil }
      return (by, step)
    }
  }

  /// Steps ended and steps in all, of the current part.
  public var count: (ended: Int, all: Int) {
    let steps = currentSteps
    return (steps.count { progress($0).state.isEnded }, steps.count)
  }

  /// The step of this id, also one that a revision took away.
  public func knownStep(id: String) -> PlannedStep? {
    start.steps.first { $0.id == id } ?? formerSteps.last { $0.id == id }
  }

  /// The step by its number as shown, or by its id.
  public func step(named name: String) -> PlannedStep? {
    start.steps.first { $0.number.lowercased() == name.lowercased() }
      ?? start.steps.first { $0.id == name }
  }
}

/// How a step of a run stands.
public struct StepProgress: Hashable, Sendable {
  /// What came of it so far.
  public var state: State = .todo
  /// Who moved it last; while it is being done, who holds it.
  public var by: Untrusted?
  /// When it was started last, whoever took it over since; nil when it was ended without a start.
  public var started: Instant?
  /// When it was ended or failed; nil while it is being done.
  public var ended: Instant?
  /// When its holder began to hold it, by the time told; nil when nobody holds it.
  public internal(set) var heldSince: Instant?
  /// The same by the writer's clock.
  public internal(set) var claimed: Instant?
  /// What was said of it when it ended; for a skip, the reason.
  public var note: Untrusted?
  /// Commands that ran from it, oldest first.
  public var commands: [CommandRecord] = []
  /// The command that began and whose end nobody recorded yet.
  public internal(set) var running: RunningCommand?
  /// The command whose session ended before it did, until somebody says how the step stands.
  public internal(set) var lost: RunningCommand?

  /// A step that nobody touched.
  public init() {}

  /// What a step can have come to.
  public enum State: Hashable, Sendable {
    case todo
    /// Held by the responder who started it; another must take it over.
    case started
    case done
    /// Not ended: it can be tried again, skipped or marked done.
    case failed
    case skipped
    case decided(answer: Untrusted, goTo: String?)
    /// Jumped over by a decision.
    case passedOver

    /// Whether nothing more is expected of it.
    public var isEnded: Bool {
      switch self {
      case .done, .skipped, .decided, .passedOver: true
      case .todo, .started, .failed: false
      }
    }
  }

  /// Seconds it took, or takes until `now`; nil when it was never started.
  public func elapsedSeconds(at now: Instant) -> Int? {
    started.map { max(0, (ended ?? now).seconds(since: $0)) }
  }
}

/// A command that is under way, or was when its session ended.
public struct RunningCommand: Hashable, Sendable {
  /// The event that began it; whoever ran it keeps its output under that name.
  public let event: EventID
  /// What was confirmed, and where it runs.
  public let start: CommandStart
  /// Who confirmed it.
  public let by: Untrusted
  /// The machine it runs on.
  public let host: Untrusted
  /// When it began, by the time told.
  public let since: Instant

  /// `ana on jump-1`.
  public var place: Showable { "\(by.showable) on \(host.showable)" }

  /// The record of a command that nobody saw end.
  ///
  /// - Parameter left: what it had written by then; nil when nobody can tell.
  func lost(at now: Instant, left: OutputLeft?) -> CommandRecord {
    CommandRecord(
      run: start.run, step: start.step, began: start.run == nil ? event : nil,
      command: start.command, directory: start.directory, started: since, ended: max(since, now),
      outcome: .unknown, ending: .lost, process: left?.process, host: host,
      outputBytes: left?.bytes ?? 0, outputDigest: left?.digest ?? Self.digestOfNothing,
      output: left?.text ?? "", outputCut: left?.isCut ?? false)
  }

  /// SHA-256 of no bytes.
  private static let digestOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}

/// What a command had written when its session ended before it did. Secrets are redacted before it is
/// made.
public struct OutputLeft: Hashable, Sendable {
  /// The process of its shell; nil when it was not written down.
  public let process: Int?
  /// Bytes that were stored.
  public let bytes: Int
  /// Lower-case hexadecimal SHA-256 of all of them.
  public let digest: String
  /// Their beginning and their end.
  public let text: Untrusted
  /// Whether ``text`` leaves something out.
  public let isCut: Bool

  /// Holds the parts as they are.
  public init(process: Int?, bytes: Int, digest: String, text: Untrusted, isCut: Bool) {
    self.process = process
    self.bytes = bytes
    self.digest = digest
    self.text = text
    self.isCut = isCut
  }
}

/// A command that a person confirmed and that is about to run. Secrets are redacted before it is
/// made.
public struct CommandStart: Hashable, Sendable {
  /// The run and step it belongs to; nil for a command outside a runbook.
  public let run: EventID?
  /// The step's id within the run; nil for a command outside a runbook.
  public let step: String?
  /// The exact text that will run, secret values replaced.
  public let command: Untrusted
  /// The absolute path it runs in; empty for where the person's last command of this run left off.
  public let directory: Untrusted
  /// The process that runs it and records its end: a console, or a call of the program.
  public let process: Int
  /// What tells that process from every other one of its machine, before and after a restart.
  public let session: String

  /// Holds the parts as they are.
  public init(
    run: EventID?, step: String?, command: Untrusted, directory: Untrusted, process: Int,
    session: String
  ) {
    self.run = run
    self.step = step
    self.command = command
    self.directory = directory
    self.process = process
    self.session = session
  }
}
