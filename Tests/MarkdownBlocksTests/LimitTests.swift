import Glibc
import MarkdownBlocks
import Testing

/// Costly inputs end soon, and what is not read is shown as it stands (RELIABILITY 26).
@Suite(.serialized) struct LimitTests {
  private static let attacks: [(name: String, unit: String, wrap: @Sendable (String) -> String)] = [
    ("quotes on a line", "> ", { $0 + "a\n" }),
    ("bullets on a line", "- ", { $0 + "a\n" }),
    ("numbers on a line", "1. ", { $0 + "a\n" }),
    ("brackets", "[", { $0 + "\n" }),
    ("images", "![a](", { $0 + "\n" }),
    ("emphasis", "*a_ ", { $0 + "\n" }),
    ("struck", "~a ", { $0 + "\n" }),
    ("backticks", "`a``b", { $0 + "\n" }),
    ("tags", "<a ", { $0 + "\n" }),
    ("comments", "<!--\n\n", { $0 }),
    (
      "a wide table", "a|",
      { "\($0.prefix(400_000))\n\(String(repeating: "-|", count: 200_000))\n" }
    ),
    ("a long table", "|a|b|\n", { "|a|b|\n|-|-|\n" + $0 }),
    ("delimiter rows", String(repeating: "|-", count: 60) + "|\n", { $0 }),
    (
      "short rows", "|\n",
      {
        String(repeating: "|a", count: 100) + "|\n" + String(repeating: "|-", count: 100) + "|\n"
          + $0
      }
    ),
    ("lazy lines", "a\n", { String(repeating: "> ", count: 60) + "a\n" + $0 }),
    (
      "uses of a definition", "[a]\n",
      { "[a]: <" + String(repeating: "x", count: 40_000) + ">\n\n" + $0 }
    ),
    ("entities", "&amp;", { $0 + "\n" }),
    ("footnotes", "[^1]\n\n[^1]: a\n\n", { $0 }),
    ("headings", "# a\n", { $0 }),
  ]

  private func seconds(
    _ bytes: [UInt8]
  ) throws -> (seconds: Double, document: MarkdownDocument?) {
    var read: MarkdownDocument?
    let start = Self.spent
    do { read = try MarkdownDocument(parsing: bytes) } catch MarkdownRefusal.tooManyLines {}
    return (Self.spent - start, read)
  }

  /// What this thread has used of a processor: other programs on the machine do not count.
  private static var spent: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test(arguments: attacks.indices)
  func costlyInputEndsSoon(_ index: Int) throws {
    let attack = Self.attacks[index]
    let room = 600_000 / attack.unit.utf8.count
    // As many lines as a file may have, or as many units as make 600 kB.
    let lines = attack.unit.filter { $0 == "\n" }.count
    let count = lines == 0 ? room : min(room, 60_000 / lines)
    let text = attack.wrap(String(repeating: attack.unit, count: count))
    let found = try seconds(Array(text.utf8))
    #expect(found.seconds < Self.allowed, "\(attack.name): \(found.seconds) s")
    #expect(found.document?.coverageFault == nil, "\(attack.name)")
  }

  /// Debug builds are some ten times slower than what people run.
  private static var allowed: Double {
    #if DEBUG
      10
    #else
      2
    #endif
  }

  @Test func depthIsCut() throws {
    let read = try document("# T\n\n" + String(repeating: ">", count: 2_000) + "\n\nend\n")
    #expect(read.problems.map(\.rule) == [.tooDeep])
    #expect(read.problems.map(\.line) == [3])
    #expect(read.outline == ["h1 1-1", "plain 3-3", "paragraph 5-5"])
    let nested = try document(
      (0..<100).map { String(repeating: "  ", count: $0) + "- a\n" }.joined())
    #expect(nested.coverageFault == nil)
    #expect(nested.problems.contains { $0.rule == .tooDeep })
    func depth(_ block: Block) -> Int { 1 + (block.children.map(depth).max() ?? 0) }
    #expect(nested.blocks.map(depth).max() ?? 0 <= MarkdownLimits.depth + 1)
  }

  @Test func aTableThatIsTooWideIsShownAsItStands() throws {
    let row = "| a |" + String(repeating: " b |", count: 300) + "\n"
    let text = row + row.replacingLetters() + row
    let read = try document(text)
    #expect(read.problems.map(\.rule) == [.wideTable])
    #expect(!read.all.contains { $0.word == "table" })
    #expect(read.blocks.map(\.plainText).joined() + "\n" == text)
  }

  @Test func aTableWithOneLongRowIsShownAsItStands() throws {
    let text = "| a | b |\n|---|---|\n| 1 | " + String(repeating: "x", count: 1_000) + " |\n"
    let read = try document(text)
    #expect(read.problems.map(\.rule) == [.wideTable])
    #expect(read.blocks.map(\.plainText).joined() + "\n" == text)
  }

  @Test func filesThatAreTooLargeAreRefused() {
    #expect(throws: MarkdownRefusal.tooLarge(bytes: 1_048_577)) {
      try MarkdownDocument(parsing: [UInt8](repeating: 0x61, count: 1_048_577))
    }
    #expect(throws: MarkdownRefusal.tooManyLines(65_537)) {
      try MarkdownDocument(parsing: Array(String(repeating: "a\n", count: 65_537).utf8))
    }
    #expect(throws: Never.self) {
      try MarkdownDocument(parsing: [UInt8](repeating: 0x61, count: 1_048_576))
    }
  }

  @Test func costGrowsWithSizeOnly() throws {
    for unit in ["> a\n", "- a\n", "**a** [b](c) `d`\n\n", "|a|\n|-|\n|b|\n\n", "```\na\n```\n"] {
      let small = Array(String(repeating: unit, count: 4_000).utf8)
      let large = Array(String(repeating: unit, count: 8_000).utf8)
      // The best of a few: other programs run on the machine too.
      let times = try (0..<5).map { _ in (try seconds(small).seconds, try seconds(large).seconds) }
      let ratio = (times.map(\.1).min() ?? 0) / max(times.map(\.0).min() ?? 1, 0.000_1)
      #expect(ratio < 3.5, "\(unit): \(ratio)")
    }
  }
}

extension String {
  /// A row of a table as its delimiter row.
  fileprivate func replacingLetters() -> String {
    String(map { $0.isLetter ? "-" : $0 })
  }
}
