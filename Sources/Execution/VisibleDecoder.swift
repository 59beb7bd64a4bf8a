/// Decodes UTF-8 that may be split anywhere; a byte that is no UTF-8 becomes a visible `<E9>`.
struct VisibleDecoder: Sendable {
  private var pending: [UInt8] = []

  mutating func feed(_ byte: UInt8, _ pass: (Unicode.Scalar) -> Void) {
    if pending.isEmpty {
      switch byte {
      case 0...0x7F: pass(Unicode.Scalar(byte))
      case 0xC2...0xF4: pending = [byte]
      default: mark(byte, pass)
      }
      return
    }
    guard isContinuation(byte) else {
      finish(pass)
      return feed(byte, pass)
    }
    pending.append(byte)
    if pending.count == length(pending[0]) {
      for scalar in String(decoding: pending, as: UTF8.self).unicodeScalars { pass(scalar) }
      pending = []
    }
  }

  /// Marks the bytes of a character that never came whole.
  mutating func finish(_ pass: (Unicode.Scalar) -> Void) {
    for byte in pending { mark(byte, pass) }
    pending = []
  }

  private func length(_ first: UInt8) -> Int {
    first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }

  /// The Unicode Standard, table 3-7: which second bytes are well formed.
  private func isContinuation(_ byte: UInt8) -> Bool {
    guard pending.count == 1 else { return (0x80...0xBF).contains(byte) }
    switch pending[0] {
    case 0xE0: return (0xA0...0xBF).contains(byte)
    case 0xED: return (0x80...0x9F).contains(byte)
    case 0xF0: return (0x90...0xBF).contains(byte)
    case 0xF4: return (0x80...0x8F).contains(byte)
    default: return (0x80...0xBF).contains(byte)
    }
  }

  private func mark(_ byte: UInt8, _ pass: (Unicode.Scalar) -> Void) {
    for scalar in "<\(String(byte, radix: 16, uppercase: true))>".unicodeScalars { pass(scalar) }
  }
}
