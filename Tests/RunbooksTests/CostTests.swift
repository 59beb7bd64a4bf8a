import IncidentDomain
import MarkdownBlocks
import Runbooks
import Testing

/// Reading, planning and linting take time that grows with the size of a file, whatever is nested in
/// what (RELIABILITY 26: time(2n) / time(n) ≤ 2.5).
@Suite struct CostTests {
  struct Kind: CustomTestStringConvertible, Sendable {
    let name: String
    let head: String
    let unit: String
    var tail = "\n"

    var testDescription: String { name }

    func bytes(_ count: Int) -> [UInt8] {
      Array((head + String(repeating: unit, count: count) + tail).utf8)
    }
  }

  static let kinds = [
    Kind(name: "quotes", head: "# T\n\n", unit: "> ", tail: "a\n"),
    Kind(name: "bullets in bullets", head: "# T\n\n", unit: "- ", tail: "a\n"),
    Kind(name: "numbers in numbers", head: "# T\n\n", unit: "1. ", tail: "a\n"),
    Kind(name: "links in links", head: "# T\n\n", unit: "[a](b ", tail: "\n"),
    Kind(name: "emphasis in emphasis", head: "# T\n\n1. ", unit: "**a *b ", tail: "\n"),
    Kind(name: "backticks", head: "1. Run ", unit: "`a `` b ", tail: "\n"),
    Kind(name: "substitutions", head: "```sh\n", unit: "echo $(", tail: "\n```\n"),
    Kind(name: "quotes and substitutions", head: "```sh\n", unit: "\"$(a ", tail: "\n```\n"),
    Kind(name: "parameters", head: "```sh\n", unit: "${a:-", tail: "\n```\n"),
    Kind(name: "compound commands", head: "```sh\n", unit: "if a; then\n", tail: "```\n"),
    Kind(name: "here-documents", head: "```sh\n", unit: "cat <<A\n<b>\n", tail: "```\n"),
    Kind(name: "numbered comments", head: "```sh\n", unit: "# 1. a\nls <b> $C\n", tail: "```\n"),
    Kind(name: "variables", head: "```sh\n", unit: "export A=$B C=${D}; ", tail: "\n```\n"),
    Kind(name: "placeholders", head: "```sh\nls ", unit: "<a> {{b}} [CD] your-e ", tail: "\n```\n"),
    Kind(name: "angles", head: "```sh\nls '", unit: "<a", tail: "'\n```\n"),
    Kind(name: "dots", head: "```sh\nls ", unit: "a...b", tail: "\n```\n"),
    Kind(name: "crosses", head: "```sh\nmk ", unit: "XXX ", tail: "\n```\n"),
    Kind(name: "prompts", head: "```console\n", unit: "$ a \\\nb\n", tail: "```\n"),
    Kind(name: "open prompts", head: "```console\n", unit: "$ a '\n", tail: "```\n"),
    Kind(name: "annotations", head: "# T\n1. a <!-- mayday: ", unit: "est=1m x ", tail: " -->\n"),
    Kind(
      name: "annotated items", head: "# T\n", unit: "1. a <!-- mayday: choice=a:#b est=5m -->\n"),
    Kind(name: "comments", head: "# T\n", unit: "<!-- mayday: run -->\n"),
    Kind(name: "open comments", head: "# T\n", unit: "1. <!-- a\n"),
    Kind(name: "tags", head: "# T\n", unit: "<details><summary>a\n"),
    Kind(name: "sections", head: "# T\n", unit: "## a\n### b\n#### c\n1. d\n"),
    Kind(name: "options", head: "# T\n## Procedure\n", unit: "### Option 1\n1. a\n"),
    Kind(
      name: "questions", head: "# T\n", unit: "- If a:\n  - Yes: go to step 9\n  - No: [b](#b)\n"),
    Kind(name: "cut lists", head: "# T\n", unit: "1. a\n\n```\nb\n```\n\n2. c\n\n"),
    Kind(name: "front matter", head: "---\na: ", unit: "[", tail: "\n---\n# T\n"),
    Kind(name: "fields", head: "# T\n", unit: "**A:** b\n"),
    Kind(name: "brackets in a title", head: "# T\n1. a", unit: " (5", tail: "\n"),
    Kind(name: "white space", head: "# T\n1. a", unit: " \t\u{A0}", tail: "b\n"),
    Kind(name: "rows", head: "|a|b|\n|-|-|\n", unit: "|[c](d)|`e`|\n"),
  ]

  /// Seconds of processor time to read, plan and lint; nil when the file is refused.
  private func seconds(_ bytes: [UInt8]) throws -> Double? {
    let start = ProcessorTime.ofThread
    do {
      let read = try Runbook(path: "a.md", bytes: bytes)
      _ = Lint(today: CivilTime(year: 2025, month: 11, day: 20)) { _ in .absent }
        .findings(of: read)
      _ = read.planJSON
    } catch MarkdownRefusal.tooManyLines {
      return nil
    }
    return ProcessorTime.ofThread - start
  }

  @Test(arguments: kinds)
  func costGrowsWithSizeOnly(_ kind: Kind) throws {
    // From a size on that can be measured; what is quick at a quarter of a megabyte is quick enough.
    var count = 500
    while let spent = try seconds(kind.bytes(count)), spent < 0.04,
      kind.bytes(count).count < 262_144
    {
      count *= 2
    }
    var ratio = 0.0
    for _ in 0..<4 {
      // The best of a few: what else runs on the machine moves caches and clocks.
      let once = try (0..<3).compactMap { _ in try seconds(kind.bytes(count)) }.min()
      let twice = try (0..<3).compactMap { _ in try seconds(kind.bytes(2 * count)) }.min()
      guard let once, let twice else { return }
      if twice < 0.04 { return }
      ratio = twice / once
      if ratio <= 2.5 { return }
    }
    Issue.record("\(kind.name): \(count) to \(2 * count) units cost \(ratio) times as much")
  }

  /// As large as a file may be.
  @Test(arguments: kinds)
  func theLargestFileEndsSoon(_ kind: Kind) throws {
    let room = (MarkdownLimits.fileBytes - kind.head.utf8.count - kind.tail.utf8.count)
    let lines = max(1, kind.unit.utf8.count { $0 == 0x0A })
    let count = min(room / kind.unit.utf8.count, 65_000 / lines)
    let spent = try #require(try seconds(kind.bytes(count)))
    #expect(spent < Self.allowed, "\(kind.name): \(spent) s")
  }

  /// Debug builds are some ten times slower than what people run.
  private static var allowed: Double {
    #if DEBUG
      30
    #else
      2
    #endif
  }
}
