import IncidentDomain
import Journal
import Testing
import TextGate

/// The five incidents of Fixtures, told through every phase. People, runbooks and reviews are made up.
enum RealIncidents {
  static let names = [
    "2018-10-21_github_database_partition", "2021-12-10_dfds_log4shell",
    "2025-10-21_posthog_redis_overload", "2025-10-28_posthog_crash_loops",
    "2025-11-18_cloudflare_bot_management_file",
  ]

  static func tell(_ name: String) throws -> Teller { try #require(told[name]).get() }

  /// Each is told once for all tests.
  private static let told: [String: Result<Teller, any Error>] = [
    names[0]: Result { try github() }, names[1]: Result { try dfds() },
    names[2]: Result { try redis() }, names[3]: Result { try crashLoops() },
    names[4]: Result { try cloudflare() },
  ]

  /// A day of work: late targets, promises, hand-over of the command, public updates.
  static func github() throws -> Teller {
    var t = try Teller(names[0], severity: .sev2, declared: 4, number: 1021, by: .rosa) {
      $0.started = $1[0].time
      $0.detected = $1[1].time
      $0.service = "mysql"
      $0.tier = 1
    }
    for index in 0...3 { try t.fact(index, by: index == 3 ? .timo : .rosa) }
    try t.tell(.pin(try t.fact(0 + 4, by: .rosa), true), by: .rosa)
    t.wait(until: 5)
    try t.tell(.acknowledge, by: .ines, at: t.facts[5].time)
    try t.tell(.assign(.commander, "ines"), by: .ines)
    try t.tell(.move(to: .triage, because: nil, overriding: false), by: .ines)
    let red = try t.fact(6, by: .ines)
    try t.tell(.setSeverity(.sev1, because: "several clusters are affected"), by: .ines)
    try t.tell(
      .stateImpact("Writes of a few seconds are on one coast only\nreads are stale, hooks paused"),
      by: .ines)
    try t.tell(.publishUpdate("We are investigating errors and stale data.", .public), by: .ines)
    try t.tell(.escalate(level: 3, because: "database engineers are needed"), by: .ines)
    try t.tell(.pin(red, true), by: .ines)
    try t.fact(7, by: .timo)
    try t.tell(.move(to: .mitigation, because: nil, overriding: false), by: .ines)
    let plan = try t.fact(8, by: .timo)
    try t.tell(.pin(plan, true), by: .ines)
    try t.tell(.skipUpdate(because: "the plan is being agreed, nothing to tell yet"), by: .ines)
    try t.fact(9, by: .timo)
    t.wait(until: 10)
    try t.tell(.publishUpdate(t.facts[10].text, .public), by: .ines, at: t.facts[10].time)
    try t.tell(.promise("recovery in about two hours", due: t.now + 7200), by: .ines)
    try t.tell(.offer(.commander, to: "timo", brief: "Restores run. Next: fall back."), by: .ines)
    try t.tell(.accept(.commander), by: .timo)
    for index in 11...13 { try t.fact(index, by: .timo) }
    t.wait(until: 14)
    try t.tell(
      .move(to: .resolution, because: t.facts[14].text, overriding: false), by: .timo,
      at: t.facts[14].time)
    let backlog = try t.fact(15, by: .rosa)
    try t.tell(
      .correct(backlog, text: "Backlog processing starts; about 200,000 hooks had expired."),
      by: .rosa, after: 600)
    t.wait(until: 16)
    try t.tell(
      .move(to: .postmortem, because: t.facts[16].text, overriding: false), by: .timo,
      at: t.facts[16].time)
    try review(&t, .wrong, "the failover runbook knows one site only")
    return t
  }

  /// Weeks, told partly as days and out of order, recorded late; nobody knew when it began.
  static func dfds() throws -> Teller {
    var t = try Teller(names[1], severity: .sev2, declared: 1, number: 211, by: .rosa) {
      $0.started = $1[0].time
      $0.type = "security"
    }
    try t.fact(0, by: .rosa)
    for index in 2...4 { try t.fact(index, by: index == 2 ? .timo : .rosa) }
    try t.tell(.acknowledge, by: .rosa)
    try t.tell(.move(to: .triage, because: nil, overriding: false), by: .rosa)
    try t.tell(.setSeverity(.sev2, because: nil), by: .rosa)
    for index in 5...11 { try t.fact(index, by: index % 2 == 0 ? .timo : .rosa) }
    try t.tell(
      .stateImpact("Java services may run code of strangers; none known to be used"), by: .timo)
    t.wait(until: 12)
    try t.tell(.assign(.commander, "ines"), by: .ines, at: t.facts[12].time)
    try t.fact(12, by: .ines)
    try t.tell(.acknowledge, by: .ines)
    try t.tell(.move(to: .mitigation, because: nil, overriding: false), by: .ines)
    for index in 13...16 { try t.fact(index, by: .timo) }
    let terminated = try t.fact(17, by: .ines)
    try t.tell(.pin(terminated, true), by: .ines)
    try t.fact(18, by: .ines)
    try t.fact(19, by: .timo)
    t.wait(until: 20)
    try t.tell(
      .move(to: .resolution, because: "every team has patched or deleted", overriding: false),
      by: .ines, at: t.facts[20].time)
    try t.tell(
      .move(to: .postmortem, because: t.facts[20].text, overriding: false), by: .ines,
      at: t.facts[20].time)
    try review(&t, .missing, "no runbook for searching a library across the estate")
    return t
  }

  /// A runbook that led to a rollback that did not help, with commands and their output.
  static func redis() throws -> Teller {
    var t = try Teller(names[2], severity: .sev2, declared: 1, number: 77, by: .timo) {
      $0.started = $1[0].time
      $0.detected = $1[1].time
      $0.service = "feature-flags"
      $0.runbook = "flags/rollback.md"
    }
    try t.fact(0, by: .timo)
    try t.tell(.acknowledge, by: .timo)
    try t.tell(.move(to: .triage, because: nil, overriding: false), by: .timo)
    let run = try #require(try t.tell(.startRun(rollbackBook), by: .timo).first?.id)
    try t.tell(.moveStep(run: run, step: "1", .started, takingOver: false), by: .timo)
    try t.tell(.record(command(run, "which", t.now)), by: .timo, after: 4)
    try t.tell(.moveStep(run: run, step: "1", .done(note: nil), takingOver: false), by: .timo)
    t.wait(until: 2)
    try t.tell(
      .moveStep(run: run, step: "2", .started, takingOver: false), by: .timo, at: t.facts[2].time)
    try t.tell(.record(failing(run, t.now)), by: .timo, after: 9)
    try t.tell(
      .moveStep(run: run, step: "2", .failed(note: "error rate does not fall"), takingOver: false),
      by: .timo)
    try t.tell(
      .moveStep(
        run: run, step: "3", .skipped(because: "the rollback did not help"), takingOver: false),
      by: .timo)
    try t.tell(.endRun(run: run, .abandoned, because: "the cause lies elsewhere"), by: .timo)
    for index in 3...5 { try t.fact(index, by: .timo) }
    try t.tell(.setSeverity(.sev2, because: nil), by: .ines)
    try t.tell(.stateImpact("Flags answer slowly or not; ~30 % of requests fail"), by: .ines)
    try t.tell(
      .move(to: .mitigation, because: "the one on call is working on it alone", overriding: true),
      by: .ines)
    try t.tell(.publishUpdate("Feature flags are slow.", .public), by: .ines)
    for index in 6...7 { try t.tell(.pin(try t.fact(index, by: .ines), true), by: .ines) }
    try t.tell(.record(stray(t.now)), by: .ines)
    t.wait(until: 8)
    try t.tell(
      .move(to: .resolution, because: t.facts[8].text, overriding: false), by: .ines,
      at: t.facts[8].time)
    t.wait(until: 9)
    try t.tell(
      .move(to: .postmortem, because: t.facts[9].text, overriding: false), by: .ines,
      at: t.facts[9].time)
    try review(&t, .wrong, "the rollback runbook should look at the cache first")
    return t
  }

  /// A runbook walked to its end, with a decision; taken-back entries; a lost link.
  static func crashLoops() throws -> Teller {
    var t = try Teller(names[3], severity: .sev2, declared: 4, number: 78, by: .timo) {
      $0.started = $1[0].time
      $0.detected = $1[2].time
      $0.service = "feature-flags"
      $0.environment = "us"
    }
    for index in 0...3 { try t.fact(index, by: .timo) }
    try t.tell(.acknowledge, by: .timo)
    try t.tell(.assign(.commander, "timo"), by: .timo)
    try t.tell(.move(to: .triage, because: nil, overriding: false), by: .timo)
    let wrong = try t.tell(.note("rm -rf is not a note"), by: .timo)
    try t.tell(.reverse(wrong.map(\.id)), by: .timo, after: 5)
    for index in 5...7 { try t.fact(index, by: .timo) }
    try t.tell(.setSeverity(.sev1, because: "a third of the requests fail"), by: .timo)
    try t.tell(.stateImpact(t.facts[7].text), by: .timo)
    try t.tell(.move(to: .mitigation, because: nil, overriding: false), by: .timo)
    try t.tell(.pin(try t.fact(8, by: .timo), true), by: .timo)
    let run = try #require(try t.tell(.startRun(scaleBook), by: .timo).first?.id)
    // The link between two jump hosts is lost: each side names a commander.
    var other = t
    try t.tell(
      .takeOver(.commander, to: "ines", epoch: nil, because: "timo cannot be reached"), by: .ines)
    try other.tell(
      .takeOver(.commander, to: "rosa", epoch: nil, because: "timo cannot be reached"), by: .rosa,
      after: 45)
    t.add(other.incident.events)
    t.wait(seconds: 60)
    try t.tell(
      .takeOver(.commander, to: "ines", epoch: nil, because: "one of us is enough"), by: .ines)
    t.wait(until: 9)
    try t.tell(
      .moveStep(run: run, step: "1", .decided(answer: "yes", goTo: nil), takingOver: false),
      by: .ines, at: t.facts[9].time)
    try t.tell(.moveStep(run: run, step: "3", .started, takingOver: false), by: .ines)
    t.wait(until: 10)
    try t.tell(
      .moveStep(run: run, step: "3", .done(note: t.facts[10].text), takingOver: false), by: .ines,
      at: t.facts[10].time)
    try t.fact(11, by: .timo)
    try t.tell(.publishUpdate("US flags are down; we bring them back slowly.", .public), by: .ines)
    try t.tell(.moveStep(run: run, step: "V1", .started, takingOver: false), by: .timo)
    t.wait(until: 12)
    try t.tell(
      .moveStep(run: run, step: "V1", .done(note: t.facts[12].text), takingOver: false), by: .timo,
      at: t.facts[12].time)
    try t.tell(.endRun(run: run, .finished, because: nil), by: .ines)
    t.wait(until: 13)
    try t.tell(
      .move(to: .resolution, because: t.facts[13].text, overriding: false), by: .ines,
      at: t.facts[13].time)
    t.wait(until: 14)
    try t.tell(
      .move(to: .postmortem, because: t.facts[14].text, overriding: false), by: .ines,
      at: t.facts[14].time)
    try review(&t, .used, nil)
    return t
  }

  /// Everything on time, hostile text in between, a drill, and a review still to be written.
  static func cloudflare() throws -> Teller {
    var t = try Teller(names[4], severity: .sev1, declared: 5, number: 1118, by: .ines) {
      $0.started = $1[2].time
      $0.detected = $1[3].time
      $0.isDrill = true
    }
    for index in 0...4 { try t.fact(index, by: .ines) }
    try t.tell(.acknowledge, by: .ines)
    try t.tell(.assign(.commander, "ines"), by: .ines)
    try t.tell(.assign(.communications, "rosa | <b>`x`</b>"), by: .ines)
    try t.tell(.move(to: .triage, because: nil, overriding: false), by: .ines)
    try t.tell(.setSeverity(.sev1, because: nil), by: .ines)
    try t.tell(.stateImpact("HTTP errors for <everyone>; see https://status.example"), by: .ines)
    try t.tell(.move(to: .mitigation, because: nil, overriding: false), by: .ines)
    for minute in stride(from: 15, through: 75, by: 15) {
      t.wait(seconds: 14 * 60)
      try t.tell(.publishUpdate(Untrusted("No change after \(minute) min."), .public), by: .rosa)
    }
    let shrinks = try t.fact(6, by: .timo)
    try t.tell(.correct(shrinks, text: nil), by: .timo, at: ToldTime(t.facts[6].time.instant - 60))
    try t.tell(
      .note("\u{1B}]0;pwned\u{7} [click](javascript:alert) ![x](http://x.example) @everyone"),
      by: .timo)
    try t.tell(.note("# not a heading\n- not a list\n\n```\nnot a fence\n    end"), by: .timo)
    for index in 7...9 { try t.fact(index, by: .timo) }
    t.wait(until: 10)
    try t.tell(
      .move(to: .resolution, because: t.facts[10].text, overriding: false), by: .ines,
      at: t.facts[10].time)
    t.wait(until: 11)
    try t.tell(
      .move(to: .postmortem, because: t.facts[11].text, overriding: false), by: .ines,
      at: t.facts[11].time)
    return t
  }

  private static func review(
    _ t: inout Teller, _ verdict: FeedbackVerdict, _ text: Untrusted?
  ) throws {
    t.wait(seconds: 86_400)
    // A fixed text, so that a change of the draft's wording changes no hash of these stories.
    try t.tell(.savePostmortem("What we learned."), by: .rosa)
    try t.tell(.giveFeedback(verdict, text: text), by: .timo)
    let action = try t.tell(
      .addAction("Alert before the limit is reached", owner: "timo", due: t.now + 7 * 86_400),
      by: .rosa)
    try t.tell(
      .addAction("Rehearse the failover", owner: "ines", due: t.now + 30 * 86_400), by: .rosa)
    t.wait(seconds: 86_400)
    try t.tell(.publishPostmortem(nil), by: .rosa)
    try t.tell(.move(to: .documentation, because: nil, overriding: false), by: .rosa)
    try t.tell(.move(to: .closed, because: nil, overriding: false), by: .rosa)
    try t.tell(.settleAction(try #require(action.first?.id), .done, because: nil), by: .timo)
  }

  static let rollbackBook = RunStart(
    runbook: "flags/rollback.md", title: "Roll back the flag service",
    digest: EventID.sha256(of: Array("# Roll back\n".utf8)).hex, source: "# Roll back\n",
    steps: [
      PlannedStep(
        id: "which", number: "1", title: "Which version runs?", kind: .run,
        command: "kubectl get deploy flags -o wide", estimateSeconds: 30),
      PlannedStep(
        id: "undo", number: "2", title: "Undo the rollout", kind: .run,
        command: "kubectl rollout undo deploy/flags", estimateSeconds: 300),
      PlannedStep(id: "watch", number: "3", title: "Watch the error rate", kind: .manual),
      PlannedStep(
        id: "back", number: "R1", title: "Roll forward again", kind: .rollback, part: .rollback),
    ])

  static let scaleBook = RunStart(
    runbook: "flags/scale.md", title: "Stop a rollout and scale down",
    digest: EventID.sha256(of: Array("# Scale\n".utf8)).hex, source: "# Scale\n",
    steps: [
      PlannedStep(
        id: "ask", number: "1", title: "Does the shared cache suffer?", kind: .decide,
        choices: [
          PlannedChoice(label: "Yes", goTo: "zero"), PlannedChoice(label: "No", goTo: "half"),
        ]),
      PlannedStep(id: "half", number: "2", title: "Scale to one half", kind: .manual),
      PlannedStep(
        id: "zero", number: "3", title: "Scale to zero", kind: .manual, estimateSeconds: 600),
      PlannedStep(
        id: "stable", number: "V1", title: "Stable pods return", kind: .verify,
        estimateSeconds: 1200, part: .verification),
    ])

  private static func command(_ run: EventID, _ step: String, _ now: Instant) -> CommandRecord {
    let output = "NAME   READY  IMAGE\nflags  3/3    flags:2025-10-21.2\n"
    return CommandRecord(
      run: run, step: step, command: "kubectl get deploy flags -o wide", directory: "/home/oncall",
      started: now, ended: now + 2, outcome: .exited(0), outputBytes: output.utf8.count,
      outputDigest: EventID.sha256(of: Array(output.utf8)).hex, output: Untrusted(output),
      outputCut: false)
  }

  private static func failing(_ run: EventID, _ now: Instant) -> CommandRecord {
    let lines = (1...60).map { "Waiting for rollout to finish: \($0) of 60 pods updated…\n" }
    let output = "```\n" + lines.joined() + "error: deadline exceeded\u{1B}[0m\n"
    return CommandRecord(
      run: run, step: "undo",
      command: "kubectl rollout undo deploy/flags &&\n  kubectl rollout status deploy/flags",
      directory: "/home/oncall", started: now, ended: now + 8, outcome: .exited(1),
      outputBytes: output.utf8.count, outputDigest: EventID.sha256(of: Array(output.utf8)).hex,
      output: Untrusted(output), outputCut: true)
  }

  private static func stray(_ now: Instant) -> CommandRecord {
    CommandRecord(
      run: nil, step: nil, command: "redis-cli info memory | grep `hostname`",
      directory: "/tmp", started: now, ended: now + 1, outcome: .signalled(9), outputBytes: 0,
      outputDigest: EventID.sha256(of: []).hex, output: "", outputCut: false)
  }
}
