import TextGate

/// What the policy file may hold: one table that the reader, the checks, the writer and the
/// description for people are made from.
public enum PolicySchema {
  /// What a field holds.
  public indirect enum Kind: Hashable, Sendable {
    case text
    case texts
    /// `15 min`, `2 h`, `3 days`, `5 working days`, `immediate`.
    case span
    /// `SEV-1` to `SEV-4`, or an alias.
    case severity
    case number(ClosedRange<Int>)
    /// `yes` or `no`.
    case flag
    /// `2026-11-21`.
    case date
    /// `< 30 min`, `> 99.9 %`, `$500`.
    case limit
    /// `daily 02:00`, `Tue, Thu 03:00`, `first Sun 02:00`, `every 6 h`.
    case recurrence
    /// A path with an anchor, or an address.
    case link
    /// `UTC`, `Europe/Berlin`.
    case zone
    case choice([String])
    case records([Field])

    /// What a person must write.
    public var word: Showable {
      switch self {
      case .text: "text"
      case .texts: "list of texts"
      case .span: "time, as 15 min, 2 h, 3 days, 5 working days or immediate"
      case .severity: "SEV-1 to SEV-4 or an alias"
      case .number(let range): "number from \(range.lowerBound) to \(range.upperBound)"
      case .flag: "yes or no"
      case .date: "date, as 2026-11-21"
      case .limit: "limit, as < 30 min, > 99.9 % or $500"
      case .recurrence: "recurrence, as daily 02:00, Tue, Thu 03:00, first Sun 02:00 or every 6 h"
      case .link: "path or address"
      case .zone: "zone, as UTC or Europe/Berlin"
      case .choice(let words): "one of \(words.map { Untrusted($0).showable }.joined(", "))"
      case .records: "list of entries"
      }
    }
  }

  /// A field of a row, or of what stands once.
  public struct Field: Hashable, Sendable {
    /// As written in the file.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// What it means.
    public let help: Showable
    /// Whether a row without it is no row.
    public let isRequired: Bool
    /// Whether two rows of one key contradict each other when it differs.
    public let isCompared: Bool

    init(
      _ name: String, _ kind: Kind, _ help: Showable, required: Bool = false, compared: Bool = false
    ) {
      self.name = name
      self.kind = kind
      self.help = help
      isRequired = required
      isCompared = compared
    }
  }

  /// What stands once, at the top of the file.
  public static let header: [Field] = [
    Field("name", .text, "what the policy calls itself"),
    Field("version", .text, "its number, if it has one"),
    Field("type", .text, "what kind of document it is"),
    Field("status", .text, "Active, Draft, …"),
    Field("purpose", .text, "what it is for"),
    Field("audience", .text, "who reads it"),
    Field("maintained_by", .text, "who answers for it"),
    Field("last_updated", .date, "when it was last changed"),
    Field("next_review", .date, "by when it must be looked at again"),
    Field("review_cycle", .text, "how often it is looked at"),
    Field("repository", .link, "where it is kept"),
    Field("documents_in", .text, "the folder that links start from; else the file's own"),
    Field("zone", .zone, "the zone of times of day; else UTC"),
    Field("notice", .span, "how long ahead users are told of maintenance"),
    Field("escalation_repeats", .span, "the ladder starts anew when nobody answered for so long"),
  ]

  /// The fields of a table's rows; the first is the key that names a row.
  public static func fields(of table: PolicyTable) -> [Field] {
    switch table {
    case .severities: severities
    case .levels: levels
    case .tiers: tiers
    case .objectives: objectives
    case .data: data
    case .recovery: recovery
    case .issues: issues
    case .contacts: contacts
    case .channels: channels
    case .environments: environments
    case .practices: practices
    case .windows: windows
    case .maintenance: maintenance
    case .backups: backups
    case .checklists: checklists
    case .card: card
    case .commands: commands
    case .reading: reading
    case .reviews: reviews
    case .thresholds: thresholds
    case .targets: targets
    case .budgets: budgets
    case .systems: systems
    case .tools: tools
    case .runbooks: runbooks
    case .documents: documents
    case .references: references
    }
  }
}

/// The tables of the policy file, in the order they are written.
public enum PolicyTable: String, CaseIterable, Sendable {
  case severities, levels, tiers, objectives, data, recovery, issues, contacts, channels
  case environments, practices, windows, maintenance, backups, checklists, card, commands, reading
  case reviews, thresholds, targets, budgets, systems, tools, runbooks, documents, references

  /// What it is, for people.
  public var help: Showable {
    switch self {
    case .severities: "severities with their aliases and targets"
    case .levels: "who answers at each level of escalation"
    case .tiers: "service tiers with RPO and RTO"
    case .objectives: "RPO and RTO of what is no tier"
    case .data: "RPO by kind of data"
    case .recovery: "ways to recover, with the time each may take and took"
    case .issues: "the response by type of issue"
    case .contacts: "whom to call"
    case .channels: "where people talk, by severity or type of issue"
    case .environments: "environments and what promotes into them"
    case .practices: "how things are done"
    case .windows: "maintenance windows"
    case .maintenance: "what is done around every maintenance window"
    case .backups: "what is backed up, and when"
    case .checklists: "daily, weekly and monthly lists, and kickoff lists"
    case .card: "the emergency card"
    case .commands: "commands to have at hand"
    case .reading: "what to read, by role"
    case .reviews: "what is looked at again, and how often"
    case .thresholds: "when an alert fires"
    case .targets: "numbers to report against"
    case .budgets: "cost by service"
    case .systems: "addresses of systems"
    case .tools: "tools and how to reach them"
    case .runbooks: "the catalogue of runbooks"
    case .documents: "the index of documents"
    case .references: "other addresses and places"
    }
  }

  /// The field that names a row.
  public var key: String { PolicySchema.fields(of: self)[0].name }
}
