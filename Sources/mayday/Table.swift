import Grid
import TextGate

/// Rows of text in columns that line up; nothing is cut.
struct Table {
  private var rows: [[Showable]] = []
  /// Spaces before each row.
  let indent: Int

  init(indent: Int = 0) {
    self.indent = indent
  }

  mutating func add(_ cells: Showable...) {
    rows.append(cells)
  }

  var isEmpty: Bool { rows.isEmpty }

  /// The rows as lines. On a terminal the last column is wrapped to `columns`, if enough of them
  /// are left for it to read well.
  func lines(wrappedTo columns: Int? = nil) -> [Showable] {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], cell.columns)
      }
    }
    return rows.flatMap { row -> [Showable] in
      let last = row.lastIndex { !$0.isEmpty } ?? 0
      let start: Showable =
        .spaces(indent)
        + row.prefix(last).enumerated().map { $1.padded(to: widths[$0]) + "  " }.joined()
      guard let cell = row.dropFirst(last).first else { return [start] }
      let left = columns.map { $0 - start.columns } ?? 0
      let lines = left >= 30 ? cell.wrapped(to: left) : [cell]
      return lines.enumerated().map { index, line in
        (index == 0 ? start : .spaces(start.columns)) + line
      }
    }
  }
}
