import IncidentDomain
import MarkdownBlocks
import TextGate

/// Reads an operations index in Markdown into a policy: tables by their columns, lists by the
/// headings they stand under. Every value keeps the line it came from, and every line that was not
/// understood is listed. Pure.
public struct PolicyImporter {
  /// A line, or a cell of it, that no part of the policy answers to.
  public struct Unrecognised: Hashable, Sendable {
    /// From 1.
    public let line: Int
    /// What stands there.
    public let text: Untrusted
  }

  /// What was understood; places are those of the index.
  public internal(set) var document: PolicyDocument
  /// By line.
  public private(set) var unrecognised: [Unrecognised] = []
  /// What the text had been misread as, when it was repaired first; nil when it was as it should be.
  public let misreading: Mojibake.Misreading?

  /// The headings that lead to where the reading stands, the outermost first.
  private(set) var headings: [Heading] = []
  /// Words in bold by themselves, above a list: "Primary Documents:".
  private(set) var label: Label?
  private let source: SourceText
  private var settled: Set<Int> = []

  struct Heading {
    let level: Int
    let title: String
    let line: Int
  }

  struct Label {
    let text: String
    let line: Int
  }

  /// Reads the bytes of an index; `file` is what places call it.
  ///
  /// - Throws: ``MarkdownRefusal`` for a file that is too large.
  public init(_ bytes: [UInt8], file: Untrusted) throws(MarkdownRefusal) {
    let asFound = try MarkdownDocument(parsing: bytes)
    misreading = asFound.mojibake?.misreading
    let markdown: MarkdownDocument
    if let repaired = asFound.mojibake?.repairedText {
      markdown = try MarkdownDocument(parsing: Array(repaired.raw.utf8))
    } else {
      markdown = asFound
    }
    source = markdown.source
    document = PolicyDocument(file: file)
    for block in markdown.blocks { take(block) }
    keepWhatIsWhole()
    collectTheRest()
  }

  private mutating func take(_ block: Block) {
    switch block.kind {
    case .heading(let level):
      label = nil
      headings.removeAll { $0.level >= level }
      let title = ImportWords.bare(block.plainText)
      headings.append(Heading(level: level, title: title, line: block.lines.lowerBound))
      settle(block.lines)
      if level == 1, document.header["name"] == nil, !title.isEmpty {
        document.header["name"] = PolicyField(
          .text(Untrusted(title)), at: place(block.lines.lowerBound))
      }
    case .table(let table): take(table, of: block)
    case .list: takeList(block)
    case .fence(let fence): take(fence, of: block)
    case .paragraph: takeParagraph(block)
    case .thematicBreak, .blank: settle(block.lines)
    case .item, .quote, .comment, .html, .footnote, .definition, .frontMatter, .plain: break
    }
    if case .paragraph = block.kind { return }
    if case .blank = block.kind { return }
    label = nil
  }

  // MARK: Paragraphs

  private static let headerNames: [String: String] = [
    "maintained by": "maintained_by", "last updated": "last_updated",
    "next review": "next_review", "review cycle": "review_cycle", "type": "type",
    "status": "status", "purpose": "purpose", "audience": "audience",
    "version": "version", "gitops repository": "repository", "repository": "repository",
  ]

  private mutating func takeParagraph(_ block: Block) {
    label = nil
    for (offset, inlines) in Self.lines(of: block.inlines).enumerated() {
      let line = block.lines.lowerBound + offset
      let entry = ImportEntry(inlines, lines: line...line)
      guard let lead = entry.lead else { continue }
      if entry.rest.isEmpty, block.lines.count == 1 {
        label = Label(text: lead, line: line)
        continue
      }
      guard let name = Self.headerNames[ImportWords.key(lead)],
        let field = PolicySchema.header.first(where: { $0.name == name })
      else { continue }
      var text = entry.rest
      if case .link = field.kind, let link = entry.links.first { text = link.target }
      if put(text, as: field, into: &document.header, line: line) { settle(line...line) }
    }
  }

  /// The inlines of each source line of a paragraph.
  static func lines(of inlines: [Inline]) -> [[Inline]] {
    var lines: [[Inline]] = [[]]
    for inline in inlines {
      guard inline.kind == .text, inline.text.raw.contains("\n") else {
        lines[lines.count - 1].append(inline)
        continue
      }
      for (index, part) in inline.text.raw.split(
        separator: "\n", omittingEmptySubsequences: false
      ).enumerated() {
        if index > 0 { lines.append([]) }
        if !part.isEmpty { lines[lines.count - 1].append(inline.holding(Untrusted(String(part)))) }
      }
    }
    return lines
  }

  // MARK: Keeping what was understood

  func place(_ line: Int) -> PolicyPlace {
    let text = source.text(ofLine: line).raw
    let column = text.prefix { $0.isWhitespace || "-*|#>".contains($0) }.count + 1
    return PolicyPlace(file: document.file, line: line, column: min(column, text.count + 1))
  }

  /// The lines within a code block, blanks at their ends left out.
  func content(of fence: Block.Fence) -> [(line: Int, text: String)] {
    fence.contentLines.enumerated().map { offset, range in
      (fence.firstLine + offset, ImportWords.collapsed(source.text(range).raw))
    }
  }

  /// Lines that need not be listed.
  mutating func settle(_ lines: ClosedRange<Int>) { settled.formUnion(lines) }

  /// The label above a list belongs to what was understood of it.
  mutating func settleLabel() {
    if let label { settle(label.line...label.line) }
  }

  /// A part of a line that is understood otherwise.
  mutating func leave(_ entry: ImportEntry, _ text: String) {
    unrecognised.append(Unrecognised(line: entry.lines.lowerBound, text: Untrusted(text)))
  }

  mutating func add(_ record: PolicyRecord, to table: PolicyTable) {
    document[table].append(record)
  }

  mutating func setHeader(_ name: String, _ value: PolicyValue, line: Int) {
    document.header[name] = PolicyField(value, at: place(line))
  }

  /// Puts a text into a field as the schema wants it; false when it cannot be read so.
  func put(
    _ text: String, as field: PolicySchema.Field, into record: inout PolicyRecord, line: Int
  ) -> Bool {
    guard let value = Self.value(field.kind, text) else { return false }
    record[field.name] = PolicyField(value, at: place(line))
    return true
  }

  /// The same for a table's field by its name, of an entry.
  func put(
    _ text: String?, _ table: PolicyTable, _ name: String, into record: inout PolicyRecord,
    _ entry: ImportEntry
  ) {
    guard let text, !text.isEmpty,
      let field = PolicySchema.fields(of: table).first(where: { $0.name == name })
    else { return }
    _ = put(text, as: field, into: &record, line: entry.lines.lowerBound)
  }

  static func value(_ kind: PolicySchema.Kind, _ text: String) -> PolicyValue? {
    guard !text.isEmpty else { return nil }
    switch kind {
    case .text, .link, .zone: return .text(Untrusted(text))
    case .texts, .records: return nil
    case .span: return PolicySpan.read(text).map { .span($0) }
    case .severity: return Severity(word: text).map { .severity(word: Untrusted(text), $0) }
    case .number(let range):
      return Int(text).flatMap { range.contains($0) ? .number($0) : nil }
    case .flag:
      switch text.lowercased() {
      case "must", "yes", "required": return .flag(true)
      case "optional", "no": return .flag(false)
      default: return nil
      }
    case .date: return PolicyDate.readWords(text).map { .date($0) }
    case .limit: return PolicyLimit(text).map { .limit($0) }
    case .recurrence:
      return PolicyRecurrenceText.read(text).map {
        .recurrence($0.recurrence, written: Untrusted(text))
      }
    case .choice(let words):
      return words.contains(text.lowercased()) ? .text(Untrusted(text.lowercased())) : nil
    }
  }

  // MARK: What is left

  /// A row without what names it is no row: its line is listed instead.
  private mutating func keepWhatIsWhole() {
    for table in PolicyTable.allCases {
      let rows = document[table]
      guard !rows.isEmpty else { continue }
      let fields = PolicySchema.fields(of: table)
      let whole = rows.map { Self.withoutBlanks($0, fields) }
      document[table] = whole.compactMap(\.self)
      for (row, kept) in zip(rows, whole) where kept == nil {
        unrecognised.append(
          Unrecognised(line: row.place.line, text: source.text(ofLine: row.place.line)))
      }
    }
  }

  /// A row without its blank fields; nil when it lacks one that it must have.
  private static func withoutBlanks(
    _ row: PolicyRecord, _ fields: [PolicySchema.Field]
  ) -> PolicyRecord? {
    var row = row
    for field in fields {
      guard let value = row[field.name] else { continue }
      if case .records(let inner) = field.kind, case .records(let rows) = value.value {
        let kept = rows.compactMap { withoutBlanks($0, inner) }
        row[field.name] = kept.isEmpty ? nil : PolicyField(.records(kept), at: value.place)
      } else if case .texts(let texts) = value.value {
        let kept = texts.filter { !$0.written.isBlank }
        row[field.name] = kept.isEmpty ? nil : PolicyField(.texts(kept), at: value.place)
      } else if case .text(let text) = value.value, text.isBlank {
        row[field.name] = nil
      }
    }
    return fields.allSatisfy { !$0.isRequired || row[$0.name] != nil } ? row : nil
  }

  private mutating func collectTheRest() {
    for line in 1...max(1, source.lineCount)
    where line <= source.lineCount && !settled.contains(line) && !source.isBlank(line: line) {
      unrecognised.append(Unrecognised(line: line, text: source.text(ofLine: line)))
    }
    unrecognised.sort { ($0.line, $0.text) < ($1.line, $1.text) }
  }
}
