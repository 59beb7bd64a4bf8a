import IncidentDomain
import TextGate

extension Timeline {
  /// The record as plain text of at most `columns` columns, for a terminal, a pager or paper.
  ///
  /// A word longer than a line is broken; fewer than 40 columns count as 40.
  public static func text(_ incident: Incident, columns: Int) -> ReportText {
    let columns = max(40, columns)
    var report = ReportText()
    let name: Showable = "\(incident.name) \(incident.severity.word) \(incident.title.showable)"
    report.add(name.folded(columns))
    if incident.isDrill { report.add("DRILL: an exercise, not a real incident.") }
    let standing: Showable = "\(standing(incident)), declared \(incident.declared.showable)"
    report.add(standing.folded(columns))
    if let impact = incident.impact {
      let line: Showable = "impact: \(Showable.joined(impact))"
      report.add(line.folded(columns))
    }
    var day: Showable?
    for entry in entries(incident) {
      if day != entry.occurred.day {
        day = entry.occurred.day
        report.space()
        report.add(entry.occurred.day)
      }
      report.add(text(entry, columns))
    }
    if !incident.conflicts.isEmpty {
      report.space()
      for conflict in incident.conflicts {
        let outcome =
          conflict.settledBy.map { "settled by \($0.short)" as Showable }
          ?? "both are kept, the second one counts until somebody settles it"
        let line: Showable =
          "CONFLICT \(conflict.first.short) and \(conflict.second.short) contradict each other; \(outcome)"
        report.add(line.folded(columns))
      }
    }
    report.space()
    report.add(Showable.count(incident.events.count, "event", "events"))
    for head in incident.heads { report.add("head \(head.word)") }
    return report
  }

  private static func text(_ entry: TimelineEntry, _ columns: Int) -> [Showable] {
    var marks = Showable.empty
    if entry.isPinned { marks += "[pinned] " }
    if let takenBack = entry.takenBack { marks += "[taken back by \(takenBack.by)] " }
    if !entry.conflicts.isEmpty {
      marks += "[contradicts \(entry.conflicts.map(\.short).joined(", "))] "
    }
    let account = entry.account.map { " (account \($0))" as Showable } ?? .empty
    let recorded: Showable =
      entry.wasRecordedLater
      ? " (recorded \(ToldTime(entry.recorded).showable(beside: entry.occurred)))" : ""
    let head: Showable =
      "\(entry.occurred.timeOfDay) \(entry.id.short) \(entry.author)\(account)\(recorded): \(marks)"
    var lines = indented(head + (entry.text.first ?? .empty), by: 2, hanging: 4, columns)
    for line in entry.text.dropFirst() { lines += indented(line, by: 4, hanging: 4, columns) }
    for correction in entry.corrections {
      let time = correction.time.map { " \($0.showable)" as Showable } ?? .empty
      let text = correction.text.isEmpty ? .empty : ": \(correction.text.joined(" / "))" as Showable
      lines += indented(
        "corrected by \(correction.statement.by) to\(time)\(text)", by: 4, hanging: 6, columns)
    }
    if let command = entry.command {
      for line in Markdown.bounded(command.command) {
        lines += indented("$ \(line)", by: 4, hanging: 6, columns)
      }
      for line in Markdown.bounded(command.output) {
        lines += indented("| \(line)", by: 4, hanging: 6, columns)
      }
    }
    return lines
  }

  private static func indented(
    _ text: Showable, by first: Int, hanging: Int, _ columns: Int
  ) -> [Showable] {
    func margin(_ width: Int) -> Showable {
      Showable.empty.keeping(String(repeating: " ", count: width).unicodeScalars)
    }
    // The first line may be longer than the others by what it is indented less; one width is enough.
    let lines = text.folded(columns - max(first, hanging))
    return lines.enumerated().map { place, line in
      line.isEmpty ? line : margin(place == 0 ? first : hanging) + line
    }
  }
}

extension Showable {
  /// The text in lines of at most `columns` columns, broken at spaces where there are any.
  func folded(_ columns: Int) -> [Showable] {
    var lines: [Showable] = []
    var line = String.UnicodeScalarView()
    var width = 0
    func end() {
      lines.append(keeping(line))
      line = String.UnicodeScalarView()
      width = 0
    }
    let words = text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
    for (index, word) in words.enumerated() {
      let wordWidth = word.reduce(0) { $0 + Self.columns(of: $1) }
      if index > 0, width + 1 + wordWidth <= columns {
        line.append(" ")
        width += 1
      } else if index > 0 {
        end()
      }
      for scalar in word {
        let scalarWidth = Self.columns(of: scalar)
        if width + scalarWidth > columns, width > 0 { end() }
        line.append(scalar)
        width += scalarWidth
      }
    }
    end()
    return lines
  }

  /// Columns that a terminal may give a character: two for everything that may be wide, so that a
  /// line is never longer than asked.
  private static func columns(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20...0x2FF: return 1
    default: break
    }
    if scalar.properties.isGraphemeExtend { return 0 }
    let isWide = (0x1100...0x115F).contains(scalar.value) || scalar.value >= 0x2E80
    return isWide || scalar.properties.isEmojiPresentation ? 2 : 1
  }
}
