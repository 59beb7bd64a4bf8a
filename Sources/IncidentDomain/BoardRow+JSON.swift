import TextGate

extension BoardRow {
  /// As the projection table holds it.
  public var json: JSON {
    var m = Members()
    m["id"] = id.hex
    m.integer("number", number)
    m.text("title", title)
    m.integer("severity", severity.rawValue)
    m["phase"] = phase.rawValue
    switch ending {
    case .cancelled(let reason): m["cancelled"] = reason.rawValue
    case .merged(let into, let number):
      m["mergedInto"] = into.hex
      m.integer("mergedNumber", number)
    case nil: break
    }
    if isDrill { m.json["drill"] = true }
    m["declared"] = declared.iso8601
    m.text("commander", commander)
    m.text("impact", impact)
    m.text("service", service)
    if let last {
      m["lastAt"] = last.at.iso8601
      m.text("lastBy", last.by)
      m.text("lastText", last.text)
    }
    if let run {
      m.text("runTitle", run.title)
      m.integer("runEnded", run.ended)
      m.integer("runAll", run.all)
      m["runNext"] = run.next
      m.text("runBy", run.by)
    }
    // Only where there is one: other rows stay as older programs wrote them.
    if conflicts > 0 { m.integer("conflicts", conflicts) }
    m.json["deadlines"] = .array(
      deadlines.map { deadline in
        var d = Members()
        d["kind"] = deadline.kind.rawValue
        d.integer("level", deadline.level)
        d["due"] = deadline.due.iso8601
        d["from"] = deadline.from?.iso8601
        d["until"] = deadline.until?.iso8601
        return .object(d.json)
      })
    m.json["heads"] = .strings(heads.map(\.hex))
    return .object(m.json)
  }

  /// Reads ``json``; nil when a part is missing: the row is then rebuilt from the events.
  public init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let id = r.event("id"), let number = r.integer("number"), let title = r.text("title"),
      let severity = r.severity("severity"), let phase = r.word("phase", Phase.init(rawValue:)),
      let declared = r.instant("declared"), let heads = json["heads"]?.array,
      let deadlines = json["deadlines"]?.array
    else { return nil }
    var ending: Incident.Ending?
    if let reason = r.word("cancelled", CancelReason.init(rawValue:)) {
      ending = .cancelled(reason)
    } else if let into = r.event("mergedInto"), let number = r.integer("mergedNumber") {
      ending = .merged(into: into, number: number)
    }
    var last: LastEntry?
    if let at = r.instant("lastAt"), let by = r.text("lastBy"), let text = r.text("lastText") {
      last = LastEntry(at: at, by: by, text: text)
    }
    var run: RunSummary?
    if let title = r.text("runTitle"), let ended = r.integer("runEnded"),
      let all = r.integer("runAll")
    {
      run = RunSummary(
        title: title, ended: ended, all: all, next: r.string("runNext"), by: r.text("runBy"))
    }
    self.init(
      id: id, number: number, title: title, severity: severity, phase: phase, ending: ending,
      isDrill: json["drill"]?.bool ?? false, declared: declared, commander: r.text("commander"),
      impact: r.text("impact"), service: r.text("service"), last: last, run: run,
      conflicts: r.integer("conflicts") ?? 0,
      deadlines: deadlines.compactMap { value in
        let d = BodyReader(json: value)
        guard let kind = d.word("kind", IncidentTimer.Kind.init(rawValue:)),
          let due = d.instant("due")
        else { return nil }
        return Deadline(
          kind: kind, level: d.integer("level"), due: due, from: d.instant("from"),
          until: d.instant("until"))
      },
      heads: heads.compactMap { $0.string.flatMap { EventID(hex: $0) } })
  }
}
