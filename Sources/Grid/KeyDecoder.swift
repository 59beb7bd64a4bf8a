import TextGate

/// Turns the bytes of a terminal into keys. Pure: it knows no clock and no terminal.
///
/// What it does not know it ignores whole: no part of an unknown escape sequence is ever a key, not
/// even when the line delivers the sequence in pieces. The bytes of a bracketed paste are data.
public struct KeyDecoder: Sendable {
  /// The longest paste that is taken, in bytes; a longer one is refused whole (threat model: paste).
  public static let longestPaste = 64 * 1024

  private enum State {
    case ground
    /// An Escape came; what follows decides whether it was a key.
    case escape
    case escapeEscape
    /// The Escape was given out as a key; a late rest of its sequence may still come.
    case lateEscape
    /// A control sequence, with its bytes after the bracket; `ignored` whatever it turns out to be.
    case sequence([UInt8], ignored: Bool)
    /// `ESC O`, of which one byte is missing.
    case single
    /// A sequence of which so many bytes are missing.
    case tail(Int)
    /// A string for the terminal's ears, up to BEL or `ESC \`.
    case string(escaped: Bool)
    /// A character in UTF-8 of which so many bytes are missing.
    case character([UInt8], missing: Int, swallowed: Bool)
    /// A bracketed paste, with how much of its end mark has come.
    case paste(matched: Int)
  }

  private static let pasteStart = Array("200~".utf8)
  private static let pasteEnd = Array("\u{1B}[201~".utf8)
  private static let escape: UInt8 = 0x1B

  private var state = State.ground
  private var pasted: [UInt8] = []
  private var pastedCount = 0
  private let sequences: [[UInt8]: Key]

  /// Makes a decoder that knows the usual sequences and those of a terminal's description.
  ///
  /// Of `described`, only what begins with an Escape is taken; it wins over the usual meaning.
  public init(described: [[UInt8]: Key] = [:]) {
    sequences = KeySequences.usual.merging(described.filter { $0.key.first == Self.escape }) {
      $1
    }
  }

  /// Whether an Escape waits for what follows it; if nothing does, call ``timeOut()``.
  public var isWaiting: Bool {
    switch state {
    case .escape, .escapeEscape, .string: true
    case .ground, .lateEscape, .sequence, .single, .tail, .character, .paste: false
    }
  }

  /// Nothing followed an Escape for a while: it was the key.
  public mutating func timeOut() -> [Key] {
    switch state {
    case .escape:
      state = .lateEscape
      return [.escape]
    case .escapeEscape:
      state = .lateEscape
      return [.escape, .escape]
    case .string:
      state = .ground
      return []
    case .ground, .lateEscape, .sequence, .single, .tail, .character, .paste: return []
    }
  }

  /// The keys that the next bytes complete.
  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Key] {
    var keys: [Key] = []
    for byte in bytes { take(byte, &keys) }
    return keys
  }

  private mutating func take(_ byte: UInt8, _ keys: inout [Key]) {
    switch state {
    case .ground: begin(byte, &keys)
    case .escape: follow(byte, &keys)
    case .escapeEscape:
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") {
        // Alt with a key that has a sequence: ignored whole, like Alt with any other.
        state = byte == UInt8(ascii: "[") ? .sequence([], ignored: true) : .tail(1)
      } else {
        keys.append(.escape)
        follow(byte, &keys)
      }
    case .lateEscape:
      switch byte {
      case UInt8(ascii: "["): state = .sequence([], ignored: true)
      case UInt8(ascii: "O"): state = .tail(1)
      default:
        state = .ground
        begin(byte, &keys)
      }
    case .sequence(let bytes, let ignored): takeSequence(bytes, ignored, byte, &keys)
    case .single:
      state = .ground
      if byte == Self.escape {
        state = .escape
      } else if let key = sequences[[Self.escape, UInt8(ascii: "O"), byte]] {
        keys.append(key)
      }
    case .tail(let missing): state = missing > 1 ? .tail(missing - 1) : .ground
    case .string(let escaped):
      if byte == 0x07 || (escaped && byte == UInt8(ascii: "\\")) {
        state = .ground
      } else {
        state = .string(escaped: byte == Self.escape)
      }
    case .character(let bytes, let missing, let swallowed):
      takeCharacter(bytes, missing, swallowed, byte, &keys)
    case .paste(let matched): takePaste(matched, byte, &keys)
    }
  }

  private mutating func begin(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case Self.escape: state = .escape
    case 0x0D, 0x0A: keys.append(.enter)
    case 0x09: keys.append(.tab)
    case 0x08, 0x7F: keys.append(.backspace)
    case 0x01...0x1A:
      keys.append(.control(Character(Unicode.Scalar(byte + 0x60))))
    case 0x00, 0x1C...0x1F: keys.append(.control(Character(Unicode.Scalar(byte + 0x40))))
    case 0x20...0x7E: keys.append(.character(Unicode.Scalar(byte)))
    default: beginCharacter(byte, swallowed: false, &keys)
    }
  }

  /// What stands right after an Escape.
  private mutating func follow(_ byte: UInt8, _ keys: inout [Key]) {
    switch byte {
    case Self.escape: state = .escapeEscape
    case UInt8(ascii: "["): state = .sequence([], ignored: false)
    case UInt8(ascii: "O"): state = .single
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"),
      UInt8(ascii: "X"):
      state = .string(escaped: false)
    case 0x80...0xFF: beginCharacter(byte, swallowed: true, &keys)
    default:
      // Alt and a character, unless the terminal's description says otherwise.
      state = .ground
      if let key = sequences[[Self.escape, byte]] { keys.append(key) }
    }
  }

  private mutating func takeSequence(
    _ bytes: [UInt8], _ ignored: Bool, _ byte: UInt8, _ keys: inout [Key]
  ) {
    switch byte {
    case Self.escape: state = .escape
    case 0x20...0x3F:
      // A sequence this long is none that is known; its bytes need not be kept.
      state = .sequence(bytes.count < 32 ? bytes + [byte] : bytes, ignored: ignored)
    case UInt8(ascii: "[") where bytes.isEmpty:
      // The Linux console's F1 to F5.
      state = .sequence([byte], ignored: ignored)
    case UInt8(ascii: "M") where bytes.isEmpty:
      // A mouse report of the old kind: three bytes follow, whatever they are.
      state = .tail(3)
    case 0x40...0x7E:
      state = .ground
      let rest = bytes + [byte]
      if rest == Self.pasteStart {
        state = .paste(matched: 0)
      } else if !ignored, let key = sequences[[Self.escape, UInt8(ascii: "[")] + rest] {
        keys.append(key)
      }
    default: state = .ground
    }
  }

  private mutating func beginCharacter(
    _ byte: UInt8, swallowed: Bool, _ keys: inout [Key]
  ) {
    switch byte {
    case 0xC2...0xDF: state = .character([byte], missing: 1, swallowed: swallowed)
    case 0xE0...0xEF: state = .character([byte], missing: 2, swallowed: swallowed)
    case 0xF0...0xF4: state = .character([byte], missing: 3, swallowed: swallowed)
    default:
      state = .ground
      if !swallowed { keys.append(.character("\u{FFFD}")) }
    }
  }

  private mutating func takeCharacter(
    _ bytes: [UInt8], _ missing: Int, _ swallowed: Bool, _ byte: UInt8, _ keys: inout [Key]
  ) {
    guard byte & 0xC0 == 0x80 else {
      state = .ground
      if !swallowed { keys.append(.character("\u{FFFD}")) }
      begin(byte, &keys)
      return
    }
    let bytes = bytes + [byte]
    guard missing == 1 else {
      state = .character(bytes, missing: missing - 1, swallowed: swallowed)
      return
    }
    state = .ground
    guard !swallowed else { return }
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    let scalar = scalars.count == 1 ? scalars[0] : "\u{FFFD}"
    // C1 controls are no characters.
    if !(0x80...0x9F).contains(scalar.value) { keys.append(.character(scalar)) }
  }

  private mutating func takePaste(_ matched: Int, _ byte: UInt8, _ keys: inout [Key]) {
    let mark = Self.pasteEnd
    let matched = byte == mark[matched] ? matched + 1 : (byte == mark[0] ? 1 : 0)
    pastedCount += 1
    if pastedCount <= Self.longestPaste + mark.count { pasted.append(byte) }
    guard matched == mark.count else {
      state = .paste(matched: matched)
      return
    }
    let length = pastedCount - mark.count
    if length > Self.longestPaste {
      keys.append(.overlongPaste(bytes: length))
    } else {
      let text = String(decoding: pasted.dropLast(mark.count), as: UTF8.self)
      keys.append(.paste(Untrusted(text)))
    }
    state = .ground
    pasted = []
    pastedCount = 0
  }
}
