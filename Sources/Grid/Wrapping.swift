import TextGate

extension Showable {
  /// The text in lines of at most `columns` columns, broken at spaces; a longer word is broken hard.
  ///
  /// Nothing is lost: each break stands for exactly one space, or for nothing inside a long word.
  /// Fewer than one column counts as one; a wide character alone in one column is left too wide.
  public func wrapped(to columns: Int) -> [Showable] {
    let limit = max(1, columns)
    if text.utf8.count <= limit { return [self] }
    let scalars = Array(text.unicodeScalars)
    var lines: [Showable] = []
    var start = 0
    while start < scalars.count {
      let end = Self.lineEnd(in: scalars, from: start, limit: limit)
      if end == scalars.count {
        lines.append(keeping(scalars[start...]))
        return lines
      }
      let space = Self.breakingSpace(in: scalars, from: start, to: end)
      lines.append(keeping(scalars[start..<(space ?? end)]))
      start = space.map { $0 + 1 } ?? end
      // The text ended with the space that the break stands for.
      if start == scalars.count { lines.append(.empty) }
    }
    return lines
  }

  /// The index after the last scalar that fits; always past the first character and its marks.
  private static func lineEnd(in scalars: [Unicode.Scalar], from start: Int, limit: Int) -> Int {
    var used = 0
    var index = start
    while index < scalars.count {
      let columns = DisplayWidth.columns(of: scalars[index])
      if used + columns > limit, used > 0 { break }
      used += columns
      index += 1
    }
    return index
  }

  /// The last space at which the line may break, the one after it included.
  private static func breakingSpace(
    in scalars: [Unicode.Scalar], from start: Int, to end: Int
  ) -> Int? {
    var index = end
    while index > start {
      let markFollows =
        index + 1 < scalars.count && DisplayWidth.columns(of: scalars[index + 1]) == 0
      if scalars[index] == " ", !markFollows { return index }
      index -= 1
    }
    return nil
  }
}
