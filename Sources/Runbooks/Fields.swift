import IncidentDomain
import TextGate

/// What a runbook tells of itself.
public struct Fields: Hashable, Sendable {
  /// One key with its value, as written.
  public struct Field: Hashable, Sendable {
    public let key: Untrusted
    public let value: Untrusted
    /// From 1.
    public let line: Int
  }

  /// A value that the runbook asks for before it begins.
  public struct Parameter: Hashable, Sendable {
    public let name: String
    /// The question.
    public let ask: Untrusted?
    /// Where it is taken from: `labels.instance`.
    public let from: Untrusted?
    /// A regular expression that the value must match in whole.
    public let match: Untrusted?
    /// What is offered when nothing is known.
    public let initial: Untrusted?
    /// Whether it is masked at entry and in the record.
    public let isSecret: Bool
    /// From 1.
    public let line: Int
  }

  /// All, front matter first, each in the order of the file.
  public internal(set) var all: [Field] = []
  public internal(set) var parameters: [Parameter] = []
  /// Fence labels that the front matter makes runnable, with the program that runs them.
  public internal(set) var runners: [String: String] = [:]

  init() {}

  /// The value of a key, without regard to case, spaces, hyphens and underscores.
  public subscript(_ key: String) -> Untrusted? {
    let wanted = Self.folded(key)
    return all.first { Self.folded($0.key.raw) == wanted }?.value
  }

  static func folded(_ key: String) -> String {
    key.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" }
  }

  /// `Runbook`, `Guide`.
  public var type: Untrusted? { self["type"] }
  public var status: Untrusted? { self["status"] }
  public var lastUpdated: Untrusted? { self["last updated"] ?? self["last reviewed on"] }
  public var criticality: Untrusted? { self["criticality"] }
  public var owner: Untrusted? { self["owner"] ?? self["owner slack"] }
  public var dependencies: Untrusted? { self["dependencies"] }
  /// Of the whole runbook.
  public var estimateSeconds: Int? {
    (self["estimated time"] ?? self["time"] ?? self["duration"]).flatMap {
      Durations.seconds(in: $0.raw)
    }
  }
}
