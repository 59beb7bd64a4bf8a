import IncidentDomain
import MarkdownBlocks
import TextGate

/// The steps of a runbook (RUNBOOKS.md 3.3).
struct Inference {
  private(set) var steps: [Step] = []
  private(set) var findings: [Finding] = []
  let isIndex: Bool

  private let document: MarkdownDocument
  private let outline: Outline
  private let fences: FenceSteps
  private let decisions: Decisions
  private var nextScope = 0

  init(document: MarkdownDocument, outline: Outline, path: String) {
    self.document = document
    self.outline = outline
    fences = FenceSteps(document: document, runners: outline.fields.runners)
    decisions = Decisions(jumps: Jumps(path: path))
    isIndex = IndexPage.isIndex(document, outline, path: path)
    guard !isIndex else { return }
    var drafts = walkTop()
    for index in drafts.indices { Self.settle(&drafts[index]) }
    var numbering = Numbering(outline: outline)
    steps = numbering.steps(of: drafts)
    findings += numbering.findings
  }

  // MARK: Sections

  private mutating func walkTop() -> [Draft] {
    let first = outline.headingBlocks.first ?? document.blocks.count
    var annotation: AnnotationReader?
    var drafts = own(
      blocks: 0..<first, section: nil, kind: .other, title: outline.title.raw, &annotation
    ).drafts
    let top = outline.sections.indices.filter { outline.parents[$0] == nil }
    drafts += walk(siblings: top, under: nil, &annotation)
    leftOver(annotation)
    return drafts
  }

  private mutating func own(
    blocks: Range<Int>, section: Int?, kind: Section.Kind, title: String,
    _ annotation: inout AnnotationReader?
  ) -> SectionSteps {
    let found = SectionSteps(
      document.blocks[blocks], fences: fences, decisions: decisions, section: section,
      kind: kind, title: title, nextScope: nextScope)
    nextScope = found.items.nextScope
    findings += found.findings
    annotation = found.left
    return found
  }

  /// Sections beside each other; `Option 1`, `Option 2` … among them are one choice.
  private mutating func walk(
    siblings: [Int], under parent: Int?, _ annotation: inout AnnotationReader?
  ) -> [Draft] {
    let options = siblings.filter {
      if case .option = mark(of: $0) { true } else { false }
    }
    let chosen = options.count > 1 ? Set(options) : []
    var drafts: [Draft] = []
    for index in siblings {
      if chosen.contains(index), index == options[0] { drafts.append(fork(options, under: parent)) }
      drafts += walk(index, isOption: chosen.contains(index), &annotation)
    }
    return drafts
  }

  private func mark(of index: Int) -> HeadingMark? {
    HeadingMark.read(outline.sections[index].title.raw)?.mark
  }

  private func fork(_ options: [Int], under parent: Int?) -> Draft {
    let sections = options.map { outline.sections[$0] }
    let title = parent.map { outline.sections[$0].title.raw } ?? outline.title.raw
    var draft = Draft(
      title: "Choose one: \(Words.title(title))", lines: sections[0].line...sections[0].line,
      section: parent)
    draft.kind = .decide
    draft.isFork = true
    draft.choices = sections.map {
      Draft.Choice(label: Words.title($0.title.raw), jump: .lines($0.lines), line: $0.line)
    }
    return draft
  }

  private mutating func walk(
    _ index: Int, isOption: Bool, _ annotation: inout AnnotationReader?
  ) -> [Draft] {
    let section = outline.sections[index]
    let heading = HeadingMark.read(section.title.raw)
    let told = annotation
    annotation = nil
    findings += told?.findings ?? []
    let start = outline.headingBlocks[index] + 1
    let end =
      index + 1 < outline.headingBlocks.count
      ? outline.headingBlocks[index + 1] : document.blocks.count
    let own = own(
      blocks: start..<max(start, end), section: index, kind: section.kind,
      title: heading?.title ?? Words.title(section.title.raw), &annotation)
    var drafts = own.drafts
    if drafts.count == 1, drafts[0].estimateSeconds == nil {
      drafts[0].estimateSeconds = own.estimateSeconds ?? Words.estimate(in: section.title.raw)
    }
    drafts += walk(siblings: outline.children[index], under: index, &annotation)
    let isIndexed = own.isIndexSection
    guard let heading, !isIndexed else { return apply(told, to: drafts) }
    switch heading.mark {
    case .step(let number):
      return apply(told, to: group(drafts, number, heading.title, index, orManual: true))
    case .number(let number):
      // Chapters that hold numbered steps are no steps.
      if outline.children[index].contains(where: { isCounted($0) }) {
        return apply(told, to: drafts)
      }
      let isWork = !isIndexed && (holdsWork(section.kind) || countsSteps(index))
      return isWork || !drafts.isEmpty && hasNumberedSiblings(index)
        ? apply(told, to: group(drafts, number, heading.title, index, orManual: isWork))
        : apply(told, to: drafts)
    case .option(let label):
      guard isOption else { return apply(told, to: drafts) }
      return apply(
        told, to: group(drafts, Int(label), heading.title, index, orManual: true))
    }
  }

  private func holdsWork(_ kind: Section.Kind) -> Bool {
    switch kind {
    case .procedure, .diagnosis, .verification, .rollback: true
    case .purpose, .when, .impact, .prerequisites, .escalation, .other: false
    }
  }

  private func isCounted(_ index: Int) -> Bool {
    switch mark(of: index) {
    case .step, .number: true
    case .option, nil: false
    }
  }

  /// Whether the headings beside it, under another one, count `1.`, `2.` … and something is to be
  /// done under one of them: then each of them is a step, one that is told in prose too.
  private func countsSteps(_ index: Int) -> Bool {
    guard let parent = outline.parents[index] else { return false }
    var last = 0
    var isDone = false
    for sibling in outline.children[parent] {
      guard case .number(let number) = mark(of: sibling) else { continue }
      guard number == last + 1 else { return false }
      last = number
      isDone = isDone || holdsSteps(sibling)
    }
    return last > 1 && isDone
  }

  /// Whether an ordered list, boxes to tick or a shell's block stand right under a heading.
  private func holdsSteps(_ index: Int) -> Bool {
    let start = outline.headingBlocks[index] + 1
    let end =
      index + 1 < outline.headingBlocks.count
      ? outline.headingBlocks[index + 1] : document.blocks.count
    return document.blocks[start..<max(start, end)].contains { block in
      if let fence = block.fence { return FenceSteps.shells.contains(fence.language) }
      guard let list = block.list else { return false }
      return list.isOrdered || block.children.contains { $0.item?.isTicked != nil }
    }
  }

  /// Whether the headings beside it are numbered too, so that the number counts steps.
  private func hasNumberedSiblings(_ index: Int) -> Bool {
    guard let parent = outline.parents[index] else { return false }
    return outline.children[parent].count { if case .number = mark(of: $0) { true } else { false } }
      > 1
  }

  private func group(
    _ drafts: [Draft], _ number: Int?, _ title: String, _ index: Int, orManual: Bool
  ) -> [Draft] {
    let section = outline.sections[index]
    if let group = Draft.group(
      title, wanted: number, lines: section.lines, section: index, of: drafts)
    {
      return [group]
    }
    guard orManual else { return drafts }
    var draft = Draft(title: title, lines: section.lines, section: index)
    draft.wanted = number
    draft.estimateSeconds = Words.estimate(in: section.title.raw)
    return [draft]
  }

  // MARK: Annotations above headings

  private func apply(_ told: AnnotationReader?, to drafts: [Draft]) -> [Draft] {
    guard let told else { return drafts }
    let isOne = drafts.count == 1 && !drafts[0].isGroup
    return drafts.map { draft in
      var draft = draft
      // A time above a heading is that of all that stands under it.
      if isOne, draft.estimateSeconds == nil {
        draft.estimateSeconds = told.annotations.estimateSeconds
      }
      draft.annotations = told.annotations.merged(under: draft.annotations)
      if told.annotations.runClass != nil, !draft.isGroup { draft.take(told.annotations.runClass) }
      draft.children = apply(told, to: draft.children)
      return draft
    }
  }

  private mutating func leftOver(_ reader: AnnotationReader?) {
    guard let reader else { return }
    findings += reader.findings
    findings.append(
      Finding(
        line: reader.lastLine, severity: .warning, rule: "annotation-place",
        message: "an annotation stands at the end of the file, above nothing"))
  }

  /// Puts the answers that an annotation tells in place of the inferred ones.
  private static func settle(_ draft: inout Draft) {
    if !draft.annotations.choices.isEmpty, !draft.isGroup {
      draft.kind = .decide
      draft.choices = draft.annotations.choices.map { choice in
        Draft.Choice(
          label: choice.label.raw, jump: choice.goTo.flatMap(jump), line: draft.lines.lowerBound)
      }
    }
    for index in draft.children.indices { settle(&draft.children[index]) }
  }

  private static func jump(_ goTo: String) -> Draft.Jump {
    if goTo.hasPrefix("#") { return .anchor(String(goTo.dropFirst()).lowercased()) }
    return goTo.holds(".md") ? .document(goTo) : .step(goTo)
  }
}
