/// The copy of a text that the Markdown library is fed.
///
/// It has the same bytes at the same places, but for those that would make reading costly or that
/// the library would take for a line end: they are replaced by a harmless byte of the same length.
struct Masking {
  private(set) var bytes: [UInt8]
  /// Lines of which a byte was replaced.
  private(set) var lines: Set<Int> = []
  /// The first line for each reason.
  private(set) var reasons: [(rule: MarkdownProblem.Rule, line: Int)] = []

  private let source: SourceText
  private let first: Int

  init(_ source: SourceText, from first: Int) {
    self.source = source
    self.first = first
    bytes = source.bytes
    guard first <= source.lineCount else { return }
    controls()
    depth()
    tables()
    definitions()
    density()
  }

  private mutating func mask(line: Int, for rule: MarkdownProblem.Rule) {
    if lines.insert(line).inserted || !reasons.contains(where: { $0.line == line }) {
      reasons.append((rule, line))
    }
  }

  private mutating func replace(
    line: Int, for rule: MarkdownProblem.Rule, where isCostly: (UInt8) -> Bool
  ) {
    for index in source.contentRange(ofLine: line) where isCostly(bytes[index]) {
      bytes[index] = UInt8(ascii: ".")
    }
    mask(line: line, for: rule)
  }

  private mutating func controls() {
    for line in first...source.lineCount {
      for index in source.contentRange(ofLine: line) {
        switch bytes[index] {
        case 0x00:
          bytes[index] = UInt8(ascii: ".")
          mask(line: line, for: .nullCharacter)
        case 0x0D:
          bytes[index] = 0x20
          mask(line: line, for: .carriageReturn)
        default: break
        }
      }
    }
  }

  private mutating func depth() {
    for line in first...source.lineCount where markers(in: line) > MarkdownLimits.depth {
      replace(line: line, for: .tooDeep) {
        $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "*")
          || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ")") || $0 == UInt8(ascii: ".")
      }
    }
  }

  /// How deep the marks at the head of a line could nest it; indentation counts two columns a level.
  private func markers(in line: Int) -> Int {
    let range = source.contentRange(ofLine: line)
    var index = range.lowerBound
    var count = 0
    var columns = 0
    while index < range.upperBound {
      switch bytes[index] {
      case 0x20: columns += 1
      case 0x09: columns += 4
      case UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"): count += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "."), UInt8(ascii: ")"): count += 1
      default: return count == 0 ? 0 : count + columns / 2
      }
      index += 1
    }
    return count == 0 ? 0 : count + columns / 2
  }

  private mutating func tables() {
    let bar = UInt8(ascii: "|")
    var cells = 0
    var columns = 0
    for line in first...source.lineCount {
      let range = source.contentRange(ofLine: line)
      if source.isBlank(line: line) { columns = 0 }
      if columns > 0 {
        cells += columns
        if cells > MarkdownLimits.tableCells {
          // An empty line cannot be made here, but a row without bars in a table costs little.
          replace(line: line, for: .wideTable) { $0 == bar }
          continue
        }
      }
      let bars = bytes[range].reduce(0) { $1 == bar ? $0 + 1 : $0 }
      guard bars > 0 || isDelimiterRow(range) else { continue }
      if bars > MarkdownLimits.tableLineBars || range.count > MarkdownLimits.tableLineBytes {
        if bars > 0 { replace(line: line, for: .wideTable) { $0 == bar } }
        continue
      }
      if isDelimiterRow(range) {
        columns = max(columns, bars + 1)
        if cells > MarkdownLimits.tableCells {
          replace(line: line, for: .wideTable) { $0 == bar || $0 == UInt8(ascii: "-") }
        }
      }
    }
  }

  private func isDelimiterRow(_ range: Range<Int>) -> Bool {
    bytes[range].contains(UInt8(ascii: "-"))
      && bytes[range].allSatisfy {
        switch $0 {
        case UInt8(ascii: "|"), UInt8(ascii: "-"), UInt8(ascii: ":"), 0x20, 0x09,
          UInt8(ascii: ">"):
          true
        default: false
        }
      }
  }

  /// A definition is copied to every place that uses it: many uses of a long one fill the memory.
  private mutating func definitions() {
    var longest = 0
    var found: [Int] = []
    var uses = 0
    for line in first...source.lineCount {
      let range = source.contentRange(ofLine: line)
      var before: UInt8 = 0
      var isDefinition = false
      for byte in bytes[range] {
        if byte == UInt8(ascii: "]") { uses += 1 }
        if byte == UInt8(ascii: ":"), before == UInt8(ascii: "]") { isDefinition = true }
        before = byte
      }
      // The address may stand on the line after.
      let isContinuation = found.last == line - 1 && range.count > longest
      if isDefinition || isContinuation {
        found.append(line)
        longest = max(longest, range.count)
      }
    }
    guard longest * uses > MarkdownLimits.definitionGrowth else { return }
    for line in found {
      replace(line: line, for: .definitions) { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "[") }
    }
  }

  private mutating func density() {
    var run: [Int] = []
    var inRun = 0
    var inFile = 0
    func flush(_ masking: inout Masking) {
      if inRun > MarkdownLimits.marksInRun || inFile > MarkdownLimits.marksInFile {
        for line in run where masking.marks(in: line) > 0 {
          masking.replace(line: line, for: .denseText, where: Self.isInlineMark)
        }
      }
      run = []
      inRun = 0
    }
    for line in first...source.lineCount {
      if source.isBlank(line: line) {
        flush(&self)
        continue
      }
      let count = marks(in: line)
      run.append(line)
      inFile += count
      // The rows of a table are read one by one.
      if !bytes[source.contentRange(ofLine: line)].contains(UInt8(ascii: "|"))
        || count > MarkdownLimits.marksInRun
      {
        inRun += count
      }
    }
    flush(&self)
  }

  private func marks(in line: Int) -> Int {
    bytes[source.contentRange(ofLine: line)].reduce(0) { Self.isInlineMark($1) ? $0 + 1 : $0 }
  }

  private static func isInlineMark(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "*"), UInt8(ascii: "_"),
      UInt8(ascii: "<"), UInt8(ascii: "`"), UInt8(ascii: "!"), UInt8(ascii: "~"),
      UInt8(ascii: "&"), UInt8(ascii: "\\"):
      true
    default: false
    }
  }
}
