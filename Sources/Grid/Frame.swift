import TextGate

/// A whole screen as a value: cells by row and column, and where the cursor stands.
///
/// Whatever is put outside is cut; no size, place or text can trap. A wide character is never cut
/// in half: where only one of its columns fits or stays, a space is shown.
public struct Frame: Sendable {
  /// The frame's columns and rows.
  public let size: Size
  /// The glyphs it is drawn with; in an ASCII frame all other characters are replaced by twins.
  public let glyphs: GlyphSet
  /// Where the terminal's cursor stands; nil hides it.
  public var cursor: Position?

  var cells: [PackedCell]
  var marked: [MarkedCharacter] = []

  /// Makes a blank frame.
  public init(size: Size, glyphs: GlyphSet = .utf8) {
    self.size = size
    self.glyphs = glyphs
    cells = Array(repeating: .blank, count: size.columns * size.rows)
  }

  /// The whole frame as an area.
  public var area: Area { Area(size) }

  /// What stands at a place, or nil outside the frame.
  public subscript(row: Int, column: Int) -> Cell? {
    guard row >= 0, row < size.rows, column >= 0, column < size.columns else { return nil }
    return cell(cells[row * size.columns + column])
  }

  func cell(_ packed: PackedCell) -> Cell {
    if packed.isMarked {
      let character = marked[Int(packed.content & ~PackedCell.markedFlag)]
      return Cell(
        base: character.base, marks: character.marks, columns: Int(packed.columns),
        style: packed.style)
    }
    return Cell(
      base: Unicode.Scalar(packed.content) ?? " ", marks: [], columns: Int(packed.columns),
      style: packed.style)
  }

  // MARK: - Text

  /// Puts a text, and returns how many columns it took.
  ///
  /// It takes at most `width` columns, or all up to the frame's right edge. A longer text ends with
  /// `…` in its last column. Columns after a shorter text keep what they show.
  @discardableResult
  public mutating func put(
    _ text: Showable, row: Int, column: Int, width: Int? = nil, style: Style = .plain
  ) -> Int {
    let column = column.bounded
    let room = size.columns - column
    let limit = min(width ?? room, room)
    guard row >= 0, row < size.rows, limit > 0 else { return 0 }
    if column >= 0, let used = putASCII(text.text, row, column, limit, style) { return used }
    let shown = glyphs.adapting(text.clipped(to: limit))
    var at = column
    for scalar in shown.text.unicodeScalars {
      let columns = DisplayWidth.columns(of: scalar)
      if columns == 0 {
        addMark(scalar, row: row, before: at, from: column)
      } else {
        setCharacter(scalar, columns: columns, row: row, column: at, style: style)
        at += columns
      }
    }
    return at - column
  }

  /// Puts a text into one line of an area, cut at the area's right edge.
  @discardableResult
  public mutating func put(
    _ text: Showable, in area: Area, line: Int = 0, indent: Int = 0, style: Style = .plain
  ) -> Int {
    guard line >= 0, line < area.rows else { return 0 }
    let indent = max(0, indent.bounded)
    return put(
      text, row: area.row + line, column: area.column + indent, width: area.columns - indent,
      style: style)
  }

  /// Puts a text so that it ends at an area's right edge, and returns how many columns it took.
  @discardableResult
  public mutating func putRight(
    _ text: Showable, in area: Area, line: Int = 0, style: Style = .plain
  ) -> Int {
    guard line >= 0, line < area.rows else { return 0 }
    let columns = min(text.columns, area.columns)
    return put(
      text, row: area.row + line, column: area.endColumn - columns, width: columns, style: style)
  }

  /// Writes text that is all ASCII and stands right of the left edge; nil if it is not.
  private mutating func putASCII(
    _ text: String, _ row: Int, _ column: Int, _ limit: Int, _ style: Style
  ) -> Int? {
    var text = text
    return text.withUTF8 { bytes -> Int? in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      let used = min(bytes.count, limit)
      guard used > 0 else { return 0 }
      let start = row * size.columns + column
      splitWide(at: start, from: row)
      splitWide(at: start + used, from: row)
      for index in 0..<used {
        cells[start + index] = PackedCell(content: UInt32(bytes[index]), style: style, columns: 1)
      }
      if bytes.count > limit {
        let ellipsis = glyphs.ellipsis.text.unicodeScalars.first ?? "~"
        cells[start + used - 1].content = ellipsis.value
      }
      return used
    }
  }

  // MARK: - Areas

  /// Fills an area with spaces, or with a one-column glyph.
  public mutating func fill(_ area: Area, with glyph: Showable = " ", style: Style = .plain) {
    guard let area = clipped(area) else { return }
    let scalar = glyphs.adapting(glyph).text.unicodeScalars.first ?? " "
    guard DisplayWidth.columns(of: scalar) == 1 else { return }
    let cell = PackedCell(content: scalar.value, style: style, columns: 1)
    for row in area.row..<area.endRow {
      let start = row * size.columns
      splitWide(at: start + area.column, from: row)
      splitWide(at: start + area.endColumn, from: row)
      for column in area.column..<area.endColumn { cells[start + column] = cell }
    }
  }

  /// Adds traits to all that an area shows: how a row becomes the selected one.
  public mutating func add(_ traits: Style.Traits, to area: Area) {
    guard let area = clipped(area) else { return }
    for row in area.row..<area.endRow {
      for column in area.column..<area.endColumn {
        cells[row * size.columns + column].style.traits.formUnion(traits)
      }
    }
  }

  /// Copies another frame into this one with its top left corner at a place; what is outside is cut.
  public mutating func put(_ frame: Frame, row: Int, column: Int) {
    let row = row.bounded
    let column = column.bounded
    for fromRow in 0..<frame.size.rows where row + fromRow >= 0 && row + fromRow < size.rows {
      for fromColumn in 0..<frame.size.columns {
        let cell = frame.cell(frame.cells[fromRow * frame.size.columns + fromColumn])
        guard cell.columns > 0 else { continue }
        let at = column + fromColumn
        setCharacter(
          cell.base, columns: cell.columns, row: row + fromRow, column: at, style: cell.style)
        for mark in cell.marks {
          addMark(mark, row: row + fromRow, before: at + cell.columns, from: at)
        }
      }
    }
  }

  /// The part of an area that lies in the frame, or nil if none does.
  func clipped(_ area: Area) -> Area? {
    let row = max(0, area.row)
    let column = max(0, area.column)
    let rows = min(size.rows, area.endRow) - row
    let columns = min(size.columns, area.endColumn) - column
    guard rows > 0, columns > 0 else { return nil }
    return Area(row: row, column: column, rows: rows, columns: columns)
  }

  // MARK: - Cells

  /// Puts one character; a wide one that does not fit whole shows a space in the part that does.
  mutating func setCharacter(
    _ scalar: Unicode.Scalar, columns: Int, row: Int, column: Int, style: Style
  ) {
    let start = row * size.columns + column
    let fits = column >= 0 && column + columns <= size.columns
    for part in 0..<columns where column + part >= 0 && column + part < size.columns {
      splitWide(at: start + part, from: row)
      splitWide(at: start + part + 1, from: row)
      cells[start + part] = PackedCell(
        content: !fits || part > 0 ? 0x20 : scalar.value, style: style,
        columns: fits ? (part == 0 ? UInt8(columns) : 0) : 1)
    }
  }

  /// Adds a mark to the character that ends before `column` and stands at `first` or right of it.
  private mutating func addMark(
    _ scalar: Unicode.Scalar, row: Int, before column: Int, from first: Int
  ) {
    var at = column - 1
    guard at >= max(0, first), at < size.columns else { return }
    if cells[row * size.columns + at].columns == 0 { at -= 1 }
    let index = row * size.columns + at
    if cells[index].isMarked {
      let character = Int(cells[index].content & ~PackedCell.markedFlag)
      guard marked[character].marks.count < MarkedCharacter.mostMarks else { return }
      marked[character].marks.append(scalar)
    } else if let base = Unicode.Scalar(cells[index].content) {
      cells[index].content = PackedCell.markedFlag | UInt32(marked.count)
      marked.append(MarkedCharacter(base: base, marks: [scalar]))
    }
  }

  /// Turns a wide character into two spaces if a write at `index` would leave only its left half.
  private mutating func splitWide(at index: Int, from row: Int) {
    guard index > row * size.columns, index < (row + 1) * size.columns,
      cells[index].columns == 0
    else { return }
    cells[index] = PackedCell(content: 0x20, style: cells[index].style, columns: 1)
    cells[index - 1] = PackedCell(content: 0x20, style: cells[index - 1].style, columns: 1)
  }
}
