import Glibc
import IncidentDomain
import MarkdownBlocks
import Runbooks
import Testing

/// RUNBOOKS.md, "Acceptance over a whole corpus".
@Suite(.serialized) struct CorpusTests {
  @Test func theKeptFilesHold() throws {
    let catalogue = try Fixtures.corpus()
    #expect(catalogue.runbooks.count == 40)
    #expect(catalogue.refused.isEmpty)
    for read in catalogue.runbooks { try check(read) }
  }

  @Test func theWholeCorpusHolds() throws {
    guard let catalogue = Fixtures.wholeCorpus() else {
      print("The whole corpus is not beside the checkout; only the kept files were read.")
      return
    }
    print("Read \(catalogue.runbooks.count) files of the whole corpus.")
    #expect(catalogue.runbooks.count > 600)
    for read in catalogue.runbooks { try check(read) }
    let withSteps = catalogue.runbooks.filter { $0.mode == .steps }
    // RUNBOOKS.md 3.3 counts steps in 61 % of a larger set.
    #expect(withSteps.count * 100 > catalogue.runbooks.count * 60)
    let mojibake = catalogue.runbooks.filter { $0.document.mojibake != nil }.map(\.path)
    #expect(mojibake.isEmpty)
  }

  @Test(arguments: [
    "crlf-and-bom", "link-out", "nested-quotes-2000", "open-fence", "parameter", "yaml-aliases",
    "yaml-typed",
  ])
  func hostileFilesHold(_ name: String) throws {
    let read = try Fixtures.runbook("attacks/\(name).md")
    try check(read)
    #expect(read.title.raw == "Restart cache")
    let rules = read.findings.map(\.rule)
    switch name {
    case "crlf-and-bom": #expect(read.lines == ["1 manual A", "2 manual B"] && rules.isEmpty)
    case "link-out": #expect(read.lines == ["1 manual See x and y"])
    case "nested-quotes-2000": #expect(rules == ["too-deep"])
    case "open-fence": #expect(rules == ["unclosed-fence"] && read.findings[0].line == 6)
    case "parameter": #expect(read.steps[0].placeholders.map(\.name) == ["name"])
    default: #expect(rules == ["front-matter"] && read.fields.all.isEmpty)
    }
  }

  /// Seconds for a file; debug builds are some twenty times slower than what people run.
  private static var allowed: Double {
    #if DEBUG
      1
    #else
      0.05
    #endif
  }

  /// What this thread has used of a processor: other programs on the machine do not count.
  private static var spent: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func check(_ read: Runbook) throws {
    let path = read.path
    let source = read.document.source
    // The same steps twice, and soon.
    let start = Self.spent
    let again = try Runbook(path: path, bytes: source.bytes)
    let spent = Self.spent - start
    #expect(again == read, "\(path)")
    #expect(spent < Self.allowed, "\(path): \(spent) s")
    // Every line belongs to exactly one block.
    var next = 1
    for block in read.document.blocks {
      #expect(block.lines.lowerBound == next, "\(path):\(next)")
      next = block.lines.upperBound + 1
    }
    #expect(next == source.lineCount + 1, "\(path)")
    #expect(read.document.placeFault == nil, "\(path)")
    #expect(Set(read.steps.map(\.id)).count == read.steps.count, "\(path)")
    #expect(Set(read.steps.map(\.number)).count == read.steps.count, "\(path)")
    #expect(read.isIndex == false || read.steps.isEmpty)
    for step in read.steps { check(step, in: read) }
    checkNothingIsLost(in: read)
    for finding in read.findings {
      #expect((1...max(1, source.lineCount)).contains(finding.line), "\(path)")
    }
  }

  /// Every line of a shell's block that a step was made of stands in a command, but for comments.
  private func checkNothingIsLost(in read: Runbook) {
    var taken: Set<Int> = []
    var blocks: Set<ClosedRange<Int>> = []
    for step in read.steps {
      guard let command = step.command, command.form == .block else { continue }
      let count = command.text.raw.split(separator: "\n", omittingEmptySubsequences: false).count
      taken.formUnion(command.line..<command.line + count)
      if let lines = read.fenceLines(around: command.line) { blocks.insert(lines) }
    }
    for block in blocks {
      for line in block where !taken.contains(line) {
        let text = read.document.source.text(ofLine: line).raw.drop { " \t>".contains($0) }
        #expect(text.isEmpty || text.hasPrefix("#"), "\(read.path):\(line): \(text)")
      }
    }
  }

  private func check(_ step: Step, in read: Runbook) {
    let name = "\(read.path) step \(step.number)"
    #expect(step.lines.contains(step.line) && step.line >= 1, "\(name)")
    #expect(step.lines.upperBound <= read.document.source.lineCount, "\(name)")
    #expect(!step.title.raw.isEmpty && !step.title.raw.contains("\n"), "\(name)")
    for choice in step.choices {
      guard let goTo = choice.goTo else { continue }
      let leads = read.target(of: goTo) != nil || goTo.hasPrefix("#")
      #expect(leads, "\(name) -> \(goTo)")
    }
    guard let command = step.command else { return }
    let fence = read.fence(around: command.line)
    if let bytes = command.bytes {
      #expect(read.document.source.text(bytes) == command.text, "\(name)")
    }
    // Every line of a command is a line of the file.
    for line in command.text.raw.split(separator: "\n") {
      let isThere = step.lines.contains { read.document.source.text(ofLine: $0).raw.contains(line) }
      #expect(isThere || command.form == .sentence, "\(name): \(line)")
    }
    if !command.placeholders.isEmpty, step.kind.holdsCommand {
      #expect(!step.blocked.isEmpty, "\(name)")
    }
    guard step.kind.holdsCommand, command.form == .block || command.form == .transcript else {
      return
    }
    // Nothing runs that is not labelled as a shell's, or that stands in a comment.
    let labels = ["bash", "sh", "shell", "zsh", "console", "terminal", "shell-session"]
    #expect(
      fence.map { labels.contains($0.language) } == true, "\(name): \(fence?.language ?? "none")")
  }
}

extension MarkdownDocument {
  /// A block whose first line does not hold what it begins with; nil when there is none.
  var placeFault: String? {
    func fault(_ block: Block) -> String? {
      let line = source.text(ofLine: block.lines.lowerBound).raw
      let isThere =
        switch block.kind {
        case .heading, .paragraph:
          block.inlines.first.map { inline in
            let word = inline.text.raw.prefix { $0.isASCII && $0.isLetter }
            // Definitions of links right above a text belong to it.
            return inline.kind != .text || word.isEmpty || line.contains(word)
              || line.contains("]:") || line.drop { " \t>".contains($0) }.hasPrefix("[")
          } ?? true
        case .fence(let fence): !fence.isFenced || line.contains("```") || line.contains("~~~")
        case .table:
          source.text(ofLine: min(block.lines.lowerBound + 1, source.lineCount)).raw.contains("-")
        case .quote: line.contains(">")
        case .item, .list: line.contains { "-*+.)".contains($0) }
        case .comment: line.contains("<!--")
        case .html: line.contains("<")
        case .thematicBreak: line.contains { "-*_".contains($0) }
        case .footnote, .definition, .frontMatter, .blank, .plain: true
        }
      // The library takes footnotes out of what they stand in.
      if case .footnote = block.kind { return nil }
      guard isThere else { return "line \(block.lines.lowerBound) is no \(block.kind): \(line)" }
      return block.children.lazy.compactMap(fault).first
    }
    return blocks.lazy.compactMap(fault).first
  }
}

extension Runbook {
  /// The content lines of the code block that holds a line.
  func fenceLines(around line: Int) -> ClosedRange<Int>? {
    fence(around: line).map {
      $0.firstLine...max($0.firstLine, $0.firstLine + $0.contentLines.count - 1)
    }
  }

  /// The code block that holds a line.
  func fence(around line: Int) -> Block.Fence? {
    func find(_ block: Block) -> Block.Fence? {
      guard block.lines.contains(line) else { return nil }
      return block.fence ?? block.children.lazy.compactMap(find).first
    }
    return document.blocks.lazy.compactMap(find).first
  }
}
