extension JSON {
  /// Why a text is not JSON that the record accepts, and where.
  public struct ReadingError: Error, Hashable, Sendable {
    /// The byte at which reading stopped, from 0.
    public let offset: Int
    /// What was wrong, as a clause: "a key stands twice".
    public let problem: StaticProblem

    /// What can be wrong.
    public enum StaticProblem: String, Sendable {
      case unexpected = "something else was expected here"
      case duplicateKey = "a key stands twice in one object"
      case tooDeep = "it is nested deeper than 64 levels"
      case notInteger = "a number is not an integer within ±2^53"
      case null = "null stands where a value must be or be absent"
      case badText = "a string is not valid UTF-8 or holds a wrong escape"
      case notCanonical = "it is not in canonical form"
    }
  }

  /// Reads one JSON text: strict, one value, no duplicate keys, no null, integers only.
  ///
  /// - Throws: ``ReadingError`` with the byte at which it stopped.
  public init(reading bytes: some Collection<UInt8>) throws(ReadingError) {
    var reader = Reader(bytes: Array(bytes), isCanonical: false)
    self = try reader.whole()
  }

  /// Reads one JSON text that is in the form of ``canonical``, as if it were written again and
  /// compared.
  ///
  /// - Throws: ``ReadingError`` as of any text, and for one in another form.
  public init(readingCanonical bytes: some Collection<UInt8>) throws(ReadingError) {
    var reader = Reader(bytes: Array(bytes), isCanonical: true)
    self = try reader.whole()
    guard reader.isCanonical else { throw reader.error(.notCanonical) }
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0
    /// Whether writing what was read so far would give the same bytes; false when nobody asks.
    private(set) var isCanonical: Bool

    init(bytes: [UInt8], isCanonical: Bool) {
      self.bytes = bytes
      self.isCanonical = isCanonical
    }

    mutating func whole() throws(ReadingError) -> JSON {
      let value = try value(depth: 0)
      skipSpace()
      guard at == bytes.count else { throw error(.unexpected) }
      return value
    }

    func error(_ problem: ReadingError.StaticProblem) -> ReadingError {
      ReadingError(offset: at, problem: problem)
    }

    mutating func skipSpace() {
      while at < bytes.count, Self.isSpace(bytes[at]) {
        at += 1
        isCanonical = false
      }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func goesOn(_ byte: UInt8) -> Bool {
      byte == 0x2E || byte == 0x45 || byte == 0x65
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard at < bytes.count, bytes[at] == byte else { return false }
      at += 1
      return true
    }

    mutating func word(_ text: StaticString) -> Bool {
      let count = text.utf8CodeUnitCount
      guard at + count <= bytes.count else { return false }
      for index in 0..<count where bytes[at + index] != text.utf8Start[index] { return false }
      at += count
      return true
    }

    mutating func value(depth: Int) throws(ReadingError) -> JSON {
      skipSpace()
      guard at < bytes.count else { throw error(.unexpected) }
      switch bytes[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard depth < 64 else { throw error(.tooDeep) }
        return bytes[at] == UInt8(ascii: "{") ? try object(depth: depth) : try array(depth: depth)
      case UInt8(ascii: "\""): return .string(try string())
      case UInt8(ascii: "t") where word("true"): return .bool(true)
      case UInt8(ascii: "f") where word("false"): return .bool(false)
      case UInt8(ascii: "n") where word("null"): throw error(.null)
      default: return .integer(try integer())
      }
    }

    mutating func object(depth: Int) throws(ReadingError) -> JSON {
      at += 1
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object([:]) }
      // An event's members: they need not be moved while they grow.
      var members = [String: JSON](minimumCapacity: depth == 0 ? 12 : 1)
      var last: String?
      while true {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw error(.unexpected) }
        let key = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw error(.unexpected) }
        let place = at
        guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
          at = place
          throw error(.duplicateKey)
        }
        if isCanonical, let last, !last.utf8.lexicographicallyPrecedes(key.utf8) {
          isCanonical = false
        }
        last = key
        skipSpace()
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "}")) else { throw error(.unexpected) }
        return .object(members)
      }
    }

    mutating func array(depth: Int) throws(ReadingError) -> JSON {
      at += 1
      var values: [JSON] = []
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(values) }
      while true {
        values.append(try value(depth: depth + 1))
        skipSpace()
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "]")) else { throw error(.unexpected) }
        return .array(values)
      }
    }

    mutating func integer() throws(ReadingError) -> Int64 {
      let start = at
      let negative = take(UInt8(ascii: "-"))
      var value: Int64 = 0
      var digits = 0
      while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 {
        value = value * 10 + Int64(bytes[at] - 0x30)
        digits += 1
        at += 1
        guard value <= 1 << 53 else { throw error(.notInteger) }
      }
      guard digits > 0 else { throw error(.unexpected) }
      // "-0" would be written again as "0", and the hash would no longer hold.
      let leadingZero = (digits > 1 || negative) && bytes[start + (negative ? 1 : 0)] == 0x30
      if leadingZero || (at < bytes.count && Self.goesOn(bytes[at])) {
        throw error(.notInteger)
      }
      return negative ? -value : value
    }

    mutating func string() throws(ReadingError) -> String {
      at += 1
      let start = at
      while at < bytes.count, Self.isPlain(bytes[at]) { at += 1 }
      guard at < bytes.count else { throw error(.badText) }
      if bytes[at] == 0x22 {
        defer { at += 1 }
        return try text(bytes[start..<at])
      }
      var out = Array(bytes[start..<at])
      while at < bytes.count {
        let byte = bytes[at]
        at += 1
        switch byte {
        case 0x22:
          let text = try text(out[...])
          if isCanonical {
            isCanonical = JSON.string(text).canonical[...] == bytes[(start - 1)..<at]
          }
          return text
        case 0x5C: try escape(into: &out)
        case 0..<0x20: throw error(.badText)
        default: out.append(byte)
        }
      }
      throw error(.badText)
    }

    /// Whether a byte of a string stands for itself in every form.
    private static func isPlain(_ byte: UInt8) -> Bool {
      byte >= 0x20 && byte != 0x22 && byte != 0x5C && byte != 0x7F
    }

    func text(_ slice: ArraySlice<UInt8>) throws(ReadingError) -> String {
      // Most are ASCII, which is valid; to validate them took a quarter of the time of reading.
      if slice.allSatisfy({ $0 < 0x80 }) { return String(decoding: slice, as: UTF8.self) }
      guard let text = String(validating: slice, as: UTF8.self) else { throw error(.badText) }
      return text
    }

    mutating func escape(into out: inout [UInt8]) throws(ReadingError) {
      guard at < bytes.count else { throw error(.badText) }
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0C)
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "u"):
        var unit = try fourHex()
        if (0xD800..<0xDC00).contains(unit) {
          guard take(0x5C), take(UInt8(ascii: "u")) else { throw error(.badText) }
          let low = try fourHex()
          guard (0xDC00..<0xE000).contains(low) else { throw error(.badText) }
          unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(unit) else { throw error(.badText) }
        out.append(contentsOf: String(scalar).utf8)
      default: throw error(.badText)
      }
    }

    mutating func fourHex() throws(ReadingError) -> UInt32 {
      guard at + 4 <= bytes.count else { throw error(.badText) }
      var value: UInt32 = 0
      for _ in 0..<4 {
        guard let digit = Character(UnicodeScalar(bytes[at])).hexDigitValue else {
          throw error(.badText)
        }
        value = value << 4 + UInt32(digit)
        at += 1
      }
      return value
    }
  }
}
