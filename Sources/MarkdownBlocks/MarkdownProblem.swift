import TextGate

/// Something about a Markdown file that a reader of it should know.
public struct MarkdownProblem: Hashable, Sendable {
  /// The rules, by the name that findings carry.
  public enum Rule: String, CaseIterable, Sendable {
    case encoding
    case nullCharacter = "null-character"
    case carriageReturn = "carriage-return"
    case mojibake
    case tooDeep = "too-deep"
    case wideTable = "wide-table"
    case denseText = "dense-text"
    case definitions
    case unclosedFence = "unclosed-fence"
    case frontMatterSize = "front-matter-size"
  }

  public let rule: Rule
  /// From 1.
  public let line: Int
  /// What was found and what was done about it.
  public let message: Showable

  init(_ rule: Rule, line: Int, _ message: Showable) {
    self.rule = rule
    self.line = line
    self.message = message
  }
}

/// Why a file is not read at all.
public enum MarkdownRefusal: Error, Hashable, Sendable {
  /// It is larger than ``MarkdownLimits/fileBytes``.
  case tooLarge(bytes: Int)
  /// It has more lines than ``MarkdownLimits/fileLines``.
  case tooManyLines(Int)

  /// One clause: what is wrong and what to do.
  public var message: Showable {
    switch self {
    case .tooLarge(let bytes):
      "it holds \(bytes) bytes, and a runbook may hold \(MarkdownLimits.fileBytes); split it"
    case .tooManyLines(let lines):
      "it has \(lines) lines, and a runbook may have \(MarkdownLimits.fileLines); split it"
    }
  }
}
