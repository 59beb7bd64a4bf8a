import TextGate

/// What to do in the first minutes, readable without a store or a network (CONSOLE.md, keys `e`, `c`).
public struct EmergencyCard: Hashable, Sendable {
  /// Where it comes from, so that a reader can judge it.
  public let source: Untrusted
  /// In the order shown.
  public let emergencies: [Emergency]
  /// In the order shown.
  public let contacts: [Contact]
  /// Commands that a team wants at hand, in the order shown.
  public let commands: [CriticalCommand]

  /// A command by heart: "Health check all services".
  public struct CriticalCommand: Hashable, Sendable {
    /// What it does.
    public let name: Untrusted
    /// The text to type; shown only, never run from here.
    public let command: Untrusted

    /// Holds the parts as they are.
    public init(name: Untrusted, command: Untrusted) {
      self.name = name
      self.command = command
    }
  }

  /// One emergency and its steps, in order.
  public struct Emergency: Hashable, Sendable {
    /// What is happening, in the words a frightened person looks for: "COMPLETE OUTAGE".
    public let name: Untrusted
    /// What to do, the first thing first; a step may name a runbook.
    public let steps: [Untrusted]

    /// Holds the parts as they are.
    public init(name: Untrusted, steps: [Untrusted]) {
      self.name = name
      self.steps = steps
    }
  }

  /// Who to call for a part of the work, who when they do not answer, and after how long.
  public struct Contact: Hashable, Sendable {
    /// What they are called for: "Database Admin".
    public let role: Untrusted
    /// Whom to call first.
    public let primary: Untrusted
    /// Whom to call when the first does not answer.
    public let backup: Untrusted
    /// How long to wait before calling the next, in words: "+15 min", "immediate".
    public let escalation: Untrusted

    /// Holds the parts as they are.
    public init(role: Untrusted, primary: Untrusted, backup: Untrusted, escalation: Untrusted) {
      self.role = role
      self.primary = primary
      self.backup = backup
      self.escalation = escalation
    }
  }

  /// Holds the parts as they are.
  public init(
    source: Untrusted, emergencies: [Emergency], contacts: [Contact],
    commands: [CriticalCommand] = []
  ) {
    self.source = source
    self.emergencies = emergencies
    self.contacts = contacts
    self.commands = commands
  }

  /// The four emergencies of seed 004, its scripts replaced by the shipped runbooks that do the
  /// same, and its contacts by role: a policy of one's own names the people.
  public static let builtIn = EmergencyCard(
    source: "built-in policy",
    emergencies: [
      Emergency(
        name: "COMPLETE OUTAGE",
        steps: [
          "Roll back the last change: core/rollback-procedures",
          "Check the status pages of the providers you depend on",
          "Page the on-call engineer",
        ]),
      Emergency(
        name: "DATABASE CORRUPTION",
        steps: [
          "Stop all services that write",
          "Restore from backup: core/backup-and-restore",
          "Escalate to the database team",
        ]),
      Emergency(
        name: "SECURITY BREACH",
        steps: [
          "Revoke all tokens: core/security-breach",
          "Lock the system down: close every way in but yours",
          "Call the security team immediately",
        ]),
      Emergency(
        name: "HIGH LOAD / DDOS",
        steps: [
          "Turn on the protection of the network edge",
          "Scale up: core/high-load",
          "Watch the load until it is down",
        ]),
    ],
    contacts: [
      Contact(
        role: "On-Call Engineer", primary: "PagerDuty", backup: "Rotation list",
        escalation: "automatic"),
      Contact(
        role: "Database Admin", primary: "DBA team", backup: "Vendor support",
        escalation: "+15 min"),
      Contact(
        role: "Security", primary: "Security team", backup: "CISO", escalation: "immediate"),
      Contact(
        role: "Infrastructure", primary: "DevOps lead", backup: "CTO", escalation: "+30 min"),
    ])
}
