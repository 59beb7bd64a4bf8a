import Crypto
import IncidentDomain
import TextGate

/// Gives drafts their numbers and ids, and their choices the places they lead to.
///
/// Numbers count up through the procedure, the verification (`V`), the rollback (`R`) and the
/// prerequisites (`P`), each by itself, so that an author's "step 3" is step 3 wherever it can be.
struct Numbering {
  let outline: Outline
  private(set) var findings: [Finding] = []

  private var counters: [String: Int] = [:]
  private var ordinals: [String: Int] = [:]
  private var numbered: [Numbered] = []
  private var places = Places()

  /// Where choices can lead.
  private struct Places {
    var anchors: [String: Int] = [:]
    /// Lines with the first step that begins on each, by line.
    var lines: [(line: Int, id: String)] = []
    /// By list and the author's number.
    var items: [String: String] = [:]
    var numbers: [String: String] = [:]
  }

  private struct Numbered {
    let draft: Draft
    let number: String
    let group: String?
    let part: PlannedStep.Part
    let kind: StepKind
    let id: String
    /// What the author calls it in its list, and what the number in its heading says.
    let wanted: Int?
  }

  init(outline: Outline) {
    self.outline = outline
  }

  mutating func steps(of drafts: [Draft]) -> [Step] {
    for draft in drafts { top(draft) }
    places = findPlaces()
    var variables: [String: Step.InheritedVariable] = [:]
    return numbered.map { entry in
      let own = entry.draft.command?.reads ?? []
      let check = entry.draft.annotations.poll?.command.reads ?? []
      let reads = own + check.filter { !own.contains($0) }
      let parameters = outline.fields.parameters.map(\.name)
      let inherited = reads.compactMap { variables[$0] }
      let told = entry.draft.annotations.environment
      let unset = reads.filter {
        variables[$0] == nil && !told.contains($0) && !ShellVariables.isStandard($0)
          && !parameters.contains($0)
      }
      let asked = reads.filter { variables[$0] == nil && parameters.contains($0) }
      Self.note(entry.draft.command, entry.number, in: &variables)
      return Step(
        id: entry.id, number: entry.number, kind: entry.kind,
        // A heading may be nothing but a dot.
        title: Untrusted(entry.draft.title.isEmpty ? "Step \(entry.number)" : entry.draft.title),
        group: entry.group.map { Untrusted($0) }, line: entry.draft.lines.lowerBound,
        lines: entry.draft.lines, section: entry.draft.section, part: entry.part,
        command: entry.draft.command,
        expectedOutput: entry.draft.expectedOutput.map { Untrusted($0) },
        choices: entry.draft.choices.map { choice(of: $0, in: entry) },
        estimateSeconds: entry.draft.estimateSeconds, annotations: entry.draft.annotations,
        inheritedVariables: inherited, unsetVariables: unset,
        parameterVariables: asked)
    }
  }

  private static func note(
    _ command: Command?, _ number: String, in variables: inout [String: Step.InheritedVariable]
  ) {
    guard let command else { return }
    for name in command.assigns.union(command.exports) {
      // Once exported it stays so, whoever sets it again.
      let isExported = command.exports.contains(name) || variables[name]?.isExported == true
      variables[name] = Step.InheritedVariable(name: name, step: number, isExported: isExported)
    }
  }

  // MARK: Numbers

  private func kind(of draft: Draft) -> Section.Kind {
    draft.section.map { outline.sections[$0].kind } ?? .other
  }

  private mutating func top(_ draft: Draft) {
    let kind = kind(of: draft)
    let part: PlannedStep.Part
    var prefix: String
    switch kind {
    case .verification: (part, prefix) = (.verification, "V")
    case .rollback: (part, prefix) = (.rollback, "R")
    case .prerequisites: (part, prefix) = (.procedure, "P")
    case .purpose, .when, .impact, .procedure, .diagnosis, .escalation, .other:
      (part, prefix) = (.procedure, "")
    }
    if draft.isFork { prefix = "D" }
    let last = counters[prefix] ?? 0
    let own = draft.wanted.flatMap { $0 > last && $0 <= last + 100 ? $0 : nil }
    let number = own ?? last + 1
    counters[prefix] = number
    add(draft, "\(prefix)\(number)", group: nil, part)
  }

  private mutating func add(
    _ draft: Draft, _ number: String, group: String?, _ part: PlannedStep.Part
  ) {
    if !draft.isGroup {
      let kind = Self.kind(draft.kind, in: part)
      numbered.append(
        Numbered(
          draft: draft, number: number, group: group, part: part, kind: kind,
          id: id(of: draft, kind), wanted: draft.wanted))
    }
    var letters = 0
    var dots = 0
    let name = draft.isGroup ? draft.title : group
    for child in draft.children {
      switch child.suffix {
      case .letter:
        letters += 1
        add(child, number + Self.letter(letters), group: name, part)
      case .dot:
        dots += 1
        add(child, "\(number).\(dots)", group: name, part)
      }
    }
  }

  /// `a` to `z`, then `aa`, `ab` ….
  private static func letter(_ count: Int) -> String {
    var rest = count
    var out = ""
    while rest > 0 {
      rest -= 1
      out = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(rest % 26))) + out
      rest /= 26
    }
    return out
  }

  /// A command to run is a check in the verification and a step back in the rollback.
  private static func kind(_ kind: StepKind, in part: PlannedStep.Part) -> StepKind {
    guard kind == .run else { return kind }
    return switch part {
    case .procedure: .run
    case .verification: .verify
    case .rollback: .rollback
    }
  }

  // MARK: Ids

  private mutating func id(of draft: Draft, _ kind: StepKind) -> String {
    let path = draft.section.map { outline.sections[$0].path } ?? []
    let text = draft.title + "\u{1F}" + (draft.command?.text.raw ?? "")
    let whole = (path + [kind.rawValue, text]).joined(separator: "\u{1E}")
    let hash = String(Runbook.hexadecimal(SHA256.hash(data: Array(whole.utf8))).prefix(12))
    let ordinal = (ordinals[hash] ?? 0) + 1
    ordinals[hash] = ordinal
    return "\(hash)-\(ordinal)"
  }

  // MARK: Choices

  private mutating func choice(of choice: Draft.Choice, in entry: Numbered) -> PlannedChoice {
    PlannedChoice(
      label: Untrusted(choice.label), goTo: choice.jump.flatMap { goTo($0, choice, entry) })
  }

  private mutating func goTo(
    _ jump: Draft.Jump, _ choice: Draft.Choice, _ entry: Numbered
  ) -> String? {
    switch jump {
    case .document(let path): return path
    case .anchor(let anchor):
      if places.anchors[anchor] == nil {
        findings.append(
          Finding(
            line: choice.line, severity: .warning, rule: "jump",
            message: "no heading \"\(Untrusted(anchor).showable)\" in this runbook"))
      }
      return "#" + anchor
    case .lines(let lines):
      return firstStep(on: lines, otherThan: entry.id)
        ?? outline.sections.first { $0.line == lines.lowerBound }.map { "#" + $0.anchor }
    case .step(let name):
      if let found = step(name, beside: entry) { return found }
      findings.append(
        Finding(
          line: choice.line, severity: .warning, rule: "jump",
          message: "no step \(Untrusted(name).showable) in this runbook"))
      return nil
    }
  }

  private func findPlaces() -> Places {
    var places = Places()
    for (index, section) in outline.sections.enumerated() { places.anchors[section.anchor] = index }
    for entry in numbered {
      places.lines.append((entry.draft.lines.lowerBound, entry.id))
      if let wanted = entry.wanted {
        let key = Self.item(wanted, entry)
        if places.items[key] == nil { places.items[key] = entry.id }
      }
      places.numbers[entry.number.lowercased()] = entry.id
    }
    places.lines.sort { $0.line < $1.line }
    return places
  }

  private static func item(_ number: Int, _ entry: Numbered) -> String {
    "\(entry.draft.scope) \(entry.part.rawValue) \(number)"
  }

  private func firstStep(on lines: ClosedRange<Int>, otherThan own: String) -> String? {
    var low = 0
    var high = places.lines.count
    while low < high {
      let middle = (low + high) / 2
      if places.lines[middle].line < lines.lowerBound { low = middle + 1 } else { high = middle }
    }
    while low < places.lines.count, places.lines[low].line <= lines.upperBound {
      if places.lines[low].id != own { return places.lines[low].id }
      low += 1
    }
    return nil
  }

  /// The step that an author calls by a number: in the same list first, then anywhere.
  private func step(_ name: String, beside entry: Numbered) -> String? {
    if let number = Int(name), let found = places.items[Self.item(number, entry)] { return found }
    let lower = name.lowercased()
    return places.numbers[lower] ?? places.numbers[lower + "a"]
  }
}
