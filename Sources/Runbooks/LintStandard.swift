import IncidentDomain
import MarkdownBlocks
import TextGate

/// The runbook standard: what every runbook tells, and in which sections (seed 004, "Runbook
/// Standards"). What is missing is a warning, never a reason not to open the file.
struct LintStandard {
  private(set) var findings: [Finding] = []
  private let runbook: Runbook
  /// The line of the title, or of the first line that is not front matter.
  private let head: Int

  init(_ runbook: Runbook) {
    self.runbook = runbook
    let title = runbook.document.blocks.first {
      if case .heading(level: 1) = $0.kind { !$0.plainText.isEmpty } else { false }
    }
    // A file may be nothing but front matter.
    head =
      title?.lines.lowerBound
      ?? min(
        (runbook.document.frontMatter?.lines.upperBound ?? 0) + 1,
        max(1, runbook.document.source.lineCount))
    if title == nil, runbook.fields["title"]?.isBlank ?? true {
      tell(.missingTitle, head, "there is no title; begin with a heading: # Title")
    }
    fields()
    emptySections()
    templateText()
    guard isRunbook else { return }
    sections()
    elements()
  }

  private mutating func tell(_ rule: LintRule, _ line: Int, _ message: Showable) {
    findings.append(Finding(rule, line: line, .warning, message))
  }

  /// Whether it is told to be something else: an index, a guide.
  private var isRunbook: Bool {
    guard !runbook.isIndex else { return false }
    guard let type = runbook.fields.type?.raw.lowercased() else { return true }
    return ["runbook", "playbook", "procedure"].contains { type.contains($0) }
  }

  // MARK: Fields

  private mutating func fields() {
    let fields = runbook.fields
    var wanted: [(name: Showable, value: Untrusted?)] = [
      ("Type", fields.type), ("Status", fields.status), ("Last Updated", fields.lastUpdated),
    ]
    if isRunbook { wanted.append(("Criticality", fields.criticality)) }
    for field in wanted where field.value?.isBlank ?? true {
      tell(
        .missingField, head, "\(field.name) is not told; add **\(field.name):** under the title")
    }
    if let told = fields.criticality, isRunbook, !Self.isTemplate(told.raw),
      !["CRITICAL", "HIGH", "MEDIUM", "LOW"].contains(told.raw.uppercased())
    {
      tell(
        .fieldValue, line(of: told),
        "Criticality is \(told.showable); write CRITICAL, HIGH, MEDIUM or LOW")
    }
  }

  private func line(of value: Untrusted) -> Int {
    runbook.fields.all.first { $0.value == value }?.line ?? head
  }

  // MARK: Sections

  private mutating func sections() {
    let kinds = Set(runbook.sections.map(\.kind))
    let wanted: [(kind: Section.Kind, does: Showable, heading: Showable)] = [
      (.purpose, "says what it is for", "Purpose"),
      (.when, "says when to use it", "When to Use"),
      (.procedure, "holds the procedure", "Procedure"),
      (.verification, "says how to see that it worked", "Verification"),
      (.rollback, "says how to go back", "Rollback"),
      (.escalation, "says whom to ask for help", "Escalation"),
    ]
    for section in wanted where !kinds.contains(section.kind) {
      tell(.missingSection, head, "no section \(section.does); add ## \(section.heading)")
    }
  }

  private mutating func emptySections() {
    let blocks = runbook.document.blocks
    for (index, block) in blocks.enumerated() {
      guard case .heading(let level) = block.kind, !isTitle(block) else { continue }
      let next = blocks[(index + 1)...].first {
        switch $0.kind {
        case .blank, .comment, .thematicBreak: false
        case .heading, .paragraph, .list, .item, .fence, .table, .quote, .html, .footnote,
          .definition, .frontMatter, .plain:
          true
        }
      }
      if let next {
        guard case .heading(let deeper) = next.kind, deeper <= level else { continue }
      }
      tell(
        .emptySection, block.lines.lowerBound,
        "nothing stands under \"\(Untrusted(Words.collapsed(block.plainText)).showable)\"")
    }
  }

  private func isTitle(_ block: Block) -> Bool { block.lines.lowerBound == head }

  // MARK: Template

  private mutating func templateText() {
    for field in runbook.fields.all where Self.isTemplate(field.value.raw) {
      tell(
        .templateText, field.line,
        "\(field.key.showable) is still \(field.value.showable); write what is meant")
    }
    runbook.document.blocks.forEach { templateText(in: $0) }
  }

  private mutating func templateText(in block: Block) {
    let isLinked = block.inlines.contains { $0.link != nil }
    let words = Words.collapsed(block.plainText)
    if !isLinked, Self.isTemplate(words) {
      tell(
        .templateText, block.lines.lowerBound,
        "\(Untrusted(words).showable) is still as in the template; write what is meant")
    }
    block.children.forEach { templateText(in: $0) }
  }

  /// `[Brief description]`, nothing beside it but a time: `[What to do] (5 min)`.
  static func isTemplate(_ whole: String) -> Bool {
    let text = Words.title(whole)
    guard text.hasPrefix("["), text.hasSuffix("]") else { return false }
    let inner = text.dropFirst().dropLast()
    // `[!NOTE]` begins a note that a site shows in a box.
    return inner.count { $0.isLetter } > 2 && inner.first != "!"
      && !inner.contains { $0 == "[" || $0 == "]" }
  }

  // MARK: Required elements

  private mutating func elements() {
    let steps = runbook.steps
    let line = runbook.sections.first { $0.kind == .procedure }?.line ?? head
    guard !steps.isEmpty else {
      tell(.noSteps, line, "no step was found; write the procedure as numbered items")
      return
    }
    if !steps.contains(where: { $0.command != nil }) {
      tell(.noCommand, line, "no step gives a command; write the exact commands to run")
    }
    if !steps.contains(where: { $0.kind == .decide }) {
      tell(
        .noDecision, line,
        "there is no decision; write a question as an item with its answers as a list under it")
    }
    if runbook.fields.estimateSeconds == nil, !steps.contains(where: { $0.estimateSeconds != nil })
    {
      tell(
        .noEstimate, line,
        "nothing tells how long it takes; add **Estimated time:** or (5 min) to the steps")
    }
  }
}
