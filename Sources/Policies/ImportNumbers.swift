import IncidentDomain
import MarkdownBlocks
import TextGate

/// Lists that hold numbers: severities, objectives, thresholds, targets, environments.
extension PolicyImporter {
  private var heading: String { headings.last?.title ?? "" }
  private var parent: String { headings.dropLast().last?.title ?? "" }

  mutating func takeNumbers(_ item: ImportItem, _ entry: ImportEntry) -> Bool {
    if takeNested(item, entry) { return true }
    if ImportWords.holds(heading, "environment hierarchy") { return takeEnvironment(entry) }
    if ImportWords.holds(heading, "incident priorit", "severity levels") {
      return takeSeverity(entry)
    }
    if takeObjective(entry) { return true }
    let isMeasured =
      ImportWords.holds(heading, "kpi", "system health", "indicators")
      || ImportWords.holds(parent, "operational metrics", "success metrics")
    // An address or a path among the numbers is something to look at, no number.
    let isAddress = entry.rest.hasPrefix("http") || entry.codes == [entry.rest]
    return isMeasured && !isAddress ? takeTarget(entry) : false
  }

  /// `**Critical Alerts**:` and `**RTO / RPO**:`, with the numbers in a list of their own.
  private mutating func takeNested(_ item: ImportItem, _ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead, entry.rest.isEmpty, !item.children.isEmpty else { return false }
    var isTaken = false
    for child in item.children {
      guard let inner = child.entry else { continue }
      let took =
        ImportWords.holds(lead, "alert") ? takeThreshold(inner) : takeObjective(inner)
      if took {
        settle(inner.lines)
        isTaken = true
      }
    }
    return isTaken
  }

  /// `**Development (Dev)**: Used for … Automatically deployed upon PR merge.`
  private mutating func takeEnvironment(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(lead, .environments, "environment", into: &record, entry)
    let sentences = entry.rest.split(separator: ". ").map(String.init)
    let promotion = sentences.filter { ImportWords.holds($0, "deployed", "merge", "approval") }
    let purpose = sentences.filter { !promotion.contains($0) }
    put(purpose.joined(separator: ". "), .environments, "purpose", into: &record, entry)
    put(promotion.joined(separator: ". "), .environments, "promotion", into: &record, entry)
    add(record, to: .environments)
    return true
  }

  /// `**SEV-1 (Critical)**: Production offline. …`
  private mutating func takeSeverity(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead else { return false }
    let word = ImportWords.collapsed(String(lead.prefix { $0 != "(" }))
    guard Severity(word: word) != nil else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(word, .severities, "severity", into: &record, entry)
    if let open = lead.firstIndex(of: "("), let close = lead.lastIndex(of: ")"), open < close {
      let alias = String(lead[lead.index(after: open)..<close])
      record["aliases"] = PolicyField(
        .texts([PolicyField(.text(Untrusted(alias)), at: record.place)]), at: record.place)
    }
    put(entry.rest, .severities, "description", into: &record, entry)
    let document = entry.links.first?.target ?? entry.codes.first { $0.hasSuffix(".md") }
    put(document, .severities, "document", into: &record, entry)
    add(record, to: .severities)
    return true
  }

  /// `**Recovery Time Objective (RTO)**: Target < 4 hours for Tier-1 services.`
  private mutating func takeObjective(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead else { return false }
    let words = Set(ImportWords.key(lead).split(separator: " "))
    if ImportWords.key(lead) == "disaster recovery" { return takeRecovery(entry) }
    guard words.contains("rto") != words.contains("rpo"),
      let span = ImportWords.span(in: entry.rest)
    else { return false }
    let name = words.contains("rto") ? "rto" : "rpo"
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    let lower = ImportWords.key(entry.rest)
    if let tier = lower.firstRange(of: "tier "),
      let number = Int(lower[tier.upperBound...].prefix { $0.isNumber })
    {
      record["tier"] = PolicyField(.number(number), at: record.place)
      put(span, .tiers, name, into: &record, entry)
      add(record, to: .tiers)
      return true
    }
    // RPO and RTO that stand side by side are one entry.
    let last = document[.objectives].last
    if let last, last[name] == nil {
      record = last
      document[.objectives].removeLast()
    } else {
      put("all services", .objectives, "scope", into: &record, entry)
    }
    put(span, .objectives, name, into: &record, entry)
    let notes = [record.text("note")?.raw, entry.rest].compactMap(\.self)
    put(notes.joined(separator: " "), .objectives, "note", into: &record, entry)
    add(record, to: .objectives)
    return true
  }

  /// `**Disaster Recovery**: Tested quarterly, RTO < 1 hour`.
  private mutating func takeRecovery(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead, entry.rest.contains("RTO"),
      let span = ImportWords.span(in: entry.rest)
    else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(lead, .recovery, "scenario", into: &record, entry)
    put(span, .recovery, "target", into: &record, entry)
    put(ImportWords.cycle(in: entry.rest), .recovery, "tested", into: &record, entry)
    add(record, to: .recovery)
    return true
  }

  private mutating func takeThreshold(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead else { return false }
    // "over 5 minutes" is how long, not how much.
    let text = ImportWords.withoutStop(entry.rest)
    let over = text.firstRange(of: " over ")
    let limit = ImportedLimit(over.map { String(text[..<$0.lowerBound]) } ?? text)
    guard let bound = limit.limit else { return false }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(
      ImportWords.collapsed("\(lead) \(limit.prefix)"), .thresholds, "measure", into: &record,
      entry)
    put(bound, .thresholds, "limit", into: &record, entry)
    if let over {
      put(String(text[over.upperBound...]), .thresholds, "over", into: &record, entry)
    }
    put(limit.scope.map { "for \($0)" }, .thresholds, "note", into: &record, entry)
    add(record, to: .thresholds)
    return true
  }

  private mutating func takeTarget(_ entry: ImportEntry) -> Bool {
    guard let lead = entry.lead else { return false }
    var limit = ImportedLimit(entry.rest)
    // "All critical skills covered by 2+ people" is a sentence with a number in it.
    if limit.prefix.split(separator: " ").count > 2 { limit = ImportedLimit("") }
    var record = PolicyRecord(at: place(entry.lines.lowerBound))
    put(
      ImportWords.collapsed("\(lead) \(limit.prefix)"), .targets, "measure", into: &record, entry)
    put(limit.limit, .targets, "limit", into: &record, entry)
    put(limit.scope, .targets, "scope", into: &record, entry)
    if limit.isPartial { put(entry.rest, .targets, "aim", into: &record, entry) }
    if let heading = headings.last {
      record["group"] = PolicyField(.text(Untrusted(heading.title)), at: place(heading.line))
    }
    add(record, to: .targets)
    return true
  }

  // MARK: Fences

  mutating func take(_ fence: Block.Fence, of block: Block) {
    if ImportWords.holds(heading, "critical commands") {
      takeCommands(fence)
    } else if ImportWords.holds(heading, "emergency procedures card") {
      takeCard(fence)
    } else {
      return
    }
    if fence.isFenced {
      settle(block.lines.lowerBound...block.lines.lowerBound)
      settle(block.lines.upperBound...block.lines.upperBound)
    }
  }

  /// A comment, and the command under it.
  private mutating func takeCommands(_ fence: Block.Fence) {
    var name: (text: String, line: Int)?
    for (line, text) in content(of: fence) {
      if text.hasPrefix("#") {
        name = (ImportWords.collapsed(String(text.drop { $0 == "#" })), line)
      } else if !text.isEmpty, let named = name {
        var record = PolicyRecord(at: place(named.line))
        record["name"] = PolicyField(.text(Untrusted(named.text)), at: place(named.line))
        record["command"] = PolicyField(.text(Untrusted(text)), at: place(line))
        add(record, to: .commands)
        settle(named.line...line)
        name = nil
      }
    }
  }

  /// `COMPLETE OUTAGE:` and numbered steps under it.
  private mutating func takeCard(_ fence: Block.Fence) {
    var record: PolicyRecord?
    var steps: [PolicyField] = []
    func finished() -> PolicyRecord? {
      guard var done = record, let first = steps.first else { return nil }
      done["steps"] = PolicyField(.texts(steps), at: first.place)
      return done
    }
    for (line, text) in content(of: fence) {
      let digits = text.prefix { $0.isNumber }
      if !digits.isEmpty, record != nil, text.dropFirst(digits.count).hasPrefix(". ") {
        let step = ImportWords.collapsed(String(text.dropFirst(digits.count + 2)))
        steps.append(PolicyField(.text(Untrusted(step)), at: place(line)))
        settle(line...line)
      } else if text.hasSuffix(":") {
        if let done = finished() { add(done, to: .card) }
        steps = []
        var next = PolicyRecord(at: place(line))
        next["emergency"] = PolicyField(
          .text(Untrusted(ImportWords.bare(text))), at: place(line))
        record = next
        settle(line...line)
      }
    }
    if let done = finished() { add(done, to: .card) }
  }
}
