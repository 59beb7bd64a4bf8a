import IncidentDomain
import TextGate

/// One of the times that an incident took, with its formula (DOMAIN.md, "Metrics").
public struct Measure: Hashable, Sendable {
  /// `detect`, `acknowledge`, `mitigate`, `recover`, `resolve`.
  public let name: Showable
  /// `detected - started`.
  public let formula: Showable
  /// How long it took, or why nobody can say.
  public let value: Value

  /// What is known of it.
  public enum Value: Hashable, Sendable {
    case seconds(Int)
    /// One of the two times is told as a day: no length can be honest.
    case knownToTheDay
    /// The milestones that nobody recorded.
    case unknown([Milestone])
  }

  /// Every measure of an incident, in the order of its course.
  public static func all(_ incident: Incident) -> [Measure] {
    let pairs: [(Showable, Milestone, Milestone)] = [
      ("detect", .started, .detected), ("acknowledge", .declared, .acknowledged),
      ("mitigate", .declared, .mitigated), ("recover", .started, .recovered),
      ("resolve", .declared, .resolved),
    ]
    return pairs.map { name, from, to in
      Measure(
        name: name, formula: "\(to.word) - \(from.word)", value: value(incident, from, to))
    }
  }

  private static func value(_ incident: Incident, _ from: Milestone, _ to: Milestone) -> Value {
    guard let start = incident.milestones[from], let end = incident.milestones[to] else {
      return .unknown([from, to].filter { incident.milestones[$0] == nil })
    }
    guard start.precision != .day, end.precision != .day else { return .knownToTheDay }
    return .seconds(max(0, end.instant.seconds(since: start.instant)))
  }

  /// The value in words; an unknown one names who could tell.
  public var text: Showable {
    switch value {
    case .seconds(let seconds): .duration(seconds)
    case .knownToTheDay: "known to the day only"
    case .unknown(let milestones):
      milestones.map { "unknown: when it \(Self.verb($0)) (\(Self.witness($0)) could tell)" }
        .joined("; ")
    }
  }

  static func verb(_ milestone: Milestone) -> Showable {
    switch milestone {
    case .started: "started"
    case .detected: "was detected"
    case .declared: "was declared"
    case .acknowledged: "was acknowledged"
    case .mitigated: "was mitigated"
    case .recovered: "recovered"
    case .resolved: "was resolved"
    }
  }

  /// Who is likely to know a time that the record does not hold.
  static func witness(_ milestone: Milestone) -> Showable {
    switch milestone {
    case .started: "the owners of the service, from its graphs and changes,"
    case .detected: "whoever or whatever raised the first alarm"
    case .declared: "whoever declared it"
    case .acknowledged: "the first responder"
    case .mitigated: "the Operations Lead"
    case .recovered: "whoever verified the recovery"
    case .resolved: "the Incident Commander"
    }
  }
}
