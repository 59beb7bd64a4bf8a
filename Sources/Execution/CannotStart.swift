import Glibc
import TextGate

/// Why a command could not be started. Nothing ran.
public enum CannotStart: Error, Hashable, Sendable {
  case emptyCommand
  /// U+0000 would cut the text: what runs would not be what was shown.
  case holdsNull(Part)
  case tooLong(bytes: Int)
  case environmentTooLarge
  case noDirectory(Untrusted)
  case notADirectory(Untrusted)
  case directoryClosed(Untrusted)
  case noShell
  /// Variables that the step needs, by its runbook.
  case missingVariables([String])
  case noTerminal(code: Int32)
  case folderNotPrivate(Untrusted)
  case outputNotStored(Untrusted, code: Int32)
  case notSpawned(code: Int32)

  /// Where a U+0000 stands.
  public enum Part: Hashable, Sendable {
    case command, directory, environment

    var word: Showable {
      switch self {
      case .command: "command"
      case .directory: "directory"
      case .environment: "environment"
      }
    }
  }

  /// What happened, and what to do.
  public var sentence: Showable {
    switch self {
    case .emptyCommand:
      "Nothing was run: the command is empty."
    case .holdsNull(let part):
      "Nothing was run: the \(part.word) holds a NUL character; remove it."
    case .tooLong(let bytes):
      """
      Nothing was run: the command has \(bytes) bytes and a shell takes at most \
      \(CommandRequest.longestText); put it into a script.
      """
    case .environmentTooLarge:
      "Nothing was run: its variables are larger than Linux takes; unset large ones."
    case .noDirectory(let path):
      "Nothing was run: the directory \(path.showable) is not there; choose another."
    case .notADirectory(let path):
      "Nothing was run: \(path.showable) is not a directory; choose another."
    case .directoryClosed(let path):
      "Nothing was run: you may not enter the directory \(path.showable); choose another."
    case .noShell:
      "Nothing was run: \(Untrusted(Shell.path).showable) is not there; install bash."
    case .missingVariables(let names):
      """
      Nothing was run: the step needs \(names.map { Untrusted($0).showable }.joined(", ")); set \
      and export it in an earlier step or before mayday is started.
      """
    case .noTerminal(let code):
      """
      Nothing was run: no pseudo-terminal could be opened (\(Self.reason(code))); close other \
      terminals.
      """
    case .folderNotPrivate(let path):
      """
      Nothing was run: the output folder \(path.showable) must be yours and closed to others; run \
      chmod 700 on it.
      """
    case .outputNotStored(let path, let code):
      """
      Nothing was run: its output could not be stored in \(path.showable) (\(Self.reason(code))); \
      make room or choose another folder.
      """
    case .notSpawned(let code):
      "Nothing was run: the shell could not be started (\(Self.reason(code))); try again."
    }
  }

  /// The same as a part of a longer sentence: no capital at its beginning, no full stop at its end.
  public var clause: Showable {
    let scalars = sentence.text.unicodeScalars
    return sentence.keeping("n".unicodeScalars + scalars.dropFirst().dropLast())
  }

  static func reason(_ code: Int32) -> Showable {
    Untrusted(String(cString: strerror(code))).showable
  }
}
