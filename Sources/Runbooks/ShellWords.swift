extension ShellScan {
  mutating func startWord() {
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

  mutating func endWord() {
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
  mutating func assign(_ start: Int, _ before: [Word]) {
    let name = name(from: start)
    guard !name.isEmpty else { return }
    let next = start + name.utf8.count
    let isAssignment =
      next < at && bytes[next] == UInt8(ascii: "=")
      || next + 1 < at && bytes[next] == UInt8(ascii: "+") && bytes[next + 1] == UInt8(ascii: "=")
    let top = stack.count - 1
    let command = before.first?.text ?? ""
    let isDeclared = Self.declarations.contains(command)
    if isAssignment, isDeclared { set(name) }
    // `A=b command` sets it for that command only: it counts when no command follows.
    if isAssignment, before.count == stack[top].assignments.count {
      stack[top].assignments.append(name)
    }
    if ["for", "select", "read"].contains(before.last?.text) { set(name) }
    let isExport =
      command == "export"
      || isDeclared && before.prefix(4).contains { $0.text.hasPrefix("-") && $0.text.holds("x") }
    if isExport, isAssignment || next == at { exported.insert(name) }
  }

  /// What a subshell sets is gone with it.
  private mutating func set(_ name: String) {
    if stack.count == 1 { assigned.insert(name) }
  }

  private static let declarations: Set<String> = [
    "export", "declare", "typeset", "local", "readonly",
  ]

  mutating func endCommand() {
    endWord()
    let top = stack.count - 1
    let command = stack[top].command
    if command.words.count == stack[top].assignments.count {
      for name in stack[top].assignments { set(name) }
    }
    stack[top].assignments = []
    stack[top].command = SimpleCommand()
    stack[top].skipsNextWord = false
    guard let first = command.words.first else { return }
    headLines.insert(first.line)
    if first.text != "for", first.text != "select", first.text != "case" {
      commands.append(command)
    }
  }

  /// Notes where the commands since the last line end of a statement end.
  mutating func endStatement() {
    while open < commands.count {
      commands[open].endLine = line
      open += 1
    }
  }

  mutating func closeCode() {
    endCommand()
    stack.removeLast()
    skip(1)
  }
}
