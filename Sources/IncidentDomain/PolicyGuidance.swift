import TextGate

/// What the policy said of one incident when it was declared; it stays with the incident's copy.
public struct PolicyGuidance: Hashable, Sendable {
  /// The type of issue, as the matrix names it.
  public var type: Untrusted?
  /// The document to read first.
  public var document: Untrusted?
  /// Whom to escalate to, in words.
  public var escalation: Untrusted?
  /// Where people talk about it.
  public var channel: Untrusted?
  /// The maintenance windows that were open, in words.
  public var window: Untrusted?

  /// Nothing said.
  public init() {}

  var json: JSON {
    var m = Members()
    m.text("type", type)
    m.text("document", document)
    m.text("escalation", escalation)
    m.text("channel", channel)
    m.text("window", window)
    return .object(m.json)
  }

  init(json: JSON) {
    let r = BodyReader(json: json)
    type = r.text("type")
    document = r.text("document")
    escalation = r.text("escalation")
    channel = r.text("channel")
    window = r.text("window")
  }
}

/// A thing that the policy filled in, and why.
public struct PolicyFilling: Hashable, Sendable {
  /// "severity SEV-1".
  public let what: Showable
  /// "the matrix says so for Service Outage".
  public let because: Showable
}

extension OperationsPolicy {
  /// The row of the matrix that a typed word means: the whole name, or the only one it begins.
  public func issue(_ type: Untrusted) -> IssueType? {
    let word = type.raw.lowercased()
    if let whole = issues.first(where: { $0.name.raw.lowercased() == word }) { return whole }
    let begun = issues.filter { $0.name.raw.lowercased().hasPrefix(word) }
    return begun.count == 1 ? begun.first : nil
  }

  /// Fills in what the declarer left out and the policy knows, and copies the policy into the
  /// declaration.
  ///
  /// - Parameters:
  ///   - severityIsGiven: whether a person chose the severity; the matrix does not change it then.
  ///   - openWindows: maintenance windows that are open, in words.
  /// - Returns: what was filled in and why, in the order a person reads it.
  public func fill(
    _ declaration: inout Declaration, severityIsGiven: Bool, openWindows: [Untrusted]
  ) -> [PolicyFilling] {
    var fillings: [PolicyFilling] = []
    var guidance = PolicyGuidance()
    declaration.policy = incident
    if let type = declaration.type {
      if let issue = issue(type) {
        guidance.type = issue.name
        guidance.document = issue.document
        fill(&declaration, from: issue, &guidance, severityIsGiven, &fillings)
      } else if !issues.isEmpty {
        let known = issues.map(\.name.showable).joined(", ")
        fillings.append(
          PolicyFilling(
            what: "type \(type.showable)", because: "not in the matrix, which knows \(known)"))
      }
    }
    fillChannel(declaration, &guidance, &fillings)
    if !openWindows.isEmpty {
      let names = openWindows.map(\.showable).joined(", ")
      guidance.window = Untrusted(openWindows.map(\.raw).joined(separator: ", "))
      fillings.append(
        PolicyFilling(
          what: "inside a maintenance window", because: "\(names) is open: it may be the cause"))
    }
    if guidance != PolicyGuidance() { declaration.policy.guidance = guidance }
    return fillings
  }

  private func fill(
    _ declaration: inout Declaration, from issue: IssueType, _ guidance: inout PolicyGuidance,
    _ severityIsGiven: Bool, _ fillings: inout [PolicyFilling]
  ) {
    let because: Showable = "the matrix says so for \(issue.name.showable)"
    if let severity = issue.severity {
      if !severityIsGiven {
        declaration.severity = severity
        fillings.append(PolicyFilling(what: "severity \(severity.word)", because: because))
      } else if declaration.severity != severity {
        fillings.append(
          PolicyFilling(
            what: "severity \(declaration.severity.word)",
            because:
              "as given, though the matrix says \(severity.word) for \(issue.name.showable)"
          ))
      }
    }
    if let runbook = issue.runbook, declaration.runbook == nil {
      declaration.runbook = runbook
      fillings.append(PolicyFilling(what: "runbook \(runbook.showable)", because: because))
    }
    if let escalation = issue.escalation {
      guidance.escalation = escalation
      fillings.append(PolicyFilling(what: "escalation \(escalation.showable)", because: because))
    }
    tighten(&declaration, issue, because, &fillings)
    if let channel = issue.channel {
      guidance.channel = channel
      fillings.append(PolicyFilling(what: "channel \(channel.showable)", because: because))
    }
  }

  /// The row's own times replace those of the severity: a first response only when it is sooner.
  private func tighten(
    _ declaration: inout Declaration, _ issue: IssueType, _ because: Showable,
    _ fillings: inout [PolicyFilling]
  ) {
    var targets = declaration.policy[declaration.severity]
    if let level = issue.escalationLevel, let after = issue.escalationAfter {
      targets.escalations.removeAll { $0.level == level }
      targets.escalations.append(.init(level: level, after: after))
      targets.escalations.sort { $0.level < $1.level }
    }
    if case .elapsed(let first)? = issue.firstResponse, first > 0,
      case .elapsed(let promised)? = targets.acknowledge, first < promised
    {
      targets.acknowledge = .elapsed(seconds: first)
      fillings.append(
        PolicyFilling(
          what: "first response within \(Span.elapsed(seconds: first).word)", because: because))
    }
    declaration.policy.targets[declaration.severity] = targets
  }

  private func fillChannel(
    _ declaration: Declaration, _ guidance: inout PolicyGuidance,
    _ fillings: inout [PolicyFilling]
  ) {
    guard guidance.channel == nil else { return }
    func word(_ text: Untrusted?) -> String? {
      guard var word = text?.raw.lowercased() else { return nil }
      if word.hasSuffix("s") { word.removeLast() }
      return word
    }
    let type = word(guidance.type ?? declaration.type)
    let found =
      channels.first { word($0.subject) == type && type != nil }
      ?? channels.first { severity($0.subject) == declaration.severity }
    guard let found else { return }
    guidance.channel = found.channel
    fillings.append(
      PolicyFilling(
        what: "channel \(found.channel.showable)",
        because: "the policy names it for \(found.subject.showable)"))
  }

  /// The severity that a word means here: an alias of the policy, else `SEV-1`, `P1`; "Critical
  /// Incidents" means what "Critical" does.
  public func severity(_ word: Untrusted) -> Severity? {
    let whole = word.raw.lowercased()
    if let severity = aliases[whole] ?? Severity(word: whole) { return severity }
    return whole.split(separator: " ").lazy.compactMap { aliases[String($0)] }.first
  }

  /// What of an incident's copy is no longer what the policy says; empty when nothing has moved on.
  public func changes(since incident: Incident) -> [Showable] {
    var declaration = Declaration(
      number: incident.number, title: incident.title, severity: incident.severity,
      type: incident.type, policy: self.incident)
    _ = fill(&declaration, severityIsGiven: true, openWindows: [])
    return declaration.policy.differences(from: incident.policy, for: incident.severity)
  }
}

extension Policy {
  /// What is otherwise in this policy than in an older copy, as far as a severity needs it:
  /// "acknowledge 10 min (was 5 min)".
  func differences(from old: Policy, for severity: Severity) -> [Showable] {
    var lines: [Showable] = []
    func compare(_ name: Showable, _ now: Span?, _ before: Span?) {
      guard now != before else { return }
      lines.append("\(name) \(now?.word ?? "not promised") (was \(before?.word ?? "not promised"))")
    }
    let mine = self[severity]
    let theirs = old[severity]
    compare("acknowledge", mine.acknowledge, theirs.acknowledge)
    compare(
      "acknowledgement expires after", mine.acknowledgementExpires, theirs.acknowledgementExpires)
    compare("update every", mine.update, theirs.update)
    compare("mitigate", mine.mitigate, theirs.mitigate)
    compare("resolve", mine.resolve, theirs.resolve)
    compare("post-mortem", mine.postmortem, theirs.postmortem)
    compare("ladder repeats after", escalationRepeats, old.escalationRepeats)
    let levels = Set(mine.escalations.map(\.level) + theirs.escalations.map(\.level)).sorted()
    for level in levels {
      compare(
        "escalate L\(level) after", mine.escalations.first { $0.level == level }?.after,
        theirs.escalations.first { $0.level == level }?.after)
    }
    for level in Set(self.levels.keys).union(old.levels.keys).sorted()
    where self.levels[level] != old.levels[level] {
      let was = old.levels[level]?.showable ?? "nobody"
      lines.append("level \(level) is \(self.levels[level]?.showable ?? "nobody") (was \(was))")
    }
    for tier in Set(tiers.keys).union(old.tiers.keys).sorted() {
      compare("RTO of tier \(tier)", tiers[tier]?.recoveryTime, old.tiers[tier]?.recoveryTime)
      compare("RPO of tier \(tier)", tiers[tier]?.recoveryPoint, old.tiers[tier]?.recoveryPoint)
    }
    return lines
  }
}
