import Grid
import Testing
import TextGate

@Suite("Lines")
struct RuleTests {
  private func console(_ glyphs: GlyphSet) -> String {
    var frame = Frame(size: Size(columns: 44, rows: 6), glyphs: glyphs)
    frame.rule(row: 0, title: "1 Runbook", trailing: "4/9")
    frame.rule(row: 5, title: "4 Timeline")
    frame.verticalRule(column: 26, row: 0, rows: 6)
    frame.rule(row: 3, column: 26, width: 18, title: "3 People")
    frame.put("acknowledge", row: 1, column: 28)
    return frame.text
  }

  @Test("join by tees where they meet")
  func join() {
    #expect(
      console(.utf8) == """
        ─ 1 Runbook ── 4/9 ───────┬─────────────────
                                  │ acknowledge
                                  │
                                  ├─ 3 People ──────
                                  │
        ─ 4 Timeline ─────────────┴─────────────────
        """)
  }

  @Test("are drawn in plain ASCII where that is all there is")
  func ascii() {
    #expect(
      console(.ascii) == """
        - 1 Runbook -- 4/9 -------+-----------------
                                  | acknowledge
                                  |
                                  +- 3 People ------
                                  |
        - 4 Timeline -------------+-----------------
        """)
  }

  @Test("cross where both go on")
  func cross() {
    var frame = Frame(size: Size(columns: 5, rows: 3))
    frame.rule(row: 1)
    frame.verticalRule(column: 2, row: 0, rows: 3)
    #expect(frame.lines == ["  │", "──┼──", "  │"])
  }

  @Test("make a box with corners around what is there")
  func box() {
    var frame = Frame(size: Size(columns: 15, rows: 4))
    frame.fill(frame.area, with: ".")
    frame.box(Area(row: 0, column: 1, rows: 3, columns: 13), title: "Declare")
    frame.box(Area(row: 3, column: 0, rows: 1, columns: 5))
    #expect(
      frame.lines == [
        ".┌─ Declare ─┐.", ".│...........│.", ".└───────────┘.", "...............",
      ])
    var ascii = Frame(size: Size(columns: 4, rows: 3), glyphs: .ascii)
    ascii.box(ascii.area)
    #expect(ascii.lines == ["+--+", "|  |", "+--+"])
    frame.box(Area(row: 2, column: 10, rows: 5, columns: 9))
    #expect(frame.lines[2...] == [".└────────┌────", "..........│...."])
  }

  @Test("cut a title that is too long, and leave out one that has no room")
  func titles() {
    var frame = Frame(size: Size(columns: 10, rows: 3))
    frame.rule(row: 0, title: "A long title")
    frame.rule(row: 1, width: 4, title: "Title")
    frame.rule(row: 2, title: "Title", trailing: "12/34")
    #expect(frame.lines == ["─ A lon… ─", "────", "─ Title ──"])
    #expect(frame[0, 0]?.style == .border)
    #expect(frame[0, 2]?.style == .heading)
  }
}
