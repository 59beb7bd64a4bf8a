import IncidentDomain
import TextGate

/// Everything that is known of an incident, as lines for people.
struct IncidentText {
  let incident: Incident
  let now: Instant
  let zone: ClockZone
  /// Where lines are wrapped; nil for nowhere.
  let columns: Int?
  /// What the policy in force says otherwise than the incident's copy.
  var policyChanges: [Showable] = []
  /// Who has it open in a console.
  var present: [Presence] = []
  /// What of it only this host has.
  var provisional = Provisional.nothing

  /// As many of the last entries are shown; `timeline` has them all.
  private static let lastEntries = 8

  var lines: [Showable] {
    let parts = [
      head, waiting, facts, moves, timers, clocks, people, decisions, runs, words, review,
      conflicts, last,
      heads,
    ]
    return Array(parts.filter { !$0.isEmpty }.joined(separator: [.empty]))
  }

  private var head: [Showable] {
    let drill: Showable = incident.isDrill ? "  DRILL" : ""
    return [
      "\(incident.name)  \(incident.severity.word)  \(standing)\(drill)", incident.title.showable,
    ]
  }

  /// What is not yet shared, and what may turn out otherwise when it is.
  private var waiting: [Showable] {
    guard provisional.count > 0 else { return [] }
    var lines: [Showable] = [
      "NOT YET SHARED: \(provisional.count) of its entries are kept on this host until the store is back"
    ]
    if provisional.number { lines.append("  provisional: its number may be another's by then") }
    let roles = provisional.roles.sorted().map(\.title)
    if !roles.isEmpty { lines.append("  provisional: \(roles.joined(", "))") }
    let steps = incident.runs.flatMap { run in
      run.start.steps.filter {
        provisional.steps.contains(Provisional.Step(run: run.id, step: $0.id))
      }.map { "step \($0.number.showableWord)" as Showable }
    }
    if !steps.isEmpty { lines.append("  provisional: \(steps.joined(", "))") }
    return lines
  }

  private var standing: Showable {
    switch incident.ending {
    case .cancelled(let reason): "cancelled (\(reason.word)), was in \(incident.phase.word)"
    case .merged(_, let number): "merged into INC-\(number), was in \(incident.phase.word)"
    case nil: incident.phase.word
    }
  }

  private var facts: [Showable] {
    var table = Table()
    func add(_ name: Showable, _ value: Showable?) {
      if let value { table.add(name, value) }
    }
    for (index, line) in (incident.impact?.showableLines ?? []).enumerated() {
      add(index == 0 ? "Impact" : "", line)
    }
    if incident.impact == nil { add("Impact", "not stated") }
    for running in incident.running {
      let command = running.start.command.showableLines.first ?? .empty
      add("Running", "\(running.place) since \(zone.text(ToldTime(running.since))): \(command)")
    }
    add("Commander", incident.commander?.showable ?? "NONE")
    if !incident.severityConfirmed { add("Severity", "not confirmed") }
    for milestone in Milestone.allCases {
      guard let time = incident.milestones[milestone] else { continue }
      let words = incident.milestoneTexts[milestone].map { "  \($0.showable)" as Showable }
      add(milestone.title, zone.text(time) + age(of: milestone, time) + (words ?? .empty))
    }
    add("Service", incident.service?.showable)
    add("Environment", incident.environment?.showable)
    add("Tier", incident.tier.map { "\($0)" })
    add("Type", incident.type?.showable)
    for (index, line) in incident.labelLines.enumerated() { add(index == 0 ? "Labels" : "", line) }
    if incident.runs.isEmpty { add("Runbook", incident.suggestedRunbook?.showable) }
    if let guidance = incident.policy.guidance {
      add("Escalation", guidance.escalation?.showable)
      add("Channel", guidance.channel?.showable)
      add("Document", guidance.document?.showable)
      add("Window", guidance.window.map { "declared while \($0.showable) was open" })
    }
    add("Policy", policyLine)
    for other in incident.absorbed { add("Took in", "INC-\(other.number)") }
    return table.lines(wrappedTo: columns)
  }

  private var policyLine: Showable {
    guard !policyChanges.isEmpty else { return "\(incident.policy.name.showable), as declared" }
    return
      "\(incident.policy.name.showable), as declared; the policy has moved on since: \(policyChanges.joined("; ")). This incident keeps its copy."
  }

  private func age(of milestone: Milestone, _ time: ToldTime) -> Showable {
    guard milestone == .declared, !incident.isOver else { return .empty }
    return ", \(Showable.clock(seconds: now.seconds(since: time.instant))) ago"
  }

  private var moves: [Showable] {
    var table = Table(indent: 2)
    for move in incident.possibleMoves {
      table.add(move.to.word, move.isLegal ? "legal" : "not yet", move.because)
    }
    return table.isEmpty ? [] : ["Moves"] + table.lines(wrappedTo: columns)
  }

  private var timers: [Showable] {
    var table = Table(indent: 2)
    for timer in incident.timers(at: now) {
      let subject = timer.subject.map { " \"\($0.showable)\"" as Showable } ?? .empty
      table.add(
        timer.summary(at: now) + subject, timer.isRunning ? "due \(zone.text(timer.due))" : "",
        timer.isRunning
          ? "\(timer.because); stopped by \(timer.stoppedBy)" : timer.because)
      if let consequence = timer.consequence { table.add("", "", "BREACHED: \(consequence)") }
      for entry in timer.history { table.add("", "", entry) }
    }
    return table.isEmpty ? [] : ["Timers"] + table.lines(wrappedTo: columns)
  }

  private var people: [Showable] {
    var table = Table(indent: 2)
    for (role, person) in incident.roles.sorted(by: { $0.key < $1.key }) {
      let tenure = incident.tenures[role].map {
        "since \(zone.text($0.since)), epoch \($0.epoch)" as Showable
      }
      table.add(role.title, incident.marked(person), tenure ?? .empty)
    }
    for other in incident.others { table.add(other.role.title, incident.marked(other.person)) }
    for (role, offer) in incident.offers.sorted(by: { $0.key < $1.key }) {
      table.add(role.title, "offered to \(offer.to.showable) by \(offer.from.showable)")
    }
    for presence in present {
      let idle = presence.idleMinutes(at: now).map { ", idle \($0) min" as Showable } ?? .empty
      table.add("Looks at it", incident.marked(presence.person), "\(presence.place)\(idle)")
    }
    for promise in incident.promises where promise.kept == nil {
      table.add(
        "Promise \(promise.id.short)",
        "\(promise.owner.showable), due \(zone.text(promise.due)): \(promise.text.showable)")
    }
    return table.isEmpty ? [] : ["People"] + table.lines(wrappedTo: columns)
  }

  private var clocks: [Showable] {
    let skews = incident.clockSkews
    return skews.isEmpty ? [] : ["Clocks"] + skews.map { "  \($0.sentence)" }
  }

  private var decisions: [Showable] {
    incident.deliberations.flatMap { meant -> [Showable] in
      ["Proposal \(meant.id.short)"] + meant.lines.map { "  \($0)" }
    }
  }

  private var runs: [Showable] {
    incident.runs.flatMap { run -> [Showable] in
      let count = run.count
      let standing: Showable =
        run.outcome.map(\.word) ?? "\(count.ended) of \(count.all) steps ended"
      let back: Showable = run.rollback == nil ? "" : ", rolling back"
      var table = Table(indent: 2)
      for step in run.start.steps { add(step, of: run, to: &table) }
      return ["Runbook  \(run.start.title.showable): \(standing)\(back)"]
        + table.lines(wrappedTo: columns)
    }
  }

  private func add(_ step: PlannedStep, of run: Run, to table: inout Table) {
    let progress = run.progress(step)
    let isNext = run.isOpen && step.id == run.nextStep?.id
    var time: Showable = ""
    if let elapsed = progress.elapsedSeconds(at: now) { time = .clock(seconds: elapsed) }
    if let estimate = step.estimateSeconds {
      let used: Showable = time.isEmpty ? "?" : time
      time = "\(used) / \(Showable.clock(seconds: estimate))"
    }
    var words: [Showable] = [step.title.showable]
    if case .decided(let answer, _) = progress.state { words.append("-> \(answer.showable)") }
    if let by = progress.by { words.append(by.showable) }
    if let note = progress.note { words.append(note.showable) }
    if let running = progress.running {
      words.append("RUNNING on \(running.host.showable) since \(zone.text(running.since))")
    }
    let isUnknown = progress.lost != nil
    table.add(
      isNext ? ">" : " ", step.number.showableWord,
      isUnknown ? "[?] OUTCOME UNKNOWN" : progress.state.label, time,
      words.joined("  "))
  }

  private var words: [Showable] {
    guard let update = incident.updates.last else { return [] }
    let kind: Showable = update.audience.map { "Last \($0.word) update" } ?? "Update skipped"
    return ["\(kind)  \(zone.text(update.at)) \(update.by.showable)"]
      + update.text.showableLines.map { "  \($0)" }
  }

  private var review: [Showable] {
    var table = Table(indent: 2)
    switch incident.postmortem {
    case .none: break
    case .draft(_, let at): table.add("Post-mortem", "draft of \(zone.text(at))")
    case .published(_, let at): table.add("Post-mortem", "published \(zone.text(at))")
    case .waived(let because, let at):
      table.add("Post-mortem", "waived \(zone.text(at)): \(because.showable)")
    }
    for item in incident.actions { table.add("Action \(item.id.short)", item.sentence) }
    for answer in incident.feedback {
      let text = answer.value.text.map { ": \($0.showable)" as Showable } ?? .empty
      table.add("Runbook feedback", "\(answer.value.verdict.word)\(text)")
    }
    return table.isEmpty ? [] : ["Review"] + table.lines(wrappedTo: columns)
  }

  private var conflicts: [Showable] {
    var table = Table(indent: 2)
    for conflict in incident.openConflicts {
      table.add(
        incident.subject(of: conflict), told(conflict.first),
        told(conflict.second) + " (holds now)")
    }
    return table.isEmpty
      ? []
      : [
        "CONFLICTS, for a person to settle: mayday settle \(incident.number) EVENT says which holds"
      ]
        + table.lines(wrappedTo: columns)
  }

  private func told(_ id: EventID) -> Showable {
    guard let event = incident.events.first(where: { $0.id == id }) else { return id.short }
    return "\(id.short) \(event.author.showable): \(incident.narrate(event))"
  }

  private var last: [Showable] {
    let pinned = incident.events.filter { incident.pins.contains($0.id) }
    let latest = incident.events.suffix(Self.lastEntries)
    var result: [Showable] = []
    if !pinned.isEmpty { result += ["Pinned"] + entries(pinned) + [.empty] }
    return result + ["Last entries"] + entries(Array(latest))
  }

  private func entries(_ events: [Event]) -> [Showable] {
    var table = Table(indent: 2)
    for event in events {
      let takenBack: Showable = incident.reversed.contains(event.id) ? "(taken back) " : ""
      table.add(
        zone.text(event.occurred), event.id.short, event.author.showable,
        takenBack + incident.narrate(event))
    }
    return table.lines(wrappedTo: columns)
  }

  private var heads: [Showable] {
    ["Heads"] + incident.heads.map { "  \($0.word)" }
  }
}

extension Milestone {
  fileprivate var title: Showable {
    switch self {
    case .started: "Started"
    case .detected: "Detected"
    case .declared: "Declared"
    case .acknowledged: "Acknowledged"
    case .mitigated: "Mitigated"
    case .recovered: "Recovered"
    case .resolved: "Resolved"
    }
  }
}

extension StepProgress.State {
  /// The sign of a step's state, in ASCII, with the word.
  fileprivate var label: Showable {
    switch self {
    case .todo: "[ ]"
    case .started: "[>] started"
    case .done: "[x] done"
    case .failed: "[!] FAILED"
    case .skipped: "[-] skipped"
    case .decided: "[x] decided"
    case .passedOver: "[-] passed over"
    }
  }
}

extension Incident.ActionItem {
  /// `open, bob, due 2018-10-30: add a witness`.
  var sentence: Showable {
    let state: Showable =
      switch outcome {
      case .done: "done"
      case .dropped: "dropped"
      case nil: "open"
      }
    return "\(state), \(owner.showable), due \(ToldTime(due, .day).showable): \(text.showable)"
  }
}
