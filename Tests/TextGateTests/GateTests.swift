import Testing
import TextGate

@Suite("The gate")
struct GateTests {
  /// What the oracle of the attack sample finds in text that reached a terminal: its rules, written
  /// down apart from the gate's own tables.
  private func findings(_ text: String) -> [String] {
    var result: [String] = []
    var run = 0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x00...0x1F, 0x7F: result.append("C0")
      case 0x80...0x9F: result.append("C1")
      case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x061C, 0x00AD, 0x034F, 0x115F,
        0x1160,
        0x17B4, 0x17B5, 0x180E, 0x2028, 0x2029, 0x2800, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB,
        0xE0000...0xE0FFF:
        result.append("invisible U+" + String(scalar.value, radix: 16))
      default: break
      }
      let combines = scalar.properties.canonicalCombiningClass != .notReordered
      run = combines ? run + 1 : 0
      if run == 5 { result.append("five marks in a row") }
    }
    return result
  }

  @Test("shows nothing that acts on a terminal or hides, of any class")
  func shown() throws {
    for hostile in try Hostile.all() {
      let text = Untrusted(hostile.text).showable.text
      #expect(findings(text) == [], "\(hostile.name): \(text)")
      for line in Untrusted(hostile.text).showableLines {
        #expect(findings(line.text) == [], "\(hostile.name): \(line.text)")
      }
    }
  }

  @Test("changes nothing of what it has let through")
  func idempotent() throws {
    for hostile in try Hostile.all() {
      let once = Untrusted(hostile.text).showable
      #expect(Untrusted(once.text).showable == once, "\(hostile.name)")
      #expect(Untrusted(once.text).showableLines.map(\.text) == [once.text], "\(hostile.name)")
    }
  }

  @Test("gives at most four bytes for each that came, and eight for a TAB in lines")
  func bounded() throws {
    for hostile in try Hostile.all() {
      let count = hostile.text.utf8.count
      #expect(Untrusted(hostile.text).showable.text.utf8.count <= 4 * count, "\(hostile.name)")
      let tabs = hostile.text.utf8.count { $0 == 0x09 }
      let lines = Untrusted(hostile.text).showableLines.reduce(0) { $0 + $1.text.utf8.count }
      #expect(lines <= 4 * count + 4 * tabs, "\(hostile.name)")
    }
  }

  @Test("loses no letter of what came, and lets no hidden thing pass unmarked")
  func keepsLetters() throws {
    for hostile in try Hostile.all() {
      var shown = Untrusted(hostile.text).showable.text.unicodeScalars[...]
      for scalar in hostile.text.unicodeScalars
      where (0x20...0x7E).contains(scalar.value) || (0x4E00...0x9FFF).contains(scalar.value) {
        guard let index = shown.firstIndex(of: scalar) else {
          Issue.record("\(hostile.name) lost \(scalar)")
          break
        }
        shown = shown[shown.index(after: index)...]
      }
    }
    for (raw, expected) in [
      ("a\u{1B}[2Jb", "a^[[2Jb"), ("a\u{0}b\u{7F}", "a^@b^?"), ("\u{9B}m", "<9B>m"),
      ("bob\u{202E}x", "bob<U+202E>x"), ("a\u{200B}b", "a<U+200B>b"), ("a\u{AD}b", "a<AD>b"),
      ("a\rb", "a^Mb"), ("a\nb\tc", "a^Jb^Ic"), ("\u{301}", "◌\u{301}"), ("⚠\u{FE0F}", "⚠"),
      ("a\u{FE0F}", "a<U+FE0F>"), ("👩\u{200D}🚒", "👩🚒"), ("a\u{200D}b", "a<U+200D>b"),
      ("a\u{2003}b", "a<U+2003>b"), ("ok \u{FFFD} end", "ok \u{FFFD} end"),
      ("e" + String(repeating: "\u{302}", count: 7), "e\u{302}\u{302}\u{302}\u{302}<+3 marks>"),
    ] {
      #expect(Untrusted(raw).showable.text == expected)
    }
  }

  @Test("leaves ordinary text of many scripts alone")
  func ordinary() {
    for text in [
      "Checkout returns 503", "é à ü ß ñ", "Ünïcödé", "漢字かな", "한국어", "עברית", "العربية", "हिन्दी",
      "e\u{301}tude", "a\u{A0}b", "🚨🔥", "─│✓▶", "“quotes” – and … dashes", "ไทย", "한",
    ] {
      #expect(Untrusted(text).showable.text == text)
    }
  }

  @Test("splits lines at LF and CR LF only")
  func lines() {
    func lines(_ raw: String) -> [String] { Untrusted(raw).showableLines.map(\.text) }
    #expect(lines("a\nb\r\nc\rd") == ["a", "b", "c^Md"])
    #expect(lines("") == [""])
    #expect(lines("\n") == [""])
    #expect(lines("a\n\nb\n") == ["a", "", "b"])
    #expect(lines("a\r") == ["a^M"])
    #expect(lines("a\r\r\nb") == ["a^M", "b"])
    #expect(lines("a\tb\tc") == ["a       b       c"])
    #expect(lines("12345678\tx") == ["12345678        x"])
    #expect(lines("a\u{2028}b\u{85}c") == ["a<U+2028>b<85>c"])
  }

  @Test("is quick for text of a megabyte of marks")
  func quick() {
    let bomb = "e" + String(repeating: "\u{302}", count: 500_000)
    let clock = ContinuousClock()
    var shown = Showable.empty
    let time = clock.measure { shown = Untrusted(bomb).showable }
    #expect(shown.text == "e\u{302}\u{302}\u{302}\u{302}<+499996 marks>")
    #expect(time < .seconds(5))
  }
}

@Suite("Showable text")
struct ShowableTests {
  @Test("is put together of literals, numbers and showable text only, each gated")
  func interpolation() {
    let title = Untrusted("a\u{1B}[2Jb").showable
    let text: Showable = "INC-\(42) \(title)\u{202E}"
    #expect(text.text == "INC-42 a^[[2Jb<U+202E>")
    #expect(("\u{7}" as Showable).text == "^G")
    #expect([title, "x"].joined(", ").text == "a^[[2Jb, x")
  }

  @Test("is no way round the gate when its initialisers are called by name")
  func byName() {
    let evil = "\u{1B}]0;x\u{7}"
    #expect(Showable(stringLiteral: evil).text == "^[]0;x^G")
    var interpolation = Showable.Interpolation(literalCapacity: 0, interpolationCount: 0)
    interpolation.appendLiteral(evil)
    #expect(Showable(stringInterpolation: interpolation).text == "^[]0;x^G")
    #expect(Showable.empty.keeping(evil.unicodeScalars).text == "^[]0;x^G")
  }

  @Test("in ASCII has one sign for each character that is none, and no mark")
  func ascii() {
    #expect(Untrusted("é漢e\u{301}→ ok").showable.ascii.text == "??e? ok")
    #expect(Untrusted("plain").showable.ascii.text == "plain")
  }

  @Test("cut between any two of its scalars shows nothing hidden")
  func keeping() throws {
    for hostile in try Hostile.recorded() {
      let scalars = Array(Untrusted(hostile.text).showable.text.unicodeScalars)
      for start in 0...min(20, scalars.count) {
        let part = Untrusted(hostile.text).showable.keeping(scalars[start...])
        #expect(Untrusted(part.text).showable == part)
      }
    }
  }
}

@Suite("Untrusted text")
struct UntrustedTests {
  @Test("keeps what came, byte for byte, and tells blanks and U+0000")
  func keeps() throws {
    for hostile in try Hostile.all() {
      #expect(Array(Untrusted(hostile.text).raw.utf8) == Array(hostile.text.utf8))
    }
    #expect(Untrusted(" \t\n").isBlank)
    #expect(!Untrusted(" x").isBlank)
    #expect(Untrusted("a\u{0}").holdsNull)
    #expect(!Untrusted("a0").holdsNull)
  }

  @Test("is ordered by code point")
  func order() {
    #expect(
      ["b", "é", "Z", "🚨", "\u{FFFD}"].map { Untrusted($0) }.sorted().map(\.raw) == [
        "Z", "b", "é", "\u{FFFD}", "🚨",
      ])
  }
}
