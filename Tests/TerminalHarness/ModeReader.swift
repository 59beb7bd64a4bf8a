/// Reads a terminal's private modes from the bytes that a program sends (`CSI ? … h` and `l`),
/// because libvterm 0.1.4 does not tell them all.
struct ModeReader: Sendable {
  private(set) var modes = TerminalModes()
  private var state = State.text
  private var parameters: [UInt8] = []

  private enum State {
    case text, escape, control, privateControl
  }

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      switch (state, byte) {
      case (_, 0x1B): state = .escape
      case (.escape, UInt8(ascii: "[")): state = .control
      case (.escape, _): state = .text
      case (.control, UInt8(ascii: "?")):
        state = .privateControl
        parameters = []
      case (.control, 0x40...0x7E): state = .text
      case (.privateControl, UInt8(ascii: "0")...UInt8(ascii: "9")),
        (.privateControl, UInt8(ascii: ";")):
        parameters.append(byte)
      case (.privateControl, UInt8(ascii: "h")): set(true)
      case (.privateControl, UInt8(ascii: "l")): set(false)
      case (.privateControl, 0x40...0x7E): state = .text
      case (.text, _), (.control, _), (.privateControl, _): break
      }
    }
  }

  private mutating func set(_ on: Bool) {
    state = .text
    for number in parameters.split(separator: UInt8(ascii: ";")) {
      switch Int(String(decoding: number, as: UTF8.self)) ?? 0 {
      case 1: modes.applicationCursor = on
      case 25: modes.cursorVisible = on
      case 47, 1047, 1049: modes.alternateScreen = on
      case 2004: modes.bracketedPaste = on
      case let mouse where [1000, 1002, 1003, 1006].contains(mouse):
        if on { modes.mouse.insert(mouse) } else { modes.mouse.remove(mouse) }
      default: break
      }
    }
  }
}
