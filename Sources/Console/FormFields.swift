import IncidentDomain
import Reports
import Runbooks
import TextGate

/// The questions of each form.
extension Model {
  /// Opens a form on the incident of this screen; what was typed there before is in it again.
  mutating func ask(_ purpose: Form.Purpose, words: String = "") {
    let target: Target? =
      switch purpose {
      case .declare, .find, .search, .quit, .tick, .untick: nil
      case .undo: lastWrite?.target
      default: self.target
      }
    var form = Form(
      purpose: purpose, target: target, title: title(of: purpose), fields: fields(of: purpose))
    if let draft = drafts[purpose], draft.map(\.id) == form.fields.map(\.id) {
      form.fields = draft
    }
    if !words.isEmpty { form.fill(words: words) }
    prompt = .form(form)
    status = nil
  }

  private func title(of purpose: Form.Purpose) -> Showable {
    switch purpose {
    case .declare(let isDrill, _): isDrill ? "Declare a drill" : "Declare an incident"
    case .acknowledge: "Acknowledge"
    case .severity: "Severity"
    case .impact: "Impact"
    case .milestone: "Milestone"
    case .note: "Note"
    case .update: "Status update"
    case .snooze: "Put the status update off"
    case .escalate: "Escalate"
    case .move(let to, _): "Move to \(to.word)"
    case .override(let to, _): "Override the gate into \(to.word)"
    case .undo: "Take back"
    case .cancel: "Cancel the incident"
    case .merge: "Merge into another incident"
    case .unmerge: "Unmerge"
    case .settle(let conflict):
      "Settle: \(incident.map { $0.subject(of: conflict) } ?? "a contradiction")"
    case .reopen: "Reopen"
    case .assign(let role): "Name the \(role.title)"
    case .takeOver(let role, let holder, _): "Take \(role.title) over from \(holder.showable)"
    case .propose: "Propose"
    case .object: "Object"
    case .agree: "No strong objection"
    case .decide: "Decide"
    case .withdraw: "Withdraw the proposal"
    case .handOver(let role): "Hand over \(role.title)"
    case .accept(let role): "Accept \(role.title)"
    case .decline(let role): "Decline \(role.title)"
    case .vacate(let role, _): "Vacate \(role.title)"
    case .promise: "Promise"
    case .keepPromise: "Promise kept"
    case .startRun: "Start a runbook"
    case .step(_, let step, let act, let holder): stepTitle(step, act, holder)
    case .rollback: "Roll back"
    case .endRun: "End the run"
    case .pin(_, let isPinned): isPinned ? "Pin" : "Unpin"
    case .correct: "Correct an entry"
    case .tick(_, _, let text): "Done: \(text.showable)"
    case .untick(_, _, let text): "Not done: \(text.showable)"
    case .publishPostmortem: "Publish the post-mortem"
    case .waivePostmortem: "Waive the post-mortem"
    case .addAction: "Action item"
    case .feedback: "Runbook feedback"
    case .settleAction: "Settle an action item"
    case .revise: "Go on with the file as it is now"
    case .kill: "End it by force"
    case .value(let name): "Value for \(Untrusted(name).showable)"
    case .typed: "Dangerous command"
    case .find: "Open an incident"
    case .search: "Search the record"
    case .quit: "Leave"
    }
  }

  private func stepTitle(
    _ id: String, _ act: Form.StepAct, _ holder: Untrusted?
  ) -> Showable {
    let step = open?.run?.start.steps.first { $0.id == id }
    let name: Showable =
      step.map { "step \(Untrusted($0.number).showable) \($0.title.showable)" } ?? "step"
    if let holder { return "Take over from \(holder.showable): \(name)" }
    switch act {
    case .begin: return "Begin \(name)"
    case .done: return "Done: \(name)"
    case .fail: return "Failed: \(name)"
    case .skip: return "Skip \(name)"
    case .answer: return step?.title.showable ?? name
    }
  }

  private func fields(of purpose: Form.Purpose) -> [Form.Field] {
    func text(
      _ id: Form.Field.ID, _ label: Showable, required: Bool = false, hint: Showable = .empty,
      _ value: Untrusted? = nil, suggestions: [Untrusted] = []
    ) -> Form.Field {
      Form.Field(
        id: id, label: label, isRequired: required, hint: hint,
        content: .text(LineEditor(value?.raw ?? ""), suggestions: suggestions))
    }
    func choice(
      _ id: Form.Field.ID, _ label: Showable, _ options: [Showable], selected: Int = 0
    ) -> Form.Field {
      Form.Field(id: id, label: label, content: .choice(options, selected: selected))
    }
    let reason = text(.because, "Because", required: true, hint: "at least 10 characters")
    switch purpose {
    case .declare(let isDrill, _): return declareFields(isDrill: isDrill)
    case .settle(let conflict):
      // What holds until somebody says otherwise is offered first.
      return [choice(.outcome, "Holds", sides(of: conflict).map(\.short), selected: 1)]
    case .acknowledge, .undo, .unmerge, .accept, .decline, .vacate, .keepPromise, .startRun, .pin,
      .publishPostmortem, .revise, .kill, .quit:
      return []
    case .severity:
      return [
        choice(
          .severity, "Severity", Severity.allCases.map(\.word),
          selected: Severity.allCases.firstIndex(of: incident?.severity ?? .sev2) ?? 1),
        text(.because, "Because", hint: "needed for a downgrade"),
      ]
    case .impact:
      return [
        text(
          .text, "Impact", required: true, hint: "what is broken, for whom, since when",
          incident?.impact)
      ]
    case .milestone:
      return [
        choice(
          .milestone, "Milestone", Self.tellableMilestones.map(\.word),
          selected: Self.tellableMilestones.firstIndex {
            incident?.milestones[$0] == nil && $0 >= .mitigated
          } ?? 0),
        text(.at, "At", hint: "now, 14:02 or -10m"), text(.text, "What", hint: "what was seen"),
      ]
    case .note:
      return [
        text(.text, "Note", required: true, hint: "14:02 in front says when it happened")
      ]
    case .update:
      return [
        choice(.audience, "For", ["internal", "public", "skip it, because"]),
        text(
          .text, "Text", required: true, hint: "what is known, what is done, when the next",
          suggestedUpdate(0)),
      ]
    case .snooze:
      return [
        text(.due, "Put off by", required: true, hint: "20m; a day at most", "15m"), reason,
      ]
    case .takeOver:
      return [
        text(
          .person, "To", required: true, hint: "→ completes a name", session.actor.person,
          suggestions: people), reason,
      ]
    case .propose:
      return [
        text(.text, "Proposal", required: true, hint: "what is to be done"),
        text(.risk, "Risk", required: true, hint: "what can go wrong with it"),
        text(.alternatives, "Or", hint: "what else could be done; several with a ; between"),
        text(
          .asked, "Ask", hint: "who may object, with a , between; → completes a name",
          suggestions: people),
        text(.due, "Within", hint: "2m: how long they are waited for", "2m"),
      ]
    case .object: return [text(.because, "Because", required: true, hint: "what would go wrong")]
    case .agree, .withdraw: return [text(.because, "Note", hint: "optional")]
    case .decide:
      return [
        choice(.outcome, "It is", ["done", "not done"]),
        text(.because, "Because", hint: "needed against an objection"),
      ]
    case .escalate: return [levelField, text(.because, "Because", hint: "what is needed of them")]
    case .move(let to, let asks):
      if !asks.isEmpty { return [text(.because, asks, required: true)] }
      return [text(.because, "Note", hint: to == .closed ? "what was learnt" : "optional")]
    case .override, .reopen, .waivePostmortem: return [reason]
    case .cancel:
      return [
        choice(.reason, "Reason", CancelReason.allCases.map(\.word)),
        text(.because, "Because", hint: "how you know"),
      ]
    case .merge:
      return [text(.reference, "Into", required: true, hint: "a number, as 41")]
    case .assign(let role):
      return [
        text(
          .person, "Person", required: true, hint: "→ completes a name",
          incident?.roles[role] == session.actor.person ? nil : session.actor.person,
          suggestions: people)
      ]
    case .handOver:
      return [
        text(.person, "To", required: true, hint: "→ completes a name", suggestions: people),
        text(
          .brief, "Brief", hint: "Ctrl-O opens it in your editor",
          incident?.handOverBrief(now: now)),
      ]
    case .promise:
      return [
        text(.text, "Promise", required: true, hint: "back in ten minutes"),
        text(.due, "Within", required: true, hint: "10m, 2h", "10m"),
      ]
    case .step(_, _, let act, let holder):
      let mustSayWhy = mustSayWhy(purpose)
      switch act {
      case .begin:
        guard holder != nil else { return [] }
        return [
          text(
            .because, "Because", required: mustSayWhy,
            hint: mustSayWhy ? "they cannot go on" : "optional: their claim has expired")
        ]
      case .done, .fail:
        return [
          text(
            .text, "Note", required: mustSayWhy,
            hint: mustSayWhy ? "why you say it, not they" : "optional: what was seen")
        ]
      case .skip: return [text(.because, "Because", required: true)]
      case .answer:
        return [text(.text, "Answer", required: true, hint: "in your words", suggestions: answers)]
      }
    case .rollback: return [text(.because, "Because", hint: "what went wrong")]
    case .endRun:
      return [
        choice(.outcome, "How", RunOutcome.allCases.map(\.word), selected: likelyOutcome),
        text(.because, "Because", hint: "needed to abandon it"),
      ]
    case .correct:
      return [
        text(.text, "Right is", hint: "empty when only the time was wrong"),
        text(.at, "It was at", hint: "empty when the time was right"),
      ]
    case .tick:
      return [
        text(.text, "Note", hint: "optional: what you saw"),
        text(.at, "At", hint: "now, 14:02 or -10m"),
      ]
    case .untick: return [text(.because, "Because", hint: "optional")]
    case .addAction:
      return [
        text(.text, "Action", required: true, hint: "what will be done"),
        text(.owner, "Owner", required: true, hint: "a person", suggestions: people),
        text(.due, "Due", required: true, hint: "2026-03-01 or 14d", "14d"),
      ]
    case .feedback:
      return [
        choice(.verdict, "It was", FeedbackVerdict.allCases.map(\.word)),
        text(.text, "What", hint: "what was wrong or missing"),
      ]
    case .settleAction:
      return [
        choice(.outcome, "It is", ["done", "dropped"]),
        text(.because, "Because", hint: "needed to drop it"),
      ]
    case .value(let name): return [valueField(name)]
    case .typed(let word): return [text(.text, "Type \(word.showable)", required: true)]
    case .search:
      return [
        text(.text, "Words", required: true, hint: "all of them; \"a phrase\"", search.text)
      ]
    case .find:
      return [text(.reference, "Number", required: true, hint: "42, or an id's beginning")]
    }
  }

  private func valueField(_ rawName: String) -> Form.Field {
    let parameter = execution?.parameter(rawName)
    let placeholder = execution?.step?.placeholders.first { $0.name == rawName }
    var hint: Showable = "Enter alone leaves it empty"
    if let placeholder {
      hint =
        placeholder.isDoubtful ? "type \(placeholder.text.showable) to keep it as it stands" : ""
    }
    let isRequired = placeholder != nil || execution?.isRequired(rawName) == true
    if placeholder == nil, isRequired { hint = "the step cannot run without it" }
    let name: Showable =
      placeholder == nil ? "$\(Untrusted(rawName).showable)" : Untrusted(rawName).showable
    return Form.Field(
      id: .text, label: parameter?.ask?.showable ?? name, isRequired: isRequired, hint: hint,
      isSecret: execution?.isSecret(rawName) == true,
      content: .text(LineEditor(prefill(of: rawName)?.value.raw ?? ""), suggestions: []))
  }

  /// What the incident or the runbook knows of a value that is asked for.
  func prefill(of name: String) -> Prefill? {
    guard let incident, execution?.isSecret(name) != true else { return nil }
    return Prefill(name, parameter: execution?.parameter(name), in: incident)
  }

  private func declareFields(isDrill: Bool) -> [Form.Field] {
    func text(_ id: Form.Field.ID, _ label: Showable, _ hint: Showable) -> Form.Field {
      Form.Field(
        id: id, label: label, isRequired: id == .title, hint: hint,
        content: .text(LineEditor(), suggestions: []))
    }
    let tiers = session.policy.tiers.keys.sorted().map { "\($0)" as Showable }
    return [
      text(.title, "Title", "what is broken, in a few words"),
      Form.Field(
        id: .severity, label: "Severity",
        content: .choice(Severity.allCases.map(\.word), selected: 1)),
      Self.question(.broken, "Broken", ImpactAnswers.Broken.allCases.map(\.rawValue)),
      Self.question(.affected, "Affected", ImpactAnswers.Affected.allCases.map(\.rawValue)),
      Self.question(.stake, "At stake", ImpactAnswers.Stake.allCases.map(\.rawValue)),
      text(.impact, "Impact", "for whom, since when"),
      typeField,
      text(.service, "Service", "what it is called in your monitoring"),
      text(.environment, "Environment", "production"),
      Form.Field(id: .tier, label: "Tier", content: .choice(["none"] + tiers, selected: 0)),
      text(.labels, "Labels", "of the alert: instance=pg-2, job=postgres"),
      text(.started, "Started", "14:02 or -10m, if you know"),
      Form.Field(
        id: .drill, label: "Drill",
        content: .choice(["no, it is real", "yes, an exercise"], selected: isDrill ? 1 : 0)),
    ]
  }

  /// The type of issue; those of the policy's matrix complete it.
  private var typeField: Form.Field {
    let types = session.operations.issues.map(\.name)
    let some = types.prefix(3).map(\.showable).joined(", ")
    return Form.Field(
      id: .type, label: "Type",
      hint: types.isEmpty ? "database, network, security" : "\(some), …; → completes",
      content: .text(LineEditor(), suggestions: types))
  }

  /// A question that may stay open.
  private static func question(
    _ id: Form.Field.ID, _ label: Showable, _ answers: [String]
  ) -> Form.Field {
    Form.Field(
      id: id, label: label,
      content: .choice(["?"] + answers.map { Untrusted($0).showable }, selected: 0))
  }

  /// Both sides of a contradiction, the one that holds now last.
  func sides(of conflict: Incident.Conflict) -> [(id: EventID, short: Showable, whole: Showable)] {
    [conflict.first, conflict.second].map { id in
      guard let event = open?.event(id), let incident else { return (id, id.short, id.short) }
      let now: Showable = id == conflict.second ? " (holds now)" : .empty
      return (
        id, "\(time(event.occurred)) \(event.author.showable)",
        "\(time(event.occurred)) \(event.author.showable): \(incident.narrate(event))\(now)"
      )
    }
  }

  /// Milestones that are told by themselves, not by another command.
  static let tellableMilestones: [Milestone] = [.started, .detected, .mitigated, .recovered]

  private var levelField: Form.Field {
    let policy = incident?.policy ?? session.policy
    let levels = escalationLevels
    let next = levels.firstIndex { (incident?.escalations[$0]) == nil } ?? levels.count - 1
    return Form.Field(
      id: .level, label: "To",
      content: .choice(
        levels.map { level in
          "L\(level)\(policy.levels[level].map { " \($0.showable)" as Showable } ?? .empty)"
        }, selected: max(0, next)))
  }

  /// The levels that can be escalated to.
  var escalationLevels: [Int] {
    let policy = incident?.policy ?? session.policy
    return Array(1...max(4, policy.levels.keys.max() ?? 4))
  }

  private var likelyOutcome: Int {
    guard let run = open?.run else { return 0 }
    if run.rollback != nil { return 1 }
    return run.nextStep == nil ? 0 : 2
  }

  private var answers: [Untrusted] { open?.selectedStep?.choices.map(\.label) ?? [] }

  /// A text for a status update from the record alone, by the form's choice of audience.
  func suggestedUpdate(_ audience: Int) -> Untrusted? {
    guard let incident, Audience.allCases.indices.contains(audience) else { return nil }
    return UpdateSuggestion.text(incident, for: Audience.allCases[audience], now: now)
  }

  /// Everybody who took part, for completion.
  private var people: [Untrusted] {
    guard let incident else { return [session.actor.person] }
    var names = Set(incident.events.suffix(200).map(\.author))
    names.formUnion(incident.roles.values)
    names.formUnion(incident.others.map(\.person))
    names.formUnion(present.map(\.person))
    return names.sorted()
  }
}
