import MarkdownBlocks
import Testing

/// Every line of a file belongs to exactly one top-level block, whatever the file holds.
@Suite struct CoverageTests {
  private static let pieces = [
    "# h", "## h", "---", "===", "- a", "  - b", "    - c", "1. a", "7) b", "   x", "```", "```sh",
    "~~~", "> q", "> - a", ">", "| a | b |", "|---|---|", "| 1 |", "<!--", "-->", "<div>", "</div>",
    "<!-- mayday: run -->", "[a]: b", "[^1]: n", "x[^1]", "\ttab", "     five", "- [ ] t", "* * *",
    "", "", "", "text", "\\", "**b**", "`c`", "[l](m)", "\u{0}", "a\rb", "é日🔥", "<a", "&amp;",
    "...",
    "+ p", "10. ten", "- ", "1.", "\u{FEFF}", "title: T",
  ]

  @Test(arguments: 0..<40)
  func randomFilesAreCovered(_ seed: Int) throws {
    var random = Seeded(UInt64(seed))
    for _ in 0..<40 {
      let count = Int.random(in: 0..<30, using: &random)
      let ends = ["\n", "\r\n"]
      let end = ends[Int.random(in: 0..<8, using: &random) == 0 ? 1 : 0]
      var text = (0..<count).map { _ in
        Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
      }.joined(separator: end)
      if Bool.random(using: &random) { text += end }
      let read = try document(text)
      #expect(read.coverageFault == nil, "\(read.coverageFault ?? "") in \(text.debugDescription)")
      #expect(try document(text) == read)
      for found in read.fences {
        for (index, range) in found.fence.contentLines.enumerated() where !range.isEmpty {
          let line = read.source.line(at: range.lowerBound)
          #expect(line == found.fence.firstLine + index, "\(text.debugDescription)")
          #expect(range.upperBound <= read.source.contentRange(ofLine: line).upperBound)
        }
      }
    }
  }

  @Test(arguments: 0..<20)
  func randomBytesAreCovered(_ seed: Int) throws {
    var random = Seeded(UInt64(seed))
    for _ in 0..<40 {
      let alphabet = Array("\n\n\n\r`~>-*#|[]()<!&_ \t1.a:\\".utf8) + [0x00, 0xC3, 0xA9, 0xFF]
      let bytes = (0..<Int.random(in: 0..<300, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      let read = try MarkdownDocument(parsing: bytes)
      #expect(read.coverageFault == nil, "\(read.coverageFault ?? "") in \(bytes)")
    }
  }
}
