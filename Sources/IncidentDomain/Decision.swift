import TextGate

/// The rules by which commands become events (DOMAIN.md). Pure: time and state are parameters.
enum Decision {
  /// A told time may lead the clock by so much: two hosts never agree to the second.
  static let toleratedLeadSeconds = 60

  /// The longest text of one field, in bytes: a pasted log belongs in a file, not in a title.
  static let longestText = 262_144

  /// The longest post-mortem: a draft holds the timeline of an incident of some ten thousand entries.
  static let longestDocument = 4_194_304

  static func checkText(_ text: Untrusted?, most: Int = longestText) throws(Refusal) {
    guard let text else { return }
    guard !text.holdsNull else {
      throw Refusal(
        .badValue, "the text holds a NUL character, which no record can keep",
        remedy: "take it out and try again")
    }
    guard text.raw.utf8.count <= most else {
      throw Refusal(
        .badValue, "the text is \(text.raw.utf8.count) bytes long; \(most) are the most",
        remedy: "keep the whole in a file and note where it is")
    }
  }

  static func checkNotBlank(
    _ text: Untrusted, _ name: Showable, most: Int = longestText
  ) throws(Refusal) {
    try checkText(text, most: most)
    guard !text.isBlank else {
      throw Refusal(.badValue, "\(name) is empty", remedy: "say it in words")
    }
  }

  /// A reason that a reviewer can use has ten characters or more (DOMAIN.md).
  static func checkReason(_ text: Untrusted?, for what: Showable) throws(Refusal) {
    // Blanks do not make a reason longer: each run of them counts as one.
    let words = text?.raw.split(whereSeparator: \.isWhitespace) ?? []
    let counted = words.reduce(words.count - 1) { $0 + $1.count }
    guard let text, counted >= 10 else {
      throw Refusal(
        .rule, "\(what) needs a reason of at least 10 characters", remedy: "give it with --because")
    }
    try checkText(text)
  }

  static func checkNotFuture(_ time: ToldTime, now: Instant) throws(Refusal) {
    guard time.instant <= now + toleratedLeadSeconds else {
      throw Refusal(
        .badValue,
        "\(time.instant.showable) is in the future; it is \(now.showable) now",
        remedy: "give a time that has come")
    }
    try checkWritable(time.instant)
  }

  /// The record writes years of four digits.
  static func checkWritable(_ instant: Instant) throws(Refusal) {
    guard (Instant.earliest...Instant.latest).contains(instant) else {
      throw Refusal(
        .badValue, "the time is not within the years 1 to 9999", remedy: "give one that is")
    }
  }

  static func checkActor(_ actor: Actor) throws(Refusal) {
    guard !actor.person.isBlank, !actor.person.holdsNull else {
      throw Refusal(
        .notPermitted, "nobody is named who acts", remedy: "say who you are: --as NAME")
    }
  }

  /// Milestones keep their order (DOMAIN.md); a time told as a day is compared as a day.
  static func checkOrder(
    of milestone: Milestone, _ time: ToldTime, among others: [Milestone: ToldTime]
  ) throws(Refusal) {
    for (other, otherTime) in others.sorted(by: { $0.key < $1.key }) where other != milestone {
      let coarse = coarser(time.precision, otherTime.precision)
      let mine = floor(time.instant, coarse)
      let theirs = floor(otherTime.instant, coarse)
      let wrong = other < milestone ? mine < theirs : mine > theirs
      if wrong {
        let (early, late) = other < milestone ? (other, milestone) : (milestone, other)
        let (earlyTime, lateTime) = other < milestone ? (otherTime, time) : (time, otherTime)
        throw Refusal(
          .badValue,
          "\(late.word) at \(lateTime.showable) would be before \(early.word) at \(earlyTime.showable)",
          remedy: "milestones keep their order: correct one of the two times")
      }
    }
  }

  private static func coarser(_ left: Precision, _ right: Precision) -> Precision {
    if left == .day || right == .day { return .day }
    if left == .minute || right == .minute { return .minute }
    return .second
  }

  private static func floor(_ instant: Instant, _ precision: Precision) -> Int64 {
    let unit: Int64 =
      switch precision {
      case .day: 86_400_000
      case .minute: 60_000
      case .second: 1000
      }
    let rest = instant.milliseconds % unit
    return (instant.milliseconds - (rest < 0 ? rest + unit : rest)) / unit
  }
}

extension Instant {
  /// ISO 8601 in UTC to the second: `2018-10-21T22:52:00Z`.
  public var showable: Showable {
    let text = iso8601
    return Untrusted(String(text.prefix(19)) + "Z").showable
  }
}

extension ToldTime {
  /// As told: `2021-12-10` for a day, `2021-12-10T15:40Z` for a minute.
  public var showable: Showable {
    let text = instant.iso8601
    switch precision {
    case .day: return Untrusted(String(text.prefix(10))).showable
    case .minute: return Untrusted(String(text.prefix(16)) + "Z").showable
    case .second: return instant.showable
    }
  }
}

extension Incident {
  /// Decides a command: the events it makes, or why not. Writes nothing.
  ///
  /// - Parameters:
  ///   - actor: who acts.
  ///   - told: when it happened, as told; nil for now.
  ///   - now: the writer's clock.
  /// - Throws: a ``Refusal`` that names the rule and what would allow it.
  public func decide(
    _ command: Command, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(Refusal) -> [Draft] {
    try Decision.checkActor(actor)
    let time = try time(of: command, told: told, now: now)
    try Decision.checkNotFuture(time, now: now)
    let bodies: [EventBody]
    switch command {
    case .acknowledge, .move, .reopen, .setSeverity, .stateImpact, .reach, .cancel, .merge,
      .unmerge:
      bodies = try decideCourse(command, by: actor, at: time, now: now)
    case .assign, .takeOver, .vacate, .offer, .accept, .decline, .promise, .keepPromise:
      bodies = try decidePeople(command, by: actor, at: time, now: now)
    case .note, .correct, .pin, .publishUpdate, .skipUpdate, .snoozeUpdate, .escalate, .reverse:
      bodies = try decideWords(command, by: actor, at: time, isTold: told != nil, now: now)
    case .startRun, .moveStep, .record, .startRollback, .endRun, .beginCommand, .failCommand,
      .loseCommand, .reviseRun:
      bodies = try decideRun(command, by: actor, now: now)
    case .savePostmortem, .publishPostmortem, .waivePostmortem, .addAction, .settleAction,
      .giveFeedback:
      bodies = try decideReview(command, now: now)
    case .propose, .answerProposal, .settleProposal:
      bodies = try decideProposal(command, by: actor, now: now)
    case .settle(let side): bodies = try decideSettling(side)
    case .noteClockStep(let step): bodies = try decideClock(step, by: actor, now: now)
    }
    var drafts = bodies.map { Draft(id, $0, kept(command, $0, isTold: told != nil) ?? time) }
    if case .merge(let target) = command {
      drafts.append(Draft(target.id, .absorbed(id, number: number), time))
    }
    return drafts
  }

  /// When what is commanded happened: as told, else now; a correction of words keeps the time.
  private func time(
    of command: Command, told: ToldTime?, now: Instant
  ) throws(Refusal) -> ToldTime {
    if let told { return told }
    if case .correct(let target, _) = command { return knownTime(of: try corrected(target)) }
    return ToldTime(now)
  }

  /// A milestone that is verified later keeps the time it was recorded with, unless it is told anew;
  /// the time of a move is never that of what was reached before.
  private func kept(_ command: Command, _ body: EventBody, isTold: Bool) -> ToldTime? {
    guard case .milestoneReached(let milestone, _) = body else { return nil }
    if case .reach = command, isTold { return nil }
    return milestones[milestone]
  }

  /// `INC-42`.
  public var name: Showable { "INC-\(number)" }

  func requireOpen(_ what: Showable) throws(Refusal) {
    switch ending {
    case .cancelled:
      throw Refusal(
        .rule, "\(name) is cancelled: \(what) is not possible",
        remedy: "reopen it first: mayday reopen \(number) --because …")
    case .merged(_, let into):
      throw Refusal(
        .rule, "\(name) is merged into INC-\(into): \(what) is not possible",
        remedy: "work on INC-\(into), or mayday unmerge \(number)")
    case nil: break
    }
  }

  func requireNotClosed(_ what: Showable) throws(Refusal) {
    try requireOpen(what)
    if phase == .closed {
      throw Refusal(
        .rule, "\(name) is closed: \(what) is not possible",
        remedy: "reopen it first: mayday reopen \(number) --because …")
    }
  }
}
