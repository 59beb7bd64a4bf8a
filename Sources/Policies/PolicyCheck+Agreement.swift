import IncidentDomain
import TextGate

/// Numbers of one table that another table contradicts.
extension PolicyCheck {
  mutating func objectivesAgreeWithTiers() {
    for field in ["rpo", "rto"] {
      let tiers = rows(.tiers).compactMap { tier in
        tier[field].map { (tier: tier, field: $0) }
      }
      for objective in rows(.objectives) {
        guard let mine = objective[field], case .span(let promised) = mine.value,
          PolicyWords.subject(objective.text("scope")?.raw ?? "") == "all services"
        else { continue }
        let others = tiers.filter { $0.field.value != .span(promised) }
        guard !others.isEmpty else { continue }
        let told = others.map { other in
          let number = other.tier["tier"]?.written.showable ?? .empty
          return "\(other.field.written.showable) for tier \(number)" as Showable
        }
        find(
          .error, .contradiction, [mine.place] + others.map(\.field.place),
          "\(label(field)) of all services is \(mine.written.showable) here, but \(told.joined(", ")) there; say which holds"
        )
      }
    }
  }

  mutating func matrixAgreesWithSeverities() {
    for issue in rows(.issues) {
      guard let severity = issue.severity("severity") else { continue }
      for row in rows(.severities) where row.severity("severity") == severity {
        firstResponseAgrees(issue, row, severity)
        escalationAgrees(issue, row, severity)
      }
    }
  }

  private mutating func firstResponseAgrees(
    _ issue: PolicyRecord, _ row: PolicyRecord, _ severity: Severity
  ) {
    guard let response = issue["first_response"], let promise = row["acknowledge"],
      case .span(let first) = response.value, case .span(let acknowledge) = promise.value,
      seconds(first) > seconds(acknowledge)
    else { return }
    find(
      .error, .contradiction, [response.place, promise.place],
      "the first response to \(subject(of: issue, .issues)) is \(response.written.showable), but \(severity.word) promises \(promise.written.showable); keep the shorter or change the severity"
    )
  }

  private mutating func escalationAgrees(
    _ issue: PolicyRecord, _ row: PolicyRecord, _ severity: Severity
  ) {
    guard let field = issue["escalation"],
      let rung = EscalationText(field.written.raw), let after = rung.after
    else { return }
    for step in row.records("escalate") where step.number("level") == rung.level {
      guard let promised = step["after"], promised.value != .span(after) else { continue }
      find(
        .error, .contradiction, [field.place, promised.place],
        "\(subject(of: issue, .issues)) escalates to L\(rung.level) after \(Untrusted(PolicySpan.written(after)).showable), but \(severity.word) after \(promised.written.showable); agree on one"
      )
    }
  }

  /// A target is one number for one measure and scope; a target without a scope holds for all.
  mutating func targetsAgree() {
    let targets = rows(.targets).filter { $0["limit"] != nil }
    for (index, first) in targets.enumerated() {
      for second in targets.dropFirst(index + 1) { compare(first, second) }
    }
    for target in targets { compareWithSeverity(target) }
    for threshold in rows(.thresholds) {
      for target in targets { compare(threshold: threshold, target) }
    }
  }

  private mutating func compare(_ first: PolicyRecord, _ second: PolicyRecord) {
    guard measure(first) == measure(second), let one = first["limit"], let other = second["limit"],
      !agree(one, other)
    else { return }
    let scopes = [scope(first), scope(second)]
    guard scopes[0] == scopes[1] || scopes.contains(nil) else { return }
    let name = first["measure"]?.written.showable ?? .empty
    func told(_ record: PolicyRecord, _ field: PolicyField) -> Showable {
      let scope = record["scope"].map { " for \($0.written.showable)" as Showable } ?? .empty
      return field.written.showable + scope
    }
    find(
      scopes[0] == scopes[1] ? .error : .warning, .contradiction, [one.place, other.place],
      "the target of \(name) is \(told(first, one)) here and \(told(second, other)) there; agree on one"
    )
  }

  private mutating func compareWithSeverity(_ target: PolicyRecord) {
    guard measure(target) == "recovery time" || measure(target) == "resolution time",
      let limit = target["limit"], case .limit(let number) = limit.value, number.unit == .seconds,
      let word = scope(target), word.hasPrefix("SEV-")
    else { return }
    for row in rows(.severities) where row.severity("severity")?.word.text == word {
      guard let resolve = row["resolve"], case .span(.elapsed(let seconds)) = resolve.value,
        seconds * 1000 != number.thousandths
      else { continue }
      find(
        .error, .contradiction, [limit.place, resolve.place],
        "\(target["measure"]?.written.showable ?? .empty) is to be \(limit.written.showable), but \(Untrusted(word).showable) resolves in \(resolve.written.showable); agree on one"
      )
    }
  }

  /// An alert that fires only once the target is missed warns nobody.
  private mutating func compare(threshold: PolicyRecord, _ target: PolicyRecord) {
    guard measure(threshold) == measure(target), let alert = threshold["limit"],
      let limit = target["limit"], case .limit(let fires) = alert.value,
      case .limit(let aim) = limit.value, fires.unit == aim.unit, fires.side == .above,
      aim.side != .above, fires.thousandths > aim.thousandths
    else { return }
    find(
      .warning, .order, [alert.place, limit.place],
      "the alert on \(threshold["measure"]?.written.showable ?? .empty) fires \(alert.written.showable), when the target \(limit.written.showable) is long missed; lower it"
    )
  }

  private func measure(_ record: PolicyRecord) -> String {
    PolicyWords.subject(record.text("measure")?.raw ?? "")
  }

  /// A severity that the scope names in any of its words, else the words; nil for none.
  private func scope(_ record: PolicyRecord) -> String? {
    guard let text = record.text("scope")?.raw else { return nil }
    for word in text.lowercased().split(whereSeparator: { $0 == " " || $0 == "," }) {
      if let severity = aliases[String(word)] ?? Severity(word: String(word)), word.count > 1 {
        return severity.word.text
      }
    }
    return PolicyWords.subject(text)
  }

  mutating func recoveryIsTestedAsTold() {
    for scenario in rows(.recovery) {
      guard let tested = scenario["tested"] else { continue }
      let name = PolicyWords.subject(scenario.text("scenario")?.raw ?? "") + " test"
      var others: [(repeats: Untrusted, place: PolicyPlace)] = []
      for list in rows(.checklists) {
        guard let repeats = list.text("repeats"), repeats != tested.written else { continue }
        for item in list.records("items") {
          guard let text = item["item"], PolicyWords.subject(text.written.raw) == name else {
            continue
          }
          others.append((repeats, text.place))
        }
      }
      guard let first = others.first else { continue }
      find(
        .error, .contradiction, [tested.place] + others.map(\.place),
        "\(scenario["scenario"]?.written.showable ?? .empty) is tested \(tested.written.showable) here and \(first.repeats.showable) there; agree on one"
      )
    }
  }

  /// Data of an hour ago cannot be had from a backup of six hours ago.
  mutating func backupsKeepTheRecoveryPoint() {
    for data in rows(.data) {
      guard let point = data["rpo"], case .span(let span) = point.value else { continue }
      let name = PolicyWords.subject(data.text("data")?.raw ?? "")
      for backup in rows(.backups) {
        guard let when = backup["when"], let gap = longestGap(backup),
          PolicyWords.subject(backup.text("name")?.raw ?? "").hasPrefix(name),
          gap > seconds(span)
        else { continue }
        find(
          .error, .contradiction, [point.place, when.place],
          "the RPO of \(data["data"]?.written.showable ?? .empty) is \(point.written.showable), but its backup runs \(when.written.showable); back up more often or promise less"
        )
      }
    }
  }

  private func longestGap(_ backup: PolicyRecord) -> Int? {
    switch backup.recurrence("when") {
    case .every(let seconds)?: seconds
    case .daily?: 86_400
    case .weekly?: 604_800
    case .monthly?: 31 * 86_400
    case .quarterly?, .yearly?, nil: nil
    }
  }

  func seconds(_ span: Span) -> Int {
    switch span {
    case .elapsed(let seconds): seconds
    // A working day is at least a day of the clock.
    case .workingDays(let days): days * 86_400
    }
  }
}

/// What a matrix says of escalation: `L2 after 15 min`.
public struct EscalationText: Hashable, Sendable {
  /// The level.
  public let level: Int
  /// From the declaration; nil when no time is told.
  public let after: Span?

  /// Reads `L2`, `L2 after 15 min`, `level 3 after 1 h`; nil for a team.
  public init?(_ text: String) {
    var rest = Substring(text.lowercased()).drop(while: \.isWhitespace)
    if rest.hasPrefix("level ") {
      rest = rest.dropFirst(6)
    } else if rest.first == "l" {
      rest = rest.dropFirst()
    } else {
      return nil
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let level = Int(digits), (1...99).contains(level) else { return nil }
    self.level = level
    rest = rest.dropFirst(digits.count).drop { $0 == " " }
    after = rest.isEmpty ? nil : PolicySpan.read(String(rest))
    if !rest.isEmpty, after == nil { return nil }
  }
}
