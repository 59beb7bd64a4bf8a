/// Times as authors write them.
enum Durations {
  private static let units: [(words: [String], seconds: Int)] = [
    (["s", "sec", "secs", "second", "seconds"], 1),
    (["m", "min", "mins", "minute", "minutes", "分"], 60),
    (["h", "hr", "hrs", "hour", "hours", "時間"], 3_600),
    (["d", "day", "days"], 86_400),
  ]

  /// The first duration in a text: `5m`, `10 minutes`, `1h 30m`, `5-10 min` (the longer counts).
  static func seconds(in text: String) -> Int? {
    let lower = text.lowercased()
    var index = lower.startIndex
    var total: Int?
    while index < lower.endIndex {
      guard let found = next(in: lower, from: index) else { break }
      if total != nil, !found.isAdjacent { break }
      total = (total ?? 0) + found.seconds
      index = lower[found.end...].firstIndex { $0 != " " } ?? lower.endIndex
    }
    return total
  }

  /// A duration that is the whole text: `30m`, `1h30m`.
  static func exactly(_ text: String) -> Int? {
    guard text.utf8.count <= 40 else { return nil }
    let lower = text.lowercased()
    var index = lower.startIndex
    var total = 0
    repeat {
      guard let found = next(in: lower, from: index), found.isAdjacent else { return nil }
      total += found.seconds
      index = found.end
    } while index < lower.endIndex
    return total
  }

  private static func next(
    in text: String, from start: String.Index
  ) -> (seconds: Int, end: String.Index, isAdjacent: Bool)? {
    var index = start
    while index < text.endIndex {
      guard text[index].isASCII, text[index].isNumber else {
        index = text.index(after: index)
        continue
      }
      let first = index
      while index < text.endIndex, text[index].isASCII, text[index].isNumber {
        index = text.index(after: index)
      }
      guard let number = Int(text[first..<index]), number <= 100_000 else { continue }
      var after = index
      while after < text.endIndex, text[after] == " " || text[after] == "-" {
        after = text.index(after: after)
      }
      var end = after
      while end < text.endIndex, text[end].isLetter { end = text.index(after: end) }
      let word = String(text[after..<end])
      if let unit = units.first(where: { $0.words.contains(word) }) {
        return (number * unit.seconds, end, first == start)
      }
    }
    return nil
  }
}
