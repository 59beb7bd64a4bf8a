import IncidentDomain
import MarkdownBlocks
import TextGate

/// What a code block is for, and the steps it holds (RUNBOOKS.md 3.3, run classes and rule 4).
struct FenceSteps {
  let document: MarkdownDocument
  let runners: [String: String]

  /// What a code block is for.
  enum Use: Equatable {
    case command(shell: String)
    /// A transcript, prompts and all.
    case transcript
    /// A command in a language that is not run.
    case show
    /// An example of what a command prints.
    case example
    /// Part of the text.
    case text
  }

  static let shells: Set<String> = ["bash", "sh", "shell", "zsh"]
  private static let consoles: Set<String> = [
    "console", "terminal", "shell-session", "shellsession", "sh-session", "bash-session",
  ]
  private static let examples: Set<String> = ["output", "text", "txt", "plaintext", "console"]
  private static let shown: Set<String> = [
    "powershell", "pwsh", "ps1", "azurepowershell", "azurepowershell-interactive", "cmd", "bat",
    "batch", "dos", "sql", "psql", "mysql", "pgsql", "promql", "kusto", "kql",
  ]

  func use(of fence: Block.Fence, told: Annotations.RunClass?) -> Use {
    let language = fence.language
    switch told {
    case .show: return .show
    case .run, .tty:
      return hasPrompt(fence) ? .transcript : .command(shell: runners[language] ?? "bash")
    case .manual, nil: break
    }
    if let runner = runners[language], fence.isFenced { return .command(shell: runner) }
    guard fence.isFenced else { return .text }
    if Self.shells.contains(language) || Self.consoles.contains(language) {
      if hasPrompt(fence) { return .transcript }
      // Prompts with a host in them: what was typed is to be read, not to be run as it stands.
      if let first = firstLine(of: fence), Examples.isHostPrompt(first) { return .show }
    }
    if Self.shells.contains(language) { return .command(shell: "bash") }
    if Self.consoles.contains(language), Examples.beginsWithCommand(lines(of: fence)) {
      return .show
    }
    if Self.examples.contains(language) || Self.consoles.contains(language) { return .example }
    return Self.shown.contains(language) || language.hasPrefix("azurecli") ? .show : .text
  }

  func lines(of fence: Block.Fence) -> [String] {
    fence.contentLines.map { document.source.text($0).raw }
  }

  private func firstLine(of fence: Block.Fence) -> String? {
    lines(of: fence).first {
      let text = $0.drop { $0 == " " || $0 == "\t" }
      return !text.isEmpty && !text.hasPrefix("#")
    }
  }

  private func hasPrompt(_ fence: Block.Fence) -> Bool {
    firstLine(of: fence).map(Transcript.isPrompt) ?? false
  }

  /// Whether a block is a file to save rather than a command to run: ``Save as `restore.sh`:`` over
  /// a text that begins with `#!`.
  private func isScript(_ fence: Block.Fence, _ title: String) -> Bool {
    guard lines(of: fence).first?.hasPrefix("#!") == true else { return false }
    let words = title.lowercased()
    return ["save", "create", "add ", "put ", "write", "copy"].contains { words.hasPrefix($0) }
      || words.holds(".sh")
  }

  /// The steps of a code block that holds commands; the block's title goes to all of them.
  func drafts(
    of block: Block, _ fence: Block.Fence, use: Use, title: String, annotations: Annotations,
    section: Int?
  ) -> [Draft] {
    var base = Draft(title: title, lines: block.lines, section: section)
    base.annotations = annotations
    base.estimateSeconds = annotations.estimateSeconds
    switch use {
    case .command(let shell):
      if annotations.runClass == .manual { return [base] }
      if annotations.runClass == nil, isScript(fence, title) {
        base.kind = .show
        base.command = command(fence, lines(of: fence).indices, shell: shell)
        return [base]
      }
      return shellDrafts(fence, base, shell)
    case .transcript:
      if annotations.runClass == .manual { return [base] }
      return transcriptDrafts(fence, base)
    case .show:
      base.kind = .show
      base.command = command(fence, lines(of: fence).indices, shell: fence.language)
      return [base]
    case .example, .text: return []
    }
  }

  // MARK: Shell

  private func shellDrafts(_ fence: Block.Fence, _ base: Draft, _ shell: String) -> [Draft] {
    let lines = lines(of: fence)
    let scan = ShellScan(lines.joined(separator: "\n"))
    guard !scan.codeLines.isEmpty else {
      // Nothing but comments: something to read.
      var draft = base
      draft.kind = .manual
      return [draft]
    }
    let marks = fence.isClosed && scan.isWhole ? numberedComments(scan) : []
    guard marks.count > 1 else {
      var draft = filled(base, fence, lines.indices, scan, shell, isNumbered: false)
      if let only = marks.first, only.line == 0 {
        draft.title = only.title
        draft.estimateSeconds = draft.estimateSeconds ?? only.estimateSeconds
      }
      return [draft]
    }
    var parts: [Draft] = []
    // Lines before the first number: a part of their own when they hold a command.
    if scan.codeLines.contains(where: { $0 < marks[0].line }) {
      parts.append(
        part(
          base, Mark(line: 0, title: base.title), fence, 0..<marks[0].line, scan, shell,
          isNumbered: false))
    }
    for (index, mark) in marks.enumerated() {
      let end = index + 1 < marks.count ? marks[index + 1].line : lines.count
      parts.append(
        part(base, mark, fence, mark.line..<end, scan, shell, isNumbered: true))
    }
    var group = base
    group.isGroup = true
    group.children = parts
    return [group]
  }

  private func part(
    _ base: Draft, _ mark: Mark, _ fence: Block.Fence, _ range: Range<Int>, _ scan: ShellScan,
    _ shell: String, isNumbered: Bool
  ) -> Draft {
    var draft = base
    draft.title = mark.title
    draft.suffix = .letter
    draft.estimateSeconds = base.estimateSeconds ?? mark.estimateSeconds
    draft.lines = fence.firstLine + range.lowerBound...fence.firstLine + range.upperBound - 1
    guard scan.codeLines.contains(where: range.contains) else {
      draft.kind = .manual
      return draft
    }
    return filled(draft, fence, range, scan, shell, isNumbered: isNumbered)
  }

  /// The draft with the command of some lines, without the example of its output at the end.
  private func filled(
    _ base: Draft, _ fence: Block.Fence, _ range: Range<Int>, _ scan: ShellScan, _ shell: String,
    isNumbered: Bool
  ) -> Draft {
    var draft = base
    let code = scan.codeLines.filter(range.contains)
    let lastCode = code.max() ?? range.lowerBound
    let comments = scan.comments.filter { range.contains($0.line) }
    var end = range.upperBound
    if let label = comments.first(where: {
      $0.line > lastCode && Examples.isLabel(comment: $0.text)
    }) {
      end = label.line
      let text = comments.filter { $0.line > label.line }.map {
        String($0.text.first == " " ? $0.text.dropFirst() : $0.text[...])
      }
      let inline = label.text.split(separator: ":", maxSplits: 1).dropFirst().first.map {
        Words.collapsed($0)
      }
      let shown = ([inline].compactMap { $0 }.filter { !$0.isEmpty } + text).joined(separator: "\n")
      if !shown.isEmpty { draft.expectedOutput = shown }
    }
    // A numbered comment names the part; the command begins after it.
    var start = range.lowerBound
    if isNumbered { start += 1 }
    let blank = { (line: Int) in
      document.source.bytes[fence.contentLines[line]].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }
    while start < end, blank(start) { start += 1 }
    while end > start, blank(end - 1) { end -= 1 }
    draft.command = command(fence, start..<max(start, end), shell: shell)
    draft.kind = kind(of: draft.command, told: base.annotations.runClass)
    return draft
  }

  private func kind(of command: Command?, told: Annotations.RunClass?) -> StepKind {
    switch told {
    case .manual: .manual
    case .show: .show
    case .run: .run
    case .tty: .tty
    case nil: command.map { $0.endsInSession ? .tty : .run } ?? .manual
    }
  }

  /// `# 1. Stop the containers`, `# Step 2: …`, where the text may be cut.
  private func numberedComments(_ scan: ShellScan) -> [Mark] {
    var last = 0
    return scan.comments.compactMap { comment in
      guard let found = Examples.numbered(comment: comment.text), found.number > last else {
        return nil
      }
      last = found.number
      return Mark(line: comment.line, title: found.title, estimateSeconds: found.estimateSeconds)
    }
  }

  /// A comment that begins a part of a code block; its line from 0.
  private struct Mark {
    let line: Int
    let title: String
    var estimateSeconds: Int?
  }

  private func command(_ fence: Block.Fence, _ range: Range<Int>, shell: String) -> Command {
    let ranges = Array(fence.contentLines[range])
    let text = ranges.map { document.source.text($0).raw }.joined(separator: "\n")
    return Command(
      text, form: .block, bytes: whole(ranges), line: fence.firstLine + range.lowerBound,
      shell: shell, isClosed: fence.isClosed, isUTF8: document.source.encoding == .utf8)
  }

  /// The bytes of some lines, when they stand in the source in one piece with a line feed between.
  private func whole(_ ranges: [Range<Int>]) -> Range<Int>? {
    guard let first = ranges.first, let last = ranges.last else { return nil }
    for (range, next) in zip(ranges, ranges.dropFirst()) {
      let line = document.source.line(at: range.lowerBound)
      guard document.source.range(ofLine: line).upperBound == next.lowerBound,
        range.upperBound + 1 == next.lowerBound
      else { return nil }
    }
    return first.lowerBound..<last.upperBound
  }

  // MARK: Transcripts

  private func transcriptDrafts(_ fence: Block.Fence, _ base: Draft) -> [Draft] {
    let parts = Transcript.parts(of: lines(of: fence))
    let drafts = parts.map { part -> Draft in
      var draft = base
      let command = Command(
        part.command, form: .transcript, line: fence.firstLine + part.lines.lowerBound,
        isClosed: fence.isClosed, isUTF8: document.source.encoding == .utf8)
      draft.command = command
      switch base.annotations.runClass {
      case .tty: draft.kind = .tty
      case .run: draft.kind = .run
      case .show: draft.kind = .show
      case .manual, nil: draft.kind = command.endsInSession ? .tty : .session
      }
      draft.expectedOutput = part.output.isEmpty ? nil : part.output.joined(separator: "\n")
      draft.lines =
        fence.firstLine + part.lines.lowerBound...fence.firstLine + part.lines.upperBound - 1
      if parts.count > 1 {
        draft.suffix = .letter
        draft.title = Words.collapsed(
          part.command.split(separator: "\n").first.map(String.init) ?? base.title)
      }
      return draft
    }
    guard drafts.count > 1 else { return drafts }
    var group = base
    group.isGroup = true
    group.children = drafts
    return [group]
  }
}

extension Command {
  /// Whether its last command opens a session, so that the terminal has to be handed over.
  var endsInSession: Bool {
    let scan = ShellScan(text.raw)
    // With lines after it, or another session before it, it is no one opener but a blocked command.
    guard offers.isEmpty, let last = scan.commands.last, Programs.session(last) != nil else {
      return false
    }
    return scan.headLines.allSatisfy { $0 <= last.endLine }
  }
}
