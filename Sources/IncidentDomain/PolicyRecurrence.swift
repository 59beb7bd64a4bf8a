/// What comes again: a maintenance window, a backup, an item of a checklist. A small part of what
/// iCalendar can say, in the words that teams write (seeds 001 and 004).
public enum Recurrence: Hashable, Sendable {
  /// Every so many seconds, counted from midnight UTC.
  case every(seconds: Int)
  /// `minute` of the day, from 0; nil for some time in the day.
  case daily(minute: Int?)
  /// On weekdays from 0 for Monday to 6 for Sunday; none means some day of the week.
  case weekly([Int], minute: Int?)
  case monthly(MonthDay, minute: Int?)
  /// Some time in a quarter of the year.
  case quarterly
  /// Some time in a year.
  case yearly

  /// Which day of a month.
  public enum MonthDay: Hashable, Sendable {
    /// Some day.
    case any
    /// The first to the fourth weekday, or with -1 the last; 0 for Monday.
    case nth(Int, weekday: Int)
    /// 1 to 31; a month without that day is left out.
    case day(Int)
  }

  /// Whether it names the moment, not only the day, week or month.
  public var hasTime: Bool {
    switch self {
    case .every: true
    case .daily(let minute): minute != nil
    case .weekly(let days, let minute): !days.isEmpty && minute != nil
    case .monthly(.any, _): false
    case .monthly(_, let minute): minute != nil
    case .quarterly, .yearly: false
    }
  }

  /// The first moment after `instant`; nil where only a week, a month or longer is named.
  public func next(after instant: Instant, in zone: CivilZone) -> Instant? {
    if case .every(let seconds) = self {
      guard seconds > 0 else { return nil }
      let length = Int64(seconds) * 1000
      let count = instant.milliseconds.quotientRoundedDown(by: length)
      return Instant(milliseconds: (count + 1) * length)
    }
    return moment(from: instant, in: zone, step: 1) { $0 > instant }
  }

  /// The last moment at or before `instant`; nil where only a week, a month or longer is named.
  public func last(upTo instant: Instant, in zone: CivilZone) -> Instant? {
    if case .every(let seconds) = self {
      guard seconds > 0 else { return nil }
      let length = Int64(seconds) * 1000
      return Instant(milliseconds: instant.milliseconds.quotientRoundedDown(by: length) * length)
    }
    return moment(from: instant, in: zone, step: -1) { $0 <= instant }
  }

  /// A day and a month of five weeks more than a year hold every day that can be named once.
  private static let longestSearch = 800

  private func moment(
    from instant: Instant, in zone: CivilZone, step: Int, _ isWanted: (Instant) -> Bool
  ) -> Instant? {
    guard let minute else { return nil }
    let today = zone.civil(instant)
    // The search begins a day on the other side: the offset may have moved midnight.
    var day = CivilTime(year: today.year, month: today.month, day: today.day).adding(days: -step)
    for _ in 0..<Self.longestSearch {
      if falls(on: day) {
        var time = day
        time.hour = minute / 60
        time.minute = minute % 60
        if let moment = zone.instant(of: time), isWanted(moment) { return moment }
      }
      day = day.adding(days: step)
    }
    return nil
  }

  /// The minute of the day; 0 where a day is named without a time, nil where no day is.
  private var minute: Int? {
    switch self {
    case .every, .quarterly, .yearly, .monthly(.any, _): nil
    case .daily(let minute): minute ?? 0
    case .weekly(let days, let minute): days.isEmpty ? nil : minute ?? 0
    case .monthly(_, let minute): minute ?? 0
    }
  }

  /// Whether it falls on a day, as the zone's calendar names it.
  public func falls(on day: CivilTime) -> Bool {
    switch self {
    case .every, .daily: true
    case .weekly(let days, _): days.contains(day.weekday)
    case .monthly(.any, _), .quarterly, .yearly: false
    case .monthly(.day(let number), _): day.day == number
    case .monthly(.nth(let number, let weekday), _):
      day.weekday == weekday
        && (number < 0
          ? day.adding(days: 7).month != day.month : (day.day - 1) / 7 + 1 == number)
    }
  }
}

/// The length of what must be done once in it.
public enum Cycle: String, CaseIterable, Sendable {
  case daily, weekly, monthly, quarterly, yearly
  /// Not by the calendar: at a kickoff, or when it is needed.
  case kickoff

  /// The word as shown.
  public var word: String { rawValue }

  /// The day, week (from Monday), month, quarter or year that holds `instant`; nil for ``kickoff``.
  public func period(of instant: Instant, in zone: CivilZone) -> Range<Instant>? {
    let now = zone.civil(instant)
    let day = CivilTime(year: now.year, month: now.month, day: now.day)
    let first: CivilTime
    let next: CivilTime
    switch self {
    case .daily:
      first = day
      next = day.adding(days: 1)
    case .weekly:
      first = day.adding(days: -day.weekday)
      next = first.adding(days: 7)
    case .monthly:
      first = CivilTime(year: day.year, month: day.month, day: 1)
      next = first.adding(months: 1)
    case .quarterly:
      first = CivilTime(year: day.year, month: (day.month - 1) / 3 * 3 + 1, day: 1)
      next = first.adding(months: 3)
    case .yearly:
      first = CivilTime(year: day.year, month: 1, day: 1)
      next = first.adding(months: 12)
    case .kickoff: return nil
    }
    guard let start = zone.instant(of: first), let end = zone.instant(of: next), start < end else {
      return nil
    }
    return start..<end
  }
}

extension CivilTime {
  /// The same time of day so many days later; the time of day itself is not looked at.
  public func adding(days: Int) -> CivilTime {
    guard let midnight = CivilTime(year: year, month: month, day: day).instant() else {
      return self
    }
    var result = CivilTime(midnight + days * 86_400)
    (result.hour, result.minute) = (hour, minute)
    (result.second, result.millisecond) = (second, millisecond)
    return result
  }

  /// The first of the month so many months later.
  func adding(months: Int) -> CivilTime {
    let index = year * 12 + month - 1 + months
    return CivilTime(year: index / 12, month: index % 12 + 1, day: 1)
  }
}

extension Int64 {
  fileprivate func quotientRoundedDown(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : (self - divisor + 1) / divisor
  }
}

/// A time zone for calendars, as the edge of the program looked it up: the domain asks no system.
public struct CivilZone: Sendable {
  /// As the policy names it: `Europe/Berlin`.
  public let name: String
  /// Seconds east of UTC at an instant.
  public let offsetSeconds: @Sendable (Instant) -> Int

  /// Names a zone; `offsetSeconds` must give the same for the same instant.
  public init(name: String, offsetSeconds: @escaping @Sendable (Instant) -> Int) {
    self.name = name
    self.offsetSeconds = offsetSeconds
  }

  /// UTC.
  public static let utc = CivilZone(name: "UTC") { _ in 0 }

  /// What the zone's clocks show.
  public func civil(_ instant: Instant) -> CivilTime {
    CivilTime(instant, offsetSeconds: offsetSeconds(instant))
  }

  /// The instant at which the zone's clocks show a civil time. Shown twice, it is the first; never
  /// shown because clocks sprang forward over it, it is as if they had not. Nil for 31 February.
  public func instant(of civil: CivilTime) -> Instant? {
    guard let asUTC = civil.instant() else { return nil }
    let offsets = [offsetSeconds(asUTC - 86_400), offsetSeconds(asUTC + 86_400)]
    let shown = offsets.map { asUTC - $0 }.filter {
      offsetSeconds($0) == asUTC.seconds(since: $0)
    }
    return shown.min() ?? asUTC - offsets[0]
  }
}
