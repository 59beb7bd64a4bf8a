/// What a heading says about the order of work: `Step 3: …`, `Phase 2`, `4. …`, `Option B`.
enum HeadingMark: Hashable {
  /// `Step 3`, `Phase 2`.
  case step(Int)
  /// `4.` or `4)` alone: it may number a chapter as well as a step.
  case number(Int)
  /// `Option 2`, `Method B`.
  case option(String)

  /// Reads the head of a heading's plain text; the rest is its title.
  static func read(_ text: String) -> (mark: HeadingMark, title: String)? {
    let trimmed = text.drop { !$0.isLetter && !$0.isNumber }
    let lower = trimmed.lowercased()
    for word in ["step", "phase", "ステップ", "手順"] where lower.hasPrefix(word) {
      let rest = trimmed.dropFirst(word.count).drop { $0 == " " || $0 == "#" }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), number < 1_000 else { continue }
      let after = rest.dropFirst(digits.count)
      guard after.first.map({ !$0.isLetter && !$0.isNumber && $0 != "." || isEnd(after) }) ?? true
      else { continue }
      return (.step(number), title(after, or: text))
    }
    for word in ["option", "method", "alternative", "approach"] where lower.hasPrefix(word + " ") {
      let rest = trimmed.dropFirst(word.count + 1)
      let label = rest.prefix { $0.isASCII && ($0.isNumber || $0.isLetter) }
      guard !label.isEmpty, Int(label) != nil || label.count == 1 && label.first?.isLetter == true,
        rest.dropFirst(label.count).first.map({ !$0.isLetter && !$0.isNumber }) ?? true
      else { continue }
      return (.option(String(label)), title(rest.dropFirst(label.count), or: text))
    }
    let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
    if let number = Int(digits), number < 1_000,
      let mark = trimmed.dropFirst(digits.count).first, mark == "." || mark == ")",
      trimmed.dropFirst(digits.count + 1).first == " "
    {
      return (.number(number), title(trimmed.dropFirst(digits.count + 1), or: text))
    }
    return nil
  }

  /// A dot that ends the number rather than dividing it: `Step 3. Do`, not `Step 3.1`.
  private static func isEnd(_ rest: Substring) -> Bool {
    rest.hasPrefix(".") && !(rest.dropFirst().first?.isNumber ?? false)
  }

  private static func title(_ rest: Substring, or whole: String) -> String {
    let title = Words.title(
      String(rest.drop { !$0.isLetter && !$0.isNumber && $0 != "`" && $0 != "<" && $0 != "[" }))
    return title.isEmpty ? Words.title(whole) : title
  }
}
