/// A set of bytes, asked once per byte of output.
struct ByteClass: Sendable {
  private var low: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { insert(byte) }
  }

  init(ascii text: StaticString, letters: Bool = false, upper: Bool = false, digits: Bool = false) {
    self.init(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    if letters { for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { insert(byte) } }
    if letters || upper { for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { insert(byte) } }
    if digits { for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { insert(byte) } }
  }

  mutating func insert(_ byte: UInt8) {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: low.0 |= bit
    case 1: low.1 |= bit
    case 2: low.2 |= bit
    default: low.3 |= bit
    }
  }

  func contains(_ byte: UInt8) -> Bool {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: return low.0 & bit != 0
    case 1: return low.1 & bit != 0
    case 2: return low.2 & bit != 0
    default: return low.3 & bit != 0
    }
  }

  /// Every byte that is not in it.
  var inverted: ByteClass {
    ByteClass((UInt8.min...UInt8.max).filter { !contains($0) })
  }

  static let word = ByteClass(ascii: "_", letters: true, digits: true)
  static let base64URL = ByteClass(ascii: "_-", letters: true, digits: true)
  static let capitals = ByteClass(ascii: "", upper: true, digits: true)
  static let bearer = ByteClass(ascii: "-._~+/=", letters: true, digits: true)
  static let digits = ByteClass(ascii: "", digits: true)
  /// Of a control sequence.
  static let parameters = ByteClass(ascii: ";:?", digits: true)
  /// What may stand in the password part of a URL.
  static let urlPassword = ByteClass(
    (0x21...0x7E).filter { byte in
      !#"@/?#"'<>`\"#.utf8.contains(byte)
    })
  /// What ends a word of a shell, a file of settings, or JSON.
  static let unquotedValue = ByteClass(
    (UInt8(0x21)...0xFF).filter { byte in
      byte != 0x7F && !#""';&|),`"#.utf8.contains(byte)
    })
  /// The lines of a PEM block, also in one line of JSON with `\n`, and its headers.
  static let pemBody = ByteClass(ascii: "+/=\\:,- \t\r\n", letters: true, digits: true)
}
