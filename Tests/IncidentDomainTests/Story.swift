import IncidentDomain
import TextGate

/// An incident told in commands: what a journal does, without a disk.
struct Story {
  private(set) var incident: Incident
  var now: Instant
  /// What was decided for other incidents.
  private(set) var forOthers: [Draft] = []

  init(
    _ declaration: Declaration = .sample(), at told: ToldTime? = nil, by actor: Actor = .ana,
    now: Instant = .noon
  ) throws {
    let declared = try declaration.checked(at: told, now: now)
    let first = Event(
      incident: nil, body: .declared(declaration), author: actor.person, account: nil,
      host: actor.host, occurred: declared, recorded: now, parents: [], hash: fingerprint)
    guard let incident = Incident.fold([first]) else { throw StoryError.noIncident }
    self.incident = incident
    self.now = now
  }

  enum StoryError: Error { case noIncident }

  /// Decides a command and writes what it makes, `after` seconds later than the last one.
  @discardableResult
  mutating func tell(
    _ command: Command, by actor: Actor = .ana, at told: ToldTime? = nil, after seconds: Int = 0
  ) throws(Refusal) -> [Event] {
    now = now + seconds
    let drafts = try incident.decide(command, by: actor, at: told, now: now)
    return write(drafts, by: actor)
  }

  /// Writes drafts as a journal would: in order, each with the heads its writer had seen.
  @discardableResult
  mutating func write(_ drafts: [Draft], by actor: Actor) -> [Event] {
    var written: [Event] = []
    for draft in drafts {
      guard draft.incident == incident.id else {
        forOthers.append(draft)
        continue
      }
      let last = incident.events.last?.recorded ?? now
      let event = Event(
        incident: incident.id, body: draft.body, author: actor.person,
        account: actor.account == actor.person ? nil : actor.account, host: actor.host,
        occurred: draft.occurred, recorded: max(now, last), parents: incident.heads,
        hash: fingerprint)
      incident.add([event])
      written.append(event)
    }
    return written
  }

  /// Takes in what another replica wrote.
  mutating func add(_ events: [Event]) {
    incident.add(events)
  }

  /// The way up to a phase, with every gate met.
  mutating func reach(_ phase: Phase) throws(Refusal) {
    while incident.phase < phase {
      switch incident.phase {
      case .detection:
        if incident.acknowledgement == nil { try tell(.acknowledge, after: 60) }
        try tell(.move(to: .triage, because: nil, overriding: false))
      case .triage:
        try tell(.setSeverity(incident.severity, because: nil))
        try tell(.stateImpact("checkout fails"))
        if incident.commander == nil { try tell(.assign(.commander, "ana")) }
        try tell(.move(to: .mitigation, because: nil, overriding: false))
      case .mitigation:
        try tell(
          .move(to: .resolution, because: "replica promoted", overriding: false), after: 60)
      case .resolution:
        try tell(
          .move(to: .postmortem, because: "error rate is back", overriding: false), after: 60)
      case .postmortem:
        try tell(.publishPostmortem("what we learned"), after: 60)
        try tell(.addAction("alert on lag", owner: "bob", due: now + 86_400))
        try tell(.move(to: .documentation, because: nil, overriding: false))
      case .documentation:
        try tell(.giveFeedback(.used, text: nil))
        try tell(.move(to: .closed, because: nil, overriding: false))
      case .closed: return
      }
    }
  }

  /// The timer of a kind, as of the story's now.
  func timer(_ kind: IncidentTimer.Kind, level: Int? = nil) -> IncidentTimer? {
    incident.timers(at: now).first { $0.kind == kind && $0.level == level }
  }
}

/// 32 bytes that differ when the bytes do: four lanes of FNV-1a over words of eight bytes. Whoever
/// hashes is a parameter of the domain; that ids are SHA-256 is tested where the journal is.
func fingerprint(_ bytes: [UInt8]) -> EventID {
  var lanes: (UInt64, UInt64, UInt64, UInt64) = (
    0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93, 0xa076_1d64_78bd_642f
  )
  bytes.withUnsafeBytes { raw in
    var index = 0
    while index < raw.count {
      var word: UInt64 = 0
      if index + 8 <= raw.count {
        word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      } else {
        for byte in raw[index...] { word = word << 8 | UInt64(byte) }
        word ^= UInt64(raw.count - index) << 56
      }
      lanes.0 = (lanes.0 ^ word) &* 0x100_0000_01b3
      lanes.1 = (lanes.1 &+ word) &* 0x9e37_79b9_7f4a_7c15
      lanes.2 = (lanes.2 ^ (lanes.0 >> 29)) &* 0xbf58_476d_1ce4_e5b9
      lanes.3 = (lanes.3 &+ (lanes.1 >> 31)) &* 0x94d0_49bb_1331_11eb
      index += 8
    }
  }
  var digest = InlineArray<32, UInt8>(repeating: 0)
  for (lane, value) in [lanes.0, lanes.1, lanes.2, lanes.3].enumerated() {
    for byte in 0..<8 { digest[lane * 8 + byte] = UInt8(truncatingIfNeeded: value >> (byte * 8)) }
  }
  return EventID(bytes: digest)
}

extension Instant {
  /// Noon of Tuesday 2025-11-18, UTC.
  static let noon = Instant(milliseconds: 1_763_467_200_000)

  /// An instant as an export writes it, to the second: `2025-11-18T12:00:00Z`.
  static func of(_ text: String) throws -> Instant {
    guard let instant = Instant(iso8601: text.dropLast() + ".000Z") else {
      throw Story.StoryError.noIncident
    }
    return instant
  }
}

extension Actor {
  static let ana = Actor(person: "ana", account: "ana", host: "jump-1")
  static let bob = Actor(person: "bob", account: "ops", host: "jump-2")
  static let carol = Actor(person: "carol", account: "carol", host: "jump-1")
}

extension Declaration {
  static func sample(
    _ severity: Severity = .sev1, number: Int = 42, started: ToldTime? = nil,
    detected: ToldTime? = nil, tier: Int? = nil, impact: Untrusted? = nil, isDrill: Bool = false,
    policy: Policy = .builtIn
  ) -> Declaration {
    Declaration(
      number: number, title: "Checkout returns 503", severity: severity, tier: tier,
      impact: impact, started: started, detected: detected, isDrill: isDrill, policy: policy)
  }
}

extension RunStart {
  /// Find, decide (yes goes to 4, no goes on), restart, re-point; verify; one step back.
  static let sample = RunStart(
    runbook: "patroni.md", title: "Patroni recovery",
    digest: String(repeating: "ab", count: 32), source: "# Patroni recovery\n",
    steps: [
      PlannedStep(
        id: "find", number: "1", title: "Find the leader", kind: .run, command: "patronictl list",
        estimateSeconds: 120),
      PlannedStep(
        id: "ask", number: "2", title: "Is there a leader?", kind: .decide,
        choices: [
          PlannedChoice(label: "Yes", goTo: "point"), PlannedChoice(label: "No", goTo: nil),
          PlannedChoice(label: "Unsure", goTo: "find"),
        ]),
      PlannedStep(id: "restart", number: "3", title: "Restart", kind: .manual),
      PlannedStep(id: "point", number: "4", title: "Re-point the pooler", kind: .manual),
      PlannedStep(
        id: "tell", number: "5", title: "Tell the team", kind: .manual, isOptional: true),
      PlannedStep(
        id: "check", number: "V1", title: "Writes succeed", kind: .verify, part: .verification),
      PlannedStep(
        id: "undo", number: "R1", title: "Point back", kind: .rollback, part: .rollback),
    ])
}

extension RunStart {
  /// The sample after an edit: step 3 says something else, a step came, step 5 went.
  static let revised = RunStart(
    runbook: sample.runbook, title: sample.title, digest: String(repeating: "cd", count: 32),
    source: "# Patroni recovery\n\nEdited.\n",
    steps: sample.steps.filter { $0.id != "restart" && $0.id != "tell" }
      + [
        PlannedStep(id: "restart-all", number: "3", title: "Restart all", kind: .manual),
        PlannedStep(id: "look", number: "5", title: "Look again", kind: .manual),
      ])
}

/// The refusal of a decision; nil when it was carried out.
func refusal(_ body: () throws(Refusal) -> Void) -> Refusal? {
  do throws(Refusal) {
    try body()
    return nil
  } catch {
    return error
  }
}
