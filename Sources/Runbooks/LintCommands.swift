import IncidentDomain
import TextGate

/// Finds in commands what a shell would not read as its author meant: characters that word
/// processors put in, placeholders that nobody asks for, lines that wait for a session's end.
struct LintCommands {
  private(set) var findings: [Finding] = []
  private let runbook: Runbook

  init(_ runbook: Runbook) {
    self.runbook = runbook
    for step in runbook.steps {
      guard let command = step.command else { continue }
      characters(command)
      if step.kind.holdsCommand { blocked(step, command) }
    }
    placeholders()
    parameters()
  }

  // MARK: Characters

  private mutating func characters(_ command: Command) {
    var scan = CharacterScan(command.text.raw)
    while let found = scan.next() {
      let name: Showable = Untrusted(
        "U+" + hexadecimal(found.scalar.value)
      ).showable
      let line = command.line + found.line
      switch found.fault {
      case .hidden:
        findings.append(
          Finding(
            .hiddenCharacter, line: line, .error,
            found.scalar == "\u{A0}"
              ? "\(name), a no-break space, stands in a command; type a space"
              : "\(name), which cannot be seen, stands in a command; take it out"))
      case .quote:
        findings.append(
          Finding(
            .curlyQuote, line: line, .warning,
            "\(name), a curly quote, stands in a command; a shell reads only ' and \""))
      case .dash:
        findings.append(
          Finding(
            .longDash, line: line, .warning,
            "\(name), a long dash, begins a word of a command; options begin with -"))
      }
    }
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  // MARK: Blocked

  private mutating func blocked(_ step: Step, _ command: Command) {
    for reason in step.blocked {
      switch reason {
      case .opensSession(_, let line), .neverEnds(_, let line):
        findings.append(
          Finding(
            .blockedCommand, line: line, .warning,
            "\(reason.message); put what follows into a step of its own"))
      case .variableNotCarried:
        findings.append(
          Finding(
            .blockedCommand, line: command.line, .warning, "\(reason.message); export it there"))
      // These have findings of their own.
      case .placeholder, .hiddenCharacter, .unclosedFence, .notUTF8: break
      }
    }
  }

  // MARK: Values

  private mutating func placeholders() {
    // A value that a step sets is asked of nobody.
    var known = Set(runbook.fields.parameters.map(\.name))
    known.formUnion(runbook.steps.compactMap(\.annotations.setsValue))
    for step in runbook.steps where step.kind.holdsCommand {
      let commands = [step.command, step.annotations.poll?.command].compactMap { $0 }
      for command in commands {
        for placeholder in command.placeholders
        where !placeholder.isDoubtful && known.insert(placeholder.name).inserted {
          findings.append(
            Finding(
              .placeholder, line: line(of: placeholder, in: command), .warning,
              """
              \(placeholder.text.showable) has no parameter; add \
              \(Untrusted(placeholder.name).showable) to params in the front matter
              """))
        }
      }
    }
    for step in runbook.steps {
      guard case .typed(let name) = step.annotations.confirmation else { continue }
      let own = step.command?.placeholders.map(\.name) ?? []
      guard !own.contains(name), !runbook.fields.parameters.contains(where: { $0.name == name })
      else { continue }
      findings.append(
        Finding(
          .confirmName, line: step.line, .warning,
          """
          confirm=\(Untrusted(name).showable) names no value of the command and no parameter; name \
          one of them
          """))
    }
  }

  private func line(of placeholder: Placeholder, in command: Command) -> Int {
    let lines = command.text.raw.split(separator: "\n", omittingEmptySubsequences: false)
    let offset = lines.firstIndex { $0.contains(placeholder.text.raw) } ?? 0
    return command.line + offset
  }

  private mutating func parameters() {
    guard !runbook.fields.parameters.isEmpty else { return }
    let document = runbook.document
    let first = (document.frontMatter?.lines.upperBound ?? 0) + 1
    guard first <= document.source.lineCount else { return }
    let text = document.source.text(
      document.source.range(ofLines: first...document.source.lineCount))
    for parameter in runbook.fields.parameters {
      let name = parameter.name
      let marks = [
        "<\(name)>", "{{\(name)}}", "{{ \(name) }}", "[\(name)]", "$\(name)", "${\(name)}",
      ]
      let isBare = runbook.steps.contains { step in
        step.command?.placeholders.contains { $0.name == name } ?? false
      }
      guard !isBare, !marks.contains(where: { text.raw.contains($0) }) else { continue }
      findings.append(
        Finding(
          .unusedParameter, line: parameter.line, .warning,
          "no command uses the parameter \(Untrusted(name).showable); take it out or use it"))
    }
  }
}

/// Walks a command's characters with a view of its quotes and comments.
private struct CharacterScan {
  enum Fault { case hidden, quote, dash }

  struct Found {
    let scalar: Unicode.Scalar
    let fault: Fault
    /// From 0.
    let line: Int
  }

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 0
  /// The quote that is open.
  private var quote: Unicode.Scalar?
  private var isComment = false
  /// One finding a line and fault is enough.
  private var told: Set<Told> = []

  private struct Told: Hashable {
    let line: Int
    let fault: Fault
  }

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  mutating func next() -> Found? {
    while index < scalars.count {
      let scalar = scalars[index]
      let found = fault(of: scalar).map { Found(scalar: scalar, fault: $0, line: line) }
      advance(over: scalar)
      if let found, told.insert(Told(line: found.line, fault: found.fault)).inserted {
        return found
      }
    }
    return nil
  }

  private var beginsWord: Bool {
    index == 0 || scalars[index - 1] == " " || scalars[index - 1] == "\t"
      || scalars[index - 1] == "\n"
  }

  private mutating func advance(over scalar: Unicode.Scalar) {
    switch scalar {
    case "\n":
      line += 1
      isComment = false
    case "\\": if quote != "'", !isComment, scalars[(index + 1)...].first != "\n" { index += 1 }
    case "'", "\"", "`":
      if isComment || scalar == "`" { break }
      if quote == nil { quote = scalar } else if quote == scalar { quote = nil }
    case "#": if quote == nil, beginsWord { isComment = true }
    default: break
    }
    index += 1
  }

  private func fault(of scalar: Unicode.Scalar) -> Fault? {
    if scalar.isASCII, scalar.value >= 0x20, scalar.value != 0x7F { return nil }
    if scalar != "\n", HiddenCharacters.contains(scalar) { return .hidden }
    guard !isComment else { return nil }
    switch scalar {
    case "\u{201C}", "\u{201D}": return .quote
    // An apostrophe in a text between quotes is a letter like others.
    case "\u{2018}", "\u{2019}": return quote == nil ? .quote : nil
    case "\u{2013}", "\u{2014}":
      guard quote == nil, beginsWord, index + 1 < scalars.count else { return nil }
      let after = scalars[index + 1]
      return after.properties.isAlphabetic || after == scalar || after == "-" ? .dash : nil
    default: return nil
    }
  }
}
