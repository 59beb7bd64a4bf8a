import Runbooks

/// A change of a runbook's lines.
struct LineChange {
  /// From 1.
  let line: Int
  /// In the place of the line; nil leaves it.
  var replacement: String?
  /// After it.
  var additions: [String] = []

  func apply(to diff: inout UnifiedDiff) {
    if let replacement { diff.replace(line, with: replacement) }
    if !additions.isEmpty { diff.add(additions, after: line) }
  }
}

/// Where a step stands in the text of its runbook.
struct StepPlace {
  /// What its first line is.
  enum Form {
    /// An item of a list; the columns before its text.
    case item(indent: Int)
    case heading
    /// A code block; its first and last line and the white space before them.
    case fence(ClosedRange<Int>, margin: String)
    /// A line within a code block.
    case inFence(ClosedRange<Int>, margin: String)
  }

  let form: Form
  let step: Step

  /// The last line of the text that its item begins with.
  let textEnd: Int

  /// Nil when it stands in no place that can be written to: a quote, a table.
  init?(_ step: Step, in runbook: Runbook, _ diff: UnifiedDiff) {
    self.step = step
    textEnd = runbook.paragraph(at: step.line)?.upperBound ?? step.line
    guard let text = diff.line(step.line) else { return nil }
    if let lines = runbook.codeBlock(around: step.line) {
      guard let first = diff.line(lines.lowerBound) else { return nil }
      let outer = String(first.prefix { $0 == " " })
      guard first.dropFirst(outer.count).first.map({ $0 == "`" || $0 == "~" }) == true else {
        return nil
      }
      form =
        step.line == lines.lowerBound
        ? .fence(lines, margin: outer) : .inFence(lines, margin: outer)
    } else if runbook.sections.contains(where: { $0.line == step.line }) {
      form = .heading
    } else if let indent = Self.contentColumn(text) {
      form = .item(indent: indent)
    } else {
      return nil
    }
  }

  /// Where the text of `  2. text` begins; nil for a line that begins no item.
  static func contentColumn(_ line: String) -> Int? {
    let margin = line.prefix { $0 == " " }.count
    let rest = line.dropFirst(margin)
    let mark: Int
    if let first = rest.first, "-*+".contains(first) {
      mark = 1
    } else {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }.count
      guard digits > 0, digits < 10, let end = rest.dropFirst(digits).first,
        end == "." || end == ")"
      else { return nil }
      mark = digits + 1
    }
    let spaces = rest.dropFirst(mark).prefix { $0 == " " }.count
    return spaces > 0 ? margin + mark + min(spaces, 4) : nil
  }

  // MARK: Changes

  /// A line above a block; nil when the block begins the file.
  static func above(_ lines: ClosedRange<Int>, _ text: String) -> LineChange? {
    lines.lowerBound > 1 ? LineChange(line: lines.lowerBound - 1, additions: [text]) : nil
  }

  /// A comment at the step, which a reader of the page does not see.
  func remark(_ comment: String, _ diff: UnifiedDiff) -> LineChange? {
    switch form {
    case .item:
      return diff.line(textEnd).map { LineChange(line: textEnd, replacement: "\($0) \(comment)") }
    case .heading: return LineChange(line: step.line, additions: [comment])
    case .fence(let lines, let margin): return Self.above(lines, margin + comment)
    case .inFence: return nil
    }
  }

  /// A command that is to follow the step: within its item as one of its own, or after its block.
  func addition(of command: String, saying words: String, _ diff: UnifiedDiff) -> LineChange? {
    let after: Int
    let margin: String
    var out: [String]
    switch form {
    case .heading: return nil
    case .item(let indent):
      after = step.lines.upperBound
      margin = String(repeating: " ", count: indent)
      let isPlain =
        command.contains(" ") && !command.contains("\n") && !command.contains("`")
        && command.first.map { $0.isLetter } == true
      if isPlain {
        return LineChange(line: after, additions: ["\(margin)- [ ] \(words) `\(command)`"])
      }
      out = ["- [ ] \(words)", ""] + Self.block(command).map { $0.isEmpty ? "" : "      " + $0 }
    case .fence(let lines, let outer), .inFence(let lines, let outer):
      after = lines.upperBound
      margin = outer
      out = ["", words, ""] + Self.block(command)
    }
    out = out.map { $0.isEmpty ? "" : margin + $0 }
    if let next = diff.line(after + 1), !next.allSatisfy(\.isWhitespace) { out.append("") }
    return LineChange(line: after, additions: out)
  }

  /// A code block that nothing in the command can end.
  private static func block(_ command: String) -> [String] {
    var longest = 0
    var run = 0
    for byte in command.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let mark = String(repeating: "`", count: max(3, longest + 1))
    let lines = command.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return [mark + "bash"] + lines + [mark]
  }
}
