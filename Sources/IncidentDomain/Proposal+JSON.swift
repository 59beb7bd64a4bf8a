import TextGate

extension Proposal {
  var json: JSON {
    var m = Members()
    m.text("text", text)
    m.text("risk", risk)
    if !alternatives.isEmpty { m.json["alternatives"] = .strings(alternatives.map(\.raw)) }
    if !asked.isEmpty { m.json["asked"] = .strings(asked.map(\.raw)) }
    m["due"] = due?.iso8601
    return .object(m.json)
  }

  init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let text = r.text("text"), let risk = r.text("risk") else { return nil }
    func names(_ key: String) -> [Untrusted] {
      json[key]?.array?.compactMap(\.string).map { Untrusted($0) } ?? []
    }
    self.init(
      text: text, risk: risk, alternatives: names("alternatives"), asked: names("asked"),
      due: r.instant("due"))
  }
}

extension Deliberation {
  /// As `show` and `decision list` print it.
  public var json: JSON {
    var members = proposal.json.object ?? [:]
    members["event"] = .string(id.hex)
    members["by"] = .string(by.raw)
    members["at"] = .string(at.iso8601)
    members["state"] = .string(settled?.outcome.rawValue ?? "open")
    if !answers.isEmpty {
      members["answers"] = .array(
        answers.map { answer in
          var m = Members()
          m.text("by", answer.by)
          m.json["objects"] = .bool(answer.objects)
          m.text("because", answer.because)
          m["at"] = answer.at.iso8601
          return .object(m.json)
        })
    }
    if !silent.isEmpty { members["silent"] = .strings(silent.map(\.raw)) }
    if let settled {
      members["settledBy"] = .string(settled.by.raw)
      members["settledAt"] = .string(settled.at.iso8601)
      members["because"] = settled.because.map { .string($0.raw) }
    }
    return .object(members)
  }
}
