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
      Model.cardTitle, right: model.session.card.source.showable, in: area)
    paintText(model.lines(of: .card, columns: body.columns), in: body)
  }

  mutating func paintContacts(in area: Area) {
    let body = paintHeading(
      Model.contactsTitle, right: model.session.card.source.showable, in: area)
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
      let emergencies = session.card.emergencies.enumerated().flatMap {
        place, emergency -> [(Showable, Style)] in
        (place > 0 ? [("", .plain)] : []) + [(emergency.name.showable, .danger)]
          + emergency.steps.enumerated().flatMap { index, step in
            Showable("\(index + 1). \(step.showable)").wrapped(to: width).map {
              ("  \($0)", .plain)
            }
          }
      }
      return emergencies + atHand(columns: width) + origin(below: Self.cardTitle, columns)
    case .contacts:
      let contacts = session.card.contacts
      // A name that the table would push out of its column is read in lines of its own.
      let isWide = contacts.contains {
        $0.role.showable.columns > 21 || $0.primary.showable.columns > 19
          || $0.backup.showable.columns > 19
      }
      if columns < 70 || isWide {
        return contacts.flatMap { contact -> [(Showable, Style)] in
          [
            (contact.role.showable, .heading)
          ]
            + Showable("\(contact.primary.showable)\(contact.otherwise)").wrapped(to: width - 2)
            .map { ("  \($0)", .plain) }
        } + whoElse(columns: width) + origin(below: Self.contactsTitle, columns)
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
        } + whoElse(columns: width) + origin(below: Self.contactsTitle, columns)
    case .command: return commandLines(columns: width)
    case .board, .incident, .timeline, .timers, .people, .decisions, .phases, .postmortem,
      .runbooks, .runs, .step, .checklists, .help, .search:
      return []
    }
  }

  /// The row of a runbook's text on the preview that a line of its file begins on.
  func previewRow(ofLine line: Int) -> Int {
    let lines = runbooks.preview?.source.showableLines ?? []
    let left = lines.count - Self.withoutFrontMatter(lines).count
    return lines.prefix(line - 1).dropFirst(left).reduce(0) {
      $0 + $1.wrapped(to: max(1, size.columns - 3)).count
    }
  }

  static let cardTitle: Showable = "Emergency card"
  static let contactsTitle: Showable = "Contacts: whom to call"

  /// Where the policy comes from and how old it is, where the heading has no room for it.
  private func origin(below title: Showable, _ columns: Int) -> [(Showable, Style)] {
    let source = session.card.source.showable
    guard title.columns + source.columns + 3 >= columns else { return [] }
    return [("", .plain)] + source.wrapped(to: max(1, columns - 3)).map { ($0, .dim) }
  }

  /// Commands of the card, to be typed by hand.
  private func atHand(columns: Int) -> [(Showable, Style)] {
    guard !session.card.commands.isEmpty else { return [] }
    return [("", .plain), ("COMMANDS", .heading)]
      + session.card.commands.flatMap { command -> [(Showable, Style)] in
        Showable("\(command.name.showable): \(command.command.showable)").wrapped(to: columns)
          .map { ("  \($0)", .plain) }
      }
  }

  /// Channels, and who answers at each level of escalation.
  private func whoElse(columns: Int) -> [(Showable, Style)] {
    func lines(_ title: Showable, _ entries: [Showable]) -> [(Showable, Style)] {
      guard !entries.isEmpty else { return [] }
      return [("", .plain), (title, .heading)]
        + entries.flatMap { $0.wrapped(to: columns) }.map { ("  \($0)", .plain) }
    }
    let levels = session.policy.levels.sorted { $0.key < $1.key }
    return lines(
      "Channels",
      session.operations.channels.map { "\($0.subject.showable): \($0.channel.showable)" })
      + lines("Escalation", levels.map { "L\($0.key) \($0.value.showable)" })
  }

  /// A runbook without the fields in front of it, which are there for programs.
  private static func withoutFrontMatter(_ lines: [Showable]) -> [Showable] {
    guard lines.first?.text == "---",
      let end = lines.dropFirst().firstIndex(where: { $0.text == "---" || $0.text == "..." })
    else { return lines }
    return Array(lines[(end + 1)...].drop(while: \.isEmpty))
  }
}

extension EmergencyCard.Contact {
  /// `; else CTO, +30 min`; nothing where nothing is told.
  fileprivate var otherwise: Showable {
    let parts = [backup, escalation].filter { !$0.isBlank }.map(\.showable)
    return parts.isEmpty ? .empty : "; else \(parts.joined(", "))"
  }
}
