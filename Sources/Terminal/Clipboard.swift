import Foundation
import Glibc
import TextGate

extension Screen {
  /// The longest text that terminals take, in bytes: xterm's and others' limit, as k9s found it.
  public static let longestCopy = 74_994

  /// Puts a text on the reader's own clipboard, over SSH too (OSC 52; TERMINAL A3 #23).
  ///
  /// The text travels as base64, so nothing in it can act on the terminal. A terminal that does not
  /// know the sequence ignores it.
  /// - Returns: false when the text is too long; nothing was sent then.
  public func copy(_ text: Untrusted, isInTmux: Bool) -> Bool {
    let bytes = Data(text.raw.utf8)
    guard bytes.count <= Self.longestCopy else { return false }
    var sequence = "\u{1B}]52;c;\(bytes.base64EncodedString())\u{7}"
    if isInTmux {
      sequence =
        "\u{1B}Ptmux;"
        + sequence.replacingOccurrences(of: "\u{1B}", with: "\u{1B}\u{1B}") + "\u{1B}\\"
    }
    var rest = Array(sequence.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      // A terminal that is gone is the loop's to notice.
      if count < 0, errno != EINTR, errno != EAGAIN { return true }
      rest = rest.dropFirst(max(0, count))
    }
    return true
  }
}
