import TextGate

/// The directory and the variables that a command left behind, for the same person's next command.
///
/// It holds secrets as they are: keep it in memory, never store or show its values.
public struct Carried: Hashable, Sendable {
  /// An absolute path.
  public let directory: String
  /// All exported variables, the shell's own ones left out.
  public let environment: [String: String]
  /// Variables that the command exported and that are not carried, sorted: they would change what
  /// a later text does though that text does not show it.
  public let refused: [String]

  /// Names of variables that the command set, changed or removed, sorted.
  public func changes(from before: [String: String]) -> [String] {
    Set(before.keys).union(environment.keys).filter { before[$0] != environment[$0] }.sorted()
  }

  /// Reads what the shell wrote: the directory, each variable as `NAME=value`, and an empty end,
  /// each with a NUL after it. Nil when the end is not there: a part is not carried.
  init?(_ bytes: [UInt8]) {
    guard bytes.suffix(2) == [0, 0] else { return nil }
    let fields = bytes.dropLast(2).split(separator: 0, omittingEmptySubsequences: false)
    guard let first = fields.first, let directory = String(validating: first, as: UTF8.self),
      directory.hasPrefix("/")
    else { return nil }
    self.directory = directory
    var environment: [String: String] = [:]
    var refused: [String] = []
    for field in fields.dropFirst() {
      guard let equals = field.firstIndex(of: UInt8(ascii: "=")), equals > field.startIndex else {
        return nil
      }
      let name = String(decoding: field[..<equals], as: UTF8.self)
      let value = String(validating: field[(equals + 1)...], as: UTF8.self)
      if Self.shellsOwn.contains(name) { continue }
      if let value, !Self.changesLaterTexts(name) {
        environment[name] = value
      } else {
        refused.append(name)
      }
    }
    self.environment = environment
    self.refused = refused.sorted()
  }

  /// Set by each shell for itself.
  private static let shellsOwn: Set<String> = ["_", "PWD", "OLDPWD", "SHLVL"]

  /// Variables that make a shell or the loader run something that the text does not show.
  private static func changesLaterTexts(_ name: String) -> Bool {
    [
      "BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "PROMPT_COMMAND", "PS4", "IFS",
      "BASH_XTRACEFD", "LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH",
    ].contains(name) || name.hasPrefix("BASH_FUNC_")
  }
}

/// What came of carrying over.
public enum CarryOver: Hashable, Sendable {
  case carried(Carried)
  /// Nothing arrived: the shell was replaced or killed before its end.
  case notCarried
  /// Nothing ran but a check, which leaves all as it was.
  case unchanged

  /// What to tell, when there is something to tell.
  public var sentence: Showable? {
    switch self {
    case .carried(let carried):
      carried.refused.isEmpty
        ? nil
        : """
        Not carried over, because they change what later commands do: \
        \(carried.refused.map { Untrusted($0).showable }.joined(", ")).
        """
    case .notCarried: "Environment not carried: directory and variables stay as they were before."
    case .unchanged: nil
    }
  }
}
