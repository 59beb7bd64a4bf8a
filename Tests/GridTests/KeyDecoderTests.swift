import Grid
import Testing
import TextGate

@Suite("Keys from bytes")
struct KeyDecoderTests {
  /// What a decoder gives when the pieces come one after the other, with a pause after each.
  private func keys(_ pieces: String..., described: [[UInt8]: Key] = [:]) -> [Key] {
    keys(bytes: pieces.map { Array($0.utf8) }, described: described)
  }

  private func keys(bytes pieces: [[UInt8]], described: [[UInt8]: Key] = [:]) -> [Key] {
    var decoder = KeyDecoder(described: described)
    return pieces.flatMap { piece in
      decoder.feed(piece) + (decoder.isWaiting ? decoder.timeOut() : [])
    }
  }

  @Test("plain characters, controls and named keys")
  func plain() {
    #expect(
      keys("jé漢🚨 ") == [
        .character("j"), .character("é"), .character("漢"), .character("🚨"), .character(" "),
      ])
    #expect(keys("\r\n\t\u{7F}\u{8}") == [.enter, .enter, .tab, .backspace, .backspace])
    #expect(
      keys("\u{4}\u{3}\u{1A}\u{0}\u{1C}") == [
        .control("d"), .control("c"), .control("z"), .control("@"), .control("\\"),
      ])
  }

  @Test(
    "the sequences of keys, in every dialect",
    arguments: [
      ("[A", .up), ("OA", .up), ("[B", .down), ("[C", .right), ("[D", .left), ("OD", .left),
      ("[H", .home), ("[1~", .home), ("[7~", .home), ("OH", .home), ("[F", .end), ("[4~", .end),
      ("[5~", .pageUp), ("[6~", .pageDown), ("[2~", .insert), ("[3~", .delete), ("[Z", .backTab),
      ("OP", .function(1)), ("[11~", .function(1)), ("[[A", .function(1)), ("[15~", .function(5)),
      ("[24~", .function(12)), ("OM", .enter), ("Oq", .character("1")),
    ] as [(String, Key)])
  func sequences(rest: String, key: Key) {
    #expect(keys("\u{1B}" + rest) == [key])
    #expect(keys("x\u{1B}" + rest + "y") == [.character("x"), key, .character("y")])
  }

  @Test("the terminal's own description, which wins")
  func described() {
    let own: [[UInt8]: Key] = [
      Array("\u{1B}[25~".utf8): .home, Array("\u{1B}[A".utf8): .pageUp,
      Array("\u{1B}u".utf8): .up, Array("j".utf8): .end,
    ]
    #expect(keys("\u{1B}[25~", described: own) == [.home])
    #expect(keys("\u{1B}[A", described: own) == [.pageUp])
    #expect(keys("\u{1B}u", described: own) == [.up])
    #expect(keys("j", described: own) == [.character("j")])
  }

  @Test("a lone Escape, and two")
  func escapes() {
    #expect(keys("\u{1B}") == [.escape])
    #expect(keys("\u{1B}\u{1B}") == [.escape, .escape])
    #expect(keys("\u{1B}", "j") == [.escape, .character("j")])
    #expect(keys("\u{1B}", "\u{1B}", "[A") == [.escape, .escape])
  }

  @Test(
    "unknown sequences are ignored whole, never acted on by their tail",
    arguments: [
      "\u{1B}[1;5A", "\u{1B}[25~", "\u{1B}[?1;2c", "\u{1B}[<0;10;10M", "\u{1B}[<0;10;10m",
      "\u{1B}[M !!", "\u{1B}[12;40R", "\u{1B}[201~", "\u{1B}[ q", "\u{1B}[>41;354;0c",
      "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\",
      "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}q", "\u{1B}é", "\u{1B}\r",
      "\u{1B}\u{1B}[A", "\u{1B}OX", "\u{1B}\u{1B}OA", "\u{1B}[[X", "\u{1B}[I", "\u{1B}[O",
      "\u{1B}[" + String(repeating: "1;", count: 400) + "A",
    ])
  func unknown(sequence: String) {
    #expect(keys(sequence) == [])
    #expect(keys(sequence + "z") == [.character("z")])
  }

  @Test("a slow line may cut a sequence anywhere: its tail is still no key")
  func cutSequences() {
    #expect(keys("\u{1B}", "[A") == [.escape])
    #expect(keys("\u{1B}", "[", "A", "j") == [.escape, .character("j")])
    #expect(keys("\u{1B}", "OA") == [.escape])
    #expect(keys("\u{1B}[", "A") == [.up])
    #expect(keys("\u{1B}[1;", "5", "A", "j") == [.character("j")])
    #expect(keys("\u{1B}[M", "q", "!!", "j") == [.character("j")])
  }

  @Test("characters cut by the line are put together, broken ones are seen")
  func characters() {
    #expect(keys(bytes: [[0xE6], [0xBC], [0xA2]]) == [.character("漢")])
    #expect(keys(bytes: [[0xFF]]) == [.character("\u{FFFD}")])
    #expect(keys(bytes: [[0xE6, 0x6A]]) == [.character("\u{FFFD}"), .character("j")])
    #expect(keys(bytes: [[0x9B, 0x41]]) == [.character("\u{FFFD}"), .character("A")])
    // C1 in UTF-8 is no character, and begins nothing.
    #expect(keys(bytes: [[0xC2, 0x9B, 0x41]]) == [.character("A")])
    #expect(keys(bytes: [[0xED, 0xA0, 0x80]]) == [.character("\u{FFFD}")])
  }

  @Test("a bracketed paste is data, to its last byte")
  func paste() {
    let text = "one\rq\u{1B}[A\u{1B}[20\u{1B}\u{3}é\nlast"
    #expect(
      keys("\u{1B}[200~" + text + "\u{1B}[201~j") == [.paste(Untrusted(text)), .character("j")])
    #expect(
      keys("\u{1B}[200~on", "e\u{1B}", "[201", "~") == [.paste("one")])
    #expect(keys("\u{1B}[200~\u{1B}[201~") == [.paste("")])
    #expect(
      keys("\u{1B}[200~a\u{1B}[201~\u{1B}[200~b\u{1B}[201~") == [.paste("a"), .paste("b")])
  }

  @Test("a paste of the longest length is taken, a longer one refused with its length")
  func longPaste() {
    let most = String(repeating: "x", count: KeyDecoder.longestPaste)
    #expect(keys("\u{1B}[200~" + most + "\u{1B}[201~") == [.paste(Untrusted(most))])
    #expect(
      keys("\u{1B}[200~" + most + "y\u{1B}[201~q")
        == [.overlongPaste(bytes: KeyDecoder.longestPaste + 1), .character("q")])
  }

  @Test("no bytes trap, and a decoder always comes back to plain keys")
  func anything() {
    var random = Seeded(5)
    let pieces: [[UInt8]] = [
      [0x1B], [0x1B], [0x5B], [0x4F], [0x41], [0x7E], [0x32, 0x30, 0x30, 0x7E], [0x4D], [0x5D],
      [0x07], [0xC3], [0xA9], [0xFF], [0x0D], [0x31, 0x3B], [0x50], [0x18],
    ]
    for _ in 0..<2_000 {
      var decoder = KeyDecoder()
      for _ in 0..<random.number(0...20) {
        _ = decoder.feed(random.pick(pieces))
        if random.number(0...3) == 0 { _ = decoder.timeOut() }
      }
      // Whatever it was in the middle of, ends and then a key come through.
      _ = decoder.feed(Array("\u{1B}[201~".utf8))
      _ = decoder.timeOut()
      _ = decoder.feed(Array("zzzz".utf8))
      #expect(decoder.feed([0x6A]) == [.character("j")])
    }
  }
}

@Suite("Key names")
struct KeyWordTests {
  @Test(
    "are what the footer and the help say",
    arguments: [
      (.control("d"), "Ctrl-D"), (.enter, "Enter"), (.character(" "), "Space"),
      (.character("j"), "j"), (.function(10), "F10"), (.pageDown, "PgDn"), (.escape, "Esc"),
      (.character("\u{202E}"), "<U+202E>"),
    ] as [(Key, String)])
  func words(key: Key, word: String) {
    #expect(key.word.text == word)
  }
}
