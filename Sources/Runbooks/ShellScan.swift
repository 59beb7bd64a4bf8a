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
  }

  private(set) var commands: [SimpleCommand] = []
  private(set) var slots: [PlaceholderSlot] = []
  /// For each line whether a new command may begin there at the outermost level.
  private(set) var isOutermost: [Bool] = [true]
  /// Comments that stand alone on an outermost line: line from 0, text after the `#`.
  private(set) var comments: [(line: Int, text: String)] = []
  /// Lines, from 0, that hold a comment.
  private(set) var commentLines: Set<Int> = []
  /// Lines, from 0, that hold any code.
  private(set) var codeLines: Set<Int> = []
  /// Names of variables that are given a value.
  private(set) var assigned: Set<String> = []
  /// Names of variables that are read before they are given a value here, in the order of the text.
  private(set) var used: [String] = []
  /// Whether every quote, bracket, here-document and compound command was closed.
  private(set) var isWhole = true

  let bytes: [UInt8]
  private let findsPlaceholders: Bool

  private enum Frame {
    case code(isBacktick: Bool), single, double, dollarSingle, parameter, arithmetic
  }
  private struct Level {
    var frame: Frame
    var command = SimpleCommand()
    var wordStart: Int?
    var wordLine = 0
    var skipsNextWord = false
    /// Brackets inside arithmetic.
    var brackets = 0
  }
  private struct Heredoc {
    let delimiter: [UInt8]
    let expands: Bool
    let stripsTabs: Bool
  }

  private var stack: [Level] = [Level(frame: .code(isBacktick: false))]
  private var pending: [Heredoc] = []
  private var compound = 0
  private var cases = 0
  private var line = 0
  private var at = 0
  private var isContinued = false
  /// After `|`, `&&` or `||` the command goes on, on the next line if need be.
  private var expectsMore = false

  init(_ text: String, findsPlaceholders: Bool = true) {
    bytes = Array(text.utf8)
    self.findsPlaceholders = findsPlaceholders
    run()
  }

  private mutating func run() {
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
    isWhole = isWhole && stack.count == 1 && pending.isEmpty && compound == 0 && !isContinued
  }

  // MARK: Moving on

  private func byte(_ offset: Int) -> UInt8 {
    at + offset < bytes.count ? bytes[at + offset] : 0
  }

  private mutating func skip(_ count: Int) {
    for _ in 0..<count where at < bytes.count {
      if bytes[at] == 0x0A { newLine() }
      at += 1
    }
  }

  /// Counts a line; the caller moves past its end.
  private mutating func newLine() {
    line += 1
    isOutermost.append(
      stack.count == 1 && pending.isEmpty && compound == 0 && !isContinued && !expectsMore)
  }

  private mutating func close(on mark: UInt8) {
    let found = bytes[at] == mark
    skip(1)
    if found { stack.removeLast() }
  }

  private mutating func push(_ frame: Frame, skipping count: Int) {
    startWord()
    skip(count)
    stack.append(Level(frame: frame))
  }

  /// Takes a placeholder here, when there is one.
  private mutating func slot(_ context: Context) -> Bool {
    guard findsPlaceholders,
      let found = PlaceholderPattern.match(in: bytes, at: at, context: context)
    else { return false }
    startWord()
    let isNested = stack.contains {
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

  private mutating func code(_ isBacktick: Bool) {
    let here = bytes[at]
    switch here {
    case 0x0A:
      endCommand()
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
      skip(byte(1) == UInt8(ascii: "|") || byte(1) == UInt8(ascii: "&") ? 2 : 1)
      if bytes[at - 1] != UInt8(ascii: "|") || bytes[at - 2] != UInt8(ascii: "|") {
        stack[stack.count - 1].command.hasInput = true
      }
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

  private mutating func ampersand() {
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

  private func isAngle(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
  }

  private mutating func dollar() {
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

  /// Notes the variable that begins at a `$`.
  private mutating func use() {
    var start = at + 1
    if byte(1) == UInt8(ascii: "{") {
      start += byte(2) == UInt8(ascii: "#") || byte(2) == UInt8(ascii: "!") ? 2 : 1
    }
    let name = name(from: start)
    if !name.isEmpty, !assigned.contains(name), !used.contains(name) { used.append(name) }
  }

  private func name(from start: Int) -> String {
    var end = start
    while end < bytes.count, Self.isName(bytes[end], first: end == start) { end += 1 }
    return String(decoding: bytes[min(start, bytes.count)..<end], as: UTF8.self)
  }

  private static func isName(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
    default: false
    }
  }

  private mutating func comment() {
    let start = at + 1
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    commentLines.insert(line)
    if stack.count == 1, !codeLines.contains(line), isOutermost[line] {
      comments.append((line, String(decoding: bytes[start..<end], as: UTF8.self)))
    }
    at = end
  }

  private mutating func redirection() {
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

  // MARK: Words and commands

  private mutating func startWord() {
    let top = stack.count - 1
    if case .code = stack[top].frame, stack[top].wordStart == nil {
      stack[top].wordStart = at
      stack[top].wordLine = line
      codeLines.insert(line)
      expectsMore = false
    }
  }

  private static let openers: Set<String> = ["if", "while", "until", "for", "select", "case", "{"]
  private static let closers: Set<String> = ["fi", "done", "esac", "}"]
  private static let between: Set<String> = ["then", "do", "else", "elif", "!", "time", "in"]

  private mutating func endWord() {
    let top = stack.count - 1
    guard let start = stack[top].wordStart else { return }
    stack[top].wordStart = nil
    if stack[top].skipsNextWord {
      stack[top].skipsNextWord = false
      return
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    assign(start, stack[top].command.words)
    if stack[top].command.words.isEmpty {
      if Self.openers.contains(text) {
        compound += 1
        if text == "case" { cases += 1 }
        if text == "for" || text == "select" || text == "case" {
          stack[top].command.words.append(Word(text: text, line: stack[top].wordLine))
        }
        return
      }
      if Self.closers.contains(text) {
        compound -= 1
        if text == "esac" { cases -= 1 }
        if compound < 0 {
          isWhole = false
          compound = 0
        }
        return
      }
      if Self.between.contains(text) { return }
    }
    stack[top].command.words.append(Word(text: text, line: stack[top].wordLine))
  }

  /// Notes `NAME=…`, with or without `export` before it, and the variables of `for` and `read`.
  private mutating func assign(_ start: Int, _ before: [Word]) {
    let name = name(from: start)
    guard !name.isEmpty else { return }
    let next = start + name.utf8.count
    let isAssignment =
      next < at && bytes[next] == UInt8(ascii: "=")
      || next + 1 < at && bytes[next] == UInt8(ascii: "+") && bytes[next + 1] == UInt8(ascii: "=")
    let command = before.first?.text ?? ""
    let isPlace =
      Self.declarations.contains(command) || before.allSatisfy { $0.text.holds("=") }
    if isAssignment, isPlace { assigned.insert(name) }
    if ["for", "select", "read"].contains(before.last?.text) { assigned.insert(name) }
  }

  private static let declarations: Set<String> = [
    "export", "declare", "typeset", "local", "readonly",
  ]

  private mutating func endCommand() {
    endWord()
    let top = stack.count - 1
    let command = stack[top].command
    stack[top].command = SimpleCommand()
    stack[top].skipsNextWord = false
    guard let first = command.words.first?.text,
      first != "for", first != "select", first != "case"
    else { return }
    commands.append(command)
  }

  private mutating func closeCode() {
    endCommand()
    stack.removeLast()
    skip(1)
  }

  // MARK: Inside quotes and expansions

  private mutating func double() {
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

  private mutating func parameter() {
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

  private mutating func arithmetic() {
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

  // MARK: Here-documents

  private mutating func heredocMark() {
    skip(2)
    let stripsTabs = byte(0) == UInt8(ascii: "-")
    if stripsTabs { skip(1) }
    while byte(0) == 0x20 || byte(0) == 0x09 { skip(1) }
    var delimiter: [UInt8] = []
    var isQuoted = false
    var quote: UInt8 = 0
    while at < bytes.count {
      let here = bytes[at]
      if quote != 0 {
        if here == 0x0A { break }
        if here == quote { quote = 0 } else { delimiter.append(here) }
      } else if here == UInt8(ascii: "'") || here == UInt8(ascii: "\"") {
        quote = here
        isQuoted = true
      } else if here == UInt8(ascii: "\\") {
        isQuoted = true
      } else if here <= 0x20 || ";|&()<>".utf8.contains(here) {
        break
      } else {
        delimiter.append(here)
      }
      at += 1
    }
    if quote != 0 || delimiter.isEmpty { isWhole = false }
    pending.append(Heredoc(delimiter: delimiter, expands: !isQuoted, stripsTabs: stripsTabs))
  }

  /// Reads the bodies that begin on the next line; stands at a line end.
  private mutating func heredocs() {
    newLine()
    at += 1
    while let document = pending.first {
      var isClosed = false
      while at < bytes.count {
        var end = at
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        var body = bytes[at..<end]
        if document.stripsTabs { body = body.drop { $0 == 0x09 } }
        isClosed = body.elementsEqual(document.delimiter)
        if !isClosed { heredocLine(document, upTo: end) }
        at = end
        codeLines.insert(line)
        if isClosed { pending.removeFirst() }
        if at < bytes.count {
          newLine()
          at += 1
        }
        if isClosed { break }
      }
      if !isClosed {
        // Its end is missing: nothing after it can be trusted.
        isWhole = false
        pending.removeAll()
      }
    }
  }

  private mutating func heredocLine(_ document: Heredoc, upTo end: Int) {
    let start = at
    let context = Context.heredoc(delimiter: document.delimiter, expands: document.expands)
    while at < end {
      if document.expands, bytes[at] == UInt8(ascii: "$") { use() }
      guard findsPlaceholders,
        let found = PlaceholderPattern.match(in: bytes, at: at, context: context), found.end <= end
      else {
        at += 1
        continue
      }
      let holdsCode =
        document.expands
        && (bytes[start..<end].contains(UInt8(ascii: "`"))
          || bytes[start..<end].contains(UInt8(ascii: "$")))
      slots.append(
        PlaceholderSlot(
          range: at..<found.end, name: found.name, context: holdsCode ? .nested : context,
          isDoubtful: found.isDoubtful, line: line, beginsWord: false))
      at = found.end
    }
  }
}

/// One place where a placeholder stands in a command.
struct PlaceholderSlot: Equatable {
  /// Of the command's bytes.
  let range: Range<Int>
  let name: String
  let context: ShellScan.Context
  let isDoubtful: Bool
  /// From 0.
  let line: Int
  /// Whether nothing but quotes stands before it in its word.
  let beginsWord: Bool
}
