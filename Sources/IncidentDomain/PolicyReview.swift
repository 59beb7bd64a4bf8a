import TextGate

/// By when a policy must be looked at again (DOMAIN.md: review dates, seeds 001, 002 and 004).
public struct PolicyReview: Hashable, Sendable {
  /// The date that it names; the whole day counts.
  public let due: Instant
  /// When it was changed last, as it says; nil when it does not.
  public let updated: Instant?
  /// What it calls itself, or its file.
  public let policy: Untrusted
  /// Who answers for it; nil when it names nobody.
  public let owner: Untrusted?

  /// Holds the parts as they are.
  public init(due: Instant, updated: Instant?, policy: Untrusted, owner: Untrusted?) {
    self.due = due
    self.updated = updated
    self.policy = policy
    self.owner = owner
  }

  /// The timer of the review. It is of no incident, and no end of one stops it.
  public func timer(at now: Instant) -> IncidentTimer {
    let end = due + 86_400
    let since = min(updated ?? due, due)
    let who = owner.map { ", maintained by \($0.showable)" as Showable } ?? .empty
    let used = now.milliseconds - since.milliseconds
    let whole = end.milliseconds - since.milliseconds
    let state: IncidentTimer.State =
      now >= end ? .breached : used * 100 >= whole * 80 ? .warning : .running
    return IncidentTimer(
      kind: .review, level: nil, state: state, since: since, due: end, paused: 0, met: nil,
      ended: nil,
      because: "\(policy.showable) names \(ToldTime(due, .day).showable) as its next review\(who)",
      stoppedBy: "a later next_review in the policy", history: [], subject: nil)
  }
}
