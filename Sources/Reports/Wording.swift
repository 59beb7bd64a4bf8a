import IncidentDomain
import TextGate

extension Showable {
  /// A length of time in words: `45 s`, `3 min 10 s`, `24 h 11 min`, `4 d 3 h`.
  static func duration(_ seconds: Int) -> Showable {
    func parts(_ large: Int, _ unit: Showable, _ small: Int, _ smallUnit: Showable) -> Showable {
      small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
    }
    if seconds < 0 { return "minus \(duration(-seconds))" }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return parts(seconds / 60, "min", seconds % 60, "s") }
    if seconds < 2 * 86_400 { return parts(seconds / 3600, "h", seconds % 3600 / 60, "min") }
    return parts(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
  }

  /// A text of several lines on one.
  static func joined(_ text: Untrusted) -> Showable { text.showableLines.joined(" / ") }

  /// `1 step`, `3 steps`.
  static func count(_ number: Int, _ one: Showable, _ many: Showable) -> Showable {
    "\(number) \(number == 1 ? one : many)"
  }
}

extension ToldTime {
  /// The day: `2021-12-10`.
  var day: Showable { ToldTime(instant, .day).showable }

  /// The time within its day, as told: `15:40Z`, `15:40:07Z`; the day itself when only it was told.
  var timeOfDay: Showable {
    let text = showable
    guard precision != .day else { return text }
    return text.keeping(text.text.unicodeScalars.dropFirst(11))
  }

  /// The time, without its day when that is the day of `other`.
  func showable(beside other: ToldTime) -> Showable {
    day == other.day && precision != .day ? timeOfDay : showable
  }
}
