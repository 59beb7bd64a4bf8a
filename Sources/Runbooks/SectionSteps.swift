import IncidentDomain
import MarkdownBlocks
import TextGate

/// Makes steps of what stands under one heading, up to the next heading of any level.
struct SectionSteps {
  let fences: FenceSteps
  let section: Int?
  let kind: Section.Kind
  let title: String
  let isIndexSection: Bool
  var items: ItemSteps
  private(set) var drafts: [Draft] = []
  private(set) var findings: [Finding] = []
  /// The time that a line of the section gives.
  private(set) var estimateSeconds: Int?
  /// Annotations above the heading of the next section.
  private(set) var left: AnnotationReader?

  private var introduction: String?
  private var lastParagraph: String?
  private var pending: AnnotationReader?

  private enum Piece {
    case block(Block)
    case list([ListEntry], isOrdered: Bool)
  }

  init(
    _ blocks: ArraySlice<Block>, fences: FenceSteps, decisions: Decisions, section: Int?,
    kind: Section.Kind, title: String, nextScope: Int
  ) {
    self.fences = fences
    self.section = section
    self.kind = kind
    self.title = title
    isIndexSection = SectionKinds.isIndex(Words.heading(title))
    items = ItemSteps(
      fences: fences, decisions: decisions, section: section, fallback: title,
      nextScope: nextScope)
    for piece in Self.pieces(Array(blocks)) {
      switch piece {
      case .list(let entries, let isOrdered): take(entries, isOrdered: isOrdered)
      case .block(let block): take(block)
      }
    }
    left = pending
    findings += items.findings
  }

  // MARK: Lists that a code block cut

  private static func pieces(_ blocks: [Block]) -> [Piece] {
    var pieces: [Piece] = []
    var index = 0
    while index < blocks.count {
      guard let list = blocks[index].list else {
        pieces.append(.block(blocks[index]))
        index += 1
        continue
      }
      var entries = blocks[index].children.map { ListEntry(item: $0, ordinal: $0.item?.ordinal) }
      index += 1
      while list.isOrdered, let next = continuation(of: entries, in: blocks, from: index) {
        entries[entries.count - 1].extra += blocks[index..<next].filter { $0.kind != .blank }
        entries += blocks[next].children.map { ListEntry(item: $0, ordinal: $0.item?.ordinal) }
        index = next + 1
      }
      attachTail(&entries, blocks, &index)
      pieces.append(.list(entries, isOrdered: list.isOrdered))
    }
    return pieces
  }

  /// The index of the list that goes on counting where the entries end.
  private static func continuation(
    of entries: [ListEntry], in blocks: [Block], from start: Int
  ) -> Int? {
    guard let last = entries.last?.ordinal else { return nil }
    for index in start..<max(start, blocks.count) {
      guard let list = blocks[index].list, list.isOrdered else { continue }
      return list.start == last + 1 ? index : nil
    }
    return nil
  }

  /// A code block right after an item that ends in a colon, or speaks of a command to run, belongs to
  /// that item.
  private static func attachTail(
    _ entries: inout [ListEntry], _ blocks: [Block], _ index: inout Int
  ) {
    guard let last = entries.last?.item else { return }
    let texts = last.children.filter { if case .paragraph = $0.kind { true } else { false } }
    guard let text = texts.last, last.children.last == text,
      Words.introduction(text.plainText) != nil || Words.tellsToRun(text.plainText)
    else { return }
    var next = index
    while next < blocks.count, blocks[next].kind == .blank { next += 1 }
    guard next < blocks.count, blocks[next].fence?.isFenced == true else { return }
    entries[entries.count - 1].extra.append(blocks[next])
    index = next + 1
  }

  private mutating func take(_ entries: [ListEntry], isOrdered: Bool) {
    lastParagraph = nil
    if let pending {
      complain(pending, "an annotation stands above a list; put it at the end of an item's text")
      self.pending = nil
    }
    let isTasks = entries.contains { $0.item.item?.isTicked != nil }
    let holds =
      SectionKinds.holdsListedSteps(kind) && !isIndexSection
      && !entries.allSatisfy { Self.isLink($0.item) }
    if holds, isOrdered || isTasks {
      let chosen = isOrdered ? entries : entries.filter { $0.item.item?.isTicked != nil }
      drafts += items.drafts(of: chosen)
    } else if holds, let choices = items.decisions.choices(of: entries.map(\.item), in: kind),
      let first = entries.first, let last = entries.last
    {
      var draft = Draft(
        title: introduction ?? title, lines: first.lines.lowerBound...last.lines.upperBound,
        section: section)
      draft.kind = .decide
      draft.choices = choices
      let scope = items.newScope()
      for (index, entry) in entries.enumerated() {
        var inner = items.draft(of: entry, scope: scope)
        inner.suffix = .dot
        guard inner.command != nil || !inner.children.isEmpty else { continue }
        if draft.choices[index].jump == nil { draft.choices[index].jump = .lines(entry.lines) }
        draft.children.append(inner)
      }
      drafts.append(draft)
    } else {
      entries.forEach { fencesOnly($0.children, Decisions.text(of: $0.item)) }
    }
    introduction = nil
  }

  /// Whether an item is but a link, with or without a remark after it.
  private static func isLink(_ item: Block) -> Bool {
    guard let text = item.children.first, let first = text.inlines.first else { return false }
    return first.link != nil && item.children.count == 1
  }

  /// Commands in items that are no steps themselves.
  private mutating func fencesOnly(_ blocks: [Block], _ text: String) {
    var reader: AnnotationReader?
    for block in blocks {
      switch block.kind {
      case .fence(let fence):
        let sentence = Words.title(Words.firstSentence(text))
        add(block, fence, titled: sentence.isEmpty ? nil : sentence, reader)
        reader = nil
      case .comment: reader.take(words(of: block), line: block.lines.lowerBound)
      case .list, .item, .quote:
        let inner = Decisions.text(of: block)
        fencesOnly(block.children, inner.isEmpty ? text : inner)
      case .paragraph:
        lastParagraph = block.plainText
        for html in ItemSteps.html(of: block) { reader.take(html.text, line: html.line) }
      case .heading, .table, .html, .thematicBreak, .footnote, .definition, .frontMatter, .blank,
        .plain:
        break
      }
    }
    findings += reader?.findings ?? []
  }

  // MARK: Blocks

  private mutating func take(_ block: Block) {
    switch block.kind {
    case .blank: break
    case .comment:
      pending.take(words(of: block), line: block.lines.lowerBound)
    // Other comments stand between a command and its output too.
    case .fence(let fence):
      add(block, fence, titled: introduction, pending)
      pending = nil
      introduction = nil
    case .paragraph:
      if let pending {
        complain(pending, "an annotation stands above a paragraph; put it above a code block")
        self.pending = nil
      }
      lastParagraph = block.plainText
      introduction = Words.introduction(block.plainText) ?? introduction
      estimateSeconds = estimateSeconds ?? ItemSteps.timeLine(block)
    case .quote:
      fencesOnly(block.children, introduction ?? "")
      lastParagraph = nil
    case .heading, .list, .item, .table, .html, .thematicBreak, .footnote, .definition,
      .frontMatter, .plain:
      lastParagraph = nil
    }
  }

  private func words(of block: Block) -> String { fences.document.source.text(block.bytes).raw }

  private mutating func complain(_ reader: AnnotationReader, _ message: Showable) {
    findings += reader.findings
    let line = fences.document.source.lineCount
    findings.append(
      Finding(
        line: min(reader.lastLine, line), severity: .warning, rule: "annotation-place",
        message: message))
  }

  private mutating func add(
    _ block: Block, _ fence: Block.Fence, titled: String?, _ reader: AnnotationReader?
  ) {
    let annotations = reader?.annotations ?? Annotations()
    findings += reader?.findings ?? []
    let use = fences.use(of: fence, told: annotations.runClass)
    let isIntroduced = lastParagraph.map(Examples.isIntroduction) ?? false
    let isResult = isIntroduced && annotations.runClass == nil && !isCommandLike(use)
    lastParagraph = nil
    if use == .example || use == .text || isResult {
      guard use == .example || isResult, !drafts.isEmpty else { return }
      let text = fences.lines(of: fence).joined(separator: "\n")
      _ = drafts[drafts.count - 1].setExpectedOutput(text)
      return
    }
    if use == .show, annotations.runClass == nil, !SectionKinds.holdsListedSteps(kind) { return }
    drafts += fences.drafts(
      of: block, fence, use: use, title: titled ?? title, annotations: annotations,
      section: section)
  }

  private func isCommandLike(_ use: FenceSteps.Use) -> Bool {
    switch use {
    case .command, .transcript: true
    case .show, .example, .text: false
    }
  }
}
