import TextGate

/// What the board shows of an incident: the projection that stands beside the events.
///
/// Made of ``Incident`` alone, so it can always be rebuilt; it holds due times, not countdowns, so
/// it stays true while the clock runs.
public struct BoardRow: Hashable, Sendable, Identifiable {
  /// The incident's id: the id of its first event.
  public let id: EventID
  /// What people say aloud (`INC-42`), unique in one store.
  public let number: Int
  /// As declared; no event changes it.
  public let title: Untrusted
  /// As set last.
  public let severity: Severity
  /// Where it stands; an incident that was cancelled or merged keeps the phase it had then.
  public let phase: Phase
  /// How it ended other than closed; nil while it takes its course, and when it is closed.
  public let ending: Incident.Ending?
  /// Whether it is an exercise: marked wherever it is shown, and on a tab of its own.
  public let isDrill: Bool
  /// When it was declared, as known now: a correction moves it.
  public let declared: Instant
  /// The Incident Commander; nil while nobody commands.
  public let commander: Untrusted?
  /// What is broken for whom; nil until somebody states it.
  public let impact: Untrusted?
  /// The service named in the declaration; nil when none was.
  public let service: Untrusted?
  /// The last event that says something: not a pin, not taken back, none of an unknown kind.
  public let last: LastEntry?
  /// The run that is open and was started last; nil when none is.
  public let run: RunSummary?
  /// Contradictions of two branches that nobody has settled yet; mostly 0.
  public let conflicts: Int
  /// Timers that wait, by due time: those of now, and those that come or go by themselves when
  /// nothing more is recorded. ``deadlines(at:)`` has those of a moment.
  public let deadlines: [Deadline]
  /// The heads of the events it was made from, ascending: others mean that the row is stale.
  public let heads: [EventID]

  /// What was recorded last, narrated.
  public struct LastEntry: Hashable, Sendable {
    /// When it happened, not when it was written.
    public let at: Instant
    /// The person who acted.
    public let by: Untrusted
    /// One line without time and author, as ``Incident/narrate(_:)`` gives it.
    public let text: Untrusted

    /// Holds the parts as they are.
    public init(at: Instant, by: Untrusted, text: Untrusted) {
      self.at = at
      self.by = by
      self.text = text
    }
  }

  /// How far the open run is.
  public struct RunSummary: Hashable, Sendable {
    /// The runbook's title as the run began.
    public let title: Untrusted
    /// Steps of the current part that are done, skipped, decided or passed over; a failed one is
    /// not.
    public let ended: Int
    /// Steps of the part that is walked now: the way forward, or the rollback once it has begun.
    public let all: Int
    /// The number of the step that comes next, as shown; nil when all are ended.
    public let next: String?
    /// Who moved that step last; nil when nobody touched it.
    public let by: Untrusted?

    /// Holds the parts as they are.
    public init(title: Untrusted, ended: Int, all: Int, next: String?, by: Untrusted?) {
      self.title = title
      self.ended = ended
      self.all = all
      self.next = next
      self.by = by
    }
  }

  /// A timer that waits, without its countdown.
  public struct Deadline: Hashable, Sendable {
    /// The target it comes from.
    public let kind: IncidentTimer.Kind
    /// The escalation level, from 1; nil for other kinds.
    public let level: Int?
    /// When it is due; earlier than now means that it is late.
    public let due: Instant
    /// When it begins to wait, though nothing is recorded: an acknowledgement has expired, the
    /// escalation begins again. Nil for one that waits already.
    public let from: Instant?
    /// When another takes its place in the same way; nil for never.
    public let until: Instant?

    /// Holds the parts as they are.
    public init(
      kind: IncidentTimer.Kind, level: Int?, due: Instant, from: Instant? = nil,
      until: Instant? = nil
    ) {
      self.kind = kind
      self.level = level
      self.due = due
      self.from = from
      self.until = until
    }

    /// `escalate L3`, `update`.
    public var label: Showable {
      if let level { return "\(kind.word) L\(level)" }
      return kind.word
    }
  }

  /// Which tab of the board it stands on.
  public var tab: BoardTab {
    if ending != nil || phase == .closed { return .closed }
    if isDrill { return .drills }
    return phase.isActive ? .active : .reviews
  }

  /// What waits at a moment, by due time.
  public func deadlines(at now: Instant) -> [Deadline] {
    deadlines.filter { deadline in
      deadline.from.map { $0 <= now } ?? true && deadline.until.map { now < $0 } ?? true
    }
  }

  /// The row as older programs made it, where that differs; theirs stay until something is recorded.
  /// None told of contradictions, and the oldest wrote down only what waited as of the last event.
  public var olderForms: [BoardRow] {
    let asOfLastEvent = deadlines.filter { $0.from == nil }.map {
      Deadline(kind: $0.kind, level: $0.level, due: $0.due)
    }
    return [deadlines, asOfLastEvent].map { deadlines in
      BoardRow(
        id: id, number: number, title: title, severity: severity, phase: phase, ending: ending,
        isDrill: isDrill, declared: declared, commander: commander, impact: impact,
        service: service, last: last, run: run, conflicts: 0, deadlines: deadlines, heads: heads)
    }
  }

  /// The deadline to show: a missing commander first, then the next to come, then the latest missed.
  public func nextDeadline(at now: Instant) -> Deadline? {
    let deadlines = deadlines(at: now)
    if let commander = deadlines.first(where: { $0.kind == .commander }), commander.due < now {
      return commander
    }
    return deadlines.first { $0.due >= now } ?? deadlines.last
  }
}

/// The tabs of the board.
public enum BoardTab: String, CaseIterable, Sendable {
  case active, reviews, drills, closed

  /// The tab's title, as the console shows it.
  public var word: Showable {
    switch self {
    case .active: "Active"
    case .reviews: "Reviews"
    case .drills: "Drills"
    case .closed: "Closed"
    }
  }
}

extension Incident {
  /// The incident's row on the board, as of its last event.
  public var boardRow: BoardRow {
    let spoken = events.last { event in
      if reversed.contains(event.id) { return false }
      switch event.body {
      case .pinned, .reversed, .unknown: return false
      default: return true
      }
    }
    let run = openRun.map { run in
      let next = run.nextStep
      return BoardRow.RunSummary(
        title: run.start.title, ended: run.count.ended, all: run.count.all, next: next?.number,
        by: next.flatMap { run.progress($0).by })
    }
    return BoardRow(
      id: id, number: number, title: title, severity: severity, phase: phase, ending: ending,
      isDrill: isDrill, declared: declared.instant, commander: commander, impact: impact,
      service: service,
      last: spoken.map {
        BoardRow.LastEntry(
          at: $0.occurred.instant, by: $0.author, text: Untrusted(narrate($0).text))
      },
      run: run, conflicts: openConflicts.count,
      deadlines: deadlines, heads: heads)
  }

  /// What waits as of the last event, and what will when nothing more is recorded.
  private var deadlines: [BoardRow.Deadline] {
    struct Waiting: Hashable {
      let kind: IncidentTimer.Kind
      let level: Int?
      let due: Instant
    }
    func waiting(at instant: Instant) -> [Waiting] {
      timers(at: instant).filter { $0.isRunning && $0.kind.isOwed }.map {
        Waiting(kind: $0.kind, level: $0.level, due: $0.due)
      }
    }
    var open: [(timer: Waiting, from: Instant?)] = waiting(at: lastActivity).map { ($0, nil) }
    var result: [BoardRow.Deadline] = []
    for turn in turns(after: lastActivity) {
      let then = waiting(at: turn)
      for (timer, from) in open where !then.contains(timer) {
        result.append(
          BoardRow.Deadline(
            kind: timer.kind, level: timer.level, due: timer.due, from: from, until: turn))
      }
      open.removeAll { !then.contains($0.timer) }
      for timer in then where !open.contains(where: { $0.timer == timer }) {
        open.append((timer, turn))
      }
    }
    result += open.map {
      BoardRow.Deadline(
        kind: $0.timer.kind, level: $0.timer.level, due: $0.timer.due, from: $0.from)
    }
    return result.sorted { ($0.due, $0.label.text) < ($1.due, $1.label.text) }
  }
}
