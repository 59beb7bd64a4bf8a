import IncidentDomain
import TextGate

/// The review document of an incident, drafted from its record.
///
/// It states what the record holds, marks what nobody recorded as `unknown: …` with who could
/// tell, and asks people for the rest; it invents nothing and names nobody as a cause.
public enum Postmortem {
  /// The beginning of a line that people are asked to replace.
  static let prompt: Showable = "To be written:"

  /// The draft in Markdown. Pure: the same events and `now` give the same bytes.
  ///
  /// - Parameter now: for targets that still run; after the resolution it changes only what the
  ///   review itself owes.
  public static func draft(_ incident: Incident, now: Instant) -> ReportText {
    var draft = ReportText()
    draft.add("# Post-mortem: \(incident.name) \(Markdown.inert(incident.title.showable))")
    draft.space()
    if incident.isDrill {
      draft.add("**DRILL: an exercise, not a real incident.**")
      draft.space()
    }
    draft.add(
      "This review is blameless. It asks what in the system and in the way of working let this happen and what made it last, not who did what. Everybody acted on what they could see at the time. All times are UTC."
    )
    section(&draft, "Summary", summary(incident))
    section(&draft, "Impact", impact(incident))
    section(&draft, "Severity and targets", severityAndTargets(incident, now: now))
    section(&draft, "Timeline", timeline(incident))
    section(&draft, "Roles", roles(incident))
    section(&draft, "Runbooks and commands", runbooks(incident))
    section(&draft, "What went well", facts(wentWell(incident, now: now), ask: "what helped"))
    section(
      &draft, "What did not go as planned",
      facts(didNotGoAsPlanned(incident, now: now), ask: "what made the work harder or slower"))
    section(&draft, "Contributing factors", contributingFactors(incident))
    section(&draft, "Action items", actionItems(incident, now: now))
    section(&draft, "Runbook feedback", feedback(incident))
    section(&draft, "Record", Timeline.recordLines(incident))
    return draft
  }

  /// How many passages of a text still wait for a person: prompts, and facts marked as unknown.
  public static func openPassages(in text: Untrusted) -> (prompts: Int, unknown: Int) {
    let lines = text.showableLines
    return (
      lines.count { $0.text.contains(prompt.text) }, lines.count { $0.text.contains("unknown: ") }
    )
  }

  private static func section(_ draft: inout ReportText, _ title: Showable, _ lines: [Showable]) {
    draft.heading("## \(title)")
    draft.add(lines)
  }

  static func ask(_ what: Showable) -> Showable { "*\(prompt) \(what).*" }

  /// Facts as a list, then the question for what the record cannot know.
  private static func facts(_ facts: [Showable], ask what: Showable) -> [Showable] {
    (facts.isEmpty ? [] : facts.map { "- \($0)" } + [.empty])
      + [ask("\(what), as the people who were there saw it")]
  }

  private static func summary(_ incident: Incident) -> [Showable] {
    var lines = Timeline.facts(incident, isWhole: false)
    for milestone in Milestone.allCases {
      if let time = incident.milestones[milestone] {
        let text = incident.milestoneTexts[milestone].map {
          ": \(Markdown.cell($0))" as Showable
        }
        lines.append("- **\(title(milestone)):** \(time.showable)\(text ?? .empty)")
      } else if milestone != .declared {
        lines.append(
          "- **\(title(milestone)):** unknown: when it \(Measure.verb(milestone)) (\(Measure.witness(milestone)) could tell)"
        )
      }
    }
    for other in incident.absorbed {
      lines.append("- INC-\(other.number) was merged into this one")
    }
    let reopened = incident.moves.count { $0.value.to == .triage && $0.value.from > .triage }
    if reopened > 0 {
      lines.append("- Reopened \(Showable.count(reopened, "time", "times"))")
    }
    return lines + [
      .empty, ask("what happened, in two or three sentences that a newcomer understands"),
    ]
  }

  private static func title(_ milestone: Milestone) -> Showable {
    switch milestone {
    case .started: "Started"
    case .detected: "Detected"
    case .declared: "Declared"
    case .acknowledged: "Acknowledged"
    case .mitigated: "Mitigated"
    case .recovered: "Recovered"
    case .resolved: "Resolved"
    }
  }

  private static func impact(_ incident: Incident) -> [Showable] {
    var lines: [Showable] = []
    if let impact = incident.impact {
      lines += Timeline.paragraph(impact.showableLines, after: .empty, isStruck: false, indent: 0)
    } else {
      lines.append("unknown: what was broken for whom (the owners of the service could tell)")
    }
    return lines + [
      .empty, ask("how many were affected, for how long, and what it cost them, in numbers"),
    ]
  }

  private static func timeline(_ incident: Incident) -> [Showable] {
    var lines: [Showable] = []
    let pinned = Timeline.entries(incident).filter { $0.isPinned && $0.takenBack == nil }
    lines += ["### Turning points", .empty]
    if pinned.isEmpty {
      lines.append(
        ask("pin the entries that turned the incident: `mayday pin \(incident.number) EVENT`"))
    }
    for entry in pinned {
      let head: Showable = "- **\(entry.occurred.showable)** \(Markdown.inert(entry.author)): "
      lines += Timeline.paragraph(entry.knownText, after: head, isStruck: false)
    }
    // What commands printed stands in the timeline's own export: a review reads what was done.
    lines +=
      [.empty] + Timeline.markdownEntries(incident, headingLevel: 3, withOutput: false)
    let conflicts = Timeline.conflictLines(incident)
    if !conflicts.isEmpty { lines += [.empty, "### Conflicts", .empty] + conflicts }
    return lines
  }

  private static func contributingFactors(_ incident: Incident) -> [Showable] {
    let pinned = Timeline.entries(incident).filter { $0.isPinned && $0.takenBack == nil }
    let starts = pinned.map { entry in
      "- \(entry.occurred.showable) \(Markdown.inert((entry.knownText).joined(" / "))) \(ask("what made this possible, and what would have shown it sooner"))"
        as Showable
    }
    return (starts.isEmpty ? [] : starts + [.empty]) + [
      ask("what in the system let a fault become an incident"),
      .empty,
      ask("what in the way of working made it harder to see, to understand or to end"),
      .empty,
      ask("what kept it from being worse"),
    ]
  }

  private static func actionItems(_ incident: Incident, now: Instant) -> [Showable] {
    guard !incident.actions.isEmpty else {
      let must = incident.severity <= .sev2
      return [
        ask(
          must
            ? "at least one follow-up, with owner and due date: `mayday action add \(incident.number) TEXT --owner PERSON --due DATE`"
            : "follow-ups, each with owner and due date, or why none is needed")
      ]
    }
    return ["| Action | Owner | Due | State |", "| --- | --- | --- | --- |"]
      + incident.actions.map { action in
        let state: Showable =
          switch action.outcome {
          case .done: "done"
          case .dropped: "dropped"
          case nil: action.due < now ? "open, overdue" : "open"
          }
        return
          "| \(Markdown.cell(action.text)) | \(Markdown.cell(action.owner)) | \(ToldTime(action.due, .day).showable) | \(state) |"
      }
  }

  private static func feedback(_ incident: Incident) -> [Showable] {
    guard !incident.feedback.isEmpty else {
      return [
        ask(
          "whether the runbooks were used, wrong or missing: `mayday feedback \(incident.number) used|wrong|missing`"
        )
      ]
    }
    return incident.feedback.flatMap { answer -> [Showable] in
      let text = answer.value.text?.showableLines ?? []
      return Timeline.paragraph(
        text, after: "- \(answer.value.verdict.word)\(text.isEmpty ? "" : ": ")", isStruck: false)
    }
  }
}
