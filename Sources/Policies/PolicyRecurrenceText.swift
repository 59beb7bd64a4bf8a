import IncidentDomain

/// Recurrences as people write them: `daily 02:00`, `Tue, Thu 03:00`, `first Sun 02:00`,
/// `last Friday`, `every 6 h`, `monthly`.
enum PolicyRecurrenceText {
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]
  private static let ordinals: [(words: [String], number: Int)] = [
    (["first", "1st"], 1), (["second", "2nd"], 2), (["third", "3rd"], 3),
    (["fourth", "4th"], 4), (["last"], -1),
  ]

  /// The recurrence, and how long it lasts where a span of the day is told: `Sun 04:00-05:00`.
  struct Reading {
    var recurrence: Recurrence
    /// Minutes.
    var minutes: Int?
    /// A zone that stands at the end: `UTC`.
    var zone: String?
  }

  static func read(_ text: String) -> Reading? {
    var words = text.replacing("–", with: "-").split { $0 == " " || $0 == "," || $0 == "/" }
      .map(String.init)
    var zone: String?
    if let last = words.last, last.count >= 3, last == "UTC" || last == "GMT" {
      zone = "UTC"
      words.removeLast()
    }
    var minute: Int?
    var minutes: Int?
    if let last = words.last, let time = timeOfDay(last) {
      minute = time.start
      minutes = time.end.map { ($0 - time.start + 1440) % 1440 }
      words.removeLast()
    }
    let lower = words.map { $0.lowercased() }
    guard let recurrence = days(lower, minute: minute) else { return nil }
    return Reading(recurrence: recurrence, minutes: minutes, zone: zone)
  }

  private static func days(_ words: [String], minute: Int?) -> Recurrence? {
    guard let first = words.first else {
      return minute == nil ? nil : .daily(minute: minute)
    }
    if first == "every", words.count > 1 {
      if words.count == 2, let unit = PolicySpan.seconds(ofUnit: words[1]) {
        return unit == 86_400 ? .daily(minute: minute) : interval(unit, minute)
      }
      if case .elapsed(let seconds)? = PolicySpan.read(words.dropFirst().joined(separator: " ")) {
        return interval(seconds, minute)
      }
      return days(Array(words.dropFirst()), minute: minute)
    }
    if words.count == 1 {
      switch first {
      case "hourly": return interval(3600, minute)
      case "daily", "day": return .daily(minute: minute)
      case "weekdays": return .weekly([0, 1, 2, 3, 4], minute: minute)
      case "weekly": return minute == nil ? .weekly([], minute: nil) : nil
      case "monthly": return minute == nil ? .monthly(.any, minute: nil) : nil
      case "quarterly": return minute == nil ? .quarterly : nil
      case "yearly", "annually": return minute == nil ? .yearly : nil
      default: break
      }
    }
    if let ordinal = ordinals.first(where: { $0.words.contains(first) })?.number {
      let tail = words.dropFirst().filter { !["of", "the", "month"].contains($0) }
      guard tail.count == 1, let day = weekday(tail[tail.startIndex]) else { return nil }
      return .monthly(.nth(ordinal, weekday: day), minute: minute)
    }
    if first == "day", words.count == 2, let day = Int(words[1]), (1...31).contains(day) {
      return .monthly(.day(day), minute: minute)
    }
    let named = words.map(weekday)
    guard named.allSatisfy({ $0 != nil }) else { return nil }
    return .weekly(Array(Set(named.compactMap(\.self))).sorted(), minute: minute)
  }

  private static func interval(_ seconds: Int, _ minute: Int?) -> Recurrence? {
    // An interval that does not divide the day would drift over the clock.
    guard minute == nil, seconds >= 60, seconds <= 86_400, 86_400 % seconds == 0 else {
      return nil
    }
    return .every(seconds: seconds)
  }

  private static func weekday(_ word: String) -> Int? {
    let word = word.hasSuffix("s") && word.count > 3 ? String(word.dropLast()) : word
    return weekdays.firstIndex {
      $0 == word || word.count >= 3 && $0.hasPrefix(word)
    }
  }

  private static func timeOfDay(_ text: String) -> (start: Int, end: Int?)? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let start = clock(parts[0]) else { return nil }
    if parts.count == 1 { return (start, nil) }
    guard let end = clock(parts[1]) else { return nil }
    return (start, end)
  }

  private static func clock(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }
}
