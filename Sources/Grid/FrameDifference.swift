/// What must be drawn anew to turn one frame into another.
public struct FrameDifference: Hashable, Sendable {
  /// Neighbouring columns of one row that changed.
  public struct Run: Hashable, Sendable {
    /// The row, from zero.
    public let row: Int
    /// The columns; a wide character is always whole in them.
    public let columns: Range<Int>
  }

  /// The changed runs, from top to bottom and left to right.
  public let runs: [Run]

  /// Compares two frames; without an old one, or with one of another size, all rows changed.
  public init(from old: Frame?, to new: Frame) {
    let columns = new.size.columns
    guard let old, old.size == new.size else {
      runs = (0..<new.size.rows).compactMap {
        columns > 0 ? Run(row: $0, columns: 0..<columns) : nil
      }
      return
    }
    var runs: [Run] = []
    for row in 0..<new.size.rows {
      let first = row * columns
      var start: Int?
      for column in 0..<columns {
        let same = Self.same(old, new, first + column)
        if same, let from = start {
          runs.append(Run(row: row, columns: from..<column))
          start = nil
        } else if !same, start == nil {
          start = column
        }
      }
      if let from = start { runs.append(Run(row: row, columns: from..<columns)) }
    }
    self.runs = runs
  }

  /// Whether nothing changed.
  public var isEmpty: Bool { runs.isEmpty }

  private static func same(_ old: Frame, _ new: Frame, _ index: Int) -> Bool {
    let left = old.cells[index]
    let right = new.cells[index]
    if !left.isMarked, !right.isMarked { return left == right }
    return old.cell(left) == new.cell(right)
  }
}
