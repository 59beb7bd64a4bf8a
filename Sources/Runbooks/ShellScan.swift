/// A reading of shell text: enough to know what stands in quotes, comments and here-documents, where
/// a new command begins, and where the text could be cut without changing its meaning.
///
/// It never decides that something is safe: where it loses its way, ``isWhole`` is false, and those
/// who ask take the careful answer.
struct ShellScan {
  /// How the shell reads the bytes at a place.
  enum Context: Equatable {
    case code, comment, single, double, dollarSingle
    /// Inside backticks, `${…}` or `$((…))`.
    case nested
    /// A here-document; `expands` unless its delimiter was quoted.
    case heredoc(delimiter: [UInt8], expands: Bool)
  }

  /// A word of a command, quotes and all.
  struct Word: Equatable {
    let text: String
    /// The line it begins on, from 0.
    let line: Int

    /// Without quotes and backslashes.
    var bare: String {
      text.contains(where: { $0 == "'" || $0 == "\"" || $0 == "\\" })
        ? text.filter { $0 != "'" && $0 != "\"" && $0 != "\\" } : text
    }
  }

  /// A simple command: its words without redirections.
  struct SimpleCommand: Equatable {
    var words: [Word] = []
    /// Whether its input comes from a pipe, a file or a here-document.
    var hasInput = false
    /// Whether `&` follows it.
    var isBackground = false
    /// The line it begins on, from 0.
    var line: Int { words.first?.line ?? 0 }
    /// The line on which its pipeline or list ends, from 0.
    var endLine = 0
  }

  var commands: [SimpleCommand] = []
  var slots: [PlaceholderSlot] = []
  /// For each line whether a new command may begin there at the outermost level.
  var isOutermost: [Bool] = [true]
  /// Comments that stand alone on an outermost line: line from 0, text after the `#`.
  var comments: [(line: Int, text: String)] = []
  /// Lines, from 0, that hold any code.
  var codeLines: Set<Int> = []
  /// Names of variables that are given a value.
  var assigned: Set<String> = []
  /// Names of variables that commands started from here see: `export NAME`.
  var exported: Set<String> = []
  /// Names of variables that are read before they are given a value here, in the order of the text.
  var used: [String] = []
  /// Lines, from 0, on which a command begins.
  var headLines: Set<Int> = []
  /// The same for looking up.
  var known: Set<String> = []
  /// Whether every quote, bracket, here-document and compound command was closed.
  var isWhole = true

  let bytes: [UInt8]
  let findsPlaceholders: Bool
  /// The names of `</…>` in the text.
  let closings: Set<String>

  enum Frame {
    case code(isBacktick: Bool), single, double, dollarSingle, parameter, arithmetic
  }
  struct Level {
    var frame: Frame
    var command = SimpleCommand()
    var wordStart: Int?
    var wordLine = 0
    var skipsNextWord = false
    /// Names that the words so far give a value, while they are all assignments.
    var assignments: [String] = []
    /// Brackets inside arithmetic.
    var brackets = 0
  }
  struct Heredoc {
    let delimiter: [UInt8]
    let expands: Bool
    let stripsTabs: Bool
  }

  var stack: [Level] = [Level(frame: .code(isBacktick: false))]
  var pending: [Heredoc] = []
  var compound = 0
  var cases = 0
  var line = 0
  var at = 0
  var isContinued = false
  /// After `|`, `&&` or `||` the command goes on, on the next line if need be.
  var expectsMore = false
  /// Index of the first command whose statement goes on.
  var open = 0

  init(_ text: String, findsPlaceholders: Bool = true) {
    bytes = Array(text.utf8)
    self.findsPlaceholders = findsPlaceholders
    closings = findsPlaceholders ? PlaceholderPattern.closings(in: bytes) : []
    run()
  }

  mutating func run() {
    while at < bytes.count {
      guard let frame = stack.last?.frame else { break }
      switch frame {
      case .code(let isBacktick): code(isBacktick)
      case .single:
        if !slot(.single) { close(on: UInt8(ascii: "'")) }
      case .dollarSingle:
        if bytes[at] == UInt8(ascii: "\\") {
          skip(2)
        } else if !slot(.dollarSingle) {
          close(on: UInt8(ascii: "'"))
        }
      case .double: double()
      case .parameter: parameter()
      case .arithmetic: arithmetic()
      }
    }
    endCommand()
    endStatement()
    isWhole = isWhole && stack.count == 1 && pending.isEmpty && compound == 0 && !isContinued
  }

  // MARK: Moving on

  func byte(_ offset: Int) -> UInt8 {
    at + offset < bytes.count ? bytes[at + offset] : 0
  }

  mutating func skip(_ count: Int) {
    for _ in 0..<count where at < bytes.count {
      if bytes[at] == 0x0A { newLine() }
      at += 1
    }
  }

  /// Counts a line; the caller moves past its end.
  mutating func newLine() {
    line += 1
    // What stands inside quotes is code, blank or not.
    if case .code = stack.last?.frame {} else { codeLines.insert(line) }
    isOutermost.append(
      stack.count == 1 && pending.isEmpty && compound == 0 && !isContinued && !expectsMore)
  }

  mutating func close(on mark: UInt8) {
    let found = bytes[at] == mark
    skip(1)
    if found { stack.removeLast() }
  }

  mutating func push(_ frame: Frame, skipping count: Int) {
    startWord()
    skip(count)
    stack.append(Level(frame: frame))
  }

  /// Takes a placeholder here, when there is one.
  mutating func slot(_ context: Context) -> Bool {
    guard findsPlaceholders,
      let found = PlaceholderPattern.match(
        in: bytes, at: at, context: context, closings: closings)
    else { return false }
    startWord()
    // `$<name>`: a quoted value after `$` would be read by another rule.
    let isExpanded = at > 0 && bytes[at - 1] == UInt8(ascii: "$")
    let isNested =
      isExpanded
      || stack.contains {
        switch $0.frame {
        case .code(let isBacktick): isBacktick
        case .parameter, .arithmetic: true
        case .single, .double, .dollarSingle: false
        }
      }
    let start = stack.last(where: { $0.wordStart != nil })?.wordStart ?? at
    slots.append(
      PlaceholderSlot(
        range: at..<found.end, name: found.name, context: isNested ? .nested : context,
        isDoubtful: found.isDoubtful, line: line,
        beginsWord: bytes[start..<at].allSatisfy { $0 == 0x22 || $0 == 0x27 || $0 == 0x24 }))
    skip(found.end - at)
    return true
  }

  // MARK: Code

  mutating func code(_ isBacktick: Bool) {
    let here = bytes[at]
    if ";|&()".utf8.contains(here) { codeLines.insert(line) }
    switch here {
    case 0x0A:
      endCommand()
      if !expectsMore { endStatement() }
      if pending.isEmpty {
        newLine()
        at += 1
      } else {
        heredocs()
      }
    case 0x20, 0x09, 0x0D:
      endWord()
      skip(1)
    case UInt8(ascii: "\\"):
      if byte(1) == 0x0A {
        endWord()
        isContinued = true
        skip(2)
        isContinued = at >= bytes.count
      } else {
        // A backslash at the very end wants a line that is not there.
        if at + 1 == bytes.count { isWhole = false }
        startWord()
        skip(2)
      }
    case UInt8(ascii: "'"): push(.single, skipping: 1)
    case UInt8(ascii: "\""): push(.double, skipping: 1)
    case UInt8(ascii: "`"):
      if isBacktick { closeCode() } else { push(.code(isBacktick: true), skipping: 1) }
    case UInt8(ascii: "$"): dollar()
    case UInt8(ascii: "#") where stack.last?.wordStart == nil: comment()
    case UInt8(ascii: "("):
      endCommand()
      skip(1)
      stack.append(Level(frame: .code(isBacktick: false)))
    case UInt8(ascii: ")"):
      if stack.count > 1, !isBacktick {
        closeCode()
      } else {
        // The end of a pattern of `case`.
        if cases == 0 { isWhole = false }
        endCommand()
        skip(1)
      }
    case UInt8(ascii: ";"):
      endCommand()
      skip(1)
    case UInt8(ascii: "|"):
      endCommand()
      let isOr = byte(1) == UInt8(ascii: "|")
      skip(isOr || byte(1) == UInt8(ascii: "&") ? 2 : 1)
      stack[stack.count - 1].command.hasInput = !isOr
      expectsMore = true
    case UInt8(ascii: "&"): ampersand()
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      if !slot(.code) { redirection() }
    default:
      if !slot(.code) {
        startWord()
        skip(1)
      }
    }
  }

  mutating func ampersand() {
    if byte(1) == UInt8(ascii: ">") || (at > 0 && isAngle(bytes[at - 1])) {
      skip(1)
    } else if byte(1) == UInt8(ascii: "&") {
      endCommand()
      skip(2)
      expectsMore = true
    } else {
      endWord()
      stack[stack.count - 1].command.isBackground = true
      endCommand()
      skip(1)
    }
  }

  func isAngle(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
  }

  mutating func dollar() {
    use()
    switch byte(1) {
    case UInt8(ascii: "'"): push(.dollarSingle, skipping: 2)
    case UInt8(ascii: "\""): push(.double, skipping: 2)
    case UInt8(ascii: "{"): push(.parameter, skipping: 2)
    case UInt8(ascii: "("):
      if byte(2) == UInt8(ascii: "(") {
        push(.arithmetic, skipping: 3)
      } else {
        push(.code(isBacktick: false), skipping: 2)
      }
    default:
      startWord()
      skip(1)
    }
  }

  /// Notes the variable that begins at a `$`; `${NAME:-other}` and its kin work without it.
  mutating func use() {
    var start = at + 1
    let isBraced = byte(1) == UInt8(ascii: "{")
    if isBraced {
      start += byte(2) == UInt8(ascii: "#") || byte(2) == UInt8(ascii: "!") ? 2 : 1
    }
    let name = name(from: start)
    guard !name.isEmpty, !assigned.contains(name), !known.contains(name) else { return }
    if isBraced {
      var mark = start + name.utf8.count - at
      if byte(mark) == UInt8(ascii: ":") { mark += 1 }
      if "-=+".utf8.contains(byte(mark)) { return }
    }
    known.insert(name)
    used.append(name)
  }

  func name(from start: Int) -> String {
    var end = start
    while end < bytes.count, Self.isName(bytes[end], first: end == start) { end += 1 }
    return String(decoding: bytes[min(start, bytes.count)..<end], as: UTF8.self)
  }

  static func isName(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
    default: false
    }
  }

  mutating func comment() {
    let start = at + 1
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    if stack.count == 1, !codeLines.contains(line), isOutermost[line] {
      comments.append((line, String(decoding: bytes[start..<end], as: UTF8.self)))
    }
    at = end
  }

  mutating func redirection() {
    // `2>file`: the number belongs to the redirection, not to the command.
    if let start = stack.last?.wordStart, bytes[start..<at].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    {
      stack[stack.count - 1].wordStart = nil
    } else {
      endWord()
    }
    let isInput = bytes[at] == UInt8(ascii: "<")
    if isInput { stack[stack.count - 1].command.hasInput = true }
    if byte(1) == UInt8(ascii: "(") {
      skip(2)
      startWord()
      stack.append(Level(frame: .code(isBacktick: false)))
    } else if isInput, byte(1) == UInt8(ascii: "<"), byte(2) != UInt8(ascii: "<") {
      heredocMark()
    } else {
      skip(isInput && byte(1) == UInt8(ascii: "<") ? 3 : isAngle(byte(1)) ? 2 : 1)
      while byte(0) == UInt8(ascii: "&") || byte(0) == UInt8(ascii: "|") { skip(1) }
      stack[stack.count - 1].skipsNextWord = true
    }
  }

  // MARK: Inside quotes and expansions

  mutating func double() {
    switch bytes[at] {
    case UInt8(ascii: "\\"): skip(2)
    case UInt8(ascii: "\""): close(on: UInt8(ascii: "\""))
    case UInt8(ascii: "`"): push(.code(isBacktick: true), skipping: 1)
    case UInt8(ascii: "$") where byte(1) == UInt8(ascii: "{") || byte(1) == UInt8(ascii: "("):
      dollar()
    case UInt8(ascii: "$"):
      use()
      skip(1)
    default:
      if !slot(.double) { skip(1) }
    }
  }

  mutating func parameter() {
    switch bytes[at] {
    case UInt8(ascii: "\\"): skip(2)
    case UInt8(ascii: "}"): close(on: UInt8(ascii: "}"))
    case UInt8(ascii: "\""): push(.double, skipping: 1)
    case UInt8(ascii: "$") where byte(1) == UInt8(ascii: "{") || byte(1) == UInt8(ascii: "("):
      dollar()
    default:
      if !slot(.nested) { skip(1) }
    }
  }

  mutating func arithmetic() {
    let top = stack.count - 1
    switch bytes[at] {
    case UInt8(ascii: "("):
      stack[top].brackets += 1
      skip(1)
    case UInt8(ascii: ")"):
      if stack[top].brackets > 0 {
        stack[top].brackets -= 1
        skip(1)
      } else {
        if byte(1) != UInt8(ascii: ")") { isWhole = false }
        skip(2)
        stack.removeLast()
      }
    default:
      if !slot(.nested) { skip(1) }
    }
  }
}
