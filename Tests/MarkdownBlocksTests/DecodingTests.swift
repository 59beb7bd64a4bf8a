import MarkdownBlocks
import Testing

@Suite struct DecodingTests {
  @Test func latin1IsReadAndTold() throws {
    let read = try MarkdownDocument(parsing: Array("# Caf".utf8) + [0xE9, 0x0A, 0x93, 0x94])
    #expect(read.source.encoding == .windows1252)
    #expect(read.blocks[0].plainText == "Café")
    #expect(read.source.text(ofLine: 2).raw == "\u{201C}\u{201D}")
    #expect(read.problems.map(\.rule) == [.encoding])
  }

  @Test func damagedUTF8IsMarkedOnItsLine() throws {
    let read = try MarkdownDocument(parsing: Array("é\nb".utf8) + [0xFF] + Array("\n".utf8))
    #expect(read.source.encoding == .damaged)
    #expect(read.problems.map(\.line) == [2])
    #expect(read.source.text(ofLine: 2).raw == "b\u{FFFD}")
  }

  @Test func nullAndCarriageReturnStayInTheTextAndAreTold() throws {
    let read = try document("# a\u{0}b\n\nc\rd\n\n```sh\nx\u{0}\ry\n```\n")
    #expect(read.problems.map(\.rule) == [.nullCharacter, .carriageReturn])
    #expect(read.problems.map(\.line) == [1, 3])
    #expect(read.blocks[0].word == "h1")
    #expect(read.fences[0].text == "x\u{0}\ry")
    #expect(read.outline == ["h1 1-1", "plain 3-3", "fence 5-7"])
    #expect(read.blocks[2].plainText == "c\rd")
  }

  @Test func aByteOrderMarkHidesNoHeading() throws {
    let read = try MarkdownDocument(
      parsing: [0xEF, 0xBB, 0xBF] + Array("# A\r\n\r\n1. b\r\n".utf8))
    #expect(read.outline == ["h1 1-1", "ordered 3-3"])
    #expect(read.blocks[0].plainText == "A")
    let front = try MarkdownDocument(parsing: [0xEF, 0xBB, 0xBF] + Array("---\na: b\n---\n".utf8))
    #expect(front.frontMatter?.text?.raw == "a: b\n")
  }
}

@Suite struct MojibakeTests {
  private static let original = "# 📚 Guide\n\n“Quotes” – café → 日本語 🚨\n"

  /// The UTF-8 of a text read as another character set.
  private func misread(_ text: String, _ table: (UInt8) -> Unicode.Scalar?) -> String {
    var out = String.UnicodeScalarView()
    for byte in text.utf8 { out.append(table(byte) ?? "?") }
    return String(out)
  }

  @Test func windows1252Reverses() throws {
    let damaged = misread(Self.original) { byte in
      // Through the reader of this room, which takes lone bytes as Windows-1252.
      if byte < 0x80 { return Unicode.Scalar(byte) }
      let read = SourceText([byte, 0x0A])
      return read.text(ofLine: 1).raw.unicodeScalars.first
    }
    let read = try document(damaged)
    #expect(damaged != Self.original)
    #expect(read.mojibake?.misreading == .windows1252)
    #expect(read.mojibake?.repairedText.raw == Self.original)
    #expect(read.problems.map(\.rule) == [.mojibake])
  }

  @Test func macRomanReverses() throws {
    // "→" is E2 86 92, which Mac Roman reads as "‚", "Ü", "í"; "é" is C3 A9: "√", "©".
    let read = try document("Service down \u{201A}\u{DC}\u{ED} caf\u{221A}\u{A9}\n")
    #expect(read.mojibake?.misreading == .macRoman)
    #expect(read.mojibake?.repairedText.raw == "Service down → café\n")
  }

  @Test(arguments: [
    "plain\n", "café\n", "日本語\n", "Größe – “ok”\n",
    // One part is damaged, the other is not: it does not reverse without loss.
    "cafÃ© and 日本語\n", "Ã©t\u{E9}\n",
  ])
  func otherTextIsLeftAlone(_ text: String) throws {
    #expect(try document(text).mojibake == nil)
  }
}
