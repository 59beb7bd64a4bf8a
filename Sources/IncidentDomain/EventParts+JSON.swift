import TextGate

extension Declaration {
  var json: JSON {
    var m = Members()
    m.integer("number", number)
    m.text("title", title)
    m.integer("severity", severity.rawValue)
    m.text("type", type)
    m.text("service", service)
    m.text("environment", environment)
    m.integer("tier", tier)
    m.text("impact", impact)
    m.time("started", started)
    m.time("detected", detected)
    m.text("runbook", runbook)
    // Left out when there are none: an event without labels keeps the form and the id it always had.
    if !labels.isEmpty { m.json["labels"] = .object(labels.mapValues { .string($0.raw) }) }
    if isDrill { m.json["drill"] = true }
    m.json["policy"] = policy.json
    return .object(m.json)
  }

  init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let number = r.integer("number"), let title = r.text("title"),
      let severity = r.severity("severity"), let policy = json["policy"].flatMap(Policy.init(json:))
    else { return nil }
    self.init(
      number: number, title: title, severity: severity, type: r.text("type"),
      service: r.text("service"), environment: r.text("environment"), tier: r.integer("tier"),
      impact: r.text("impact"), started: r.time("started"), detected: r.time("detected"),
      runbook: r.text("runbook"),
      labels: (json["labels"]?.object ?? [:]).compactMapValues { value in
        value.string.map { Untrusted($0) }
      },
      isDrill: json["drill"]?.bool ?? false, policy: policy)
  }
}

extension Members {
  mutating func time(_ key: String, _ value: ToldTime?) {
    self[key] = value?.instant.iso8601
    if let value, value.precision != .second { self[key + "Precision"] = value.precision.rawValue }
  }
}

extension RunStart {
  var json: JSON {
    [
      "runbook": .string(runbook.raw), "title": .string(title.raw), "digest": .string(digest),
      "source": .string(source.raw), "steps": .array(steps.map(\.json)),
    ]
  }

  init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let runbook = r.text("runbook"), let title = r.text("title"),
      let digest = r.string("digest"), let source = r.text("source"),
      let values = json["steps"]?.array
    else { return nil }
    let steps = values.compactMap(PlannedStep.init(json:))
    guard steps.count == values.count else { return nil }
    self.init(runbook: runbook, title: title, digest: digest, source: source, steps: steps)
  }
}

extension PlannedStep {
  var json: JSON {
    var m = Members()
    m["id"] = id
    m["number"] = number
    m.text("title", title)
    m["kind"] = kind.rawValue
    m.text("command", command)
    if !placeholders.isEmpty { m.json["placeholders"] = .strings(placeholders) }
    m.integer("estimateSeconds", estimateSeconds)
    if !choices.isEmpty {
      m.json["choices"] = .array(
        choices.map { choice in
          var c = Members()
          c.text("label", choice.label)
          c["goTo"] = choice.goTo
          return .object(c.json)
        })
    }
    if isOptional { m.json["optional"] = true }
    if isRepeatable { m.json["repeat"] = true }
    m["role"] = role?.rawValue
    if part != .procedure { m["part"] = part.rawValue }
    return .object(m.json)
  }

  init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let id = r.string("id"), let number = r.string("number"), let title = r.text("title"),
      let kind = r.word("kind", StepKind.init(rawValue:))
    else { return nil }
    self.init(
      id: id, number: number, title: title, kind: kind, command: r.text("command"),
      placeholders: json["placeholders"]?.array?.compactMap(\.string) ?? [],
      estimateSeconds: r.integer("estimateSeconds"),
      choices: json["choices"]?.array?.compactMap { choice in
        BodyReader(json: choice).text("label").map {
          PlannedChoice(label: $0, goTo: choice["goTo"]?.string)
        }
      } ?? [],
      isOptional: json["optional"]?.bool ?? false,
      isRepeatable: json["repeat"]?.bool ?? false, role: r.word("role", Role.init(rawValue:)),
      part: r.word("part", Part.init(rawValue:)) ?? .procedure)
  }
}

extension CommandStart {
  var json: JSON {
    var m = Members()
    m["run"] = run?.hex
    m["step"] = step
    m.text("command", command)
    m.text("directory", directory)
    m.integer("process", process)
    m["session"] = session
    return .object(m.json)
  }

  init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let command = r.text("command"), let directory = r.text("directory"),
      let process = r.integer("process"),
      let session = r.string("session")
    else { return nil }
    // Both, or neither for a command outside a runbook.
    guard (r.event("run") == nil) == (r.string("step") == nil) else { return nil }
    self.init(
      run: r.event("run"), step: r.string("step"), command: command, directory: directory,
      process: process, session: session)
  }
}
