import TextGate

/// A length of time that a policy promises.
public enum Span: Hashable, Sendable {
  /// By the clock, nights and weekends too.
  case elapsed(seconds: Int)
  /// Days of Monday to Friday, in UTC: the same time of day that many working days later.
  case workingDays(Int)

  /// Minutes by the clock.
  public static func minutes(_ count: Int) -> Span { .elapsed(seconds: count * 60) }
  /// Hours by the clock.
  public static func hours(_ count: Int) -> Span { .elapsed(seconds: count * 3600) }

  /// The instant this long after `start`.
  public func after(_ start: Instant) -> Instant {
    switch self {
    case .elapsed(let seconds): return start + seconds
    case .workingDays(let count):
      var instant = start
      var left = count
      while left > 0 {
        instant = instant + 86_400
        if CivilTime(instant).weekday < 5 { left -= 1 }
      }
      return instant
    }
  }

  /// `15 min`, `2 h`, `1 working day`.
  public var word: Showable {
    switch self {
    case .workingDays(1): return "1 working day"
    case .workingDays(let count): return "\(count) working days"
    case .elapsed(let seconds):
      if seconds % 86_400 == 0, seconds > 86_400 { return "\(seconds / 86_400) days" }
      if seconds % 3600 == 0, seconds > 0 { return "\(seconds / 3600) h" }
      if seconds % 60 == 0 { return "\(seconds / 60) min" }
      return "\(seconds) s"
    }
  }
}

/// What the policy promises for one severity.
public struct SeverityTargets: Hashable, Sendable {
  /// From the declaration to an acknowledgement; nil promises nothing. An Incident Commander may be
  /// missing for as long.
  public var acknowledge: Span?
  /// An acknowledgement expires when nothing is recorded for so long.
  public var acknowledgementExpires: Span?
  /// Levels in rising order of time.
  public var escalations: [Escalation]
  /// The longest time between two status updates; nil promises none.
  public var update: Span?
  /// From the declaration until the impact is stopped; nil promises nothing.
  public var mitigate: Span?
  /// From the declaration to the move into post-mortem; nil promises nothing.
  public var resolve: Span?
  /// From that move until the post-mortem is published or waived; nil promises nothing.
  public var postmortem: Span?
  /// Who answers: "all hands".
  public var team: Untrusted

  /// One rung of the ladder.
  public struct Escalation: Hashable, Sendable {
    /// L1 to L4 in the built-in policy; who that is stands in ``Policy/levels``.
    public let level: Int
    /// From the declaration, or from the expiry of the last acknowledgement.
    public let after: Span

    /// Holds the parts as they are.
    public init(level: Int, after: Span) {
      self.level = level
      self.after = after
    }
  }

  /// Holds the parts as they are; nil for what is not promised.
  public init(
    acknowledge: Span?, acknowledgementExpires: Span?, escalations: [Escalation], update: Span?,
    mitigate: Span?, resolve: Span?, postmortem: Span?, team: Untrusted
  ) {
    self.acknowledge = acknowledge
    self.acknowledgementExpires = acknowledgementExpires
    self.escalations = escalations
    self.update = update
    self.mitigate = mitigate
    self.resolve = resolve
    self.postmortem = postmortem
    self.team = team
  }
}

/// Recovery objectives of a service tier.
public struct Tier: Hashable, Sendable {
  /// RPO: how far back the restored data may end.
  public let recoveryPoint: Span
  /// RTO: from the start of the disturbance to the recovery; the declaration counts when no start
  /// is known.
  public let recoveryTime: Span

  /// Holds the parts as they are.
  public init(recoveryPoint: Span, recoveryTime: Span) {
    self.recoveryPoint = recoveryPoint
    self.recoveryTime = recoveryTime
  }
}

/// The part of a policy that an incident carries: targets, escalation, tiers.
public struct Policy: Hashable, Sendable {
  /// What the policy calls itself, so that a reader can judge its numbers.
  public var name: Untrusted
  /// A severity that is not in it promises nothing.
  public var targets: [Severity: SeverityTargets]
  /// By number; 1 to 3 in the built-in policy, 1 the strictest.
  public var tiers: [Int: Tier]
  /// Who answers at each escalation level.
  public var levels: [Int: Untrusted]
  /// The ladder starts anew when nobody answered for so long after its last level; nil for once.
  public var escalationRepeats: Span?
  /// What it said of the one incident that carries it; nil in a policy that no incident carries.
  public var guidance: PolicyGuidance?

  /// Holds the parts as they are.
  public init(
    name: Untrusted, targets: [Severity: SeverityTargets], tiers: [Int: Tier],
    levels: [Int: Untrusted], escalationRepeats: Span? = nil
  ) {
    self.name = name
    self.targets = targets
    self.tiers = tiers
    self.levels = levels
    self.escalationRepeats = escalationRepeats
  }

  /// The targets of a severity; one that the policy does not name has none and an empty team.
  public subscript(severity: Severity) -> SeverityTargets {
    targets[severity]
      ?? SeverityTargets(
        acknowledge: nil, acknowledgementExpires: nil, escalations: [], update: nil, mitigate: nil,
        resolve: nil, postmortem: nil, team: "")
  }

  /// DOMAIN.md, "Severity targets" and "Service tiers", from seeds 001 to 004. The seeds name no time
  /// after which an acknowledgement expires: 30 minutes is PagerDuty's default, doubled for SEV-2.
  public static let builtIn = Policy(
    name: "built-in",
    targets: [
      .sev1: SeverityTargets(
        acknowledge: .minutes(5), acknowledgementExpires: .minutes(30),
        escalations: [
          .init(level: 1, after: .minutes(5)), .init(level: 2, after: .minutes(15)),
          .init(level: 3, after: .minutes(30)), .init(level: 4, after: .minutes(60)),
        ],
        update: .minutes(15), mitigate: .minutes(15), resolve: .minutes(30),
        postmortem: .elapsed(seconds: 3 * 86_400), team: "all hands"),
      .sev2: SeverityTargets(
        acknowledge: .minutes(15), acknowledgementExpires: .minutes(60),
        escalations: [.init(level: 2, after: .minutes(30))],
        update: .minutes(30), mitigate: .minutes(30), resolve: .hours(2),
        postmortem: .workingDays(5), team: "on-call + backup"),
      .sev3: SeverityTargets(
        acknowledge: .hours(1), acknowledgementExpires: nil, escalations: [],
        update: .minutes(60), mitigate: .workingDays(1), resolve: .workingDays(1), postmortem: nil,
        team: "on-call"),
      .sev4: SeverityTargets(
        acknowledge: .hours(4), acknowledgementExpires: nil, escalations: [], update: nil,
        mitigate: .workingDays(5), resolve: .workingDays(5), postmortem: nil, team: "normal hours"),
    ],
    tiers: [
      1: Tier(recoveryPoint: .minutes(5), recoveryTime: .hours(1)),
      2: Tier(recoveryPoint: .hours(1), recoveryTime: .hours(4)),
      3: Tier(recoveryPoint: .hours(24), recoveryTime: .hours(24)),
    ],
    levels: [
      1: "on-call engineer", 2: "senior engineer", 3: "engineering manager", 4: "director",
    ])
}
