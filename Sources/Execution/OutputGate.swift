import TextGate

/// Turns the bytes of a running command into lines that may be shown (threat table: command output).
///
/// Escape sequences are taken out and counted, a carriage return makes a new visible state of the
/// last line, bytes that are no UTF-8 become marks, and every line passes the text gate. Memory is
/// bounded: the last lines are kept. Pure; not tied to a thread.
public struct OutputGate: Sendable {
  private var kept: [Showable] = []
  private var first = 0
  private let limit: Int
  private var filter = EscapeFilter()
  private var decoder = VisibleDecoder()
  private var line = OutputLine()
  /// Lines over this many characters go on in a next line.
  private static let longestLine = 4096

  /// Lines that are complete, whether still kept or not.
  public private(set) var lineCount = 0

  /// Keeps the last `keepingLines` complete lines, at least one.
  public init(keepingLines: Int = 5000) {
    limit = max(1, keepingLines)
  }

  /// Escape sequences that were taken out.
  public var droppedSequences: Int { filter.dropped }

  /// Complete lines that are kept no more.
  public var droppedLines: Int { lineCount - (kept.count - first) }

  /// The lines that are kept, oldest first, and the unfinished last line as it looks now.
  public var lines: [Showable] {
    Array(kept[first...]) + (line.isEmpty ? [] : line.shown)
  }

  /// Takes the next bytes, which may end anywhere.
  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    var passed: [UInt8] = []
    passed.reserveCapacity(bytes.underestimatedCount)
    for byte in bytes { filter.feed(byte) { passed.append($0) } }
    decode(passed)
  }

  /// The output is over: an unfinished character or sequence becomes visible.
  public mutating func finish() {
    var passed: [UInt8] = []
    filter.finish { passed.append($0) }
    decode(passed)
    var scalars: [Unicode.Scalar] = []
    decoder.finish { scalars.append($0) }
    scalars.forEach { put($0) }
  }

  private mutating func decode(_ bytes: [UInt8]) {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count)
    for byte in bytes { decoder.feed(byte) { scalars.append($0) } }
    scalars.forEach { put($0) }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if scalar == "\n" {
      for shown in line.end() { keep(shown) }
      return
    }
    if let earlier = line.put(scalar) { keep(earlier) }
    if line.scalars.count >= Self.longestLine {
      for shown in line.end() { keep(shown) }
    }
  }

  private mutating func keep(_ shown: Showable) {
    kept.append(shown)
    lineCount += 1
    if kept.count - first > limit { first += 1 }
    // In steps, so that each line costs the same however many are kept.
    if first >= limit {
      kept.removeFirst(first)
      first = 0
    }
  }
}
