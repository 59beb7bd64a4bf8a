import IncidentDomain
import TextGate

/// The review: draft, publication, and what one entry of the record says in full.
extension Model {
  /// The text of the post-mortem, published or not.
  var postmortemText: Untrusted? {
    switch incident?.postmortem {
    case .draft(let text, _), .published(let text, _): text
    case .some(.none), .waived, nil: nil
    }
  }

  mutating func editPostmortem() -> [Effect] {
    guard let incident else { return [] }
    if case .published = incident.postmortem {
      refuse("the post-mortem is published; add a note or a correction instead")
      return []
    }
    if let text = postmortemText { return [.editText(text)] }
    return [.draftPostmortem(incident)]
  }

  mutating func viewPostmortem() {
    guard let incident, let text = postmortemText else { return }
    document = Document(title: "\(incident.name) post-mortem", text: text)
    push(.document)
  }

  mutating func savePostmortem(_ text: Untrusted) -> [Effect] {
    guard let incident, screen == .postmortem else { return [] }
    guard !text.isBlank else {
      refuse("the text is empty: nothing was saved")
      return []
    }
    return write(.savePostmortem(text), to: incident.id, what: "post-mortem draft saved")
  }

  mutating func postmortemDrafted(_ id: EventID, _ text: Untrusted) -> [Effect] {
    guard let incident, incident.id == id else { return [] }
    return write(.savePostmortem(text), to: id, what: "post-mortem draft written from the record")
  }

  /// Everything that is known of one entry.
  func details(of event: Event, in incident: Incident) -> Untrusted {
    var lines: [Showable] = [
      incident.narrate(event),
      "",
      "by        \(event.author.showable)\(event.account.map { " (account \($0.showable))" as Showable } ?? .empty) on \(event.host.showable)",
      "happened  \(whole(event.occurred))",
      "recorded  \(dateTime(event.recorded)) \(zone.name)",
      "id        \(event.id.word)",
    ]
    if incident.pins.contains(event.id) { lines.append("pinned") }
    if incident.reversed.contains(event.id) { lines.append("taken back by its author") }
    for correction in incident.corrections[event.id] ?? [] {
      if let later = incident.events.first(where: { $0.id == correction }) {
        lines.append(
          "corrected \(dateTime(later.recorded)) by \(later.author.showable), \(incident.narrate(later))"
        )
      }
    }
    if case .declared(let declaration) = event.body {
      lines += declaration.labels.lines.map { "label     \($0)" }
    }
    if case .commandRan(let record) = event.body {
      lines.append("")
      lines.append("$ \(record.command.showable)")
      lines += record.output.showableLines
      if record.outputCut { lines.append("(the middle of the output is left out)") }
    }
    if case .roleOffered(_, _, let brief) = event.body { lines += [""] + brief.showableLines }
    return Untrusted(lines.map(\.text).joined(separator: "\n"))
  }

  private func whole(_ told: ToldTime) -> Showable {
    switch told.precision {
    case .day: time(told)
    case .minute, .second: "\(dateTime(told.instant)) \(zone.name)"
    }
  }
}
