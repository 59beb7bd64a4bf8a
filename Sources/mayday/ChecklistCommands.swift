import ArgumentParser
import IncidentDomain
import Policies
import TextGate

struct ChecklistCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checklist", abstract: "The policy's checklists: what is due, done and missed.",
    usage: "mayday checklist list|done|declare …",
    subcommands: [ListChecklists.self, TickChecklist.self, DeclareChecklist.self],
    defaultSubcommand: ListChecklists.self)
}

/// A list of the policy, and where each of its items stands.
struct ChecklistStanding {
  let list: Checklist
  let items: [Checklist.Standing]

  /// All lists of the policy, at the session's moment.
  static func all(_ session: Session) throws -> [ChecklistStanding] {
    let policy = try session.policy().policy
    let done = try ChecklistRecord(session).read()
    return policy.checklists.map { list in
      let kept = done.filter { $0.checklist == list.name }.map(\.at).min()
      return ChecklistStanding(
        list: list,
        items: list.standing(
          at: session.now, in: policy.zone(list.zone) ?? .utc, completions: done, kept: kept))
    }
  }

  /// The item that a person means: `2.3`, its whole name, or the only one that holds the words.
  ///
  /// - Throws: a ``Failure`` when there is none, or more than one.
  static func find(
    _ word: Untrusted, in all: [ChecklistStanding]
  ) throws -> (list: Checklist, item: Checklist.Standing) {
    let numbers = word.raw.split(separator: ".").compactMap { Int($0) }
    if numbers.count == 2, all.indices.contains(numbers[0] - 1),
      all[numbers[0] - 1].items.indices.contains(numbers[1] - 1)
    {
      return (all[numbers[0] - 1].list, all[numbers[0] - 1].items[numbers[1] - 1])
    }
    let lower = word.raw.lowercased()
    let every = all.flatMap { entry in entry.items.map { (entry.list, $0) } }
    let whole = every.filter { $0.1.item.name.raw.lowercased() == lower }
    let found =
      whole.isEmpty ? every.filter { $0.1.item.name.raw.lowercased().contains(lower) } : whole
    guard let first = found.first else {
      throw Failure(
        .noInput, "no checklist holds \(word.showable); mayday checklist list numbers them")
    }
    guard found.count == 1 else {
      throw Failure(
        .usage,
        "\(found.count) items are meant by \(word.showable); give the number, as mayday checklist list prints it"
      )
    }
    return first
  }
}

struct ListChecklists: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "What is due now, done, missed, and by whom.",
    usage: "mayday checklist list [--json]")

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    let all = try ChecklistStanding.all(session)
    if options.json {
      for (index, entry) in all.enumerated() {
        for (place, standing) in entry.items.enumerated() {
          session.output.json(
            standing.json(of: entry.list, number: "\(index + 1).\(place + 1)"))
        }
      }
      return
    }
    if all.isEmpty {
      session.output.line("The policy holds no checklists; see mayday policy schema.")
    }
    for (index, entry) in all.enumerated() {
      if index > 0 { session.output.line() }
      session.output.line(heading(entry))
      for (place, standing) in entry.items.enumerated() {
        write(standing, "\(index + 1).\(place + 1)", session)
      }
    }
  }

  private func heading(_ entry: ChecklistStanding) -> Showable {
    let cycle = Untrusted(entry.list.cycle.word).showable
    if entry.list.isAutomated { return "\(entry.list.name.showable) (\(cycle), by machines)" }
    let done = entry.items.count { if case .done = $0.state { true } else { false } }
    return "\(entry.list.name.showable) (\(cycle)): \(done) of \(entry.items.count) done"
  }

  private func write(_ standing: Checklist.Standing, _ number: Showable, _ session: Session) {
    let must: Showable = standing.item.isRequired ? "" : " (optional)"
    session.write(
      "\(number) \(state(standing.state, session)) \(standing.item.name.showable)\(must)\(more(standing.state, session))",
      indent: 2)
    if let question = standing.item.question { session.write(question.showable, indent: 6) }
    if let missed = standing.missed {
      let word: Showable = standing.item.isRequired ? "MISSED" : "not done"
      session.write(
        "\(word) from \(session.zone.text(missed.lowerBound)) to \(session.zone.text(missed.upperBound))",
        indent: 6)
    }
  }

  private func state(_ state: Checklist.State, _ session: Session) -> Showable {
    switch state {
    case .done: "done "
    case .due(nil): "open "
    case .due: "DUE  "
    case .later: "later"
    case .automated: "auto "
    }
  }

  private func more(_ state: Checklist.State, _ session: Session) -> Showable {
    switch state {
    case .done(let completion):
      let note = completion.note.map { ": \($0.showable)" as Showable } ?? .empty
      return ", \(completion.by.showable) \(session.zone.text(completion.at))\(note)"
    case .due(let by?): return ", by \(session.zone.text(by))"
    case .later(let from): return ", from \(session.zone.text(from))"
    case .due(nil), .automated: return .empty
    }
  }
}

extension Checklist.Standing {
  /// A line of `checklist list --json`; what is not told is absent.
  fileprivate func json(of list: Checklist, number: String) -> JSON {
    var members: [String: JSON] = [
      "checklist": .string(list.name.raw), "number": .string(number),
      "item": .string(item.name.raw), "required": .bool(item.isRequired),
      "cycle": .string(list.cycle.rawValue),
    ]
    members["question"] = item.question.map { .string($0.raw) }
    members["notes"] = item.notes.map { .string($0.raw) }
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
    return .object(members)
  }
}

struct TickChecklist: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "Record that an item was done, by you, now.",
    usage: "mayday checklist done ITEM [--note TEXT]")

  @Argument(help: "The item: its number, its name, or words of it.")
  var item: Untrusted

  @Option(help: "What you saw.")
  var note: Untrusted?

  @OptionGroup var options: GlobalOptions

  func perform(in session: Session) throws {
    try session.requireWriting()
    for text in [note, session.actor.person] where text?.holdsNull == true {
      throw Failure(.badData, "the text holds a NUL character; take it out and try again")
    }
    let (list, standing) = try ChecklistStanding.find(item, in: ChecklistStanding.all(session))
    guard !list.isAutomated else {
      throw Failure(.refused, "machines do \(standing.item.name.showable); nobody ticks it off")
    }
    if case .done(let before) = standing.state, list.cycle != .kickoff {
      throw Failure(
        .refused,
        "\(standing.item.name.showable) is done: \(before.by.showable) at \(session.zone.text(before.at)); it is due again in the next period"
      )
    }
    let completion = Checklist.Completion(
      checklist: list.name, item: standing.item.name, by: session.actor.person, at: session.now,
      note: note)
    try ChecklistRecord(session).append(completion, by: session.actor)
    if options.json {
      session.output.json([
        "checklist": .string(list.name.raw), "item": .string(standing.item.name.raw),
        "by": .string(session.actor.person.raw), "at": .string(session.now.iso8601),
      ])
    } else {
      session.output.line(
        "\(list.name.showable): done \(standing.item.name.showable), by \(session.actor.person.showable)"
      )
    }
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
    let (list, standing) = try ChecklistStanding.find(item, in: ChecklistStanding.all(session))
    let name = standing.item.name
    guard standing.item.isRequired else {
      throw Failure(.refused, "\(name.showable) is optional; mayday declare opens any incident")
    }
    guard let missed = standing.missed else {
      throw Failure(
        .refused, "\(name.showable) was not missed; mayday declare opens any incident")
    }
    let policy = try session.policy().policy
    var declaration = Declaration(
      number: 0, title: Untrusted("Missed: \(name.raw)"), severity: severity,
      impact: Untrusted(
        "\(list.name.raw): \(name.raw) was not done from \(missed.lowerBound.iso8601) to \(missed.upperBound.iso8601)"
      ), started: ToldTime(missed.upperBound), policy: policy.incident)
    _ = policy.fill(
      &declaration, severityIsGiven: true, openWindows: policy.openWindows(at: session.now))
    let journal = try session.openJournal(.change)
    session.report(
      try journal.declare(declaration, by: session.actor, at: nil, now: session.now))
  }
}
