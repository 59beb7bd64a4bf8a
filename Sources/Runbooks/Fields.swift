import IncidentDomain
import TextGate

/// What a runbook tells of itself.
public struct Fields: Hashable, Sendable {
  /// One key with its value, as written.
  public struct Field: Hashable, Sendable {
    /// As written; ``Fields/subscript(_:)`` compares without case and punctuation.
    public let key: Untrusted
    /// As written; a list or a mapping of the front matter with commas between its parts.
    public let value: Untrusted
    /// From 1.
    public internal(set) var line: Int
  }

  /// A value that the runbook asks for before it begins.
  public struct Parameter: Hashable, Sendable {
    /// By which placeholders and variables of the steps mean it.
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
    public internal(set) var line: Int
  }

  /// All, front matter first, each in the order of the file.
  public internal(set) var all: [Field] = []
  /// In the order of the front matter; placeholders of the commands are filled from them.
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
  /// `Active`, `Draft`, as its author writes it.
  public var status: Untrusted? { self["status"] }
  /// The day of the last update or review, as written; it may be no date.
  public var lastUpdated: Untrusted? { self["last updated"] ?? self["last reviewed on"] }
  /// How bad the incidents are that it is for: `CRITICAL`.
  public var criticality: Untrusted? { self["criticality"] }
  /// Who keeps it up to date: a person, a team or a channel.
  public var owner: Untrusted? { self["owner"] ?? self["owner slack"] }
  /// What must be there before it can be walked, as written.
  public var dependencies: Untrusted? { self["dependencies"] }
  /// Of the whole runbook.
  public var estimateSeconds: Int? {
    (self["estimated time"] ?? self["time"] ?? self["duration"]).flatMap {
      Durations.seconds(in: $0.raw)
    }
  }
}
