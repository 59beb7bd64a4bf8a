/// Changes of whole lines as a unified diff, which `patch -p1` and `git apply` take.
struct UnifiedDiff {
  /// What becomes of one line.
  struct Change {
    /// In its place; nil leaves it as it is.
    var replacement: [UInt8]?
    /// After it, in order.
    var additions: [[UInt8]] = []
  }

  /// Lines without their line feeds.
  private let lines: [[UInt8]]
  private let endsInLineFeed: Bool
  /// By the line's number, from 1.
  private(set) var changes: [Int: Change] = [:]

  private static let context = 3

  init(of text: [UInt8]) {
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    endsInLineFeed = lines.last?.isEmpty == true
    if endsInLineFeed { lines.removeLast() }
    self.lines = lines
  }

  /// The line as it is now, without its carriage return; nil when there is none.
  func line(_ number: Int) -> String? {
    guard (1...max(1, lines.count)).contains(number), !lines.isEmpty else { return nil }
    let bytes = changes[number]?.replacement ?? lines[number - 1]
    return String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  mutating func replace(_ number: Int, with text: String) {
    let isReturned = lines.indices.contains(number - 1) && lines[number - 1].last == 0x0D
    changes[number, default: Change()].replacement = Array(text.utf8) + (isReturned ? [0x0D] : [])
  }

  mutating func add(_ texts: [String], after number: Int) {
    changes[number, default: Change()].additions += texts.map { Array($0.utf8) }
  }

  /// What stands in the place of a line: itself or its replacement, and what was added after it.
  /// New lines end as the file's lines do.
  private func written(_ number: Int) -> [[UInt8]] {
    var out = [changes[number]?.replacement ?? lines[number - 1]]
    guard let additions = changes[number]?.additions, !additions.isEmpty else { return out }
    guard lines.first?.last == 0x0D else { return out + additions }
    let isOpen = number == lines.count && !endsInLineFeed
    if isOpen { out[0].append(0x0D) }
    out += additions.map { $0 + [0x0D] }
    if isOpen { out[out.count - 1].removeLast() }
    return out
  }

  /// The text with the changes.
  var changed: [UInt8] {
    let out = lines.indices.flatMap { written($0 + 1) }
    return Array(out.joined(separator: [0x0A])) + (endsInLineFeed ? [0x0A] : [])
  }

  // MARK: As a patch

  /// The hunks under their two names; empty when nothing changes.
  func patch(path: String) -> [UInt8] {
    let numbers = changes.keys.sorted()
    guard !numbers.isEmpty else { return [] }
    var out = Array("--- a/\(path)\n+++ b/\(path)\n".utf8)
    var shift = 0
    var start = 0
    while start < numbers.count {
      var end = start
      while end + 1 < numbers.count, numbers[end + 1] - numbers[end] <= 2 * Self.context + 1 {
        end += 1
      }
      let first = max(1, numbers[start] - Self.context)
      let last = min(lines.count, numbers[end] + Self.context)
      append(hunk: first...last, &shift, to: &out)
      start = end + 1
    }
    return out
  }

  private func append(hunk: ClosedRange<Int>, _ shift: inout Int, to out: inout [UInt8]) {
    var body: [UInt8] = []
    var count = 0
    func write(_ mark: Character, _ line: [UInt8], isLast: Bool) {
      body += Array(String(mark).utf8) + line + [0x0A]
      if isLast, !endsInLineFeed { body += Array("\\ No newline at end of file\n".utf8) }
    }
    for number in hunk {
      let line = lines[number - 1]
      let isLast = number == lines.count
      let now = written(number)
      // A last line without an end gets one when lines follow it, so it is written anew.
      if now[0] != line || isLast && !endsInLineFeed && now.count > 1 {
        write("-", line, isLast: isLast)
        write("+", now[0], isLast: isLast && now.count == 1)
      } else {
        write(" ", line, isLast: isLast)
      }
      for (index, added) in now.enumerated().dropFirst() {
        write("+", added, isLast: isLast && index == now.count - 1)
      }
      count += now.count
    }
    let header = "@@ -\(hunk.lowerBound),\(hunk.count) +\(hunk.lowerBound + shift),\(count) @@\n"
    shift += count - hunk.count
    out += Array(header.utf8) + body
  }
}
