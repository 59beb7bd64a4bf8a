import Grid
import TextGate

/// Text that is being typed: what stands left and right of the cursor, exactly as it came.
struct LineEditor: Hashable, Sendable {
  private(set) var left: String
  private(set) var right = ""

  /// More than this is not typed but pasted by mistake: a log belongs in a file.
  static let longestPaste = 65_536

  init(_ text: String = "") {
    left = text
  }

  var text: String { left + right }
  var untrusted: Untrusted { Untrusted(text) }
  var isBlank: Bool { untrusted.isBlank }

  /// What an editing key did.
  enum Outcome: Hashable {
    case edited
    /// Not an editing key.
    case ignored
    /// The paste was not taken; why.
    case refused(Showable)
  }

  /// Takes an editing key: the keys of a shell's line, and pastes as data.
  mutating func take(_ key: Key) -> Outcome {
    switch key {
    case .character(let scalar): left.unicodeScalars.append(scalar)
    case .backspace, .control("h"): if !left.isEmpty { left.removeLast() }
    case .delete, .control("d"): if !right.isEmpty { right.removeFirst() }
    case .left, .control("b"): if let last = left.popLast() { right = String(last) + right }
    case .right, .control("f"): if !right.isEmpty { left.append(right.removeFirst()) }
    case .home, .control("a"):
      right = left + right
      left = ""
    case .end, .control("e"):
      left += right
      right = ""
    case .control("u"): left = ""
    case .control("k"): right = ""
    case .control("w"): removeWord()
    case .paste(let text): return paste(text)
    case .overlongPaste(let bytes):
      return .refused("a paste of \(bytes) bytes was not taken; keep it in a file and note where")
    default: return .ignored
    }
    return .edited
  }

  private mutating func removeWord() {
    while left.last?.isWhitespace == true { left.removeLast() }
    while let last = left.last, !last.isWhitespace { left.removeLast() }
  }

  private mutating func paste(_ text: Untrusted) -> Outcome {
    guard !text.holdsNull else {
      return .refused("the paste holds a NUL character, which no record can keep")
    }
    guard text.raw.utf8.count <= Self.longestPaste else {
      return .refused(
        "a paste of \(text.raw.utf8.count) bytes was not taken; keep it in a file and note where")
    }
    // One line: a line end in a paste must never count as Enter, and is data like the rest.
    let lines = text.raw.split(omittingEmptySubsequences: false) { $0.isNewline }
    left += lines.joined(separator: " ")
    return .edited
  }
}
