import TextGate

/// A report as lines that may be shown, piped or written to a file.
///
/// Made of the same events it holds the same bytes.
public struct ReportText: Hashable, Sendable {
  /// Each line without its end.
  public private(set) var lines: [Showable] = []

  init(_ lines: [Showable] = []) {
    self.lines = lines
  }

  /// All lines, each ended by LF.
  public var text: String {
    var out = ""
    for line in lines {
      out += line.text
      out += "\n"
    }
    return out
  }

  mutating func add(_ line: Showable) {
    lines.append(line)
  }

  mutating func add(_ more: [Showable]) {
    lines.append(contentsOf: more)
  }

  /// A line, with an empty one before and after it.
  mutating func heading(_ line: Showable) {
    space()
    lines.append(line)
    lines.append(.empty)
  }

  /// An empty line, unless one stands there already.
  mutating func space() {
    if lines.last?.isEmpty == false { lines.append(.empty) }
  }
}
