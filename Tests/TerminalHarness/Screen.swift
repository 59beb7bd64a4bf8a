/// Rows and columns of a terminal.
public struct TerminalSize: Hashable, Sendable {
  public var rows: Int
  public var columns: Int

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
  public var bold: Bool
  public var underline: Bool
  public var italic: Bool
  public var reverse: Bool
  public var foreground: Color
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
  public var alternateScreen = false
  public var cursorVisible = true
  public var bracketedPaste = false
  public var applicationCursor = false
  /// The mouse modes that are on: 1000, 1002, 1003, 1006.
  public var mouse: Set<Int> = []
}

/// The decoded screen at one moment.
public struct Screen: Sendable {
  public let size: TerminalSize
  public let cursor: (row: Int, column: Int)
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
