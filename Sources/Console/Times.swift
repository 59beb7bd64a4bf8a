import IncidentDomain
import TextGate

/// Times as the screens show them, in UTC or in the reader's zone.
extension Model {
  /// `14:05:19` today, `03-01 14:05` on another day, with the zone's name for a prompt or header.
  func clock(_ told: ToldTime) -> Showable {
    "\(time(told)) \(zone.name)"
  }

  /// A told time as told: `14:05:19`, `14:02`, or its day.
  func time(_ told: ToldTime) -> Showable {
    let civil = CivilTime(told.instant, offsetSeconds: zone.offsetSeconds)
    let day: Showable = "\(Self.two(civil.month))-\(Self.two(civil.day))"
    let minutes: Showable = "\(Self.two(civil.hour)):\(Self.two(civil.minute))"
    if told.precision == .day {
      // A day that was told is a day in UTC and never turns into another one by a zone.
      let utc = CivilTime(told.instant)
      return "\(utc.year)-\(Self.two(utc.month))-\(Self.two(utc.day))"
    }
    guard isToday(civil) else { return "\(day) \(minutes)" }
    return told.precision == .minute ? minutes : "\(minutes):\(Self.two(civil.second))"
  }

  /// The hour and minute, with the day when it is another one.
  func minutes(_ instant: Instant) -> Showable { time(ToldTime(instant, .minute)) }

  /// The whole date and time: `2026-03-01 14:05:19`.
  func dateTime(_ instant: Instant) -> Showable {
    let civil = CivilTime(instant, offsetSeconds: zone.offsetSeconds)
    return
      "\(civil.year)-\(Self.two(civil.month))-\(Self.two(civil.day)) \(Self.two(civil.hour)):\(Self.two(civil.minute)):\(Self.two(civil.second))"
  }

  /// A day, or from which to which; the calendar's own zone may begin it some hours before ours.
  func days(_ period: Range<Instant>) -> Showable {
    let half = min(43_200, period.upperBound.seconds(since: period.lowerBound) / 2)
    let first = time(ToldTime(period.lowerBound + half, .day))
    let last = time(ToldTime(period.upperBound - half, .day))
    return first == last ? first : "\(first) to \(last)"
  }

  private func isToday(_ civil: CivilTime) -> Bool {
    let today = CivilTime(now, offsetSeconds: zone.offsetSeconds)
    return (civil.year, civil.month, civil.day) == (today.year, today.month, today.day)
  }

  static func two(_ value: Int) -> Showable { value < 10 ? "0\(value)" : "\(value)" }
}
