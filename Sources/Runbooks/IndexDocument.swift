import MarkdownBlocks
import TextGate

/// The index of a folder of runbooks as Markdown: the same files give the same bytes.
public struct IndexDocument: Sendable {
  /// The line above the table in a README; what stands outside the two lines stays its author's.
  public static let begin = "<!-- runbook-index: begin -->"
  /// The line below the table.
  public static let end = "<!-- runbook-index: end -->"

  /// Why a README cannot take the index.
  public enum Problem: Error, Hashable, Sendable {
    case notUTF8
    case noMarks
    /// The marks do not stand once each, one after the other; `line` from 1.
    case wrongMarks(line: Int)

    /// One clause: what, and what to do.
    public var message: Showable {
      switch self {
      case .notUTF8: "it is not UTF-8; save it as UTF-8 first"
      case .noMarks:
        """
        it has no place for the index; put the lines \(Untrusted(IndexDocument.begin).showable) and \
        \(Untrusted(IndexDocument.end).showable) where it belongs, or write all of it with --whole
        """
      case .wrongMarks(let line):
        """
        line \(line) holds a mark of the index out of place; leave one begin and one end after it
        """
      }
    }
  }

  /// One runbook in the index; what is not known is empty.
  public struct Row: Hashable, Sendable {
    /// Relative to the README's folder.
    public let path: String
    /// The area: the field `category`, else the folder's name as words, else "General".
    public let category: Untrusted
    /// The runbook's title.
    public let title: Untrusted
    /// When to open it, in a few words.
    public let occasion: Untrusted
    /// As its author writes it; empty when only the template's words stand there.
    public let criticality: Untrusted
  }

  /// By path.
  public let rows: [Row]

  /// Of all runbooks of a catalogue that are no indexes themselves; the README itself is left out.
  public init(of catalogue: Catalogue) {
    rows = catalogue.runbooks.filter { !$0.isIndex && $0.path != "README.md" }.map { runbook in
      let criticality = runbook.fields.criticality?.raw ?? ""
      return Row(
        path: runbook.path, category: Untrusted(Self.category(of: runbook)), title: runbook.title,
        occasion: Untrusted(Self.occasion(of: runbook)),
        criticality: Untrusted(LintStandard.isTemplate(criticality) ? "" : criticality))
    }
  }

  /// The table, a line feed after each row.
  public var table: String {
    var lines = [
      "| Category | Procedure | Open it when | Criticality | Location |",
      "| :--- | :--- | :--- | :--- | :--- |",
    ]
    for row in rows {
      let cells = [
        "**\(Self.cell(row.category.raw))**", Self.cell(row.title.raw), Self.cell(row.occasion.raw),
        Self.cell(row.criticality.raw),
        "[\(Self.cell(Self.name(of: row.path)))](\(PathLink.encoded(row.path)))",
      ]
      lines.append("| " + cells.map { $0.isEmpty ? "–" : $0 }.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A whole README: title, fields, and the table between its marks.
  ///
  /// - Parameter day: of the writing, as YYYY-MM-DD.
  public func whole(day: String) -> String {
    let fields = Markdown.fields([
      ("Type", "Documentation Index"), ("Status", "Active"), ("Last Updated", day),
    ])
    return """
      # Runbook Catalogue

      \(fields)

      An index holds no steps. It says which runbook there is and when to open it.

      \(Self.begin)
      \(table)\(Self.end)

      """
  }

  /// The README with the table put between its marks; everything else stays byte for byte.
  ///
  /// - Throws: ``Problem``
  public func updating(_ readme: [UInt8]) throws(Problem) -> [UInt8] {
    let source = SourceText(readme)
    guard source.encoding == .utf8 else { throw .notUTF8 }
    guard let marks = try Self.marks(in: source) else { throw .noMarks }
    let first = source.range(ofLine: marks.begin)
    // The lines end as the file's own do.
    let isCRLF = source.bytes[first].suffix(2).elementsEqual([0x0D, 0x0A])
    let lines = table.split(separator: "\n").map { $0 + (isCRLF ? "\r\n" : "\n") }.joined()
    let rest = source.range(ofLine: marks.end).lowerBound
    return Array(source.bytes[..<first.upperBound]) + Array(lines.utf8) + source.bytes[rest...]
  }

  /// What is wrong with a README as an index of these runbooks; nothing when it is up to date.
  ///
  /// Between marks the table must be the one that would be written. A README without marks is a
  /// hand-made index: every runbook must be linked and every link to a runbook must lead to one.
  ///
  /// - Parameter exists: whether there is something at a path relative to the README's folder.
  public func check(_ readme: [UInt8], exists: (String) -> Bool) -> [Finding] {
    do {
      let updated = try updating(readme)
      guard updated != readme else { return [] }
      let line = Self.firstDifference(SourceText(readme), SourceText(updated))
      return [
        Finding(
          .indexMisses, line: line, .error,
          "the index is not what it would be now; write it with: mayday runbook index --write")
      ]
    } catch .noMarks {
      return handMade(readme, exists: exists)
    } catch {
      return [Finding(.indexMisses, line: 1, .error, error.message)]
    }
  }

  private func handMade(_ readme: [UInt8], exists: (String) -> Bool) -> [Finding] {
    guard let page = try? Runbook(path: "README.md", bytes: readme) else {
      return [Finding(.unreadable, line: 1, .error, "the README is too large to be read")]
    }
    let known = Set(rows.map(\.path))
    let links = LintIndex.links(of: page)
    var findings = rows.filter { !links.contains($0.path) }.map {
      Finding(
        .indexMisses, line: 1, .error,
        "\(Untrusted($0.path).showable) is not in this index; add it")
    }
    for link in links.sorted(by: { Untrusted($0) < Untrusted($1) })
    where link.lowercased().hasSuffix(".md") && !known.contains(link) && !exists(link) {
      var line = 1
      page.document.forEachInline { inline, at in
        if line == 1, inline.link?.raw.contains(link) == true { line = at }
      }
      findings.append(
        Finding(.deadLink, line: line, .error, "there is no \(Untrusted(link).showable)"))
    }
    return findings
  }

  private static func firstDifference(_ old: SourceText, _ new: SourceText) -> Int {
    let common = min(old.lineCount, new.lineCount)
    guard common > 0 else { return 1 }
    return (1...common).first { old.text(ofLine: $0) != new.text(ofLine: $0) } ?? common
  }

  // MARK: Marks

  /// The lines of the marks; nil when there is none. Marks inside code blocks are text.
  private static func marks(
    in source: SourceText
  ) throws(Problem) -> (begin: Int, end: Int)? {
    var begins: [Int] = []
    var ends: [Int] = []
    var fence: String?
    for line in 1...max(1, source.lineCount) {
      let text = source.text(ofLine: line).raw
      let words = Words.collapsed(text)
      if let open = fence {
        if words.hasPrefix(open), words.allSatisfy({ $0 == "`" || $0 == "~" }) { fence = nil }
        continue
      }
      if let mark = ["```", "~~~"].first(where: words.hasPrefix) {
        fence = String(words.prefix { $0 == mark.first })
      }
      if words == begin { begins.append(line) }
      if words == end { ends.append(line) }
    }
    guard let first = (begins + ends).min() else { return nil }
    guard begins.count == 1, ends.count == 1, begins[0] < ends[0] else {
      throw .wrongMarks(line: begins.count > 1 ? begins[1] : ends.count > 1 ? ends[1] : first)
    }
    return (begins[0], ends[0])
  }

  // MARK: Cells

  /// As one cell of a table: on one line, nothing in it that acts as a mark of Markdown or HTML.
  private static func cell(_ text: String) -> String {
    var out = ""
    for character in Untrusted(Words.collapsed(text)).showable.text {
      if "\\|<>[]*`_".contains(character) { out.append("\\") }
      out.append(character)
    }
    return out
  }

  private static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The runbook's own word, else its folder's: `04-data` gives Data.
  private static func category(of runbook: Runbook) -> String {
    if let told = runbook.fields["category"], !told.isBlank { return told.raw }
    let folders = runbook.path.split(separator: "/").dropLast()
    guard let folder = folders.last else { return "General" }
    let words = folder.drop { !$0.isLetter }.map { $0 == "-" || $0 == "_" ? " " : $0 }
    guard let first = words.first else { return String(folder) }
    return first.uppercased() + String(words.dropFirst())
  }

  /// The first item or sentence of the section that says when to use it.
  private static func occasion(of runbook: Runbook) -> String {
    if let told = runbook.fields["when"], !told.isBlank { return told.raw }
    guard let section = runbook.sections.first(where: { $0.kind == .when }) else { return "" }
    var text = ""
    runbook.document.forEachBlock { block in
      guard text.isEmpty, block.kind == .paragraph, section.lines.contains(block.lines.lowerBound)
      else { return }
      text = Words.collapsed(block.plainText)
    }
    return LintStandard.isTemplate(text) ? "" : shortened(text)
  }

  /// The first sentence, at most 100 characters, cut between words.
  private static func shortened(_ text: String) -> String {
    var sentence = Words.firstSentence(text)
    while let last = sentence.last, ".:;,".contains(last) { sentence.removeLast() }
    guard sentence.count > 100 else { return sentence }
    let head = sentence.prefix(99)
    let end = head.lastIndex(of: " ") ?? head.endIndex
    return head[..<end] + "…"
  }
}
