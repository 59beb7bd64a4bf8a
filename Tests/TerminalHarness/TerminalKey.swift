/// A key as a person presses it, sent as an xterm sends it.
public enum TerminalKey: Hashable, Sendable {
  case character(Character)
  case control(Character)
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  case function(Int)

  /// The bytes; cursor keys depend on whether the program asked for application mode.
  func bytes(applicationCursor: Bool) -> [UInt8] {
    func cursor(_ letter: String) -> [UInt8] {
      Array(((applicationCursor ? "\u{1B}O" : "\u{1B}[") + letter).utf8)
    }
    switch self {
    case .character(let character): return Array(String(character).utf8)
    case .control(let character):
      return [(String(character).uppercased().utf8.first ?? 0x40) & 0x1F]
    case .alt(let character): return [0x1B] + Array(String(character).utf8)
    case .enter: return [0x0D]
    case .escape: return [0x1B]
    case .tab: return [0x09]
    case .backTab: return Array("\u{1B}[Z".utf8)
    case .backspace: return [0x7F]
    case .delete: return Array("\u{1B}[3~".utf8)
    case .insert: return Array("\u{1B}[2~".utf8)
    case .up: return cursor("A")
    case .down: return cursor("B")
    case .right: return cursor("C")
    case .left: return cursor("D")
    case .home: return cursor("H")
    case .end: return cursor("F")
    case .pageUp: return Array("\u{1B}[5~".utf8)
    case .pageDown: return Array("\u{1B}[6~".utf8)
    case .function(let number): return Self.function(number)
    }
  }

  private static func function(_ number: Int) -> [UInt8] {
    switch number {
    case 1...4: return Array("\u{1B}O".utf8) + [UInt8(0x50 + number - 1)]
    case 5: return Array("\u{1B}[15~".utf8)
    case 6...10: return Array("\u{1B}[\(number + 11)~".utf8)
    case 11, 12: return Array("\u{1B}[\(number + 12)~".utf8)
    default: return []
    }
  }
}
