import TextGate

/// A target that runs, or ran (DOMAIN.md, "Timers"). Derived from events, policy copy and now.
public struct IncidentTimer: Hashable, Sendable {
  /// Which target it is.
  public let kind: Kind
  /// The escalation level; nil for other kinds.
  public let level: Int?
  /// As of the moment it was asked for.
  public let state: State
  /// When it began to run; the expiry of an acknowledgement begins it anew.
  public let since: Instant
  /// When it must be met; time in which the work had ended is added.
  public let due: Instant
  /// Seconds in between that do not count, because the work had ended.
  public let paused: Int
  /// When it was met, in time or late; nil while it runs and when it was stopped.
  public let met: Instant?
  /// When the end of the work stopped it; nil while it runs and when it was met.
  public let ended: Instant?
  /// Why it exists: "SEV-1 acknowledge target 5 min".
  public let because: Showable
  /// What stops it.
  public let stoppedBy: Showable
  /// What moved it: severity changes, expiry, snoozes, pauses, reopening; oldest first.
  public let history: [Showable]
  /// What it is about, for a promise: its text.
  public let subject: Untrusted?

  /// The targets of the policy, what people promised, and a missing Incident Commander.
  public enum Kind: String, CaseIterable, Sendable {
    case acknowledge, escalate, update, mitigate, resolve, commander, recover, promise
    /// Until when those who were asked may object to a proposal.
    case proposal
    /// Until when an acknowledgement holds though nothing is recorded.
    case expiry = "acknowledgement-expires"
    case postmortem = "post-mortem"
    /// A follow-up of the review.
    case action = "action-item"
    /// By when the policy itself must be looked at again; of no incident.
    case review

    /// The word before the time on screens and in exports.
    public var word: Showable {
      switch self {
      case .expiry: "ack expires"
      case .action: "action item"
      case .acknowledge, .escalate, .update, .mitigate, .resolve, .commander, .recover, .promise,
        .proposal, .postmortem, .review:
        rawValue.showableWord
      }
    }

    /// Whether something is owed by its time. That an acknowledgement expires is owed by nobody: it
    /// starts the target to acknowledge anew.
    public var isOwed: Bool { self != .expiry }
  }

  /// Where a timer stands (DOMAIN.md, "Timers").
  public enum State: String, Sendable {
    /// Less than 80 % of the time is used.
    case running
    /// In this order: 80 % or more is used; overdue, or met or ended only after it was due; met in
    /// time; ended with the work before it was due.
    case warning, breached, met, stopped
  }

  /// Whether it still waits for something.
  public var isRunning: Bool {
    switch state {
    case .running, .warning: true
    case .breached: met == nil && ended == nil
    case .met, .stopped: false
    }
  }

  /// Seconds left, negative when late; nil when it does not run.
  public func remainingSeconds(at now: Instant) -> Int? {
    // Rounded up, so that a timer is at 0 exactly when it is due and never reads early.
    isRunning ? -now.seconds(since: due) : nil
  }

  /// What a breach calls for beyond the target itself; nil for most (DOMAIN.md: a breached RTO).
  public var consequence: Showable? {
    kind == .recover && state == .breached ? "invoke the disaster recovery plan" : nil
  }

  /// Its kind, and the level of an escalation: `escalate L3`, `update`.
  public var label: Showable {
    if let level { return "\(kind.word) L\(level)" }
    return kind.word
  }

  /// `update due 2:11`, `resolve LATE +4:12`, `acknowledge met in 3:10`.
  public func summary(at now: Instant) -> Showable {
    switch state {
    case .running, .warning:
      return "\(label) due in \(Showable.clock(seconds: remainingSeconds(at: now) ?? 0))"
    case .breached:
      if let met {
        return "\(label) late by \(Showable.clock(seconds: met.seconds(since: due)))"
      }
      if ended != nil { return "\(label) MISSED" }
      return "\(label) LATE +\(Showable.clock(seconds: now.seconds(since: due)))"
    case .met:
      let used = (met ?? due).seconds(since: since) - paused
      return "\(label) met in \(Showable.clock(seconds: used))"
    case .stopped: return "\(label) stopped"
    }
  }
}

extension Showable {
  /// A length of time for a narrow column: `3:10`, `1h02`, `4d 3h`; the sign is the caller's.
  public static func clock(seconds: Int) -> Showable {
    let total = abs(seconds)
    func two(_ value: Int) -> Showable { value < 10 ? "0\(value)" : "\(value)" }
    if total < 3600 { return "\(total / 60):\(two(total % 60))" }
    if total < 86_400 { return "\(total / 3600)h\(two(total % 3600 / 60))" }
    return "\(total / 86_400)d \(total % 86_400 / 3600)h"
  }
}
