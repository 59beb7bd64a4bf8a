import IncidentDomain
import TextGate

/// What a form writes.
extension Model {
  /// What Enter would do: a command with the time it happened, as told.
  enum Request {
    case command(Command, at: ToldTime?)
    case declaration(Declaration)
    case round(RoundCommand, Round, at: ToldTime?)
    case merge(into: Untrusted)
    case find(Untrusted)
    case search(Untrusted)
    case quit
    /// The value of a placeholder, or the typed confirmation.
    case value(Untrusted)
  }

  /// Reads a form.
  ///
  /// - Throws: a ``Refusal`` that says which field is wrong.
  func request(of form: Form) throws(Refusal) -> Request {
    func text(_ id: Form.Field.ID) throws(Refusal) -> Untrusted {
      guard let text = form.text(id) else {
        let label = form.fields.first { $0.id == id }?.label ?? "the text"
        throw Refusal(.badValue, "\(label) is empty", remedy: "type it, or Esc to leave")
      }
      return text
    }
    func command(_ command: Command, at told: ToldTime? = nil) -> Request {
      .command(command, at: told)
    }
    let because = form.text(.because)
    switch form.purpose {
    case .declare: return .declaration(try declaration(of: form))
    case .acknowledge: return command(.acknowledge)
    case .severity:
      return command(
        .setSeverity(Severity.allCases[form.choice(.severity)], because: because))
    case .impact: return command(.stateImpact(try text(.text)))
    case .milestone:
      return command(
        .reach(Self.tellableMilestones[form.choice(.milestone)], text: form.text(.text)),
        at: try time(form, .at))
    case .note:
      let note = timedNote(try text(.text))
      return command(.note(note.text), at: note.at)
    case .update:
      let words = try text(.text)
      switch form.choice(.audience) {
      case 0: return command(.publishUpdate(words, .internal))
      case 1: return command(.publishUpdate(words, .public))
      default: return command(.skipUpdate(because: words))
      }
    case .escalate:
      return command(
        .escalate(level: escalationLevels[form.choice(.level)], because: because))
    case .move(let to, _):
      return command(.move(to: to, because: because, overriding: false))
    case .override(let to, _): return command(.move(to: to, because: because, overriding: true))
    case .undo(let events, _): return command(.reverse(events))
    case .cancel:
      return command(.cancel(CancelReason.allCases[form.choice(.reason)], because: because))
    case .merge: return .merge(into: try text(.reference))
    case .unmerge: return command(.unmerge)
    case .settle(let conflict):
      return command(.settle(form.choice(.outcome) == 0 ? conflict.first : conflict.second))
    case .reopen: return command(.reopen(because: try text(.because)))
    case .assign(let role): return command(.assign(role, try text(.person)))
    case .snooze:
      return command(
        .snoozeUpdate(until: try due(form), because: try text(.because)))
    case .takeOver(let role, _, let epoch):
      return command(
        .takeOver(role, to: try text(.person), epoch: epoch, because: try text(.because)))
    case .propose: return command(.propose(try proposal(of: form)))
    case .object(let id):
      return command(.answerProposal(id, objects: true, because: try text(.because)))
    case .agree(let id): return command(.answerProposal(id, objects: false, because: because))
    case .decide(let id):
      let outcome = form.choice(.outcome) == 0 ? ProposalOutcome.decided : .rejected
      return command(.settleProposal(id, outcome, because: because))
    case .withdraw(let id): return command(.settleProposal(id, .withdrawn, because: because))
    case .handOver(let role):
      return command(.offer(role, to: try text(.person), brief: form.text(.brief)))
    case .accept(let role): return command(.accept(role))
    case .decline(let role): return command(.decline(role))
    case .vacate(let role, let person): return command(.vacate(role, person))
    case .promise: return command(.promise(try text(.text), due: try due(form)))
    case .keepPromise(let id, _): return command(.keepPromise(id))
    case .startRun(let start): return command(.startRun(start))
    case .step(let run, let step, let act, let holder):
      return command(
        .moveStep(
          run: run, step: step, try stepMove(act, form, step, from: holder),
          takingOver: holder != nil || isGivenUp(run, step)))
    case .rollback(let run): return command(.startRollback(run: run, because: because))
    case .endRun(let run):
      return command(
        .endRun(run: run, RunOutcome.allCases[form.choice(.outcome)], because: because))
    case .revise(let run, let start): return command(.reviseRun(run: run, start))
    case .kill: return .value("")
    case .pin(let id, let isPinned): return command(.pin(id, isPinned))
    case .correct(let id):
      let told = try time(form, .at)
      if form.text(.text) == nil, told == nil {
        throw Refusal(.badValue, "nothing is corrected yet", remedy: "give the right text or time")
      }
      return command(.correct(id, text: form.text(.text)), at: told)
    case .tick(let round, let item, _):
      let told = try time(form, .at)
      return .round(.tick(item, note: form.text(.text)), self.round(round, at: told), at: told)
    case .untick(let round, let item, _):
      return .round(.untick(item, because: because), round, at: nil)
    case .publishPostmortem: return command(.publishPostmortem(nil))
    case .waivePostmortem: return command(.waivePostmortem(because: try text(.because)))
    case .addAction:
      return command(
        .addAction(try text(.text), owner: try text(.owner), due: try due(form)))
    case .feedback:
      return command(
        .giveFeedback(FeedbackVerdict.allCases[form.choice(.verdict)], text: form.text(.text)))
    case .settleAction(let id):
      return command(
        .settleAction(id, ActionOutcome.allCases[form.choice(.outcome)], because: because))
    case .value(let name):
      // A variable may stay unset where the runbook does not say that it must not.
      if execution?.step?.placeholders.contains(where: { $0.name == name }) != true {
        return .value(form.text(.text) ?? "")
      }
      return .value(try text(.text))
    case .typed(let word):
      let typed = form.text(.text) ?? ""
      guard typed.raw == word.raw else {
        if typed.isBlank {
          throw Refusal(.badValue, "type \(word.showable) to run exactly what is shown")
        }
        throw Refusal(
          .badValue, "\(typed.showable) is not \(word.showable)",
          remedy: "type \(word.showable) to run it, or Esc")
      }
      return .value(typed)
    case .find: return .find(try text(.reference))
    case .search: return .search(try text(.text))
    case .quit: return .quit
    }
  }

  /// Whether acting on a step gives up a command of it whose end nobody will tell.
  private func isGivenUp(_ run: EventID, _ step: String) -> Bool {
    guard let run = incident?.runs.first(where: { $0.id == run }),
      let planned = run.knownStep(id: step)
    else { return false }
    return runningElsewhere(planned, in: run) != nil
  }

  private func stepMove(
    _ act: Form.StepAct, _ form: Form, _ step: String, from holder: Untrusted?
  ) throws(Refusal) -> StepMove {
    switch act {
    case .begin:
      guard let holder else { return .started }
      if form.text(.because) == nil, mustSayWhy(form.purpose) {
        throw Refusal(
          .badValue, "taking a step from \(holder.showable) needs a reason", remedy: "say why")
      }
      return .takenOver(from: holder, because: form.text(.because))
    case .done: return .done(note: form.text(.text))
    case .fail: return .failed(note: form.text(.text))
    case .skip:
      guard let because = form.text(.because) else {
        throw Refusal(.badValue, "a skipped step needs a reason", remedy: "say why")
      }
      return .skipped(because: because)
    case .answer:
      guard let answer = form.text(.text) else {
        throw Refusal(.badValue, "the answer is empty", remedy: "answer in your words")
      }
      let choices = open?.run?.start.steps.first { $0.id == step }?.choices ?? []
      let chosen = choices.first { $0.label.raw.lowercased() == answer.raw.lowercased() }
      let text = open?.run.flatMap { open?.texts[$0.id] }
      return .decided(
        answer: chosen?.label ?? answer,
        goTo: chosen?.goTo.map { goTo in text?.target(of: goTo) ?? goTo })
    }
  }

  /// A note's own time, when it begins with one and has words behind it.
  func timedNote(_ text: Untrusted) -> (text: Untrusted, at: ToldTime?) {
    let trimmed = text.raw.drop { $0 == " " || $0 == "+" }
    let parts = trimmed.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].contains(":") || parts[0].hasPrefix("-"),
      let told = TypedTime.read(parts[0], now: now, offsetSeconds: zone.offsetSeconds)
    else { return (Untrusted(String(trimmed)), nil) }
    return (Untrusted(String(parts[1])), told)
  }

  private func time(_ form: Form, _ id: Form.Field.ID) throws(Refusal) -> ToldTime? {
    guard let text = form.text(id), text.raw.lowercased() != "now" else { return nil }
    guard let told = TypedTime.read(text.raw, now: now, offsetSeconds: zone.offsetSeconds) else {
      throw Refusal(
        .badValue, "\(text.showable) is no time", remedy: "type 14:02, 14:02:30 or -10m")
    }
    return told
  }

  private func due(_ form: Form) throws(Refusal) -> Instant {
    guard let text = form.text(.due) else {
      throw Refusal(.badValue, "it needs a time by when", remedy: "type 10m, 2h or 14d")
    }
    if let seconds = TypedTime.seconds(text.raw) { return now + seconds }
    if let told = TypedTime.read(text.raw, now: now, offsetSeconds: zone.offsetSeconds) {
      return told.instant
    }
    throw Refusal(
      .badValue, "\(text.showable) is no time to come", remedy: "type 10m, 2h, 14d or 2026-03-01")
  }

  private func proposal(of form: Form) throws(Refusal) -> Proposal {
    func parts(_ id: Form.Field.ID, _ separator: Character) -> [Untrusted] {
      (form.text(id)?.raw ?? "").split(separator: separator)
        .map { Untrusted(String($0.trimmed)) }.filter { !$0.isBlank }
    }
    let asked = parts(.asked, ",")
    return Proposal(
      text: form.text(.text) ?? "", risk: form.text(.risk) ?? "",
      alternatives: parts(.alternatives, ";"), asked: asked,
      due: asked.isEmpty ? nil : try due(form))
  }

  private func declaration(of form: Form) throws(Refusal) -> Declaration {
    var declaration = filled(form, started: try time(form, .started)).declaration
    declaration.labels = try Label.read(form.labels)
    _ = try declaration.checked(at: nil, now: now)
    return declaration
  }

  /// What a form would declare, with what the policy fills in and why.
  func filled(
    _ form: Form, started: ToldTime?
  ) -> (declaration: Declaration, fillings: [PolicyFilling]) {
    let tiers = session.policy.tiers.keys.sorted()
    let tier = form.choice(.tier)
    var declaration = Declaration(
      number: 0, title: form.text(.title) ?? "",
      severity: Severity.allCases[form.choice(.severity)], type: form.text(.type),
      service: form.text(.service), environment: form.text(.environment),
      tier: tier > 0 ? tiers[tier - 1] : nil, impact: form.text(.impact), started: started,
      isDrill: form.choice(.drill) == 1, policy: session.policy)
    // The severity that is seen counts; a type that is typed has set it already.
    let fillings = session.operations.fill(
      &declaration, severityIsGiven: true, openWindows: session.openWindows(now))
    return (declaration, fillings)
  }
}

extension Substring {
  /// Without blanks at its ends.
  fileprivate var trimmed: Substring {
    var rest = drop { $0.isWhitespace }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}

extension Form {
  /// The labels that were typed, each `name=value`; a comma stands between two.
  var labels: [Untrusted] {
    (text(.labels)?.raw ?? "").split(separator: ",").map { Untrusted(String($0.trimmed)) }
      .filter { !$0.isBlank }
  }

  /// What was answered of the three questions on the impact.
  var impactAnswers: ImpactAnswers {
    func answer<Answer: CaseIterable>(_ id: Field.ID, _: Answer.Type) -> Answer? {
      let place = choice(id)
      return place > 0 ? Array(Answer.allCases)[place - 1] : nil
    }
    return ImpactAnswers(
      broken: answer(.broken, ImpactAnswers.Broken.self),
      affected: answer(.affected, ImpactAnswers.Affected.self),
      stake: answer(.stake, ImpactAnswers.Stake.self))
  }
}
