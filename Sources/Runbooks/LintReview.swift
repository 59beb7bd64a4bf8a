import IncidentDomain
import TextGate

extension Lint {
  /// Whether the last update is a day, has been, and is not too long ago, and the next review is not
  /// overdue.
  func review(_ runbook: Runbook) -> [Finding] {
    lastReview(runbook) + nextReview(runbook)
  }

  private func nextReview(_ runbook: Runbook) -> [Finding] {
    guard let told = runbook.fields["next review"], let read = ReviewDay.read(told.raw),
      let field = runbook.fields.all.first(where: {
        Fields.folded($0.key.raw) == Fields.folded("next review")
      }), let last = read.last.instant()
    else { return [] }
    let days = today.seconds(since: last) / 86_400
    guard days > 0 else { return [] }
    return [
      Finding(
        .staleReview, line: field.line, .warning,
        "the review was due \(days) days ago; try the steps and write the days of both reviews")
    ]
  }

  private func lastReview(_ runbook: Runbook) -> [Finding] {
    guard let told = runbook.fields.lastUpdated, !told.isBlank,
      let field = runbook.fields.all.first(where: { $0.value == told })
    else { return [] }
    guard let read = ReviewDay.read(told.raw), let first = read.first.instant(),
      let last = read.last.instant()
    else {
      return [
        Finding(
          .reviewDate, line: field.line, .warning,
          "\(field.key.showable) is no day: \(told.showable); write it as YYYY-MM-DD")
      ]
    }
    let ahead = first.seconds(since: today) / 86_400
    // A day ahead may be today in another zone.
    if ahead > 1 {
      return [
        Finding(
          .reviewDate, line: field.line, .warning,
          "\(field.key.showable) lies \(ahead) days ahead; write the day of the last review")
      ]
    }
    let days = today.seconds(since: last) / 86_400
    let limit =
      (runbook.fields["review in"]?.raw).flatMap(ReviewDay.days) ?? staleAfterDays
    guard days > limit else { return [] }
    return [
      Finding(
        .staleReview, line: field.line, .warning,
        """
        the last update was \(days) days ago, more than \(limit); try the steps and write the day \
        of the review
        """)
    ]
  }
}

/// Days as authors write them.
enum ReviewDay {
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  /// `2025-11-18`, `2025/11/18`, `November 18, 2025`, `18 Nov 2025`; `2025-11` and
  /// `November 2025` are all days of that month. Words after it are left out.
  static func read(_ text: String) -> (first: CivilTime, last: CivilTime)? {
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.prefix(3)
    var month: Int?
    var numbers: [Int] = []
    for word in words {
      if let number = number(word) {
        numbers.append(number)
      } else if month == nil, let named = named(word) {
        month = named
      } else {
        break
      }
    }
    guard let year = numbers.first(where: { (1970...9999).contains($0) }) else { return nil }
    let others = numbers.filter { $0 != year }
    switch (month, others.count) {
    case (let month?, 0): return days(of: year, month)
    case (let month?, _): return civil(year, month, others[0]).map { ($0, $0) }
    case (nil, 1): return days(of: year, others[0])
    case (nil, 2) where numbers[0] == year:
      return civil(year, others[0], others[1]).map { ($0, $0) }
    default: return nil
    }
  }

  private static func number(_ word: Substring) -> Int? {
    // `18th`, and the `T02:00` of a full timestamp.
    let digits = word.prefix { $0.isASCII && $0.isNumber }
    let rest = word.dropFirst(digits.count)
    guard ["", "st", "nd", "rd", "th"].contains(rest) || rest.hasPrefix("t") else { return nil }
    return digits.count <= 4 ? Int(digits) : nil
  }

  private static func named(_ word: Substring) -> Int? {
    guard word.count >= 3 else { return nil }
    return months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
  }

  private static func civil(_ year: Int, _ month: Int, _ day: Int) -> CivilTime? {
    let civil = CivilTime(year: year, month: month, day: day)
    return civil.instant() == nil ? nil : civil
  }

  private static func days(
    of year: Int, _ month: Int
  ) -> (first: CivilTime, last: CivilTime)? {
    let days = (1...31).compactMap { civil(year, month, $0) }
    guard let first = days.first, let last = days.last else { return nil }
    return (first, last)
  }

  /// `6 months`, `1 year`, `90 days` in days.
  static func days(_ text: String) -> Int? {
    let words = text.lowercased().split(separator: " ")
    guard words.count == 2, let count = Int(words[0]), (1...10_000).contains(count) else {
      return nil
    }
    let units: [(prefix: String, days: Int)] = [
      ("day", 1), ("week", 7), ("month", 31), ("year", 366),
    ]
    return units.first { words[1].hasPrefix($0.prefix) }.map { count * $0.days }
  }
}
