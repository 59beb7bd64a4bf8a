import TextGate

/// Lines. Where a line meets one that is already there, the two join by a tee or a corner, so draw
/// the long line first: the one that ends on it ends in a tee.
extension Frame {
  /// Draws a horizontal line, with an optional title and a second one behind it:
  /// `─ 1 Runbook ── 4/9 ─────`.
  public mutating func rule(
    row: Int, column: Int = 0, width: Int? = nil, title: Showable = .empty,
    trailing: Showable = .empty, style: Style = .border, titleStyle: Style = .heading
  ) {
    let column = column.bounded
    let end = column + (width?.bounded ?? size.columns - column)
    guard row >= 0, row < size.rows, end > column else { return }
    for at in (column..<end).clamped(to: 0..<size.columns) {
      var sides: LineSides = []
      if at > column { sides.insert(.left) }
      if at < end - 1 { sides.insert(.right) }
      join(sides, whole: .horizontal, row: row, column: at, style: style)
    }
    guard !title.isEmpty else { return }
    // One piece of the line stays visible on either side of the title; a tee is not one.
    let begins = self[row, column].flatMap { LineSides(scalar: $0.base.value, in: glyphs) }
    let lead = begins == .horizontal ? 1 : 2
    let first = putTitle(title, row, column + lead, end - 1, titleStyle)
    if !trailing.isEmpty { putTitle(trailing, row, first + 2, end - 1, titleStyle) }
  }

  /// Draws a vertical line through the rows from `row` on.
  public mutating func verticalRule(
    column: Int, row: Int, rows: Int, style: Style = .border
  ) {
    let row = row.bounded
    let rows = rows.bounded
    guard rows > 0, column >= 0, column < size.columns else { return }
    for at in (row..<(row + rows)).clamped(to: 0..<size.rows) {
      var sides: LineSides = []
      if at > row { sides.insert(.up) }
      if at < row + rows - 1 { sides.insert(.down) }
      join(sides, whole: .vertical, row: at, column: column, style: style)
    }
  }

  /// Draws a border along an area's inside, with corners and an optional title. What stood in the
  /// border's cells is drawn over, what is within stays. An area without room for two lines gets none.
  public mutating func box(
    _ area: Area, title: Showable = .empty, style: Style = .border, titleStyle: Style = .heading
  ) {
    guard area.rows >= 2, area.columns >= 2, let visible = clipped(area) else { return }
    for row in visible.row..<visible.endRow {
      for column in visible.column..<visible.endColumn {
        var piece: LineSides = []
        if column == area.column || column == area.endColumn - 1 {
          if row > area.row { piece.insert(.up) }
          if row < area.endRow - 1 { piece.insert(.down) }
        }
        if row == area.row || row == area.endRow - 1 {
          if column > area.column { piece.insert(.left) }
          if column < area.endColumn - 1 { piece.insert(.right) }
        }
        if !piece.isEmpty { draw(piece, row: row, column: column, style: style) }
      }
    }
    guard !title.isEmpty else { return }
    putTitle(title, area.row, area.column + 2, area.endColumn - 2, titleStyle)
  }

  /// Writes ` title ` from a column on, and returns the column after it.
  @discardableResult
  private mutating func putTitle(
    _ title: Showable, _ row: Int, _ column: Int, _ end: Int, _ style: Style
  ) -> Int {
    guard end - column >= 3 else { return column }
    return column
      + put(
        " " + title.clipped(to: end - column - 2) + " ", row: row, column: column, style: style)
  }

  /// Draws a piece of a line: `sides` where it joins a line, else the `whole` piece.
  private mutating func join(
    _ sides: LineSides, whole: LineSides, row: Int, column: Int, style: Style
  ) {
    let there = self[row, column].flatMap { LineSides(scalar: $0.base.value, in: glyphs) }
    draw(there.map { $0.union(sides) } ?? whole, row: row, column: column, style: style)
  }

  private mutating func draw(_ piece: LineSides, row: Int, column: Int, style: Style) {
    guard row >= 0, row < size.rows, column >= 0, column < size.columns else { return }
    setCharacter(piece.scalar(in: glyphs), columns: 1, row: row, column: column, style: style)
  }
}

/// To which sides a piece of a line goes.
struct LineSides: OptionSet {
  let rawValue: Int
  static let up = LineSides(rawValue: 1)
  static let right = LineSides(rawValue: 2)
  static let down = LineSides(rawValue: 4)
  static let left = LineSides(rawValue: 8)
  static let horizontal: LineSides = [.left, .right]
  static let vertical: LineSides = [.up, .down]

  private static let pieces: [Unicode.Scalar] = [
    " ", "╵", "╶", "└", "╷", "│", "┌", "├", "╴", "┘", "─", "┴", "┐", "┤", "┬", "┼",
  ]

  init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The sides of a piece that is already there, or nil if it is no line.
  init?(scalar: UInt32, in glyphs: GlyphSet) {
    if glyphs.isASCII {
      switch scalar {
      case 0x2D: self = .horizontal
      case 0x7C: self = .vertical
      case 0x2B: self = [.up, .right, .down, .left]
      default: return nil
      }
    } else {
      guard let index = Self.pieces.dropFirst().firstIndex(where: { $0.value == scalar }) else {
        return nil
      }
      self.init(rawValue: index)
    }
  }

  func scalar(in glyphs: GlyphSet) -> Unicode.Scalar {
    guard glyphs.isASCII else { return Self.pieces[rawValue & 15] }
    if isSubset(of: .horizontal) { return "-" }
    return isSubset(of: .vertical) ? "|" : "+"
  }
}
