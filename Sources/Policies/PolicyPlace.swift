import TextGate

/// Where something stands in a file.
public struct PolicyPlace: Hashable, Sendable, Comparable {
  /// The file, as it was named.
  public let file: Untrusted
  /// From 1.
  public let line: Int
  /// From 1, in characters.
  public let column: Int

  /// Holds the parts as they are.
  public init(file: Untrusted, line: Int, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `policy.yaml:12:5`.
  public var showable: Showable { "\(file.showable):\(line):\(column)" }

  /// By line, then column; files are not compared.
  public static func < (left: PolicyPlace, right: PolicyPlace) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// Something about a policy that its owner should mend.
public struct PolicyFinding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable {
    /// The policy cannot be followed as it stands.
    case error
    /// In this order: it misleads or is out of date; worth knowing.
    case warning, info

    /// The word as shown.
    public var word: Showable {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .info: "info"
      }
    }
  }

  /// The rules, by the names that findings carry.
  public enum Rule: String, CaseIterable, Sendable {
    /// In this order: not YAML; a construct that is refused; not what the schema says.
    case syntax, refused, schema
    /// One thing with two values, in one file or in two.
    case contradiction
    /// One word for two severities.
    case alias
    /// Levels or limits in the wrong order.
    case order
    /// A name that leads nowhere.
    case reference
    /// Nobody to call.
    case contact
    case deadLink = "dead-link"
    case review
    /// Two things at one time.
    case overlap
  }

  /// How bad it is.
  public let severity: Severity
  /// Which rule found it.
  public let rule: Rule
  /// What is wrong and what to do.
  public let message: Showable
  /// Where; for a contradiction both places.
  public let places: [PolicyPlace]

  init(_ severity: Severity, _ rule: Rule, _ places: [PolicyPlace], _ message: Showable) {
    self.severity = severity
    self.rule = rule
    self.message = message
    self.places = places
  }

  /// `policy.yaml:12:5: error: contradiction: …` with the other places behind it.
  public var line: Showable {
    let rule = Untrusted(rule.rawValue).showable
    let first = places.first?.showable ?? "policy"
    let others = places.dropFirst().map(\.showable).joined(", ")
    let also: Showable = others.isEmpty ? .empty : " (also \(others))"
    return "\(first): \(severity.word): \(rule): \(message)\(also)"
  }
}
