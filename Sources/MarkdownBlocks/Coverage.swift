/// Makes the top-level blocks cover every line once.
enum Coverage {
  static func complete(
    _ blocks: [Block], of source: SourceText, frontMatter: ClosedRange<Int>?
  ) -> [Block] {
    var out: [Block] = []
    var next = 1
    if let frontMatter {
      out.append(
        Block(kind: .frontMatter, lines: frontMatter, bytes: source.range(ofLines: frontMatter)))
      next = frontMatter.upperBound + 1
    }
    for block in blocks {
      fill(next, upTo: block.lines.lowerBound, in: source, &out)
      out.append(block)
      next = block.lines.upperBound + 1
    }
    fill(next, upTo: source.lineCount + 1, in: source, &out)
    return out
  }

  /// Lines that the library keeps in no block: blank ones, and definitions of links.
  private static func fill(_ first: Int, upTo end: Int, in source: SourceText, _ out: inout [Block])
  {
    var line = first
    while line < end {
      let blank = source.isBlank(line: line)
      var last = line
      while last + 1 < end, source.isBlank(line: last + 1) == blank { last += 1 }
      out.append(
        Block(
          kind: blank ? .blank : .definition, lines: line...last,
          bytes: source.range(ofLines: line...last)))
      line = last + 1
    }
  }
}
