import TextGate

/// Everything known of one incident: the fold of its events.
///
/// Made by ``fold(_:)``; the same set of events gives the same value on every machine.
public struct Incident: Sendable, Identifiable, Equatable {
  /// The id of its first event.
  public let id: EventID
  /// What people say aloud (`INC-42`), unique in one store; joining two stores may change it.
  public var number: Int
  /// As declared; no event changes it.
  public var title: Untrusted
  /// The kind of issue as declared (`database`), by which runbooks are suggested.
  public var type: Untrusted?
  /// What is affected, as declared; runbooks are suggested by it.
  public var service: Untrusted?
  /// Where it happens, as declared: `production`.
  public var environment: Untrusted?
  /// The service tier as declared; nil, and there is no RTO to keep.
  public var tier: Int?
  /// The runbook named in the declaration, by its name in the catalogue.
  public var suggestedRunbook: Untrusted?
  /// As declared, by name: what monitoring says the alert is about.
  public var labels: [String: Untrusted]
  /// Whether it is an exercise: marked wherever it is shown, and never in the metrics.
  public var isDrill: Bool
  /// The copy made at the declaration: a later edit of the policy file changes nothing here.
  public var policy: Policy

  /// Where it stands; kept as it was when ``ending`` is set.
  public var phase: Phase = .detection
  /// Every move, oldest first.
  public var moves: [Change<PhaseMove>] = []
  /// How it ended other than closed; nil while it takes its course, and when it is closed.
  public var ending: Ending?
  /// As set last; the targets are those of this severity.
  public var severity: Severity
  /// Whether a person set or confirmed it after the declaration.
  public var severityConfirmed = false
  /// Every change, oldest first.
  public var severityChanges: [Change<SeverityChange>] = []
  /// What is broken for whom, as stated or corrected last; nil until somebody says it.
  public var impact: Untrusted?
  /// The times as known now: corrections move them, and going back or reopening takes mitigated,
  /// recovered and (reopening) resolved away.
  public var milestones: [Milestone: ToldTime] = [:]
  /// What was said when a milestone was recorded.
  public var milestoneTexts: [Milestone: Untrusted] = [:]
  /// The event that a milestone's time comes from; a correction of it moves the milestone.
  var milestoneEvents: [Milestone: EventID] = [:]
  /// The event that stated the impact last.
  var impactEvent: EventID?

  /// The last one, also when it has expired; ``isAlive(_:at:)`` tells. Nil when there was none.
  public var acknowledgement: Acknowledgement?
  /// When anything was last recorded, by the writer's clock; what was taken back does not count.
  public var lastActivity: Instant
  /// When each person recorded anything last, by the writer's clock.
  public var lastWritten: [Untrusted: Instant] = [:]
  /// Who holds each role that one person holds at a time; a role nobody holds is not in it.
  public var roles: [Role: Untrusted] = [:]
  /// By role that one person holds at a time: how often it changed hands, and since when it is as it
  /// is; a role that nobody ever held is not in it.
  public var tenures: [Role: Tenure] = [:]
  /// Everybody who wrote on it or was named on it: names that look alike are marked.
  public var names: Set<Untrusted> = []
  /// Experts and observers, in the order they came.
  public var others: [OtherRole] = []
  /// Hand-overs that wait for an answer; the giver has the role until then.
  public var offers: [Role: Offer] = [:]
  /// Times without an Incident Commander, oldest first; the last one is open while nobody commands.
  public var vacancies: [Spell] = []
  /// Times in which an acknowledgement had expired, until it was given again.
  public var expiries: [Spell] = []
  /// Times in which work had ended (resolved, cancelled, merged); open while it has.
  public var pauses: [Spell] = []
  /// All that were made, kept ones too, in the order of the events.
  public var promises: [Promise] = []
  /// Status updates, published and skipped, in the order of the events.
  public var updates: [Update] = []
  /// Times to which a status update was put off, in the order of the events.
  public var snoozes: [Change<Snooze>] = []
  /// Proposals with what was said of them and what became of them, in the order they were made.
  public var deliberations: [Deliberation] = []
  /// Steps of clocks that were noticed while it ran; `by` is the machine.
  public var clockSteps: [Change<ClockStep>] = []
  /// By level: when it was first escalated to; calling a level passes those below it.
  public var escalations: [Int: Instant] = [:]
  /// Every escalation, oldest first: the level that was called.
  public var calls: [Change<Int>] = []

  /// Walks through runbooks, ended ones too, in the order they were started.
  public var runs: [Run] = []
  /// Commands outside a runbook that began and whose end nobody recorded yet, oldest first.
  public var running: [RunningCommand] = []
  /// Commands that ran outside a runbook.
  public var commands: [Change<CommandRecord>] = []
  /// How the review document stands.
  public var postmortem: Postmortem = .none
  /// Follow-ups, settled ones too, in the order they were added.
  public var actions: [ActionItem] = []
  /// What was said of the runbooks, oldest first; the last one counts for the gate into closed.
  public var feedback: [Change<Feedback>] = []
  /// Contradictions of two branches, settled ones too, in the order the fold met them.
  public var conflicts: [Conflict] = []

  /// Events marked as turning points, for the review.
  public var pins: Set<EventID> = []
  /// By corrected event: the corrections, oldest first.
  public var corrections: [EventID: [EventID]] = [:]
  /// Events taken back by their author: still in ``events``, but nothing here comes from them.
  public var reversed: Set<EventID> = []
  /// Incidents merged into this one; one that was unmerged since still stands here.
  public var absorbed: [Absorbed] = []

  /// By event: how many milliseconds its machine's clock was set after it was written.
  var shifts: [EventID: Int64] = [:]

  /// All events, parents first, ties by (recorded, id).
  public var events: [Event] = []
  /// Events that no other event names as parent, ascending.
  public var heads: [EventID] = []

  /// What changed, with when and by whom.
  public struct Change<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The event that changed it.
    public let event: EventID
    /// When it happened, not when it was written.
    public let at: Instant
    /// The person who acted.
    public let by: Untrusted
    /// What it was changed to.
    public let value: Value
  }

  /// A severity that was set, or confirmed when both are the same.
  public struct SeverityChange: Hashable, Sendable {
    /// The severity until then.
    public let from: Severity
    /// The severity from then on.
    public let to: Severity
    /// The reason; a downgrade always has one.
    public let because: Untrusted?
  }

  /// A time with a beginning, and an end once it has one; never negative.
  public struct Spell: Hashable, Sendable {
    /// When it began, by the time told.
    public let from: Instant
    /// When it ended, by the time told; nil while it lasts.
    public internal(set) var to: Instant?

    mutating func end(at instant: Instant) {
      to = max(from, instant)
    }
  }

  /// How an incident ended other than closed.
  public enum Ending: Hashable, Sendable {
    /// It was no incident to work on, and why; it can be reopened.
    case cancelled(CancelReason)
    /// It went on in another incident, to which its number now leads; it can be unmerged.
    case merged(into: EventID, number: Int)
  }

  /// That a responder works on it, until nothing is recorded for the policy's time.
  public struct Acknowledgement: Hashable, Sendable {
    /// The responder who gave it.
    public let by: Untrusted
    /// When it was given, by the time told.
    public let at: Instant
    /// Recorded time of the last activity while it was alive; it expires the policy's time later.
    public var lastActivity: Instant
  }

  /// How a role stands that one person holds at a time.
  public struct Tenure: Hashable, Sendable {
    /// Counted from 1: it grows whenever the role passes to somebody else or is given up.
    public let epoch: Int
    /// Since when it is held, or not, by the time told.
    public let since: Instant
  }

  /// A status update that was put off.
  public struct Snooze: Hashable, Sendable {
    /// When it is due instead.
    public let until: Instant
    /// Why.
    public let because: Untrusted
  }

  /// A role that several people may hold, with one who holds it.
  public struct OtherRole: Hashable, Sendable {
    /// Subject-Matter Expert or Observer.
    public let role: Role
    /// Who holds it.
    public let person: Untrusted
  }

  /// A hand-over that waits for an answer.
  public struct Offer: Hashable, Sendable {
    /// The event that made the offer.
    public let event: EventID
    /// Who holds the role and keeps it until the answer; who offered it when nobody held it.
    public let from: Untrusted
    /// The only one who may answer.
    public let to: Untrusted
    /// What the receiver is told, as it stood when it was offered.
    public let brief: Untrusted
    /// When it was offered, by the time told.
    public let at: Instant
  }

  /// Something a responder said they would do by a time.
  public struct Promise: Hashable, Sendable, Identifiable {
    /// The event that made it.
    public let id: EventID
    /// The responder who made it.
    public let owner: Untrusted
    /// What was promised; never blank.
    public let text: Untrusted
    /// When it was made, by the time told.
    public let made: Instant
    /// When it is due; its timer runs from ``made`` to here.
    public let due: Instant
    /// When it was kept, in time or late; nil while it is not.
    public var kept: Instant?
  }

  /// A status update, or one that was skipped with a reason.
  public struct Update: Hashable, Sendable {
    /// When it went out or was skipped; the next one is due from here.
    public let at: Instant
    /// Who published or skipped it.
    public let by: Untrusted
    /// Nil for a skip.
    public let audience: Audience?
    /// What was said; for a skip, the reason.
    public let text: Untrusted
  }

  /// How the review document stands; times are those told.
  public enum Postmortem: Hashable, Sendable {
    /// Nobody has begun it, or its waiver was undone by reopening.
    case none
    /// Begun, or published once and to be revised because the incident was reopened.
    case draft(text: Untrusted, at: Instant)
    /// The whole text as published.
    case published(text: Untrusted, at: Instant)
    /// None will be written (SEV-3 and SEV-4 only).
    case waived(because: Untrusted, at: Instant)
  }

  /// A follow-up of the review, with its owner and its due date.
  public struct ActionItem: Hashable, Sendable, Identifiable {
    /// The event that added it.
    public let id: EventID
    /// What is to be done; never blank.
    public let text: Untrusted
    /// Who sees to it; never blank.
    public let owner: Untrusted
    /// When it is due; meant as a day, in UTC.
    public let due: Instant
    /// When it was added, by the time told.
    public let added: Instant
    /// Whether it was done or dropped; nil while it is open.
    public var outcome: ActionOutcome?
    /// When it was done or dropped, by the time told; nil while it is open.
    public var settled: Instant?

    /// The end of the day that it is due on: from then on it is late.
    var dueEnd: Instant {
      var day = CivilTime(min(max(due, .earliest), .latest))
      (day.hour, day.minute, day.second, day.millisecond) = (0, 0, 0, 0)
      return max(added, (day.instant() ?? due) + 86_400)
    }
  }

  /// What was said of the runbooks after the incident.
  public struct Feedback: Hashable, Sendable {
    /// Anything but `used` wants an action item before the incident can be closed.
    public let verdict: FeedbackVerdict
    /// What was wrong or missing; never nil for those.
    public let text: Untrusted?
  }

  /// An incident that was merged into this one.
  public struct Absorbed: Hashable, Sendable {
    /// The id of its first event.
    public let id: EventID
    /// Its own number, which now leads here.
    public let number: Int
  }

  /// Two facts of which only one can hold; both are kept, the fold's order picked one.
  public struct Conflict: Hashable, Sendable {
    /// The event that comes first in the fold's order.
    public let first: EventID
    /// The event that had not seen ``first``; what it says holds until somebody settles it.
    public let second: EventID
    /// What the two contradict each other in.
    public let about: About
    /// The event by which somebody who had seen both settled it; nil while it is open.
    public internal(set) var settledBy: EventID?

    /// A fact that can have one value only.
    public enum About: Hashable, Sendable {
      /// Who holds a role.
      case role(Role)
      /// How a step of a run ended; its start is no contradiction.
      case step(run: EventID, step: String)
      /// Where the incident stands: a move, a cancellation or a merge.
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

  /// Every run that is open, in the order they were started.
  public var openRuns: [Run] { runs.filter(\.isOpen) }
}
