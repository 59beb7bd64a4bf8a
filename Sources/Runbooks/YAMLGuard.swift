/// Looks over YAML before it is parsed: the parser has no limit on aliases (RELIABILITY 0.4).
enum YAMLGuard {
  /// The first line, from 1, that may hold an anchor, an alias or a tag.
  ///
  /// It looks at every place where a value could begin, quotes or not: a plain text that looks like
  /// an alias is refused rather than an alias let through.
  static func refusedLine(in text: String) -> Int? {
    var line = 1
    var mayBegin = true
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0x0A:
        line += 1
        mayBegin = true
      case 0x20, 0x09, 0x0D: break
      case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
        UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"),
        UInt8(ascii: "\""), UInt8(ascii: "'"):
        mayBegin = true
      case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"):
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0x20
        let isAlone = next == 0x20 || next == 0x0A || next == 0x0D
        // A tag may be the mark alone.
        if mayBegin, !isAlone || byte == UInt8(ascii: "!") { return line }
      case UInt8(ascii: "%"):
        // A directive can name tags.
        if index == 0 || bytes[index - 1] == 0x0A { return line }
        mayBegin = false
      default: mayBegin = false
      }
    }
    return nil
  }

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
        value.contains(": ") || value.contains(" #") || value.hasSuffix(":")
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
