import MarkdownBlocks
import TextGate

/// Finds annotations that no step took: a `danger` that nobody reads is worse than none.
struct LintAnnotations {
  private(set) var findings: [Finding] = []

  init(_ runbook: Runbook) {
    let taken = Set(runbook.steps.flatMap { $0.annotations.comments.map(\.raw) })
    // The reading has told of these lines already.
    let told = Set(
      runbook.findings.filter {
        $0.rule == LintRule.annotation.rawValue || $0.rule == LintRule.annotationPlace.rawValue
      }.map(\.line))
    var found: [Finding] = []
    func judge(_ comment: String, _ line: Int) {
      guard AnnotationReader.body(of: comment) != nil, !told.contains(line),
        !taken.contains(Words.collapsed(comment))
      else { return }
      found.append(
        Finding(
          .annotationPlace, line: line, .warning,
          "no step takes this annotation; put it at the end of an item or right above a code block"
        ))
    }
    let document = runbook.document
    document.forEachBlock { block in
      // An item that begins with a comment is HTML to Markdown, its words too.
      if block.kind == .comment || block.kind == .html {
        let lines = document.source.text(block.bytes).raw
        judge(AnnotationReader.comment(in: lines), block.lines.lowerBound)
      }
    }
    document.forEachInline { inline, line in
      if inline.kind == .html { judge(inline.text.raw, line) }
    }
    findings = found
  }
}
