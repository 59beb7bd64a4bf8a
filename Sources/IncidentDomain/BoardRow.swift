import TextGate

/// What the board shows of an incident: the projection that stands beside the events.
///
/// Made of ``Incident`` alone, so it can always be rebuilt; it holds due times, not countdowns, so
/// it stays true while the clock runs.
public struct BoardRow: Hashable, Sendable, Identifiable {
  public let id: EventID
  public let number: Int
  public let title: Untrusted
  public let severity: Severity
  public let phase: Phase
  public let ending: Incident.Ending?
  public let isDrill: Bool
  public let declared: Instant
  public let commander: Untrusted?
  public let impact: Untrusted?
  public let service: Untrusted?
  /// The last entry, narrated: "14:05 bob: replica promoted".
  public let last: LastEntry?
  /// The open run: title, steps ended, steps in all, who is on it.
  public let run: RunSummary?
  /// Timers that wait, by due time.
  public let deadlines: [Deadline]
  public let heads: [EventID]

  public struct LastEntry: Hashable, Sendable {
    public let at: Instant
    public let by: Untrusted
    public let text: Untrusted

    public init(at: Instant, by: Untrusted, text: Untrusted) {
      self.at = at
      self.by = by
      self.text = text
    }
  }

  public struct RunSummary: Hashable, Sendable {
    public let title: Untrusted
    public let ended: Int
    public let all: Int
    /// The number of the step that comes next, and who is on it.
    public let next: String?
    public let by: Untrusted?

    public init(title: Untrusted, ended: Int, all: Int, next: String?, by: Untrusted?) {
      self.title = title
      self.ended = ended
      self.all = all
      self.next = next
      self.by = by
    }
  }

  public struct Deadline: Hashable, Sendable {
    public let kind: IncidentTimer.Kind
    public let level: Int?
    public let due: Instant

    public init(kind: IncidentTimer.Kind, level: Int?, due: Instant) {
      self.kind = kind
      self.level = level
      self.due = due
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

  /// The deadline to show: a missing commander first, then the next to come, then the latest missed.
  public func nextDeadline(at now: Instant) -> Deadline? {
    if let commander = deadlines.first(where: { $0.kind == .commander }), commander.due < now {
      return commander
    }
    return deadlines.first { $0.due >= now } ?? deadlines.last
  }
}

/// The tabs of the board.
public enum BoardTab: String, CaseIterable, Sendable {
  case active, reviews, drills, closed

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
      run: run,
      deadlines: timers(at: lastActivity).filter(\.isRunning).map {
        BoardRow.Deadline(kind: $0.kind, level: $0.level, due: $0.due)
      },
      heads: heads)
  }
}
