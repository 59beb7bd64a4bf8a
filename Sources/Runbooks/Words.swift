import MarkdownBlocks

/// Small readings of English and Markdown text.
enum Words {
  /// On one line, with runs of white space as one space.
  static func collapsed(_ text: some StringProtocol) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    var isSpaced = false
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.first {
      let width = spaceWidth(bytes)
      if width > 0 {
        isSpaced = !out.isEmpty
        bytes = bytes.dropFirst(width)
        continue
      }
      if isSpaced { out.append(0x20) }
      isSpaced = false
      out.append(byte)
      bytes = bytes.dropFirst()
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// How many bytes of white space begin here: ASCII's, the no-break and the wide space.
  private static func spaceWidth(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let first = bytes.first else { return 0 }
    if first <= 0x20 { return 1 }
    if first == 0xC2, bytes.dropFirst().first == 0xA0 { return 2 }
    return first == 0xE3 && bytes.starts(with: [0xE3, 0x80, 0x80]) ? 3 : 0
  }

  /// A heading as kinds are told by: without leading numbers, pictures and what stands in brackets.
  static func heading(_ text: String) -> String {
    var depth = 0
    var out = ""
    for character in text {
      switch character {
      case "(", "（": depth += 1
      case ")", "）": depth = max(0, depth - 1)
      default: if depth == 0 { out.append(character) }
      }
    }
    let words = collapsed(out).lowercased()
    // Dropping the head takes numbers, punctuation and pictures alike.
    return String(
      words.drop { !$0.isLetter }.reversed().drop { !$0.isLetter && !$0.isNumber }.reversed())
  }

  /// The name of a heading in links, as GitHub makes it.
  static func anchor(_ text: String) -> String {
    var out = ""
    for scalar in text.lowercased().unicodeScalars {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber,
        .connectorPunctuation:
        out.unicodeScalars.append(scalar)
      default:
        if scalar == "-" { out.append("-") }
        if scalar == " " { out.append("-") }
      }
    }
    return out
  }

  /// A sentence as a title: one line, without a closing mark and without a time in brackets.
  static func title(_ text: String) -> String {
    var words = collapsed(withoutEstimate(text))
    // The card shows the whole text; a title has to fit a line or two.
    if words.utf8.count > 600 { words = String(words.prefix(200)) + "…" }
    while let last = words.last,
      last == ":" || last == "." || last == "：" || last == "。" || last == " "
    {
      words.removeLast()
    }
    return words
  }

  /// The text without `(5 min)`.
  private static func withoutEstimate(_ text: String) -> String {
    guard let range = estimateRange(in: text) else { return text }
    var out = text
    out.removeSubrange(range)
    return out
  }

  /// The seconds of a time in brackets: `(5 min)`, `(~10 minutes)`.
  static func estimate(in text: String) -> Int? {
    estimateRange(in: text).flatMap { Durations.seconds(in: String(text[$0])) }
  }

  private static func estimateRange(in text: String) -> Range<String.Index>? {
    var from = text.startIndex
    while let open = text[from...].firstIndex(of: "("),
      let close = text[open...].firstIndex(of: ")")
    {
      let inner = text[text.index(after: open)..<close].lowercased()
      let rest = inner.drop { "~≈< ".contains($0) }
      let words = ["about ", "approx ", "approximately ", "up to ", "est ", "ca. "]
      let bare = words.reduce(String(rest)) {
        $1.isEmpty || !$0.hasPrefix($1) ? $0 : String($0.dropFirst($1.count))
      }
      if bare.first?.isNumber == true, bare.count <= 24, Durations.seconds(in: bare) != nil,
        bare.allSatisfy({ $0.isLetter || $0.isNumber || " -–~.".contains($0) })
      {
        return open..<text.index(after: close)
      }
      from = text.index(after: close)
    }
    return nil
  }

  /// The last sentence of a text, when it ends in a colon.
  static func introduction(_ text: String) -> String? {
    let words = collapsed(text)
    guard words.hasSuffix(":") || words.hasSuffix("：") else { return nil }
    return title(lastSentence(words))
  }

  /// Whether a text speaks of a command that follows it.
  static func tellsToRun(_ text: String) -> Bool {
    let words = collapsed(text).lowercased()
    return ["following command", "command below", "次のコマンド", "以下のコマンド"].contains {
      words.holds($0)
    }
  }

  /// Whether a text, in small letters, ends with words such as `can be caused by:`.
  static func introducesCauses(_ words: String) -> Bool {
    guard words.hasSuffix(":") else { return false }
    let last = lastSentence(words)
    return ["caused by", "causes", "because", "reasons", "such as:", "e.g.:"].contains {
      last.holds($0)
    }
  }

  private static func lastSentence(_ words: String) -> String {
    var start = words.startIndex
    var index = words.startIndex
    while index < words.endIndex {
      let next = words.index(after: index)
      if ".!?。".contains(words[index]), next < words.endIndex,
        words[next] == " " || words[index] == "。"
      {
        start = next
      }
      index = next
    }
    return String(words[start...].drop { $0 == " " })
  }

  /// The first sentence of a text that is long; all of a short one.
  static func firstSentence(_ text: String) -> String {
    let words = collapsed(text)
    guard words.count > 120 else { return words }
    var index = words.startIndex
    while index < words.endIndex {
      let next = words.index(after: index)
      if ".!?。".contains(words[index]),
        next == words.endIndex || words[next] == " " || words[index] == "。"
      {
        return String(words[..<next])
      }
      index = next
    }
    return words
  }
}

extension StringProtocol {
  /// Whether a text stands in it, byte for byte.
  func holds(_ part: String) -> Bool {
    var own = String(self)
    var part = part
    return own.withUTF8 { own in
      part.withUTF8 { part in
        guard let first = part.first else { return true }
        guard own.count >= part.count else { return false }
        for start in 0...(own.count - part.count)
        where own[start] == first && own[start..<start + part.count].elementsEqual(part) {
          return true
        }
        return false
      }
    }
  }
}
