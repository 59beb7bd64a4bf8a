import IncidentDomain
import Testing

/// The form of the record (COMMANDS.md, "An exported timeline that anyone can check").
@Suite struct JSONTests {
  private static func read(_ text: String) throws(JSON.ReadingError) -> JSON {
    try JSON(reading: Array(text.utf8))
  }

  private static func problem(_ bytes: [UInt8]) -> JSON.ReadingError? {
    do throws(JSON.ReadingError) {
      _ = try JSON(reading: bytes)
      return nil
    } catch { return error }
  }

  @Test func theCanonicalFormIsJqs() {
    let value: JSON = [
      "b": [1, -2, true, false, [:], []], "a": "\u{8}\u{C}\n\r\t\"\\/\u{0}\u{1F}\u{7F}é\u{2028}😀",
      "é": 1, "z": 2, "😀": 3, "\u{FFFD}": 4, "": 5, "aa": 6,
    ]
    // As `jq -cS .` 1.6 prints it: keys by code point, which is not UTF-16's order.
    #expect(
      value.canonicalText == #"{"":5,"a":"\b\f\n\r\t\"\\/\u0000\u001f\u007fé"# + "\u{2028}"
        + #"😀","aa":6,"b":[1,-2,true,false,{},[]],"z":2,"é":1,"# + "\"\u{FFFD}\":4,\"😀\":3}")
  }

  @Test(arguments: [
    ("9007199254740992", Int64(1) << 53), ("-9007199254740992", -(1 << 53)), ("0", 0), ("-7", -7),
  ])
  func integersWithinTheirBounds(text: String, value: Int64) throws {
    #expect(try Self.read(text) == .integer(value))
  }

  @Test(arguments: [
    "1.0", "1e3", "1E3", "0.5", "-0", "00", "01", "-01", "9007199254740993", "-9007199254740993",
    "99999999999999999999999999",
  ])
  func otherNumbersAreRefused(text: String) {
    #expect(Self.problem(Array(text.utf8))?.problem == .notInteger)
    #expect(Self.problem(Array("{\"a\":[\(text)]}".utf8))?.problem == .notInteger)
  }

  @Test(arguments: [
    "", " ", "-", "+1", ".5", "NaN", "Infinity", "nul", "tru", "TRUE", "'a'", "{", "[", "{]", "[}",
    "[1,]", "[,1]", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}", "{a:1}", "1 2", "{}{}", "[]]",
    "// c\n1", "\u{FEFF}1",
  ])
  func brokenTextsAreRefused(text: String) {
    #expect(Self.problem(Array(text.utf8))?.problem == .unexpected, "\(text)")
  }

  @Test func nullsAndDuplicatesAreRefusedWhereTheyStand() {
    #expect(Self.problem(Array("[1,null]".utf8))?.problem == .null)
    let duplicate = Self.problem(Array(#"{"a":1,"b":{"c":1,"c":1}}"#.utf8))
    #expect(duplicate?.problem == .duplicateKey)
    #expect(duplicate?.offset == 22)
    #expect(Self.problem(Array(#"{"a":1,"\u0061":1}"#.utf8))?.problem == .duplicateKey)
  }

  @Test func nestingHasABottom() throws {
    func nested(_ depth: Int, _ open: String, _ close: String, _ inner: String) -> [UInt8] {
      Array(
        (String(repeating: open, count: depth) + inner
          + String(repeating: close, count: depth)).utf8)
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      #expect(Self.problem(nested(64, open, close, "1")) == nil)
      #expect(Self.problem(nested(65, open, close, "1"))?.problem == .tooDeep)
      // A bomb is refused, and does not overflow the stack.
      #expect(Self.problem(nested(200_000, open, close, "1"))?.problem == .tooDeep)
    }
    #expect(Self.problem(nested(65, "[", "]", ""))?.problem == .tooDeep)
  }

  @Test(arguments: [
    #""\x""#, #""\u12""#, #""\u12G4""#, #""\ud800""#, #""\ud800x""#, #""\ud800\u0041""#,
    #""\udc00""#, "\"a", "\"a\\", "\"\n\"", "\"\u{1}\"",
  ])
  func brokenStringsAreRefused(text: String) {
    #expect(Self.problem(Array(text.utf8))?.problem == .badText, "\(text)")
  }

  @Test func bytesThatAreNoUTF8AreRefused() {
    for bytes in [[0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] {
      #expect(Self.problem([0x22] + bytes.map(UInt8.init) + [0x22])?.problem == .badText)
    }
  }

  @Test func escapesReadAsWhatTheyMean() throws {
    #expect(
      try Self.read(#" [ "\u0041\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\" , true ] "#)
        == ["Aé😀/\u{8}\u{C}\n\r\t\"\\", true])
  }

  @Test func randomValuesReadBackAndWriteTheSame() throws {
    var random = SeededGenerator(state: 7)
    for _ in 0..<500 {
      let value = Self.value(depth: 0, &random)
      let bytes = value.canonical
      let read = try JSON(reading: bytes)
      #expect(read == value)
      #expect(read.canonical == bytes)
    }
  }

  /// What must be canonical is held against that while it is read: as if it were written again.
  @Test func aCanonicalTextIsToldFromEveryOther() throws {
    var random = SeededGenerator(state: 9)
    let pieces = [
      " ", "\n", "\\u0041", "\\u000a", "\\u001F", "\\u001f", "\\/", "\\n", "\u{7F}", "\\u007f",
      "\"",
      ",", ":", "0", "-", "{}", "[]", "é", "e\u{301}", "a",
    ].map { Array($0.utf8) }
    var canonical = 0
    for _ in 0..<4000 {
      var bytes = Self.value(depth: 0, &random).canonical
      #expect((try? JSON(readingCanonical: bytes))?.canonical == bytes)
      let piece = pieces.randomElement(using: &random) ?? []
      let place = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...2, using: &random))
      bytes.replaceSubrange(place..<end, with: piece)
      let expected = (try? JSON(reading: bytes)).flatMap { $0.canonical == bytes ? $0 : nil }
      #expect((try? JSON(readingCanonical: bytes)) == expected, "\(bytes)")
      canonical += expected == nil ? 0 : 1
    }
    #expect((100...3900).contains(canonical))
  }

  @Test(arguments: [
    #"{"b":1,"a":2}"#, #"{"a": 1}"#, #"["\u0041"]"#, #"["\/"]"#, #"["\u001F"]"#, #"["\u000a"]"#,
    "[\"\u{7F}\"]", "[] ", #"{"é":1,"z":2}"#, #"["\ud83d\ude00"]"#,
  ])
  func anotherFormIsRefusedWhereItMustBeCanonical(text: String) throws {
    _ = try Self.read(text)
    #expect(throws: JSON.ReadingError.self) { try JSON(readingCanonical: text.utf8) }
  }

  @Test func randomBytesNeverTrap() {
    var random = SeededGenerator(state: 8)
    let alphabet = Array("{}[]\",:\\u0123456789abdeflnrst \n\u{FFFD}".utf8) + [0xFF, 0x00, 0x80]
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).compactMap { _ in
        alphabet.randomElement(using: &random)
      }
      if let problem = Self.problem(bytes) { #expect((0...bytes.count).contains(problem.offset)) }
    }
  }

  private static func value(depth: Int, _ random: inout SeededGenerator) -> JSON {
    switch Int.random(in: 0..<(depth > 4 ? 3 : 5), using: &random) {
    case 0: return .bool(.random(using: &random))
    case 1: return .integer(.random(in: -(1 << 53)...(1 << 53), using: &random))
    case 2: return .string(text(&random))
    case 3:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          value(depth: depth + 1, &random)
        })
    default:
      var members: [String: JSON] = [:]
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        members[text(&random)] = value(depth: depth + 1, &random)
      }
      return .object(members)
    }
  }

  private static func text(_ random: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let ranges: [ClosedRange<UInt32>] = [0...0x7F, 0x20...0x7E, 0x80...0xD7FF, 0xE000...0x10FFFF]
      let range = ranges.randomElement(using: &random) ?? 0...0x7F
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
