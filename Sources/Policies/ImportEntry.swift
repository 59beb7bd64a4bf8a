import MarkdownBlocks

/// A line of an operations index as its writer meant it: `**Lead**: rest`.
struct ImportEntry {
  /// From 1; the last line of what was wrapped over several.
  let lines: ClosedRange<Int>
  /// All of it, on one line.
  let text: String
  /// What stands in bold at the begin, without its colon; nil for none.
  let lead: String?
  /// What follows the lead, or everything.
  let rest: String
  /// Links with their words, in order.
  let links: [(title: String, target: String)]
  /// What stands between backticks, in order.
  let codes: [String]
  /// Whether the entry begins with a link, bold or not.
  let beginsWithLink: Bool

  init(_ inlines: [Inline], lines: ClosedRange<Int>) {
    self.lines = lines
    text = ImportWords.collapsed(inlines.plainText)
    var lead = ""
    var rest = ""
    var links: [(title: String, target: String)] = []
    var isLeading = true
    for inline in inlines where inline.kind != .html && inline.kind != .footnote {
      let words = inline.text.raw
      if let link = inline.link?.raw {
        // Two styles within one link are two stretches of one target.
        if links.last?.target == link, !rest.isEmpty || isLeading {
          links[links.count - 1].title += words
        } else {
          links.append((words, link))
        }
      }
      if isLeading, inline.isStrong {
        lead += words
      } else {
        isLeading = false
        rest += words
      }
    }
    self.links = links.map { (ImportWords.collapsed($0.title), $0.target) }
    codes = inlines.filter { $0.kind == .code }.map(\.text.raw)
    let bare = ImportWords.bare(lead)
    self.lead = bare.isEmpty ? nil : bare
    self.rest = bare.isEmpty ? text : ImportWords.afterMark(rest)
    beginsWithLink = inlines.first { !ImportWords.collapsed($0.text.raw).isEmpty }?.link != nil
  }

  /// The lead, or the words before the first colon; nil for neither.
  var name: String? {
    if let lead { return lead }
    guard let colon = text.firstRange(of: ": ") else { return nil }
    return String(text[..<colon.lowerBound])
  }

  /// What follows ``name``.
  var value: String {
    if lead != nil { return rest }
    guard let colon = text.firstRange(of: ": ") else { return text }
    return String(text[colon.upperBound...])
  }
}

/// Small readings of words.
enum ImportWords {
  /// On one line, without blanks at its ends.
  static func collapsed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A heading or a lead without emoji, number and colon: `## 🚨 1. Contacts:` is `Contacts`.
  static func bare(_ text: String) -> String {
    var text = collapsed(text)[...]
    while let first = text.first, !first.isLetter, !first.isNumber, first != "<", first != ">" {
      text.removeFirst()
    }
    let digits = text.prefix { $0.isNumber }
    if !digits.isEmpty, text.dropFirst(digits.count).hasPrefix(". ") {
      text = text.dropFirst(digits.count + 2)
    }
    while let last = text.last, last == ":" || last == " " { text.removeLast() }
    return String(text)
  }

  /// Without the colon or dash that stands between a lead and its text.
  static func afterMark(_ text: String) -> String {
    var text = collapsed(text)[...]
    while let first = text.first, ":-–—→ ".contains(first) { text.removeFirst() }
    return String(text)
  }

  /// Without a full stop at the end.
  static func withoutStop(_ text: String) -> String {
    text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// Lower-case words of letters and digits.
  static func key(_ text: String) -> String {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
  }

  static func holds(_ text: String, _ words: String...) -> Bool {
    let lower = text.lowercased()
    return words.contains { lower.contains($0) }
  }

  /// The first length of time in a sentence, as written: `Target < 4 hours for Tier-1` is `4 hours`.
  static func span(in text: String) -> String? {
    let words = text.split { $0 == " " || $0 == "(" || $0 == ")" || $0 == "," }.map(String.init)
    for (index, word) in words.enumerated() {
      let bare = withoutStop(word)
      if word.first?.isNumber == true, PolicySpan.read(bare) != nil { return bare }
      guard index + 1 < words.count, word.first?.isNumber == true else { continue }
      let two = "\(word) \(withoutStop(words[index + 1]))"
      if PolicySpan.read(two) != nil { return two }
    }
    return nil
  }

  /// The word of a cycle in a sentence: `Weekly post-mortems` is weekly, `Annually` yearly.
  static func cycle(in text: String) -> String? {
    for word in key(text).split(separator: " ") {
      switch word {
      case "daily", "weekly", "monthly", "quarterly", "yearly": return String(word)
      case "annually": return "yearly"
      default: break
      }
    }
    return nil
  }

  /// The strategy that a sentence names first.
  static func strategy(in text: String) -> String? {
    let lower = text.lowercased()
    let found = ["blue-green", "rolling", "canary", "recreate"].compactMap { word in
      lower.firstRange(of: word).map { (word, $0.lowerBound) }
    }
    return found.min { $0.1 < $1.1 }?.0
  }
}

/// A sentence with a limit in it: `Average < 5 minutes`, `P95 < 200ms for API calls`.
struct ImportedLimit {
  /// The limit itself; nil where the sentence holds none.
  let limit: String?
  /// Words in front of it that say what is measured: `P95`, `Use`.
  let prefix: String
  /// Words behind `for`: `P1 incidents`.
  let scope: String?
  /// Whether words are left that neither is.
  let isPartial: Bool

  init(_ sentence: String) {
    let text = ImportWords.withoutStop(sentence)
    guard let start = Self.start(of: text) else {
      (limit, prefix, scope, isPartial) = (nil, "", nil, true)
      return
    }
    var prefix = ImportWords.collapsed(String(text[..<start]))
    var tail = text[start...]
    var best: (limit: String, end: Substring.Index)?
    // The longest beginning that reads as a limit, of at most four words.
    var end = tail.startIndex
    for _ in 0..<4 {
      guard end < tail.endIndex else { break }
      let from = tail[end...].firstIndex { $0 != " " } ?? tail.endIndex
      end = tail[from...].firstIndex { $0 == " " || $0 == ")" } ?? tail.endIndex
      var words = String(tail[..<end])
      while let last = words.last, ",;".contains(last) { words.removeLast() }
      if words.hasSuffix("+") { words = ">= " + words.dropLast() }
      if PolicyLimit(words) != nil { best = (words, end) }
    }
    guard let best else {
      (limit, self.prefix, scope, isPartial) = (nil, "", nil, true)
      return
    }
    limit = best.limit
    tail = tail[best.end...]
    var rest = ImportWords.collapsed(String(tail))
    if rest.lowercased().hasPrefix("(95th percentile") {
      prefix = "P95"
      rest = rest.firstIndex(of: ")").map { String(rest[rest.index(after: $0)...]) } ?? ""
    }
    self.prefix = prefix
    scope = rest.hasPrefix("for ") ? String(rest.dropFirst(4)) : nil
    isPartial = scope == nil && !rest.isEmpty
  }

  /// Where a sign or a number begins a word, a percentile apart.
  private static func start(of text: String) -> String.Index? {
    if let sign = text.firstIndex(where: { "<>≤≥$€£".contains($0) }) { return sign }
    var isStart = true
    for index in text.indices {
      if isStart, text[index].isNumber { return index }
      isStart = text[index] == " " || text[index] == "("
    }
    return nil
  }
}
