/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Pure: nothing here asks a clock or a time zone.
public struct Instant: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z; negative before.
  public let milliseconds: Int64

  /// Takes any value; only ``earliest`` to ``latest`` can be written in a record.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The earlier is the smaller.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Whole seconds from `start` to this instant, rounded down; negative when this is earlier.
  public func seconds(since start: Instant) -> Int {
    let (difference, isTooFar) = milliseconds.subtractingReportingOverflow(start.milliseconds)
    if isTooFar { return milliseconds < start.milliseconds ? Int.min / 1000 : Int.max / 1000 }
    return Int(difference >= 0 ? difference / 1000 : (difference - 999) / 1000)
  }

  /// As many seconds later; at the end of what can be counted it stays there.
  public static func + (instant: Instant, seconds: Int) -> Instant {
    let (length, isTooLong) = Int64(seconds).multipliedReportingOverflow(by: 1000)
    let (sum, isTooFar) = instant.milliseconds.addingReportingOverflow(length)
    if isTooLong || isTooFar { return Instant(milliseconds: seconds < 0 ? .min : .max) }
    return Instant(milliseconds: sum)
  }

  /// As many seconds earlier; at the end of what can be counted it stays there.
  public static func - (instant: Instant, seconds: Int) -> Instant {
    instant + (seconds == .min ? .max : -seconds)
  }

  /// The first instant that ``iso8601`` can write: 0001-01-01T00:00:00.000Z.
  public static let earliest = Instant(milliseconds: -62_135_596_800_000)
  /// The last instant that ``iso8601`` can write: 9999-12-31T23:59:59.999Z.
  public static let latest = Instant(milliseconds: 253_402_300_799_999)
}

/// How exactly a person told a time. Shown as told: a day never turns into midnight.
public enum Precision: String, Sendable {
  case day, minute, second
}

/// A time as a person told it.
public struct ToldTime: Hashable, Sendable {
  /// A point within the day, minute or second that was told; ``precision`` says how much of it
  /// counts.
  public let instant: Instant
  /// How much of ``instant`` was told; the rest is unknown, not zero.
  public let precision: Precision

  /// Does not round: what is finer than `precision` is kept and not shown.
  public init(_ instant: Instant, _ precision: Precision = .second) {
    self.instant = instant
    self.precision = precision
  }
}

/// A date and time of day in UTC, proleptic Gregorian.
public struct CivilTime: Hashable, Sendable {
  /// 1 to 9999 in what can be written.
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int
  /// 0 to 23.
  public var hour: Int
  /// 0 to 59.
  public var minute: Int
  /// 0 to 60, where 60 counts as the next minute's first.
  public var second: Int
  /// 0 to 999.
  public var millisecond: Int

  /// Takes any numbers; ``instant(offsetSeconds:)`` says whether there is such a time.
  public init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    millisecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.millisecond = millisecond
  }

  /// The civil time of an instant, `offsetSeconds` east of UTC.
  public init(_ instant: Instant, offsetSeconds: Int = 0) {
    let shifted = (instant + offsetSeconds).milliseconds
    let days = Self.floorDivide(shifted, 86_400_000)
    let rest = Int(shifted - days * 86_400_000)
    (year, month, day) = Self.civil(fromDays: Int(days))
    hour = rest / 3_600_000
    minute = rest / 60_000 % 60
    second = rest / 1000 % 60
    millisecond = rest % 1000
  }

  /// The instant, when the fields are read as `offsetSeconds` east of UTC; nil for 31 February and
  /// its like. A second of 60 counts as the next minute's first.
  public func instant(offsetSeconds: Int = 0) -> Instant? {
    guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, year: year),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
      (0...999).contains(millisecond), (1...9999).contains(year)
    else { return nil }
    let seconds =
      Int64(Self.days(fromCivil: year, month, day)) * 86_400
      + Int64(hour * 3600 + minute * 60 + second - offsetSeconds)
    return Instant(milliseconds: seconds * 1000 + Int64(millisecond))
  }

  /// 0 for Monday to 6 for Sunday.
  public var weekday: Int {
    let days = Self.days(fromCivil: year, month, day)
    return ((days + 3) % 7 + 7) % 7
  }

  private static func days(inMonth month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    value >= 0 ? value / by : (value - by + 1) / by
  }

  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil.
  private static func days(fromCivil year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  // The same source: civil_from_days.
  private static func civil(fromDays days: Int) -> (Int, Int, Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthPart = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthPart + 2) / 5 + 1
    let month = monthPart < 10 ? monthPart + 3 : monthPart - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension Instant {
  /// ISO 8601 in UTC with milliseconds, as every export writes it: `2018-10-21T22:52:00.000Z`.
  ///
  /// An instant outside the years 1 to 9999 is written as the nearest one within.
  public var iso8601: String {
    let civil = CivilTime(min(max(self, .earliest), .latest))
    var out = [UInt8]()
    out.reserveCapacity(24)
    func put(_ value: Int, _ digits: Int) {
      var divisor = 1
      for _ in 1..<digits { divisor *= 10 }
      var rest = value
      while divisor > 0 {
        out.append(UInt8(ascii: "0") + UInt8(rest / divisor % 10))
        rest %= divisor
        divisor /= 10
      }
    }
    put(civil.year, 4)
    out.append(UInt8(ascii: "-"))
    put(civil.month, 2)
    out.append(UInt8(ascii: "-"))
    put(civil.day, 2)
    out.append(UInt8(ascii: "T"))
    put(civil.hour, 2)
    out.append(UInt8(ascii: ":"))
    put(civil.minute, 2)
    out.append(UInt8(ascii: ":"))
    put(civil.second, 2)
    out.append(UInt8(ascii: "."))
    put(civil.millisecond, 3)
    out.append(UInt8(ascii: "Z"))
    return String(decoding: out, as: UTF8.self)
  }

  /// Reads what ``iso8601`` writes, and nothing else; nil for any other text.
  public init?(iso8601 text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54,
      bytes[13] == 0x3A, bytes[16] == 0x3A, bytes[19] == 0x2E, bytes[23] == 0x5A
    else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in bytes[range] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      second < 60, let millisecond = number(20..<23),
      let instant = CivilTime(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second,
        millisecond: millisecond
      ).instant()
    else { return nil }
    self = instant
  }
}
