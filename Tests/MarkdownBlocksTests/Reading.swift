import MarkdownBlocks

/// Reads a text; its kinds as words for comparison.
func document(_ text: String) throws -> MarkdownDocument {
  try MarkdownDocument(parsing: Array(text.utf8))
}

extension Block {
  /// The kind in a word.
  var word: String {
    switch kind {
    case .heading(let level): "h\(level)"
    case .paragraph: "paragraph"
    case .list(let list): list.isOrdered ? "ordered" : "bullets"
    case .item: "item"
    case .fence(let fence): fence.isFenced ? "fence" : "indented"
    case .table: "table"
    case .quote: "quote"
    case .comment: "comment"
    case .html: "html"
    case .thematicBreak: "break"
    case .footnote: "footnote"
    case .definition: "definition"
    case .frontMatter: "front matter"
    case .blank: "blank"
    case .plain: "plain"
    }
  }

  /// This block and all within it.
  var all: [Block] { [self] + children.flatMap(\.all) }
}

extension MarkdownDocument {
  /// Top-level blocks as `kind lines`, blank ones left out.
  var outline: [String] {
    blocks.filter { $0.kind != .blank }.map {
      "\($0.word) \($0.lines.lowerBound)-\($0.lines.upperBound)"
    }
  }

  var all: [Block] { blocks.flatMap(\.all) }

  /// The fences with their text.
  var fences: [(fence: Block.Fence, text: String)] {
    all.compactMap { block in
      block.fence.map { fence in
        (fence, fence.contentLines.map { source.text($0).raw }.joined(separator: "\n"))
      }
    }
  }

  /// What is wrong with the promise that every line belongs to exactly one top-level block and that
  /// blocks lie in the ones around them; nil when nothing is.
  var coverageFault: String? {
    var next = 1
    for block in blocks {
      guard block.lines.lowerBound == next else {
        return "line \(next): the next block begins on \(block.lines.lowerBound)"
      }
      guard block.bytes == source.range(ofLines: block.lines) else {
        return "line \(next): bytes \(block.bytes)"
      }
      next = block.lines.upperBound + 1
    }
    guard next == source.lineCount + 1 else { return "ends at \(next - 1) of \(source.lineCount)" }
    for block in all {
      var last = block.lines.lowerBound - 1
      for child in block.children {
        guard child.lines.lowerBound > last, child.lines.upperBound <= block.lines.upperBound else {
          return "\(child.word) \(child.lines) in \(block.word) \(block.lines)"
        }
        last = child.lines.upperBound
      }
    }
    return nil
  }
}

/// Numbers that are the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
