/// Takes escape sequences out of a stream of bytes, so that output cannot drive a terminal.
///
/// Only a complete, well-formed sequence on one line is taken out (ECMA-48: control sequences,
/// control strings, two- and three-byte escapes). Anything else passes and is made visible further
/// on, so an unfinished sequence cannot hide what follows it.
struct EscapeFilter: Sendable {
  /// Sequences that were taken out.
  private(set) var dropped = 0
  private var state = State.text
  private var held: [UInt8] = []
  private static let longestSequence = 4096

  private enum State {
    case text, escape, intermediate, control, string, stringEscape
  }

  private static let escape: UInt8 = 0x1B

  mutating func feed(_ byte: UInt8, _ pass: (UInt8) -> Void) {
    switch state {
    case .text:
      if byte == Self.escape { hold(byte, .escape) } else { pass(byte) }
    case .escape:
      switch byte {
      case UInt8(ascii: "["): hold(byte, .control)
      case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
        UInt8(ascii: "_"):
        hold(byte, .string)
      case 0x20...0x2F: hold(byte, .intermediate)
      case 0x30...0x7E: drop()
      default: giveBack(byte, pass)
      }
    case .intermediate:
      switch byte {
      case 0x20...0x2F: hold(byte, .intermediate)
      case 0x30...0x7E: drop()
      default: giveBack(byte, pass)
      }
    case .control:
      switch byte {
      case 0x20...0x3F: hold(byte, .control)
      case 0x40...0x7E: drop()
      default: giveBack(byte, pass)
      }
    case .string:
      switch byte {
      case 0x07: drop()
      case Self.escape: hold(byte, .stringEscape)
      case 0x0A: giveBack(byte, pass)
      default: hold(byte, .string)
      }
    case .stringEscape:
      if byte == UInt8(ascii: "\\") { drop() } else { giveBack(byte, pass) }
    }
    if held.count > Self.longestSequence { giveBack(nil, pass) }
  }

  /// Passes what looked like a sequence and was never finished.
  mutating func finish(_ pass: (UInt8) -> Void) {
    giveBack(nil, pass)
  }

  private mutating func hold(_ byte: UInt8, _ next: State) {
    held.append(byte)
    state = next
  }

  private mutating func drop() {
    dropped += 1
    held.removeAll(keepingCapacity: true)
    state = .text
  }

  private mutating func giveBack(_ byte: UInt8?, _ pass: (UInt8) -> Void) {
    let bytes = held
    held.removeAll(keepingCapacity: true)
    state = .text
    bytes.forEach(pass)
    if let byte { feed(byte, pass) }
  }
}
