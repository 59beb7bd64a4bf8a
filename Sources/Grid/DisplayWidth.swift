import TextGate

/// How many columns a character takes: the one place that knows.
///
/// Marks take none, East Asian wide characters and emoji two, all else one; the same numbers as the
/// C library's `wcwidth`, by which ncurses counts, for everything that the gate lets through.
public enum DisplayWidth {
  /// Columns of one scalar: 0, 1 or 2. Only meaningful for text that has passed the gate.
  public static func columns(of scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    // Nothing between these is wide or a mark: lines, blocks, most signs of the screens.
    if value >= 0x2500, value < 0x25FD { return 1 }
    if holds(DisplayWidthTable.zero, value) { return 0 }
    if holds(DisplayWidthTable.two, value) { return 2 }
    return 1
  }

  private static func holds(_ ranges: [UInt32], _ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count / 2
    while low < high {
      let middle = (low + high) / 2
      if value < ranges[2 * middle] {
        high = middle
      } else if value > ranges[2 * middle + 1] {
        low = middle + 1
      } else {
        return true
      }
    }
    return false
  }
}

extension Showable {
  /// How many columns the text takes.
  public var columns: Int {
    let bytes = text.utf8
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.count }
    return text.unicodeScalars.reduce(0) { $0 + DisplayWidth.columns(of: $1) }
  }

  /// The text cut to at most `columns` columns; where something was cut, the last column is `…`.
  public func clipped(to columns: Int) -> Showable {
    guard columns > 0 else { return .empty }
    if text.utf8.count <= columns || self.columns <= columns { return self }
    return keeping(prefix(columns: columns - 1)) + "…"
  }

  /// The text with spaces after it up to `columns` columns, cut if it is longer.
  public func padded(to columns: Int) -> Showable {
    let clipped = clipped(to: columns)
    return clipped + .spaces(columns - clipped.columns)
  }

  /// The text with spaces before it up to `columns` columns, cut if it is longer.
  public func paddedLeft(to columns: Int) -> Showable {
    let clipped = clipped(to: columns)
    return .spaces(columns - clipped.columns) + clipped
  }

  /// As many spaces; none for a negative number.
  public static func spaces(_ count: Int) -> Showable {
    count > 0 ? Showable.empty.keeping(repeatElement(" ", count: count)) : .empty
  }

  /// The first scalars that fit into `columns` columns, marks with their base.
  func prefix(columns limit: Int) -> Substring.UnicodeScalarView {
    let scalars = text.unicodeScalars
    var used = 0
    var index = scalars.startIndex
    while index < scalars.endIndex {
      used += DisplayWidth.columns(of: scalars[index])
      if used > limit { break }
      index = scalars.index(after: index)
    }
    return scalars[..<index]
  }
}
