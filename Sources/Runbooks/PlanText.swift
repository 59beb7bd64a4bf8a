import IncidentDomain
import TextGate

extension Runbook {
  /// The plan as `runbook show --plan --json` prints it (COMMANDS.md, "JSON shapes").
  public var planJSON: JSON {
    var members: [String: JSON] = [
      "title": .string(title.raw), "path": .string(path), "digest": .string(digest),
      "mode": .string(mode.rawValue),
    ]
    var told: [String: JSON] = [:]
    for field in fields.all where told[field.key.raw] == nil {
      told[field.key.raw] = .string(field.value.raw)
    }
    members["fields"] = .object(told)
    members["sections"] = .array(
      sections.map {
        [
          "kind": .string($0.kind.rawValue), "title": .string($0.title.raw),
          "line": .integer(Int64($0.line)),
        ]
      })
    members["steps"] = .array(steps.map(\.json))
    members["findings"] = .array(findings.map(\.json))
    return .object(members)
  }

  /// The plan for people: a line each step, then a line each finding.
  ///
  /// `3 run DANGER delete "Rebuild the node" needs <node> est 10m timeout 30m line 25`
  public var planText: [Showable] {
    var numbers: [String: String] = [:]
    for step in steps { numbers[step.id] = step.number }
    return steps.map { $0.planLine(numbers) }
      + findings.map {
        "\($0.severity.word) line \($0.line): \($0.message) [\(Untrusted($0.rule).showable)]"
      }
  }
}

extension Finding.Severity {
  /// As printed before a finding.
  public var word: Showable {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .info: "info"
    }
  }
}

extension Finding {
  /// As in the plan.
  public var json: JSON {
    [
      "line": .integer(Int64(line)), "severity": .string(severity.rawValue),
      "rule": .string(rule), "message": .string(message.text),
    ]
  }
}

extension Step {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "id": .string(id), "number": .string(number), "kind": .string(kind.rawValue),
      "title": .string(title.raw), "line": .integer(Int64(line)),
      "placeholders": .array(placeholders.map { .string($0.name) }),
      "blocked": .array(blocked.map { .string($0.message.text) }),
      "danger": .array(dangers.map { .string($0) }),
    ]
    let told = annotations.json
    if told != [:] { members["told"] = told }
    if kind.holdsCommand, !requiredVariables.isEmpty {
      members["requires"] = .array(requiredVariables.map { .string($0) })
    }
    if kind.holdsCommand, !unsetVariables.isEmpty {
      members["unset"] = .array(unsetVariables.map { .string($0) })
    }
    if let group { members["group"] = .string(group.raw) }
    if let command { members["command"] = .string(command.text.raw) }
    if let estimateSeconds { members["estimateSeconds"] = .integer(Int64(estimateSeconds)) }
    if let expectedOutput { members["expectedOutput"] = .string(expectedOutput.raw) }
    if !annotations.comments.isEmpty {
      members["annotations"] = .array(annotations.comments.map { .string($0.raw) })
    }
    if kind == .decide {
      members["choices"] = .array(
        choices.map { choice in
          var choiceMembers: [String: JSON] = ["label": .string(choice.label.raw)]
          if let goTo = choice.goTo { choiceMembers["goto"] = .string(goTo) }
          return .object(choiceMembers)
        })
    }
    return .object(members)
  }

  fileprivate func planLine(_ numbers: [String: String]) -> Showable {
    var words: [Showable] = [Untrusted(number).showable, kindWord]
    if !dangers.isEmpty {
      words.append("DANGER " + dangers.map { Untrusted($0).showable }.joined(", "))
    }
    words.append("\"\(title.showable)\"")
    for choice in choices {
      let target = choice.goTo.map { Untrusted(numbers[$0] ?? $0).showable }
      words.append(choice.label.showable + (target.map { "->" + $0 } ?? "->on"))
    }
    let needs = placeholders
    if kind.holdsCommand, !needs.isEmpty {
      words.append("needs " + needs.map { "<\(Untrusted($0.name).showable)>" }.joined(" "))
    }
    if kind.holdsCommand, !unsetVariables.isEmpty {
      words.append("reads " + unsetVariables.map { "$" + Untrusted($0).showable }.joined(" "))
    }
    for reason in blocked {
      if case .placeholder = reason { continue }
      words.append("blocked: \(reason.message)")
    }
    if let estimateSeconds { words.append("est \(Self.duration(estimateSeconds))") }
    words += annotations.planWords
    words.append("line \(line)")
    return words.joined(" ")
  }

  /// `verify` and `rollback` tell where a command stands, which the number tells too.
  private var kindWord: Showable {
    let poll: Showable = annotations.poll == nil ? "" : "+until"
    return switch kind {
    case .run, .verify, .rollback: "run" + poll
    case .session: "session" + poll
    case .tty: "tty"
    case .show: "show"
    case .manual: "manual"
    case .decide: "decide"
    }
  }

  static func duration(_ seconds: Int) -> Showable {
    if seconds % 3_600 == 0 { return "\(seconds / 3_600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}

extension Annotations {
  /// What is told, key by key; an empty object when nothing is.
  fileprivate var json: JSON {
    var members: [String: JSON] = [:]
    members["class"] = runClass.map { .string($0.rawValue) }
    switch confirmation {
    case .ask: members["confirm"] = true
    case .typed(let name): members["confirm"] = .string(name)
    case nil: break
    }
    members["estimateSeconds"] = estimateSeconds.map { .integer(Int64($0)) }
    members["timeoutSeconds"] = timeoutSeconds.map { .integer(Int64($0)) }
    members["graceSeconds"] = graceSeconds.map { .integer(Int64($0)) }
    members["directory"] = directory.map { .string($0.raw) }
    if !environment.isEmpty { members["environment"] = .array(environment.map { .string($0) }) }
    if !expectations.isEmpty {
      members["expect"] = .array(
        expectations.map { expectation in
          switch expectation {
          case .contains(let text): ["contains": .string(text.raw)]
          case .matches(let pattern): ["matches": .string(pattern.raw)]
          }
        })
    }
    if !exitCodes.isEmpty { members["exit"] = .array(exitCodes.map { .integer(Int64($0)) }) }
    if let poll {
      members["until"] = [
        "command": .string(poll.command.text.raw),
        "everySeconds": .integer(Int64(poll.everySeconds)),
        "forSeconds": .integer(Int64(poll.forSeconds)),
      ]
    }
    members["set"] = setsValue.map { .string($0) }
    if !secrets.isEmpty { members["secrets"] = .array(secrets.map { .string($0) }) }
    members["role"] = role.map { .string($0.rawValue) }
    for (key, isTold) in [
      ("danger", isDanger), ("optional", isOptional), ("repeat", isRepeatable),
    ] where isTold {
      members[key] = true
    }
    return .object(members)
  }

  fileprivate var planWords: [Showable] {
    var words: [Showable] = []
    for expectation in expectations {
      switch expectation {
      case .contains: words.append("expect text")
      case .matches: words.append("expect re")
      }
    }
    if !exitCodes.isEmpty { words.append("exit " + exitCodes.map { "\($0)" }.joined(",")) }
    if let timeoutSeconds { words.append("timeout \(Step.duration(timeoutSeconds))") }
    switch confirmation {
    case .typed(let name): words.append("confirm <\(Untrusted(name).showable)>")
    case .ask, nil: break
    }
    if let directory { words.append("in \(directory.showable)") }
    if !environment.isEmpty {
      words.append("env " + environment.map { Untrusted($0).showable }.joined(","))
    }
    if let setsValue { words.append("sets \(Untrusted(setsValue).showable)") }
    if !secrets.isEmpty {
      words.append("secret " + secrets.map { Untrusted($0).showable }.joined(","))
    }
    if let role { words.append("role " + role.word) }
    if isOptional { words.append("optional") }
    if isRepeatable { words.append("repeat") }
    return words
  }
}
