import MarkdownBlocks

extension Runbook {
  /// The lines of the fenced code block that a line belongs to, its marks with them; nil when it
  /// belongs to none.
  public func codeBlock(around line: Int) -> ClosedRange<Int>? {
    func find(_ block: Block) -> ClosedRange<Int>? {
      guard block.lines.contains(line) else { return nil }
      if let fence = block.fence { return fence.isFenced ? block.lines : nil }
      return block.children.lazy.compactMap(find).first
    }
    return document.blocks.lazy.compactMap(find).first
  }

  /// The lines of the paragraph that begins on a line, an item's first one too; nil when none does.
  public func paragraph(at line: Int) -> ClosedRange<Int>? {
    func find(_ block: Block) -> ClosedRange<Int>? {
      guard block.lines.contains(line) else { return nil }
      if case .paragraph = block.kind, block.lines.lowerBound == line { return block.lines }
      return block.children.lazy.compactMap(find).first
    }
    return document.blocks.lazy.compactMap(find).first
  }
}
