/// Bytes of a file to UTF-8.
enum Decoding {
  static func read(_ file: [UInt8]) -> (bytes: [UInt8], encoding: SourceText.Encoding) {
    if file.allSatisfy({ $0 < 0x80 }) || isUTF8(file) { return (file, .utf8) }
    if holdsMultibyte(file) {
      return (Array(String(decoding: file, as: UTF8.self).utf8), .damaged)
    }
    var text = String.UnicodeScalarView()
    for byte in file { text.append(Windows1252.scalar(of: byte)) }
    return (Array(String(text).utf8), .windows1252)
  }

  private static func isUTF8(_ file: [UInt8]) -> Bool {
    String(validating: file, as: UTF8.self) != nil
  }

  /// Whether any correct sequence of several bytes stands in it.
  private static func holdsMultibyte(_ file: [UInt8]) -> Bool {
    var decoder = UTF8()
    var iterator = file.makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): if scalar.value >= 0x80 { return true }
      case .emptyInput: return false
      case .error: break
      }
    }
  }
}
