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
    if lines.insert(line).inserted { reasons.append((rule, line)) }
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
    var cells = 0
    var start = first
    for line in first...source.lineCount + 1
    where line > source.lineCount || source.isBlank(line: line) {
      if start < line { tables(in: start..<line, &cells) }
      start = line + 1
    }
  }

  /// The lines between two blank ones. A row that is too short is filled up by the library, so a
  /// table may hold as many cells as its width times its lines.
  private mutating func tables(in lines: Range<Int>, _ cells: inout Int) {
    let bar = UInt8(ascii: "|")
    var width = 0
    var delimiters: [Int] = []
    for line in lines {
      let range = source.contentRange(ofLine: line)
      let bars = bytes[range].reduce(0) { $1 == bar ? $0 + 1 : $0 }
      if bars > 0,
        bars > MarkdownLimits.tableLineBars || range.count > MarkdownLimits.tableLineBytes
      {
        replace(line: line, for: .wideTable) { $0 == bar }
      } else if isDelimiterRow(range) {
        width = max(width, bars + 1)
        delimiters.append(line)
      }
    }
    guard !delimiters.isEmpty else { return }
    let size = width * lines.count
    if cells + size <= MarkdownLimits.tableCells {
      cells += size
    } else {
      for line in delimiters {
        replace(line: line, for: .wideTable) { $0 == bar || $0 == UInt8(ascii: "-") }
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

  /// Inline style costs the library some 200 bytes a mark, whatever the file's size.
  private mutating func density() {
    var inFile = 0
    for line in first...source.lineCount {
      let count = marks(in: line)
      // What opens or closes a code block must stay what it is.
      guard count > 0, !(count <= 16 && isFence(line)) else { continue }
      inFile += count
      if inFile > MarkdownLimits.marksInFile {
        replace(line: line, for: .denseText, where: Self.isInlineMark)
      }
    }
  }

  private func isFence(_ line: Int) -> Bool {
    let text = bytes[source.contentRange(ofLine: line)].drop {
      $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ">")
    }
    return text.starts(with: "```".utf8) || text.starts(with: "~~~".utf8)
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
