import TextGate

/// What an event says. Append-only: a kind, once released, decodes for ever.
public enum EventBody: Hashable, Sendable {
  /// The first event of an incident; its id is the incident's id.
  case declared(Declaration)
  /// A responder has seen it and works on it.
  case acknowledged
  /// Also a reopening: a move back to triage.
  case phaseMoved(PhaseMove)
  /// Set or confirmed; the targets are re-based on it and the time already used is kept.
  case severitySet(from: Severity, to: Severity, because: Untrusted?)
  /// What is broken for whom.
  case impactStated(Untrusted)
  /// A point on the way; its time is the event's `occurred`.
  case milestoneReached(Milestone, text: Untrusted?)

  /// Whoever held a role that one person holds has it no longer.
  case roleAssigned(Role, Untrusted)
  /// Taken from who held it by somebody who had seen that they did, and why.
  case roleTakenOver(RoleTakeOver)
  /// The person gave it up or was relieved of it.
  case roleVacated(Role, Untrusted)
  /// The giver keeps the role until the receiver accepts.
  case roleOffered(Role, to: Untrusted, brief: Untrusted)
  /// The role passes to the person it was offered to.
  case roleAccepted(Role)
  /// The giver keeps the role; the offer is gone.
  case roleDeclined(Role)
  /// Its author owns it.
  case promiseMade(Untrusted, due: Instant)
  /// By the id of the event that made it.
  case promiseKept(EventID)

  /// Asks those named for strong objections; the event's id is the proposal's id.
  case proposalMade(Proposal)
  /// What its author says of a proposal.
  case proposalAnswered(EventID, objects: Bool, because: Untrusted?)
  /// What became of a proposal.
  case proposalSettled(EventID, ProposalOutcome, because: Untrusted?)

  /// Free text, for the timeline only.
  case noted(Untrusted)
  /// Points at the event it corrects; `text` nil when only the time changes.
  case corrected(EventID, text: Untrusted?)
  /// False takes the pin away.
  case pinned(EventID, Bool)
  /// What went out, and to whom; the next update is due from its `occurred`.
  case updatePublished(Untrusted, Audience)
  /// Counts as an update for the timer, with the reason shown.
  case updateSkipped(because: Untrusted)
  /// The next update is due at that time instead, with the reason shown.
  case updateSnoozed(until: Instant, because: Untrusted)
  /// The level that was called; it passes those below it too.
  case escalated(level: Int, because: Untrusted?)

  /// Every pending timer stops with it.
  case cancelled(CancelReason, because: Untrusted?)
  /// The number keeps working and leads to the incident named.
  case merged(into: EventID, number: Int)
  /// On the incident that took the other in; an unmerge is recorded on the other only.
  case absorbed(EventID, number: Int)
  /// Takes the merge back; the incident goes on in the phase it had.
  case unmerged
  /// Of two branches that contradict each other the side that holds, by its event: what that one says
  /// counts as it was said, by its author and at its time.
  case settled(EventID)
  /// Two records were brought together in which two incidents had one number.
  case renumbered(Int)

  /// The event's id is the run's id.
  case runStarted(RunStart)
  /// `run` by its first event, `step` by its id, not by its number.
  case stepMoved(run: EventID, step: String, StepMove)
  /// A command was confirmed and is about to run; its author holds the step from here on.
  case commandBegan(CommandStart)
  /// The command that began could not be started at all: nothing ran. Of a step, or, outside a
  /// runbook, by the event that began it.
  case commandNotStarted(run: EventID?, step: String?, began: EventID?, because: Untrusted)
  /// A fact that cannot be taken back.
  case commandRan(CommandRecord)
  /// The runbook's file had changed, and a person had the run go on with what it says now.
  case runRevised(run: EventID, RunStart)
  /// From here on the rollback's steps are walked.
  case rollbackStarted(run: EventID, because: Untrusted?)
  /// Nothing more can be walked in it; commands that were running are still recorded.
  case runEnded(run: EventID, RunOutcome, because: Untrusted?)

  /// A draft as a whole; it replaces the one before.
  case postmortemSaved(text: Untrusted)
  /// The text as published; reopening the incident makes a draft of it.
  case postmortemPublished(text: Untrusted)
  /// None will be written, and why.
  case postmortemWaived(because: Untrusted)
  /// The event's id is the action item's id.
  case actionAdded(Untrusted, owner: Untrusted, due: Instant)
  /// By the id of the event that added it.
  case actionSettled(EventID, ActionOutcome, because: Untrusted?)
  /// The last one counts for the gate into closed.
  case feedbackGiven(FeedbackVerdict, text: Untrusted?)

  /// The clock of the event's machine was set: what it wrote before stands by the old one.
  case clockStepped(ClockStep)
  /// Takes back events of the same author that nothing was built on yet.
  case reversed([EventID])
  /// Of a checklist or a maintenance window, and so of no incident.
  case round(RoundEvent)
  /// From a newer program: kept, shown as such, never dropped.
  case unknown(kind: String)
}

/// How an incident began.
public struct Declaration: Hashable, Sendable {
  /// The number people say aloud, unique in one store.
  public var number: Int
  /// What is broken, on one line; never blank.
  public var title: Untrusted
  /// As first judged: the gate into mitigation wants it confirmed.
  public var severity: Severity
  /// The kind of issue (`database`), by which runbooks are suggested.
  public var type: Untrusted?
  /// What is affected, by which runbooks are suggested.
  public var service: Untrusted?
  /// Where it happens: `production`.
  public var environment: Untrusted?
  /// The service tier, a number that the policy knows (1 to 3 in the built-in one); nil for no RTO.
  public var tier: Int?
  /// What is broken for whom; nil when it is not known yet.
  public var impact: Untrusted?
  /// When the disturbance began; nil when nobody knows yet.
  public var started: ToldTime?
  /// When somebody or something noticed it; nil when nobody knows yet.
  public var detected: ToldTime?
  /// The runbook suggested for it, by name.
  public var runbook: Untrusted?
  /// By name: what monitoring says the alert is about; placeholders of commands are prefilled from
  /// them, and runbooks suggested.
  public var labels: [String: Untrusted]
  /// Whether it is an exercise: marked wherever it is shown, and never in the metrics.
  public var isDrill: Bool
  /// The part of the policy that applies, copied so that a later edit never moves a running clock.
  public var policy: Policy

  /// Checks nothing: ``checked(at:now:)`` does. A store gives the number anew.
  public init(
    number: Int, title: Untrusted, severity: Severity, type: Untrusted? = nil,
    service: Untrusted? = nil, environment: Untrusted? = nil, tier: Int? = nil,
    impact: Untrusted? = nil, started: ToldTime? = nil, detected: ToldTime? = nil,
    runbook: Untrusted? = nil, labels: [String: Untrusted] = [:], isDrill: Bool = false,
    policy: Policy
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
    self.labels = labels
    self.isDrill = isDrill
    self.policy = policy
  }
}

/// A move between phases.
public struct PhaseMove: Hashable, Sendable {
  /// The phase it was in when the move was decided.
  public let from: Phase
  /// The phase it is in afterwards; an earlier one for going back and for reopening.
  public let to: Phase
  /// The written reason; nil for a plain move forward, whose gates were met.
  public let because: Untrusted?
  /// The gates that were not met and were overridden with the written reason.
  public let overridden: [String]

  /// Checks nothing: the rules are in ``Incident/decide(_:by:at:now:)``.
  public init(from: Phase, to: Phase, because: Untrusted?, overridden: [String] = []) {
    self.from = from
    self.to = to
    self.because = because
    self.overridden = overridden
  }
}

/// A role taken from who held it.
public struct RoleTakeOver: Hashable, Sendable {
  /// The role, one that a single person holds.
  public let role: Role
  /// Who held it.
  public let from: Untrusted
  /// Who has it now.
  public let to: Untrusted
  /// Why; ten characters or more.
  public let because: Untrusted

  /// Holds the parts as they are.
  public init(role: Role, from: Untrusted, to: Untrusted, because: Untrusted) {
    self.role = role
    self.from = from
    self.to = to
    self.because = because
  }
}

/// A run of a runbook as it began: the plan and the source it was made from, so that the run reads
/// the same on a machine that lacks the file.
public struct RunStart: Hashable, Sendable {
  /// The name by which the catalogue knows it.
  public let runbook: Untrusted
  /// The runbook's title as it was.
  public let title: Untrusted
  /// Lower-case hexadecimal SHA-256 of the file's bytes.
  public let digest: String
  /// The Markdown as it was. What runs is read from this, never from the file as it is now.
  public let source: Untrusted
  /// All steps, those of verification and rollback too, in the order of the runbook.
  public let steps: [PlannedStep]

  /// Holds the parts as they are; the digest is not compared with the source.
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
  /// Started by somebody else than the one who held it, and why; the reason may be nil when the
  /// claim had expired.
  case takenOver(from: Untrusted, because: Untrusted?)
  case done(note: Untrusted?)
  case failed(note: Untrusted?)
  case skipped(because: Untrusted)
  /// `goTo` as in ``PlannedChoice/goTo``.
  case decided(answer: Untrusted, goTo: String?)

  /// Whether it begins the step: who makes it holds the step from then on.
  public var isBeginning: Bool {
    switch self {
    case .started, .takenOver: true
    case .done, .failed, .skipped, .decided: false
    }
  }

  /// The word of COMMANDS.md.
  public var word: String {
    switch self {
    case .started: "start"
    case .takenOver: "take"
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
