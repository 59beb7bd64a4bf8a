import Grid
import IncidentDomain
import TextGate

/// A command before, while and after it runs: what, where, as whom; then its output.
extension Painter {
  mutating func paintCommand(in area: Area) {
    guard let execution = model.execution else { return }
    let step = execution.planned
    let right: Showable
    switch execution.stage {
    case .asking: right = "NOT RUN YET"
    case .taking: right = "taking the step"
    case .running(let since):
      let isFollowing = model.scroll[.command] == Int.max / 2
      right =
        "\(isFollowing ? "" : "G follows it, " as Showable)RUNNING \(age(since: since, isLoudest: true))"
    case .ended(let record): right = Painter.outcome(of: record).uppercased
    case .failed: right = "DID NOT START"
    }
    let name: Showable =
      "\(execution.incident.name) step \(Untrusted(step.number).showable) \(step.title.showable)"
    // That it has not run, or runs, is never left out for the end of a long title.
    let body = paintHeading(
      name.clipped(to: max(8, area.columns - right.columns - 4)), right: right, in: area)
    if case .running = execution.stage {
      let command = execution.shown.showableLines
      let more: Showable = command.count > 1 ? " (+\(command.count - 1))" : .empty
      frame.put("$ \(command.first ?? .empty)\(more)", in: body, indent: 1, style: .code)
      let room = body.top(1).rest
      let isFollowing = model.scroll[.command] == Int.max / 2
      // The newest lines stay in sight, unless a person went up to read.
      paintText(
        isFollowing
          ? execution.outputLines(columns: max(1, body.columns - 3), last: max(1, room.rows))
          : model.lines(of: .command, columns: body.columns), in: room)
      return
    }
    paintText(model.lines(of: .command, columns: body.columns), in: body)
  }
}

extension Model {
  /// All that is to be read before a command runs, and what came of it; its output while it runs.
  func commandLines(columns: Int) -> [(Showable, Style)] {
    guard let execution else { return [] }
    if case .running = execution.stage { return execution.outputLines(columns: columns) }
    return commandText(columns: columns) + [(.empty, .plain)] + after(execution, columns: columns)
  }

  /// What must have been on the screen before a command runs: as whom, where, with which values, what
  /// is dangerous about it, and every line of it.
  func commandText(columns: Int) -> [(Showable, Style)] {
    guard let execution else { return [] }
    var lines: [(Showable, Style)] = []
    func add(_ text: Showable, _ style: Style = .plain) {
      lines += text.wrapped(to: columns).map { ($0, style) }
    }
    let user = session.actor.account.showable
    let directory = execution.directory ?? session.directory
    add("as     \(user)@\(session.actor.host.showable)")
    add("in     \(directory.showable)")
    for (name, value) in execution.values.sorted(by: { $0.key < $1.key }) {
      let shown: Showable = execution.isSecret(name) ? "****" : value.showable
      add("with   \(Untrusted(name).showable) = \(shown)")
    }
    lines += variableLines(execution, columns: columns)
    if execution.takesTerminal { add("it takes the terminal and gives it back", .warning) }
    if let role = execution.planned.role { add("it is for the \(role.title)", .dim) }
    if let seconds = execution.step?.annotations.timeoutSeconds {
      add("it is ended after \(Span.elapsed(seconds: seconds).word)", .dim)
    }
    if !execution.dangers.isEmpty {
      add("DANGER \(execution.dangers.joined(", "))", .danger)
    }
    for why in execution.blocked { add("BLOCKED \(why)", .error) }
    if case .wrong(let why) = execution.syntax {
      add("BLOCKED the shell cannot read it: \(why)", .error)
    }
    lines.append((.empty, .plain))
    lines += numbered(execution.shown, columns: columns)
    if let poll = execution.step?.annotations.poll, let check = execution.check {
      let every = Span.elapsed(seconds: poll.everySeconds).word
      let limit = Span.elapsed(seconds: poll.forSeconds).word
      if execution.takesTerminal {
        add(
          "its check is NOT repeated, because the command has the terminal: run it by hand then",
          .warning)
        lines += numbered(execution.masked(check), columns: columns)
      } else if check == execution.text {
        add("it is tried every \(every) until it passes, for at most \(limit)")
      } else {
        add("then, every \(every) until it passes, for at most \(limit):")
        lines += numbered(execution.masked(check), columns: columns)
      }
    }
    return lines
  }

  /// The variables that the command reads, each with its value, or that it has none.
  private func variableLines(_ execution: Execution, columns: Int) -> [(Showable, Style)] {
    let variables = execution.variables
    return execution.neededVariables.flatMap { name -> [(Showable, Style)] in
      let shown = Untrusted(name).showable
      let line: Showable
      var style: Style = .plain
      if let value = variables[name], !value.raw.isEmpty {
        let isSet: Showable = execution.typed[name] == nil ? ", as it is set already" : .empty
        line = "with   $\(shown) = \(execution.isSecret(name) ? "****" : value.showable)\(isSet)"
      } else if execution.found == nil {
        line = "with   $\(shown), which is being looked up"
      } else {
        line = "EMPTY  $\(shown): it is set nowhere, the command sees nothing in its place"
        style = .warning
      }
      return line.wrapped(to: columns).map { ($0, style) }
    }
  }

  private func numbered(_ text: Untrusted, columns: Int) -> [(Showable, Style)] {
    let all = text.showableLines
    let width = "\(all.count)".count + 1
    return all.enumerated().flatMap { index, line in
      line.wrapped(to: max(1, columns - width - 1)).enumerated().map { part, text in
        let number: Showable = part == 0 ? "\(index + 1)" : .empty
        return ("\(number.paddedLeft(to: width)) \(text)" as Showable, Style.code)
      }
    }
  }

  private func after(_ execution: Execution, columns: Int) -> [(Showable, Style)] {
    switch execution.stage {
    case .asking:
      if refusalOfText == nil {
        return [
          (
            execution.wordToType.map {
              "r runs exactly this, after you type \($0.showable); q leaves it"
            } ?? "r runs exactly this; q leaves it", .due
          )
        ]
      }
      return []
    case .taking, .running: return []
    case .failed(let why): return [("it did not start: \(why)", .error)]
    case .ended(let record):
      var lines = execution.outputLines(columns: columns)
      lines.append((Painter.outcome(of: record), .title))
      for check in execution.checks(of: record) {
        lines.append(
          (
            check.passed ? "as expected: \(check.text)" : "NOT as expected: \(check.text)",
            check.passed ? .met : .error
          ))
      }
      if let expected = execution.step?.expectedOutput {
        lines.append(("the runbook shows, as an example:", .heading))
        lines += expected.showableLines.prefix(12).map { ("  \($0)", .dim) }
      }
      lines.append(("Space done \u{B7} f failed \u{B7} S skip \u{B7} r run again", .key))
      return lines
    }
  }
}

extension Execution {
  /// The output that is kept, or its last lines, wrapped.
  func outputLines(columns: Int, last: Int? = nil) -> [(Showable, Style)] {
    var lines: [(Showable, Style)] = []
    if linesDropped > 0, last == nil {
      lines.append(("(\(linesDropped) lines before these are in its file)", .dim))
    }
    let output = output + unfinished
    if output.isEmpty { return lines + [(isUnderWay ? "no output yet" : "no output", .dim)] }
    return lines
      + output.suffix(last ?? output.count).flatMap { $0.wrapped(to: columns) }.map { ($0, .plain) }
  }
}
