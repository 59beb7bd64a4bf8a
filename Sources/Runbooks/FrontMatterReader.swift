import IncidentDomain
import MarkdownBlocks
import SafeYAML
import TextGate
import Yams

/// Reads front matter into fields. Values stay text: `no` is "no", `2.10` is "2.10".
enum FrontMatterReader {
  static func read(_ frontMatter: FrontMatter) -> (fields: Fields, findings: [Finding]) {
    var fields = Fields()
    guard let text = frontMatter.text?.raw else { return (fields, []) }
    // YAML ends lines at a carriage return too, so it may count more of them.
    let last = frontMatter.lines.upperBound
    var findings: [Finding] = []
    let composed = compose(text)
    switch composed {
    case .success(let read):
      if let line = read.repairedLine {
        findings.append(
          Finding(
            line: line + 1, severity: .info, rule: "front-matter",
            message: "a value holds a colon and should stand in quotes; it was read as text"))
      }
      if let root = read.root { collect(root, &fields, &findings) }
    case .failure(let error):
      findings.append(finding(error.line + 1, error.message))
    }
    for index in fields.all.indices { fields.all[index].line = min(fields.all[index].line, last) }
    for index in fields.parameters.indices {
      fields.parameters[index].line = min(fields.parameters[index].line, last)
    }
    return (
      fields,
      findings.map {
        Finding(
          line: min($0.line, last), severity: $0.severity, rule: $0.rule, message: $0.message)
      }
    )
  }

  private static func finding(_ line: Int, _ message: Showable) -> Finding {
    Finding(line: line, severity: .error, rule: "front-matter", message: message)
  }

  private struct ComposeError: Error {
    /// In the front matter, from 1.
    let line: Int
    let message: Showable
  }

  private static func compose(
    _ text: String
  ) -> Result<(root: Node?, repairedLine: Int?), ComposeError> {
    if let line = SafeYAML.refused(in: text)?.line { return .failure(refused(line)) }
    do {
      return .success((try Yams.compose(yaml: text), nil))
    } catch {
      let first = describe(error, in: text)
      // `title: PostgreSQL: replica lost` is what people write, though YAML wants quotes there.
      guard let repaired = FrontMatterText.quotingColons(in: text) else { return .failure(first) }
      // What the error hid is looked over too.
      if let line = SafeYAML.refused(in: repaired.text)?.line { return .failure(refused(line)) }
      do {
        return .success((try Yams.compose(yaml: repaired.text), repaired.line))
      } catch {
        return .failure(first)
      }
    }
  }

  private static func refused(_ line: Int) -> ComposeError {
    ComposeError(
      line: line,
      message: "anchors, aliases and tags are not allowed in front matter; it is not read")
  }

  private static func describe(_ error: any Error, in text: String) -> ComposeError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ComposeError(
        line: mark.line,
        message: "the front matter is not YAML: \(Untrusted(problem).showable); it is not read")
    case .duplicatedKeysInMapping(let duplicates, _):
      ComposeError(
        line: FrontMatterText.lastLine(ofKey: duplicates.first ?? "", in: text),
        message: """
          the key \(Untrusted(duplicates.first ?? "").showable) stands twice in the front matter; \
          it is not read
          """)
    default:
      ComposeError(line: 1, message: "the front matter cannot be read as YAML; it is not read")
    }
  }

  private static func collect(_ root: Node, _ fields: inout Fields, _ findings: inout [Finding]) {
    guard case .mapping(let mapping) = root else {
      findings.append(
        finding((root.mark?.line ?? 1) + 1, "the front matter holds no keys; it is not read"))
      return
    }
    for (keyNode, value) in mapping {
      let line = (keyNode.mark?.line ?? 1) + 1
      guard let key = keyNode.scalar?.string else {
        findings.append(finding(line, "a key of the front matter is not a word"))
        continue
      }
      switch Fields.folded(key) {
      case "params", "parameters": parameters(value, &fields, &findings)
      case "runners": runners(value, &fields, &findings, line)
      default:
        fields.all.append(
          Fields.Field(key: Untrusted(key), value: Untrusted(plain(value)), line: line))
      }
    }
  }

  /// A value as text: lists with commas, mappings as `key: value` with commas.
  static func plain(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): Words.collapsed(scalar.string)
    case .sequence(let nodes): nodes.map(plain).joined(separator: ", ")
    case .mapping(let pairs):
      pairs.map { "\(plain($0.key)): \(plain($0.value))" }.joined(separator: ", ")
    case .alias: ""
    }
  }

  private static func parameters(
    _ node: Node, _ fields: inout Fields, _ findings: inout [Finding]
  ) {
    guard case .mapping(let mapping) = node else {
      findings.append(finding((node.mark?.line ?? 1) + 1, "params must be names with their keys"))
      return
    }
    for (keyNode, value) in mapping {
      let line = (keyNode.mark?.line ?? 1) + 1
      guard let name = keyNode.scalar?.string else { continue }
      var told: [String: Untrusted] = [:]
      if case .mapping(let keys) = value {
        for (key, inner) in keys {
          let word = key.scalar?.string ?? ""
          let known = ["ask", "from", "match", "default", "secret"].contains(word)
          if known {
            told[word] = Untrusted(plain(inner))
          } else {
            findings.append(
              finding(
                (key.mark?.line ?? line - 1) + 1,
                "\(Untrusted(word).showable) is no key of a parameter; ask, from, match, default and secret are"
              ))
          }
        }
      } else if let text = value.scalar?.string {
        told["ask"] = Untrusted(text)
      }
      if let match = told["match"], (try? Regex(match.raw)) == nil {
        findings.append(
          finding(line, "match of \(Untrusted(name).showable) is no regular expression"))
        told["match"] = nil
      }
      fields.parameters.append(
        Fields.Parameter(
          name: name, ask: told["ask"], from: told["from"], match: told["match"],
          initial: told["default"],
          isSecret: told["secret"].map { $0.raw == "true" || $0.raw == "yes" }
            ?? SecretNames.holdsSecret(name),
          line: line))
    }
  }

  private static func runners(
    _ node: Node, _ fields: inout Fields, _ findings: inout [Finding], _ line: Int
  ) {
    switch node {
    case .sequence(let nodes):
      for label in nodes.compactMap(\.scalar?.string) {
        fields.runners[label.lowercased()] = "bash"
      }
    case .mapping(let mapping):
      for (label, program) in mapping {
        guard let label = label.scalar?.string, let program = program.scalar?.string else {
          continue
        }
        fields.runners[label.lowercased()] = program
      }
    case .scalar(let scalar): fields.runners[scalar.string.lowercased()] = "bash"
    case .alias: findings.append(finding(line, "aliases are not allowed in front matter"))
    }
  }
}
