import IncidentDomain
import MarkdownBlocks
import TextGate

/// An item of a list with what an unindented code block cut off it.
struct ListEntry {
  let item: Block
  let ordinal: Int?
  var extra: [Block] = []

  var children: [Block] { item.children + extra }
  var lines: ClosedRange<Int> {
    item.lines.lowerBound...max(item.lines.upperBound, extra.last?.lines.upperBound ?? 0)
  }
}

/// Makes steps of the items of lists (RUNBOOKS.md 3.3, rules 2 and 5 to 7).
struct ItemSteps {
  let fences: FenceSteps
  let decisions: Decisions
  let section: Int?
  /// What the lists are called when an item says nothing of itself.
  let fallback: String
  var findings: [Finding] = []
  var nextScope: Int

  mutating func newScope() -> Int {
    nextScope += 1
    return nextScope
  }

  /// The entries of a list as steps.
  mutating func drafts(of entries: [ListEntry]) -> [Draft] {
    let scope = newScope()
    return entries.map { draft(of: $0, scope: scope) }
  }

  private struct Parts {
    var text: [Inline] = []
    var paragraphs: [Block] = []
    var commands: [Draft] = []
    var lists: [Block] = []
    var annotations = Annotations()
    var hasFence = false
  }

  mutating func draft(of entry: ListEntry, scope: Int) -> Draft {
    if let inner = Self.onlyInner(entry) {
      var draft = draft(of: ListEntry(item: inner, ordinal: nil, extra: entry.extra), scope: scope)
      draft.wanted = entry.ordinal
      draft.lines = entry.lines
      return draft
    }
    let parts = parts(of: entry)
    let text = parts.text.plainText
    let plain = Words.title(Words.firstSentence(text))
    var draft = Draft(
      title: plain.isEmpty ? fallback : plain, lines: entry.lines, section: section)
    draft.scope = scope
    draft.wanted = entry.ordinal
    draft.annotations = parts.annotations
    draft.estimateSeconds =
      parts.annotations.estimateSeconds ?? Words.estimate(in: text)
      ?? parts.paragraphs.lazy.compactMap { Self.timeLine($0) }.first
    decide(&draft, text, parts)
    if draft.kind != .decide { fill(&draft, parts) }
    if draft.kind != .decide || !draft.children.isEmpty || !parts.commands.isEmpty {
      nest(&draft, parts)
    }
    return draft
  }

  /// `4. - [ ] Tell the team`: the item says nothing but what its only inner item says.
  private static func onlyInner(_ entry: ListEntry) -> Block? {
    guard entry.item.children.count == 1, let list = entry.item.children.first,
      list.list != nil, list.children.count == 1
    else { return nil }
    return list.children.first
  }

  private mutating func parts(of entry: ListEntry) -> Parts {
    var parts = Parts()
    var reader = AnnotationReader()
    var introduction: String?
    var pending: AnnotationReader?
    for block in entry.children {
      switch block.kind {
      case .paragraph, .plain:
        if parts.text.isEmpty, !parts.hasFence { parts.text = block.inlines }
        parts.paragraphs.append(block)
        for html in Self.html(of: block) { reader.take(html.text, line: html.line) }
        introduction = Words.introduction(block.plainText) ?? introduction
      case .comment:
        let comment = AnnotationReader.comment(
          in: fences.document.source.text(block.bytes).raw)
        pending.take(comment, line: block.lines.lowerBound)
      case .fence(let fence):
        // An annotation right above a code block is about that block.
        let own = pending?.annotations ?? reader.annotations
        findings += pending?.findings ?? []
        pending = nil
        add(block, fence, own, introduction, &parts)
        introduction = nil
      case .list:
        // `This can be caused by:` stands over what may be the case, not over what to do.
        let before = parts.paragraphs.last.map { Words.collapsed($0.plainText).lowercased() } ?? ""
        if !Words.introducesCauses(before) { parts.lists.append(block) }
      case .quote:
        for inner in block.children {
          if case .fence(let fence) = inner.kind {
            add(inner, fence, reader.annotations, introduction, &parts)
          }
        }
      case .heading, .item, .table, .html, .thematicBreak, .footnote, .definition, .frontMatter,
        .blank:
        break
      }
    }
    findings += reader.findings + (pending?.findings ?? [])
    parts.annotations = reader.annotations
    return parts
  }

  /// The tags and comments in a text with the lines they begin on.
  static func html(of block: Block) -> [(text: String, line: Int)] {
    var line = block.lines.lowerBound
    var found: [(text: String, line: Int)] = []
    for inline in block.inlines {
      if inline.kind == .html {
        found.append((inline.text.raw, min(line, block.lines.upperBound)))
      }
      line += inline.text.raw.utf8.count { $0 == 0x0A }
    }
    return found
  }

  private mutating func add(
    _ block: Block, _ fence: Block.Fence, _ annotations: Annotations, _ introduction: String?,
    _ parts: inout Parts
  ) {
    parts.hasFence = true
    let use = fences.use(of: fence, told: annotations.runClass)
    if use == .example || use == .text {
      let isExample =
        use == .example
        || parts.paragraphs.last.map { Examples.isIntroduction($0.plainText) } == true
      if isExample, !parts.commands.isEmpty {
        let text = fences.lines(of: fence).joined(separator: "\n")
        _ = parts.commands[parts.commands.count - 1].setExpectedOutput(text)
      }
      return
    }
    let title = introduction ?? Words.title(Words.firstSentence(parts.text.plainText))
    parts.commands += fences.drafts(
      of: block, fence, use: use, title: title.isEmpty ? fallback : title,
      annotations: annotations, section: section)
  }

  // MARK: Decisions

  private mutating func decide(_ draft: inout Draft, _ text: String, _ parts: Parts) {
    if !parts.annotations.choices.isEmpty {
      draft.kind = .decide
      return
    }
    guard parts.annotations.runClass == nil, parts.commands.isEmpty else { return }
    if let list = parts.lists.first, let choices = decisions.choices(under: text, list: list) {
      draft.kind = .decide
      draft.choices = choices
      // An answer that holds a command is a step of its own.
      let scope = newScope()
      for (index, item) in list.children.enumerated() where Self.holdsWork(item) {
        var inner = self.draft(of: ListEntry(item: item, ordinal: nil), scope: scope)
        inner.suffix = .dot
        if inner.command == nil && inner.children.isEmpty { continue }
        if draft.choices[index].jump == nil { draft.choices[index].jump = .lines(item.lines) }
        draft.children.append(inner)
      }
      return
    }
    guard Decisions.isConditional(text) else { return }
    let jump = decisions.jumps.jump(in: parts.text)
    let inner = parts.lists.first.map { Draft.Jump.lines($0.lines) }
    guard let leads = jump ?? inner else { return }
    draft.kind = .decide
    draft.choices = [
      Draft.Choice(label: Decisions.label(text), jump: leads, line: draft.lines.lowerBound),
      Draft.Choice(label: "Otherwise", jump: nil, line: draft.lines.lowerBound),
    ]
    if jump == nil { addLists(&draft, parts.lists) }
  }

  private static func holdsWork(_ item: Block) -> Bool {
    item.children.contains { block in
      switch block.kind {
      case .fence, .list: true
      default: ItemSteps.inlineCommand(block.inlines) != nil
      }
    }
  }

  // MARK: Commands

  private func fill(_ draft: inout Draft, _ parts: Parts) {
    switch parts.commands.count {
    case 0:
      guard parts.annotations.runClass != .manual, !parts.hasFence,
        let code = Self.inlineCommand(parts.text)
      else {
        if parts.annotations.runClass == .show { draft.kind = .show }
        return
      }
      let command = Command(
        code.command, form: .sentence, line: draft.lines.lowerBound,
        isUTF8: fences.document.source.encoding == .utf8)
      draft.command = command
      draft.title = code.title.isEmpty ? draft.title : code.title
      switch parts.annotations.runClass {
      case .show: draft.kind = .show
      case .tty: draft.kind = .tty
      case .run: draft.kind = .run
      case .manual, nil: draft.kind = command.endsInSession ? .tty : .run
      }
    case 1 where !parts.commands[0].isGroup:
      let only = parts.commands[0]
      draft.kind = only.kind
      draft.command = only.command
      draft.expectedOutput = only.expectedOutput
      draft.estimateSeconds = draft.estimateSeconds ?? only.estimateSeconds
      var annotations = only.annotations
      if annotations != parts.annotations {
        // Told above the block and in the sentence: the block's word counts, both are shown.
        annotations.comments = parts.annotations.comments + annotations.comments
        annotations.isOptional = annotations.isOptional || parts.annotations.isOptional
      }
      draft.annotations = annotations
    default:
      draft.isGroup = true
      for command in parts.commands {
        for var part in command.isGroup ? command.children : [command] {
          part.suffix = .letter
          draft.children.append(part)
        }
      }
    }
  }

  private static let runVerbs: Set<String> = [
    "run", "execute", "with", "using", "via", "command", "by", "type", "enter", "do",
  ]

  /// The command of `Restart quorum: `docker compose restart etcd-1``, and the words before it.
  static func inlineCommand(_ inlines: [Inline]) -> (command: String, title: String)? {
    var rest = inlines[...]
    while let last = rest.last,
      last.kind == .html || last.kind == .text && last.text.raw.allSatisfy({ " .\n".contains($0) })
    {
      rest.removeLast()
    }
    guard let code = rest.popLast(), code.kind == .code, code.link == nil else { return nil }
    let command = Words.collapsed(code.text.raw)
    guard command.holds(" "), let first = command.first,
      first.isLetter || "./$~".contains(first),
      !rest.contains(where: { $0.kind == .code })
    else { return nil }
    let before = Words.collapsed(rest.plainText)
    let word = before.lowercased().split(separator: " ").last.map(String.init) ?? ""
    guard
      before.hasSuffix(":") || before.hasSuffix("：") || runVerbs.contains(word) || before.isEmpty
    else { return nil }
    return (command, Words.title(before))
  }

  // MARK: Lists within

  private mutating func nest(_ draft: inout Draft, _ parts: Parts) {
    guard draft.kind != .decide else { return }
    let hasCommand = !parts.commands.isEmpty || draft.command != nil
    addLists(
      &draft,
      parts.lists.filter { list in
        // Plain bullets beside a command are remarks on it, unless they hold commands themselves.
        !hasCommand || list.list?.isOrdered == true
          || list.children.contains { $0.item?.isTicked != nil || Self.holdsFence($0) }
      })
  }

  private static func holdsFence(_ item: Block) -> Bool {
    item.children.contains {
      if case .fence(let fence) = $0.kind {
        FenceSteps.shells.contains(fence.language)
      } else {
        false
      }
    }
  }

  private mutating func addLists(_ draft: inout Draft, _ lists: [Block]) {
    for list in lists {
      let entries = list.children.map { ListEntry(item: $0, ordinal: nil) }
      for (index, var inner) in drafts(of: entries).enumerated() {
        inner.suffix = .dot
        inner.wanted = list.list?.isOrdered == true ? (list.list?.start ?? 1) + index : nil
        draft.children.append(inner)
      }
    }
  }

  /// `**Time:** 5 minutes` on a line of its own.
  static func timeLine(_ block: Block) -> Int? {
    for line in Outline.lines(of: block.inlines) {
      let text = line.map(\.text).joined()
      let parts = text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let key = Words.collapsed(parts[0]).lowercased()
      if ["time", "estimated time", "duration", "estimated duration", "eta"].contains(key) {
        return Durations.seconds(in: String(parts[1]))
      }
    }
    return nil
  }
}
