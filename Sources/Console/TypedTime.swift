import IncidentDomain
import TextGate

/// Times as a person types them (COMMANDS.md, TIME).
public enum TypedTime {
  /// Reads `HH:MM[:SS]` (today, or yesterday if that would be in the future), `-10m` and the like,
  /// or ISO 8601: `2026-03-01`, `2026-03-01T14:02`, `2026-03-01T14:02:30Z`.
  ///
  /// - Parameters:
  ///   - offsetSeconds: how far east of UTC a time without `Z` is meant.
  /// - Returns: nil when it is no time.
  public static func read(
    _ text: some StringProtocol, now: Instant, offsetSeconds: Int = 0
  ) -> ToldTime? {
    if text.hasPrefix("-") {
      guard let seconds = seconds(text.dropFirst()) else { return nil }
      return ToldTime(now - seconds)
    }
    if let time = clock(text) {
      var civil = CivilTime(now, offsetSeconds: offsetSeconds)
      (civil.hour, civil.minute, civil.second) = (time.hour, time.minute, time.second ?? 0)
      civil.millisecond = 0
      guard var instant = civil.instant(offsetSeconds: offsetSeconds) else { return nil }
      if instant > now + 60 { instant = instant - 86_400 }
      return ToldTime(instant, time.second == nil ? .minute : .second)
    }
    return full(text, offsetSeconds: offsetSeconds)
  }

  /// Reads a length of time to come: `10m`, `90s`, `2h`, `3d`, or minutes without a letter.
  public static func seconds(_ text: some StringProtocol) -> Int? {
    var digits = Substring(text)
    var unit = 60
    if let last = digits.last, let found = ["s": 1, "m": 60, "h": 3600, "d": 86_400][last] {
      unit = found
      digits = digits.dropLast()
    }
    guard digits.utf8.count <= 6, let count = number(digits) else { return nil }
    return count * unit
  }

  private static func clock(_ text: some StringProtocol) -> (hour: Int, minute: Int, second: Int?)?
  {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, (1...2).contains(parts[0].utf8.count),
      parts.dropFirst().allSatisfy({ $0.utf8.count == 2 })
    else { return nil }
    let numbers = parts.compactMap { number($0) }
    guard numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60,
      numbers.count < 3 || numbers[2] < 60
    else { return nil }
    return (numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : nil)
  }

  private static func full(_ text: some StringProtocol, offsetSeconds: Int) -> ToldTime? {
    var text = Substring(text)
    var offset = offsetSeconds
    if text.hasSuffix("Z") {
      text = text.dropLast()
      offset = 0
    }
    let halves = text.split(maxSplits: 1) { $0 == "T" || $0 == " " }
    guard let date = halves.first else { return nil }
    let days = date.split(separator: "-", omittingEmptySubsequences: false)
    guard days.count == 3, days[0].utf8.count == 4, let year = number(days[0]),
      let month = number(days[1]), let day = number(days[2])
    else { return nil }
    var civil = CivilTime(year: year, month: month, day: day)
    guard halves.count == 2 else {
      return civil.instant(offsetSeconds: 0).map { ToldTime($0, .day) }
    }
    guard let time = clock(halves[1]) else { return nil }
    (civil.hour, civil.minute, civil.second) = (time.hour, time.minute, time.second ?? 0)
    return civil.instant(offsetSeconds: offset).map {
      ToldTime($0, time.second == nil ? .minute : .second)
    }
  }

  private static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 6,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }
}
