import IncidentDomain
import TextGate

/// Orders, references, contacts, links, reviews and overlaps.
extension PolicyCheck {
  mutating func ordersHold() {
    for document in documents {
      rising(document[.levels], by: "level", "response", "level")
      rising(document[.tiers], by: "tier", "rpo", "tier")
      rising(document[.tiers], by: "tier", "rto", "tier")
      severitiesRise(document[.severities])
      for severity in document[.severities] {
        rising(severity.records("escalate"), by: "level", "after", "level")
        notLater(severity, "acknowledge", "mitigate")
        notLater(severity, "mitigate", "resolve")
      }
      for budget in document[.budgets] {
        limitsRise(budget, "alert", "action")
        limitsRise(budget, "action", "budget")
      }
    }
  }

  /// Entries in the order of their numbers have times that never fall.
  private mutating func rising(
    _ records: [PolicyRecord], by number: String, _ field: String, _ name: Showable
  ) {
    let sorted = records.filter { $0.number(number) != nil && $0.span(field) != nil }
      .sorted { ($0.number(number) ?? 0) < ($1.number(number) ?? 0) }
    for (early, late) in zip(sorted, sorted.dropFirst()) {
      guard let first = early[field], let second = late[field],
        let one = early.span(field), let other = late.span(field), seconds(one) > seconds(other),
        let low = early.number(number), let high = late.number(number), low != high
      else { continue }
      find(
        .error, .order, [first.place, second.place],
        "\(label(field)) of \(name) \(low) is \(first.written.showable), later than \(second.written.showable) of \(name) \(high); the higher one comes later"
      )
    }
  }

  private mutating func severitiesRise(_ records: [PolicyRecord]) {
    let sorted = records.filter { $0.severity("severity") != nil }
      .sorted { ($0.severity("severity") ?? .sev4) < ($1.severity("severity") ?? .sev4) }
    for field in ["acknowledge", "update", "mitigate", "resolve", "post_mortem"] {
      let told = sorted.filter { $0.span(field) != nil }
      for (worse, better) in zip(told, told.dropFirst()) {
        guard let first = worse[field], let second = better[field],
          let one = worse.span(field), let other = better.span(field),
          seconds(one) > seconds(other),
          let high = worse.severity("severity"), let low = better.severity("severity")
        else { continue }
        find(
          .warning, .order, [first.place, second.place],
          "\(label(field)) of \(high.word) is \(first.written.showable), longer than \(second.written.showable) of \(low.word); the worse one is usually the faster"
        )
      }
    }
  }

  private mutating func notLater(_ record: PolicyRecord, _ early: String, _ late: String) {
    guard let first = record[early], let second = record[late], let one = record.span(early),
      let other = record.span(late), seconds(one) > seconds(other)
    else { return }
    find(
      .error, .order, [first.place, second.place],
      "\(label(early)) after \(first.written.showable) is later than \(label(late)) after \(second.written.showable); one of the two is wrong"
    )
  }

  private mutating func limitsRise(_ record: PolicyRecord, _ low: String, _ high: String) {
    guard let first = record[low], let second = record[high], let one = record.limit(low),
      let other = record.limit(high), one.unit == other.unit, one.thousandths > other.thousandths
    else { return }
    find(
      .error, .order, [first.place, second.place],
      "\(label(low)) of \(subject(of: record, .budgets)) is \(first.written.showable), above \(label(high)) at \(second.written.showable); swap or mend them"
    )
  }

  mutating func referencesLead() {
    let levels = Set(rows(.levels).compactMap { $0.number("level") })
    let contacts = rows(.contacts).compactMap { $0.text("role")?.raw }.map(PolicyWords.subject)
    let channels = Set(
      rows(.channels).compactMap { $0.text("channel")?.raw.lowercased() })
    for severity in rows(.severities) where !levels.isEmpty {
      for step in severity.records("escalate") {
        guard let level = step["level"], case .number(let number) = level.value,
          !levels.contains(number)
        else { continue }
        find(
          .error, .reference, [level.place],
          "level \(number) is not in levels: nobody is called there; add it")
      }
    }
    for issue in rows(.issues) {
      if let escalation = issue["escalation"] { lead(escalation, levels, contacts) }
      if let channel = issue["channel"], !channels.isEmpty,
        !channels.contains(channel.written.raw.lowercased())
      {
        find(
          .warning, .reference, [channel.place],
          "\(channel.written.showable) is not in channels; add it or mend the name")
      }
    }
  }

  private mutating func lead(
    _ escalation: PolicyField, _ levels: Set<Int>, _ contacts: [String]
  ) {
    if let rung = EscalationText(escalation.written.raw) {
      guard !levels.isEmpty, !levels.contains(rung.level) else { return }
      find(
        .error, .reference, [escalation.place],
        "level \(rung.level) is not in levels: nobody is called there; add it")
      return
    }
    guard !contacts.isEmpty else { return }
    let team = PolicyWords.subject(escalation.written.raw)
    let words = Set(team.split(separator: " "))
    guard !contacts.contains(where: { !words.isDisjoint(with: $0.split(separator: " ")) }) else {
      return
    }
    find(
      .warning, .reference, [escalation.place],
      "no contact answers to \(escalation.written.showable); add one to contacts or mend the name")
  }

  mutating func contactsAnswer() {
    for contact in rows(.contacts) {
      if contact["primary"] == nil {
        find(
          .error, .contact, [contact.place],
          "nobody is named to call for \(subject(of: contact, .contacts)); add primary:")
      }
      guard let after = contact["after"] else { continue }
      let words = ["immediate", "automatic", "automatically", "at once"]
      if PolicySpan.read(after.written.raw) == nil, !words.contains(after.written.raw.lowercased())
      {
        find(
          .warning, .contact, [after.place],
          "\(after.written.showable) is no delay; write it as +15 min, immediate or automatic")
      }
    }
  }

  /// One finding for a document, however often it is named.
  mutating func linksLead() {
    for document in documents {
      var order: [String] = []
      var dead: [String: (isAnchor: Bool, places: [PolicyPlace])] = [:]
      for field in Self.links(of: document) {
        let text = field.written
        guard !Self.isAddress(text.raw) else { continue }
        let path = String(text.raw.prefix { $0 != "#" })
        let key: String
        switch link(document, text) {
        case .present: continue
        case .absent: key = path
        case .noSuchHeading: key = text.raw
        }
        if dead[key] == nil { order.append(key) }
        dead[key, default: (key != path, [])].places.append(field.place)
      }
      for key in order {
        guard let entry = dead[key] else { continue }
        let name = Untrusted(key).showable
        find(
          .warning, .deadLink, entry.places,
          entry.isAnchor
            ? "no heading answers to \(name); mend the anchor"
            : "there is no \(name); mend the path, or say with documents_in: where documents are")
      }
    }
  }

  /// Every field that leads somewhere, rows within rows too.
  private static func links(of document: PolicyDocument) -> [PolicyField] {
    func links(_ records: [PolicyRecord], _ fields: [PolicySchema.Field]) -> [PolicyField] {
      records.flatMap { record in
        fields.flatMap { field -> [PolicyField] in
          switch field.kind {
          case .link: record[field.name].map { [$0] } ?? []
          case .records(let inner): links(record.records(field.name), inner)
          case .text, .texts, .span, .severity, .number, .flag, .date, .limit, .recurrence, .zone,
            .choice:
            []
          }
        }
      }
    }
    return PolicyTable.allCases.flatMap { links(document[$0], PolicySchema.fields(of: $0)) }
  }

  /// Of another machine, or no path at all.
  private static func isAddress(_ text: String) -> Bool {
    text.contains("://") || text.hasPrefix("mailto:") || text.hasPrefix("#") || text.contains(" ")
  }

  mutating func reviewsAreDue() {
    guard let now = today.instant() else { return }
    for document in documents {
      if let field = document.header["next_review"], case .date(let date) = field.value,
        let due = date.instant(), due + 86_400 <= now
      {
        let days = now.seconds(since: due) / 86_400
        let owner = document.header["maintained_by"].map { " (\($0.written.showable))" as Showable }
        find(
          .warning, .review, [field.place],
          "the review was due on \(field.written.showable), \(days) days ago; ask who maintains it\(owner ?? .empty)"
        )
      }
      if let field = document.header["last_updated"], case .date(let date) = field.value,
        let updated = date.instant(), updated > now + 86_400
      {
        find(
          .warning, .review, [field.place],
          "it says that it was last updated on \(field.written.showable), which is to come")
      }
    }
  }

  /// A window in which a backup begins, or another window opens, is no quiet hour.
  mutating func windowsAreFree() {
    var windows: [Slot] = []
    var backups: [Slot] = []
    for document in documents {
      let zone = document.header.text("zone")?.raw ?? "UTC"
      windows += document[.windows].compactMap { Slot($0, zone: zone, isWindow: true) }
      backups += document[.backups].compactMap { Slot($0, zone: zone, isWindow: false) }
    }
    guard let start = today.instant() else { return }
    for (index, window) in windows.enumerated() {
      for other in windows.dropFirst(index + 1) + backups where window.holds(other, from: start) {
        find(
          .warning, .overlap, [window.field.place, other.field.place],
          "\(other.name.showable) (\(other.field.written.showable)) begins while the window of \(window.name.showable) (\(window.field.written.showable)) is open; move one"
        )
      }
    }
  }

  /// Something with a begin, on the clock of one zone.
  private struct Slot {
    let name: Untrusted
    let field: PolicyField
    private let recurrence: Recurrence
    private let zone: CivilZone
    private let duration: Int
    private let isWindow: Bool

    init?(_ record: PolicyRecord, zone: String, isWindow: Bool) {
      guard let field = record["when"], let recurrence = record.recurrence("when"),
        let name = record.text("name"), recurrence.hasTime,
        let zone = PolicyZone.named(record.text("zone")?.raw ?? zone)
      else { return nil }
      self.name = name
      self.field = field
      self.recurrence = recurrence
      self.isWindow = isWindow
      self.zone = zone
      if case .elapsed(let seconds)? = record.span("duration") {
        duration = seconds
      } else {
        duration = 3600
      }
    }

    /// Whether another begins while this is open, looked at over two months from `start`.
    func holds(_ other: Slot, from start: Instant) -> Bool {
      // What runs all the time has no quiet hour to be moved to.
      if case .every(let seconds) = other.recurrence, seconds <= duration { return false }
      var mine = start
      let end = start + 62 * 86_400
      while let begin = recurrence.next(after: mine, in: zone), begin < end {
        mine = begin
        if let theirs = other.recurrence.next(after: begin - 1, in: other.zone),
          theirs < begin + duration
        {
          return true
        }
        if other.isWindow, let theirs = other.recurrence.last(upTo: begin, in: other.zone),
          begin < theirs + other.duration
        {
          return true
        }
      }
      return false
    }
  }
}
