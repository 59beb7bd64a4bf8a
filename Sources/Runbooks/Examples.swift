/// What stands for an example of a command's output, and comments that number the parts of a block.
enum Examples {
  private static let labels = [
    "output", "example output", "sample output", "expected output", "output example",
    "expected result", "expected results", "results", "result", "expected", "should show",
    "should return", "should output", "you should see", "sample", "結果", "出力",
  ]

  /// `# Output example:`.
  static func isLabel(comment: String) -> Bool {
    guard comment.holds(":") || comment.holds("：") else { return false }
    let words = Words.collapsed(comment).lowercased()
    return labels.contains { words.hasPrefix($0) }
  }

  /// `Results:`, `Example output`, `The output is similar to the following example:`.
  static func isIntroduction(_ paragraph: String) -> Bool {
    let words = Words.collapsed(paragraph).lowercased()
    guard words.count <= 200 else { return false }
    let bare = words.drop { !$0.isLetter }
    if labels.contains(where: { bare.hasPrefix($0) }), words.count <= 60 { return true }
    guard words.hasSuffix(":") || words.hasSuffix("：") else { return false }
    return words.holds("output") || words.hasSuffix("結果：") || words.hasSuffix("結果:")
  }

  /// The number and the text of `1. Stop`, `2) Start`, `Step 3: Check (5 min)`, and its time.
  static func numbered(
    comment: String
  ) -> (number: Int, title: String, estimateSeconds: Int?)? {
    var text = Words.collapsed(
      String(comment.drop { $0 == "#" || $0 == " " || $0 == "=" || $0 == "-" }))[...]
    let word = ["step ", "phase "].first { text.lowercased().hasPrefix($0) }
    let isStep = word != nil
    if let word { text = text.dropFirst(word.count) }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number >= 1, number < 100 else { return nil }
    text = text.dropFirst(digits.count)
    if let mark = text.first, mark == "." || mark == ")" || isStep && (mark == ":" || mark == "-") {
      // `1.5 GB` is no number of a part.
      guard mark != "." || text.dropFirst().first?.isNumber != true else { return nil }
      text = text.dropFirst()
    } else if !isStep {
      return nil
    }
    let title = Words.title(String(text.drop { $0 == " " || $0 == ":" || $0 == "-" }))
    guard isStep || !title.isEmpty else { return nil }
    return (number, title.isEmpty ? "Step \(number)" : title, Words.estimate(in: comment))
  }
}
