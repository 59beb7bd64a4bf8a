import TextGate

/// The signs and lines of the screens, for a terminal with UTF-8 and for one without.
///
/// Every glyph is one column wide in both sets, so that a layout is the same in both.
public struct GlyphSet: Hashable, Sendable {
  /// Whether only ASCII may be drawn.
  public let isASCII: Bool

  private init(isASCII: Bool) {
    self.isASCII = isASCII
  }

  /// Box drawing and signs.
  public static let utf8 = GlyphSet(isASCII: false)
  /// Plain ASCII: `LANG=C`, `TERM=vt100`, serial lines, `--ascii`.
  public static let ascii = GlyphSet(isASCII: true)

  /// A horizontal line's piece.
  public var horizontal: Showable { isASCII ? "-" : "─" }
  /// A vertical line's piece.
  public var vertical: Showable { isASCII ? "|" : "│" }
  /// Where text was cut.
  public var ellipsis: Showable { isASCII ? "~" : "…" }
  /// A step that is done, a phase that is past, a target that was met. No `x` without UTF-8: it would
  /// read as failed, and it is the key that runs a command.
  public var done: Showable { isASCII ? "+" : "✓" }
  /// A step that failed.
  public var failed: Showable { isASCII ? "F" : "✗" }
  /// A step that was skipped.
  public var skipped: Showable { isASCII ? "S" : "↷" }
  /// The step that is under way.
  public var current: Showable { isASCII ? ">" : "▶" }
  /// The first column of the selected row.
  public var selection: Showable { isASCII ? ">" : "▌" }
  /// A line that wants care.
  public var warning: Showable { isASCII ? "!" : "⚠" }
  /// From here to there; an answer.
  public var arrow: Showable { isASCII ? ">" : "→" }
  /// Between two things of one line.
  public var separator: Showable { isASCII ? "." : "·" }
  /// An entry of a list.
  public var bullet: Showable { isASCII ? "*" : "•" }
  /// More above.
  public var moreAbove: Showable { isASCII ? "^" : "↑" }
  /// More below.
  public var moreBelow: Showable { isASCII ? "v" : "↓" }
  /// A bar's full column.
  public var bar: Showable { isASCII ? "#" : "█" }
  /// A bar's ground.
  public var barGround: Showable { isASCII ? "." : "░" }

  /// The eighth parts of a column's height, for line plots, from empty to full: nine of them.
  public var levels: [Showable] {
    isASCII
      ? [" ", "_", "_", ".", ".", "-", "-", "=", "#"]
      : [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  }

  /// The text as this set can show it: for ASCII, every other character is replaced by its twin, or
  /// by as many `?` as it has columns.
  public func adapting(_ text: Showable) -> Showable {
    guard isASCII, !text.text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var result: [Unicode.Scalar] = []
    for scalar in text.text.unicodeScalars {
      let columns = DisplayWidth.columns(of: scalar)
      result.append(contentsOf: repeatElement(Self.twin(of: scalar), count: columns))
    }
    return text.keeping(result)
  }

  /// The ASCII character that stands for a scalar where only ASCII can be drawn.
  static func twin(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII { return scalar }
    switch scalar {
    case "─", "—", "–", "‐", "‑", "−": return "-"
    case "│": return "|"
    case "┌", "┐", "└", "┘", "├", "┤", "┬", "┴", "┼": return "+"
    case "…": return "~"
    case "✓": return "+"
    case "✗": return "F"
    case "↷": return "S"
    case "▶", "▌", "→": return ">"
    case "←": return "<"
    case "↑", "▲": return "^"
    case "↓", "▼": return "v"
    case "⚠": return "!"
    case "·": return "."
    case "•": return "*"
    case "█": return "#"
    case "░": return "."
    case "‘", "’": return "'"
    case "“", "”": return "\""
    case "×": return "x"
    case "≤": return "<"
    case "≥": return ">"
    case "\u{A0}", "\u{3000}": return " "
    default: return "?"
    }
  }
}
