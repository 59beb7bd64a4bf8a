import Grid
import Testing
import TextGate

@Suite("Wrapping")
struct WrappingTests {
  @Test("breaks at spaces, and long words hard")
  func breaks() {
    func lines(_ text: Showable, _ columns: Int) -> [String] {
      text.wrapped(to: columns).map(\.text)
    }
    #expect(lines("the replica was promoted", 11) == ["the replica", "was", "promoted"])
    #expect(lines("the replica was promoted", 80) == ["the replica was promoted"])
    #expect(lines("patronictl failover", 6) == ["patron", "ictl", "failov", "er"])
    #expect(lines("漢字漢字", 5) == ["漢字", "漢字"])
    #expect(lines("a  b", 2) == ["a ", "b"])
    #expect(lines("ab ", 2) == ["ab", ""])
    #expect(lines("", 5) == [""])
    #expect(lines("漢", 0) == ["漢"])
    #expect(lines("e\u{301}e\u{301}", 1) == ["e\u{301}", "e\u{301}"])
  }

  @Test("loses no character and fills no line beyond its columns")
  func losesNothing() {
    var random = Seeded(11)
    for _ in 0..<2_000 {
      let text = Untrusted(random.text(of: random.number(0...40))).showable
      let columns = random.number(2...30)
      let lines = text.wrapped(to: columns)
      #expect(lines.allSatisfy { $0.columns <= columns }, "\(text.text) in \(columns)")
      #expect(isWrapping(of: text.text, lines: lines.map(\.text)), "\(text.text) in \(columns)")
    }
  }

  /// Whether the lines give the text again with one space, or nothing, at each break.
  private func isWrapping(of text: String, lines: [String]) -> Bool {
    var rest = Array(text.unicodeScalars)[...]
    for (index, line) in lines.enumerated() {
      guard rest.starts(with: line.unicodeScalars) else { return false }
      rest = rest.dropFirst(line.unicodeScalars.count)
      // A break inside a word stands for nothing; the next line then begins where this one ended.
      guard index + 1 < lines.count, rest.first == " " else { continue }
      let next = Array(lines[index + 1].unicodeScalars)
      if !rest.starts(with: next) || rest.dropFirst().starts(with: next) {
        rest = rest.dropFirst()
      }
    }
    return rest.isEmpty
  }
}
