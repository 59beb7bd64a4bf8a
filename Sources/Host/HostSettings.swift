import Console
import IncidentDomain
import Journal
import TextGate

/// What the console needs of the world, as the command line found it.
public struct HostSettings: Sendable {
  /// Who acts, under which policy, with which permissions.
  public var session: Session
  /// The store, opened; a console without a store never begins.
  public var journal: any Journal
  /// Folders of runbooks, the first that knows a name wins.
  public var runbookFolders: [String]
  /// Where output of commands is kept, a private folder that is made when it is needed.
  public var outputFolder: String
  /// The log file; nil for none. It takes what libraries write to standard error, too.
  public var logFile: String?
  /// Where consoles say who has which incident open; nil where nobody can be told.
  public var presence: (any PresencePlace)?
  /// The address that the terminal is reached from over SSH; nil when it is not.
  public var client: Untrusted?
  /// Variables that the screen and the editor look at: `TERM`, `NO_COLOR`, `VISUAL`, `EDITOR`.
  public var environment: [String: String]
  /// Whether only ASCII may be drawn.
  public var ascii: Bool
  /// The reader's zone at an instant.
  public var zone: @Sendable (Instant) -> Zone
  /// The incident to open at once; nil for the board.
  public var opening: Untrusted?

  /// Collects the settings.
  public init(
    session: Session, journal: any Journal, runbookFolders: [String], outputFolder: String,
    logFile: String?, presence: (any PresencePlace)?, client: Untrusted?,
    environment: [String: String],
    ascii: Bool,
    zone: @escaping @Sendable (Instant) -> Zone, opening: Untrusted? = nil
  ) {
    self.session = session
    self.journal = journal
    self.runbookFolders = runbookFolders
    self.outputFolder = outputFolder
    self.logFile = logFile
    self.presence = presence
    self.client = client
    self.environment = environment
    self.ascii = ascii
    self.zone = zone
    self.opening = opening
  }
}

/// Who acts, where, under which policy; the command line has a session of its own by that name.
public typealias ConsoleSession = Session
