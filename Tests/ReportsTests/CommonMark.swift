import CCmarkGFM
import Testing

/// What a renderer of GitHub's Markdown makes of a text.
struct CommonMark {
  /// The kinds of every node: `paragraph`, `link`, `html_inline`, …
  private(set) var kinds: [String] = []
  /// The text of every text and code node, joined; breaks as spaces.
  private(set) var text = ""
  /// The literal of every code block.
  private(set) var blocks: [String] = []
  private(set) var cells: [String] = []

  private static let extensions: Void = cmark_gfm_core_extensions_ensure_registered()

  init(_ markdown: String) throws {
    _ = Self.extensions
    let options = CMARK_OPT_FOOTNOTES | CMARK_OPT_DEFAULT
    let parser = try #require(cmark_parser_new(options))
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough", "autolink", "tagfilter", "tasklist"] {
      cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name))
    }
    let bytes = Array(markdown.utf8CString)
    cmark_parser_feed(parser, bytes, bytes.count - 1)
    let root = try #require(cmark_parser_finish(parser))
    defer { cmark_node_free(root) }
    let iterator = try #require(cmark_iter_new(root))
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { break }
      guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) else { continue }
      visit(node)
    }
  }

  private mutating func visit(_ node: OpaquePointer) {
    let kind = cmark_node_get_type_string(node).map { String(cString: $0) } ?? ""
    kinds.append(kind)
    let literal = cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    switch kind {
    case "text", "code": text += literal
    case "softbreak", "linebreak": text += " "
    case "code_block": blocks.append(literal)
    default: break
    }
  }

  /// Kinds that must never come of somebody else's text.
  static let acting: Set<String> = [
    "link", "image", "html_inline", "html_block", "footnote_reference", "footnote_definition",
  ]

  var isInert: Bool { Self.acting.isDisjoint(with: kinds) }
}
