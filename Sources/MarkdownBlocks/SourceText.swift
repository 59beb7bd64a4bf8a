import TextGate

/// The bytes of a file as text, with its lines.
///
/// The bytes stay what the file holds, byte for byte, unless they were not UTF-8: then they are the
/// UTF-8 of what was read, and ``encoding`` says how. Lines end at LF or CR LF, as editors count.
public struct SourceText: Hashable, Sendable {
  /// How the bytes were read.
  public enum Encoding: String, Hashable, Sendable {
    /// As they stand.
    case utf8
    /// No sequence beyond ASCII was UTF-8: each byte was taken as one Windows-1252 character.
    case windows1252
    /// UTF-8 with broken places: each became U+FFFD.
    case damaged
  }

  /// UTF-8. Ranges of blocks and fences are offsets into it, from 0.
  public let bytes: [UInt8]
  /// How ``bytes`` came from the file.
  public let encoding: Encoding
  /// Whether the file began with a byte order mark, which belongs to no line.
  public let hasByteOrderMark: Bool

  /// Start of each line, then the end of the text.
  private let starts: [Int]

  /// Reads the bytes of a file.
  public init(_ file: [UInt8]) {
    let read = Decoding.read(file)
    bytes = read.bytes
    encoding = read.encoding
    hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    var starts: [Int] = []
    let first = hasByteOrderMark ? 3 : 0
    if first < bytes.count { starts.append(first) }
    bytes.withUnsafeBufferPointer { buffer in
      for index in buffer.indices where buffer[index] == 0x0A && index + 1 < buffer.count {
        starts.append(index + 1)
      }
    }
    starts.append(bytes.count)
    self.starts = starts
  }

  /// How many lines there are; a final line end makes no further line.
  public var lineCount: Int { starts.count - 1 }

  /// Where line `number` (from 1) stands, its line end with it; empty outside the text.
  public func range(ofLine number: Int) -> Range<Int> {
    guard number >= 1, number <= lineCount else { return bytes.count..<bytes.count }
    return starts[number - 1]..<starts[number]
  }

  /// Where line `number` (from 1) stands without its LF or CR LF.
  public func contentRange(ofLine number: Int) -> Range<Int> {
    let whole = range(ofLine: number)
    var end = whole.upperBound
    if end > whole.lowerBound, bytes[end - 1] == 0x0A {
      end -= 1
      if end > whole.lowerBound, bytes[end - 1] == 0x0D { end -= 1 }
    }
    return whole.lowerBound..<end
  }

  /// Where lines `numbers` stand, the last line's end with it.
  public func range(ofLines numbers: ClosedRange<Int>) -> Range<Int> {
    let start = range(ofLine: numbers.lowerBound).lowerBound
    return start..<max(start, range(ofLine: numbers.upperBound).upperBound)
  }

  /// The line, from 1, that holds the byte at `offset`.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineCount
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return max(1, low)
  }

  /// The text of a range of bytes.
  public func text(_ range: Range<Int>) -> Untrusted {
    Untrusted(String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self))
  }

  /// The text of line `number` without its line end.
  public func text(ofLine number: Int) -> Untrusted { text(contentRange(ofLine: number)) }

  /// Whether line `number` holds nothing but spaces and tabs.
  public func isBlank(line number: Int) -> Bool {
    bytes[contentRange(ofLine: number)].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }
}
