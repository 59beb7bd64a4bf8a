import MarkdownBlocks

extension MarkdownDocument {
  /// Visits every block, outer before inner, in the order of the text.
  func forEachBlock(_ visit: (Block) -> Void) {
    func walk(_ block: Block) {
      visit(block)
      block.children.forEach(walk)
    }
    blocks.forEach(walk)
  }

  /// Visits every stretch of text with the line it begins on, from 1; those of tables too.
  func forEachInline(_ visit: (Inline, _ line: Int) -> Void) {
    forEachBlock { block in
      if case .table(let table) = block.kind {
        for cell in table.header { cell.inlines.forEach { visit($0, block.lines.lowerBound) } }
        for row in table.rows {
          for cell in row.cells { cell.inlines.forEach { visit($0, row.line) } }
        }
      }
      var line = block.lines.lowerBound
      for inline in block.inlines {
        visit(inline, min(line, block.lines.upperBound))
        line += inline.text.raw.utf8.count { $0 == UInt8(ascii: "\n") }
      }
    }
  }
}
