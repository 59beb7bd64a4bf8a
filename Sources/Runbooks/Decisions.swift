import MarkdownBlocks
import TextGate

/// Finds the questions of a runbook and their answers (RUNBOOKS.md 3.3, rule 6).
struct Decisions {
  let jumps: Jumps

  private static let conditions = [
    "if ", "when ", "otherwise", "in case ", "else ", "else,", "unless ", "in the event ",
  ]

  static func isConditional(_ text: String) -> Bool {
    let words = Words.collapsed(text).lowercased()
    return conditions.contains { words.hasPrefix($0) }
  }

  private static func isAnswer(_ text: String) -> Bool {
    let lower = Words.collapsed(text).lowercased()
    let word = lower.prefix { $0.isLetter }
    if word == "yes" || word == "no" {
      // `No: …`, `Yes → …`; not `No credentials in code`.
      let rest = lower.dropFirst(word.count)
      return rest.isEmpty || !rest.hasPrefix(" ") || !(rest.dropFirst().first?.isLetter ?? true)
    }
    return isConditional(text)
  }

  static func isQuestion(_ text: String) -> Bool {
    let words = Words.collapsed(text)
    return words.hasSuffix("?") || words.hasSuffix("？")
  }

  /// The answers of an item with a list under it; nil when the list is no choice.
  func choices(under text: String, list: Block) -> [Draft.Choice]? {
    let items = list.children
    guard !items.isEmpty, list.list?.isOrdered == false, !items.contains(where: Self.isTask) else {
      return nil
    }
    let answers = items.count { Self.isAnswer(Self.text(of: $0)) }
    let choices = items.map(choice)
    if items.count > 1, Self.isQuestion(text) || answers > 1 && answers * 2 >= items.count {
      return choices
    }
    // `If the node is down:` over things to do is no choice between them.
    return Self.isConditional(text) && choices.contains { $0.jump != nil } ? choices : nil
  }

  /// The answers of a list of conditions that stands by itself; nil when it is none.
  ///
  /// - Parameter kind: of the section: what a reader must know beforehand is no choice.
  func choices(of list: [Block], in kind: Section.Kind) -> [Draft.Choice]? {
    let conditional = list.count { Self.isConditional(Self.text(of: $0)) }
    guard conditional > (kind == .other ? 1 : 0), conditional * 2 >= list.count,
      kind != .prerequisites
    else { return nil }
    let choices = list.map(choice)
    let leads = choices.contains { $0.jump != nil }
    let nested = list.contains { $0.children.contains { $0.list != nil } }
    return leads || (nested && conditional > 1) ? choices : nil
  }

  /// What one answer says and where it leads.
  func choice(of item: Block) -> Draft.Choice {
    let first = item.children.first { if case .paragraph = $0.kind { true } else { false } }
    let inlines = first?.inlines ?? []
    return Draft.Choice(
      label: Self.label(inlines.plainText), jump: jumps.jump(in: inlines),
      line: item.lines.lowerBound)
  }

  /// The words before the colon or the comma, when they are few: `Yes`, `If there is no leader`.
  static func label(_ text: String) -> String {
    let words = Words.collapsed(text)
    for mark in [":", "：", ",", " - ", " – ", " → ", " -> "] {
      if let end = words.prefix(100).range(ofFirst: mark) {
        let head = words[..<end]
        if !head.isEmpty, head.count <= 60,
          mark != "," || isConditional(words) || isAnswer(String(head))
        {
          return String(head)
        }
      }
    }
    return Words.title(Words.firstSentence(text))
  }

  static func text(of item: Block) -> String {
    item.children.first { if case .paragraph = $0.kind { true } else { false } }?.plainText ?? ""
  }

  private static func isTask(_ item: Block) -> Bool { item.item?.isTicked != nil }
}
