import TextGate

/// A time set aside for maintenance, that comes again (seed 004).
public struct MaintenanceWindow: Hashable, Sendable {
  /// "Database".
  public let name: Untrusted
  /// When it begins.
  public let recurrence: Recurrence
  /// The name of the zone that ``recurrence`` is read in.
  public let zone: String
  /// Seconds from its begin to its end.
  public let duration: Int
  /// Seconds before its begin at which users must have been told; nil for no promise.
  public let notice: Int?
  /// How often it is used, in words: "as needed".
  public let frequency: Untrusted?

  /// Holds the parts as they are.
  public init(
    name: Untrusted, recurrence: Recurrence, zone: String, duration: Int, notice: Int?,
    frequency: Untrusted?
  ) {
    self.name = name
    self.recurrence = recurrence
    self.zone = zone
    self.duration = duration
    self.notice = notice
    self.frequency = frequency
  }

  /// One coming of a window.
  public struct Occurrence: Hashable, Sendable {
    /// When it begins and ends.
    public let time: Range<Instant>
    /// When users must have been told; nil for no promise.
    public let noticeDue: Instant?
  }

  /// Where a window stands now.
  public struct Standing: Sendable {
    /// The coming that is open; nil when none is.
    public let open: Occurrence?
    /// The next one that has not begun; nil when none can be told.
    public let next: Occurrence?
    /// The last one, when it is over.
    public let ended: Occurrence?

    /// Whether notice of the next one must have gone out by now.
    public func isNoticeDue(at now: Instant) -> Bool {
      next?.noticeDue.map { $0 <= now } ?? false
    }
  }

  /// What is open at `now` and what comes next; `zone` is the one that ``zone`` names.
  public func standing(at now: Instant, in zone: CivilZone) -> Standing {
    let last = recurrence.last(upTo: now, in: zone).map(occurrence)
    return Standing(
      open: last.flatMap { $0.time.contains(now) ? $0 : nil },
      next: recurrence.next(after: now, in: zone).map(occurrence),
      ended: last.flatMap { $0.time.upperBound <= now ? $0 : nil })
  }

  private func occurrence(_ start: Instant) -> Occurrence {
    Occurrence(time: start..<(start + max(1, duration)), noticeDue: notice.map { start - $0 })
  }
}

/// What is done around every maintenance window (seed 004).
public struct MaintenanceSteps: Hashable, Sendable {
  /// In order, ahead of the window.
  public var before: [Untrusted]
  /// In order, while it is open.
  public var during: [Untrusted]
  /// In order, once the work is done.
  public var after: [Untrusted]

  /// Holds the parts as they are.
  public init(before: [Untrusted] = [], during: [Untrusted] = [], after: [Untrusted] = []) {
    self.before = before
    self.during = during
    self.after = after
  }

  /// Whether nothing is told.
  public var isEmpty: Bool { before.isEmpty && during.isEmpty && after.isEmpty }
}

/// Something that a machine does again and again: a backup (seed 001).
public struct Backup: Hashable, Sendable {
  /// "Full system backup".
  public let name: Untrusted
  /// When it begins.
  public let recurrence: Recurrence
  /// The name of the zone that ``recurrence`` is read in.
  public let zone: String

  /// Holds the parts as they are.
  public init(name: Untrusted, recurrence: Recurrence, zone: String) {
    self.name = name
    self.recurrence = recurrence
    self.zone = zone
  }
}
