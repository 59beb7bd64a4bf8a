import MarkdownBlocks
import TextGate

/// What links of a policy lead to.
public enum PolicyLinks {
  /// The anchors of a Markdown file's headings, as GitHub makes them; nil for a file that is refused.
  public static func anchors(of file: [UInt8]) -> Set<String>? {
    guard let document = try? MarkdownDocument(parsing: file) else { return nil }
    var seen: [String: Int] = [:]
    var anchors: Set<String> = []
    for block in document.blocks {
      guard case .heading = block.kind else { continue }
      let base = anchor(of: block.plainText)
      let count = seen[base, default: 0]
      seen[base] = count + 1
      anchors.insert(count == 0 ? base : "\(base)-\(count)")
    }
    return anchors
  }

  private static func anchor(of heading: String) -> String {
    var out = ""
    for character in heading.lowercased() {
      if character == " " {
        out.append("-")
      } else if character.isLetter || character.isNumber || character == "-" || character == "_" {
        out.append(character)
      }
    }
    return out
  }
}
