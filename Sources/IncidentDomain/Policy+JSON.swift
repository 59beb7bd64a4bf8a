import TextGate

extension Span {
  var json: JSON {
    switch self {
    case .elapsed(let seconds): .integer(Int64(seconds))
    case .workingDays(let days): ["workingDays": .integer(Int64(days))]
    }
  }

  init?(json: JSON) {
    if let seconds = json.integer, seconds >= 0, seconds < 1 << 40 {
      self = .elapsed(seconds: Int(seconds))
    } else if let days = json["workingDays"]?.integer, (0...10_000).contains(days) {
      self = .workingDays(Int(days))
    } else {
      return nil
    }
  }
}

extension Policy {
  /// As the declaration carries it.
  public var json: JSON {
    var severities: [String: JSON] = [:]
    for (severity, target) in targets { severities[String(severity.rawValue)] = target.json }
    var tierMembers: [String: JSON] = [:]
    for (number, tier) in tiers {
      tierMembers[String(number)] = [
        "recoveryPoint": tier.recoveryPoint.json, "recoveryTime": tier.recoveryTime.json,
      ]
    }
    var levelMembers: [String: JSON] = [:]
    for (number, who) in levels { levelMembers[String(number)] = .string(who.raw) }
    var members: [String: JSON] = [
      "name": .string(name.raw), "severities": .object(severities), "tiers": .object(tierMembers),
      "levels": .object(levelMembers),
    ]
    members["escalationRepeats"] = escalationRepeats?.json
    members["guidance"] = guidance?.json
    return .object(members)
  }

  /// Reads ``json``; nil when a part is missing or of another type.
  public init?(json: JSON) {
    guard let name = json["name"]?.string, let severities = json["severities"]?.object,
      let tiers = json["tiers"]?.object, let levels = json["levels"]?.object
    else { return nil }
    var policy = Policy(name: Untrusted(name), targets: [:], tiers: [:], levels: [:])
    for (key, value) in severities {
      guard let number = Int(key), let severity = Severity(rawValue: number),
        let targets = SeverityTargets(json: value)
      else { return nil }
      policy.targets[severity] = targets
    }
    for (key, value) in tiers {
      guard let number = Int(key), let point = value["recoveryPoint"].flatMap(Span.init(json:)),
        let time = value["recoveryTime"].flatMap(Span.init(json:))
      else { return nil }
      policy.tiers[number] = Tier(recoveryPoint: point, recoveryTime: time)
    }
    for (key, value) in levels {
      guard let number = Int(key), let who = value.string else { return nil }
      policy.levels[number] = Untrusted(who)
    }
    policy.escalationRepeats = json["escalationRepeats"].flatMap(Span.init(json:))
    policy.guidance = json["guidance"].map(PolicyGuidance.init(json:))
    self = policy
  }
}

extension SeverityTargets {
  var json: JSON {
    var members: [String: JSON] = ["team": .string(team.raw)]
    members["acknowledge"] = acknowledge?.json
    members["acknowledgementExpires"] = acknowledgementExpires?.json
    members["update"] = update?.json
    members["mitigate"] = mitigate?.json
    members["resolve"] = resolve?.json
    members["postmortem"] = postmortem?.json
    members["escalations"] = .array(
      escalations.map { ["level": .integer(Int64($0.level)), "after": $0.after.json] })
    return .object(members)
  }

  init?(json: JSON) {
    guard let rungs = json["escalations"]?.array, let team = json["team"]?.string else {
      return nil
    }
    var escalations: [Escalation] = []
    for rung in rungs {
      guard let level = rung["level"]?.integer, (1...99).contains(level),
        let after = rung["after"].flatMap(Span.init(json:))
      else { return nil }
      escalations.append(Escalation(level: Int(level), after: after))
    }
    func span(_ key: String) -> Span? { json[key].flatMap(Span.init(json:)) }
    self.init(
      acknowledge: span("acknowledge"), acknowledgementExpires: span("acknowledgementExpires"),
      escalations: escalations, update: span("update"), mitigate: span("mitigate"),
      resolve: span("resolve"), postmortem: span("postmortem"), team: Untrusted(team))
  }
}
