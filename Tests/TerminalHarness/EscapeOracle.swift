/// Judges the raw bytes that a full-screen program sent to a terminal with TERM=xterm-256color.
///
/// Sequences that ncurses 6.4 sends by itself are allowed; everything else that could act on a
/// terminal, and every invisible character, is a finding.
public enum EscapeOracle {
  /// One line per finding, in order; none when the bytes are clean.
  ///
  /// `ours` is the window title's beginning that the program may set; nil when it may set none.
  public static func findings(_ bytes: [UInt8], ours: String? = nil) -> [String] {
    var reader = OracleReader(bytes: bytes, ours: ours.map { Array($0.utf8) })
    reader.readControls()
    return reader.findings + findingsInText(reader.text)
  }

  private static func findingsInText(_ text: [UInt8]) -> [String] {
    var findings: [String] = []
    var run = 0
    var parser = Unicode.UTF8.ForwardParser()
    var source = text.makeIterator()
    while true {
      switch parser.parseScalar(from: &source) {
      case .emptyInput: return findings
      case .error(let length):
        findings.append("invalid UTF-8, \(length) bytes")
        run = 0
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if (0x80..<0xA0).contains(scalar.value) {
          findings.append("C1 " + name(scalar))
        } else if isHidden(scalar.value) {
          findings.append("invisible/bidi " + name(scalar))
        }
        let combines = scalar.properties.canonicalCombiningClass != .notReordered
        run = combines ? run + 1 : 0
        if run == 5 { findings.append("5 combining marks in a row") }
      }
    }
  }

  private static func name(_ scalar: Unicode.Scalar) -> String {
    "U+" + String(scalar.value, radix: 16, uppercase: true)
  }

  private static func isHidden(_ value: UInt32) -> Bool {
    switch value {
    case 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B...0x200F,
      0x2028...0x202E, 0x2060...0x206F, 0x2800, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB,
      0xE0000...0xE0FFF:
      true
    default: false
    }
  }
}

/// Splits a terminal's bytes into sequences that ncurses may send, findings, and text.
private struct OracleReader {
  let bytes: [UInt8]
  let ours: [UInt8]?
  var findings: [String] = []
  var text: [UInt8] = []
  private var place = 0

  init(bytes: [UInt8], ours: [UInt8]?) {
    self.bytes = bytes
    self.ours = ours
  }

  mutating func readControls() {
    while place < bytes.count {
      let byte = bytes[place]
      if byte == 0x1B {
        readEscape()
        continue
      }
      let plain: Set<UInt8> = [0x08, 0x09, 0x0A, 0x0D, 0x0F]
      if byte == 0x7F || (byte < 0x20 && !plain.contains(byte)) {
        findings.append("C0 0x" + String(byte, radix: 16) + " at \(place)")
      }
      text.append(byte)
      place += 1
    }
  }

  private func byte(_ offset: Int) -> UInt8? {
    place + offset < bytes.count ? bytes[place + offset] : nil
  }

  private mutating func readEscape() {
    switch byte(1) {
    case UInt8(ascii: "["): readControlSequence()
    case UInt8(ascii: "("), UInt8(ascii: ")"):
      if byte(2) == UInt8(ascii: "0") || byte(2) == UInt8(ascii: "B") {
        accept(3)
      } else {
        refuseEscape()
      }
    case UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "7"), UInt8(ascii: "8"),
      UInt8(ascii: "M"), UInt8(ascii: "H"):
      accept(2)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"),
      UInt8(ascii: "X"), UInt8(ascii: "k"):
      readString()
    default: refuseEscape()
    }
  }

  private mutating func accept(_ length: Int) {
    text.append(0x20)
    place += length
  }

  private mutating func refuseEscape() {
    findings.append("escape \(quote(place..<min(place + 12, bytes.count))) at \(place)")
    place += 1
  }

  private mutating func readControlSequence() {
    var end = place + 2
    while end < bytes.count, !(0x40...0x7E).contains(bytes[end]) {
      guard (0x20...0x3F).contains(bytes[end]) else { return refuseEscape() }
      end += 1
    }
    guard end < bytes.count else { return refuseEscape() }
    let body = String(decoding: bytes[(place + 2)..<end], as: UTF8.self)
    let final = bytes[end]
    let length = end + 1 - place
    if final == UInt8(ascii: "c") || final == UInt8(ascii: "n") {
      findings.append("query \(quote(place..<(end + 1))) at \(place)")
      place += length
    } else if Self.isAllowed(body, final) {
      accept(length)
    } else {
      refuseEscape()
    }
  }

  /// What ncurses 6.4 sends for xterm-256color on Debian 12.
  private static func isAllowed(_ body: String, _ final: UInt8) -> Bool {
    let letter = Character(Unicode.Scalar(final))
    if body.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ";" || $0 == ":") }) {
      if letter == "t" { return body == "22;0;0" || body == "23;0;0" }
      return "ABCDEFGHJKLMPSTX@`abdefgrmhlnsu".contains(letter)
    }
    switch body.first {
    case "?":
      let known: Set<Substring> = [
        "1", "7", "12", "25", "1000", "1002", "1003", "1004", "1006", "1049", "2004",
      ]
      let numbers = body.dropFirst().split(separator: ";", omittingEmptySubsequences: false)
      return (letter == "h" || letter == "l") && numbers.allSatisfy(known.contains)
    case "!": return body == "!" && letter == "p"
    case ">": return letter == "m"
    default:
      return letter == "q" && body.last == " " && body.dropLast().allSatisfy(\.isNumber)
    }
  }

  private mutating func readString() {
    var end = place + 2
    while end < bytes.count, bytes[end] != 0x07 {
      if bytes[end] == 0x1B, end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "\\") { break }
      end += 1
    }
    let content = place..<end
    let next = end < bytes.count ? end + 1 : min(place + 81, bytes.count)
    let isOurs =
      ours.map { ours in
        [UInt8(ascii: "0"), UInt8(ascii: "2")].contains { kind in
          bytes[content].starts(with: [0x1B, UInt8(ascii: "]"), kind, UInt8(ascii: ";")] + ours)
        }
      } ?? false
    if !isOurs {
      findings.append(
        "string sequence \(quote(content.prefix(60))) at \(place)")
    }
    place = next
    // ST is two bytes; its second one is no text.
    if isOurs, end < bytes.count, bytes[end] == 0x1B { place += 1 }
  }

  private func quote(_ range: some Sequence<Int>) -> String {
    "\""
      + range.map { bytes[$0] }.map { byte in
        (0x20..<0x7F).contains(byte)
          ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16)
      }.joined() + "\""
  }
}
