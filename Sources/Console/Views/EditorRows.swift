import TextGate

/// A text that is being typed, broken into the rows of a field.
struct EditorRows {
  /// The rows from the top, each no wider than the field.
  let rows: [Showable]
  /// The row of the cursor.
  let cursorRow: Int
  /// Columns in its row left of the cursor.
  let cursorColumn: Int

  /// Longer texts stay on one row that moves: they are edited in an editor.
  static let longest = 4_000

  /// Breaks a text at line ends, and between words where the field ends.
  ///
  /// - Parameter width: columns of the field; one of them is kept for the cursor.
  init(_ editor: LineEditor, width: Int) {
    let characters = Array(editor.text)
    let columns = characters.map(Self.columns)
    let starts = Self.starts(of: characters, columns, room: max(1, width - 1))
    rows = starts.indices.map { row in
      let end = row + 1 < starts.count ? starts[row + 1] : characters.count
      return Untrusted(String(characters[starts[row]..<end].filter { !$0.isNewline })).showable
    }
    let cursor = editor.left.count
    cursorRow = starts.lastIndex { $0 <= cursor } ?? 0
    cursorColumn = columns[starts[cursorRow]..<min(cursor, columns.count)].reduce(0, +)
  }

  private static func columns(of character: Character) -> Int {
    // Most of what is typed; the gate looks at the rest.
    if let byte = character.asciiValue, (0x20...0x7E).contains(byte) { return 1 }
    return character.isNewline ? 0 : Untrusted(String(character)).showable.columns
  }

  /// Where each row begins, as positions in the text.
  private static func starts(of characters: [Character], _ columns: [Int], room: Int) -> [Int] {
    var starts = [0]
    var used = 0
    var afterSpace: Int?
    for index in characters.indices {
      if characters[index].isNewline {
        starts.append(index + 1)
        (used, afterSpace) = (0, nil)
        continue
      }
      if used + columns[index] > room {
        let start = afterSpace ?? index
        starts.append(start)
        used = columns[start..<index].reduce(0, +)
        afterSpace = nil
      }
      used += columns[index]
      if characters[index] == " " { afterSpace = index + 1 }
    }
    return starts
  }
}
