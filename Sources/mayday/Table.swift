import Grid
import TextGate

/// Rows of text in columns that line up; nothing is cut, the last column is not padded.
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

  var lines: [Showable] {
    var widths: [Int] = []
    for row in rows {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], cell.columns)
      }
    }
    return rows.map { row in
      let last = row.lastIndex { !$0.isEmpty } ?? 0
      let cells = row.prefix(last + 1).enumerated().map { index, cell in
        index == last ? cell : cell.padded(to: widths[index])
      }
      return .spaces(indent) + cells.joined("  ")
    }
  }
}
