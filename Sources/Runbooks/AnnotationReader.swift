import IncidentDomain
import MarkdownBlocks
import TextGate

/// Reads `<!-- mayday: key[=value] ... -->` (RUNBOOKS.md 3.4).
struct AnnotationReader {
  private(set) var annotations: Annotations
  private(set) var findings: [Finding] = []
  /// The line of the last comment taken, from 1.
  private(set) var lastLine = 1

  init(adding to: Annotations = Annotations()) {
    annotations = to
  }

  /// The text between the marks, when a comment is one of ours.
  static func body(of comment: String) -> Substring? {
    let trimmed = comment.drop { $0.isWhitespace }
    guard trimmed.hasPrefix("<!--") else { return nil }
    let rest = trimmed.dropFirst(4).drop { $0.isWhitespace }
    guard rest.hasPrefix("mayday:") else { return nil }
    let body = rest.dropFirst(7)
    guard let end = body.range(ofFirst: "-->") else { return body }
    return body[..<end]
  }

  /// The comment in the lines of a block: the mark of a list stands before it where an item begins
  /// with it.
  static func comment(in lines: String) -> String {
    let rest = Substring(lines)
    return rest.range(ofFirst: "<!--").map { String(rest[$0...]) } ?? lines
  }

  /// Takes a comment; others than ours are left alone.
  ///
  /// - Parameter line: of the comment, from 1.
  mutating func take(_ comment: String, line: Int) {
    guard let body = Self.body(of: comment) else { return }
    lastLine = line
    annotations.comments.append(Untrusted(Words.collapsed(comment)))
    var rest = body
    var poll: (command: String, every: Int, until: Int)?
    var every: Int?
    var until: Int?
    while let item = Self.next(&rest) {
      switch item.key {
      case "every": every = duration(item)
      case "for": until = duration(item)
      case "until":
        if let value = value(item) { poll = (value, 0, 0) }
      default: take(item)
      }
    }
    if let poll {
      annotations.poll = Annotations.Poll(
        command: Command(poll.command, form: .annotation, line: line),
        everySeconds: every ?? 5, forSeconds: until ?? 300)
    } else if every != nil || until != nil {
      tell("every and for need until=\"command\"")
    }
  }

  private struct Item {
    let key: String
    /// `=`, `~`, or nothing.
    let mark: Character?
    let value: String
    let isClosed: Bool
  }

  /// The next `key`, `key=value`, `key="value"` or `key~/pattern/`.
  private static func next(_ rest: inout Substring) -> Item? {
    rest = rest.drop { $0.isWhitespace }
    guard !rest.isEmpty else { return nil }
    let key = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != "~" }
    rest = rest.dropFirst(key.count)
    guard let mark = rest.first, mark == "=" || mark == "~" else {
      return Item(key: key.lowercased(), mark: nil, value: "", isClosed: true)
    }
    rest = rest.dropFirst()
    guard let quote = rest.first, quote == "\"" || mark == "~" && quote == "/" else {
      let value = rest.prefix { !$0.isWhitespace }
      rest = rest.dropFirst(value.count)
      return Item(key: key.lowercased(), mark: mark, value: String(value), isClosed: mark == "=")
    }
    rest = rest.dropFirst()
    var value = ""
    var isClosed = false
    while let character = rest.first {
      rest = rest.dropFirst()
      if character == "\\", let next = rest.first, next == quote || next == "\\" && quote == "\"" {
        value.append(next)
        rest = rest.dropFirst()
      } else if character == quote {
        isClosed = true
        break
      } else {
        value.append(character)
      }
    }
    return Item(key: key.lowercased(), mark: mark, value: value, isClosed: isClosed)
  }

  private mutating func take(_ item: Item) {
    switch item.key {
    case "manual", "show", "run", "tty":
      if flag(item) { annotations.runClass = Annotations.RunClass(rawValue: item.key) }
    case "confirm":
      if item.mark == nil {
        annotations.confirmation = .ask
      } else if let name = name(item) {
        annotations.confirmation = .typed(name: name)
      }
    case "danger": if flag(item) { annotations.isDanger = true }
    case "optional": if flag(item) { annotations.isOptional = true }
    case "repeat": if flag(item) { annotations.isRepeatable = true }
    case "est": annotations.estimateSeconds = duration(item) ?? annotations.estimateSeconds
    case "timeout": annotations.timeoutSeconds = duration(item) ?? annotations.timeoutSeconds
    case "grace": annotations.graceSeconds = duration(item) ?? annotations.graceSeconds
    case "cwd": annotations.directory = value(item).map { Untrusted($0) }
    case "env":
      let names = (value(item) ?? "").split(separator: ",").map(String.init)
      if names.allSatisfy(isVariable) {
        annotations.environment += names
      } else {
        tell("env takes names of variables")
      }
    case "expect": expect(item)
    case "exit":
      let codes = (value(item) ?? "").split(separator: ",").map { Int($0) }
      if !codes.isEmpty, codes.allSatisfy({ $0.map { (0...255).contains($0) } ?? false }) {
        annotations.exitCodes = codes.compactMap { $0 }
      } else {
        tell("exit takes numbers from 0 to 255: exit=0,2")
      }
    case "set":
      if let name = name(item) {
        if isVariable(name) { annotations.setsValue = name } else { tell("set takes a name") }
      }
    case "secret":
      if let name = name(item) { annotations.secrets.append(name) }
    case "choice": choices(item)
    case "role":
      if let word = value(item) {
        if let role = Role(word: word) {
          annotations.role = role
        } else {
          tell("\(Untrusted(word).showable) is no role")
        }
      }
    default:
      tell("\(Untrusted(item.key).showable) is no key of an annotation")
    }
  }

  // MARK: Values

  private mutating func tell(_ message: Showable) {
    // Ten are enough to see what is wrong with a comment.
    guard findings.count(where: { $0.line == lastLine }) < 10 else { return }
    findings.append(Finding(line: lastLine, severity: .error, rule: "annotation", message: message))
  }

  private mutating func flag(_ item: Item) -> Bool {
    if item.mark == nil { return true }
    tell("\(Untrusted(item.key).showable) takes no value")
    return false
  }

  private mutating func value(_ item: Item) -> String? {
    guard item.mark == "=", item.isClosed, !item.value.isEmpty else {
      tell("\(Untrusted(item.key).showable) needs a value: \(Untrusted(item.key).showable)=…")
      return nil
    }
    return item.value
  }

  /// A name, with or without the brackets of a placeholder.
  private mutating func name(_ item: Item) -> String? {
    guard let value = value(item) else { return nil }
    return value.hasPrefix("<") && value.hasSuffix(">")
      ? String(value.dropFirst().dropLast()) : value
  }

  private mutating func duration(_ item: Item) -> Int? {
    guard let text = value(item) else { return nil }
    guard let seconds = Durations.exactly(text), seconds > 0 else {
      tell("\(Untrusted(item.key).showable) takes a time such as 30s, 5m or 1h")
      return nil
    }
    return seconds
  }

  private func isVariable(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first else { return false }
    return first.isASCII && (first.properties.isAlphabetic || first == "_")
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0))
      }
  }

  private mutating func expect(_ item: Item) {
    switch item.mark {
    case "~":
      guard item.isClosed, (try? Regex(item.value)) != nil, !item.value.isEmpty else {
        tell("expect~/…/ holds no regular expression")
        return
      }
      annotations.expectations.append(.matches(Untrusted(item.value)))
    default:
      if let text = value(item) { annotations.expectations.append(.contains(Untrusted(text))) }
    }
  }

  private mutating func choices(_ item: Item) {
    guard let text = value(item) else { return }
    for choice in text.split(separator: ",") {
      let parts = choice.split(separator: ":", maxSplits: 1)
      guard let label = parts.first, !label.isEmpty else { continue }
      let target = parts.count > 1 ? String(parts[1]) : nil
      annotations.choices.append(PlannedChoice(label: Untrusted(String(label)), goTo: target))
    }
  }
}

extension Substring {
  /// Where a text first begins.
  func range(ofFirst part: String) -> Index? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(part) { return index }
      index = self.index(after: index)
    }
    return nil
  }
}

extension AnnotationReader? {
  /// Takes a comment; others than ours are left alone. In place: thousands may stand in a row, and to
  /// copy what was read for each took half a minute.
  mutating func take(_ comment: String, line: Int) {
    guard AnnotationReader.body(of: comment) != nil else { return }
    if self == nil { self = AnnotationReader() }
    self?.take(comment, line: line)
  }
}
