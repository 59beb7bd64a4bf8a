import MarkdownBlocks
import Testing

@Suite struct BlockTests {
  @Test func everyKindHasItsLines() throws {
    let read = try document(
      """
      ---
      title: T
      ---
      # Title

      Words
      over two lines

      - a
      - b
        - c

      1. one
      2. two

      | a | b |
      |---|---|
      | 1 | 2 |

      > quoted

      <!-- hidden
      ```sh
      rm -r /
      ```
      -->

      <details>
      <summary>More</summary>

      ***

      ```bash
      ls
      ```

          indented

      [link]: https://example.com

      """)
    #expect(
      read.outline == [
        "front matter 1-3", "h1 4-4", "paragraph 6-7", "bullets 9-11", "ordered 13-14",
        "table 16-18", "quote 20-20", "comment 22-26", "html 28-29", "break 31-31", "fence 33-35",
        "indented 37-37", "definition 39-39",
      ])
    #expect(read.coverageFault == nil)
    #expect(read.problems.isEmpty)
  }

  @Test func itemsKeepNumbersAndBoxes() throws {
    let read = try document("3. a\n4. [x] b\n7. - [ ] c\n\n- [X] d\n- e\n")
    let items = read.all.compactMap(\.item)
    #expect(items.map(\.ordinal) == [3, 4, 5, nil, nil, nil])
    #expect(items.map(\.isTicked) == [nil, true, nil, false, true, nil])
    let texts = read.all.filter { $0.kind == .paragraph }.map(\.plainText)
    #expect(texts == ["a", "b", "c", "d", "e"])
  }

  @Test func inlinesKeepStyleAndLinks() throws {
    let read = try document("**Type:** a `b` [c *d*](e.md#f)<!-- g --> ~~h~~ ![i](j)\nk\n")
    let inlines = read.blocks[0].inlines
    #expect(inlines.first { $0.text.raw == "Type:" }?.isStrong == true)
    #expect(inlines.first { $0.kind == .code }?.text.raw == "b")
    #expect(inlines.filter { $0.link?.raw == "e.md#f" }.map(\.text.raw) == ["c ", "d"])
    #expect(inlines.first { $0.text.raw == "d" }?.isEmphasized == true)
    #expect(inlines.first { $0.kind == .html }?.text.raw == "<!-- g -->")
    #expect(inlines.first { $0.text.raw == "h" }?.isStruck == true)
    #expect(inlines.first { $0.kind == .image }?.text.raw == "i")
    #expect(read.blocks[0].plainText == "Type: a b c d h i\nk")
  }

  /// The library tells no line of a paragraph right above a table.
  @Test func textRightAboveATableKeepsItsPlace() throws {
    let read = try document(
      """
      # T
      1. one

      Run `a
      b` and:
      |-|-|-|
      | a | b |
      |---|---|
      | 1 | 2 |

      - item:
        | c |
        |---|
        | 3 |
      > quote
      > | d |
      > |:-:|
      end
      """)
    #expect(
      read.outline == [
        "h1 1-1", "ordered 2-2", "paragraph 4-6", "table 7-9", "bullets 11-14", "quote 15-17",
        "paragraph 18-18",
      ])
    let inner = read.blocks.flatMap(\.children).flatMap(\.all).map {
      "\($0.word) \($0.lines.lowerBound)-\($0.lines.upperBound)"
    }
    #expect(inner.contains("paragraph 11-11") && inner.contains("table 12-14"))
    #expect(inner.contains("paragraph 15-15") && inner.contains("table 16-17"))
  }

  @Test func tableCellsKeepTheirLines() throws {
    let read = try document("words\n\n| a | b |\n|:--|--:|\n| 1 | `x` |\n| 2 |\n")
    guard case .table(let table) = read.all.first(where: { $0.word == "table" })?.kind else {
      Issue.record("no table")
      return
    }
    #expect(table.header.map { $0.inlines.plainText } == ["a", "b"])
    #expect(table.rows.map(\.line) == [5, 6])
    #expect(table.rows[0].cells.map { $0.inlines.plainText } == ["1", "x"])
  }

  @Test func aTableRightAfterWordsKeepsThemApart() throws {
    let read = try document("words\n| a | b |\n|---|---|\n| 1 | 2 |\nmore\n")
    #expect(read.coverageFault == nil)
    #expect(read.all.contains { $0.word == "table" })
  }

  @Test func frontMatterNeedsItsEnd() throws {
    #expect(try document("---\na: b\n...\nc\n").outline == ["front matter 1-3", "paragraph 4-4"])
    #expect(try document("---\na: b\n").frontMatter == nil)
    #expect(try document("\n---\na: b\n---\n").frontMatter == nil)
    #expect(try document("---\r\na: b\r\n---\r\n").frontMatter?.text?.raw == "a: b\r\n")
    let long = try document("---\n" + String(repeating: "a: b\n", count: 14_000) + "---\n# T\n")
    #expect(long.frontMatter != nil && long.frontMatter?.text == nil)
    #expect(long.problems.map(\.rule) == [.frontMatterSize])
  }

  /// The library takes a footnote out of a quote and puts it behind everything; what stands in the
  /// quote after it, and below the quote, keeps its lines.
  @Test func aFootnoteInAQuoteMovesNothing() throws {
    let read = try document("> [^1]: c\n<!-- a -->\n> b\n\nx[^1]\n")
    #expect(read.outline == ["quote 1-1", "comment 2-2", "quote 3-3", "paragraph 5-5"])
    let quote = try document("> [^1]: c\n>\n> ```sh\n> ls\n> ```\n\nx[^1]\n")
    #expect(quote.outline == ["quote 1-5", "paragraph 7-7"])
    #expect(quote.blocks.first?.children.map(\.word) == ["fence"])
  }

  @Test func footnotesStayWhereTheyStand() throws {
    let read = try document("a[^1]\n\n[^1]: note\n\n[^2]: unused\n\nb\n")
    #expect(
      read.outline == ["paragraph 1-1", "footnote 3-3", "definition 5-5", "paragraph 7-7"])
    #expect(read.coverageFault == nil)
  }
}
