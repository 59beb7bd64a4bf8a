import Testing
import TextGate

@testable import Reports

/// Text from outside renders as it is read, and acts on nothing (RELIABILITY 25).
@Suite struct MarkdownTests {
  static let hostile: [Untrusted] = [
    "plain words", "*a* _b_ **c** __d__ ***e***", "`code` ``more`` ```", "[a](http://x.example)",
    "![a](http://x.example/p.png)", "[a]: http://x.example", "<script>alert(1)</script>",
    "<b>bold</b> <!-- c --> <?p?> <![CDATA[x]]>", "<https://x.example>", "<a@b.example>",
    "https://x.example/a?b=c&d", "see http://x.example, then", "(https://x.example/(a))",
    "www.x.example", "WWW.x.example", "a@b.example", "mail a.b+c@d-e.example.", "@octocat",
    "mailto:a@b.example", "xmpp:a@b.example/r", "ftp://x.example", "git+ssh://h/x`y`|z",
    "http://x.example/`tick`", "&lt;b&gt; &amp; &#60; &copy;", "a & b", "# heading", "#1 #2",
    "## ", "- item", "+ item", "* item", "1. one", "2) two", "10. ten", "> quote", "    code",
    "\tcode", "---", "***", "___", "===", "~~~", "```", "~~struck~~", "~one~", "| a | b |",
    "|---|---|", "a | b", ":--", "[ ] task", "[x] task", "[^1]", "[^1]: note", "$x$ $$y$$",
    "snake_case_name", "_leading", "trailing_", "a*b*c", "2*3*4", "\\", "\\\\", "ends in \\",
    "\\*not\\*", "a\\", "`", "``", "!", "![", "](x)", "][", "a]b", "line\u{2028}sep", "  ", " ",
    "trailing  ", "tag: <div", "</div>", "a<b", "1 < 2 > 0", "<", ">", "=", "+", "-", "1.", "1)",
    "\u{202E}txt.exe", "e\u{301}\u{301}", "😀 <😀>", "日本語 `コード`", "\u{A0}x", "\u{3000}x",
    "a\u{1B}]0;title\u{7}", "INC-42: a, b (c)", "100% of $5", "~30 % of payments",
  ]

  private static func words(_ text: String) -> String {
    text.split { $0 == " " || $0 == "\u{A0}" || $0 == "\n" }.joined(separator: " ")
  }

  @Test(arguments: hostile) func aLineRendersAsItReads(text: Untrusted) throws {
    let shown = text.showable
    let inert = Markdown.inert(shown).text
    for (before, after) in [
      ("- **22:52:00Z** alice: ", ""), ("# INC-42 ", ""), ("| x | ", " |"), ("- **Impact:** ", ""),
    ] {
      let isTable = before.hasPrefix("|")
      let source = (isTable ? "| a | b |\n| --- | --- |\n" : "") + before + inert + after + "\n"
      let parsed = try CommonMark(source)
      #expect(parsed.isInert, "\(source)")
      #expect(parsed.blocks.isEmpty, "\(source)")
      #expect(Self.words(parsed.text).hasSuffix(Self.words(shown.text)), "\(source)")
      #expect(!parsed.kinds.contains("emph") && !parsed.kinds.contains("strikethrough"))
      #expect(parsed.kinds.count { $0 == "table_cell" } == (isTable ? 4 : 0), "\(source)")
    }
  }

  /// At the start of a line, where blocks begin.
  @Test(arguments: hostile.filter { !$0.isBlank }) func aLineOfItsOwnIsAParagraph(text: Untrusted)
    throws
  {
    for source in [
      Markdown.inert(text.showable).text,
      "- x\\\n  " + Markdown.inert(text.showable).text,
      "x\\\n" + Markdown.inert(text.showable).text + "\\\ny",
    ] {
      let parsed = try CommonMark(source)
      #expect(parsed.isInert, "\(source)")
      let structure = Set(parsed.kinds).subtracting([
        "document", "paragraph", "text", "softbreak", "linebreak", "code", "list", "item",
      ])
      #expect(structure.isEmpty, "\(structure) of\n\(source)")
      #expect(parsed.kinds.count { $0 == "list" } == (source.hasPrefix("- x") ? 1 : 0))
      #expect(
        Self.words(parsed.text).contains(Self.words(text.showable.text)), "\(source)")
    }
  }

  @Test func randomTextRendersAsItReads() throws {
    let parts =
      Array("*_`[]()<>!#-+=|~$&\\:.@/ w1a\u{A0}é").map(String.init) + [
        "http://", "www.", "](", "![", "```", "~~", "&amp;", "<a ", "</", "a@b.c", "\\\\", "  ",
        "1.",
      ]
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for round in 0..<4000 {
      let text = Untrusted((0..<(1 + next(14))).map { _ in parts[next(parts.count)] }.joined())
      let before = ["", "- **x** y: ", "# t ", "| a |\n| --- |\n| "][round % 4]
      let source = before + Markdown.inert(text.showable).text + (round % 4 == 3 ? " |" : "")
      let parsed = try CommonMark(source)
      #expect(parsed.isInert, "round \(round): \(text.raw)\n\(source)")
      let same = Self.words(parsed.text).hasSuffix(Self.words(text.showable.text))
      #expect(same, "round \(round): \(text.raw)\n\(source)\n\(parsed.text)")
    }
  }

  @Test(arguments: hostile) func codeRendersAsItReads(text: Untrusted) throws {
    let shown = text.showable
    let line = try CommonMark("- in \(Markdown.code(shown).text);\n")
    let expected = "in \(shown.text);"
    #expect(line.isInert)
    #expect(Self.words(line.text) == Self.words(expected))
    let table = try CommonMark(
      "| a | b |\n| --- | --- |\n| \(Markdown.code(shown, inTable: true).text) | end |\n")
    #expect(table.kinds.count { $0 == "table_cell" } == 4)
    #expect(Self.words(table.text) == Self.words("ab\(shown.text)end"))
  }

  @Test(
    arguments: [
      "```\nout\n```", "````\nx\n`````\n~~~", "~~~\n<b>", "   ```", "\n\n```\n", "> ```\n- ```",
      "a\u{1B}[2J\n\u{9B}1m\n\u{202E}x", "\ttab\n  two",
    ] as [Untrusted])
  func nothingEndsAFence(text: Untrusted) throws {
    for indent in [0, 2] {
      let lines = Markdown.fence(text.showableLines, indent: indent)
      let before = indent == 2 ? "- entry\n\n" : ""
      let source = before + lines.map(\.text).joined(separator: "\n") + "\n\nafter *this*\n"
      let parsed = try CommonMark(source)
      #expect(parsed.blocks == [text.showableLines.map { $0.text + "\n" }.joined()], "\(source)")
      #expect(parsed.kinds.count { $0 == "emph" } == 1)
      #expect(parsed.isInert)
    }
  }

  @Test func longOutputIsBoundedAndSaysSo() {
    let lines = (0..<1000).map { "line \($0)" as Showable }
    let bounded = Markdown.bounded(lines)
    #expect(bounded.count == Markdown.shownLines + 1)
    #expect(bounded.first == "line 0" && bounded.last == "line 999")
    #expect(bounded.contains("[960 lines left out; the record keeps them]"))
    let long = Untrusted(String(repeating: "x", count: 2000)).showable
    #expect(Markdown.bounded([long])[0].text.hasSuffix("x [1500 characters left out]"))
    #expect(Markdown.bounded(Array(lines.prefix(40))) == Array(lines.prefix(40)))
  }
}
