import Execution
import TerminalHarness
import Testing
import TextGate

@Suite("Output made showable")
struct OutputGateTests {
  private func lines(_ parts: [[UInt8]], keeping: Int = 100) -> [String] {
    var gate = OutputGate(keepingLines: keeping)
    for part in parts { gate.feed(part) }
    gate.finish()
    return gate.lines.map(\.text)
  }

  private static let cases: [(String, [String])] = [
    ("", []), ("one", ["one"]), ("one\n", ["one"]), ("one\r\n\r\ntwo\r\n", ["one", "", "two"]),
    ("a\tb\n1234567\tc", ["a       b", "1234567 c"]),
    ("é 漢 🚒\n", ["é 漢 🚒"]),
    // Sequences
    ("\u{1B}[1;31mred\u{1B}[0m plain", ["red plain"]),
    ("\u{1B}]0;title\u{07}a\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", ["alink"]),
    ("\u{1B}(B\u{1B}=\u{1B}7x\u{1B}P1$q\u{1B}\\y\u{1B}c", ["xy"]),
    ("\u{1B}[2J\u{1B}[1;1HPassword:", ["Password:"]),
    ("\u{1B}]0;never ended\nnext", ["^[]0;never ended", "next"]),
    ("\u{1B}[12\u{07}x", ["^[[12^Gx"]), ("\u{1B}\u{1B}[0mx", ["^[x"]), ("end\u{1B}[3", ["end^[[3"]),
    ("x\u{9B}5mx\u{9D}2;t", ["x<9B>5mx<9D>2;t"]),
    // Carriage returns
    ("10%\r20%\r100%\r\ndone\n", ["100%  [overwritten 2 times]", "done"]),
    ("NOT fixed\rfixed    ", ["NOT fixed^M", "fixed    "]),
    ("NOT fixed\rfixed\n", ["NOT fixed^M", "fixed"]),
    ("a\rNOT b\rb\rb\n", ["a^M", "NOT b^M", "b  [overwritten 1 times]"]),
    ("[#  ] 1.2MB/s\r[## ] 900kB/s\n", ["[## ] 900kB/s  [overwritten 1 times]"]),
    ("\r\r\nx\r", ["", "x"]), ("abc\r\u{1B}[Kdef", ["abc^M", "def"]),
    // Backspaces
    ("N\u{8}NA\u{8}AM\u{8}ME", ["NAME"]), ("_\u{8}a_\u{8}b", ["ab"]), ("a\u{8}_", ["a"]),
    ("|\u{8}/\u{8}-\u{8}\\\u{8}done", ["done"]), ("10%\u{8}\u{8}\u{8}20%", ["20%"]),
    ("NOT\u{8}\u{8}\u{8}fixed", ["NOT^H^H^Hfixed"]), ("\u{8}x", ["x"]), ("safe\u{8}", ["safe"]),
    // What hides
    ("bob\u{202E}ecila", ["bob<U+202E>ecila"]), ("pro\u{200B}d", ["pro<U+200B>d"]),
    ("a\u{0}b\u{07}\u{0E}", ["a^@b^G^N"]),
  ]

  @Test("shows lines as a person may read them, and hides no text", arguments: cases)
  func whole(text: String, expected: [String]) {
    #expect(lines([Array(text.utf8)]) == expected)
  }

  @Test("shows the same however the output is split", arguments: cases)
  func split(text: String, expected: [String]) {
    let bytes = Array(text.utf8)
    #expect(lines(bytes.map { [$0] }) == expected)
    for place in bytes.indices {
      #expect(lines([Array(bytes[..<place]), Array(bytes[place...])]) == expected, "at \(place)")
    }
  }

  @Test("marks bytes that are no UTF-8, and keeps what is around them")
  func invalid() {
    #expect(lines([[0x6F, 0x6B, 0x20, 0xE2, 0x82, 0x20, 0xC1, 0xBF]]) == ["ok <E2><82> <C1><BF>"])
    #expect(
      lines([[0xE9, 0x74, 0xE9, 0x0A, 0xED, 0xA0, 0x80, 0xF0, 0x9F]])
        == ["<E9>t<E9>", "<ED><A0><80><F0><9F>"])
  }

  @Test("sends nothing to a terminal that acts or hides, whatever comes")
  func random() {
    var generator = SystemRandomNumberGenerator()
    let pieces: [[UInt8]] =
      Self.cases.map { Array($0.0.utf8) } + [
        [0xC2], [0x9B], [0x1B], [0x0D], [0xFF], [0x08], [0x0A],
      ]
    for _ in 0..<300 {
      let bytes = (0..<20).flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
      let shown = lines([bytes]).joined(separator: "\n")
      #expect(EscapeOracle.findings(Array(shown.utf8)) == [], "\(bytes)")
    }
  }

  @Test("keeps the last lines, and counts what it let go")
  func bounded() {
    var gate = OutputGate(keepingLines: 3)
    for number in 1...1000 { gate.feed("\u{1B}[1mline \(number)\n".utf8) }
    gate.feed("unfinished".utf8)
    #expect(gate.lines.map(\.text) == ["line 998", "line 999", "line 1000", "unfinished"])
    #expect(gate.lineCount == 1000)
    #expect(gate.droppedLines == 997)
    #expect(gate.droppedSequences == 1000)
  }

  @Test("breaks a line that never ends, so that memory stays bounded")
  func longLine() {
    let shown = lines([Array(repeating: UInt8(ascii: "x"), count: 10_000)])
    #expect(shown.map(\.utf8.count) == [4096, 4096, 1808])
  }

  @Test("shows a sequence that is too long to be one")
  func longSequence() {
    let shown = lines([Array(("\u{1B}]0;" + String(repeating: "x", count: 5000)).utf8)])
    #expect(shown.joined().utf8.filter { $0 == UInt8(ascii: "x") }.count == 5000)
  }
}
