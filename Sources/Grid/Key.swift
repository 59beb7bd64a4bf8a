import TextGate

/// One key, or one thing the terminal told in its place, as the screens understand it.
public enum Key: Hashable, Sendable {
  /// A character that shows: never a control character.
  case character(Unicode.Scalar)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  /// Control and a lower-case letter, or one of `@ \ ] ^ _`; keys that have a name of their own
  /// (Enter, Tab, Escape, Backspace) never come as this.
  case control(Character)
  /// A function key, from 1.
  case function(Int)
  /// A whole bracketed paste as data; nothing in it was a key press.
  case paste(Untrusted)
  /// A paste of so many bytes that was longer than the limit, and was not taken.
  case overlongPaste(bytes: Int)
}

/// A key together with how it came.
public struct KeyPress: Hashable, Sendable {
  /// The key.
  public let key: Key
  /// Whether it came among more keys than a hand can press: a paste without brackets, or a cat on
  /// the keyboard. Such a key may move the selection but never writes (more than five in 10 ms).
  public let isBurst: Bool

  /// Makes a key press.
  public init(_ key: Key, isBurst: Bool = false) {
    self.key = key
    self.isBurst = isBurst
  }
}

extension Key {
  /// The key's name for help and footer: `Ctrl-D`, `Enter`, `Space`, `j`.
  public var word: Showable {
    switch self {
    case .character(" "): return "Space"
    case .character(let scalar): return Untrusted(String(scalar)).showable
    case .enter: return "Enter"
    case .escape: return "Esc"
    case .tab: return "Tab"
    case .backTab: return "Shift-Tab"
    case .backspace: return "Backspace"
    case .delete: return "Del"
    case .insert: return "Ins"
    case .up: return "Up"
    case .down: return "Down"
    case .left: return "Left"
    case .right: return "Right"
    case .home: return "Home"
    case .end: return "End"
    case .pageUp: return "PgUp"
    case .pageDown: return "PgDn"
    case .control(let letter): return "Ctrl-\(Untrusted(letter.uppercased()).showable)"
    case .function(let number): return "F\(number)"
    case .paste, .overlongPaste: return "paste"
    }
  }
}
