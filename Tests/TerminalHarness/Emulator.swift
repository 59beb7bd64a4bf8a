import CVTerm

/// A terminal emulator (libvterm) that decodes a program's bytes into cells.
///
/// Not for use from two threads at once: whoever owns it locks.
struct Emulator: ~Copyable {
  private let terminal: OpaquePointer
  private let screen: OpaquePointer
  private(set) var size: TerminalSize
  private(set) var modeReader = ModeReader()

  /// Nil when there is no memory for it.
  init?(size: TerminalSize) {
    guard let terminal = vterm_new(Int32(size.rows), Int32(size.columns)) else { return nil }
    guard let screen = vterm_obtain_screen(terminal) else {
      vterm_free(terminal)
      return nil
    }
    self.terminal = terminal
    self.screen = screen
    self.size = size
    vterm_set_utf8(terminal, 1)
    vterm_screen_enable_altscreen(screen, 1)
    vterm_screen_reset(screen, 1)
  }

  deinit {
    vterm_free(terminal)
  }

  /// Takes bytes of the program; returns what the terminal answers, as a real one would.
  mutating func feed(_ bytes: [UInt8]) -> [UInt8] {
    modeReader.feed(bytes)
    bytes.withUnsafeBytes { raw in
      _ = vterm_input_write(
        terminal, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
    var answer = [CChar](repeating: 0, count: 1024)
    let count = vterm_output_read(terminal, &answer, answer.count)
    return answer[..<count].map { UInt8(bitPattern: $0) }
  }

  mutating func resize(_ size: TerminalSize) {
    self.size = size
    vterm_set_size(terminal, Int32(size.rows), Int32(size.columns))
  }

  /// The screen now.
  func snapshot() -> Screen {
    var cells: [ScreenCell] = []
    cells.reserveCapacity(size.rows * size.columns)
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        var cell = VTermScreenCell()
        _ = vterm_screen_get_cell(
          screen, VTermPos(row: Int32(row), col: Int32(column)), &cell)
        cells.append(ScreenCell(cell))
      }
    }
    var position = VTermPos()
    vterm_state_get_cursorpos(vterm_obtain_state(terminal), &position)
    return Screen(
      size: size, cursor: (Int(position.row), Int(position.col)), modes: modeReader.modes,
      cells: cells)
  }
}

extension ScreenCell {
  fileprivate init(_ cell: VTermScreenCell) {
    let codes = withUnsafeBytes(of: cell.chars) { Array($0.bindMemory(to: UInt32.self)) }
    if codes[0] == UInt32.max {
      characters = ""
    } else {
      let scalars = codes.prefix { $0 != 0 }.compactMap(Unicode.Scalar.init)
      characters = scalars.isEmpty ? " " : String(String.UnicodeScalarView(scalars))
    }
    width = Int(cell.width)
    bold = cell.attrs.bold != 0
    underline = cell.attrs.underline != 0
    italic = cell.attrs.italic != 0
    reverse = cell.attrs.reverse != 0
    foreground = Color(cell.fg)
    background = Color(cell.bg)
  }
}

extension ScreenCell.Color {
  fileprivate init(_ color: VTermColor) {
    let type = UInt32(color.type)
    if type & VTERM_COLOR_DEFAULT_MASK.rawValue != 0 {
      self = .standard
    } else if type & VTERM_COLOR_TYPE_MASK.rawValue == VTERM_COLOR_INDEXED.rawValue {
      self = .indexed(color.indexed.idx)
    } else {
      self = .rgb(color.rgb.red, color.rgb.green, color.rgb.blue)
    }
  }
}
