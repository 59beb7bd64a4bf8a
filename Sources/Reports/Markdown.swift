import TextGate

/// Text from outside as Markdown that renders literally: no link, picture, HTML, emphasis or block
/// can come of it (CommonMark 0.31 and the extensions of GitHub).
enum Markdown {
  /// More lines of output than these are left out of a report; the record keeps them.
  static let shownLines = 40

  /// A longer line of output is cut, with a mark that says so.
  static let shownColumns = 500

  /// One line within a paragraph, a list item, a heading or a table cell.
  static func inert(_ text: Showable) -> Showable {
    let scalars = Array(text.text.unicodeScalars)
    let end = (scalars.lastIndex { $0 != " " } ?? -1) + 1
    var out = String.UnicodeScalarView()
    var index = 0
    // Spaces at the start of a line would be dropped, or make a code block of it.
    while index < end, scalars[index] == " " {
      out.append("\u{A0}")
      index += 1
    }
    while index < end {
      let word = index..<(scalars[index..<end].firstIndex(of: " ") ?? end)
      if isLink(scalars[word]) {
        appendLink(word, of: scalars, to: &out)
      } else {
        escape(word, of: scalars, to: &out)
      }
      if word.upperBound < end { out.append(" ") }
      index = word.upperBound + 1
    }
    return text.keeping(out)
  }

  /// Text of any number of lines on one line, for a table's cell or a list.
  static func cell(_ text: Untrusted) -> Showable {
    inert(text.showableLines.joined(" / "))
  }

  /// The text on one line as code; `inTable` when it stands in a table's cell.
  static func code(_ text: Showable, inTable: Bool = false) -> Showable {
    if text.isEmpty { return "(nothing)" }
    let fence = String(repeating: "`", count: longestRun(of: "`", in: [text]) + 1)
    let content = inTable ? text.text.replacing("|", with: "\\|") : text.text
    // A space is taken off each end again when both have one.
    let needsPad =
      content.hasPrefix("`") || content.hasSuffix("`") || content.hasPrefix(" ")
      || content.hasSuffix(" ")
    let pad = needsPad && content.contains { $0 != " " } ? " " : ""
    return text.keeping((fence + pad + content + pad + fence).unicodeScalars)
  }

  /// Lines as a code block that nothing within it can end, indented by `indent` spaces.
  static func fence(_ lines: [Showable], indent: Int = 0) -> [Showable] {
    let ticks = max(3, longestRun(of: "`", in: lines) + 1)
    let margin = Showable.empty.keeping(String(repeating: " ", count: indent).unicodeScalars)
    let mark = Showable.empty.keeping(String(repeating: "`", count: ticks).unicodeScalars)
    return ["\(margin)\(mark)text"] + lines.map { $0.isEmpty ? .empty : margin + $0 }
      + [margin + mark]
  }

  /// The first and the last lines of an output, each of bounded length, and what was left out.
  static func bounded(_ lines: [Showable]) -> [Showable] {
    func short(_ line: Showable) -> Showable {
      let scalars = line.text.unicodeScalars
      guard scalars.count > shownColumns else { return line }
      let rest = scalars.count - shownColumns
      return "\(line.keeping(scalars.prefix(shownColumns))) [\(rest) characters left out]"
    }
    guard lines.count > shownLines else { return lines.map(short) }
    let head = shownLines / 2
    let tail = shownLines - head
    return lines.prefix(head).map(short)
      + ["[\(lines.count - shownLines) lines left out; the record keeps them]"]
      + lines.suffix(tail).map(short)
  }

  private static func longestRun(of scalar: Unicode.Scalar, in lines: [Showable]) -> Int {
    var longest = 0
    for line in lines {
      var run = 0
      for other in line.text.unicodeScalars {
        run = other == scalar ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    return longest
  }

  /// Whether a renderer might make a link, or call a person, of a word by itself.
  private static func isLink(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
    let text = String(String.UnicodeScalarView(word)).lowercased()
    return text.contains("://") || text.contains("www.") || text.contains("@")
  }

  /// As code, in which no renderer looks for links; punctuation around it stays outside.
  private static func appendLink(
    _ word: Range<Int>, of scalars: [Unicode.Scalar], to out: inout String.UnicodeScalarView
  ) {
    let around: Set<Unicode.Scalar> = [",", ".", ";", ":", "!", "?", "(", ")", "\"", "'", "|"]
    let start = scalars[word].firstIndex { !around.contains($0) } ?? word.upperBound
    let end = (scalars[word].lastIndex { !around.contains($0) } ?? start - 1) + 1
    escape(word.lowerBound..<start, of: scalars, to: &out)
    // A bar within code would end a table's cell, and its escape would be shown elsewhere.
    let parts = scalars[start..<end].split(separator: "|", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index > 0 { out.append(contentsOf: "\\|".unicodeScalars) }
      if part.isEmpty { continue }
      out.append(contentsOf: code(Showable.empty.keeping(part)).text.unicodeScalars)
    }
    escape(end..<word.upperBound, of: scalars, to: &out)
  }

  private static func escape(
    _ range: Range<Int>, of scalars: [Unicode.Scalar], to out: inout String.UnicodeScalarView
  ) {
    func isWordPart(_ index: Int) -> Bool {
      scalars.indices.contains(index) && scalars[index].isASCII
        && (scalars[index].properties.isAlphabetic || scalars[index].properties.numericType != nil)
    }
    let first = scalars.firstIndex { $0 != " " } ?? 0
    let digits = scalars[first...].prefix { ("0"..."9").contains($0) }.endIndex
    for index in range {
      let scalar = scalars[index]
      let mustEscape: Bool
      switch scalar {
      case "\\", "`", "*", "[", "<", "&", "|", "~", "$": mustEscape = true
      case "_": mustEscape = !(isWordPart(index - 1) && isWordPart(index + 1))
      case "#": mustEscape = index == range.lowerBound
      case ">", "-", "+", "=", ":": mustEscape = index == first
      case ".", ")": mustEscape = index == digits && digits > first
      default: mustEscape = false
      }
      if mustEscape { out.append("\\") }
      out.append(scalar)
    }
  }
}
