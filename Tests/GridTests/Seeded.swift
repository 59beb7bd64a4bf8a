/// Numbers and texts that are the same on every run.
struct Seeded {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(0...(elements.count - 1))]
  }

  /// Words, wide characters, marks, emoji and spaces, mixed.
  mutating func text(of count: Int) -> String {
    let pieces = ["a", "b", "word", " ", " ", "  ", "é", "e\u{301}", "漢", "字", "🚨", "→", "\u{302}"]
    return (0..<count).map { _ in pick(pieces) }.joined()
  }
}
