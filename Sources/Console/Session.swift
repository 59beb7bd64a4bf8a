import IncidentDomain
import TextGate

/// What stays the same while a console is open: who acts, where, under which policy.
public struct Session: Sendable {
  /// Who acts.
  public let actor: Actor
  /// The policy that a new incident copies.
  public let policy: Policy
  /// The whole policy, of which ``policy`` is a part: the matrix by issue type, channels.
  public let operations: OperationsPolicy
  /// The maintenance windows that are open at an instant, in words: made of the policy and the rules
  /// of its zones alone.
  public let openWindows: @Sendable (Instant) -> [Untrusted]
  /// The zones that the policy's lists and windows name.
  public let zones: ZoneFinder
  /// What `e` and `c` show.
  public let card: EmergencyCard
  /// What the person should know as the console opens: that their policy cannot be read.
  public let notice: Showable?
  /// What this session may do.
  public let permissions: Permissions
  /// Where commands run unless a runbook says otherwise.
  public let directory: Untrusted
  /// The process that this console is.
  public let process: OwnProcess

  /// Names a session; without the whole policy there is nothing to fill in from.
  public init(
    actor: Actor, policy: Policy, card: EmergencyCard, permissions: Permissions,
    directory: Untrusted, process: OwnProcess, operations: OperationsPolicy? = nil,
    notice: Showable? = nil,
    openWindows: @escaping @Sendable (Instant) -> [Untrusted] = { _ in [] },
    zones: @escaping ZoneFinder = { _ in .utc }
  ) {
    self.zones = zones
    self.process = process
    self.operations = operations ?? OperationsPolicy(incident: policy, card: card)
    self.notice = notice
    self.openWindows = openWindows
    self.actor = actor
    self.policy = policy
    self.card = card
    self.permissions = permissions
    self.directory = directory
  }
}

/// What tells one console's process from every other one of its machine.
public struct OwnProcess: Hashable, Sendable {
  /// Its number.
  public let id: Int
  /// What the number alone does not tell: the boot and the moment it began.
  public let session: String

  /// Names a process.
  public init(id: Int, session: String) {
    self.id = id
    self.session = session
  }
}

/// What a session may do (COMMANDS.md, `--observer` and `--no-exec`).
public struct Permissions: Hashable, Sendable {
  /// Whether nothing can be written or run.
  public let isObserver: Bool
  /// Whether commands of runbooks can be run.
  public let canRun: Bool

  /// Names the permissions; an observer never runs anything.
  public init(isObserver: Bool = false, canRun: Bool = true) {
    self.isObserver = isObserver
    self.canRun = canRun && !isObserver
  }
}

/// A time zone at one moment, as the host looked it up.
public struct Zone: Hashable, Sendable {
  /// As people write it: `CEST`.
  public let name: Showable
  /// Seconds east of UTC.
  public let offsetSeconds: Int

  /// Names a zone.
  public init(name: Showable, offsetSeconds: Int) {
    self.name = name
    self.offsetSeconds = offsetSeconds
  }

  /// UTC.
  public static let utc = Zone(name: "UTC", offsetSeconds: 0)
}

/// The domain's role; the grid has one too.
typealias ResponderRole = IncidentDomain.Role
