import CCmarkGFM
import TextGate

/// Gathers the library's inline nodes into stretches of one style each.
struct InlineBuilder {
  private var out: [Inline] = []
  private var pending = ""
  private var strong = 0
  private var emphasis = 0
  private var struck = 0
  private var links: [Untrusted] = []

  mutating func take(_ node: OpaquePointer, entering: Bool) {
    let step = entering ? 1 : -1
    switch cmark_node_get_type(node) {
    case CMARK_NODE_TEXT: add(literal(node))
    case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: add("\n")
    case CMARK_NODE_CODE: put(.code, literal(node))
    case CMARK_NODE_HTML_INLINE: put(.html, literal(node))
    case CMARK_NODE_FOOTNOTE_REFERENCE: put(.footnote, literal(node))
    case CMARK_NODE_EMPH:
      flush()
      emphasis += step
    case CMARK_NODE_STRONG:
      flush()
      strong += step
    case CMARK_NODE_LINK:
      flush()
      if entering {
        links.append(Untrusted(cmark_node_get_url(node).map { String(cString: $0) } ?? ""))
      } else {
        _ = links.popLast()
      }
    case CMARK_NODE_IMAGE:
      if entering {
        flush()
      } else {
        put(.image, pending)
        pending = ""
      }
    default:
      // Of the extensions only struck text stands inside a block's text.
      flush()
      struck += step
    }
  }

  private func literal(_ node: OpaquePointer) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }

  private mutating func add(_ text: String) { pending += text }

  private mutating func flush() {
    guard !pending.isEmpty else { return }
    let text = pending
    pending = ""
    append(.text, text)
  }

  private mutating func put(_ kind: Inline.Kind, _ text: String) {
    if kind != .image { flush() }
    append(kind, text)
  }

  private mutating func append(_ kind: Inline.Kind, _ text: String) {
    out.append(
      Inline(
        kind: kind, text: Untrusted(text), isStrong: strong > 0, isEmphasized: emphasis > 0,
        isStruck: struck > 0, link: links.last))
  }

  mutating func finish() -> [Inline] {
    flush()
    return out
  }
}
