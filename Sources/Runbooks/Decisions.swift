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
    let word = text.lowercased().prefix { $0.isLetter }
    return word == "yes" || word == "no" || isConditional(text)
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
    guard
      items.count > 1
        && (Self.isQuestion(text) || answers * 2 >= items.count && answers > 1)
        || Self.isConditional(text)
    else { return nil }
    return items.map(choice)
  }

  /// The answers of a list of conditions that stands by itself; nil when it is none.
  func choices(of list: [Block]) -> [Draft.Choice]? {
    let conditional = list.count { Self.isConditional(Self.text(of: $0)) }
    guard conditional > 0, conditional * 2 >= list.count else { return nil }
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
      if let end = words[...].range(ofFirst: mark) {
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
