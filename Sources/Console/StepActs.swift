import IncidentDomain
import TextGate

/// Commands on the selected step of the run that is shown.
extension Model {
  mutating func actOnStep(_ id: CommandID, words: String) {
    guard let run = open?.openRun, let step = open?.selectedStep else { return }
    let act: Form.StepAct =
      switch id {
      case .stepDone: .done
      case .stepFail: .fail
      case .stepSkip: .skip
      case .stepAnswer: .answer
      default: .begin
      }
    if act == .done, step.kind == .decide {
      refuse(
        "step \(Untrusted(step.number).showable) is a decision: y, n, or A to answer in words")
      return
    }
    ask(.step(run: run.id, step: step.id, act, from: holder(of: step, in: run)), words: words)
  }

  /// Who else is on a step.
  func holder(of step: PlannedStep, in run: Run) -> Untrusted? {
    claimOfOther(on: step, in: run)?.holder
  }

  /// The claim of somebody else on a step.
  func claimOfOther(on step: PlannedStep, in run: Run) -> Claim? {
    guard let claim = incident?.claim(on: step, in: run), claim.holder != session.actor.person
    else { return nil }
    return claim
  }

  /// Whether a form that acts on a step has to say why it takes it from its holder.
  func mustSayWhy(_ purpose: Form.Purpose) -> Bool {
    guard case .step(let id, let step, _, _?) = purpose,
      let run = incident?.runs.first(where: { $0.id == id }),
      let planned = run.knownStep(id: step), let claim = claimOfOther(on: planned, in: run)
    else { return false }
    return !claim.isExpired(at: now)
  }

  mutating func answer(_ word: String) {
    guard let run = open?.openRun, let step = open?.selectedStep else { return }
    let choice = step.choices.first { $0.label.raw.lowercased().hasPrefix(word) }
    let purpose = Form.Purpose.step(
      run: run.id, step: step.id, .answer, from: holder(of: step, in: run))
    ask(purpose)
    if case .form(var form) = prompt {
      form.fill(choice?.label ?? Untrusted(word))
      prompt = .form(form)
    }
  }

  /// A command of the step that another session runs, as far as this console knows.
  func runningElsewhere(_ step: PlannedStep, in run: Run) -> RunningCommand? {
    guard let running = run.progress(step).running,
      running.start.session != session.process.session
    else { return nil }
    return running
  }

  /// Why nothing can be said of a step while its command runs.
  func refusalWhileRunning(_ step: PlannedStep, in run: Run) -> Showable? {
    guard let running = run.progress(step).running else { return nil }
    let number = Untrusted(step.number).showable
    if running.start.session == session.process.session {
      return "the command of step \(number) is running: wait for its end, or x and Ctrl-C stops it"
    }
    let isExpired = claimOfOther(on: step, in: run)?.isExpired(at: now) ?? true
    if isExpired || running.by == session.actor.person { return nil }
    return
      "the command of step \(number) is running (\(running.place), since \(time(ToldTime(running.since)))): watch it"
  }

  /// What an answer leads to beside the next step: a heading to read, another runbook to walk.
  mutating func follow(_ move: StepMove, of run: Run) -> [Effect] {
    guard case .decided(_, let goTo?) = move, !run.start.steps.contains(where: { $0.id == goTo }),
      let text = open?.texts[run.id]
    else { return [] }
    if let other = text.document(of: goTo) {
      runbooks.opening = other.path
      runbooks.followed = .init(path: other.path, anchor: other.anchor)
      return [.openRunbook(other.path)]
    }
    if let line = text.line(of: goTo) {
      document = Document(title: "\(run.start.title.showable)", text: run.start.source)
      push(.document)
      scroll[.document] = lines(upTo: line, columns: size.columns)
    }
    return []
  }

  /// How many lines of the screen the lines before `line` of the document take.
  private func lines(upTo line: Int, columns: Int) -> Int {
    (document?.lines ?? []).prefix(line - 1).reduce(0) {
      $0 + $1.wrapped(to: max(1, columns - 3)).count
    }
  }
}
