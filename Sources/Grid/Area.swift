/// A rectangle of a frame, and the ways to divide it.
///
/// Dividing never gives a negative size: what does not fit is cut, so a layout may be computed for
/// any terminal, down to none at all.
public struct Area: Hashable, Sendable {
  /// The first row, from zero.
  public let row: Int
  /// The first column, from zero.
  public let column: Int
  /// The rectangle's columns and rows.
  public let size: Size

  /// Makes a rectangle; a negative size counts as zero.
  public init(row: Int, column: Int, rows: Int, columns: Int) {
    self.row = row.bounded
    self.column = column.bounded
    size = Size(columns: columns, rows: rows)
  }

  /// The whole of a screen of this size.
  public init(_ size: Size) {
    self.init(row: 0, column: 0, rows: size.rows, columns: size.columns)
  }

  /// How many rows.
  public var rows: Int { size.rows }
  /// How many columns.
  public var columns: Int { size.columns }
  /// The row after the last.
  public var endRow: Int { row + rows }
  /// The column after the last.
  public var endColumn: Int { column + columns }
  /// Whether no cell is in it.
  public var isEmpty: Bool { rows == 0 || columns == 0 }

  /// The first `count` rows, and the rest below them.
  public func top(_ count: Int) -> (top: Area, rest: Area) {
    let taken = min(max(0, count), rows)
    return (
      Area(row: row, column: column, rows: taken, columns: columns),
      Area(row: row + taken, column: column, rows: rows - taken, columns: columns)
    )
  }

  /// The rows above the last `count`, and those last rows.
  public func bottom(_ count: Int) -> (rest: Area, bottom: Area) {
    let halves = top(rows - min(max(0, count), rows))
    return (halves.top, halves.rest)
  }

  /// The first `count` columns, and the rest right of them.
  public func left(_ count: Int) -> (left: Area, rest: Area) {
    let taken = min(max(0, count), columns)
    return (
      Area(row: row, column: column, rows: rows, columns: taken),
      Area(row: row, column: column + taken, rows: rows, columns: columns - taken)
    )
  }

  /// The columns left of the last `count`, and those last columns.
  public func right(_ count: Int) -> (rest: Area, right: Area) {
    let halves = left(columns - min(max(0, count), columns))
    return (halves.left, halves.rest)
  }

  /// Without `rows` rows above and below and `columns` columns on either side.
  public func inset(rows: Int = 0, columns: Int = 0) -> Area {
    top(rows).rest.bottom(rows).rest.left(columns).rest.right(columns).rest
  }

  /// One row of it, counted from zero; empty when there is no such row.
  public func line(_ index: Int) -> Area {
    guard index >= 0 else { return top(0).top }
    return top(index).rest.top(1).top
  }
}
