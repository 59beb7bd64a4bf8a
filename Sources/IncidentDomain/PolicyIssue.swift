import TextGate

/// A row of the response matrix: what the policy says of one type of issue (seeds 001 and 002).
public struct IssueType: Hashable, Sendable {
  /// "Service Outage".
  public let name: Untrusted
  /// Nil when the row names none.
  public let severity: Severity?
  /// By when somebody answers; 0 seconds for at once.
  public let firstResponse: Span?
  /// A path with its anchor, relative to the policy's documents.
  public let document: Untrusted?
  /// Whom to escalate to and after how long, in words: "L2 after 15 min", "Security team".
  public let escalation: Untrusted?
  /// The level that ``escalation`` names; nil when it names a team.
  public let escalationLevel: Int?
  /// When that level is called, from the declaration; nil when no time is told.
  public let escalationAfter: Span?
  /// Where people talk about it.
  public let channel: Untrusted?
  /// The runbook to open, by name.
  public let runbook: Untrusted?

  /// Holds the parts as they are.
  public init(
    name: Untrusted, severity: Severity?, firstResponse: Span?, document: Untrusted?,
    escalation: Untrusted?, escalationLevel: Int?, escalationAfter: Span?, channel: Untrusted?,
    runbook: Untrusted?
  ) {
    self.name = name
    self.severity = severity
    self.firstResponse = firstResponse
    self.document = document
    self.escalation = escalation
    self.escalationLevel = escalationLevel
    self.escalationAfter = escalationAfter
    self.channel = channel
    self.runbook = runbook
  }
}

/// Where people talk, and about what.
public struct Channel: Hashable, Sendable {
  /// A severity or a type of issue, in words: "Critical Incidents", "SEV-1".
  public let subject: Untrusted
  /// "#ops-critical-alerts".
  public let channel: Untrusted

  /// Holds the parts as they are.
  public init(subject: Untrusted, channel: Untrusted) {
    self.subject = subject
    self.channel = channel
  }
}

/// Everything of a policy that the program acts on; the file may hold more, for people.
public struct OperationsPolicy: Sendable {
  /// What a new incident copies.
  public var incident: Policy
  /// What `e` and `c` show.
  public var card: EmergencyCard
  /// Other words for severities, in lower case: "p1".
  public var aliases: [String: Severity]
  /// The response matrix, in the file's order.
  public var issues: [IssueType]
  /// In the file's order.
  public var channels: [Channel]
  /// In the file's order.
  public var windows: [MaintenanceWindow]
  /// What is done around every window.
  public var maintenance: MaintenanceSteps
  /// In the file's order.
  public var backups: [Backup]
  /// In the file's order.
  public var checklists: [Checklist]
  /// By when it must be looked at again; nil when it names no date.
  public var review: PolicyReview?

  /// Holds the parts as they are.
  public init(
    incident: Policy, card: EmergencyCard, aliases: [String: Severity] = [:],
    issues: [IssueType] = [], channels: [Channel] = [], windows: [MaintenanceWindow] = [],
    maintenance: MaintenanceSteps = MaintenanceSteps(), backups: [Backup] = [],
    checklists: [Checklist] = [], review: PolicyReview? = nil
  ) {
    self.review = review
    self.incident = incident
    self.card = card
    self.aliases = aliases
    self.issues = issues
    self.channels = channels
    self.windows = windows
    self.maintenance = maintenance
    self.backups = backups
    self.checklists = checklists
  }
}
