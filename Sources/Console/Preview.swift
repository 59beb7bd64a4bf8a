import IncidentDomain
import TextGate

/// What a form would write, in words, before Enter is pressed (CONSOLE.md, rule 5).
extension Model {
  /// One line that says what Enter writes.
  ///
  /// Where the incident's events are here, the domain decides on them just as the store will.
  ///
  /// - Throws: the refusal that Enter would get.
  func preview(of form: Form) throws(Refusal) -> Showable {
    switch try request(of: form) {
    case .command(let command, let told):
      return try preview(command, at: told, form)
    case .declaration(let declaration):
      return words(for: declaration)
    case .round(let command, let round, let told):
      return try preview(command, of: round, at: told)
    case .merge(let other): return "merged into \(other.showable)"
    case .find(let reference): return "opens \(reference.showable)"
    case .search: return "looks in all titles, notes, reasons, commands and outputs"
    case .quit: return "leaves the console; the record stays"
    case .value(let value):
      if case .value(let name) = form.purpose {
        if value.raw.isEmpty { return "leaves $\(Untrusted(name).showable) empty" }
        let shown = execution?.isSecret(name) == true ? "****" : value.showable
        return "\(Untrusted(name).showable) = \(shown)"
      }
      if form.purpose == .kill { return "sends KILL to the command and all that it started" }
      return "runs the command that is shown"
    }
  }

  private func preview(
    _ command: Command, at told: ToldTime?, _ form: Form
  ) throws(Refusal) -> Showable {
    if case .undo(_, let what) = form.purpose { return "takes back: \(what)" }
    var when = Showable.empty
    if let told {
      when = "\(clock(told)), \(Showable.clock(seconds: now.seconds(since: told.instant))) ago: "
    }
    guard let incident, incident.id == form.target?.id else {
      return when + words(for: command)
    }
    let drafts = try incident.decide(command, by: session.actor, at: told, now: now)
    let lines = drafts.filter { $0.incident == incident.id }.map { incident.narrate($0.body) }
    return when + lines.joined("; ")
  }

  /// All that the declaration will say; what is blank is not said.
  private func words(for declaration: Declaration) -> Showable {
    let kind: Showable = declaration.isDrill ? "drill" : "incident"
    let parts: [(Showable, Showable?)] = [
      ("impact", declaration.impact?.showable), ("type", declaration.type?.showable),
      ("service", declaration.service?.showable),
      ("environment", declaration.environment?.showable),
      ("tier", declaration.tier.map { "\($0)" }), ("started", declaration.started.map(clock)),
    ]
    let said = parts.compactMap { name, value in value.map { "\(name) \($0)" as Showable } }
    return
      "declares \(declaration.severity.word) \(kind): \(([declaration.title.showable] + said).joined("; "))"
  }

  private func preview(
    _ command: RoundCommand, of round: Round, at told: ToldTime?
  ) throws(Refusal) -> Showable {
    let (change, _) = try command.decide(
      in: checklists.book?.records[round], by: session.actor, at: told, now: now)
    let day: Showable = round.period.map { ", \(days($0))" } ?? .empty
    let when: Showable = told.map { " at \(clock($0))" } ?? .empty
    return "\(round.subject.name.showable)\(day): \(change.narration)\(when)"
  }

  /// For the few commands that can be given from the board, where no events are here.
  private func words(for command: Command) -> Showable {
    switch command {
    case .acknowledge: "acknowledged"
    case .note(let text): text.showable
    case .escalate(let level?, _): "escalated to L\(level)"
    default: ""
    }
  }
}
