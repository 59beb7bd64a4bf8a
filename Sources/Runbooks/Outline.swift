import IncidentDomain
import MarkdownBlocks
import TextGate

/// A runbook's title, fields and sections.
struct Outline {
  private(set) var title: Untrusted
  private(set) var fields = Fields()
  private(set) var sections: [Section] = []
  private(set) var findings: [Finding] = []
  /// Index in the document's blocks of the heading that gives the title.
  private(set) var titleBlock: Int?
  /// For each section, the index of its heading in the document's blocks.
  private(set) var headingBlocks: [Int] = []
  /// For each section, the index of the one it stands in.
  private(set) var parents: [Int?] = []
  /// For each section, the indexes of those that stand right in it.
  private(set) var children: [[Int]] = []

  init(of document: MarkdownDocument, path: String) {
    title = Untrusted(Runbook.stem(of: path))
    if let frontMatter = document.frontMatter {
      let read = FrontMatterReader.read(frontMatter)
      fields = read.fields
      findings = read.findings
    }
    titleBlock = document.blocks.firstIndex {
      if case .heading(level: 1) = $0.kind { !Words.collapsed($0.plainText).isEmpty } else { false }
    }
    if let titleBlock {
      title = Untrusted(Words.collapsed(document.blocks[titleBlock].plainText))
    } else if let told = fields["title"], !told.isBlank {
      title = told
    }
    readSections(document)
    readBoldFields(document)
  }

  private mutating func readSections(_ document: MarkdownDocument) {
    var headings: [(block: Int, level: Int, line: Int, title: String)] = []
    for (index, block) in document.blocks.enumerated() where index != titleBlock {
      guard case .heading(let level) = block.kind else { continue }
      let title = Words.collapsed(block.plainText)
      headings.append((index, level, block.lines.lowerBound, title))
    }
    var open: [Int] = []
    var anchors: [String: Int] = [:]
    if titleBlock != nil { anchors[Words.anchor(title.raw)] = 0 }
    for (index, heading) in headings.enumerated() {
      while let last = open.last, headings[last].level >= heading.level { open.removeLast() }
      let parent = open.last.map { sections[$0] }
      let end =
        headings[(index + 1)...].first { $0.level <= heading.level }.map { $0.line - 1 }
        ?? document.source.lineCount
      let plain = Words.anchor(heading.title)
      let count = anchors[plain]
      anchors[plain] = (count ?? -1) + 1
      let anchor = count.map { "\(plain)-\($0 + 1)" } ?? plain
      sections.append(
        Section(
          kind: Self.kind(heading.title, under: parent?.kind), title: Untrusted(heading.title),
          level: heading.level, line: heading.line, lines: heading.line...max(heading.line, end),
          anchor: anchor, path: (parent?.path ?? []) + [heading.title]))
      headingBlocks.append(heading.block)
      parents.append(open.last)
      children.append([])
      if let parent = open.last { children[parent].append(index) }
      open.append(index)
    }
  }

  /// What a heading promises. Under a heading that says it already, only the first words count, so
  /// that `Git-based rollback` under `Procedure` stays a procedure.
  private static func kind(_ title: String, under parent: Section.Kind?) -> Section.Kind {
    let mark = HeadingMark.read(title)?.mark
    let heading = Words.heading(title)
    let inherited = parent ?? .other
    switch mark {
    case .step:
      // A step of the way stays on the way: `Step 5: Verify` is no separate verification.
      return inherited == .other ? .procedure : inherited
    case .option: return inherited
    case .number, nil:
      if inherited != .other { return SectionKinds.leading(heading) ?? inherited }
      return SectionKinds.anywhere(heading) ?? .other
    }
  }

  /// `**Type:** Runbook` lines between the title and the next heading.
  private mutating func readBoldFields(_ document: MarkdownDocument) {
    let first = titleBlock.map { $0 + 1 } ?? 0
    for block in document.blocks[min(first, document.blocks.count)...] {
      if case .heading = block.kind { break }
      guard case .paragraph = block.kind else { continue }
      for (offset, line) in Self.lines(of: block.inlines).enumerated() {
        guard let (key, value) = Self.field(line) else { continue }
        fields.all.append(
          Fields.Field(
            key: Untrusted(key), value: Untrusted(value),
            line: min(block.lines.lowerBound + offset, block.lines.upperBound)))
      }
    }
  }

  /// The inlines of each source line.
  static func lines(of inlines: [Inline]) -> [[(text: String, isStrong: Bool)]] {
    var lines: [[(text: String, isStrong: Bool)]] = [[]]
    for inline in inlines where inline.kind != .html && inline.kind != .footnote {
      for (index, part) in inline.text.raw.split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() {
        if index > 0 { lines.append([]) }
        if !part.isEmpty { lines[lines.count - 1].append((String(part), inline.isStrong)) }
      }
    }
    return lines
  }

  private static func field(_ line: [(text: String, isStrong: Bool)]) -> (String, String)? {
    guard let first = line.first, first.isStrong else { return nil }
    let strong = line.prefix { $0.isStrong }.map(\.text).joined()
    let rest = line.drop { $0.isStrong }.map(\.text).joined()
    var key = Words.collapsed(strong)
    var value = Words.collapsed(rest)
    if key.hasSuffix(":") {
      key.removeLast()
    } else if value.hasPrefix(":") {
      value = Words.collapsed(String(value.dropFirst()))
    } else {
      return nil
    }
    guard !key.isEmpty, key.count <= 40, !value.isEmpty else { return nil }
    return (key, value)
  }
}
