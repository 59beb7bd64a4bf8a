import Grid
import IncidentDomain
import TextGate

/// Screens of text: document, runbook, emergency card, contacts.
extension Painter {
  mutating func paintDocument(in area: Area) {
    guard let document = model.document else { return }
    let body = paintHeading(document.title, in: area)
    paintText(model.lines(of: .document, columns: body.columns), in: body)
  }

  mutating func paintPreview(in area: Area) {
    guard let start = model.runbooks.preview else { return }
    let steps: Showable = start.steps.isEmpty ? "to read" : start.stepCount
    let body = paintHeading(start.title.showable, right: steps, in: area)
    paintText(model.lines(of: .preview, columns: body.columns), in: body)
  }

  mutating func paintCard(in area: Area) {
    let body = paintHeading(
      "Emergency card", right: model.session.card.source.showable, in: area)
    paintText(model.lines(of: .card, columns: body.columns), in: body)
  }

  mutating func paintContacts(in area: Area) {
    let body = paintHeading(
      "Contacts: whom to call", right: model.session.card.source.showable, in: area)
    paintText(model.lines(of: .contacts, columns: body.columns), in: body)
  }
}

extension Model {
  /// How many lines the text of this screen has at a width: what scrolling needs to know.
  func textLines(columns: Int) -> Int { lines(of: screen, columns: columns).count }

  /// The lines of a screen of text, wrapped.
  func lines(of screen: Screen, columns: Int) -> [(Showable, Style)] {
    let width = max(1, columns - 3)
    switch screen {
    case .document:
      return (document?.lines ?? []).flatMap { $0.wrapped(to: width) }.map { ($0, .plain) }
    case .preview:
      guard let start = runbooks.preview else { return [] }
      return Self.withoutFrontMatter(start.source.showableLines).flatMap { line in
        line.wrapped(to: width).map { ($0, line.text.hasPrefix("#") ? .heading : .plain) }
      }
    case .card:
      return session.card.emergencies.enumerated().flatMap {
        place, emergency -> [(Showable, Style)] in
        (place > 0 ? [("", .plain)] : []) + [(emergency.name.showable, .danger)]
          + emergency.steps.enumerated().flatMap { index, step in
            Showable("\(index + 1). \(step.showable)").wrapped(to: width).map {
              ("  \($0)", .plain)
            }
          }
      }
    case .contacts:
      let contacts = session.card.contacts
      if columns < 70 {
        return contacts.flatMap { contact -> [(Showable, Style)] in
          [
            (contact.role.showable, .heading),
            (
              "  \(contact.primary.showable); else \(contact.backup.showable), \(contact.escalation.showable)",
              .plain
            ),
          ]
        }
      }
      let head: [(Showable, Style)] = [
        (
          "\(Showable("For").padded(to: 22))\(Showable("Call first").padded(to: 20))\(Showable("Then").padded(to: 20))After",
          .heading
        )
      ]
      return head
        + contacts.map {
          (
            "\($0.role.showable.padded(to: 21)) \($0.primary.showable.padded(to: 19)) \($0.backup.showable.padded(to: 19)) \($0.escalation.showable)",
            .plain
          )
        }
    case .command: return commandLines(columns: width)
    case .board, .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem,
      .runbooks, .runs, .step, .help:
      return []
    }
  }

  /// A runbook without the fields in front of it, which are there for programs.
  private static func withoutFrontMatter(_ lines: [Showable]) -> [Showable] {
    guard lines.first?.text == "---",
      let end = lines.dropFirst().firstIndex(where: { $0.text == "---" || $0.text == "..." })
    else { return lines }
    return Array(lines[(end + 1)...].drop(while: \.isEmpty))
  }
}
