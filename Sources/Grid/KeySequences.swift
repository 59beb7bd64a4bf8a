/// The escape sequences that terminals send for keys, whatever their description says: a session
/// may have passed through several terminals on its way here.
///
/// From the xterm control sequences, the Linux console and rxvt.
enum KeySequences {
  static let usual: [[UInt8]: Key] = {
    var table: [[UInt8]: Key] = [:]
    func add(_ rest: String, _ key: Key) { table[[0x1B] + Array(rest.utf8)] = key }
    let arrows: [(String, Key)] = [
      ("A", .up), ("B", .down), ("C", .right), ("D", .left), ("H", .home), ("F", .end),
    ]
    for (letter, key) in arrows {
      add("[" + letter, key)
      add("O" + letter, key)
    }
    let numbered: [(Int, Key)] = [
      (1, .home), (2, .insert), (3, .delete), (4, .end), (5, .pageUp), (6, .pageDown),
      (7, .home), (8, .end),
    ]
    for (number, key) in numbered { add("[\(number)~", key) }
    let functions = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24]
    for (index, number) in functions.enumerated() { add("[\(number)~", .function(index + 1)) }
    for (index, letter) in ["P", "Q", "R", "S"].enumerated() {
      add("O" + letter, .function(index + 1))
    }
    for (index, letter) in ["A", "B", "C", "D", "E"].enumerated() {
      add("[[" + letter, .function(index + 1))
    }
    add("[Z", .backTab)
    // The number pad, which sends these once a terminal was told that keys are wanted.
    add("OM", .enter)
    for (letter, character) in zip(
      "jklmnopqrstuvwxy".unicodeScalars, "*+,-./0123456789".unicodeScalars)
    {
      add("O" + String(letter), .character(character))
    }
    return table
  }()
}
