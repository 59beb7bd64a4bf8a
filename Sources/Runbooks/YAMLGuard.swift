internal import CYaml

/// Looks over YAML before it is composed: the composer has no limit on aliases (RELIABILITY 0.4).
enum YAMLGuard {
  /// The first line, from 1, that holds an anchor, an alias, a tag or a directive.
  ///
  /// It reads the events of the parser that the composer uses, so both see the same quotes. Nothing
  /// is built from them; text that is not YAML is looked at up to where it stops being so, which is
  /// where the composer stops too.
  static func refusedLine(in text: String) -> Int? {
    var text = text
    return text.withUTF8 { bytes in
      var parser = yaml_parser_t()
      guard yaml_parser_initialize(&parser) == 1 else { return 1 }
      defer { yaml_parser_delete(&parser) }
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
        defer { yaml_event_delete(&event) }
        if event.type == YAML_STREAM_END_EVENT { return nil }
        if isRefused(event) { return Int(event.start_mark.line) + 1 }
      }
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

  /// The text with plain values of outermost keys put in quotes where they hold `: `; nil when there
  /// is none. Lines stay where they are. `line` is the first one, from 1.
  static func quotingColons(in text: String) -> (text: String, line: Int)? {
    var first: Int?
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      index, line -> String in
      let line = line.hasSuffix("\r") ? line.dropLast() : line
      guard let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false,
        line.first != "#", line.first != "-"
      else { return String(line) }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      guard let mark = value.first, !"\"'[{|>#&*!%@`".contains(mark),
        value.holds(": ") || value.holds(" #") || value.hasSuffix(":")
      else { return String(line) }
      first = first ?? index + 1
      let escaped = value.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
      return "\(line[...colon]) \"\(escaped)\""
    }
    return first.map { (lines.joined(separator: "\n"), $0) }
  }

  /// The last line, from 1, that begins with a key; 1 when none does.
  static func lastLine(ofKey key: String, in text: String) -> Int {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let found = lines.lastIndex { $0.drop { $0 == " " }.hasPrefix(key + ":") }
    return (found ?? 0) + 1
  }
}
