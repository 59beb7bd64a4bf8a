import TextGate

extension CommandRecord {
  var json: JSON {
    var m = Members()
    m["run"] = run?.hex
    m["step"] = step
    m["began"] = began?.hex
    m.text("command", command)
    m.text("directory", directory)
    m["started"] = started.iso8601
    m["ended"] = ended.iso8601
    switch outcome {
    case .exited(let code): m.integer("exit", code)
    case .signalled(let signal): m.integer("signal", signal)
    case .unknown: m.json["unknown"] = true
    }
    switch ending {
    case .byItself: break
    case .timedOut(let seconds):
      m["ending"] = "timed-out"
      m.integer("limitSeconds", seconds)
    case .stopped(let person, let signal):
      m["ending"] = "stopped"
      m.text("stoppedBy", person)
      m.integer("stopSignal", signal)
    case .lost: m["ending"] = "lost"
    }
    if let passed { m.json["passed"] = .bool(passed) }
    if !checks.isEmpty { m.json["checks"] = .array(checks.map(\.json)) }
    m.json["poll"] = poll?.json
    m.json["value"] = value?.json
    m.integer("process", process)
    m.text("host", host)
    m.integer("outputBytes", outputBytes)
    m["outputDigest"] = outputDigest
    m.text("output", output)
    if outputCut { m.json["outputCut"] = true }
    return .object(m.json)
  }

  init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let command = r.text("command"), let directory = r.text("directory"),
      let started = r.instant("started"), let ended = r.instant("ended"),
      let bytes = r.integer("outputBytes"), let digest = r.string("outputDigest"),
      let output = r.text("output"), let outcome = r.commandOutcome
    else { return nil }
    self.init(
      run: r.event("run"), step: r.string("step"), began: r.event("began"), command: command,
      directory: directory,
      started: started, ended: ended, outcome: outcome, ending: r.commandEnding,
      passed: json["passed"]?.bool,
      checks: json["checks"]?.array?.compactMap(OutputCheck.init(json:)) ?? [],
      poll: json["poll"].flatMap(PollRecord.init(json:)),
      value: json["value"].flatMap(CommandValue.init(json:)), process: r.integer("process"),
      host: r.text("host"), outputBytes: bytes, outputDigest: digest, output: output,
      outputCut: json["outputCut"]?.bool ?? false)
  }
}

extension BodyReader {
  fileprivate var commandOutcome: CommandOutcome? {
    if let code = integer("exit") { return .exited(code) }
    if let signal = integer("signal") { return .signalled(signal) }
    return json["unknown"]?.bool == true ? .unknown : nil
  }

  /// By itself where nothing is told, and where a newer program tells what this one cannot read.
  fileprivate var commandEnding: CommandEnding {
    switch string("ending") {
    case "timed-out": integer("limitSeconds").map { .timedOut(seconds: $0) } ?? .byItself
    case "stopped":
      if let person = text("stoppedBy"), let signal = integer("stopSignal") {
        .stopped(by: person, signal: signal)
      } else {
        .byItself
      }
    case "lost": .lost
    default: .byItself
    }
  }
}

extension OutputCheck {
  fileprivate var json: JSON {
    var m = Members()
    m.text("expected", expected)
    if isPattern { m.json["pattern"] = true }
    m.json["met"] = .bool(isMet)
    return .object(m.json)
  }

  fileprivate init?(json: JSON) {
    guard let expected = BodyReader(json: json).text("expected"), let isMet = json["met"]?.bool
    else { return nil }
    self.init(expected: expected, isPattern: json["pattern"]?.bool ?? false, isMet: isMet)
  }
}

extension PollRecord {
  fileprivate var json: JSON {
    var m = Members()
    m.text("command", command)
    m.integer("tries", tries)
    m.json["met"] = .bool(isMet)
    return .object(m.json)
  }

  fileprivate init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let command = r.text("command"), let tries = r.integer("tries"),
      let isMet = json["met"]?.bool
    else { return nil }
    self.init(command: command, tries: tries, isMet: isMet)
  }
}

extension CommandValue {
  fileprivate var json: JSON {
    var m = Members()
    m["name"] = name
    m.text("text", text)
    return .object(m.json)
  }

  fileprivate init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let name = r.string("name") else { return nil }
    self.init(name: name, text: r.text("text"))
  }
}
