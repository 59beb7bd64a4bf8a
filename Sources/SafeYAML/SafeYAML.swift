internal import CYaml

/// Looks over YAML before it is composed: the composer has no limit on aliases (RELIABILITY 0.4).
public enum SafeYAML {
  /// Why a text is not composed, and where.
  public struct Refused: Error, Hashable, Sendable {
    /// From 1.
    public let line: Int
    /// From 1, in characters.
    public let column: Int
    /// What stands there.
    public let kind: Kind
  }

  /// What is refused.
  public enum Kind: Hashable, Sendable {
    /// The parser cannot be had: there is no memory.
    case unreadable
    /// An anchor, an alias, a tag or a directive.
    case reference
    /// A mapping or a list within too many others.
    case depth
    /// A document after the first.
    case secondDocument
  }

  /// What is refused first; nil for nothing. Pure.
  ///
  /// It reads the events of the parser that the composer uses, so both see the same quotes. Nothing
  /// is built from them; text that is not YAML is looked at up to where it stops being so, which is
  /// where the composer stops too.
  ///
  /// - Parameters:
  ///   - depth: mappings and lists within each other; nil leaves it to the parser.
  ///   - isOneDocument: whether a second document is refused.
  public static func refused(
    in text: String, depth: Int? = nil, isOneDocument: Bool = false
  ) -> Refused? {
    var text = text
    return text.withUTF8 { bytes in
      var parser = yaml_parser_t()
      guard yaml_parser_initialize(&parser) == 1 else {
        return Refused(line: 1, column: 1, kind: .unreadable)
      }
      defer { yaml_parser_delete(&parser) }
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      var level = 0
      var documents = 0
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
        defer { yaml_event_delete(&event) }
        if event.type == YAML_STREAM_END_EVENT { return nil }
        if event.type == YAML_DOCUMENT_START_EVENT { documents += 1 }
        level += change(event)
        let kind: Kind? =
          if isReference(event) {
            .reference
          } else if level > depth ?? .max {
            .depth
          } else if isOneDocument, documents > 1 {
            .secondDocument
          } else {
            nil
          }
        if let kind {
          return Refused(
            line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1,
            kind: kind)
        }
      }
    }
  }

  private static func change(_ event: yaml_event_t) -> Int {
    switch event.type {
    case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: 1
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: -1
    // The type is C's: its other events do not nest.
    default: 0
    }
  }

  private static func isReference(_ event: yaml_event_t) -> Bool {
    switch event.type {
    case YAML_ALIAS_EVENT: true
    case YAML_SCALAR_EVENT: event.data.scalar.anchor != nil || event.data.scalar.tag != nil
    case YAML_SEQUENCE_START_EVENT:
      event.data.sequence_start.anchor != nil || event.data.sequence_start.tag != nil
    case YAML_MAPPING_START_EVENT:
      event.data.mapping_start.anchor != nil || event.data.mapping_start.tag != nil
    case YAML_DOCUMENT_START_EVENT:
      event.data.document_start.version_directive != nil
        || event.data.document_start.tag_directives.start
          != event.data.document_start.tag_directives.end
    // The type is C's: its other events hold neither, and there is none left that could.
    default: false
    }
  }
}
