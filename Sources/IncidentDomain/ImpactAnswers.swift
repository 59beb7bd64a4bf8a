import TextGate

/// Three questions on the impact, and the severity that the answers suggest.
///
/// A suggestion, never a verdict: a person declares, and says another severity when they know better.
public struct ImpactAnswers: Hashable, Sendable {
  /// What is broken; nil when it is not answered.
  public var broken: Broken?
  /// How many it hits; nil when it is not answered.
  public var affected: Affected?
  /// Whether data or money is at stake; nil when it is not answered.
  public var stake: Stake?

  /// Nil for what nobody answered.
  public init(broken: Broken? = nil, affected: Affected? = nil, stake: Stake? = nil) {
    self.broken = broken
    self.affected = affected
    self.stake = stake
  }

  /// What is broken.
  public enum Broken: String, CaseIterable, Sendable {
    case core, feature, degraded, cosmetic

    /// As asked.
    public var word: Showable {
      switch self {
      case .core: "what users come for fails"
      case .feature: "a part of it fails"
      case .degraded: "slow, or there is a way round"
      case .cosmetic: "looks wrong, works"
      }
    }
  }

  /// How many it hits.
  public enum Affected: String, CaseIterable, Sendable {
    case all, many, some, none

    /// As asked.
    public var word: Showable {
      switch self {
      case .all: "all or nearly all"
      case .many: "many: one in ten or more"
      case .some: "some: fewer than one in ten"
      case .none: "nobody outside yet"
      }
    }
  }

  /// Whether data or money is at stake.
  public enum Stake: String, CaseIterable, Sendable {
    case losing, threatened, none

    /// As asked.
    public var word: Showable {
      switch self {
      case .losing: "data or money is being lost, or leaks"
      case .threatened: "it could be lost"
      case .none: "no"
      }
    }
  }

  /// A severity, and why.
  public struct Suggestion: Hashable, Sendable {
    /// What the answers suggest.
    public let severity: Severity
    /// The answers that made it so.
    public let because: Showable
  }

  /// What the answers suggest; nil while nothing is answered.
  ///
  /// SEV-1 is total outage, loss or leak of data or money; SEV-2 a major part down or many hit; SEV-3
  /// some hit or slow; SEV-4 the rest: the severities of seeds 001, 002 and 004 in their words.
  public var suggestion: Suggestion? {
    guard broken != nil || affected != nil || stake != nil else { return nil }
    var severity = Severity.sev4
    var reasons: [Showable] = []
    func atLeast(_ other: Severity, _ reason: Showable) {
      if other < severity {
        severity = other
        reasons = [reason]
      } else if other == severity {
        reasons.append(reason)
      }
    }
    switch stake {
    case .losing: atLeast(.sev1, "data or money is being lost, or leaks")
    case .threatened: atLeast(.sev2, "data or money could be lost")
    case .none?, nil: break
    }
    switch (broken, affected) {
    case (.core?, .all?), (.core?, .many?):
      atLeast(.sev1, "what users come for fails for \(affected == .all ? "all" : "many")")
    case (.core?, _): atLeast(.sev2, "what users come for fails")
    case (.feature?, .all?), (.feature?, .many?):
      atLeast(.sev2, "a part fails for \(affected == .all ? "all" : "many")")
    case (.feature?, _): atLeast(.sev3, "a part fails")
    case (.degraded?, .all?): atLeast(.sev2, "slow or worked round by all")
    case (.degraded?, .many?), (.degraded?, .some?), (.degraded?, nil):
      atLeast(.sev3, "slow, or there is a way round")
    case (.degraded?, .none?): atLeast(.sev4, "slow, and nobody outside notices yet")
    case (.cosmetic?, _): atLeast(.sev4, "it looks wrong and works")
    case (nil, .all?): atLeast(.sev2, "all are hit")
    case (nil, .many?): atLeast(.sev2, "many are hit")
    case (nil, .some?): atLeast(.sev3, "some are hit")
    case (nil, .none?): atLeast(.sev4, "nobody outside is hit yet")
    case (nil, nil): break
    }
    if reasons.isEmpty { reasons = ["nothing is at stake"] }
    let asked = [broken == nil, affected == nil, stake == nil].count { $0 }
    let rest: Showable = asked > 0 ? " (\(asked) of 3 questions are open)" : ""
    return Suggestion(severity: severity, because: reasons.joined(", ") + rest)
  }
}
