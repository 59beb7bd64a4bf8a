import Grid
import IncidentDomain
import TextGate

/// Who does what, who looks, from where: the people's pane and the people's screen.
extension Painter {
  /// A line of the people's pane.
  struct PersonLine {
    /// Nil for who has no role and looks.
    let role: ResponderRole?
    let person: Showable
    let does: Showable
    let style: Style
  }

  /// A name, with a mark where another on this incident looks the same.
  private func marked(_ name: Untrusted) -> Showable {
    model.open.map { Incident.marked(name, among: $0.names) } ?? name.showable
  }

  /// `here`, `idle 3m`, and the machine where it is another; nothing for who has no console open.
  mutating func presence(of person: Untrusted) -> Showable {
    guard let incident = model.incident,
      let found = model.present.lookingAt(incident.id).first(where: { $0.person == person })
    else { return .empty }
    return words(of: found)
  }

  private mutating func words(of presence: Presence) -> Showable {
    let seconds = max(0, model.now.seconds(since: presence.lastKey))
    stays(for: 60 - seconds % 60)
    let idle: Showable =
      presence.idleMinutes(at: model.now).map {
        $0 < 60 ? "idle \($0)m" : "idle \(Showable.clock(seconds: $0 * 60))"
      } ?? "here"
    let isElsewhere = presence.host != model.session.actor.host
    return isElsewhere ? "\(idle), \(presence.host.showable)" : idle
  }

  mutating func peopleLines(of incident: Incident) -> [PersonLine] {
    var lines: [PersonLine] = []
    var listed: Set<Untrusted> = []
    if incident.commander == nil, incident.isActive {
      lines.append(
        PersonLine(
          role: .commander, person: "NO COMMANDER", does: "o names one", style: .breached))
    }
    for role in ResponderRole.allCases {
      let holders =
        [incident.roles[role]].compactMap(\.self)
        + incident.others.filter { $0.role == role }.map(\.person)
      for person in holders {
        listed.insert(person)
        let offer = incident.offers[role].map { "offered to \($0.to.showable)" as Showable }
        lines.append(line(of: person, role, offer: offer, in: incident))
      }
      if holders.isEmpty, let offer = incident.offers[role] {
        lines.append(
          PersonLine(role: role, person: offer.to.showable, does: "offered", style: .warning))
      }
    }
    for person in claimants(in: incident) where listed.insert(person.0).inserted {
      lines.append(line(of: person.0, nil, offer: nil, in: incident))
    }
    for presence in model.present.lookingAt(incident.id)
    where listed.insert(presence.person).inserted {
      lines.append(line(of: presence.person, nil, offer: nil, in: incident))
    }
    return lines
  }

  private mutating func line(
    of person: Untrusted, _ role: ResponderRole?, offer: Showable?, in incident: Incident
  ) -> PersonLine {
    let steps = claimants(in: incident).filter { $0.0 == person }.map(\.1)
    let isProvisional = role.map { model.provisional.roles.contains($0) } ?? false
    let parts =
      [isProvisional ? "provisional" : nil, offer].compactMap(\.self) + steps + [
        presence(of: person)
      ]
    let does = parts.filter { !$0.isEmpty }.joined(", ")
    guard let other = model.open?.names.first(for: person) else {
      return PersonLine(role: role, person: person.showable, does: does, style: .plain)
    }
    return PersonLine(
      role: role, person: person.showable, does: Incident.likeness(of: person, to: other),
      style: .warning)
  }

  /// Who holds which step of a run that is open.
  private func claimants(in incident: Incident) -> [(Untrusted, Showable)] {
    incident.openRuns.flatMap(\.holders).map {
      ($0.person, "step \(Untrusted($0.step.number).showable)")
    }
  }

  mutating func paintPeoplePane(_ open: OpenIncident, in area: Area) {
    let lines = peopleLines(of: open.incident)
    for (line, person) in lines.prefix(area.rows).enumerated() {
      let row = area.line(line)
      let isMissing = person.style == .breached
      let name = isMissing ? person.person : person.person.clipped(to: max(6, area.columns - 22))
      var column = 1 + frame.put(name, in: row, indent: 1, style: person.style)
      column = max(column + 1, 9)
      if !isMissing {
        column +=
          frame.put(person.role?.word ?? "-", in: row, indent: column, style: .heading) + 1
      }
      let indent = isMissing || person.does.columns > area.columns - 21 ? column : max(column, 20)
      // What does not fit is left out whole; the people's screen has all of it.
      var does = person.does
      while does.columns > area.columns - indent - 1,
        let comma = does.text.lastIndex(of: ",")
      {
        does = does.keeping(does.text[..<comma].unicodeScalars)
      }
      frame.put(does, in: row, indent: indent, style: person.style == .plain ? .dim : person.style)
    }
    if lines.count > area.rows, area.rows > 0 {
      frame.putRight(glyphs.moreBelow, in: area, line: area.rows - 1, style: .dim)
    }
    if lines.isEmpty { frame.put("nobody has a role", in: area, indent: 1, style: .dim) }
    if open.pane == .people, area.rows > 0 { select(row: area.row, in: area.top(1).top) }
  }

  // MARK: - The screen

  mutating func paintPeople(in area: Area) {
    guard let open = model.open else { return }
    let incident = open.incident
    var body = paintHeading("\(name) Roles, hand-overs and promises", in: area)
    let roles = ResponderRole.allCases
    let selected = open.people.index(among: roles) ?? 0
    let count = roles.count + model.linesBelowRoles
    if body.rows > count + 3 {
      body = paintDuties(of: roles[selected], in: body, atMost: body.rows - count - 2)
    }
    // A blank line between, where there is room for it.
    let gap = body.rows > count ? 1 : 0
    let first = min(model.scroll[.people] ?? 0, max(0, count - body.rows))
    for (index, role) in roles.enumerated() where (first..<first + body.rows).contains(index) {
      let row = body.line(index - first)
      paint(role, of: incident, in: row)
      if index == selected { select(row: row.row, in: row) }
    }
    let below = lookingLines(of: incident).map { ($0, Style.dim) } + promiseLines(of: incident)
    for (index, (text, style)) in below.enumerated() {
      let line = roles.count + gap + index - first
      guard (0..<body.rows).contains(line) else { continue }
      frame.put(text, in: body, line: line, indent: 2, style: style)
    }
    if first + body.rows < count, body.rows > 0 {
      frame.putRight(glyphs.moreBelow, in: body, line: body.rows - 1, style: .dim)
    }
  }

  private mutating func promiseLines(of incident: Incident) -> [(Showable, Style)] {
    var lines: [(Showable, Style)] = []
    for promise in incident.promises {
      let state: Showable =
        promise.kept.map { "kept \(model.minutes($0))" } ?? "due \(until(promise.due))"
      lines.append(
        (
          "\(promise.owner.showable) promised: \(promise.text.showable) (\(state))",
          promise.kept == nil ? .due : .dim
        ))
    }
    return lines.isEmpty ? [("no promise is open; P makes one", .dim)] : lines
  }

  private mutating func paint(_ role: ResponderRole, of incident: Incident, in row: Area) {
    let held =
      [incident.roles[role]].compactMap { $0 }
      + incident.others.filter { $0.role == role }.map(\.person)
    var holders: [Showable] = []
    for person in held {
      let seen = presence(of: person)
      holders.append(marked(person) + (seen.isEmpty ? .empty : " (\(seen))"))
    }
    let since = incident.roles[role].flatMap { _ in incident.tenures[role] }.map {
      "  since \(model.minutes($0.since))" as Showable
    }
    let offer = incident.offers[role].map {
      "  offered to \($0.to.showable) by \($0.from.showable) at \(model.minutes($0.at))"
        as Showable
    }
    let isMissing = role == .commander && held.isEmpty && incident.isActive
    if model.provisional.roles.contains(role), !holders.isEmpty {
      holders.append("provisional: not yet shared")
    }
    let isMarked = held.contains { model.open?.names.first(for: $0) != nil }
    frame.put(role.title, in: row, indent: 2, style: .heading)
    frame.put(
      (isMissing ? "NOBODY" : holders.isEmpty ? "-" : holders.joined(", "))
        + (offer ?? since ?? .empty),
      in: row, indent: 24,
      style: isMissing ? .breached : offer == nil && !isMarked ? .plain : .warning)
  }

  /// What the selected role sees to, at the bottom; the rest is given back.
  private mutating func paintDuties(
    of role: ResponderRole, in area: Area, atMost most: Int
  ) -> Area {
    let isMine = model.incident?.roles[role] == model.session.actor.person
    let head: Showable = isMine ? "You see to" : "\(role.title) sees to"
    let lines = Showable("\(head): \(role.duties.joined("; "))").wrapped(
      to: max(10, area.columns - 2))
    let rows = min(lines.count, max(1, most))
    let split = area.bottom(rows + 1)
    frame.rule(row: split.bottom.row)
    for (line, text) in lines.prefix(rows).enumerated() {
      frame.put(text, in: split.bottom.top(1).rest, line: line, indent: 1)
    }
    return split.rest
  }

  /// Who has it open, from where; one line each.
  private mutating func lookingLines(of incident: Incident) -> [Showable] {
    var lines: [Showable] = []
    for presence in model.present.lookingAt(incident.id) {
      lines.append(
        "\(marked(presence.person)) looks at it, \(words(of: presence)): \(presence.place)"
      )
    }
    return lines
  }
}
