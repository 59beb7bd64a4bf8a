import TextGate

extension EventBody {
  /// The name of the kind in the record.
  public var kind: String {
    switch self {
    case .declared: "declared"
    case .acknowledged: "acknowledged"
    case .phaseMoved: "phase"
    case .severitySet: "severity"
    case .impactStated: "impact"
    case .milestoneReached: "milestone"
    case .roleAssigned: "role"
    case .roleTakenOver: "role-taken"
    case .roleVacated: "role-vacated"
    case .roleOffered: "handoff"
    case .roleAccepted: "handoff-accepted"
    case .roleDeclined: "handoff-declined"
    case .promiseMade: "promise"
    case .promiseKept: "promise-kept"
    case .proposalMade: "proposal"
    case .proposalAnswered: "proposal-answer"
    case .proposalSettled: "proposal-settled"
    case .noted: "note"
    case .corrected: "correction"
    case .pinned: "pin"
    case .updatePublished: "update"
    case .updateSkipped: "update-skipped"
    case .updateSnoozed: "update-snoozed"
    case .escalated: "escalation"
    case .cancelled: "cancelled"
    case .merged: "merged"
    case .absorbed: "absorbed"
    case .unmerged: "unmerged"
    case .renumbered: "renumbered"
    case .settled: "settled"
    case .runStarted: "run"
    case .stepMoved: "step"
    case .commandBegan: "command-began"
    case .commandNotStarted: "command-not-started"
    case .commandRan: "command"
    case .runRevised: "run-revised"
    case .rollbackStarted: "rollback"
    case .runEnded: "run-ended"
    case .postmortemSaved: "postmortem-draft"
    case .postmortemPublished: "postmortem-published"
    case .postmortemWaived: "postmortem-waived"
    case .actionAdded: "action"
    case .actionSettled: "action-settled"
    case .feedbackGiven: "feedback"
    case .clockStepped: "clock-step"
    case .reversed: "reversal"
    case .round(let change): change.kind
    case .unknown(let kind): kind
    }
  }

  /// The body's members; unknown is absent, never null.
  var json: JSON {
    var m = Members()
    switch self {
    case .declared(let declaration): return declaration.json
    case .acknowledged, .unmerged, .unknown: break
    case .settled(let side): m["holds"] = side.hex
    case .renumbered(let number): m.integer("number", number)
    case .phaseMoved(let move):
      m["from"] = move.from.rawValue
      m["to"] = move.to.rawValue
      m.text("because", move.because)
      if !move.overridden.isEmpty { m.json["overridden"] = .strings(move.overridden) }
    case .severitySet(let from, let to, let because):
      m.integer("from", from.rawValue)
      m.integer("to", to.rawValue)
      m.text("because", because)
    case .impactStated(let text), .noted(let text), .postmortemSaved(let text),
      .postmortemPublished(let text):
      m.text("text", text)
    case .milestoneReached(let milestone, let text):
      m["milestone"] = milestone.rawValue
      m.text("text", text)
    case .roleAssigned(let role, let person), .roleVacated(let role, let person):
      m["role"] = role.rawValue
      m.text("person", person)
    case .roleTakenOver(let taking):
      m["role"] = taking.role.rawValue
      m.text("from", taking.from)
      m.text("person", taking.to)
      m.text("because", taking.because)
    case .roleOffered(let role, let person, let brief):
      m["role"] = role.rawValue
      m.text("to", person)
      m.text("brief", brief)
    case .roleAccepted(let role), .roleDeclined(let role): m["role"] = role.rawValue
    case .promiseMade(let text, let due):
      m.text("text", text)
      m["due"] = due.iso8601
    case .promiseKept(let event): m["promise"] = event.hex
    case .proposalMade(let proposal): return proposal.json
    case .proposalAnswered(let proposal, let objects, let because):
      m["proposal"] = proposal.hex
      m.json["objects"] = .bool(objects)
      m.text("because", because)
    case .proposalSettled(let proposal, let outcome, let because):
      m["proposal"] = proposal.hex
      m["outcome"] = outcome.rawValue
      m.text("because", because)
    case .corrected(let event, let text):
      m["event"] = event.hex
      m.text("text", text)
    case .pinned(let event, let isPinned):
      m["event"] = event.hex
      m.json["pinned"] = .bool(isPinned)
    case .updatePublished(let text, let audience):
      m.text("text", text)
      m["audience"] = audience.rawValue
    case .updateSkipped(let because), .postmortemWaived(let because): m.text("because", because)
    case .updateSnoozed(let until, let because):
      m["until"] = until.iso8601
      m.text("because", because)
    case .escalated(let level, let because):
      m.integer("level", level)
      m.text("because", because)
    case .cancelled(let reason, let because):
      m["reason"] = reason.rawValue
      m.text("because", because)
    case .merged(let other, let number):
      m["into"] = other.hex
      m.integer("number", number)
    case .absorbed(let other, let number):
      m["other"] = other.hex
      m.integer("number", number)
    case .runStarted(let start): return start.json
    case .stepMoved(let run, let step, let move):
      m["run"] = run.hex
      m["step"] = step
      m["move"] = move.word
      switch move {
      case .started: break
      case .takenOver(let from, let because):
        m.text("from", from)
        m.text("because", because)
      case .done(let note), .failed(let note): m.text("note", note)
      case .skipped(let because): m.text("because", because)
      case .decided(let answer, let goTo):
        m.text("answer", answer)
        m["goTo"] = goTo
      }
    case .commandBegan(let start): return start.json
    case .commandNotStarted(let run, let step, let began, let because):
      m["run"] = run?.hex
      m["step"] = step
      m["began"] = began?.hex
      m.text("because", because)
    case .commandRan(let record): return record.json
    case .runRevised(let run, let start):
      m["run"] = run.hex
      m.json["start"] = start.json
    case .rollbackStarted(let run, let because):
      m["run"] = run.hex
      m.text("because", because)
    case .runEnded(let run, let outcome, let because):
      m["run"] = run.hex
      m["outcome"] = outcome.rawValue
      m.text("because", because)
    case .actionAdded(let text, let owner, let due):
      m.text("text", text)
      m.text("owner", owner)
      m["due"] = due.iso8601
    case .actionSettled(let action, let outcome, let because):
      m["action"] = action.hex
      m["outcome"] = outcome.rawValue
      m.text("because", because)
    case .feedbackGiven(let verdict, let text):
      m["verdict"] = verdict.rawValue
      m.text("text", text)
    case .clockStepped(let step): return step.json
    case .round(let change): return change.json
    case .reversed(let events): m.json["events"] = .strings(events.map(\.hex))
    }
    return .object(m.json)
  }

  /// Reads a body; a kind or form this program does not know becomes ``unknown(kind:)``.
  init(kind: String, json: JSON) {
    self = Self.known(kind: kind, BodyReader(json: json)) ?? .unknown(kind: kind)
  }

  private static func known(kind: String, _ r: BodyReader) -> EventBody? {
    switch kind {
    case "declared": return Declaration(json: r.json).map(EventBody.declared)
    case "acknowledged": return .acknowledged
    case "phase":
      guard let from = r.word("from", Phase.init(rawValue:)),
        let to = r.word("to", Phase.init(rawValue:))
      else { return nil }
      return .phaseMoved(
        PhaseMove(
          from: from, to: to, because: r.text("because"),
          overridden: r.json["overridden"]?.array?.compactMap(\.string) ?? []))
    case "severity":
      guard let from = r.severity("from"), let to = r.severity("to") else { return nil }
      return .severitySet(from: from, to: to, because: r.text("because"))
    case "impact": return r.text("text").map(EventBody.impactStated)
    case "note": return r.text("text").map(EventBody.noted)
    case "postmortem-draft": return r.text("text").map(EventBody.postmortemSaved)
    case "postmortem-published": return r.text("text").map(EventBody.postmortemPublished)
    case "milestone":
      return r.word("milestone", Milestone.init(rawValue:)).map {
        .milestoneReached($0, text: r.text("text"))
      }
    case "role", "role-vacated":
      guard let role = r.role, let person = r.text("person") else { return nil }
      return kind == "role" ? .roleAssigned(role, person) : .roleVacated(role, person)
    case "role-taken":
      guard let role = r.role, let from = r.text("from"), let to = r.text("person"),
        let because = r.text("because")
      else { return nil }
      return .roleTakenOver(RoleTakeOver(role: role, from: from, to: to, because: because))
    case "handoff":
      guard let role = r.role, let person = r.text("to"), let brief = r.text("brief") else {
        return nil
      }
      return .roleOffered(role, to: person, brief: brief)
    case "handoff-accepted": return r.role.map(EventBody.roleAccepted)
    case "handoff-declined": return r.role.map(EventBody.roleDeclined)
    case "promise":
      guard let text = r.text("text"), let due = r.instant("due") else { return nil }
      return .promiseMade(text, due: due)
    case "promise-kept": return r.event("promise").map(EventBody.promiseKept)
    case "proposal": return Proposal(json: r.json).map(EventBody.proposalMade)
    case "proposal-answer":
      guard let proposal = r.event("proposal"), let objects = r.json["objects"]?.bool else {
        return nil
      }
      return .proposalAnswered(proposal, objects: objects, because: r.text("because"))
    case "proposal-settled":
      guard let proposal = r.event("proposal"),
        let outcome = r.word("outcome", ProposalOutcome.init(rawValue:))
      else { return nil }
      return .proposalSettled(proposal, outcome, because: r.text("because"))
    case "correction": return r.event("event").map { .corrected($0, text: r.text("text")) }
    case "pin":
      guard let event = r.event("event"), let isPinned = r.json["pinned"]?.bool else { return nil }
      return .pinned(event, isPinned)
    case "update":
      guard let text = r.text("text"), let audience = r.word("audience", Audience.init(rawValue:))
      else { return nil }
      return .updatePublished(text, audience)
    case "update-skipped": return r.text("because").map { .updateSkipped(because: $0) }
    case "update-snoozed":
      guard let until = r.instant("until"), let because = r.text("because") else { return nil }
      return .updateSnoozed(until: until, because: because)
    case "round", "round-done", "round-undone", "round-declared":
      return RoundEvent(kind: kind, r).map(EventBody.round)
    case "clock-step": return ClockStep(json: r.json).map(EventBody.clockStepped)
    case "postmortem-waived": return r.text("because").map { .postmortemWaived(because: $0) }
    case "escalation":
      return r.integer("level").map { .escalated(level: $0, because: r.text("because")) }
    case "cancelled":
      return r.word("reason", CancelReason.init(rawValue:)).map {
        .cancelled($0, because: r.text("because"))
      }
    case "merged":
      guard let other = r.event("into"), let number = r.integer("number") else { return nil }
      return .merged(into: other, number: number)
    case "absorbed":
      guard let other = r.event("other"), let number = r.integer("number") else { return nil }
      return .absorbed(other, number: number)
    case "unmerged": return .unmerged
    case "settled": return r.event("holds").map(EventBody.settled)
    case "renumbered":
      return r.integer("number").flatMap { $0 > 0 ? .renumbered($0) : nil }
    case "run": return RunStart(json: r.json).map(EventBody.runStarted)
    case "step":
      guard let run = r.event("run"), let step = r.string("step"), let move = r.stepMove else {
        return nil
      }
      return .stepMoved(run: run, step: step, move)
    case "command-began": return CommandStart(json: r.json).map(EventBody.commandBegan)
    case "command-not-started":
      let (run, step, began) = (r.event("run"), r.string("step"), r.event("began"))
      guard let why = r.text("because"), run != nil && step != nil || began != nil else {
        return nil
      }
      return .commandNotStarted(run: run, step: step, began: began, because: why)
    case "command": return CommandRecord(json: r.json).map(EventBody.commandRan)
    case "run-revised":
      guard let run = r.event("run"), let start = r.json["start"].flatMap(RunStart.init(json:))
      else { return nil }
      return .runRevised(run: run, start)
    case "rollback":
      return r.event("run").map { .rollbackStarted(run: $0, because: r.text("because")) }
    case "run-ended":
      guard let run = r.event("run"), let outcome = r.word("outcome", RunOutcome.init(rawValue:))
      else { return nil }
      return .runEnded(run: run, outcome, because: r.text("because"))
    case "action":
      guard let text = r.text("text"), let owner = r.text("owner"), let due = r.instant("due")
      else { return nil }
      return .actionAdded(text, owner: owner, due: due)
    case "action-settled":
      guard let action = r.event("action"),
        let outcome = r.word("outcome", ActionOutcome.init(rawValue:))
      else { return nil }
      return .actionSettled(action, outcome, because: r.text("because"))
    case "feedback":
      return r.word("verdict", FeedbackVerdict.init(rawValue:)).map {
        .feedbackGiven($0, text: r.text("text"))
      }
    case "reversal":
      guard let values = r.json["events"]?.array else { return nil }
      let ids = values.compactMap { $0.string.flatMap { EventID(hex: $0) } }
      return ids.count == values.count ? .reversed(ids) : nil
    default: return nil
    }
  }
}

/// Collects the members of a body.
struct Members {
  var json: [String: JSON] = [:]

  subscript(_ key: String) -> String? {
    get { json[key]?.string }
    set { json[key] = newValue.map(JSON.string) }
  }

  mutating func text(_ key: String, _ value: Untrusted?) {
    json[key] = value.map { .string($0.raw) }
  }

  mutating func integer(_ key: String, _ value: Int?) {
    json[key] = value.map { .integer(Int64($0)) }
  }
}

extension JSON {
  static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
}

/// Reads the members of a body.
struct BodyReader {
  let json: JSON

  func string(_ key: String) -> String? { json[key]?.string }
  func text(_ key: String) -> Untrusted? { string(key).map { Untrusted($0) } }
  func event(_ key: String) -> EventID? { string(key).flatMap { EventID(hex: $0) } }
  func instant(_ key: String) -> Instant? { string(key).flatMap { Instant(iso8601: $0) } }
  func integer(_ key: String) -> Int? { json[key]?.integer.map(Int.init) }
  func severity(_ key: String) -> Severity? { integer(key).flatMap(Severity.init(rawValue:)) }
  func word<Word>(_ key: String, _ make: (String) -> Word?) -> Word? { string(key).flatMap(make) }
  var role: Role? { word("role", Role.init(rawValue:)) }

  func time(_ key: String) -> ToldTime? {
    instant(key).map {
      ToldTime($0, string(key + "Precision").flatMap(Precision.init(rawValue:)) ?? .second)
    }
  }

  var stepMove: StepMove? {
    switch string("move") {
    case "start": .started
    case "take": text("from").map { .takenOver(from: $0, because: text("because")) }
    case "done": .done(note: text("note"))
    case "fail": .failed(note: text("note"))
    case "skip": text("because").map { .skipped(because: $0) }
    case "decide": text("answer").map { .decided(answer: $0, goTo: string("goTo")) }
    default: nil
    }
  }
}
