/// Tells what a heading promises (RUNBOOKS.md 3.2). The first rule that fits wins.
enum SectionKinds {
  private static let rules: [(kind: Section.Kind, phrases: [String])] = [
    (.purpose, ["purpose", "overview", "meaning", "summary", "description", "概要", "目的"]),
    (.when, ["when to", "when", "triggers", "trigger", "symptoms", "symptom", "alert", "症状"]),
    (.impact, ["impact", "影響"]),
    (
      .prerequisites,
      [
        "prerequisites", "prerequisite", "before you begin", "before you start", "requirements",
        "dependencies", "pre", "前提条件",
      ]
    ),
    (
      .procedure,
      [
        "procedure", "procedures", "mitigation", "mitigate", "steps", "resolution", "remediation",
        "recovery", "how to", "手順", "解決策", "解決方法",
      ]
    ),
    (
      .diagnosis,
      [
        "diagnosis", "diagnose", "diagnostics", "troubleshooting", "troubleshoot",
        "investigation", "investigate", "check", "トラブルシューティング", "診断",
      ]
    ),
    (
      .verification,
      [
        "verification", "verify", "validation", "validate", "checks", "expected outcome",
        "expected outcomes", "検証", "確認",
      ]
    ),
    (.rollback, ["rollback", "roll back", "rolling back", "revert", "undo", "ロールバック"]),
    (
      .escalation,
      ["escalation", "escalate", "contacts", "contact", "support", "サポート"]
    ),
  ]

  /// The kind that a heading's first words tell.
  static func leading(_ heading: String) -> Section.Kind? {
    var rest = heading
    for prefix in ["how to ", "how do i ", "post-deployment ", "post deployment ", "final "]
    where rest.hasPrefix(prefix) {
      let inner = String(rest.dropFirst(prefix.count))
      if let kind = leading(inner), kind == .verification || kind == .rollback { return kind }
      if prefix.hasPrefix("how") { return .procedure }
      rest = inner
    }
    return rules.first { $0.phrases.contains { begins(rest, with: $0) } }?.kind
  }

  /// The kind that any of a heading's words tells.
  static func anywhere(_ heading: String) -> Section.Kind? {
    if let kind = leading(heading) { return kind }
    let padded = " " + heading.map { $0.isLetter || $0.isNumber ? String($0) : " " }.joined() + " "
    return rules.first { rule in
      rule.phrases.contains { phrase in
        !["pre", "when", "check", "alert", "support", "contact"].contains(phrase)
          && (padded.holds(" \(phrase) ") || isUnspaced(phrase) && heading.holds(phrase))
      }
    }?.kind
  }

  private static func begins(_ heading: String, with phrase: String) -> Bool {
    guard heading.hasPrefix(phrase) else { return false }
    if isUnspaced(phrase) { return true }
    guard let next = heading.dropFirst(phrase.count).first else { return phrase != "pre" }
    // `Pre-rollback checklist` comes before the procedure; `Present` does not.
    if phrase == "pre" { return next == "-" }
    return !next.isLetter && !next.isNumber
  }

  /// Japanese puts no spaces between words.
  private static func isUnspaced(_ phrase: String) -> Bool {
    phrase.unicodeScalars.first.map { $0.value > 0x2E80 } ?? false
  }

  /// Whether lists under such a heading are things to do.
  static func holdsListedSteps(_ kind: Section.Kind) -> Bool {
    switch kind {
    case .purpose, .when, .impact, .escalation: false
    case .prerequisites, .procedure, .diagnosis, .verification, .rollback, .other: true
    }
  }

  private static let indexes: Set<String> = [
    "table of contents", "contents", "toc", "related", "related documentation", "related links",
    "references", "reference", "see also", "further reading", "links", "quick links", "next steps",
    "resources", "additional resources", "learn more", "related content", "related runbooks",
    "次のステップ", "参考資料", "関連コンテンツ",
  ]

  /// What happened, or what a reader learns: no list of it is to be done.
  private static let narratives: Set<String> = [
    "lessons learned", "lessons", "findings", "key findings", "key discoveries", "discoveries",
    "investigation findings", "glossary", "conclusion", "changelog", "change log",
    "revision history", "version history", "keywords", "aliases", "performance results",
  ]

  /// Whether a heading stands over a list that is to be read, not done: places, or what was learnt.
  static func isIndex(_ heading: String) -> Bool {
    indexes.contains(heading) || narratives.contains(heading)
  }
}
