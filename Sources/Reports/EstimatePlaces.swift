import Runbooks

/// Where the text of a runbook tells how long a step takes, or could tell it.
struct EstimatePlaces {
  private let step: Step
  private let runbook: Runbook
  private let diff: UnifiedDiff

  init(_ step: Step, in runbook: Runbook, _ diff: UnifiedDiff) {
    self.step = step
    self.runbook = runbook
    self.diff = diff
  }

  /// Changes that would tell it, the likeliest first; which one does is to be tried.
  func candidates(seconds: Int) -> [LineChange] {
    let words = seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min"
    let short = seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m"
    return step.estimateSeconds == nil
      ? additions(words, short) : replacements(words, short)
  }

  // MARK: In the place of another

  private func replacements(_ words: String, _ short: String) -> [LineChange] {
    lines.flatMap { number -> [LineChange] in
      guard let line = diff.line(number) else { return [] }
      return [
        line.replacing(afterMark: "est=", with: short), line.replacingBrackets(with: words),
        line.replacingTime(with: words),
      ].compactMap { $0 }.map { LineChange(line: number, replacement: $0) }
    }
  }

  /// The step's own first lines, what stands right above it, and its section up to it.
  private var lines: [Int] {
    var numbers = Array(step.line...min(step.lines.upperBound, step.line + 30))
    numbers += (1...3).map { step.line - $0 }.filter { $0 > 0 }
    if let index = step.section {
      let head = runbook.sections[index].line
      numbers += [head] + Array(head..<max(head + 1, min(step.line, head + 30)))
    }
    var seen: Set<Int> = []
    return numbers.filter { seen.insert($0).inserted }
  }

  // MARK: Where there was none

  private func additions(_ words: String, _ short: String) -> [LineChange] {
    guard let place = StepPlace(step, in: runbook, diff), let line = diff.line(step.line),
      let end = diff.line(place.textEnd)
    else { return [] }
    let comment = "<!-- mayday: est=\(short) -->"
    switch place.form {
    case .item:
      return [
        LineChange(line: place.textEnd, replacement: end.appending(words: words)),
        LineChange(line: place.textEnd, replacement: "\(end) \(comment)"),
      ]
    case .heading:
      return [StepPlace.above(step.line...step.line, comment)].compactMap { $0 }
    case .fence(let lines, let margin):
      return [StepPlace.above(lines, margin + comment)].compactMap { $0 }
    case .inFence:
      return [LineChange(line: step.line, replacement: "\(line) (\(words))")]
    }
  }
}

extension String {
  /// `est=5m` with another value.
  fileprivate func replacing(afterMark mark: String, with value: String) -> String? {
    guard let range = firstRange(of: mark), contains("mayday:") else { return nil }
    let rest = self[range.upperBound...]
    let old = rest.prefix { !$0.isWhitespace }
    guard !old.isEmpty else { return nil }
    return String(self[..<range.upperBound]) + value + String(rest.dropFirst(old.count))
  }

  /// `(5 min)` with another time; the last such bracket that begins with a number.
  fileprivate func replacingBrackets(with words: String) -> String? {
    var from = startIndex
    while let open = self[from...].firstIndex(of: "("),
      let close = self[open...].firstIndex(of: ")")
    {
      let inner = self[index(after: open)..<close]
      if inner.count <= 30, inner.contains(where: \.isNumber), inner.contains(where: \.isLetter) {
        return String(self[...open]) + words + String(self[close...])
      }
      from = index(after: close)
    }
    return nil
  }

  /// `**Time:** 5 minutes` with another time.
  fileprivate func replacingTime(with words: String) -> String? {
    guard let colon = firstIndex(of: ":") else { return nil }
    let key = self[..<colon].lowercased()
    guard ["time", "duration", "eta"].contains(where: { key.hasSuffix($0) }) else { return nil }
    let marks = self[index(after: colon)...].prefix { $0 == "*" || $0 == "_" || $0 == " " }
    return String(self[...colon]) + String(marks) + words
  }

  /// `Do it:` as `Do it (5 min):`, before a comment and a closing mark.
  fileprivate func appending(words: String) -> String {
    let end = firstRange(of: "<!--")?.lowerBound ?? endIndex
    var head = self[..<end]
    while head.last == " " { head.removeLast() }
    var mark = ""
    if let last = head.last, last == ":" || last == "." {
      mark = String(last)
      head.removeLast()
    }
    let tail = self[end...]
    return "\(head) (\(words))\(mark)" + (tail.isEmpty ? "" : " \(tail)")
  }
}
