/// Characters of a command that a reader cannot see, or that act on a terminal.
enum HiddenCharacters {
  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x7F || (scalar.value < 0x20 && scalar != "\t") else { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      return true
    case .spaceSeparator: return scalar != "\u{3000}"
    default: return scalar.properties.isDefaultIgnorableCodePoint && !isSelector(scalar)
    }
  }

  /// A variation selector after a symbol picks its drawing.
  private static func isSelector(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0xFE0E || scalar.value == 0xFE0F
  }
}
