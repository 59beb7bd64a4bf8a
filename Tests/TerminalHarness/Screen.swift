/// Rows and columns of a terminal.
public struct TerminalSize: Hashable, Sendable {
  /// From top to bottom.
  public var rows: Int
  /// From left to right.
  public var columns: Int

  /// A size; a real terminal has at least one of each.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// One cell as a person sees it.
public struct ScreenCell: Hashable, Sendable {
  /// The character with its combining marks; a space when empty; "" in the right half of a wide one.
  public var characters: String
  /// 1, or 2 for a wide character's left half.
  public var width: Int
  /// Brighter or heavier (SGR 1).
  public var bold: Bool
  /// With a line of any kind below (SGR 4).
  public var underline: Bool
  /// Slanted (SGR 3).
  public var italic: Bool
  /// Colours swapped (SGR 7).
  public var reverse: Bool
  /// Of the character, before any swap.
  public var foreground: Color
  /// Behind the character, before any swap.
  public var background: Color

  /// A colour as the program named it.
  public enum Color: Hashable, Sendable {
    case standard
    case indexed(UInt8)
    case rgb(UInt8, UInt8, UInt8)
  }
}

/// What the program asked of the terminal, read from its bytes.
public struct TerminalModes: Hashable, Sendable {
  /// Whether the screen is the one that leaves no trace (1049).
  public var alternateScreen = false
  /// Whether the cursor is shown (25).
  public var cursorVisible = true
  /// Whether pastes are marked (2004).
  public var bracketedPaste = false
  /// Whether cursor keys send SS3 sequences (1).
  public var applicationCursor = false
  /// The mouse modes that are on: 1000, 1002, 1003, 1006.
  public var mouse: Set<Int> = []
}

/// The decoded screen at one moment.
public struct Screen: Sendable {
  /// Rows and columns.
  public let size: TerminalSize
  /// Where the cursor is, counted from 0.
  public let cursor: (row: Int, column: Int)
  /// What the program asked of the terminal until then.
  public let modes: TerminalModes
  let cells: [ScreenCell]

  /// The cell; rows and columns count from 0.
  public func cell(_ row: Int, _ column: Int) -> ScreenCell {
    cells[row * size.columns + column]
  }

  /// One row as text, without the blanks at its end.
  public func line(_ row: Int) -> String {
    var text = ""
    for column in 0..<size.columns { text += cell(row, column).characters }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// All rows, each without the blanks at its end.
  public var lines: [String] {
    (0..<size.rows).map(line)
  }

  /// All rows with newlines between.
  public var text: String {
    lines.joined(separator: "\n")
  }

  /// Whether some row holds the text.
  public func contains(_ text: String) -> Bool {
    lines.contains { $0.contains(text) }
  }

  /// The first row that holds the text.
  public func row(of text: String) -> Int? {
    lines.firstIndex { $0.contains(text) }
  }

  /// The rows in a frame, as failure messages print it.
  public var framed: String {
    let bar = "+" + String(repeating: "-", count: size.columns) + "+"
    return ([bar] + lines.map { "|" + $0 } + [bar]).joined(separator: "\n")
  }
}
