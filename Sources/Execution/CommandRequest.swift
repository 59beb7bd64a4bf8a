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

  /// Passes on exit 0 only, without a time limit, unless told otherwise.
  public init(
    text: Untrusted, directory: String, environment: [String: String], rows: Int = 24,
    columns: Int = 80, passingExitCodes: Set<Int> = [0], timeLimit: TimeLimit? = nil,
    secrets: [Secret] = []
  ) {
    self.text = text
    self.directory = directory
    self.environment = environment
    self.rows = rows
    self.columns = columns
    self.passingExitCodes = passingExitCodes
    self.timeLimit = timeLimit
    self.secrets = secrets
  }

  /// Linux takes 128 KiB in one variable, its name included (execve(2), MAX_ARG_STRLEN).
  static let longestText = 131_071 - Shell.textVariable.utf8.count - 1

  /// Every value that must not be stored or shown.
  var allSecrets: [Secret] {
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

  /// The shell's environment: the command's, the text, and where to tell what is carried over.
  func shellEnvironment(carryingTo path: String) -> [String: String] {
    var result = environment.filter { !Shell.ownVariables.contains($0.key) }
    result[Shell.textVariable] = text.raw
    result[Shell.carryVariable] = path
    return result
  }
}
