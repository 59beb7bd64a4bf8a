import Grid
import Testing
import TextGate

@Suite("Frames")
struct FrameTests {
  @Test("puts text with its style, and says how many columns it took")
  func puts() {
    var frame = Frame(size: Size(columns: 10, rows: 2))
    #expect(frame.put("INC-42", row: 0, column: 1, style: .key) == 6)
    #expect(frame.put("é漢", row: 1, column: 0, style: .due) == 3)
    #expect(frame.lines == [" INC-42", "é漢"])
    #expect(frame[0, 1]?.style == .key)
    #expect(frame[0, 7]?.style == .plain)
    #expect(frame[1, 1]?.base == "漢")
    #expect(frame[1, 1]?.columns == 2)
    #expect(frame[1, 2]?.columns == 0)
    #expect(frame[1, 2]?.style == .due)
  }

  @Test("cuts what is too long, on either side, with a mark at the end")
  func cuts() {
    var frame = Frame(size: Size(columns: 8, rows: 4))
    #expect(frame.put("Checkout returns", row: 0, column: 0) == 8)
    #expect(frame.put("Checkout", row: 1, column: 2, width: 4) == 4)
    #expect(frame.put("漢字漢字漢", row: 2, column: 0) == 7)
    frame.put("漢字", row: 3, column: -1)
    #expect(frame.lines == ["Checkou…", "  Che…", "漢字漢…", " 字"])
    #expect(frame.put("x", row: -1, column: 0) == 0)
    #expect(frame.put("x", row: 4, column: 0) == 0)
    #expect(frame.put("x", row: 0, column: 8) == 0)
    #expect(frame.put("x", row: 0, column: 0, width: 0) == 0)
  }

  @Test("never leaves half of a wide character")
  func keepsWideCharactersWhole() {
    var frame = Frame(size: Size(columns: 6, rows: 3))
    frame.put("漢字漢", row: 0, column: 0)
    frame.put("x", row: 0, column: 1)
    #expect(frame.lines[0] == " x字漢")
    frame.put("y", row: 0, column: 4)
    #expect(frame.lines[0] == " x字y")
    frame.put("漢字漢", row: 1, column: 0)
    frame.put("字字", row: 1, column: 1)
    #expect(frame.lines[1] == " 字字")
    frame.put("漢字漢", row: 2, column: 0)
    frame.fill(Area(row: 2, column: 1, rows: 1, columns: 2), with: "·")
    #expect(frame.lines[2] == " ·· 漢")
  }

  @Test("keeps at most four marks on a character, in its cell")
  func keepsMarks() {
    var frame = Frame(size: Size(columns: 6, rows: 1))
    #expect(frame.put("e\u{301}\u{302}漢\u{303}x", row: 0, column: 0) == 4)
    #expect(frame[0, 0]?.marks == ["\u{301}", "\u{302}"])
    #expect(frame[0, 1]?.marks == ["\u{303}"])
    #expect(frame[0, 3]?.base == "x")
    #expect(frame.lines == ["e\u{301}\u{302}漢\u{303}x"])
    let bomb = Untrusted("e" + String(repeating: "\u{302}", count: 300)).showable
    frame.put(bomb, row: 0, column: 0)
    #expect(frame[0, 0]?.marks.count == 4)
  }

  @Test("replaces what ASCII cannot show by twins of the same width")
  func drawsInASCII() {
    var frame = Frame(size: Size(columns: 30, rows: 2), glyphs: .ascii)
    #expect(frame.put("✓ é → 漢字 · “x” …", row: 0, column: 0) == 18)
    #expect(frame.lines[0] == "+ ? > ???? . \"x\" ~")
    frame.put("a long text that is cut because it is", row: 1, column: 0)
    #expect(frame.lines[1] == "a long text that is cut becau~")
    for glyphs in [GlyphSet.utf8, .ascii] {
      let all =
        [
          glyphs.horizontal, glyphs.vertical, glyphs.ellipsis, glyphs.done, glyphs.failed,
          glyphs.skipped, glyphs.current, glyphs.selection, glyphs.warning, glyphs.arrow,
          glyphs.separator, glyphs.bullet, glyphs.moreAbove, glyphs.moreBelow, glyphs.bar,
          glyphs.barGround,
        ] + glyphs.levels
      #expect(all.allSatisfy { $0.columns == 1 })
      #expect(glyphs.levels.count == 9)
      if glyphs.isASCII { #expect(all.allSatisfy { $0.text.utf8.allSatisfy { $0 < 0x80 } }) }
    }
  }

  @Test("adds traits to a row without touching its text")
  func selects() {
    var frame = Frame(size: Size(columns: 6, rows: 2))
    frame.put("SEV-1", row: 1, column: 0, style: .sev1)
    frame.add(.selected, to: frame.area.line(1))
    #expect(frame.lines == ["", "SEV-1"])
    #expect(frame[1, 0]?.style == Style(.sev1, .selected))
    #expect(frame[1, 5]?.style == .selected)
    #expect(frame[0, 0]?.style == .plain)
  }

  @Test("copies a frame into another, cut at its edges")
  func copies() {
    var inner = Frame(size: Size(columns: 4, rows: 2))
    inner.put("漢e\u{301}x", row: 0, column: 0, style: .due)
    inner.put("abcd", row: 1, column: 0)
    var outer = Frame(size: Size(columns: 5, rows: 2))
    outer.fill(outer.area, with: ".")
    outer.put(inner, row: 1, column: 2)
    #expect(outer.lines == [".....", "..漢e\u{301}"])
    #expect(outer[1, 2]?.style == .due)
    outer.put(inner, row: 0, column: -1)
    // The character that was cut at the left edge shows a space.
    #expect(outer.lines == [" e\u{301}x..", "bcd e\u{301}"])
  }

  @Test("gives the stretches of one style in a row")
  func stretches() {
    var frame = Frame(size: Size(columns: 8, rows: 1))
    frame.put("ab", row: 0, column: 0, style: .key)
    frame.put("漢e\u{301}", row: 0, column: 3, style: .due)
    let stretches = frame.stretches(row: 0)
    #expect(stretches.map(\.columns) == [0..<2, 2..<3, 3..<6, 6..<8])
    #expect(stretches.map(\.style) == [.key, .plain, .due, .plain])
    #expect(stretches[2].scalars == ["漢", "e", "\u{301}"])
    #expect(frame.stretches(row: 0, columns: 1..<3).map(\.columns) == [1..<2, 2..<3])
    #expect(frame.stretches(row: 1).isEmpty)
    #expect(frame.stretches(row: 0, columns: 20..<30).isEmpty)
  }

  @Test("no size, place or text traps", arguments: [0, 1, 2, 3, 80], [0, 1, 2, 24])
  func neverTraps(columns: Int, rows: Int) {
    var random = Seeded(UInt64(columns * 100 + rows))
    var frame = Frame(size: Size(columns: columns, rows: rows))
    let far = [Int.min, -1000, -1, 0, 1, 2, 1000, Int.max]
    for _ in 0..<300 {
      let text = Untrusted(random.text(of: random.number(0...30))).showable
      let row = random.pick(far)
      let column = random.pick(far)
      let width = random.pick(far)
      frame.put(text, row: row, column: column, width: width)
      frame.put(text, row: random.number(0...max(0, rows)), column: random.number(-3...columns))
      frame.rule(row: row, column: column, width: width, title: text, trailing: text)
      frame.rule(row: random.number(0...max(0, rows)), column: random.number(-3...3), title: text)
      frame.verticalRule(column: column, row: row, rows: width)
      let area = Area(row: row, column: column, rows: width, columns: width)
      frame.fill(area, with: text)
      frame.add(.strong, to: area)
      frame.box(area, title: text)
      frame.put(text, in: area, line: row, indent: column)
      frame.putRight(text, in: area, line: row)
      _ = frame.stretches(row: row)
      _ = (area.top(row), area.bottom(row), area.left(row), area.right(row))
      _ = (area.inset(rows: row, columns: column), area.line(row))
      #expect(frame[row, column] == nil || row < rows && column < columns)
    }
    #expect(frame.lines.count == rows)
    for row in 0..<rows {
      let taken = frame.stretches(row: row).reduce(0) { $0 + $1.columns.count }
      #expect(taken == columns)
      // Each cell is a whole character, the right half of one, or neither: never a half alone.
      let widths = (0..<columns).compactMap { frame[row, $0]?.columns }
      #expect(widths.reduce(0, +) == columns)
    }
  }
}
