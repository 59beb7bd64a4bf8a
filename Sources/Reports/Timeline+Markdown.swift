import IncidentDomain
import TextGate

extension Timeline {
  /// The record as Markdown, for a reviewer: a head, the entries by day, conflicts, the heads.
  public static func markdown(_ incident: Incident) -> ReportText {
    var report = ReportText()
    report.add("# \(incident.name) \(Markdown.inert(incident.title.showable))")
    report.space()
    if incident.isDrill {
      report.add("**DRILL: an exercise, not a real incident.**")
      report.space()
    }
    report.add(facts(incident))
    report.space()
    report.add(
      "All times are UTC. An entry stands at the time it happened; where it was recorded at another time, that is named too."
    )
    report.heading("## Timeline")
    report.add(markdownEntries(incident, headingLevel: 3, withOutput: true))
    let conflicts = conflictLines(incident)
    if !conflicts.isEmpty {
      report.heading("## Conflicts")
      report.add(conflicts)
    }
    report.heading("## Record")
    report.add(recordLines(incident))
    return report
  }

  /// The entries under a heading a day; `withOutput` when what commands printed is shown too.
  static func markdownEntries(
    _ incident: Incident, headingLevel: Int, withOutput: Bool
  ) -> [Showable] {
    var report = ReportText()
    let mark = Showable.empty.keeping(String(repeating: "#", count: headingLevel).unicodeScalars)
    var day: Showable?
    for entry in entries(incident) {
      if day != entry.occurred.day {
        day = entry.occurred.day
        report.heading("\(mark) \(entry.occurred.day)")
      }
      report.add(markdown(entry, withOutput: withOutput))
    }
    return report.lines
  }

  private static func markdown(_ entry: TimelineEntry, withOutput: Bool) -> [Showable] {
    var marks = Showable.empty
    if entry.isPinned { marks += "*pinned* " }
    if let takenBack = entry.takenBack {
      let when = ToldTime(takenBack.recorded).showable(beside: entry.occurred)
      marks += "*taken back by \(Markdown.inert(takenBack.by)) at \(when)* "
    }
    if !entry.conflicts.isEmpty {
      marks += "*contradicts \(entry.conflicts.map(\.short).joined(", "))* "
    }
    let isStruck = entry.takenBack != nil || entry.corrections.contains { !$0.text.isEmpty }
    let head: Showable = "- **\(entry.occurred.timeOfDay)** \(marks)\(who(entry)): "
    var lines = paragraph(entry.text, after: head, isStruck: isStruck)
    for correction in entry.corrections { lines += markdown(correction, of: entry) }
    if let command = entry.command { lines += markdown(command, withOutput: withOutput) }
    return lines
  }

  private static func markdown(
    _ correction: TimelineEntry.Correction, of entry: TimelineEntry
  ) -> [Showable] {
    let by = Markdown.inert(correction.statement.by)
    let when = ToldTime(correction.statement.recorded).showable(beside: entry.occurred)
    let head: Showable = "  - *corrected by \(by) (\(correction.id.short), recorded \(when)) to* "
    var time = Showable.empty
    if let corrected = correction.time {
      time = "**\(corrected.showable)** (told first: ~~\(entry.told.showable)~~)"
      if !correction.text.isEmpty { time += " " }
    }
    return paragraph(correction.text, after: head + time, isStruck: false, indent: 4)
  }

  private static func markdown(_ command: RanCommand, withOutput: Bool) -> [Showable] {
    var lines: [Showable] = [.empty]
    lines += Markdown.fence(Markdown.bounded(command.command), indent: 2)
    let digest =
      command.outputBytes == 0
      ? .empty : ", SHA-256 \(Markdown.code(command.outputDigest))" as Showable
    lines += [
      .empty,
      "  In \(Markdown.code(command.directory)); \(Showable.count(command.outputBytes, "byte", "bytes")) of output\(digest)\(command.isCut ? ", of which the record holds the beginning and the end" : "").",
    ]
    if withOutput, !command.output.isEmpty {
      lines.append(.empty)
      lines += Markdown.fence(Markdown.bounded(command.output), indent: 2)
    }
    return lines + [.empty]
  }

  /// `alice (account ops, 1a2b3c4, recorded 23:15:00Z)`.
  private static func who(_ entry: TimelineEntry) -> Showable {
    var parts: [Showable] = []
    if let account = entry.account { parts.append("account \(Markdown.inert(account))") }
    parts.append(entry.id.short)
    if entry.wasRecordedLater {
      parts.append("recorded \(ToldTime(entry.recorded).showable(beside: entry.occurred))")
    }
    return "\(Markdown.inert(entry.author)) (\(parts.joined(", ")))"
  }

  /// Text of several lines as one item: each but the last ends in a hard break.
  static func paragraph(
    _ text: [Showable], after head: Showable, isStruck: Bool, indent: Int = 2
  ) -> [Showable] {
    let margin = Showable.empty.keeping(String(repeating: " ", count: indent).unicodeScalars)
    let inert = text.map { line -> Showable in
      let shown = Markdown.inert(line)
      return isStruck && !shown.isEmpty ? "~~\(shown)~~" : shown
    }
    guard let first = inert.first else { return [head] }
    var lines = [head + first]
    for line in inert.dropFirst() {
      if line.isEmpty {
        lines.append(.empty)
        continue
      }
      // A break before an empty line would be shown as a backslash.
      if let last = lines.last, !last.isEmpty { lines[lines.count - 1] = last + "\\" }
      lines.append(margin + line)
    }
    return lines
  }

  /// What contradicts what, and which of the two counts.
  static func conflictLines(_ incident: Incident) -> [Showable] {
    let byID = Dictionary(incident.events.map { ($0.id, $0) }) { first, _ in first }
    func side(_ id: EventID) -> Showable {
      guard let event = byID[id] else { return id.short }
      return
        "\(id.short) (\(Markdown.inert(event.author.showable)), \(event.occurred.showable): \(Markdown.inert(incident.narrate(event))))"
    }
    return incident.conflicts.map { conflict in
      let outcome =
        conflict.settledBy.map { "settled by \(side($0))" as Showable }
        ?? "the second one counts until somebody settles it"
      let about: Showable
      switch conflict.about {
      case .role(let role): about = "who is \(role.title)"
      case .step(_, let step):
        about = "step \(Markdown.inert(stepNumber(step, of: conflict, incident)))"
      case .phase: about = "the phase"
      }
      return
        "- Two branches of the record disagree about \(about): \(side(conflict.first)) and \(side(conflict.second)). Both are kept; \(outcome)."
    }
  }

  private static func stepNumber(
    _ step: String, of conflict: Incident.Conflict, _ incident: Incident
  ) -> Showable {
    guard case .step(let run, _) = conflict.about,
      let planned = incident.runs.first(where: { $0.id == run })?.start.steps.first(where: {
        $0.id == step
      })
    else { return step.showableWord }
    return planned.number.showableWord
  }

  /// What identifies the record: its id, the number of its events, its heads.
  static func recordLines(_ incident: Incident) -> [Showable] {
    var lines: [Showable] = [
      "- Incident `\(incident.id.word)`",
      "- \(Showable.count(incident.events.count, "event", "events")), each of which names by hash those its writer had seen",
    ]
    for head in incident.heads { lines.append("- Head `\(head.word)`") }
    lines.append(
      "- `mayday verify \(incident.number)` recomputes every hash; whoever kept a head can tell whether something before it was changed."
    )
    return lines
  }

  /// What the incident is, as a list; `isWhole` when nothing that follows says when and what.
  static func facts(_ incident: Incident, isWhole: Bool = true) -> [Showable] {
    var lines: [Showable] = []
    func fact(_ name: Showable, _ value: Showable?) {
      if let value { lines.append("- **\(name):** \(Markdown.inert(value))") }
    }
    fact("Severity", incident.severity.word)
    fact("Phase", standing(incident))
    if isWhole { fact("Declared", incident.declared.showable) }
    fact("Type", incident.type?.showable)
    fact("Service", incident.service?.showable)
    fact("Environment", incident.environment?.showable)
    fact("Tier", incident.tier.map { "\($0)" })
    if isWhole, !incident.labels.isEmpty { fact("Labels", incident.labelLines.joined(", ")) }
    if isWhole { fact("Impact", incident.impact.map(Showable.joined)) }
    fact("Incident Commander", incident.commander?.showable)
    return lines
  }

  /// Where it stands: its phase, or how it ended.
  static func standing(_ incident: Incident) -> Showable {
    switch incident.ending {
    case .cancelled(let reason): "cancelled (\(reason.word)) in \(incident.phase.word)"
    case .merged(_, let number): "merged into INC-\(number) in \(incident.phase.word)"
    case nil: incident.phase.word
    }
  }
}
