import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// Keys at random: no order of them may trap, and none may write without a form.
@Suite struct MonkeyTests {
  /// Numbers from a seed, the same on every machine (SplitMix64).
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  private static let keys: [Key] =
    (0x20...0x7E).compactMap { UnicodeScalar(UInt8($0)) }.map { .character($0) }
    + "adefghklpuw".map { .control($0) }
    + [
      .enter, .enter, .enter, .escape, .tab, .backTab, .up, .down, .left, .right, .home, .end,
      .pageUp, .pageDown, .backspace, .delete, .function(1), .insert, .character("é"),
      .character("漢"), .character("\u{301}"), .paste("pasted\ntext \u{1b}[31m"),
      .overlongPaste(bytes: 5_000_000),
    ]

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func anyKeysInAnyOrder(seed: UInt64) {
    var dice = Dice(state: seed)
    var host = FakeHost.walking()
    for step in 0..<300 {
      guard let key = Self.keys.randomElement(using: &dice) else { continue }
      let hadPrompt = host.screen().contains("write it")
      let before = host.effects.count
      host.send(.key(KeyPress(key, isBurst: step % 31 == 0)))
      let wrote = host.effects[before...].contains { effect in
        switch effect {
        // The text of a draft comes from an editor or the record, not from a prompt.
        case .append(_, .savePostmortem, _, _): false
        case .append, .declare, .merge: true
        default: false
        }
      }
      if wrote { #expect(hadPrompt || host.screen().contains("RUNNING"), "\(key) wrote at once") }
      if step % 5 == 0 { host.pass(Int.random(in: 0...90, using: &dice)) }
      if step % 40 == 0 { host.other("bob", .note("from bob"), on: 1) }
      let size = Size(
        columns: Int.random(in: 0...140, using: &dice), rows: Int.random(in: 0...50, using: &dice))
      let frame = Console.view(host.model, size, glyphs: step % 2 == 0 ? .utf8 : .ascii)
      #expect(frame.size == size)
    }
  }
}
