import IncidentDomain
import TextGate

extension OperationsPolicy {
  /// What the program acts on of a document. A table that the file leaves out is the built-in one,
  /// as far as an incident needs it: targets, levels and tiers; the rest stays empty.
  ///
  /// - Parameter source: what the card says of where it comes from.
  public init(_ document: PolicyDocument, source: Untrusted) {
    let zone = document.header.text("zone")?.raw ?? "UTC"
    self.init(
      incident: Policy(document),
      card: EmergencyCard(document, source: source),
      aliases: Self.aliases(document),
      issues: document[.issues].map(IssueType.init),
      channels: document[.channels].compactMap { row in
        guard let subject = row.text("for"), let channel = row.text("channel") else { return nil }
        return Channel(subject: subject, channel: channel)
      },
      windows: document[.windows].compactMap {
        MaintenanceWindow(
          $0, zone: zone, notice: document.header.span("notice").flatMap(Self.seconds))
      },
      maintenance: MaintenanceSteps(
        before: Self.steps(document, "before"), during: Self.steps(document, "during"),
        after: Self.steps(document, "after")),
      backups: document[.backups].compactMap { row in
        guard let name = row.text("name"), let when = row.recurrence("when") else { return nil }
        return Backup(name: name, recurrence: when, zone: row.text("zone")?.raw ?? zone)
      },
      checklists: document[.checklists].compactMap { Checklist($0, zone: zone) },
      review: document.header.date("next_review")?.instant().map { due in
        PolicyReview(
          due: due, updated: document.header.date("last_updated")?.instant(),
          policy: document.header.text("name") ?? document.file,
          owner: document.header.text("maintained_by"))
      })
  }

  private static func aliases(_ document: PolicyDocument) -> [String: Severity] {
    var result: [String: Severity] = [:]
    for row in document[.severities] {
      guard let severity = row.severity("severity") else { continue }
      for alias in row.texts("aliases") { result[alias.written.raw.lowercased()] = severity }
    }
    return result
  }

  private static func steps(_ document: PolicyDocument, _ phase: String) -> [Untrusted] {
    document[.maintenance].filter { $0.text("phase")?.raw == phase }
      .flatMap { $0.texts("steps").map(\.written) }
  }

  static func seconds(_ span: Span) -> Int? {
    if case .elapsed(let seconds) = span { seconds } else { nil }
  }
}

extension Policy {
  init(_ document: PolicyDocument) {
    self = .builtIn
    name = document.header.text("name") ?? document.file
    if !document[.severities].isEmpty {
      targets = [:]
      for row in document[.severities] {
        if let severity = row.severity("severity") { targets[severity] = SeverityTargets(row) }
      }
    }
    if !document[.tiers].isEmpty {
      tiers = [:]
      for row in document[.tiers] {
        guard let number = row.number("tier"), let point = row.span("rpo"),
          let time = row.span("rto")
        else { continue }
        tiers[number] = Tier(recoveryPoint: point, recoveryTime: time)
      }
    }
    if !document[.levels].isEmpty {
      levels = [:]
      for row in document[.levels] {
        if let number = row.number("level"), let who = row.text("who") { levels[number] = who }
      }
    }
    escalationRepeats = document.header.span("escalation_repeats")
  }
}

extension SeverityTargets {
  fileprivate init(_ row: PolicyRecord) {
    self.init(
      acknowledge: row.span("acknowledge"),
      acknowledgementExpires: row.span("acknowledgement_expires"),
      escalations: row.records("escalate").compactMap { step in
        guard let level = step.number("level"), let after = step.span("after") else { return nil }
        return Escalation(level: level, after: after)
      }.sorted { $0.level < $1.level },
      update: row.span("update"), mitigate: row.span("mitigate"), resolve: row.span("resolve"),
      postmortem: row.span("post_mortem"), team: row.text("team") ?? "")
  }
}

extension EmergencyCard {
  fileprivate init(_ document: PolicyDocument, source: Untrusted) {
    self.init(
      source: source,
      emergencies: document[.card].compactMap { row in
        row.text("emergency").map {
          Emergency(name: $0, steps: row.texts("steps").map(\.written))
        }
      },
      contacts: document[.contacts].compactMap { row in
        row.text("role").map {
          Contact(
            role: $0, primary: row.text("primary") ?? "", backup: row.text("backup") ?? "",
            escalation: row.text("after") ?? "")
        }
      },
      commands: document[.commands].compactMap { row in
        guard let name = row.text("name"), let command = row.text("command") else { return nil }
        return CriticalCommand(name: name, command: command)
      })
  }
}

extension IssueType {
  fileprivate init(_ row: PolicyRecord) {
    let rung = row.text("escalation").flatMap { EscalationText($0.raw) }
    self.init(
      name: row.text("type") ?? "", severity: row.severity("severity"),
      firstResponse: row.span("first_response"), document: row.text("document"),
      escalation: row.text("escalation"), escalationLevel: rung?.level,
      escalationAfter: rung?.after, channel: row.text("channel"), runbook: row.text("runbook"))
  }
}

extension MaintenanceWindow {
  fileprivate init?(_ row: PolicyRecord, zone: String, notice: Int?) {
    guard let name = row.text("name"), let when = row.recurrence("when") else { return nil }
    let told = row["when"].flatMap { PolicyRecurrenceText.read($0.written.raw) }
    self.init(
      name: name, recurrence: when, zone: row.text("zone")?.raw ?? told?.zone ?? zone,
      // An hour where nobody says how long: long enough to be noticed.
      duration: row.span("duration").flatMap(OperationsPolicy.seconds)
        ?? told?.minutes.map { $0 * 60 } ?? 3600,
      notice: row.span("notice").flatMap(OperationsPolicy.seconds) ?? notice,
      frequency: row.text("frequency"))
  }
}

extension Checklist {
  fileprivate init?(_ row: PolicyRecord, zone: String) {
    guard let name = row.text("name") else { return nil }
    self.init(
      name: name, cycle: row.text("repeats").flatMap { Cycle(rawValue: $0.raw) } ?? .kickoff,
      zone: row.text("zone")?.raw ?? zone, isAutomated: row.flag("automated") ?? false,
      items: row.records("items").compactMap { item in
        item.text("item").map {
          Item(
            name: $0, question: item.text("question"), isRequired: item.flag("required") ?? true,
            notes: item.text("notes"), document: item.text("document"),
            recurrence: item.recurrence("when"))
        }
      })
  }
}
