import Glibc
import Grid
import Testing
import TextGate

@Suite("Display width")
struct DisplayWidthTests {
  /// Runs with the character type of C.UTF-8 in this thread only.
  private func inUTF8Locale<Result>(_ body: () throws -> Result) throws -> Result {
    let locale = try #require(newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))
    let before = uselocale(locale)
    defer {
      uselocale(before)
      freelocale(locale)
    }
    return try body()
  }

  @Test("agrees with the C library on every character that the gate shows")
  func agreesWithTheCLibrary() throws {
    try inUTF8Locale {
      // Glibc hides it from Swift behind a feature macro.
      let symbol = try #require(dlsym(nil, "wcwidth"))
      let wcwidth = unsafeBitCast(symbol, to: (@convention(c) (wchar_t) -> Int32).self)
      var compared = 0
      var unknown = 0
      var differing: [String] = []
      for value in UInt32(0x20)...0x10FFFF {
        guard let scalar = Unicode.Scalar(value) else { continue }
        switch scalar.properties.generalCategory {
        case .unassigned, .privateUse, .control, .format, .surrogate: continue
        default: break
        }
        let shown = Untrusted("a" + String(scalar)).showable.text.unicodeScalars
        guard shown.count == 2, shown.last == scalar else { continue }
        let expected = Int(wcwidth(wchar_t(value)))
        if expected < 0 {
          // Newer than this C library; ncurses is given a stand-in for it.
          unknown += 1
        } else if DisplayWidth.columns(of: scalar) != expected {
          differing.append("U+\(String(value, radix: 16)): \(expected)")
        }
        compared += 1
      }
      #expect(differing == [])
      #expect(compared > 100_000)
      #expect(unknown < 20_000)
    }
  }

  @Test("counts marks, wide characters and emoji")
  func counts() {
    #expect(Showable.empty.columns == 0)
    #expect(("plain" as Showable).columns == 5)
    #expect(("é" as Showable).columns == 1)
    #expect(("e\u{301}\u{327}" as Showable).columns == 1)
    #expect(("漢字" as Showable).columns == 4)
    #expect(("🚨" as Showable).columns == 2)
    #expect(("─✓▶▌⚠→·…" as Showable).columns == 8)
    #expect(Untrusted("👩\u{200D}🚒").showable.columns == 4)
  }

  @Test("no character that joins the one before it comes through the gate more than four times")
  func joiningCharactersAreLimited() {
    var unlimited: [String] = []
    for value in UInt32(0x300)...0x1FFFF {
      guard let scalar = Unicode.Scalar(value), DisplayWidth.columns(of: scalar) == 0 else {
        continue
      }
      let hostile = Untrusted(
        "e" + String(String.UnicodeScalarView(Array(repeating: scalar, count: 300))))
      let shown = hostile.showable.text.unicodeScalars.count { $0 == scalar }
      if shown > 4 { unlimited.append("U+\(String(value, radix: 16))") }
    }
    #expect(unlimited == [])
  }

  @Test(
    "cuts to a number of columns with a mark of the cut",
    arguments: [
      ("checkout", 8, "checkout"), ("checkout", 7, "checko…"), ("checkout", 1, "…"),
      ("checkout", 0, ""), ("checkout", -3, ""), ("漢字漢", 6, "漢字漢"), ("漢字漢", 5, "漢字…"),
      ("漢字漢", 4, "漢…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("", 3, ""),
    ])
  func clips(text: String, columns: Int, expected: String) {
    #expect(Untrusted(text).showable.clipped(to: columns).text == expected)
  }

  @Test("never gives more columns than asked for, whatever the text")
  func neverTooWide() {
    var random = Seeded(7)
    for _ in 0..<2_000 {
      let text = Untrusted(random.text(of: random.number(0...40))).showable
      let columns = random.number(-2...30)
      let clipped = text.clipped(to: columns)
      #expect(clipped.columns <= max(0, columns))
      if text.columns <= columns { #expect(clipped == text) }
      let padded = text.padded(to: columns)
      // One column may stay empty where a wide character does not fit.
      #expect(padded.columns == max(0, columns))
      #expect(text.paddedLeft(to: columns).columns == max(0, columns))
    }
  }

  @Test("pads on either side")
  func pads() {
    #expect(("ab" as Showable).padded(to: 4).text == "ab  ")
    #expect(("ab" as Showable).paddedLeft(to: 4).text == "  ab")
    #expect(("漢字" as Showable).padded(to: 4).text == "漢字")
    #expect(("漢字漢" as Showable).padded(to: 4).text == "漢… ")
    #expect(Showable.spaces(-1) == .empty)
  }
}
