import TextGate

/// Everything known of one incident: the fold of its events.
///
/// Made by ``fold(_:)``; the same set of events gives the same value on every machine.
public struct Incident: Sendable, Identifiable, Equatable {
  public let id: EventID
  public var number: Int
  public var title: Untrusted
  public var type: Untrusted?
  public var service: Untrusted?
  public var environment: Untrusted?
  public var tier: Int?
  public var suggestedRunbook: Untrusted?
  public var isDrill: Bool
  public var policy: Policy

  public var phase: Phase = .detection
  /// Every move, oldest first.
  public var moves: [Change<PhaseMove>] = []
  public var ending: Ending?
  public var severity: Severity
  /// Whether a person set or confirmed it after the declaration.
  public var severityConfirmed = false
  /// Every change, oldest first.
  public var severityChanges: [Change<SeverityChange>] = []
  public var impact: Untrusted?
  public var milestones: [Milestone: ToldTime] = [:]
  /// What was said when a milestone was recorded.
  public var milestoneTexts: [Milestone: Untrusted] = [:]
  /// The event that a milestone's time comes from; a correction of it moves the milestone.
  var milestoneEvents: [Milestone: EventID] = [:]
  /// The event that stated the impact last.
  var impactEvent: EventID?

  /// Who acknowledged and when it counts as alive; see ``acknowledgement(at:)``.
  public var acknowledgement: Acknowledgement?
  /// When anything was last recorded by a person.
  public var lastActivity: Instant
  public var roles: [Role: Untrusted] = [:]
  /// Experts and observers, in the order they came.
  public var others: [OtherRole] = []
  public var offers: [Role: Offer] = [:]
  /// Times without an Incident Commander, oldest first; the last one is open while nobody commands.
  public var vacancies: [Spell] = []
  /// Times in which an acknowledgement had expired, until it was given again.
  public var expiries: [Spell] = []
  /// Times in which work had ended (resolved, cancelled, merged); open while it has.
  public var pauses: [Spell] = []
  public var promises: [Promise] = []
  public var updates: [Update] = []
  /// By level: when it was escalated to first.
  public var escalations: [Int: Instant] = [:]
  /// Every escalation, oldest first: the level that was called.
  public var calls: [Change<Int>] = []

  public var runs: [Run] = []
  /// Commands that ran outside a runbook.
  public var commands: [Change<CommandRecord>] = []
  public var postmortem: Postmortem = .none
  public var actions: [ActionItem] = []
  public var feedback: [Change<Feedback>] = []
  public var conflicts: [Conflict] = []

  public var pins: Set<EventID> = []
  /// By corrected event: the corrections, oldest first.
  public var corrections: [EventID: [EventID]] = [:]
  public var reversed: Set<EventID> = []
  /// Incidents merged into this one.
  public var absorbed: [Absorbed] = []

  /// All events, parents first, ties by (recorded, id).
  public var events: [Event] = []
  /// Events that no other event names as parent, ascending.
  public var heads: [EventID] = []

  /// What changed, with when and by whom.
  public struct Change<Value: Sendable & Equatable>: Sendable, Equatable {
    public let event: EventID
    public let at: Instant
    public let by: Untrusted
    public let value: Value
  }

  public struct SeverityChange: Hashable, Sendable {
    public let from: Severity
    public let to: Severity
    public let because: Untrusted?
  }

  /// A time with a beginning, and an end once it has one; never negative.
  public struct Spell: Hashable, Sendable {
    public let from: Instant
    public internal(set) var to: Instant?

    mutating func end(at instant: Instant) {
      to = max(from, instant)
    }
  }

  /// How an incident ended other than closed.
  public enum Ending: Hashable, Sendable {
    case cancelled(CancelReason)
    case merged(into: EventID, number: Int)
  }

  public struct Acknowledgement: Hashable, Sendable {
    public let by: Untrusted
    public let at: Instant
    /// Recorded time of the last activity while it was alive; it expires the policy's time later.
    public var lastActivity: Instant
  }

  public struct OtherRole: Hashable, Sendable {
    public let role: Role
    public let person: Untrusted
  }

  /// A hand-over that waits for an answer.
  public struct Offer: Hashable, Sendable {
    public let event: EventID
    public let from: Untrusted
    public let to: Untrusted
    public let brief: Untrusted
    public let at: Instant
  }

  public struct Promise: Hashable, Sendable, Identifiable {
    public let id: EventID
    public let owner: Untrusted
    public let text: Untrusted
    public let made: Instant
    public let due: Instant
    public var kept: Instant?
  }

  /// A status update, or one that was skipped with a reason.
  public struct Update: Hashable, Sendable {
    public let at: Instant
    public let by: Untrusted
    /// Nil for a skip.
    public let audience: Audience?
    public let text: Untrusted
  }

  public enum Postmortem: Hashable, Sendable {
    case none
    case draft(text: Untrusted, at: Instant)
    case published(text: Untrusted, at: Instant)
    case waived(because: Untrusted, at: Instant)
  }

  public struct ActionItem: Hashable, Sendable, Identifiable {
    public let id: EventID
    public let text: Untrusted
    public let owner: Untrusted
    public let due: Instant
    public var outcome: ActionOutcome?
  }

  public struct Feedback: Hashable, Sendable {
    public let verdict: FeedbackVerdict
    public let text: Untrusted?
  }

  public struct Absorbed: Hashable, Sendable {
    public let id: EventID
    public let number: Int
  }

  /// Two facts of which only one can hold; both are kept, the fold's order picked one.
  public struct Conflict: Hashable, Sendable {
    public let first: EventID
    public let second: EventID
    public let about: About
    /// The event by which somebody who had seen both settled it; nil while it is open.
    public internal(set) var settledBy: EventID?

    public enum About: Hashable, Sendable {
      case role(Role)
      case step(run: EventID, step: String)
      case phase
    }
  }

  /// When it was declared.
  public var declared: ToldTime {
    milestones[.declared] ?? ToldTime(lastActivity)
  }

  /// Since when nobody commands; nil while somebody does.
  public var commanderVacantSince: Instant? {
    vacancies.last.flatMap { $0.to == nil ? $0.from : nil }
  }

  /// Contradictions that nobody has settled yet.
  public var openConflicts: [Conflict] { conflicts.filter { $0.settledBy == nil } }

  /// Who commands.
  public var commander: Untrusted? { roles[.commander] }

  /// Whether responders still work on it.
  public var isActive: Bool { ending == nil && phase.isActive }

  /// Whether nothing is left to do.
  public var isOver: Bool { ending != nil || phase == .closed }

  /// The run that is open and was started last.
  public var openRun: Run? { runs.last { $0.isOpen } }
}

/// One walk through a runbook.
public struct Run: Hashable, Sendable, Identifiable {
  public let id: EventID
  public let start: RunStart
  public let startedBy: Untrusted
  public let started: Instant
  /// By step id.
  public var steps: [String: StepProgress] = [:]
  public var rollback: Instant?
  public var outcome: RunOutcome?
  public var ended: Instant?

  /// Whether it can still be walked.
  public var isOpen: Bool { outcome == nil }

  /// How a step stands; `todo` when nobody touched it.
  public func progress(_ step: PlannedStep) -> StepProgress { steps[step.id] ?? StepProgress() }

  /// The steps of the part that is walked now: the way forward, or back once a rollback began.
  public var currentSteps: [PlannedStep] {
    start.steps.filter { ($0.part == .rollback) == (rollback != nil) }
  }

  /// The first step of the current part that nobody ended; nil when all are.
  public var nextStep: PlannedStep? {
    currentSteps.first { !progress($0).state.isEnded }
  }

  /// Steps ended and steps in all, of the current part.
  public var count: (ended: Int, all: Int) {
    let steps = currentSteps
    return (steps.count { progress($0).state.isEnded }, steps.count)
  }
}

/// How a step of a run stands.
public struct StepProgress: Hashable, Sendable {
  public var state: State = .todo
  /// Who moved it last.
  public var by: Untrusted?
  public var started: Instant?
  public var ended: Instant?
  public var note: Untrusted?
  /// Commands that ran from it, oldest first.
  public var commands: [CommandRecord] = []

  public init() {}

  public enum State: Hashable, Sendable {
    case todo
    case started
    case done
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
