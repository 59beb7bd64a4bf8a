import TextGate

/// Why a command was not carried out: nothing was written.
public struct Refusal: Error, Hashable, Sendable {
  /// Which kind of no it is; the command line turns it into an exit code (COMMANDS.md).
  public let kind: Kind
  /// What is not possible and why, a clause without a full stop.
  public let reason: Showable
  /// What would allow it, a clause; empty when nothing would.
  public let remedy: Showable

  /// The kinds of no, each with the exit code it becomes.
  public enum Kind: Hashable, Sendable {
    /// A rule of the domain: exit 1.
    case rule
    /// A value that cannot be: exit 65.
    case badValue
    /// What was named is not there: exit 66.
    case notFound
    /// Not permitted to this session: exit 77.
    case notPermitted
  }

  /// Takes clauses: no capital letter, no full stop.
  public init(_ kind: Kind = .rule, _ reason: Showable, remedy: Showable = .empty) {
    self.kind = kind
    self.reason = reason
    self.remedy = remedy
  }

  /// One sentence: what, why, what to do.
  public var sentence: Showable {
    remedy.isEmpty ? "\(reason)" : "\(reason); \(remedy)"
  }
}
