import MarkdownBlocks
import TextGate

/// The rules of `runbook lint`, by the name that findings carry.
public enum LintRule: String, CaseIterable, Sendable {
  // The document structure and the required elements of the runbook standard (seed 004).
  case missingTitle = "missing-title"
  case missingField = "missing-field"
  case fieldValue = "field-value"
  case missingSection = "missing-section"
  case emptySection = "empty-section"
  case templateText = "template-text"
  case noSteps = "no-steps"
  case noCommand = "no-command"
  case noDecision = "no-decision"
  case noEstimate = "no-estimate"
  // Review.
  case reviewDate = "review-date"
  case staleReview = "stale-review"
  // Links.
  case deadLink = "dead-link"
  case deadAnchor = "dead-anchor"
  // Commands and what stands in them.
  case hiddenCharacter = "hidden-character"
  case curlyQuote = "curly-quote"
  case longDash = "long-dash"
  case placeholder
  case unusedParameter = "unused-parameter"
  case confirmName = "confirm-name"
  case blockedCommand = "blocked-command"
  // Indexes.
  case stepsInIndex = "steps-in-index"
  case indexMisses = "index-misses"
  // Told by the reading of a file.
  case unreadable
  case frontMatter = "front-matter"
  case annotation
  case annotationPlace = "annotation-place"
  case jump

  /// What a file that keeps the rule is like; one sentence.
  public var summary: Showable {
    switch self {
    case .missingTitle: "A runbook has a title: its first heading of level 1."
    case .missingField: "The lines under the title tell Type, Status, Last Updated and Criticality."
    case .fieldValue: "Criticality is CRITICAL, HIGH, MEDIUM or LOW."
    case .missingSection:
      """
      A runbook has sections for its purpose, when to use it, the procedure, verification, rollback \
      and escalation.
      """
    case .emptySection: "Something stands under every heading."
    case .templateText: "What a template asks for in square brackets has been written."
    case .noSteps: "A runbook holds steps: numbered items, or headings such as Step 1."
    case .noCommand: "Steps give the exact commands to run."
    case .noDecision: "Decision points are questions with their answers."
    case .noEstimate: "A runbook tells how long it takes, in whole or by step."
    case .reviewDate: "The day of the last update is a day that has been."
    case .staleReview: "A runbook is reviewed before its last update is too long ago."
    case .deadLink: "A link leads to a file that is there."
    case .deadAnchor: "A link leads to a heading that is there."
    case .hiddenCharacter: "A command holds no character that cannot be seen, such as U+00A0."
    case .curlyQuote: "Quotes in a command are those that a shell reads."
    case .longDash: "Options in a command begin with a hyphen, not with a dash."
    case .placeholder: "Every placeholder of a command has a parameter that says what to ask for."
    case .unusedParameter: "Every parameter is used by a command."
    case .confirmName: "What has to be typed to confirm is a value of the command or a parameter."
    case .blockedCommand: "A command ends by itself before the lines after it are meant to run."
    case .stepsInIndex: "An index leads to runbooks and holds no steps itself."
    case .indexMisses: "An index leads to every runbook of its folder."
    case .unreadable: "A file can be read."
    case .frontMatter: "The front matter is plain YAML with known keys of parameters."
    case .annotation: "Annotations hold known keys with values that they take."
    case .annotationPlace: "An annotation stands where a step takes it."
    case .jump: "A choice leads to a step or a heading that is there."
    }
  }

  /// Every rule that a finding can carry, those of Markdown among them, with its summary; the order
  /// stays the same.
  public static let all: [(id: String, summary: Showable)] =
    allCases.map { ($0.rawValue, $0.summary) }
    + MarkdownProblem.Rule.allCases.map { ($0.rawValue, markdownSummary($0)) }

  private static func markdownSummary(_ rule: MarkdownProblem.Rule) -> Showable {
    switch rule {
    case .encoding: "A file is UTF-8."
    case .nullCharacter: "No U+0000 stands in a file."
    case .carriageReturn: "A carriage return stands only at the end of a line."
    case .mojibake: "The text is not UTF-8 that was read as something else and saved so."
    case .tooDeep: "Blocks are nested no deeper than can be shown."
    case .wideTable: "A table is small enough to be laid out."
    case .denseText: "Marks of style are few enough to be read."
    case .definitions: "Link definitions are short enough for their uses."
    case .unclosedFence: "Every code block is closed."
    case .frontMatterSize: "Front matter is short enough to be read."
    }
  }
}

extension Finding {
  init(_ rule: LintRule, line: Int, _ severity: Severity, _ message: Showable) {
    self.init(line: line, severity: severity, rule: rule.rawValue, message: message)
  }
}
