import TextGate

/// A text whose UTF-8 was once read as another character set and saved so.
public struct Mojibake: Hashable, Sendable {
  /// What the UTF-8 was read as.
  public enum Misreading: String, CaseIterable, Sendable {
    case windows1252, macRoman
  }

  /// The one that reverses without loss; Windows-1252 is tried first.
  public let misreading: Misreading
  /// The text as it was before.
  public let repairedText: Untrusted

  /// The repair of a text; nil unless the whole text reverses without loss to other text.
  ///
  /// A text that is as it should be does not reverse: a letter beyond ASCII between ASCII letters is
  /// no UTF-8 when it is put back to one byte.
  public init?(of source: SourceText) {
    guard source.encoding == .utf8, source.bytes.contains(where: { $0 >= 0x80 }) else {
      return nil
    }
    let text = String(
      decoding: source.bytes.dropFirst(source.hasByteOrderMark ? 3 : 0), as: UTF8.self)
    guard text.unicodeScalars.contains(where: { $0.value >= 0x80 }) else { return nil }
    for misreading in Misreading.allCases {
      guard let bytes = Self.reversed(text, misreading),
        let repaired = String(validating: bytes, as: UTF8.self)
      else { continue }
      self.misreading = misreading
      repairedText = Untrusted(repaired)
      return
    }
    return nil
  }

  private static func reversed(_ text: String, _ misreading: Misreading) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      let byte: UInt8?
      if scalar.value < 0x80 {
        byte = UInt8(scalar.value)
      } else {
        switch misreading {
        case .windows1252: byte = Windows1252.byte(of: scalar)
        case .macRoman: byte = MacRoman.byte(of: scalar)
        }
      }
      guard let byte else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
