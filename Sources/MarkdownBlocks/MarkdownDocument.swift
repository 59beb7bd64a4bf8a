import TextGate

/// A Markdown file as blocks, each with the lines and bytes it stands on.
///
/// Reading is a pure function of the bytes; nothing is fetched, and no file is touched.
public struct MarkdownDocument: Hashable, Sendable {
  /// The text and its lines.
  public let source: SourceText
  /// What stands before the text proper; nil when there is none.
  public let frontMatter: FrontMatter?
  /// Top-level blocks in the order of their lines. Every line of the file belongs to exactly one.
  public let blocks: [Block]
  /// By line.
  public let problems: [MarkdownProblem]
  /// The repair that may be offered; the file itself stays as it is.
  public let mojibake: Mojibake?

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``MarkdownRefusal`` when the file is larger than ``MarkdownLimits/fileBytes`` or has
  ///   more lines than ``MarkdownLimits/fileLines``.
  public init(parsing file: [UInt8]) throws(MarkdownRefusal) {
    guard file.count <= MarkdownLimits.fileBytes else { throw .tooLarge(bytes: file.count) }
    let source = SourceText(file)
    guard source.lineCount <= MarkdownLimits.fileLines else {
      throw .tooManyLines(source.lineCount)
    }
    self.source = source
    frontMatter = FrontMatter(of: source)
    mojibake = Mojibake(of: source)
    let first = (frontMatter?.lines.upperBound ?? 0) + 1
    let masking = Masking(source, from: first)
    var reader = TreeReader(source: source, masking: masking, first: first)
    let read = reader.read()
    blocks = Coverage.complete(read, of: source, frontMatter: frontMatter?.lines)
    problems =
      (Self.problems(of: source, mojibake, frontMatter) + Self.problems(of: masking, read)
      + reader.problems)
      .sorted { ($0.line, $0.rule.rawValue) < ($1.line, $1.rule.rawValue) }
  }

  private static func problems(
    of source: SourceText, _ mojibake: Mojibake?, _ frontMatter: FrontMatter?
  ) -> [MarkdownProblem] {
    var found: [MarkdownProblem] = []
    switch source.encoding {
    case .utf8: break
    case .windows1252:
      found.append(
        MarkdownProblem(
          .encoding, line: 1, "the file is not UTF-8; it was read as Windows-1252 (Latin-1)"))
    case .damaged:
      let line = (1...max(1, source.lineCount)).first {
        source.text(ofLine: $0).raw.unicodeScalars.contains("\u{FFFD}")
      }
      found.append(
        MarkdownProblem(
          .encoding, line: line ?? 1,
          "the file holds bytes that are not UTF-8; each is shown as U+FFFD"))
    }
    if let mojibake {
      let name: Showable = mojibake.misreading == .macRoman ? "Mac Roman" : "Windows-1252"
      found.append(
        MarkdownProblem(
          .mojibake, line: 1,
          "the text was UTF-8 that was read as \(name) and saved so; it can be shown repaired"))
    }
    if let frontMatter, frontMatter.text == nil {
      found.append(
        MarkdownProblem(
          .frontMatterSize, line: 1,
          "the front matter is longer than \(MarkdownLimits.frontMatterBytes) bytes; it is not read"
        ))
    }
    return found
  }

  private static func problems(of masking: Masking, _ blocks: [Block]) -> [MarkdownProblem] {
    guard !masking.reasons.isEmpty else { return [] }
    var code: Set<Int> = []
    func collect(_ block: Block) {
      if block.fence != nil { code.formUnion(block.lines) }
      block.children.forEach(collect)
    }
    blocks.forEach(collect)
    var told: Set<MarkdownProblem.Rule> = []
    return masking.reasons.compactMap { reason in
      let isControl = reason.rule == .nullCharacter || reason.rule == .carriageReturn
      guard isControl || !code.contains(reason.line) else { return nil }
      // One finding a rule: a file of 10,000 such lines needs no 10,000 sentences.
      guard told.insert(reason.rule).inserted else { return nil }
      let count = masking.reasons.count { $0.rule == reason.rule }
      return MarkdownProblem(reason.rule, line: reason.line, message(reason.rule, count))
    }
  }

  private static func message(_ rule: MarkdownProblem.Rule, _ count: Int) -> Showable {
    switch rule {
    case .nullCharacter: "U+0000 stands in the text (\(count) lines); it is shown as a mark"
    case .carriageReturn:
      "a carriage return stands inside a line (\(count) lines); it is shown as a mark"
    case .tooDeep:
      "blocks are nested deeper than \(MarkdownLimits.depth) levels (\(count) lines); shown as text"
    case .wideTable:
      "a table is too wide or too long to be laid out (\(count) lines); it is shown as text"
    case .denseText: "too many marks of style stand here (\(count) lines); shown as text"
    case .definitions: "link definitions are too long for their uses (\(count) lines); not read"
    case .encoding, .mojibake, .unclosedFence, .frontMatterSize: ""
    }
  }
}
