internal import CYaml
import TextGate

/// Looks over YAML before it is composed: the composer has no limit on aliases (RELIABILITY 0.4).
enum PolicyYAML {
  /// Bytes of a policy file.
  static let fileBytes = 1 << 20
  /// Mappings and lists within each other; the schema needs six.
  static let depth = 16

  struct Refused: Error, Hashable {
    let line: Int
    let column: Int
    let message: Showable
  }

  /// What is refused first: an anchor, an alias, a tag, a directive, a second document, or nesting
  /// that is too deep.
  ///
  /// It reads the events of the parser that the composer uses, so both see the same quotes. Nothing
  /// is built from them; text that is not YAML is looked at up to where it stops being so, which is
  /// where the composer stops too.
  static func refused(in text: String) -> Refused? {
    var text = text
    return text.withUTF8 { bytes in
      var parser = yaml_parser_t()
      guard yaml_parser_initialize(&parser) == 1 else {
        return Refused(line: 1, column: 1, message: "the file cannot be read as YAML")
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
        let problem: Showable? =
          if isRefused(event) {
            "anchors, aliases, tags and directives are not allowed in a policy; write it out"
          } else if level > depth {
            "the policy is nested deeper than \(depth) levels; make it flat"
          } else if documents > 1 {
            "a second document begins here; a policy is one document, take out the --- line"
          } else {
            nil
          }
        if let problem {
          return Refused(
            line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1,
            message: problem)
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

  private static func isRefused(_ event: yaml_event_t) -> Bool {
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
