import MarkdownBlocks
import Testing

@Suite struct SourceTextTests {
  @Test func linesEndAtLineFeedAndCarriageReturnLineFeed() {
    let source = SourceText(Array("a\r\n\nb\rc\n".utf8))
    #expect(source.lineCount == 3)
    #expect(source.text(ofLine: 1).raw == "a")
    #expect(source.isBlank(line: 2))
    #expect(source.text(ofLine: 3).raw == "b\rc")
  }

  @Test func aByteOrderMarkBelongsToNoLine() {
    let source = SourceText([0xEF, 0xBB, 0xBF] + Array("# A".utf8))
    #expect(source.hasByteOrderMark)
    #expect(source.text(ofLine: 1).raw == "# A")
    #expect(source.range(ofLine: 1) == 3..<6)
  }

  @Test func anEmptyFileHasNoLine() {
    #expect(SourceText([]).lineCount == 0)
    #expect(SourceText([0xEF, 0xBB, 0xBF]).lineCount == 0)
  }

  @Test func everyByteLiesOnItsLine() {
    let source = SourceText(Array("one\ntwo\n\nfour".utf8))
    for line in 1...source.lineCount {
      for offset in source.range(ofLine: line) { #expect(source.line(at: offset) == line) }
    }
  }
}
