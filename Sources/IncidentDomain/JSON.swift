/// A JSON value as the record holds it: integers only, keys unique.
///
/// The record has a reader and a writer of its own because its bytes are hashed: the form is part
/// of the contract (COMMANDS.md, "An exported timeline that anyone can check").
public enum JSON: Hashable, Sendable {
  case bool(Bool)
  /// Within ±2^53, so that every reader of JSON keeps it exactly.
  case integer(Int64)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// The member of an object; nil when there is none or this is no object.
  public subscript(_ key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The text; nil for any other kind.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The number; nil for any other kind.
  public var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The truth value; nil for any other kind, 0 and 1 too.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements in order; nil for any other kind.
  public var array: [JSON]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The members; nil for any other kind.
  public var object: [String: JSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The canonical form: keys sorted by code point, no white space, UTF-8; `\b \f \n \r \t \" \\`
  /// short, other control characters and DEL as `\u00xx` in lower case, nothing else escaped.
  public var canonical: [UInt8] {
    var out: [UInt8] = []
    write(to: &out)
    return out
  }

  /// The canonical form as a string.
  public var canonicalText: String { String(decoding: canonical, as: UTF8.self) }

  /// Appends the canonical form.
  public func write(to out: inout [UInt8]) {
    switch self {
    case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): out.append(contentsOf: String(value).utf8)
    case .string(let text): Self.write(text, to: &out)
    case .array(let values):
      out.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        value.write(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      // UTF-8 bytes sort as code points do; String's own order is by grapheme and is not stable.
      let keys = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      for (index, key) in keys.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        Self.write(key, to: &out)
        out.append(UInt8(ascii: ":"))
        members[key]?.write(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  private static func write(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): out.append(contentsOf: [0x5C, 0x22])
      case UInt8(ascii: "\\"): out.append(contentsOf: [0x5C, 0x5C])
      case 0x08: out.append(contentsOf: [0x5C, UInt8(ascii: "b")])
      case 0x0C: out.append(contentsOf: [0x5C, UInt8(ascii: "f")])
      case 0x0A: out.append(contentsOf: [0x5C, UInt8(ascii: "n")])
      case 0x0D: out.append(contentsOf: [0x5C, UInt8(ascii: "r")])
      case 0x09: out.append(contentsOf: [0x5C, UInt8(ascii: "t")])
      case 0x00..<0x20, 0x7F:
        out.append(contentsOf: "\\u00".utf8)
        out.append(hexDigits[Int(byte >> 4)])
        out.append(hexDigits[Int(byte & 15)])
      default: out.append(byte)
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
  /// For literals in this program's text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// For literals in this program's text.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// For literals in this program's text; the limits of ``integer(_:)`` are not checked.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// For literals in this program's text.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// For literals in this program's text; of two members with one key the first counts.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}
