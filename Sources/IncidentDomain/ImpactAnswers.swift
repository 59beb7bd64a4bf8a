import TextGate

/// Three questions that anybody can answer at 03:00, and the severity they suggest (the examples of
/// seed 004: "Complete outage, data loss" is SEV-1, "Partial outage, degraded performance" SEV-2,
/// "Feature unavailable, slow response" SEV-3, "Minor issues, cosmetic bugs" SEV-4).
public struct ImpactAnswers: Hashable, Sendable {
  /// What is broken?
  public enum What: String, CaseIterable, Sendable {
    case outage, degraded, feature, cosmetic
  }

  /// How many are hit?
  public enum HowMany: String, CaseIterable, Sendable {
    case all, many, few
  }

  /// Is data or money at risk?
  public enum AtRisk: String, CaseIterable, Sendable {
    case data, money, nothing
  }

  /// What is broken; nil for not answered.
  public var what: What?
  /// How many are hit; nil for not answered.
  public var howMany: HowMany?
  /// What is at risk; nil for not answered.
  public var atRisk: AtRisk?

  /// Holds the answers; nil for a question that nobody answered.
  public init(what: What? = nil, howMany: HowMany? = nil, atRisk: AtRisk? = nil) {
    self.what = what
    self.howMany = howMany
    self.atRisk = atRisk
  }

  /// The severity that the answers suggest, and why; nil when none was answered. What was not
  /// answered is taken for the worse of what is usual: many, and degraded.
  public var suggestion: (severity: Severity, because: Showable)? {
    guard what != nil || howMany != nil || atRisk != nil else { return nil }
    switch atRisk {
    case .data?: return (.sev1, "data is at risk")
    case .money? where howMany != .few: return (.sev1, "money is at risk for \(manyWord)")
    case .money?: return (.sev2, "money is at risk for a few")
    case .nothing?, nil: break
    }
    switch (what ?? .degraded, howMany ?? .many) {
    case (.outage, .all): return (.sev1, "it is out for all")
    case (.outage, .many): return (.sev1, "it is out for \(manyWord)")
    case (.outage, .few): return (.sev2, "it is out, but for a few")
    case (.degraded, .all), (.degraded, .many):
      return (.sev2, "it is degraded for \(manyWord)")
    case (.degraded, .few): return (.sev3, "it is degraded for a few")
    case (.feature, _): return (.sev3, "a feature is not there, the rest works")
    case (.cosmetic, _): return (.sev4, "it only looks wrong")
    }
  }

  private var manyWord: Showable {
    switch howMany {
    case .all?: "all"
    case .many?: "many"
    case .few?: "a few"
    case nil: "how many nobody said"
    }
  }
}
