import TextGate

/// What an event says. Append-only: a kind, once released, decodes for ever.
public enum EventBody: Hashable, Sendable {
  /// The first event of an incident; its id is the incident's id.
  case declared(Declaration)
  /// A responder has seen it and works on it.
  case acknowledged
  case phaseMoved(PhaseMove)
  /// Set or confirmed; the targets are re-based on it and the time already used is kept.
  case severitySet(from: Severity, to: Severity, because: Untrusted?)
  /// What is broken for whom.
  case impactStated(Untrusted)
  /// A point on the way; its time is the event's `occurred`.
  case milestoneReached(Milestone, text: Untrusted?)

  case roleAssigned(Role, Untrusted)
  case roleVacated(Role, Untrusted)
  /// The giver keeps the role until the receiver accepts.
  case roleOffered(Role, to: Untrusted, brief: Untrusted)
  case roleAccepted(Role)
  case roleDeclined(Role)
  case promiseMade(Untrusted, due: Instant)
  case promiseKept(EventID)

  case noted(Untrusted)
  /// Points at the event it corrects; `text` nil when only the time changes.
  case corrected(EventID, text: Untrusted?)
  case pinned(EventID, Bool)
  case updatePublished(Untrusted, Audience)
  case updateSkipped(because: Untrusted)
  case escalated(level: Int, because: Untrusted?)

  case cancelled(CancelReason, because: Untrusted?)
  case merged(into: EventID, number: Int)
  /// On the incident that took the other in.
  case absorbed(EventID, number: Int)
  case unmerged

  case runStarted(RunStart)
  case stepMoved(run: EventID, step: String, StepMove)
  case commandRan(CommandRecord)
  case rollbackStarted(run: EventID, because: Untrusted?)
  case runEnded(run: EventID, RunOutcome, because: Untrusted?)

  /// A draft was written; the digest is of its text.
  case postmortemSaved(text: Untrusted)
  case postmortemPublished(text: Untrusted)
  case postmortemWaived(because: Untrusted)
  case actionAdded(Untrusted, owner: Untrusted, due: Instant)
  case actionSettled(EventID, ActionOutcome, because: Untrusted?)
  case feedbackGiven(FeedbackVerdict, text: Untrusted?)

  /// Takes back events of the same author that nothing was built on yet.
  case reversed([EventID])
  /// From a newer program: kept, shown as such, never dropped.
  case unknown(kind: String)
}

/// How an incident began.
public struct Declaration: Hashable, Sendable {
  /// The number people say aloud, unique in one store.
  public var number: Int
  public var title: Untrusted
  public var severity: Severity
  public var type: Untrusted?
  public var service: Untrusted?
  public var environment: Untrusted?
  /// The service tier of the policy, 1 to 3.
  public var tier: Int?
  public var impact: Untrusted?
  public var started: ToldTime?
  public var detected: ToldTime?
  /// The runbook suggested for it, by name.
  public var runbook: Untrusted?
  public var isDrill: Bool
  /// The part of the policy that applies, copied so that a later edit never moves a running clock.
  public var policy: Policy

  public init(
    number: Int, title: Untrusted, severity: Severity, type: Untrusted? = nil,
    service: Untrusted? = nil, environment: Untrusted? = nil, tier: Int? = nil,
    impact: Untrusted? = nil, started: ToldTime? = nil, detected: ToldTime? = nil,
    runbook: Untrusted? = nil, isDrill: Bool = false, policy: Policy
  ) {
    self.number = number
    self.title = title
    self.severity = severity
    self.type = type
    self.service = service
    self.environment = environment
    self.tier = tier
    self.impact = impact
    self.started = started
    self.detected = detected
    self.runbook = runbook
    self.isDrill = isDrill
    self.policy = policy
  }
}

/// A move between phases.
public struct PhaseMove: Hashable, Sendable {
  public let from: Phase
  public let to: Phase
  public let because: Untrusted?
  /// The gates that were not met and were overridden with the written reason.
  public let overridden: [String]

  public init(from: Phase, to: Phase, because: Untrusted?, overridden: [String] = []) {
    self.from = from
    self.to = to
    self.because = because
    self.overridden = overridden
  }
}

/// A run of a runbook as it began: the plan and the source it was made from, so that the run reads
/// the same on a machine that lacks the file.
public struct RunStart: Hashable, Sendable {
  /// The name by which the catalogue knows it.
  public let runbook: Untrusted
  public let title: Untrusted
  /// Lower-case hexadecimal SHA-256 of the file's bytes.
  public let digest: String
  /// The Markdown as it was; only this can run.
  public let source: Untrusted
  public let steps: [PlannedStep]

  public init(
    runbook: Untrusted, title: Untrusted, digest: String, source: Untrusted, steps: [PlannedStep]
  ) {
    self.runbook = runbook
    self.title = title
    self.digest = digest
    self.source = source
    self.steps = steps
  }
}

/// What a responder did with a step.
public enum StepMove: Hashable, Sendable {
  case started
  case done(note: Untrusted?)
  case failed(note: Untrusted?)
  case skipped(because: Untrusted)
  /// `goTo` as in ``PlannedChoice/goTo``.
  case decided(answer: Untrusted, goTo: String?)

  /// The word of COMMANDS.md.
  public var word: String {
    switch self {
    case .started: "start"
    case .done: "done"
    case .failed: "fail"
    case .skipped: "skip"
    case .decided: "decide"
    }
  }
}

/// How a run ended.
public enum RunOutcome: String, CaseIterable, Sendable {
  case finished
  case rolledBack = "rolled-back"
  case abandoned

  /// The word as shown.
  public var word: Showable {
    switch self {
    case .finished: "finished"
    case .rolledBack: "rolled back"
    case .abandoned: "abandoned"
    }
  }
}

/// How an action item ended.
public enum ActionOutcome: String, CaseIterable, Sendable {
  case done, dropped
}

/// A command that was run, and what came of it. Secrets are redacted before it is made.
public struct CommandRecord: Hashable, Sendable {
  /// The run and step it belongs to; nil for a command outside a runbook.
  public let run: EventID?
  public let step: String?
  /// The exact text that ran.
  public let command: Untrusted
  public let directory: Untrusted
  public let started: Instant
  public let ended: Instant
  public let outcome: CommandOutcome
  /// Bytes of output in all, and the SHA-256 of them.
  public let outputBytes: Int
  public let outputDigest: String
  /// The beginning and the end of the output, bounded; `outputCut` says whether something is missing.
  public let output: Untrusted
  public let outputCut: Bool

  public init(
    run: EventID?, step: String?, command: Untrusted, directory: Untrusted, started: Instant,
    ended: Instant, outcome: CommandOutcome, outputBytes: Int, outputDigest: String,
    output: Untrusted, outputCut: Bool
  ) {
    self.run = run
    self.step = step
    self.command = command
    self.directory = directory
    self.started = started
    self.ended = ended
    self.outcome = outcome
    self.outputBytes = outputBytes
    self.outputDigest = outputDigest
    self.output = output
    self.outputCut = outputCut
  }
}

/// How a command ended.
public enum CommandOutcome: Hashable, Sendable {
  case exited(Int)
  case signalled(Int)
  /// The program or the link died while it ran. Never run again by itself.
  case unknown
}
