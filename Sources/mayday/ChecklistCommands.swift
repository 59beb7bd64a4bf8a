import ArgumentParser
import IncidentDomain
import Policies
import TextGate

struct ChecklistCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checklist", abstract: "The policy's checklists: what is due, done and missed.",
    usage: "mayday checklist list|done|undo|declare …",
    subcommands: [
      ListChecklists.self, TickChecklist.self, UntickChecklist.self, DeclareChecklist.self,
    ],
    defaultSubcommand: ListChecklists.self)
}

struct ListChecklists: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "What is due now, done, missed, and by whom.",
    usage: "mayday checklist list [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let sheets = try session.agenda().sheets.filter { !$0.entries.isEmpty }
    if options.json {
      for sheet in sheets {
        for entry in sheet.entries { session.output.json(entry.json(of: sheet)) }
      }
      return
    }
    if sheets.isEmpty {
      session.output.line("The policy holds no checklists; see mayday policy schema.")
    }
    for (index, sheet) in sheets.enumerated() {
      if index > 0 { session.output.line() }
      session.output.line(heading(sheet, session))
      for entry in sheet.entries { session.write(entry) }
    }
  }

  private func heading(_ sheet: Agenda.Sheet, _ session: Session) -> Showable {
    let done = "\(sheet.doneCount) of \(sheet.entries.count) done" as Showable
    switch sheet.heading {
    case .checklist(let list):
      let cycle = Untrusted(list.cycle.word).showable
      if list.isAutomated { return "\(list.name.showable) (\(cycle), by machines)" }
      return "\(list.name.showable) (\(cycle)): \(done)"
    case .window(let window, let occurrence):
      return
        "\(window.name.showable) (window of \(session.zone.text(occurrence.time.lowerBound))): \(done)"
    }
  }
}

extension Session {
  /// A line of a list: its number, where it stands, what it is, who did it.
  func write(_ entry: Agenda.Entry) {
    let must: Showable = entry.isRequired ? "" : " (optional)"
    let stage = entry.stage.map { "\(Untrusted($0.rawValue).showable): " as Showable } ?? .empty
    write(
      "\(Untrusted(entry.number).showable) \(word(of: entry)) \(stage)\(entry.text.showable)\(must)\(more(of: entry))",
      indent: 2)
    if let question = entry.question { write(question.showable, indent: 6) }
    if let missed = entry.missed {
      let word: Showable = entry.isRequired ? "MISSED" : "not done"
      write(
        "\(word) from \(zone.text(missed.lowerBound)) to \(zone.text(missed.upperBound))\(entry.declared.map { ": INC-\($0.number)" as Showable } ?? .empty)",
        indent: 6)
    }
  }

  private func word(of entry: Agenda.Entry) -> Showable {
    switch entry.state {
    case .done: "done "
    case .due(nil): "open "
    case .due: entry.isLate(at: now) ? "LATE " : "DUE  "
    case .later: "later"
    case .automated: "auto "
    }
  }

  private func more(of entry: Agenda.Entry) -> Showable {
    switch entry.state {
    case .done(let completion):
      let note = completion.note.map { ": \($0.showable)" as Showable } ?? .empty
      return ", \(completion.by.showable) \(zone.text(completion.at))\(note)"
    case .due(let by?): return ", by \(zone.text(by))"
    case .later(let from): return ", from \(zone.text(from))"
    case .due(nil), .automated: return .empty
    }
  }
}

extension Agenda.Entry {
  /// A line of `checklist list --json`; what is not told is absent.
  fileprivate func json(of sheet: Agenda.Sheet) -> JSON {
    var members: [String: JSON] = [
      "number": .string(number), "item": .string(text.raw), "required": .bool(isRequired),
    ]
    switch sheet.heading {
    case .checklist(let list):
      members["checklist"] = .string(list.name.raw)
      members["cycle"] = .string(list.cycle.rawValue)
    case .window(let window, _): members["window"] = .string(window.name.raw)
    }
    members["stage"] = stage.map { .string($0.rawValue) }
    members["question"] = question.map { .string($0.raw) }
    members["notes"] = notes.map { .string($0.raw) }
    members["from"] = round.period.map { .string($0.lowerBound.iso8601) }
    members["to"] = round.period.map { .string($0.upperBound.iso8601) }
    switch state {
    case .done(let completion):
      members["state"] = "done"
      members["by"] = .string(completion.by.raw)
      members["at"] = .string(completion.at.iso8601)
      members["note"] = completion.note.map { .string($0.raw) }
    case .due(let by):
      members["state"] = "due"
      members["due"] = by.map { .string($0.iso8601) }
    case .later(let from):
      members["state"] = "later"
      members["from"] = .string(from.iso8601)
    case .automated: members["state"] = "automated"
    }
    if let missed {
      members["missed"] = [
        "from": .string(missed.lowerBound.iso8601), "to": .string(missed.upperBound.iso8601),
      ]
    }
    if let declared {
      members["declared"] = [
        "id": .string(declared.incident.hex), "number": .integer(Int64(declared.number)),
      ]
    }
    return .object(members)
  }
}

struct TickChecklist: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "Record that an item was done, by you, now or when you say.",
    usage: "mayday checklist done ITEM [--note TEXT] [--at TIME]")

  @Argument(help: "The item: its number, its name, or words of it.")
  var item: Untrusted

  @Option(help: "What you saw.")
  var note: Untrusted?

  @OptionGroup var when: When
  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let told = try when.read(session)
    try session.change(item, .done, at: told) { .tick($0, note: note) }
  }
}

struct UntickChecklist: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back that an item was done.",
    usage: "mayday checklist undo ITEM [--because TEXT]")

  @Argument(help: "The item: its number, its name, or words of it.")
  var item: Untrusted

  @Option(help: "Why.")
  var because: Untrusted?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.change(item, .undone, at: nil) { .untick($0, because: because) }
  }
}

extension Session {
  fileprivate enum Change {
    case done, undone
  }

  /// Ticks an item off, or takes that back, in the round of the time it was done.
  fileprivate func change(
    _ words: Untrusted, _ change: Change, at told: ToldTime?,
    _ command: (Untrusted) -> RoundCommand
  ) throws {
    try requireWriting()
    // What is typed decides before a store is opened or made.
    let (sheet, entry) = try agenda().find(words)
    if let refusal = entry.refusal { throw refusal }
    var round = entry.round
    if let told, case .checklist(let list) = sheet.heading {
      round = list.round(at: told.instant, in: PolicyZone.named(list.zone) ?? .utc)
    }
    let journal = try journalToTick()
    let record = try journal.append(
      command(entry.item), to: round, by: actor, at: told, now: now)
    let at = record.done[entry.item]?.at
    let isShared = !record.events.contains { journal.unshared.contains($0.id) }
    if options.json {
      var members: [String: JSON] = [
        "item": .string(entry.text.raw), "by": .string(actor.person.raw),
        "id": .string(record.id.hex),
      ]
      switch round.subject {
      case .checklist(let name): members["checklist"] = .string(name.raw)
      case .window(let name): members["window"] = .string(name.raw)
      }
      members["at"] = at.map { .string($0.iso8601) }
      if !isShared { members["unshared"] = true }
      output.json(.object(members))
      return
    }
    let what: Showable = change == .done ? "done" : "not done"
    // A day that is over is named: it may not be the one that was meant.
    let earlier: Showable =
      round == entry.round
      ? .empty : round.period.map { " (of \(zone.text($0.lowerBound)))" } ?? .empty
    output.line(
      "\(round.subject.name.showable)\(earlier): \(what) \(entry.text.showable), by \(actor.person.showable)"
    )
    if !isShared { sayItIsKept() }
  }
}

struct DeclareChecklist: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "declare", abstract: "Open an incident for a required item that was missed.",
    usage: "mayday checklist declare ITEM [--severity N]")

  @Argument(help: "The item: its number, its name, or words of it.")
  var item: Untrusted

  @Option(help: "SEV-1 (worst) to SEV-4, as 1 to 4.")
  var severity: Severity = .sev3

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    let (sheet, entry) = try session.agenda().find(item)
    let name = entry.text
    guard entry.isRequired else {
      throw Failure(.refused, "\(name.showable) is optional; mayday declare opens any incident")
    }
    guard let missed = entry.missed, let missedItem = entry.missedItem else {
      throw Failure(
        .refused, "\(name.showable) was not missed; mayday declare opens any incident")
    }
    let policy = try session.policy().policy
    var declaration = Declaration(
      number: 0, title: entry.missedTitle, severity: severity,
      impact: entry.missedImpact(of: sheet), started: ToldTime(missed.upperBound),
      policy: policy.incident)
    _ = policy.fill(
      &declaration, severityIsGiven: true, openWindows: policy.openWindows(at: session.now))
    let journal = try session.journalToTick()
    session.report(
      try journal.declare(declaration, for: missedItem, by: session.actor, now: session.now))
  }
}
