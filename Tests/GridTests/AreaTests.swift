import Grid
import Testing

@Suite("Areas")
struct AreaTests {
  @Test("divide without losing a row or a column")
  func divide() {
    let whole = Area(Size(columns: 80, rows: 24))
    for count in [-1, 0, 1, 23, 24, 25, 1000] {
      let rows = whole.top(count)
      #expect(rows.top.rows + rows.rest.rows == 24)
      #expect(rows.rest.row == rows.top.endRow)
      let columns = whole.right(count)
      #expect(columns.rest.columns + columns.right.columns == 80)
      #expect(columns.right.endColumn == 80)
    }
    #expect(whole.bottom(2).bottom == Area(row: 22, column: 0, rows: 2, columns: 80))
    #expect(whole.left(50).rest == Area(row: 0, column: 50, rows: 24, columns: 30))
    #expect(whole.inset(rows: 1, columns: 2) == Area(row: 1, column: 2, rows: 22, columns: 76))
    #expect(whole.inset(rows: 20).isEmpty)
    #expect(whole.line(3) == Area(row: 3, column: 0, rows: 1, columns: 80))
    #expect(whole.line(24).isEmpty)
    #expect(whole.line(-1).isEmpty)
  }
}
