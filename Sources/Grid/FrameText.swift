/// A frame read back: as plain text for snapshots, and by stretches of one style for a terminal.
extension Frame {
  /// The rows as plain text, spaces at their ends left out.
  public var lines: [String] {
    (0..<size.rows).map { row in
      var line = String.UnicodeScalarView()
      var end = line.endIndex
      for packed in cells[(row * size.columns)..<((row + 1) * size.columns)]
      where packed.columns > 0 {
        let cell = cell(packed)
        line.append(cell.base)
        line.append(contentsOf: cell.marks)
        if cell.base != " " || !cell.marks.isEmpty { end = line.endIndex }
      }
      return String(line[..<end])
    }
  }

  /// The rows as plain text, one a line.
  public var text: String { lines.joined(separator: "\n") }

  /// Neighbouring cells of one row that have the same style.
  public struct Stretch: Hashable, Sendable {
    /// The columns they take.
    public let columns: Range<Int>
    /// Their style.
    public let style: Style
    /// The characters from left to right, each followed by its marks.
    public let scalars: [Unicode.Scalar]
  }

  /// The stretches of a row, or of some columns of it, from left to right; none outside the frame.
  public func stretches(row: Int, columns: Range<Int>? = nil) -> [Stretch] {
    guard row >= 0, row < size.rows else { return [] }
    let columns = (columns ?? 0..<size.columns).clamped(to: 0..<size.columns)
    var result: [Stretch] = []
    var scalars: [Unicode.Scalar] = []
    var start = columns.lowerBound
    for column in columns {
      let packed = cells[row * size.columns + column]
      if column > start, packed.style != cells[row * size.columns + start].style {
        result.append(stretch(row, start..<column, scalars))
        scalars.removeAll(keepingCapacity: true)
        start = column
      }
      guard packed.columns > 0 else { continue }
      let cell = cell(packed)
      scalars.append(cell.base)
      scalars.append(contentsOf: cell.marks)
    }
    if !columns.isEmpty { result.append(stretch(row, start..<columns.upperBound, scalars)) }
    return result
  }

  private func stretch(_ row: Int, _ columns: Range<Int>, _ scalars: [Unicode.Scalar]) -> Stretch {
    Stretch(
      columns: columns, style: cells[row * size.columns + columns.lowerBound].style,
      scalars: scalars)
  }
}
