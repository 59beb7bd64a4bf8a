/// What one column of one row of a frame shows.
public struct Cell: Hashable, Sendable {
  /// The character, a space where nothing was put.
  public let base: Unicode.Scalar
  /// Marks on it, at most four.
  public let marks: [Unicode.Scalar]
  /// How many columns the character takes: 1, 2, or 0 for the right half of a wide one.
  public let columns: Int
  /// What it is.
  public let style: Style
}

/// A cell as a frame stores it: eight bytes.
struct PackedCell: Equatable {
  /// A scalar's value, or, with the highest bit set, an index into the frame's marked characters.
  var content: UInt32
  var style: Style
  /// 1, 2, or 0 for the right half of a wide character.
  var columns: UInt8
  private let spare: UInt8 = 0

  static let markedFlag: UInt32 = 0x8000_0000

  init(content: UInt32, style: Style, columns: UInt8) {
    self.content = content
    self.style = style
    self.columns = columns
  }

  static let blank = PackedCell(content: 0x20, style: .plain, columns: 1)

  var isMarked: Bool { content & Self.markedFlag != 0 }
}

/// A character with marks, of which few frames have any.
struct MarkedCharacter: Equatable {
  var base: Unicode.Scalar
  var marks: [Unicode.Scalar]

  /// More than this never reach a cell: the gate says so, and ncurses holds no more.
  static let mostMarks = 4
}
