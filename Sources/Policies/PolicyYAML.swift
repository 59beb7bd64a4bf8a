import SafeYAML
import TextGate

/// What a policy file may hold of YAML.
enum PolicyYAML {
  /// Bytes of a policy file.
  static let fileBytes = 1 << 20
  /// Mappings and lists within each other; the schema needs six.
  static let depth = 16

  /// What is refused first: an anchor, an alias, a tag, a directive, a second document, or nesting
  /// that is too deep.
  static func refused(in text: String) -> (line: Int, column: Int, message: Showable)? {
    SafeYAML.refused(in: text, depth: depth, isOneDocument: true).map {
      ($0.line, $0.column, message(of: $0.kind))
    }
  }

  private static func message(of kind: SafeYAML.Kind) -> Showable {
    switch kind {
    case .unreadable: "the file cannot be read as YAML"
    case .reference:
      "anchors, aliases, tags and directives are not allowed in a policy; write it out"
    case .depth: "the policy is nested deeper than \(depth) levels; make it flat"
    case .secondDocument:
      "a second document begins here; a policy is one document, take out the --- line"
    }
  }
}
