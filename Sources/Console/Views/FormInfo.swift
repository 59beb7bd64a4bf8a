import IncidentDomain
import TextGate

/// What a form shows above its questions.
extension Form {
  func info(in model: Model) -> [Showable] {
    switch purpose {
    case .declare:
      let suggested = impactAnswers.suggestion.map {
        "\($0.severity.word) suggested: \($0.because)" as Showable
      }
      return filledIn(by: model) + [suggested, question, targets(in: model)].compactMap(\.self)
    case .takeOver(let role, let holder, let epoch):
      let since = model.incident?.tenures[role].map {
        " since \(model.minutes($0.since))" as Showable
      }
      return [
        "\(holder.showable) is \(role.title)\(since ?? .empty) (epoch \(epoch)); the timeline shows why you take it"
      ] + lookAlikes(in: model)
    case .assign, .handOver: return lookAlikes(in: model)
    case .propose: return lookAlikes(in: model)
    case .object(let id), .agree(let id), .decide(let id), .withdraw(let id):
      return model.incident?.deliberations.first { $0.id == id }?.lines ?? []
    case .snooze: return ["the next update is due then, and the timeline shows why"]
    case .override(_, let gate): return ["the gate says: \(gate)"]
    case .startRun(let start):
      return ["\(start.title.showable), \(start.stepCount), \(start.runbook.showable)"]
    case .revise(let id, let start):
      guard let run = model.incident?.runs.first(where: { $0.id == id }) else { return [] }
      return model.consequences(of: start, for: run)
    case .value(let name):
      var lines: [Showable] = []
      if model.execution?.step?.placeholders.contains(where: { $0.name == name }) != true {
        lines.append("the command reads $\(Untrusted(name).showable), and it is set nowhere")
      }
      if let known = model.prefill(of: name), text(.text) == known.value {
        lines.append("from \(known.source): look whether it is right")
      }
      return lines
    case .kill: return ["it was asked twice; a process that is killed cleans nothing up"]
    case .step(let run, let id, let act, let holder):
      var lines: [Showable] = []
      if let holder { lines.append(hold(run, id, holder, in: model)) }
      if let lost = lostCommand(run, id, in: model) {
        lines.append("outcome unknown: the command of \(lost.place) was never seen to end")
      }
      if act == .answer, let step = model.open?.run?.start.steps.first(where: { $0.id == id }) {
        let choices = step.choices.map(\.label.showable)
        if !choices.isEmpty { lines.append("the runbook knows: \(choices.joined(", "))") }
      }
      return lines
    case .settle(let conflict):
      return model.sides(of: conflict).map(\.whole) + ["the record keeps both; one of them holds"]
    case .merge: return ["its number keeps working and points to the other; :unmerge restores it"]
    case .cancel: return ["stops every timer and ends an open run"]
    case .severity:
      guard let incident = model.incident else { return [] }
      return ["now \(incident.severity.word); the targets move, the time already used is kept"]
    case .accept(let role):
      let brief = model.incident?.offers[role]?.brief.showableLines ?? []
      return brief + ["you then see to this: \(role.duties.joined("; "))"]
    case .publishPostmortem: return ["after that it cannot be changed, only added to"]
    case .quit:
      if model.execution?.isUnderWay == true { return ["a command is running; leaving ends it"] }
      if !model.pendingWrites.isEmpty { return ["a write is not answered yet"] }
      let kept = model.drafts.count
      return ["text that was typed and not written would be lost, from \(kept) prompts"]
    default: return []
    }
  }

  /// `held by ana since 02:14, last heard of 02:20: writing takes it over`.
  private func hold(
    _ run: EventID, _ step: String, _ holder: Untrusted, in model: Model
  ) -> Showable {
    guard let run = model.incident?.runs.first(where: { $0.id == run }),
      let planned = run.knownStep(id: step), let claim = model.claimOfOther(on: planned, in: run)
    else { return "held by \(holder.showable): writing takes it over" }
    let since = model.time(ToldTime(claim.since))
    let heard =
      claim.isExpired(at: model.now)
      ? "nothing heard since \(model.minutes(claim.lastSign)), the claim has expired" as Showable
      : "last heard of \(model.minutes(claim.lastSign))"
    return "held by \(claim.holder.showable) since \(since), \(heard): writing takes it over"
  }

  private func lostCommand(_ run: EventID, _ step: String, in model: Model) -> RunningCommand? {
    guard let run = model.incident?.runs.first(where: { $0.id == run }),
      let planned = run.knownStep(id: step)
    else { return nil }
    return model.lost(planned, in: run) ?? model.runningElsewhere(planned, in: run)
  }

  /// What the policy fills in, a line for each reason.
  private func filledIn(by model: Model) -> [Showable] {
    var groups: [(what: [Showable], because: Showable)] = []
    for filling in model.filled(self, started: nil).fillings {
      if let last = groups.indices.last, groups[last].because == filling.because {
        groups[last].what.append(filling.what)
      } else {
        groups.append(([filling.what], filling.because))
      }
    }
    return groups.map { "\($0.what.joined(", ")): \($0.because)" }
  }

  /// The question that the selected field asks, in full.
  private var question: Showable? {
    guard fields.indices.contains(focus) else { return nil }
    func asks(_ what: Showable, _ answer: Showable?) -> Showable {
      answer.map { "\(what) \($0)" } ?? what
    }
    let answers = impactAnswers
    switch fields[focus].id {
    case .broken: return asks("What is broken?", answers.broken?.word)
    case .affected: return asks("How many does it hit?", answers.affected?.word)
    case .stake: return asks("Is data or money at stake?", answers.stake?.word)
    default: return nil
    }
  }

  /// Names typed here that look like another name of the incident.
  private func lookAlikes(in model: Model) -> [Showable] {
    let typed = (text(.person)?.raw ?? text(.asked)?.raw ?? "").split(separator: ",")
    return typed.compactMap { name in
      let name = Untrusted(String(name.drop { $0 == " " }))
      return model.incident?.warning(of: name).map { "CAREFUL: \($0)" }
    }
  }

  /// The targets that will run from the moment it is declared.
  private func targets(in model: Model) -> Showable {
    let severity = Severity.allCases[choice(.severity)]
    let targets = model.filled(self, started: nil).declaration.policy[severity]
    var parts: [Showable] = []
    func add(_ word: Showable, _ span: Span?) {
      if let span { parts.append("\(word) \(span.word)") }
    }
    add("acknowledge", targets.acknowledge)
    add("update every", targets.update)
    add("mitigate", targets.mitigate)
    add("resolve", targets.resolve)
    let rungs = targets.escalations.map { "L\($0.level) \($0.after.word)" as Showable }
    if !rungs.isEmpty { parts.append("escalate \(rungs.joined(", "))") }
    return
      "\(severity.word): \(targets.team.showable); timers: \(parts.joined(", "))"
  }
}
