import IncidentDomain
import TextGate
import Yams

/// Reads a policy file: what the schema knows, with the place of every value, and findings for the
/// rest. Pure; the bytes are the caller's.
public struct PolicyReader {
  /// What was read; empty where the file is no YAML.
  public private(set) var document: PolicyDocument
  /// Syntax, refused constructs, and what the schema does not allow.
  public private(set) var findings: [PolicyFinding] = []
  private let file: Untrusted
  private var aliases: [String: Severity] = [:]

  /// Reads the bytes of a file; `file` is what places call it.
  public init(_ bytes: [UInt8], file: Untrusted) {
    self.file = file
    document = PolicyDocument(file: file)
    read(bytes)
  }

  /// Whether the policy can be followed as it stands.
  public var isSound: Bool { !findings.contains { $0.severity == .error } }

  private mutating func read(_ bytes: [UInt8]) {
    guard bytes.count <= PolicyYAML.fileBytes else {
      refuse(.refused, 1, 1, "the file holds \(bytes.count) bytes; a policy may hold 1048576")
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      refuse(.syntax, 1, 1, "the file is not UTF-8; save it as UTF-8")
      return
    }
    guard !text.unicodeScalars.contains("\u{0}") else {
      refuse(.refused, 1, 1, "the file holds a NUL character; take it out")
      return
    }
    if let refused = PolicyYAML.refused(in: text) {
      refuse(.refused, refused.line, refused.column, refused.message)
      return
    }
    do {
      guard let root = try Yams.compose(yaml: text) else {
        refuse(.syntax, 1, 1, "the policy is empty; mayday policy show prints one to begin with")
        return
      }
      read(root)
    } catch {
      describe(error, in: text)
    }
  }

  private mutating func refuse(
    _ rule: PolicyFinding.Rule, _ line: Int, _ column: Int, _ message: Showable
  ) {
    let place = PolicyPlace(file: file, line: max(1, line), column: max(1, column))
    findings.append(PolicyFinding(.error, rule, [place], message))
  }

  private mutating func describe(_ error: any Error, in text: String) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      refuse(
        .syntax, mark.line, mark.column,
        "this is not YAML: \(Untrusted(problem).showable); look at the indentation and the quotes")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = duplicates.first ?? ""
      let line = Self.lastLine(ofKey: key, from: context.mark.line, in: text)
      refuse(
        .syntax, line.number, line.column,
        "the key \(Untrusted(key).showable) stands twice in one entry; take one out")
    default:
      refuse(.syntax, 1, 1, "the file cannot be read as YAML; look for stray characters")
    }
  }

  /// The second line that begins with a key, from the line the mapping begins on.
  private static func lastLine(
    ofKey key: String, from first: Int, in text: String
  ) -> (number: Int, column: Int) {
    var seen = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where index + 1 >= first {
      let bare = line.drop { $0 == " " || $0 == "-" }
      guard bare.hasPrefix(key + ":") else { continue }
      seen += 1
      if seen == 2 { return (index + 1, line.count - bare.count + 1) }
    }
    return (max(1, first), 1)
  }

  private func place(of node: Node, _ fallback: PolicyPlace? = nil) -> PolicyPlace {
    guard let mark = node.mark else { return fallback ?? PolicyPlace(file: file, line: 1) }
    return PolicyPlace(file: file, line: mark.line, column: mark.column)
  }

  private mutating func wrong(
    _ node: Node, _ message: Showable, _ severity: PolicyFinding.Severity = .error
  ) {
    findings.append(PolicyFinding(severity, .schema, [place(of: node)], message))
  }

  private mutating func read(_ root: Node) {
    guard case .mapping(let mapping) = root else {
      wrong(root, "a policy is made of keys, as severities: or contacts:; this is none")
      return
    }
    // Severities first: their aliases are words that the others use.
    for (key, value) in mapping where key.scalar?.string == PolicyTable.severities.rawValue {
      readTable(.severities, value)
      for record in document[.severities] {
        guard let severity = record.severity("severity") else { continue }
        for alias in record.texts("aliases") {
          aliases[alias.written.raw.lowercased()] = severity
        }
      }
    }
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        wrong(key, "a key of the policy must be a word")
        continue
      }
      if let table = PolicyTable(rawValue: name) {
        if table != .severities { readTable(table, value) }
      } else if let field = PolicySchema.header.first(where: { $0.name == name }) {
        if let read = self.field(field, value) { document.header[name] = read }
      } else {
        wrong(
          key,
          unknown(
            name,
            among: PolicySchema.header.map(\.name) + PolicyTable.allCases.map(\.rawValue)))
      }
    }
  }

  private func unknown(_ name: String, among names: [String]) -> Showable {
    let word = Untrusted(name).showable
    guard let near = Self.nearest(name, among: names) else {
      return "\(word) is no key of a policy here; mayday policy schema lists them"
    }
    return "\(word) is no key of a policy here; \(Untrusted(near).showable) is"
  }

  private mutating func readTable(_ table: PolicyTable, _ node: Node) {
    let fields = PolicySchema.fields(of: table)
    guard case .sequence(let entries) = node else {
      if case .scalar(let scalar) = node, scalar.string.isEmpty || scalar.string == "null" {
        return
      }
      wrong(
        node,
        "\(Untrusted(table.rawValue).showable) must be a list: begin each entry with - \(Untrusted(table.key).showable):"
      )
      return
    }
    document[table] = entries.compactMap { record(fields, $0) }
  }

  private mutating func record(_ fields: [PolicySchema.Field], _ node: Node) -> PolicyRecord? {
    guard case .mapping(let mapping) = node else {
      wrong(
        node,
        "this entry must have keys: begin it with \(Untrusted(fields[0].name).showable):")
      return nil
    }
    var record = PolicyRecord(at: place(of: node))
    var isWhole = true
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      guard let field = fields.first(where: { $0.name == name }) else {
        wrong(key, unknown(name, among: fields.map(\.name)))
        continue
      }
      if let read = self.field(field, value) {
        record[name] = read
      } else if field.isRequired {
        isWhole = false
      }
    }
    for field in fields where field.isRequired && record[field.name] == nil && isWhole {
      wrong(node, "this entry lacks \(Untrusted(field.name).showable): \(field.help)")
      isWhole = false
    }
    return isWhole ? record : nil
  }

  private mutating func field(_ field: PolicySchema.Field, _ node: Node) -> PolicyField? {
    switch field.kind {
    case .records(let inner):
      guard case .sequence(let entries) = node else {
        wrong(node, "\(Untrusted(field.name).showable) must be a list of entries")
        return nil
      }
      return PolicyField(.records(entries.compactMap { record(inner, $0) }), at: place(of: node))
    case .texts:
      guard case .sequence(let entries) = node else {
        return text(field, node).map { text in
          PolicyField(.texts([PolicyField(.text(text), at: place(of: node))]), at: place(of: node))
        }
      }
      let texts = entries.compactMap { entry in
        text(field, entry).map { PolicyField(.text($0), at: place(of: entry)) }
      }
      return PolicyField(.texts(texts), at: place(of: node))
    case .text, .span, .severity, .number, .flag, .date, .limit, .recurrence, .link, .zone,
      .choice:
      guard let text = text(field, node) else { return nil }
      guard let value = value(field.kind, text) else {
        wrong(
          node,
          "\(Untrusted(field.name).showable) must be a \(field.kind.word); \(text.showable) is none"
        )
        return nil
      }
      return PolicyField(value, at: place(of: node))
    }
  }

  private mutating func text(_ field: PolicySchema.Field, _ node: Node) -> Untrusted? {
    guard case .scalar(let scalar) = node else {
      wrong(node, "\(Untrusted(field.name).showable) must be a \(field.kind.word), not a list")
      return nil
    }
    let text = Untrusted(scalar.string)
    guard !text.isBlank else {
      wrong(node, "\(Untrusted(field.name).showable) is empty; fill it or take the line out")
      return nil
    }
    return text
  }

  private func value(_ kind: PolicySchema.Kind, _ text: Untrusted) -> PolicyValue? {
    switch kind {
    case .text, .link: .text(text)
    case .zone: PolicyZone.isName(text.raw) ? .text(text) : nil
    case .span: PolicySpan.read(text.raw).map { .span($0) }
    case .severity:
      (aliases[text.raw.lowercased()] ?? Severity(word: text.raw)).map {
        .severity(word: text, $0)
      }
    case .number(let range):
      Int(text.raw).flatMap { range.contains($0) ? .number($0) : nil }
    case .flag:
      switch text.raw.lowercased() {
      case "yes", "true", "must", "required": .flag(true)
      case "no", "false", "optional": .flag(false)
      default: nil
      }
    case .date: PolicyDate.read(text.raw).map { .date($0) }
    case .limit: PolicyLimit(text.raw).map { .limit($0) }
    case .recurrence:
      PolicyRecurrenceText.read(text.raw).map { .recurrence($0.recurrence, written: text) }
    case .choice(let words):
      words.contains(text.raw.lowercased()) ? .text(Untrusted(text.raw.lowercased())) : nil
    case .texts, .records: nil
    }
  }

  /// The name that a slip of the finger was meant for: at most two changes away.
  static func nearest(_ word: String, among names: [String]) -> String? {
    let scored = names.map { (name: $0, distance: distance(word.lowercased(), $0)) }
    guard let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= 2,
      word.count > 2
    else { return nil }
    return best.name
  }

  private static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.prefix(40).utf8)
    let b = Array(right.utf8)
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
