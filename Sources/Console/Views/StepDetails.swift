import Grid
import IncidentDomain
import TextGate

/// What stands under the selected step in the pane: who is on it, what it runs, what can be done.
extension Painter {
  func details(
    of step: PlannedStep, in run: Run, columns: Int
  ) -> [(Showable, Style)] {
    guard run.isOpen else {
      return [
        (
          model.incident?.openRun == nil
            ? "this run has ended" : "this run has ended: w shows the open ones", .dim
        )
      ]
    }
    let progress = run.progress(step)
    var lines = standing(of: step, in: run)
    if let note = progress.note { lines.append((note.showable, .dim)) }
    if let command = step.command {
      let text = command.showableLines
      for line in text.prefix(2) { lines.append(("$ \(line)", .code)) }
      if text.count > 2 {
        let more = text.count - 2
        lines.append(("\(Showable.count(more, "more line", "more lines")): Enter shows all", .dim))
      }
    }
    if !progress.state.isEnded {
      if progress.running == nil {
        lines += model.blocks(of: step, in: run).map { ($0, .warning) }
      }
      let keys = keys(for: step, in: run, columns: columns)
      lines.append(keys.isEmpty ? ("it is only watched while it runs", .dim) : (keys, .key))
    } else if step.isRepeatable, progress.state == .done {
      lines.append((step.command == nil ? "b does it again" : "x runs it again", .key))
    } else if run.nextStep == nil {
      lines.append((whatEndsIt(run), .due))
    }
    return lines
  }

  /// That a walk is over is for a person to say: until they do, the run stays open.
  private func whatEndsIt(_ run: Run) -> Showable {
    if run.rollback != nil { return "all is rolled back: F ends the run" }
    return "every step is over: F ends the run"
  }

  /// Who is on a step, since when, and what is wrong with it.
  func standing(of step: PlannedStep, in run: Run) -> [(Showable, Style)] {
    let progress = run.progress(step)
    if let lost = model.lost(step, in: run) {
      let process = progress.commands.last?.process ?? lost.start.process
      return [
        ("\(lost.place) \(model.time(ToldTime(lost.since))), process \(process)", .error)
      ] + lastOutput(of: progress) + [
        ("its console ended while it ran:", .warning),
        ("look what it did, then say so", .warning),
      ]
    }
    guard let by = progress.by else { return [] }
    switch progress.state {
    case .started:
      let since = (progress.heldSince ?? progress.started).map {
        " since \(model.time(ToldTime($0)))" as Showable
      }
      var lines: [(Showable, Style)] = [
        ("\(by.showable) \(glyphs.separator)\(since ?? .empty)", .due)
      ]
      if let running = progress.running {
        lines.append(
          (
            "RUNNING on \(running.host.showable) since \(model.time(ToldTime(running.since)))", .due
          ))
      } else if let claim = model.claimOfOther(on: step, in: run), claim.isExpired(at: model.now) {
        lines.append(
          (
            "nothing heard since \(model.minutes(claim.lastSign)): b takes it over", .warning
          ))
      }
      return lines
    case .failed:
      let at = progress.ended.map { " \(model.time(ToldTime($0)))" as Showable } ?? .empty
      let exit = progress.commands.last.map { ", \(Painter.outcome(of: $0))" as Showable } ?? .empty
      return [("FAILED: \(by.showable)\(at)\(exit)", .error)]
    case .todo, .done, .skipped, .decided, .passedOver: return []
    }
  }

  /// How far a command came of which nobody knows the end: the last lines that it wrote.
  private func lastOutput(of progress: StepProgress) -> [(Showable, Style)] {
    guard let record = progress.commands.last, record.outcome == .unknown else { return [] }
    let lines = record.output.showableLines.filter { !$0.isEmpty }
    guard !lines.isEmpty else { return [("no output of it is known", .dim)] }
    return lines.suffix(2).map { ("| \($0)", .plain) }
  }

  /// The keys that mean something on this step, as many as fit; for one that failed, the ways on.
  private func keys(for step: PlannedStep, in run: Run, columns: Int) -> Showable {
    let isHeld = model.claimOfOther(on: step, in: run) != nil
    let ids: [CommandID]
    if model.lost(step, in: run) != nil {
      ids = [.stepDone, .stepFail, .stepRun, .stepSkip]
    } else if run.progress(step).state == .failed {
      ids = [.stepRun, .stepBegin, .stepSkip, .rollback, .escalate, .stepDone]
    } else if isHeld {
      ids = [.stepBegin, .stepDone, .stepFail, .stepSkip]
    } else if step.kind == .decide {
      ids = [.stepYes, .stepNo, .stepAnswer, .stepSkip]
    } else {
      ids = [.stepRun, .stepDone, .stepFail, .stepSkip, .stepBegin]
    }
    let isRetry = run.progress(step).state == .failed || model.lost(step, in: run) != nil
    var text = Showable.empty
    for id in ids where model.refusal(of: id) == nil {
      guard let entry = CommandTable.entry(id), let key = entry.keys.first else { continue }
      // Of two ways to try again the command itself is enough.
      if isRetry, id == .stepBegin, model.refusal(of: .stepRun) == nil { continue }
      let word: Showable =
        if isHeld, id == .stepBegin {
          "take over"
        } else {
          isRetry && (id == .stepRun || id == .stepBegin) ? "retry" : entry.short
        }
      let part: Showable = "\(key.word) \(word)"
      let joined = text.isEmpty ? part : "\(text) \(glyphs.separator) \(part)"
      if joined.columns > columns { break }
      text = joined
    }
    return text
  }
}

extension Model {
  /// What stands before a step's command: blanks that are open, and what cannot run from here.
  func blocks(of step: PlannedStep, in run: Run) -> [Showable] {
    guard step.kind.holdsCommand, step.command != nil else { return [] }
    guard let text = open?.texts[run.id]?.step(step) else {
      return ["BLOCKED the record's copy of the runbook does not read as it did"]
    }
    var lines: [Showable] = []
    let known = values(of: run)
    let open = text.placeholders.filter { known[$0.name] == nil }
    if !open.isEmpty {
      let names = open.prefix(4).map(\.text.showable).joined(" ")
      let more: Showable = open.count > 4 ? " and \(open.count - 4) more" : .empty
      lines.append("BLOCKED \(names)\(more): x asks for it")
    }
    for reason in text.blocked {
      if case .placeholder = reason { continue }
      lines.append("BLOCKED \(reason.message)")
    }
    return lines
  }
}
