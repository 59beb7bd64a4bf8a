/// How many columns and rows a screen or a part of it has; never negative.
public struct Size: Hashable, Sendable {
  /// Columns, each one ASCII character wide.
  public let columns: Int
  /// Rows.
  public let rows: Int

  /// Makes a size; a negative number counts as zero.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns.bounded)
    self.rows = max(0, rows.bounded)
  }
}

/// A place on a screen, counted from zero at the top left.
public struct Position: Hashable, Sendable {
  /// Row, from zero at the top.
  public var row: Int
  /// Column, from zero at the left.
  public var column: Int

  /// Makes a place; it may lie outside any frame.
  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

extension Int {
  /// The number cut to what any terminal can have, so that no sum of two of them overflows.
  var bounded: Int { Swift.min(Swift.max(self, -0xF_FFFF), 0xF_FFFF) }
}
