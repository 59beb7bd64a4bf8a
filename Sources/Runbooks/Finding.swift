import MarkdownBlocks
import TextGate

/// Something that the author of a runbook, or a person about to walk it, should know.
public struct Finding: Hashable, Sendable {
  /// How much it matters.
  public enum Severity: String, CaseIterable, Sendable {
    /// Part of the file is not read as its author meant it.
    case error
    /// It can be walked, with care.
    case warning
    /// Worth knowing.
    case info
  }

  /// From 1.
  public let line: Int
  /// How much it matters; errors make `runbook lint` fail.
  public let severity: Severity
  /// A short name that stays the same over releases: `unclosed-fence`.
  public let rule: String
  /// One clause, for a person.
  public let message: Showable

  /// Holds the parts as they are.
  public init(line: Int, severity: Severity, rule: String, message: Showable) {
    self.line = line
    self.severity = severity
    self.rule = rule
    self.message = message
  }
}

extension Finding {
  init(_ problem: MarkdownProblem) {
    let severity: Severity =
      switch problem.rule {
      case .encoding, .nullCharacter, .carriageReturn, .mojibake, .unclosedFence: .warning
      case .tooDeep, .wideTable, .denseText, .definitions: .info
      case .frontMatterSize: .error
      }
    self.init(
      line: problem.line, severity: severity, rule: problem.rule.rawValue,
      message: problem.message)
  }
}
