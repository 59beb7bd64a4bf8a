import IncidentDomain
import TextGate

/// What the screen of checklists and windows remembers.
struct ChecklistState: Sendable {
  /// What the record holds of the rounds that were asked for; nil before the first answer.
  var book: RoundBook?
  /// The rounds that were asked for last.
  var asked: [Round] = []
  /// The lists and windows of the policy as they stand now; nil before they are first shown.
  var agenda: Agenda?
  var selection = Selection<Agenda.Entry.ID>()
}

extension Model {
  /// Every entry of the screen, in its order.
  var entries: [Agenda.Entry] { checklists.agenda?.entries ?? [] }

  var selectedEntry: Agenda.Entry? {
    checklists.selection.index(among: entries.map(\.id)).map { entries[$0] }
  }

  /// Works out how lists and windows stand: whenever the record says something else of them, and
  /// when time turns them.
  private mutating func workOutAgenda() {
    checklists.agenda = session.operations.agenda(
      at: now, zones: session.zones, book: checklists.book ?? RoundBook())
  }

  mutating func showChecklists() -> [Effect] {
    push(.checklists)
    checklists.selection = Selection()
    workOutAgenda()
    selectFirstDue()
    return reloadRounds()
  }

  /// What is missed or due is what a person came for.
  private mutating func selectFirstDue() {
    let all = entries
    guard
      let index = all.firstIndex(where: {
        $0.isMissed && $0.completion == nil && $0.declared == nil
      })
        ?? all.firstIndex(where: \.isDue)
    else { return }
    checklists.selection.select(index, among: all.map(\.id))
  }

  mutating func take(_ book: RoundBook) {
    let isFirst = checklists.book == nil
    checklists.book = book
    workOutAgenda()
    if isFirst { selectFirstDue() }
  }

  /// Asks for the rounds of now, where they are shown.
  mutating func reloadRounds() -> [Effect] {
    guard screens.contains(.checklists) else { return [] }
    checklists.asked = session.operations.rounds(at: now, zones: session.zones)
    guard checklists.asked.isEmpty else { return [.loadRounds(checklists.asked)] }
    checklists.book = RoundBook()
    workOutAgenda()
    return []
  }

  /// When something turns due it is shown so; at midnight, and when a window comes, other rounds are
  /// walked.
  mutating func turnRounds() -> [Effect] {
    guard screens.contains(.checklists), let agenda = checklists.agenda,
      !agenda.holds.contains(now)
    else { return [] }
    workOutAgenda()
    let rounds = session.operations.rounds(at: now, zones: session.zones)
    return rounds == checklists.asked ? [] : reloadRounds()
  }

  mutating func roundWritten(_ ticket: Ticket) -> [Effect] {
    guard let write = pendingWrites.removeValue(forKey: ticket) else { return [] }
    if let purpose = write.purpose { drafts[purpose] = nil }
    let mark: Showable = trouble != nil && !unshared.isEmpty ? "not yet shared, " : .empty
    say(.done, mark + write.what)
    return reloadRounds()
  }

  /// The round in which something done at a told time counts: of a list, the one of that day.
  func round(_ round: Round, at told: ToldTime?) -> Round {
    guard let told, case .checklist(let name) = round.subject,
      let list = session.operations.checklists.first(where: { $0.name == name })
    else { return round }
    return list.round(at: told.instant, in: session.zones(list.zone) ?? .utc)
  }

  /// To the first entry of the next list, or of the one before.
  mutating func turnSheet(by step: Int) {
    let all = entries
    let sheets = (checklists.agenda?.sheets ?? []).filter { !$0.entries.isEmpty }
    guard let entry = selectedEntry,
      let here = sheets.firstIndex(where: { $0.entries.contains { $0.id == entry.id } }),
      let first = sheets[(here + step + sheets.count) % sheets.count].entries.first,
      let index = all.firstIndex(where: { $0.id == first.id })
    else { return }
    checklists.selection.select(index, among: all.map(\.id))
  }

  /// Why nothing can be done with the selected entry.
  func refusalOfEntry(_ id: CommandID) -> Showable? {
    guard let entry = selectedEntry else {
      return "there is nothing to tick off: the policy holds no checklists"
    }
    if id == .declareMissed {
      if let declared = entry.declared {
        return
          "\(declared.by.showable) declared INC-\(declared.number) for it at \(minutes(declared.at)); go on there"
      }
      if entry.isMissed { return nil }
      return entry.missed == nil
        ? "it was not missed; d on the board declares any incident"
        : "it is optional; d on the board declares any incident"
    }
    if let refusal = entry.refusal { return refusal.forScreen }
    guard checklists.book != nil else { return "the record is not read yet; try again" }
    switch (id, entry.completion) {
    case (.tick, let done?):
      return "\(done.by.showable) did it at \(minutes(done.at)); v takes it back"
    case (.untick, nil): return "it is not done; Space says that it is"
    default: return nil
    }
  }

  /// The declaration of an incident, filled in from the item that was missed.
  mutating func askToDeclareMissed() {
    guard let entry = selectedEntry, let missed = entry.missed, let item = entry.missedItem,
      let sheet = checklists.agenda?.sheets.first(where: { $0.round == entry.round })
    else { return }
    ask(.declare(isDrill: false, for: item))
    guard case .form(var form) = prompt else { return }
    form.set(.title, entry.missedTitle)
    form.set(.impact, entry.missedImpact(of: sheet))
    form.set(.started, Untrusted("\(missed.upperBound.iso8601.prefix(19))Z"))
    form.choose(.severity, Severity.allCases.firstIndex(of: .sev3) ?? 0)
    prompt = .form(form)
  }

  /// Everything that is to be said of the selected entry.
  mutating func readEntry() {
    guard let entry = selectedEntry else { return }
    document = Document(
      title: entry.text.showable,
      text: Untrusted(details(of: entry).map(\.text).joined(separator: "\n")))
    push(.document)
  }

  /// What is to be said of an entry, a line each.
  func details(of entry: Agenda.Entry) -> [Showable] {
    var lines: [Showable] = []
    if let missed = entry.missed {
      if let declared = entry.declared {
        lines.append(
          "MISSED \(days(missed)): INC-\(declared.number), declared for it by \(declared.by.showable)"
        )
      } else {
        lines.append(
          entry.isRequired
            ? "MISSED \(days(missed)): nobody did it; d makes it an incident"
            : "not done \(days(missed)); it is optional")
      }
    }
    switch entry.state {
    case .done(let done):
      lines.append("Done by \(done.by.showable) at \(minutes(done.at))")
      if let note = done.note { lines += note.showableLines.map { "Note: \($0)" } }
    case .due(let by?): lines.append("Due by \(minutes(by)) \(zone.name)")
    case .due(nil): lines.append("Open, without a time")
    case .later(let from): lines.append("Due from \(minutes(from)) \(zone.name)")
    case .automated: lines.append("Machines do it; nobody ticks it off")
    }
    if let question = entry.question { lines.append("Asks: \(question.showable)") }
    if let notes = entry.notes { lines += notes.showableLines.map { "Agreed: \($0)" } }
    if let document = entry.document { lines.append("More: \(document.showable)") }
    lines.append(entry.isRequired ? "Must" : "Optional")
    return lines
  }
}
