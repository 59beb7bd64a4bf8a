/// Reads front matter as people write it.
enum FrontMatterText {
  /// The text with plain values of outermost keys put in quotes where they hold `: `; nil when there
  /// is none. Lines stay where they are. `line` is the first one, from 1.
  static func quotingColons(in text: String) -> (text: String, line: Int)? {
    var first: Int?
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      index, line -> String in
      let line = line.hasSuffix("\r") ? line.dropLast() : line
      guard let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false,
        line.first != "#", line.first != "-"
      else { return String(line) }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      guard let mark = value.first, !"\"'[{|>#&*!%@`".contains(mark),
        value.holds(": ") || value.holds(" #") || value.hasSuffix(":")
      else { return String(line) }
      first = first ?? index + 1
      let escaped = value.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
      return "\(line[...colon]) \"\(escaped)\""
    }
    return first.map { (lines.joined(separator: "\n"), $0) }
  }

  /// The last line, from 1, that begins with a key; 1 when none does.
  static func lastLine(ofKey key: String, in text: String) -> Int {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let found = lines.lastIndex { $0.drop { $0 == " " }.hasPrefix(key + ":") }
    return (found ?? 0) + 1
  }
}
