/// Recognises what an author wrote for the reader to fill in (RUNBOOKS.md 3.3).
///
/// When in doubt it is a placeholder, and the person is asked.
enum PlaceholderPattern {
  struct Match {
    let end: Int
    let name: String
    let isDoubtful: Bool
  }

  /// - Parameter closings: the names of `</…>` in the text.
  static func match(
    in bytes: [UInt8], at start: Int, context: ShellScan.Context, closings: Set<String>
  ) -> Match? {
    if context == .comment { return nil }
    if let found = ellipsis(bytes, start) { return found }
    return switch bytes[start] {
    case UInt8(ascii: "<"): angle(bytes, start, context, closings)
    case UInt8(ascii: "{"): braces(bytes, start)
    case UInt8(ascii: "["): square(bytes, start)
    case UInt8(ascii: "Y"): date(bytes, start) ?? yours(bytes, start)
    case UInt8(ascii: "y"): yours(bytes, start)
    case UInt8(ascii: "X"), UInt8(ascii: "x"): crosses(bytes, start)
    default: nil
    }
  }

  // MARK: <name>

  private static func angle(
    _ bytes: [UInt8], _ start: Int, _ context: ShellScan.Context, _ closings: Set<String>
  ) -> Match? {
    guard start + 2 < bytes.count, before(bytes, start) != UInt8(ascii: "<") else { return nil }
    let first = bytes[start + 1]
    guard isLetter(first) || first == UInt8(ascii: "_") || isDigit(first) else { return nil }
    var end = start + 1
    while end < bytes.count, end - start <= 120, bytes[end] != UInt8(ascii: ">") {
      switch bytes[end] {
      case 0x0A, 0x0D, 0x09, UInt8(ascii: "<"), UInt8(ascii: "$"), UInt8(ascii: "`"),
        UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "\\"):
        return nil
      case UInt8(ascii: "'"):
        // An apostrophe between letters: `<the user's name>`.
        guard isLetter(bytes[end - 1]), end + 1 < bytes.count, isLetter(bytes[end + 1]) else {
          return nil
        }
      default: break
      }
      end += 1
    }
    guard end < bytes.count, bytes[end] == UInt8(ascii: ">") else { return nil }
    let inner = String(decoding: bytes[start + 1..<end], as: UTF8.self)
    let last = bytes[end - 1]
    switch context {
    case .code, .nested:
      // `cmd <in >out` and `cmd <in 2>out` are redirections.
      if last == 0x20 { return nil }
      if isDigit(last), end - 2 > start, bytes[end - 2] == 0x20 { return nil }
      if last == UInt8(ascii: "&") { return nil }
    case .single, .double, .dollarSingle, .heredoc:
      if last == UInt8(ascii: "/") { return nil }
      if isMarkup(inner, bytes, start, closings) { return nil }
    case .comment: return nil
    }
    return Match(end: end + 1, name: trimmed(inner), isDoubtful: false)
  }

  private static let html: Set<String> = [
    "html", "head", "body", "title", "h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "a",
    "ul", "ol", "li", "table", "tr", "td", "th", "script", "style", "img", "b", "i", "em",
    "strong", "pre", "code", "center", "form", "input", "button", "meta", "link", "label",
  ]

  /// Whether `<…>` is a tag rather than a name: one that `</…>` closes, one of HTML in a text that
  /// closes others, `<br>`; or a group of a pattern.
  private static func isMarkup(
    _ inner: String, _ bytes: [UInt8], _ start: Int, _ closings: Set<String>
  ) -> Bool {
    if before(bytes, start) == UInt8(ascii: "?") { return true }
    let name = String(inner.prefix { !$0.isWhitespace && $0 != "/" })
    let word = name.lowercased()
    if word == "br" || word == "hr" { return true }
    return closings.contains(name) || html.contains(word) && !closings.isEmpty
  }

  /// The names of the tags that a text closes.
  static func closings(in bytes: [UInt8]) -> Set<String> {
    var found: Set<String> = []
    var index = 0
    while index + 1 < bytes.count {
      guard bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == UInt8(ascii: "/") else {
        index += 1
        continue
      }
      var end = index + 2
      while end < bytes.count, isWord(bytes[end]) || "-:.".utf8.contains(bytes[end]) { end += 1 }
      if end < bytes.count, bytes[end] == UInt8(ascii: ">") {
        found.insert(text(bytes, index + 2, end))
      }
      index = end
    }
    return found
  }

  private static func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first, bytes.count >= part.count else { return false }
    for index in 0...(bytes.count - part.count)
    where bytes[index] == first && bytes[index..<index + part.count].elementsEqual(part) {
      return true
    }
    return false
  }

  // MARK: {{name}} and [NAME]

  private static let templateWords: Set<String> = [
    "range", "end", "if", "else", "with", "json", "printf", "println", "print", "len", "index",
    "join", "template", "define", "block", "table", "upper", "lower", "title", "split", "pad",
  ]

  private static func braces(_ bytes: [UInt8], _ start: Int) -> Match? {
    guard start + 4 < bytes.count, bytes[start + 1] == UInt8(ascii: "{") else { return nil }
    var end = start + 2
    while end + 1 < bytes.count, end - start <= 120, bytes[end] != 0x0A {
      if bytes[end] == UInt8(ascii: "}"), bytes[end + 1] == UInt8(ascii: "}") { break }
      end += 1
    }
    guard end + 1 < bytes.count, bytes[end] == UInt8(ascii: "}") else { return nil }
    let name = trimmed(String(decoding: bytes[start + 2..<end], as: UTF8.self))
    guard let first = name.unicodeScalars.first,
      first.properties.isAlphabetic || first == "_" || first == "<",
      name.unicodeScalars.allSatisfy({
        $0.properties.isAlphabetic || " _-.<>0123456789".unicodeScalars.contains($0)
      })
    else { return nil }
    // Templates of Go (docker --format, kubectl -o go-template) work on fields and keywords.
    if name.split(separator: " ").contains(where: {
      $0.hasPrefix(".") || templateWords.contains(String($0))
    }) {
      return nil
    }
    return Match(end: end + 2, name: name, isDoubtful: false)
  }

  private static func square(_ bytes: [UInt8], _ start: Int) -> Match? {
    let previous = before(bytes, start)
    guard previous != UInt8(ascii: "["), start + 3 < bytes.count else { return nil }
    var end = start + 1
    while end < bytes.count, end - start <= 80, bytes[end] != UInt8(ascii: "]") {
      if bytes[end] == 0x0A || bytes[end] == UInt8(ascii: "[") { return nil }
      end += 1
    }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "]") else { return nil }
    let inner = bytes[start + 1..<end]
    let text = String(decoding: inner, as: UTF8.self)
    let isName =
      inner.first.map(isUpper) == true && inner.count(where: isUpper) >= 2
      && inner.allSatisfy { isUpper($0) || isDigit($0) || $0 == 0x20 || $0 == 0x2D || $0 == 0x5F }
      && !isClass(text)
    let isYours = text.lowercased().hasPrefix("your")
    guard isName || isYours else { return nil }
    let next = end + 1 < bytes.count ? bytes[end + 1] : 0
    let isDoubtful = isWord(previous) || "*+?{=".utf8.contains(next)
    return Match(end: end + 1, name: text, isDoubtful: isDoubtful)
  }

  /// Whether it is a set of characters of a pattern: `[A-Z0-9]`.
  private static func isClass(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count > 1 && parts.contains { $0.count <= 1 }
  }

  // MARK: YYYYMMDD, XXX, your-…, …

  private static func date(_ bytes: [UInt8], _ start: Int) -> Match? {
    guard !isAlphanumeric(before(bytes, start)), before(bytes, start) != UInt8(ascii: "%"),
      start + 4 <= bytes.count, bytes[start..<start + 4].allSatisfy({ $0 == UInt8(ascii: "Y") })
    else { return nil }
    var end = start + 4
    while end < bytes.count, "YMDHhmsSTZ-_:/".utf8.contains(bytes[end]) { end += 1 }
    while !isLetter(bytes[end - 1]) { end -= 1 }
    return Match(end: end, name: text(bytes, start, end), isDoubtful: false)
  }

  private static func crosses(_ bytes: [UInt8], _ start: Int) -> Match? {
    let mark = bytes[start]
    var end = start
    while end < bytes.count, bytes[end] == mark { end += 1 }
    let count = end - start
    let previous = before(bytes, start)
    guard count >= 3, previous != mark, end == bytes.count || !isLetter(bytes[end]) else {
      return nil
    }
    if isLetter(previous), mark == UInt8(ascii: "x") || count < 4 { return nil }
    // `mktemp /tmp/run.XXXXXX` is mktemp's own mark.
    if holds(Array(bytes[lineStart(bytes, start)..<start]), Array("mktemp".utf8)) { return nil }
    return Match(end: end, name: text(bytes, start, end), isDoubtful: false)
  }

  /// `sbp_...`: the whole word stands for something else.
  private static func ellipsis(_ bytes: [UInt8], _ start: Int) -> Match? {
    guard start == 0 || isBoundary(bytes[start - 1]), !isBoundary(bytes[start]) else { return nil }
    var end = start
    var dots = 0
    var found: Range<Int>?
    while end < bytes.count, !isBoundary(bytes[end]) {
      dots = bytes[end] == UInt8(ascii: ".") ? dots + 1 : 0
      if dots == 3, found == nil { found = end - 2..<end + 1 }
      if dots > 3, let known = found, known.upperBound == end { found = known.lowerBound..<end + 1 }
      // U+2026
      if end - start >= 2, found == nil, bytes[end] == 0xA6, bytes[end - 1] == 0x80,
        bytes[end - 2] == 0xE2
      {
        found = end - 2..<end + 1
      }
      end += 1
    }
    guard let found else { return nil }
    let previous: UInt8 = found.lowerBound > start ? bytes[found.lowerBound - 1] : 0
    let next: UInt8 = found.upperBound < end ? bytes[found.upperBound] : 0
    // `./...` names all packages of a tree, `main...HEAD` a range of commits.
    if previous == UInt8(ascii: "/") && found.lowerBound - start <= 2 { return nil }
    if isWord(previous), isWord(next) || next == UInt8(ascii: "@") { return nil }
    // What a command says to people: `echo "Rebuilding..."`.
    if isSaid(bytes, start) { return nil }
    return Match(
      end: end, name: text(bytes, start, end), isDoubtful: previous == 0 || isLetter(previous))
  }

  /// Whether a place stands in the words of `echo` or `printf`, with no other command between.
  private static func isSaid(_ bytes: [UInt8], _ index: Int) -> Bool {
    let line = bytes[lineStart(bytes, index)..<index].drop { $0 == 0x20 || $0 == 0x09 }
    guard line.starts(with: "echo ".utf8) || line.starts(with: "printf ".utf8) else { return false }
    return !line.contains(UInt8(ascii: "|")) && !line.contains(UInt8(ascii: ";"))
  }

  private static func isBoundary(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: ";"),
      UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: ","),
      UInt8(ascii: "$"), UInt8(ascii: "{"), UInt8(ascii: "}"):
      true
    default: false
    }
  }

  private static let yourThings = [
    "domain", "name", "app", "company", "org", "project", "registry", "server", "cluster", "user",
    "password", "email", "token", "key", "host", "site", "bucket", "database",
  ]

  /// `your-api-key`, `YOUR_TOKEN`, `yourdomain`.
  private static func yours(_ bytes: [UInt8], _ start: Int) -> Match? {
    let previous = before(bytes, start)
    guard !isWord(previous), previous != UInt8(ascii: "-"), start + 5 <= bytes.count,
      previous != UInt8(ascii: "$")
    else { return nil }
    let head = text(bytes, start, start + 4)
    guard head == "your" || head == "YOUR" || head == "Your" else { return nil }
    let next = bytes[start + 4]
    if next != UInt8(ascii: "-"), next != UInt8(ascii: "_") {
      let rest = text(bytes, start + 4, min(bytes.count, start + 16)).lowercased()
      guard yourThings.contains(where: { rest.hasPrefix($0) }) else { return nil }
    }
    var end = start
    while end < bytes.count, isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-") { end += 1 }
    if previous == UInt8(ascii: "'") || previous == UInt8(ascii: "\"") {
      // The whole of a quoted word: 'your-server.example.com'.
      var whole = end
      while whole < bytes.count, isWord(bytes[whole]) || ".-@:/".utf8.contains(bytes[whole]) {
        whole += 1
      }
      if whole < bytes.count, bytes[whole] == previous { end = whole }
    }
    while end > start + 5, bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
    // An assignment's left side is a name, not a value: `YOUR_TOKEN=…`.
    if end < bytes.count, bytes[end] == UInt8(ascii: "="), previous <= 0x20 { return nil }
    return Match(end: end, name: text(bytes, start, end), isDoubtful: false)
  }

  // MARK: Bytes

  private static func before(_ bytes: [UInt8], _ index: Int) -> UInt8 {
    index > 0 ? bytes[index - 1] : 0
  }

  private static func lineStart(_ bytes: [UInt8], _ index: Int) -> Int {
    // Far enough back for the command's name; a bound keeps long lines cheap.
    let limit = max(0, index - 512)
    var start = index
    while start > limit, bytes[start - 1] != 0x0A { start -= 1 }
    return start
  }

  private static func text(_ bytes: [UInt8], _ start: Int, _ end: Int) -> String {
    String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private static func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while bytes.first == 0x20 { bytes.removeFirst() }
    while bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isLetter(_ byte: UInt8) -> Bool {
    isUpper(byte) || (byte >= 0x61 && byte <= 0x7A) || byte >= 0x80
  }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
  private static func isWord(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "_")
  }
}
