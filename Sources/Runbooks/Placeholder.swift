import TextGate

/// A place in a command that a person must fill: `<COMMIT_HASH>`, `YYYYMMDD`.
public struct Placeholder: Hashable, Sendable {
  /// What it is called: `COMMIT_HASH`, `YYYYMMDD`.
  public let name: String
  /// As it stands in the command, brackets and all.
  public let text: Untrusted
  /// Whether it may well be meant as it stands; then the person may say so and keep it.
  public let isDoubtful: Bool
  /// Whether its value is read again by a second shell or interpreter, so that only letters, digits
  /// and `_ @ % + = : , . / -` are accepted.
  public let acceptsPlainOnly: Bool
}

/// Why a command cannot run as it stands.
public enum BlockedReason: Hashable, Sendable {
  /// A placeholder is open.
  case placeholder(name: String)
  /// It opens a session, and the lines after would be meant for that session.
  case opensSession(program: String, line: Int)
  /// It does not end by itself, and lines follow.
  case neverEnds(program: String, line: Int)
  /// A control character or a character that cannot be seen stands in it.
  case hiddenCharacter(line: Int)
  /// It reads a variable that an earlier step sets without `export`, so that it would be empty.
  case variableNotCarried(name: String, step: String)
  /// The code block is never closed, so other lines may have been taken into it.
  case unclosedFence
  /// The file is not UTF-8, so the bytes of the command are not those of the file.
  case notUTF8

  /// One clause for a person.
  public var message: Showable {
    switch self {
    case .placeholder(let name): "<\(Untrusted(name).showable)> must be filled in"
    case .opensSession(let program, let line):
      "\(Untrusted(program).showable) on line \(line) opens a session and lines follow"
    case .neverEnds(let program, let line):
      "\(Untrusted(program).showable) on line \(line) does not end by itself and lines follow"
    case .hiddenCharacter(let line): "a character that cannot be seen stands on line \(line)"
    case .variableNotCarried(let name, let step):
      """
      it reads $\(Untrusted(name).showable), which step \(Untrusted(step).showable) sets without \
      export, so it is not carried over
      """
    case .unclosedFence: "its code block is never closed"
    case .notUTF8: "the file is not UTF-8"
    }
  }
}

/// Why a command was not made of the values given.
public enum ResolutionRefusal: Error, Hashable, Sendable {
  case missing(name: String)
  case empty(name: String)
  /// A line end or another control character.
  case controlCharacter(name: String)
  /// It begins with `-` and would be read as an option.
  case option(name: String)
  /// It would be read again by a second shell or interpreter.
  case notPlain(name: String)
  /// It would change how the rest of the command is read.
  case changesCommand(name: String)

  /// One sentence for a person: what and what to do.
  public var message: Showable {
    switch self {
    case .missing(let name): "give a value for \(Untrusted(name).showable)"
    case .empty(let name): "the value of \(Untrusted(name).showable) is empty; give one"
    case .controlCharacter(let name):
      "the value of \(Untrusted(name).showable) holds a line end or a control character; leave it out"
    case .option(let name):
      "the value of \(Untrusted(name).showable) begins with -, which a program reads as an option"
    case .notPlain(let name):
      """
      the value of \(Untrusted(name).showable) is read again by another program; use only letters, \
      digits and _ @ % + = : , . / -
      """
    case .changesCommand(let name):
      "the value of \(Untrusted(name).showable) would change how the command is read; run it by hand"
    }
  }
}
