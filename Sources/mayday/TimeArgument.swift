import IncidentDomain
import TextGate

/// Reads the TIME of COMMANDS.md: ISO 8601, `HH:MM[:SS]` today, or `-10m`.
struct TimeReader {
  let now: Instant
  let zone: ClockZone

  /// `HH:MM` may lead the clock by so much and still be today's: two clocks never agree to the second.
  static let toleratedLeadSeconds = 60

  /// - Throws: a ``Failure`` for usage that names the forms.
  func read(_ text: String) throws(Failure) -> ToldTime {
    guard let told = parse(text.trimmed) else {
      throw Failure(
        .usage,
        "\(Untrusted(text).showable) is no time; give 2026-11-21T14:02Z, 2026-11-21, 14:02 or -10m")
    }
    return told
  }

  private func parse(_ text: String) -> ToldTime? {
    if text.hasPrefix("-") {
      guard let seconds = TimeReader.seconds(text.dropFirst()) else { return nil }
      return ToldTime(now - seconds)
    }
    var scanner = Scanner(text)
    guard let first = scanner.number(1...4) else { return nil }
    if first.digits <= 2 { return timeOfDay(hour: first.value, &scanner) }
    guard first.digits == 4, scanner.take("-"), let month = scanner.number(2...2),
      scanner.take("-"), let day = scanner.number(2...2)
    else { return nil }
    var civil = CivilTime(year: first.value, month: month.value, day: day.value)
    if scanner.isAtEnd {
      // A day is a date wherever it is told: it is kept as that date, never as a midnight.
      return civil.instant().map { ToldTime($0, .day) }
    }
    guard scanner.take("T") || scanner.take("t") || scanner.take(" "),
      let hour = scanner.number(2...2), scanner.take(":"), let minute = scanner.number(2...2)
    else { return nil }
    civil.hour = hour.value
    civil.minute = minute.value
    guard let precision = scanner.seconds(into: &civil) else { return nil }
    if scanner.isAtEnd { return zone.instant(of: civil).map { ToldTime($0, precision) } }
    guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
    return civil.instant(offsetSeconds: offset).map { ToldTime($0, precision) }
  }

  private func timeOfDay(hour: Int, _ scanner: inout Scanner) -> ToldTime? {
    guard scanner.take(":"), let minute = scanner.number(2...2) else { return nil }
    var civil = CivilTime(now, offsetSeconds: zone.offsetSeconds(at: now))
    civil.hour = hour
    civil.minute = minute.value
    civil.second = 0
    civil.millisecond = 0
    guard let precision = scanner.seconds(into: &civil) else { return nil }
    let isZulu = scanner.take("Z") || scanner.take("z")
    guard scanner.isAtEnd else { return nil }
    let zone = isZulu ? ClockZone.utc : zone
    if isZulu {
      let today = CivilTime(now)
      (civil.year, civil.month, civil.day) = (today.year, today.month, today.day)
    }
    guard let today = zone.instant(of: civil) else { return nil }
    if today <= now + Self.toleratedLeadSeconds { return ToldTime(today, precision) }
    guard
      let noon = CivilTime(year: civil.year, month: civil.month, day: civil.day, hour: 12).instant()
    else { return nil }
    let before = CivilTime(noon - 86_400)
    (civil.year, civil.month, civil.day) = (before.year, before.month, before.day)
    return zone.instant(of: civil).map { ToldTime($0, precision) }
  }

  /// Reads a duration: `10m`, `2h`, `90s`, `1d`, `1h30m`; nil for anything else.
  static func seconds(_ text: some StringProtocol) -> Int? {
    var scanner = Scanner(String(text))
    var total = 0
    var lastUnit = Int.max
    repeat {
      guard let count = scanner.number(1...9) else { return nil }
      let unit: Int
      if scanner.take("d") {
        unit = 86_400
      } else if scanner.take("h") {
        unit = 3600
      } else if scanner.take("m") {
        unit = 60
      } else if scanner.take("s") {
        unit = 1
      } else {
        return nil
      }
      guard unit < lastUnit else { return nil }
      lastUnit = unit
      total += count.value * unit
    } while !scanner.isAtEnd
    return total <= 100 * 366 * 86_400 ? total : nil
  }

  /// Reads a time to come: a date, a time with its date, or a length of time from now.
  ///
  /// - Throws: a ``Failure`` for usage that names the forms.
  func readDue(_ text: String) throws(Failure) -> Instant {
    if let seconds = Self.seconds(text.trimmed) { return now + seconds }
    guard text.utf8.count >= 10, let told = parse(text.trimmed) else {
      throw Failure(
        .usage, "\(Untrusted(text).showable) is no date; give 2026-12-01, 2026-12-01T12:00Z or 7d")
    }
    return told.instant
  }

  /// Reads a length of time to come: `--in 10m`.
  ///
  /// - Throws: a ``Failure`` for usage that names the forms.
  static func duration(_ text: String) throws(Failure) -> Int {
    guard let seconds = seconds(text.trimmed), seconds > 0 else {
      throw Failure(
        .usage, "\(Untrusted(text).showable) is no length of time; give 10m, 2h or 1h30m")
    }
    return seconds
  }
}

extension String {
  /// Without the blanks around it.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

private struct Scanner {
  private let bytes: [UInt8]
  private var at = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { at == bytes.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, UInt32(bytes[at]) == character.value else { return false }
    at += 1
    return true
  }

  /// As many digits as stand here, if their count is allowed.
  mutating func number(_ allowed: ClosedRange<Int>) -> (value: Int, digits: Int)? {
    let start = at
    var value = 0
    while at < bytes.count, (0x30...0x39).contains(bytes[at]), at - start < allowed.upperBound {
      value = value * 10 + Int(bytes[at] - 0x30)
      at += 1
    }
    return allowed.contains(at - start) ? (value, at - start) : nil
  }

  /// `:SS[.fff]`, if it stands here; the precision that was told, nil when it is malformed.
  mutating func seconds(into civil: inout CivilTime) -> Precision? {
    guard take(":") else { return .minute }
    guard let second = number(2...2) else { return nil }
    civil.second = second.value
    if take(".") || take(",") {
      guard let fraction = number(1...9) else { return nil }
      var digits = fraction.digits
      var value = fraction.value
      while digits < 3 {
        value *= 10
        digits += 1
      }
      while digits > 3 {
        value /= 10
        digits -= 1
      }
      civil.millisecond = value
    }
    return .second
  }

  /// `Z`, `+02:00`, `+0200` or `+02`, as seconds east of UTC.
  mutating func offset() -> Int? {
    if take("Z") || take("z") { return 0 }
    let sign: Int
    if take("+") {
      sign = 1
    } else if take("-") {
      sign = -1
    } else {
      return nil
    }
    guard let hours = number(2...2), hours.value <= 23 else { return nil }
    if isAtEnd { return sign * hours.value * 3600 }
    _ = take(":")
    guard let minutes = number(2...2), minutes.value <= 59 else { return nil }
    return sign * (hours.value * 3600 + minutes.value * 60)
  }
}
