import TextGate

extension Incident {
  /// Within so many seconds an author may take an entry back (CONSOLE.md, rule 5).
  public static let reversalSeconds = 10

  /// A status update that is put off for longer is forgotten.
  static let longestSnoozeSeconds = 86_400

  func decideWords(
    _ command: Command, by actor: Actor, at time: ToldTime, isTold: Bool, now: Instant
  ) throws(Refusal) -> [EventBody] {
    switch command {
    case .note(let text):
      // A note is welcome at any time, after the end too: what is remembered late is still worth it.
      try Decision.checkNotBlank(text, "the note")
      return [.noted(text)]
    case .correct(let target, let text):
      if let text { try Decision.checkNotBlank(text, "the correction") }
      let root = try corrected(target)
      guard text != nil || isTold else {
        throw Refusal(
          .badValue, "the correction changes nothing", remedy: "give a text, a time, or both")
      }
      for milestone in Milestone.allCases where milestoneEvents[milestone] == root.id {
        try Decision.checkOrder(of: milestone, time, among: milestones)
      }
      return [.corrected(root.id, text: text)]
    case .pin(let target, let isPinned):
      try requireEvent(target)
      guard pins.contains(target) != isPinned else {
        throw Refusal(
          .rule, isPinned ? "that event is pinned already" : "that event is not pinned",
          remedy: "nothing is left to do here")
      }
      return [.pinned(target, isPinned)]
    case .publishUpdate(let text, let audience):
      try requireNotClosed("a status update")
      try Decision.checkNotBlank(text, "the status update")
      return [.updatePublished(text, audience)]
    case .skipUpdate(let because):
      try requireNotClosed("skipping a status update")
      try Decision.checkReason(because, for: "skipping a status update")
      return [.updateSkipped(because: because)]
    case .snoozeUpdate(let until, let because):
      try requireNotClosed("putting a status update off")
      guard policy[severity].update != nil else {
        throw Refusal(
          .rule, "\(severity.word) promises no status updates", remedy: "nothing is left to do here"
        )
      }
      guard until > now else {
        throw Refusal(
          .badValue, "\(until.showable) has passed", remedy: "give a time to come: --snooze 20m")
      }
      guard until <= now + Self.longestSnoozeSeconds else {
        throw Refusal(
          .rule, "an update can be put off for a day at most", remedy: "give a shorter time")
      }
      try Decision.checkReason(because, for: "putting a status update off")
      return [.updateSnoozed(until: until, because: because)]
    case .escalate(let level, let because):
      try requireNotClosed("an escalation")
      try Decision.checkText(because)
      return [.escalated(level: try nextLevel(level, now: now), because: because)]
    case .reverse(let ids): return [.reversed(try reversible(ids, by: actor, now: now))]
    default: return []
    }
  }

  @discardableResult
  private func requireEvent(_ id: EventID) throws(Refusal) -> Event {
    guard let event = events.last(where: { $0.id == id }) else {
      throw Refusal(
        .notFound, "\(name) has no event \(id.short)", remedy: "see mayday timeline \(number)")
    }
    return event
  }

  /// The event that a correction is about: correcting a correction corrects the same fact again.
  func corrected(_ target: EventID) throws(Refusal) -> Event {
    let event = try requireEvent(target)
    guard case .corrected(let root, _) = event.body else { return event }
    return try requireEvent(root)
  }

  /// When an event happened, as its last correction says.
  func knownTime(of event: Event) -> ToldTime {
    let last = corrections[event.id]?.last
    let told = events.last { $0.id == last } ?? event
    return told.moved(by: clockShift(of: told)).occurred
  }

  private func nextLevel(_ asked: Int?, now: Instant) throws(Refusal) -> Int {
    let highest = max(4, policy.levels.keys.max() ?? 4)
    if let asked {
      guard (1...highest).contains(asked) else {
        throw Refusal(
          .badValue, "there is no escalation level \(asked)", remedy: "levels are 1 to \(highest)")
      }
      return asked
    }
    // When an acknowledgement expires, escalation starts again (DOMAIN.md).
    let expiry = acknowledgementExpiry(at: now)
    let called = calls.filter { $0.at >= (expiry ?? $0.at) }.map(\.value).max() ?? 0
    guard called < highest else {
      throw Refusal(
        .rule, "it is escalated to the last level, \(highest), already",
        remedy: "name a level to call it again: --level N")
    }
    return called + 1
  }

  /// An author may take back what was just written and what nothing was built on.
  private func reversible(
    _ ids: [EventID], by actor: Actor, now: Instant
  ) throws(Refusal) -> [EventID] {
    guard !ids.isEmpty else {
      throw Refusal(.rule, "nothing was written that could be taken back")
    }
    for id in ids {
      guard let index = events.firstIndex(where: { $0.id == id }) else {
        throw Refusal(.notFound, "\(name) has no event \(id.short)")
      }
      let event = events[index]
      guard !reversed.contains(id) else {
        throw Refusal(.rule, "that was taken back already")
      }
      guard event.author == actor.person else {
        throw Refusal(
          .rule, "\(event.author.showable) wrote that, not \(actor.person.showable)",
          remedy: "add a note or a correction")
      }
      let written = Instant(milliseconds: event.recorded.milliseconds + clockShift(of: event))
      guard now.seconds(since: written) <= Self.reversalSeconds else {
        throw Refusal(
          .rule, "an entry can be taken back for \(Self.reversalSeconds) seconds",
          remedy: "add a note or a correction")
      }
      switch event.body {
      case .declared, .commandBegan, .commandNotStarted, .commandRan, .merged, .absorbed, .unmerged,
        .clockStepped, .renumbered, .reversed, .unknown:
        throw Refusal(
          .rule, "an event of kind \(event.kind.showableWord) cannot be taken back",
          remedy: "add a note or a correction")
      default: break
      }
      let later = events[(index + 1)...].filter { !ids.contains($0.id) }
      let isBuiltOn = later.contains { other in
        switch other.body {
        case .noted, .pinned, .corrected, .clockStepped, .reversed: false
        default: true
        }
      }
      guard !isBuiltOn else {
        throw Refusal(
          .rule, "something was recorded after it", remedy: "add a note or a correction")
      }
    }
    return ids
  }
}
