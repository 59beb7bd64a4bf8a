import TextGate

/// What a person asks of an incident. ``Incident/decide(_:by:at:now:)`` turns it into events or a
/// refusal.
public enum Command: Sendable {
  /// Says that a responder works on it; given again once the last acknowledgement has expired.
  case acknowledge
  /// `because` also answers what the gate asks for: what stopped the impact, how it was verified.
  /// `overriding` passes gates that are not met, with a reason of ten characters or more.
  case move(to: Phase, because: Untrusted?, overriding: Bool)
  /// Back to triage from the review, from closed or from cancelled; a merged one is unmerged.
  case reopen(because: Untrusted)
  /// The same severity confirms it; a downgrade needs a reason.
  case setSeverity(Severity, because: Untrusted?)
  /// What is broken for whom; the last statement counts.
  case stateImpact(Untrusted)
  /// Records when a milestone was reached; declared, acknowledged and resolved come with other
  /// commands.
  case reach(Milestone, text: Untrusted?)

  /// Gives a role that nobody holds at once, without asking the person.
  case assign(Role, Untrusted)
  /// Gives a role that somebody holds to another, with a reason. `epoch` is the one that who acts has
  /// seen: of two who take a role over at once the second is refused. Nil for the present one.
  case takeOver(Role, to: Untrusted, epoch: Int?, because: Untrusted)
  /// Takes a role from the person who holds it.
  case vacate(Role, Untrusted)
  /// Nil for the brief that writes itself.
  case offer(Role, to: Untrusted, brief: Untrusted?)
  /// Only the person it was offered to may answer.
  case accept(Role)
  case decline(Role)
  /// "Back in ten minutes": who says it owns it.
  case promise(Untrusted, due: Instant)
  /// By the id of the event that made the promise.
  case keepPromise(EventID)

  /// Proposes something, and asks those named for strong objections.
  case propose(Proposal)
  /// Nil for the only proposal that is open; an objection needs its reason.
  case answerProposal(EventID?, objects: Bool, because: Untrusted?)
  /// Nil for the only proposal that is open; the Incident Commander decides.
  case settleProposal(EventID?, ProposalOutcome, because: Untrusted?)

  /// Possible at any time, after the end too.
  case note(Untrusted)
  /// Points at the event it corrects, whoever wrote that; `text` nil when only the time changes.
  case correct(EventID, text: Untrusted?)
  /// Marks a turning point for the review, or takes the mark away.
  case pin(EventID, Bool)
  /// Says that a status update went out; nothing is sent.
  case publishUpdate(Untrusted, Audience)
  /// Starts the time to the next update anew, with a reason on the record.
  case skipUpdate(because: Untrusted)
  /// Puts the next status update off to a time, with a reason on the record.
  case snoozeUpdate(until: Instant, because: Untrusted)
  /// Nil for the next level that was not escalated to.
  case escalate(level: Int?, because: Untrusted?)

  /// Ends it as no incident of one's own; open runs are abandoned.
  case cancel(CancelReason, because: Untrusted?)
  case merge(into: MergeTarget)
  /// Takes a merge back; the timers run on, less the time in between.
  case unmerge

  /// One run of a runbook may be open on an incident at a time; different runbooks may run
  /// together.
  case startRun(RunStart)
  /// `run` nil for the open run; `step` is a number as shown or an id. `takingOver` takes a step
  /// from whoever holds it, which wants a reason, in the words of the move, until their claim has
  /// expired; ``StepMove/takenOver(from:because:)`` takes it from the person named and nobody else.
  case moveStep(run: EventID?, step: String, StepMove, takingOver: Bool)
  /// A command was confirmed and is about to run: it claims the step. Refused while another command
  /// of the step runs, so that of two who confirm at once exactly one runs it. One outside a runbook
  /// claims nothing.
  case beginCommand(CommandStart)
  /// What began could not be started at all. `session` is the one that began it; without run and
  /// step it is its command outside a runbook.
  case failCommand(run: EventID?, step: String?, session: String, because: Untrusted)
  /// The session that ran the command is gone, so nobody will tell how it ended; `left` is what it
  /// had written by then.
  case loseCommand(run: EventID?, step: String?, session: String, left: OutputLeft?)
  /// The run goes on with the runbook as its file is now; steps keep their state by their ids.
  case reviseRun(run: EventID?, RunStart)
  /// A command that ran: a fact, kept whatever became of the incident meanwhile.
  case record(CommandRecord)
  /// `run` nil for the open run; from then on the rollback's steps are walked.
  case startRollback(run: EventID?, because: Untrusted?)
  /// `run` nil for the open run. Finishing wants every step ended that is not optional, abandoning
  /// a reason.
  case endRun(run: EventID?, RunOutcome, because: Untrusted?)

  /// Keeps a draft; refused once one is published.
  case savePostmortem(Untrusted)
  /// Nil for the draft that was saved last.
  case publishPostmortem(Untrusted?)
  /// SEV-3 and SEV-4 only, with a reason.
  case waivePostmortem(because: Untrusted)
  /// A follow-up with its owner and its due date.
  case addAction(Untrusted, owner: Untrusted, due: Instant)
  /// By the id of the event that added it; dropping it needs a reason.
  case settleAction(EventID, ActionOutcome, because: Untrusted?)
  /// What the runbook taught; wrong and missing must say what.
  case giveFeedback(FeedbackVerdict, text: Untrusted?)
  /// Of two branches that contradict each other, the side of this event holds.
  case settle(EventID)
  /// Says that the clock of this machine was set; refused where the record knows it.
  case noteClockStep(ClockStep)
  /// Takes back one's own events within ``Incident/reversalSeconds``, if nothing was built on them.
  case reverse([EventID])
}

/// The incident that another is merged into, as far as the decision needs it.
public struct MergeTarget: Hashable, Sendable {
  /// The incident that takes the other in.
  public let id: EventID
  /// Its number, which the merged one then points to.
  public let number: Int
  /// Whether it has ended itself; a merge into it is refused then.
  public let isOver: Bool

  /// Takes what is needed of the incident as it is now; a store takes it anew when it decides.
  public init(_ incident: Incident) {
    id = incident.id
    number = incident.number
    isOver = incident.isOver
  }
}

/// Who acts, from where.
public struct Actor: Hashable, Sendable {
  /// The name the person goes by; blank, or with a NUL in it, every command is refused.
  public let person: Untrusted
  /// The operating system's account.
  public let account: Untrusted
  /// The machine they act on, as it names itself.
  public let host: Untrusted
  /// The fingerprint of the SSH key they came with, as the server of SSH told it; nil when it told
  /// none.
  public let key: Untrusted?

  /// Checks nothing: ``Incident/decide(_:by:at:now:)`` refuses an actor without a name.
  public init(person: Untrusted, account: Untrusted, host: Untrusted, key: Untrusted? = nil) {
    self.person = person
    self.account = account
    self.host = host
    self.key = key
  }
}

/// An event that was decided and not yet written.
public struct Draft: Hashable, Sendable {
  /// The incident it is for.
  public let incident: EventID
  /// What the event will say.
  public let body: EventBody
  /// When it happened, as told; the time of writing is the store's.
  public let occurred: ToldTime

  /// Holds the parts as they are.
  public init(_ incident: EventID, _ body: EventBody, _ occurred: ToldTime) {
    self.incident = incident
    self.body = body
    self.occurred = occurred
  }
}

extension Declaration {
  /// Checks a declaration: its texts, its tier, and that its times have come and keep their order.
  ///
  /// - Parameter at: when it was declared, as told; nil for now.
  /// - Throws: a ``Refusal`` when a value cannot be.
  /// - Returns: when it was declared, as the first event records it.
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
    try Label.check(labels)
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
