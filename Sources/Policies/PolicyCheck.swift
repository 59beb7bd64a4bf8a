import IncidentDomain
import TextGate

/// Holds policies against themselves and against each other: nothing is hidden where two numbers
/// disagree (DOMAIN.md). Pure; what a link leads to is asked of the caller.
public struct PolicyCheck {
  /// What a link leads to.
  public enum Link: Sendable {
    case present, absent
    /// The file is there, the heading is not.
    case noSuchHeading
  }

  let documents: [PolicyDocument]
  let today: CivilTime
  let link: (PolicyDocument, Untrusted) -> Link
  /// Words for severities, in lower case, of all files.
  let aliases: [String: Severity]
  var findings: [PolicyFinding] = []

  /// Every finding on policies that hold together, by file and line.
  ///
  /// - Parameter link: what a link leads to that stands in a file; addresses of other machines are
  ///   never asked for.
  public static func findings(
    on documents: [PolicyDocument], today: CivilTime,
    link: (PolicyDocument, Untrusted) -> Link
  ) -> [PolicyFinding] {
    withoutActuallyEscaping(link) { link in
      var check = PolicyCheck(documents, today: today, link: link)
      check.aliasesMapOnce()
      check.valuesAgree()
      check.objectivesAgreeWithTiers()
      check.matrixAgreesWithSeverities()
      check.targetsAgree()
      check.recoveryIsTestedAsTold()
      check.backupsKeepTheRecoveryPoint()
      check.ordersHold()
      check.referencesLead()
      check.contactsAnswer()
      check.linksLead()
      check.reviewsAreDue()
      check.windowsAreFree()
      return check.sorted
    }
  }

  private init(
    _ documents: [PolicyDocument], today: CivilTime,
    link: @escaping (PolicyDocument, Untrusted) -> Link
  ) {
    self.documents = documents
    self.today = today
    self.link = link
    var aliases: [String: Severity] = [:]
    for document in documents {
      for record in document[.severities] {
        guard let severity = record.severity("severity") else { continue }
        for alias in record.texts("aliases") {
          aliases[alias.written.raw.lowercased()] = severity
        }
      }
    }
    self.aliases = aliases
  }

  private var sorted: [PolicyFinding] {
    let order = Dictionary(
      documents.enumerated().map { ($1.file, $0) }, uniquingKeysWith: { first, _ in first })
    func key(_ finding: PolicyFinding) -> (Int, Int, Int) {
      guard let place = finding.places.first else { return (0, 0, 0) }
      return (order[place.file] ?? 0, place.line, place.column)
    }
    return findings.enumerated().sorted {
      let (left, right) = (key($0.element), key($1.element))
      return left == right ? $0.offset < $1.offset : left < right
    }.map(\.element)
  }

  mutating func find(
    _ severity: PolicyFinding.Severity, _ rule: PolicyFinding.Rule, _ places: [PolicyPlace],
    _ message: Showable
  ) {
    findings.append(PolicyFinding(severity, rule, places, message))
  }

  /// The rows of a table in all files.
  func rows(_ table: PolicyTable) -> [PolicyRecord] { documents.flatMap { $0[table] } }

  private mutating func aliasesMapOnce() {
    var seen: [String: (severity: Severity, place: PolicyPlace)] = [:]
    for record in rows(.severities) {
      guard let severity = record.severity("severity") else { continue }
      for alias in record.texts("aliases") {
        let word = alias.written.raw.lowercased()
        if let first = seen[word], first.severity != severity {
          find(
            .error, .alias, [first.place, alias.place],
            "\(alias.written.showable) is \(first.severity.word) here and \(severity.word) there; keep one"
          )
        } else if seen[word] == nil {
          seen[word] = (severity, alias.place)
        }
      }
    }
  }

  // MARK: One thing, one value

  private static let compared: [PolicyTable] = [
    .severities, .levels, .tiers, .objectives, .data, .recovery, .issues, .channels, .practices,
    .windows, .backups, .commands, .budgets, .thresholds,
  ]
  /// Tables in which one file names a thing once.
  private static let unique: [PolicyTable] = compared + [.contacts, .checklists, .card]

  private mutating func valuesAgree() {
    for table in Self.unique {
      let fields = PolicySchema.fields(of: table).filter {
        $0.isCompared && Self.compared.contains(table)
      }
      var groups: [String: [PolicyRecord]] = [:]
      var keys: [String] = []
      for record in rows(table) {
        let key = key(of: record, table)
        if groups[key] == nil { keys.append(key) }
        groups[key, default: []].append(record)
      }
      for key in keys {
        guard let group = groups[key], group.count > 1 else { continue }
        // Where two values contradict each other, that an entry stands twice is no news.
        if !compare(group, fields, table) { repeated(group, table) }
      }
    }
  }

  /// Whether a contradiction was found.
  private mutating func compare(
    _ group: [PolicyRecord], _ fields: [PolicySchema.Field], _ table: PolicyTable
  ) -> Bool {
    let before = findings.count
    for field in fields {
      var first: PolicyField?
      var others: [PolicyField] = []
      for record in group {
        guard let value = record[field.name] else { continue }
        if let first {
          if !agree(first, value), !others.contains(where: { agree($0, value) }) {
            others.append(value)
          }
        } else {
          first = value
        }
      }
      guard let first, !others.isEmpty else { continue }
      let values = others.map(\.written.showable).joined(" and ")
      let subject = subject(of: group[0], table)
      find(
        .error, .contradiction, [first.place] + others.map(\.place),
        "\(label(field.name)) of \(subject) is \(first.written.showable) here and \(values) there; agree on one"
      )
    }
    return findings.count > before
  }

  private mutating func repeated(_ group: [PolicyRecord], _ table: PolicyTable) {
    var seen: [Untrusted: PolicyPlace] = [:]
    for record in group {
      if let first = seen[record.place.file] {
        find(
          .warning, .contradiction, [first, record.place],
          "\(subject(of: record, table)) stands twice; make one entry of the two")
      } else {
        seen[record.place.file] = record.place
      }
    }
  }

  func agree(_ left: PolicyField, _ right: PolicyField) -> Bool {
    if case .limit(let one) = left.value, case .limit(let other) = right.value {
      return one.agrees(with: other)
    }
    if case .text(let one) = left.value, case .text(let other) = right.value {
      return PolicyWords.subject(one.raw) == PolicyWords.subject(other.raw)
    }
    if case .severity(_, let one) = left.value, case .severity(_, let other) = right.value {
      return one == other
    }
    if case .recurrence(let one, _) = left.value, case .recurrence(let other, _) = right.value {
      return one == other
    }
    return left.value == right.value
  }

  private func key(of record: PolicyRecord, _ table: PolicyTable) -> String {
    if table == .severities { return record.severity("severity").map { "\($0)" } ?? "" }
    let words = record[table.key].map { $0.written.raw } ?? ""
    let key = table == .commands ? words : PolicyWords.subject(words)
    // Two teams may each have a "Security on-call" in another chapter.
    if table == .contacts { return key + "/" + (record.text("group")?.raw ?? "") }
    return key
  }

  func subject(of record: PolicyRecord, _ table: PolicyTable) -> Showable {
    let name = record[table.key]?.written.showable ?? .empty
    switch table {
    case .tiers: return "tier \(name)"
    case .levels: return "level \(name)"
    case .data: return "the data \(name)"
    case .recovery: return "the recovery \(name)"
    case .severities, .objectives, .issues, .contacts, .channels, .environments, .practices,
      .windows, .maintenance, .backups, .checklists, .card, .commands, .reading, .reviews,
      .thresholds, .targets, .budgets, .systems, .tools, .runbooks, .documents, .references:
      return name
    }
  }

  func label(_ field: String) -> Showable {
    switch field {
    case "rto": "RTO"
    case "rpo": "RPO"
    default: Untrusted(field.replacing("_", with: " ")).showable
    }
  }
}

/// The words by which two people name one thing.
enum PolicyWords {
  private static let fillers: Set<String> = [
    "the", "a", "an", "of", "for", "to", "and", "full", "complete", "average", "target", "all",
    "team", "incident", "issue", "service",
  ]
  private static let synonyms: [String: String] = [
    "dr": "disaster recovery", "mttr": "recovery time", "uptime": "availability",
    "latency": "response time", "dba": "database", "db": "database", "p95": "p95",
    "testing": "test",
  ]

  /// Lower case, without fillers and plurals, with the synonyms of the field in one form.
  static func subject(_ text: String) -> String {
    var words: [String] = []
    for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      var word = String(word)
      if word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss") { word.removeLast() }
      if fillers.contains(word) { continue }
      words.append(synonyms[word] ?? word)
    }
    // Where every word is a filler ("All services") the text stands for itself.
    return words.isEmpty ? text.lowercased() : words.joined(separator: " ")
  }
}
