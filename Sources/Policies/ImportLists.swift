import IncidentDomain
import MarkdownBlocks
import TextGate

/// Lists, by the headings they stand under.
extension PolicyImporter {
  /// The heading right above, and the one above that.
  private var heading: String { headings.last?.title ?? "" }
  private var parent: String { headings.dropLast().last?.title ?? "" }

  mutating func takeList(_ block: Block) {
    let items = block.children.map(ImportItem.init)
    if !items.isEmpty, items.allSatisfy({ $0.isTicked != nil }) {
      takeTickList(items, block)
      return
    }
    for item in items { take(item) }
  }

  private mutating func take(_ item: ImportItem) {
    guard let entry = item.entry else { return }
    let isTaken =
      takePeople(entry) || takeMaintenance(item, entry) || takeNumbers(item, entry)
      || takeReading(entry) || takeIssue(entry) || takeReview(entry) || takeDocument(entry)
      || takePractice(entry)
    if isTaken {
      settle(entry.lines)
      settleLabel()
    }
  }

  // MARK: People

  private mutating func takePeople(_ entry: ImportEntry) -> Bool {
    if ImportWords.holds(heading, "escalation matrix") { return takeLevel(entry) }
    if ImportWords.holds(heading, "channel"), let name = entry.name {
      var record = PolicyRecord(at: place(entry.lines.lowerBound))
      put(name, .channels, "for", into: &record, entry)
      put(entry.value, .channels, "channel", into: &record, entry)
      add(record, to: .channels)
      return true
    }
    guard ImportWords.holds(heading, "contact", "on-call rotation"), let name = entry.name else {
      return takeLadder(entry)
    }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(name, .contacts, "role", into: &record, entry)
    put(entry.value, .contacts, "primary", into: &record, entry)
    if let heading = headings.last {
      record["group"] = PolicyField(.text(Untrusted(heading.title)), at: place(heading.line))
    }
    add(record, to: .contacts)
    return true
  }

  /// `**L1**: On-call engineer (5 min response)`.
  private mutating func takeLevel(_ entry: ImportEntry) -> Bool {
    guard let name = entry.lead, let rung = EscalationText(name) else { return false }
    var who = entry.rest
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    record["level"] = PolicyField(.number(rung.level), at: place(entry.lines.lowerBound))
    if let open = who.firstIndex(of: "("), let span = ImportWords.span(in: String(who[open...])) {
      put(span, .levels, "response", into: &record, entry)
      who = ImportWords.collapsed(String(who[..<open]))
    }
    put(who, .levels, "who", into: &record, entry)
    add(record, to: .levels)
    return true
  }

  /// `**Escalation**: Tech Lead -> Architect -> Stakeholders.`
  private mutating func takeLadder(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead, ImportWords.key(lead) == "escalation" else { return false }
    let names = ImportWords.withoutStop(entry.rest).replacing("→", with: "->")
      .split(separator: "->").map { ImportWords.collapsed(String($0)) }.filter { !$0.isEmpty }
    guard names.count > 1 else { return false }
    for (index, name) in names.enumerated() {
      var record = PolicyRecord(at: place(entry.lines.lowerBound))
      record["level"] = PolicyField(.number(index + 1), at: place(entry.lines.lowerBound))
      put(name, .levels, "who", into: &record, entry)
      add(record, to: .levels)
    }
    return true
  }

  // MARK: Maintenance and checklists

  private mutating func takeTickList(_ items: [ImportItem], _ block: Block) {
    var records: [PolicyRecord] = []
    for item in items {
      guard let entry = item.entry else { continue }
      var record = PolicyRecord(at: place(entry.lines.lowerBound))
      record["item"] = PolicyField(.text(Untrusted(entry.text)), at: record.place)
      records.append(record)
      settle(entry.lines)
    }
    addChecklist(
      records, repeats: ImportWords.cycle(in: heading) ?? "kickoff", isAutomated: false,
      line: block.lines.lowerBound)
  }

  mutating func addChecklist(
    _ items: [PolicyRecord], repeats: String, isAutomated: Bool, line: Int
  ) {
    let at = place(headings.last?.line ?? line)
    var record = PolicyRecord(at: at)
    record["name"] = PolicyField(.text(Untrusted(heading)), at: at)
    record["repeats"] = PolicyField(.text(Untrusted(repeats)), at: at)
    if isAutomated { record["automated"] = PolicyField(.flag(true), at: at) }
    record["items"] = PolicyField(.records(items), at: at)
    add(record, to: .checklists)
  }

  private mutating func takeMaintenance(_ item: ImportItem, _ entry: ImportEntry) -> Bool {
    if ImportWords.holds(heading, "maintenance procedures") {
      return takeMaintenanceSteps(item, entry)
    }
    if ImportWords.holds(parent, "maintenance schedule"), let cycle = ImportWords.cycle(in: heading)
    {
      return takeScheduled(entry, cycle)
    }
    guard ImportWords.holds(heading, "checks"), item.isOrdered else { return false }
    extendChecklist(entry, item: entry.text, when: nil, repeats: "kickoff")
    return true
  }

  private mutating func takeMaintenanceSteps(_ item: ImportItem, _ entry: ImportEntry) -> Bool {
    let name = ImportWords.key(entry.text)
    let phase =
      name.hasPrefix("pre") ? "before" : name.hasPrefix("post") ? "after" : "during"
    var steps: [PolicyField] = []
    for step in item.children {
      guard let inner = step.entry else { continue }
      steps.append(PolicyField(.text(Untrusted(inner.text)), at: place(inner.lines.lowerBound)))
      settle(inner.lines)
      // The reader takes the same sentence as the promise of a notice.
      if ImportWords.holds(inner.text, "notif", "notice"),
        let span = ImportWords.span(in: inner.text),
        let value = PolicySpan.read(span)
      {
        setHeader("notice", .span(value), line: inner.lines.lowerBound)
      }
    }
    guard !steps.isEmpty else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    record["phase"] = PolicyField(.text(Untrusted(phase)), at: record.place)
    record["steps"] = PolicyField(.texts(steps), at: steps[0].place)
    add(record, to: .maintenance)
    return true
  }

  /// `**02:00 UTC**: Full system backup`, `**First Monday**: Disaster recovery testing`.
  private mutating func takeScheduled(_ entry: ImportEntry, _ cycle: String) -> Bool {
    guard let when = entry.lead else { return false }
    if ImportWords.holds(entry.rest, "backup"), let read = PolicyRecurrenceText.read(when) {
      var record = PolicyRecord(at: place(entry.lines.lowerBound))
      put(entry.rest, .backups, "name", into: &record, entry)
      put(when, .backups, "when", into: &record, entry)
      put(read.zone, .backups, "zone", into: &record, entry)
      add(record, to: .backups)
      return true
    }
    extendChecklist(entry, item: entry.rest, when: when, repeats: cycle)
    return true
  }

  /// Adds an item to the list of this heading, which is made with its first item.
  private mutating func extendChecklist(
    _ entry: ImportEntry, item: String, when: String?, repeats: String
  ) {
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    record["item"] = PolicyField(.text(Untrusted(item)), at: record.place)
    if let when {
      if let field = PolicySchema.items.first(where: { $0.name == "when" }),
        put(when, as: field, into: &record, line: entry.lines.lowerBound)
      {
        // The time of day is in the zone that stands behind it.
      } else {
        record["notes"] = PolicyField(.text(Untrusted(when)), at: record.place)
      }
    }
    let line = headings.last?.line ?? 1
    var lists = document[.checklists]
    if let index = lists.firstIndex(where: { $0.place.line == line }) {
      let items = lists[index].records("items") + [record]
      lists[index]["items"] = PolicyField(.records(items), at: lists[index].place)
      document[.checklists] = lists
    } else {
      addChecklist(
        [record], repeats: repeats, isAutomated: ImportWords.holds(heading, "automated"),
        line: line)
    }
    if let zone = when.flatMap({ PolicyRecurrenceText.read($0)?.zone }) {
      var lists = document[.checklists]
      let last = lists.count - 1
      if lists[last]["zone"] == nil {
        lists[last]["zone"] = PolicyField(.text(Untrusted(zone)), at: record.place)
        document[.checklists] = lists
      }
    }
  }

  // MARK: Reading, issues, reviews, documents

  private mutating func takeReading(_ entry: ImportEntry) -> Bool {
    let isByRole = ImportWords.holds(parent, "by role")
    guard isByRole || heading.hasPrefix("For ") else { return false }
    let role = heading.hasPrefix("For ") ? String(heading.dropFirst(4)) : heading
    let line = headings.last?.line ?? 1
    var rows = document[.reading]
    if rows.last?.place.line != line {
      var record = PolicyRecord(at: place(line))
      record["role"] = PolicyField(.text(Untrusted(role)), at: record.place)
      rows.append(record)
    }
    let last = rows.count - 1
    let here = place(entry.lines.lowerBound)
    if let link = entry.links.first, entry.beginsWithLink || entry.text.contains("→") {
      var read = PolicyRecord(at: here)
      let arrow = entry.text.firstRange(of: "→")
      let title = arrow.map { ImportWords.collapsed(String(entry.text[..<$0.lowerBound])) }
      read["title"] = PolicyField(.text(Untrusted(title ?? link.title)), at: here)
      read["document"] = PolicyField(.text(Untrusted(link.target)), at: here)
      let note =
        title != nil
        ? link.title : ImportWords.afterMark(String(entry.text.dropFirst(link.title.count)))
      if !note.isEmpty { read["note"] = PolicyField(.text(Untrusted(note)), at: here) }
      if let label {
        read["group"] = PolicyField(.text(Untrusted(label.text)), at: place(label.line))
      }
      rows[last]["documents"] = PolicyField(
        .records(rows[last].records("documents") + [read]), at: here)
    } else {
      rows[last]["steps"] = PolicyField(
        .texts(rows[last].texts("steps") + [PolicyField(.text(Untrusted(entry.text)), at: here)]),
        at: here)
    }
    document[.reading] = rows
    return true
  }

  /// `**[Service Outage](runbooks/)** - Service outage procedures` under "Emergency Procedures".
  private mutating func takeIssue(_ entry: ImportEntry) -> Bool {
    guard ImportWords.holds(parent, "emergency procedures"), entry.beginsWithLink,
      let link = entry.links.first
    else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(link.title, .issues, "type", into: &record, entry)
    put(link.target, .issues, "document", into: &record, entry)
    put(
      ImportWords.afterMark(String(entry.text.dropFirst(link.title.count))), .issues, "description",
      into: &record, entry)
    add(record, to: .issues)
    return true
  }

  private mutating func takeReview(_ entry: ImportEntry) -> Bool {
    guard
      ImportWords.holds(heading, "review schedule", "documentation maintenance")
        || ImportWords.holds(parent, "continuous improvement"),
      let lead = entry.lead
    else { return false }
    let isCycle = ImportWords.cycle(in: lead)
    guard let cycle = isCycle ?? ImportWords.cycle(in: entry.rest) else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(isCycle != nil ? entry.rest : entry.text, .reviews, "what", into: &record, entry)
    put(cycle, .reviews, "repeats", into: &record, entry)
    add(record, to: .reviews)
    return true
  }

  private mutating func takeDocument(_ entry: ImportEntry) -> Bool {
    guard entry.beginsWithLink, let link = entry.links.first else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(link.title, .documents, "title", into: &record, entry)
    put(link.target, .documents, "document", into: &record, entry)
    put(
      ImportWords.afterMark(String(entry.text.dropFirst(link.title.count))), .documents, "purpose",
      into: &record, entry)
    if let heading = headings.last {
      record["group"] = PolicyField(.text(Untrusted(heading.title)), at: place(heading.line))
    }
    add(record, to: .documents)
    return true
  }

  /// What has a name in bold and a sentence: an address or place, else how something is done.
  private mutating func takePractice(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead, !entry.rest.isEmpty else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    let group = headings.last.map {
      PolicyField(.text(Untrusted($0.title)), at: place($0.line))
    }
    if entry.rest.hasPrefix("http") || entry.codes == [entry.rest] {
      put(lead, .references, "name", into: &record, entry)
      put(entry.rest, .references, "where", into: &record, entry)
      record["group"] = group
      add(record, to: .references)
      return true
    }
    let isStrategy =
      ImportWords.holds(lead, "strategy")
      && ImportWords.holds(heading + parent, "deployment")
    put(isStrategy ? "Deployment strategy" : lead, .practices, "topic", into: &record, entry)
    if isStrategy {
      put(ImportWords.strategy(in: entry.rest), .practices, "default", into: &record, entry)
    }
    put(entry.rest, .practices, "rule", into: &record, entry)
    put(entry.links.first?.target, .practices, "document", into: &record, entry)
    record["group"] = group
    add(record, to: .practices)
    return true
  }
}

/// An item of a list: its first paragraph, and the items within it.
struct ImportItem {
  let entry: ImportEntry?
  let isTicked: Bool?
  let isOrdered: Bool
  let children: [ImportItem]

  init(_ block: Block) {
    let paragraph = block.children.first { $0.kind == .paragraph }
    entry = paragraph.map { ImportEntry($0.inlines, lines: $0.lines) }
    isTicked = block.item?.isTicked
    isOrdered = block.item?.ordinal != nil
    children = block.children.filter { $0.list != nil }.flatMap { $0.children.map(ImportItem.init) }
  }
}
