import TextGate

/// What a person asks of an incident. ``decide(_:by:at:now:)`` turns it into events or a refusal.
public enum Command: Sendable {
  case acknowledge
  /// `because` also answers what the gate asks for: what stopped the impact, how it was verified.
  case move(to: Phase, because: Untrusted?, overriding: Bool)
  case reopen(because: Untrusted)
  case setSeverity(Severity, because: Untrusted?)
  case stateImpact(Untrusted)
  case reach(Milestone, text: Untrusted?)

  case assign(Role, Untrusted)
  case vacate(Role, Untrusted)
  /// Nil for the brief that writes itself.
  case offer(Role, to: Untrusted, brief: Untrusted?)
  case accept(Role)
  case decline(Role)
  case promise(Untrusted, due: Instant)
  case keepPromise(EventID)

  case note(Untrusted)
  case correct(EventID, text: Untrusted?)
  case pin(EventID, Bool)
  case publishUpdate(Untrusted, Audience)
  case skipUpdate(because: Untrusted)
  /// Nil for the next level that was not escalated to.
  case escalate(level: Int?, because: Untrusted?)

  case cancel(CancelReason, because: Untrusted?)
  case merge(into: MergeTarget)
  case unmerge

  case startRun(RunStart)
  /// `run` nil for the open run; `step` is a number as shown or an id.
  case moveStep(run: EventID?, step: String, StepMove, takingOver: Bool)
  case record(CommandRecord)
  case startRollback(run: EventID?, because: Untrusted?)
  case endRun(run: EventID?, RunOutcome, because: Untrusted?)

  case savePostmortem(Untrusted)
  /// Nil for the draft that was saved last.
  case publishPostmortem(Untrusted?)
  case waivePostmortem(because: Untrusted)
  case addAction(Untrusted, owner: Untrusted, due: Instant)
  case settleAction(EventID, ActionOutcome, because: Untrusted?)
  case giveFeedback(FeedbackVerdict, text: Untrusted?)
  case reverse([EventID])
}

/// The incident that another is merged into, as far as the decision needs it.
public struct MergeTarget: Hashable, Sendable {
  public let id: EventID
  public let number: Int
  /// Whether it has ended itself.
  public let isOver: Bool

  public init(_ incident: Incident) {
    id = incident.id
    number = incident.number
    isOver = incident.isOver
  }
}

/// Who acts, from where.
public struct Actor: Hashable, Sendable {
  /// The name the person goes by.
  public let person: Untrusted
  /// The operating system's account.
  public let account: Untrusted
  public let host: Untrusted

  public init(person: Untrusted, account: Untrusted, host: Untrusted) {
    self.person = person
    self.account = account
    self.host = host
  }
}

/// An event that was decided and not yet written.
public struct Draft: Hashable, Sendable {
  /// The incident it is for.
  public let incident: EventID
  public let body: EventBody
  public let occurred: ToldTime

  public init(_ incident: EventID, _ body: EventBody, _ occurred: ToldTime) {
    self.incident = incident
    self.body = body
    self.occurred = occurred
  }
}

extension Declaration {
  /// Checks a declaration and gives the events that make it: the first, whose number the store sets.
  ///
  /// - Parameter at: when it was declared, as told; nil for now.
  /// - Throws: a ``Refusal`` when a value cannot be.
  public func checked(at: ToldTime?, now: Instant) throws(Refusal) -> ToldTime {
    guard !title.isBlank else {
      throw Refusal(.badValue, "an incident needs a title", remedy: "say what is broken")
    }
    try checkTexts()
    if let tier, policy.tiers[tier] == nil {
      let known = policy.tiers.keys.sorted().map { "\($0)" as Showable }.joined(", ")
      throw Refusal(
        .badValue, "the policy has no tier \(tier)", remedy: "it knows the tiers \(known)")
    }
    let declared = at ?? ToldTime(now)
    try Decision.checkNotFuture(declared, now: now)
    var times: [Milestone: ToldTime] = [:]
    times[.started] = started
    times[.detected] = detected
    times[.declared] = declared
    try Self.checkMilestones(times, now: now)
    return declared
  }

  private func checkTexts() throws(Refusal) {
    try Decision.checkText(title)
    try Decision.checkText(type)
    try Decision.checkText(service)
    try Decision.checkText(environment)
    try Decision.checkText(impact)
    try Decision.checkText(runbook)
  }

  private static func checkMilestones(
    _ times: [Milestone: ToldTime], now: Instant
  ) throws(Refusal) {
    for milestone in Milestone.allCases {
      guard let time = times[milestone] else { continue }
      try Decision.checkOrder(of: milestone, time, among: times)
      try Decision.checkNotFuture(time, now: now)
    }
  }
}
