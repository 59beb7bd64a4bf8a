import TextGate

/// A part of a runbook under one heading.
public struct Section: Hashable, Sendable {
  /// What a heading promises (RUNBOOKS.md 3.2).
  public enum Kind: String, CaseIterable, Sendable {
    case purpose, when, impact
    case prerequisites = "prereq"
    case procedure
    case diagnosis = "diagnose"
    case verification = "verify"
    case rollback
    case escalation = "escalate"
    case other
  }

  /// As its words tell; `other` when they tell nothing.
  public let kind: Kind
  /// The heading's text, with its marks of style dropped.
  public let title: Untrusted
  /// 1 to 6.
  public let level: Int
  /// The heading's line, from 1.
  public let line: Int
  /// From the heading to the line before the next heading of the same or a higher level.
  public let lines: ClosedRange<Int>
  /// As links name it, without `#`: `when-to-rollback`.
  public let anchor: String
  /// Titles from the outermost section to this one; the document's title is not among them.
  public let path: [String]
}
