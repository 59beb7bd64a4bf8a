import IncidentDomain
import TextGate

extension Incident {
  /// `show` for scripts (COMMANDS.md, "JSON shapes").
  ///
  /// - Parameter present: who has it open in a console.
  func showJSON(at now: Instant, present: [Presence] = []) -> JSON {
    var m = identityJSON
    if !present.isEmpty { m["present"] = .array(present.map(\.json)) }
    m["events"] = .array(events.map { .string($0.id.hex) })
    m["title"] = .string(title.raw)
    m["severity"] = .integer(Int64(severity.rawValue))
    m["declared"] = .string(declared.instant.iso8601)
    m["type"] = text(type)
    m["service"] = text(service)
    m["environment"] = text(environment)
    m["tier"] = tier.map { .integer(Int64($0)) }
    m["runbook"] = text(suggestedRunbook)
    m["impact"] = text(impact)
    if !labels.isEmpty { m["labels"] = .object(labels.mapValues { .string($0.raw) }) }
    m["policy"] = .string(policy.name.raw)
    if !running.isEmpty { m["running"] = .array(running.map(\.json)) }
    m["channel"] = text(policy.guidance?.channel)
    m["escalation"] = text(policy.guidance?.escalation)
    m["document"] = text(policy.guidance?.document)
    m["window"] = text(policy.guidance?.window)
    m["drill"] = .bool(isDrill)
    m["milestones"] = .object(
      Dictionary(
        milestones.map { ($0.key.rawValue, .string($0.value.instant.iso8601)) }
      ) { first, _ in first })
    m["roles"] = .object(rolesJSON)
    let several = others.map {
      JSON.object(["role": .string($0.role.rawValue), "person": .string($0.person.raw)])
    }
    if !tenures.isEmpty {
      m["epochs"] = .object(
        Dictionary(
          tenures.map { ($0.key.rawValue, .integer(Int64($0.value.epoch))) }
        ) { first, _ in first })
    }
    if !clockSkews.isEmpty {
      m["clockSkews"] = .array(
        clockSkews.map {
          [
            "host": .string($0.host.raw), "behind": .string($0.other.raw),
            "seconds": .integer(Int64($0.seconds)),
          ]
        })
    }
    if !deliberations.isEmpty { m["proposals"] = .array(deliberations.map(\.json)) }
    if !several.isEmpty { m["others"] = .array(several) }
    m["timers"] = .array(timers(at: now).map { $0.json(at: now) })
    m["moves"] = .array(possibleMoves.map(\.json))
    m["runs"] = .array(runs.map { $0.json(at: now) })
    m["heads"] = .array(heads.map { .string($0.hex) })
    addPeople(to: &m)
    addReview(to: &m)
    return .object(m)
  }

  private func text(_ value: Untrusted?) -> JSON? { value.map { .string($0.raw) } }

  /// By role: who holds it; of several experts or observers, the one who came first.
  private var rolesJSON: [String: JSON] {
    var result: [String: JSON] = [:]
    for other in others.reversed() { result[other.role.rawValue] = .string(other.person.raw) }
    for (role, person) in roles { result[role.rawValue] = .string(person.raw) }
    return result
  }

  private func addPeople(to m: inout [String: JSON]) {
    if !offers.isEmpty {
      m["offers"] = .array(
        offers.sorted { $0.key < $1.key }.map { role, offer in
          [
            "role": .string(role.rawValue), "from": .string(offer.from.raw),
            "to": .string(offer.to.raw), "brief": .string(offer.brief.raw),
            "at": .string(offer.at.iso8601),
          ]
        })
    }
    if !promises.isEmpty {
      m["promises"] = .array(
        promises.map { promise in
          var p: [String: JSON] = [
            "event": .string(promise.id.hex), "owner": .string(promise.owner.raw),
            "text": .string(promise.text.raw), "due": .string(promise.due.iso8601),
          ]
          p["kept"] = promise.kept.map { .string($0.iso8601) }
          return .object(p)
        })
    }
    if !absorbed.isEmpty {
      m["absorbed"] = .array(
        absorbed.map { ["id": .string($0.id.hex), "number": .integer(Int64($0.number))] })
    }
    if !conflicts.isEmpty {
      m["conflicts"] = .array(
        conflicts.map { conflict in
          [
            "first": .string(conflict.first.hex), "second": .string(conflict.second.hex),
            "about": .string(conflict.aboutWord),
          ]
        })
    }
  }

  private func addReview(to m: inout [String: JSON]) {
    switch postmortem {
    case .none: break
    case .draft(_, let at): m["postmortem"] = ["state": "draft", "at": .string(at.iso8601)]
    case .published(_, let at):
      m["postmortem"] = ["state": "published", "at": .string(at.iso8601)]
    case .waived(let because, let at):
      m["postmortem"] = [
        "state": "waived", "at": .string(at.iso8601), "because": .string(because.raw),
      ]
    }
    if !actions.isEmpty { m["actions"] = .array(actions.map(\.json)) }
    if !feedback.isEmpty {
      m["feedback"] = .array(
        feedback.map { change in
          var f: [String: JSON] = ["verdict": .string(change.value.verdict.rawValue)]
          f["text"] = text(change.value.text)
          return .object(f)
        })
    }
  }
}

extension Incident.Conflict {
  fileprivate var aboutWord: String {
    switch about {
    case .role(let role): "role \(role.rawValue)"
    case .step(_, let step): "step \(step)"
    case .phase: "phase"
    }
  }
}

extension Incident.ActionItem {
  /// As `show` and `action list` print it.
  var json: JSON {
    [
      "event": .string(id.hex), "text": .string(text.raw), "owner": .string(owner.raw),
      "due": .string(due.iso8601), "state": .string(outcome?.rawValue ?? "open"),
    ]
  }
}

extension PossibleMove {
  fileprivate var json: JSON {
    var m: [String: JSON] = ["to": .string(to.rawValue), "legal": .bool(isLegal)]
    if !because.isEmpty { m["because"] = .string(because.text) }
    return .object(m)
  }
}

extension IncidentTimer {
  /// As `show` and `timers` print it. For a timer that ended, `remainingSeconds` is what was left
  /// of its time then.
  func json(at now: Instant) -> JSON {
    var m: [String: JSON] = [
      "kind": .string(kind.rawValue), "state": .string(state.rawValue),
      "since": .string(since.iso8601), "due": .string(due.iso8601),
      "because": .string(because.text), "stoppedBy": .string(stoppedBy.text),
    ]
    m["level"] = level.map { .integer(Int64($0)) }
    m["met"] = met.map { .string($0.iso8601) }
    m["remainingSeconds"] = .integer(
      Int64(remainingSeconds(at: now) ?? due.seconds(since: met ?? ended ?? now)))
    if let consequence { m["consequence"] = .string(consequence.text) }
    m["subject"] = subject.map { .string($0.raw) }
    if !history.isEmpty { m["history"] = .array(history.map { .string($0.text) }) }
    return .object(m)
  }
}

extension Run {
  fileprivate func json(at now: Instant) -> JSON {
    var m: [String: JSON] = [
      "id": .string(id.hex), "runbook": .string(start.runbook.raw),
      "title": .string(start.title.raw), "digest": .string(start.digest),
      "startedBy": .string(startedBy.raw), "started": .string(started.iso8601),
      "steps": .array(start.steps.map { json(of: $0, at: now) }),
    ]
    m["outcome"] = outcome.map { .string($0.rawValue) }
    m["ended"] = ended.map { .string($0.iso8601) }
    m["rollback"] = rollback.map { .string($0.iso8601) }
    return .object(m)
  }

  private func json(of step: PlannedStep, at now: Instant) -> JSON {
    let progress = progress(step)
    var m: [String: JSON] = [
      "id": .string(step.id), "number": .string(step.number), "title": .string(step.title.raw),
      "kind": .string(step.kind.rawValue), "part": .string(step.part.rawValue),
      "state": .string(progress.state.word),
    ]
    m["by"] = progress.by.map { .string($0.raw) }
    m["note"] = progress.note.map { .string($0.raw) }
    m["elapsedSeconds"] = progress.elapsedSeconds(at: now).map { .integer(Int64($0)) }
    m["estimateSeconds"] = step.estimateSeconds.map { .integer(Int64($0)) }
    m["running"] = progress.running?.json
    m["lost"] = progress.lost?.json
    if case .decided(let answer, _) = progress.state { m["answer"] = .string(answer.raw) }
    return .object(m)
  }
}

extension RunningCommand {
  fileprivate var json: JSON {
    [
      "by": .string(by.raw), "host": .string(host.raw), "since": .string(since.iso8601),
      "process": .integer(Int64(start.process)),
    ]
  }
}

extension StepProgress.State {
  /// The word for scripts.
  var word: String {
    switch self {
    case .todo: "todo"
    case .started: "started"
    case .done: "done"
    case .failed: "failed"
    case .skipped: "skipped"
    case .decided: "decided"
    case .passedOver: "passed-over"
    }
  }
}
