import Glibc
import TextGate

/// What to run, and how. The text is what a person confirmed, byte for byte.
public struct CommandRequest: Sendable {
  /// The text for bash.
  public var text: Untrusted
  /// An absolute path.
  public var directory: String
  /// All variables that the command gets: see ``EnvironmentRule``, and ``Carried`` for the next ones.
  public var environment: [String: String]
  /// Rows of the terminal that it sees.
  public var rows: Int
  /// Columns of the terminal that it sees.
  public var columns: Int
  /// Exit codes that count as passed.
  public var passingExitCodes: Set<Int>
  /// Nil: it may take as long as it takes.
  public var timeLimit: TimeLimit?
  /// Values to hide beside those of variables whose names say that they are secret.
  public var secrets: [Secret]
  /// Who runs it: the record names them when they have it stopped.
  public var person: Untrusted
  /// What the output must hold, all of it, for the command to pass.
  public var expectations: [ExpectedOutput]
  /// The name of the value that the last line of the output becomes; nil for none.
  public var value: NamedValue?
  /// What is tried again and again once the command has passed; nil for nothing.
  public var poll: Poll?

  /// When a command is ended: SIGTERM after `limit`, SIGKILL after `grace` more.
  public struct TimeLimit: Hashable, Sendable {
    /// From the start to SIGTERM.
    public var limit: Duration
    /// From SIGTERM to SIGKILL.
    public var grace: Duration

    /// Ten seconds of grace unless told otherwise.
    public init(_ limit: Duration, grace: Duration = .seconds(10)) {
      self.limit = limit
      self.grace = grace
    }
  }

  /// What a runbook expects of an output.
  public enum ExpectedOutput: Hashable, Sendable {
    case contains(Untrusted)
    /// A regular expression as Swift's `Regex` reads it, tried on each line.
    case matches(Untrusted)
  }

  /// A value that the last line of the output becomes.
  public struct NamedValue: Hashable, Sendable {
    /// As later steps name it.
    public let name: String
    /// Whether that line is neither shown nor stored.
    public let isSecret: Bool

    /// Names a value.
    public init(name: String, isSecret: Bool) {
      self.name = name
      self.isSecret = isSecret
    }
  }

  /// A check that is tried until it passes: each try is a process of its own.
  public struct Poll: Hashable, Sendable {
    /// The text for bash; it passes with exit 0. The same as the request's for a check alone.
    public var text: Untrusted
    /// From the end of one try to the start of the next.
    public var every: Duration
    /// From the first try until the check has failed.
    public var limit: Duration

    /// Names a check.
    public init(text: Untrusted, every: Duration, limit: Duration) {
      self.text = text
      self.every = every
      self.limit = limit
    }
  }

  /// Whether nothing runs but the check.
  var isPollAlone: Bool { poll?.text == text }

  /// Passes on exit 0 only, without a time limit, unless told otherwise.
  public init(
    text: Untrusted, directory: String, environment: [String: String], rows: Int = 24,
    columns: Int = 80, passingExitCodes: Set<Int> = [0], timeLimit: TimeLimit? = nil,
    secrets: [Secret] = [], person: Untrusted = ""
  ) {
    self.text = text
    self.directory = directory
    self.environment = environment
    self.rows = rows
    self.columns = columns
    self.passingExitCodes = passingExitCodes
    self.timeLimit = timeLimit
    self.secrets = secrets
    self.person = person
    expectations = []
    value = nil
    poll = nil
  }

  /// Linux takes 128 KiB in one variable, its name included (execve(2), MAX_ARG_STRLEN).
  static let longestText = 131_071 - Shell.textVariable.utf8.count - 1

  /// Every value that must not be stored or shown.
  public var allSecrets: [Secret] {
    secrets + Secret.inEnvironment(environment)
  }

  /// Whether it could be started, as far as can be told before.
  func check() throws(CannotStart) {
    if text.isBlank { throw .emptyCommand }
    if text.holdsNull { throw .holdsNull(.command) }
    if directory.utf8.contains(0) { throw .holdsNull(.directory) }
    if environment.contains(where: { $0.key.utf8.contains(0) || $0.value.utf8.contains(0) }) {
      throw .holdsNull(.environment)
    }
    if text.raw.utf8.count > Self.longestText { throw .tooLong(bytes: text.raw.utf8.count) }
    if let poll {
      if poll.text.isBlank { throw .emptyCommand }
      if poll.text.holdsNull { throw .holdsNull(.command) }
      let bytes = poll.text.raw.utf8.count
      if bytes > Self.longestText { throw .tooLong(bytes: bytes) }
    }
    var status = stat()
    guard stat(directory, &status) == 0 else {
      if errno == EACCES { throw .directoryClosed(Untrusted(directory)) }
      throw .noDirectory(Untrusted(directory))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .notADirectory(Untrusted(directory))
    }
    guard access(directory, X_OK) == 0 else { throw .directoryClosed(Untrusted(directory)) }
  }

  /// The environment of a shell that runs the text and tells at `path` what is carried over.
  func shellEnvironment(carryingTo path: String) -> [String: String] {
    Self.shellEnvironment(environment, text, carryingTo: path)
  }

  /// A shell's environment: the command's, the text, and where to tell what is carried over.
  static func shellEnvironment(
    _ environment: [String: String], _ text: Untrusted, carryingTo path: String?
  ) -> [String: String] {
    var result = environment.filter { !Shell.ownVariables.contains($0.key) }
    result[Shell.textVariable] = text.raw
    result[Shell.carryVariable] = path
    return result
  }
}
