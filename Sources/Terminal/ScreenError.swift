import TextGate

/// Why no full screen can be had; the program then goes on line by line.
public enum ScreenError: Error, Hashable, Sendable {
  /// Standard input or output is a pipe or a file.
  case notATerminal
  /// The host has no description of any terminal that could stand in for this one.
  case unknownTerminal(Untrusted)
  /// The terminal cannot move its cursor: `dumb`, or none named.
  case cannotMoveCursor(Untrusted)

  /// What is wrong and what to do, in one sentence.
  public var sentence: Showable {
    switch self {
    case .notATerminal:
      "Standard input and output are not both a terminal: use --plain, or run it in a terminal."
    case .unknownTerminal(let name):
      """
      This host has no description of the terminal \(name.showable) nor of xterm-256color or \
      vt100: use --plain, or install the terminal descriptions.
      """
    case .cannotMoveCursor(let name):
      name.isBlank
        ? "TERM is not set: use --plain, or set TERM to your terminal's name."
        : "A terminal of the kind \(name.showable) shows lines only: use --plain."
    }
  }
}
