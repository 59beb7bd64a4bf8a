import Crypto
import IncidentDomain

extension EventID {
  /// The id of canonical bytes: their SHA-256 (COMMANDS.md).
  public static func sha256(of bytes: [UInt8]) -> EventID {
    bytes.withUnsafeBytes(digest)
  }

  /// The SHA-256 of a text's UTF-8.
  package static func sha256(of text: String) -> EventID {
    var text = text
    return text.withUTF8 { digest(UnsafeRawBufferPointer($0)) }
  }

  private static func digest(_ content: UnsafeRawBufferPointer) -> EventID {
    var hash = SHA256()
    hash.update(bufferPointer: content)
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    for (index, byte) in hash.finalize().enumerated() { bytes[index] = byte }
    return EventID(bytes: bytes)
  }

  /// Reads the 32 bytes of a stored id; nil for any other count.
  package init?(stored: some RandomAccessCollection<UInt8>) {
    guard stored.count == 32 else { return nil }
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    for (index, byte) in stored.enumerated() { bytes[index] = byte }
    self.init(bytes: bytes)
  }

  /// The same of memory that is not copied: a room that calls the other one pays for its being
  /// generic, a fifth of the time of verifying.
  package init?(stored: UnsafeRawBufferPointer) {
    guard stored.count == 32 else { return nil }
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    for index in 0..<32 { bytes[index] = stored[index] }
    self.init(bytes: bytes)
  }

  /// The 32 bytes, as they are stored.
  package var stored: [UInt8] { Self.bytes(ofDigits: hex.utf8) }

  /// Pairs of hexadecimal digits as bytes.
  static func bytes(ofDigits digits: some Sequence<UInt8>) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(32)
    var high: UInt8?
    for digit in digits {
      let value = digit < 0x60 ? digit - 0x30 : digit - 0x57
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}
