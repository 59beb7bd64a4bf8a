import IncidentDomain

/// A bound on something measured: `< 30 min`, `> 99.9 %`, `$500`.
public struct PolicyLimit: Hashable, Sendable {
  /// On which side of the number it is well.
  public enum Side: String, Sendable {
    case below = "<"
    case above = ">"
    case exactly = ""
  }

  /// What the number counts.
  public enum Unit: String, Sendable {
    case percent, seconds, dollars, euros, pounds
    case count = ""
  }

  /// On which side of the number it is well.
  public let side: Side
  /// In thousandths of the unit, so that 99.9 and 0.1 are exact.
  public let thousandths: Int
  /// What it counts; seconds for every length of time.
  public let unit: Unit
  /// As a person wrote it.
  public let written: String

  /// Reads a limit; nil for a text that is none.
  public init?(_ text: String) {
    written = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    var rest = Substring(written)
    func skip(_ prefix: String) -> Bool {
      guard rest.hasPrefix(prefix) else { return false }
      rest = rest.dropFirst(prefix.count).drop { $0 == " " }
      return true
    }
    if skip("<=") || skip("<") || skip("≤") {
      side = .below
    } else if skip(">=") || skip(">") || skip("≥") {
      side = .above
    } else {
      side = .exactly
    }
    var unit: Unit?
    if skip("$") {
      unit = .dollars
    } else if skip("€") {
      unit = .euros
    } else if skip("£") {
      unit = .pounds
    }
    guard let (value, length) = Self.number(rest) else { return nil }
    let tail = rest.dropFirst(length).drop { $0 == " " }.lowercased()
    var scale = 1
    if let unit {
      guard tail.isEmpty else { return nil }
      self.unit = unit
    } else if tail.isEmpty || tail == "+" {
      self.unit = .count
    } else if tail == "%" || tail == "percent" {
      self.unit = .percent
    } else if tail == "ms" || tail == "milliseconds" {
      // 200 ms is 200 thousandths of a second.
      guard value % 1000 == 0 else { return nil }
      self.unit = .seconds
      thousandths = value / 1000
      return
    } else if let seconds = PolicySpan.seconds(ofUnit: tail) {
      self.unit = .seconds
      scale = seconds
    } else {
      return nil
    }
    let (scaled, overflow) = value.multipliedReportingOverflow(by: scale)
    guard !overflow else { return nil }
    thousandths = scaled
  }

  /// A decimal number in thousandths and how many characters it has; nil for none or a finer one.
  static func number(_ text: Substring) -> (thousandths: Int, length: Int)? {
    var whole = 0
    var fraction = 0
    var places = 0
    var length = 0
    var isFraction = false
    var hasDigit = false
    for character in text {
      if let digit = character.wholeNumberValue, character.isASCII {
        hasDigit = true
        if isFraction {
          guard places < 3 else { return nil }
          fraction = fraction * 10 + digit
          places += 1
        } else {
          whole = whole * 10 + digit
          guard whole < 1_000_000_000_000 else { return nil }
        }
      } else if character == ".", !isFraction, hasDigit {
        isFraction = true
      } else if character != "," || isFraction {
        break
      }
      length += 1
    }
    guard hasDigit, !(isFraction && places == 0) else { return nil }
    while places < 3 {
      fraction *= 10
      places += 1
    }
    return (whole * 1000 + fraction, length)
  }

  /// Whether two limits say the same, however they are written.
  public func agrees(with other: PolicyLimit) -> Bool {
    thousandths == other.thousandths && unit == other.unit
      && (side == other.side || side == .exactly || other.side == .exactly)
  }
}

/// Lengths of time as people write them.
enum PolicySpan {
  private static let units: [(words: [String], seconds: Int)] = [
    (["s", "sec", "secs", "second", "seconds"], 1),
    (["m", "min", "mins", "minute", "minutes"], 60),
    (["h", "hr", "hrs", "hour", "hours"], 3600),
    (["d", "day", "days"], 86_400),
    (["w", "week", "weeks"], 604_800),
  ]

  static func seconds(ofUnit word: some StringProtocol) -> Int? {
    units.first { $0.words.contains(String(word)) }?.seconds
  }

  /// A length of time that is the whole text: `15 min`, `1 h 30 min`, `1.5 hours`, `2 working days`,
  /// `immediate`; a leading `<`, `+` or `after` is how people say "at most" and "later".
  static func read(_ text: String) -> Span? {
    var rest = Substring(text.lowercased()).drop(while: \.isWhitespace)
    for prefix in ["<=", "<", "≤", "+", "after "] where rest.hasPrefix(prefix) {
      rest = rest.dropFirst(prefix.count).drop { $0 == " " }
      break
    }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    if ["immediate", "immediately", "at once", "real-time", "realtime"].contains(rest) {
      return .elapsed(seconds: 0)
    }
    var total = 0
    var isFirst = true
    while !rest.isEmpty || isFirst {
      guard let (value, length) = PolicyLimit.number(rest) else { return nil }
      rest = rest.dropFirst(length).drop { $0 == " " || $0 == "-" }
      if isFirst, value % 1000 == 0, ["working day", "working days"].contains(rest) {
        return value / 1000 <= 10_000 ? .workingDays(value / 1000) : nil
      }
      let word = rest.prefix(while: \.isLetter)
      guard let seconds = seconds(ofUnit: word) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: seconds)
      guard !overflow, product % 1000 == 0, product / 1000 < 1 << 34 else { return nil }
      total += product / 1000
      rest = rest.dropFirst(word.count).drop { $0 == " " }
      isFirst = false
    }
    return .elapsed(seconds: total)
  }

  /// As ``read(_:)`` reads it again.
  static func written(_ span: Span) -> String {
    switch span {
    case .elapsed(0): "immediate"
    // Notices and recovery points are told in hours up to the third day.
    case .elapsed(let seconds) where seconds % 3600 == 0 && seconds < 3 * 86_400:
      "\(seconds / 3600) h"
    case .elapsed, .workingDays: span.word.text
    }
  }
}

/// Dates: 2026-11-21, and for an index written by people also `November 21, 2026`.
enum PolicyDate {
  static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  static func read(_ text: String) -> CivilTime? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.count) == [4, 2, 2] else { return nil }
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    guard numbers.count == 3 else { return nil }
    return valid(numbers[0], numbers[1], numbers[2])
  }

  /// `February 7, 2026` too.
  static func readWords(_ text: String) -> CivilTime? {
    if let date = read(text) { return date }
    let words = text.lowercased().split { $0 == " " || $0 == "," }
    guard words.count == 3, let day = Int(words[1]), let year = Int(words[2]),
      let month = months.firstIndex(where: { $0 == words[0] || $0.prefix(3) == words[0] })
    else { return nil }
    return valid(year, month + 1, day)
  }

  private static func valid(_ year: Int, _ month: Int, _ day: Int) -> CivilTime? {
    let date = CivilTime(year: year, month: month, day: day)
    return date.instant() == nil ? nil : date
  }

  static func written(_ date: CivilTime) -> String {
    String((date.instant() ?? Instant(milliseconds: 0)).iso8601.prefix(10))
  }
}
