import Runbooks

/// Makes files that no author would write, each from its seed.
struct Mutator {
  /// The lines of real runbooks.
  private let files: [[[UInt8]]]

  init(corpus: Catalogue) {
    files = corpus.runbooks.map { read in
      read.document.source.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        .map(Array.init)
    }
  }

  private static let pieces = [
    "# Title", "## Procedure", "## Verification", "## Rollback", "### Option 1: a",
    "### Option 2: b", "### Step 3: c", "## 4. d", "#### Phase 1", "## Escalation", "## Contents",
    "1. one (5 min)", "2. two:", "7. seven", "999999999. many", "0. none", "   1. inner",
    "   - Yes: go to step 2", "   - No: [x](#procedure)", "- [ ] box: `docker ps -a`",
    "- If a, see [b](c.md#d)", "- plain", "```bash", "```", "   ```sh", "   ```", "~~~~sh", "~~~~",
    "```console", "```runner", "$ kubectl get pods", "NAME", "# 1. first", "# 2. second",
    "# Step 99: last", "ls <name>", "cat <<EOF", "cat <<-'E F'", "EOF", "echo \"$(ls",
    "if true; then", "fi", "case x in", "a) b;;", "esac", "ssh host", "tail -f x",
    "rm -rf {{dir}} [NAME] YYYYMMDD your-key XXXX sbp_... … '<a b>' $<c>", "${A:-${B}} $((1+(2)))",
    "<!-- mayday: run est=5m danger -->", "<!-- mayday: choice=a:#b,c:3 -->",
    "<!-- mayday: oops", "-->", "<!--", "Results:", "# Output:", "**Type:** Runbook",
    "**Time:** 5 min", "**Last Updated:** 2025-13-45", "---", "...", "title: a: b", "params:",
    "  x: {ask: y}", "runners: {runner: bash}", "| a | b |", "|---|---|", "> ```sh", "> ls",
    "> ```", "", "", "", "\t", "text", "Run this:", "A='", "export X=1", "echo $X ${Y:-", "Y=$(",
    "日本語 🔥", "[a]: b", "[^1]: c", "[^1] ![p](q) <details>", "</details>", "\\", "$ cat <<E",
    "1) x", "{{", "[", "***", "    indented", "\t\tls -l", "<a", "&amp; &#0; &#x110000;",
  ]

  /// The file of a seed: up to some kilobytes.
  func file(seed: UInt64) -> [UInt8] {
    var random = Seeded(seed)
    var lines: [[UInt8]]
    switch random.below(10) {
    case 0: lines = [(0..<random.below(600)).map { _ in UInt8(random.below(256)) }]
    case 1: lines = [Self.marks(&random)]
    case 2: lines = [Self.bomb(&random)]
    case 3, 4: lines = spliced(&random)
    default: lines = Self.assembled(&random)
    }
    if random.below(5) == 0 { lines.insert(contentsOf: Self.frontMatter(&random), at: 0) }
    for _ in 0..<random.below(8) { damage(&lines, &random) }
    return Self.encoded(Array(lines.joined(separator: [0x0A])), &random)
  }

  // MARK: What it begins with

  private static func assembled(_ random: inout Seeded) -> [[UInt8]] {
    (0..<random.below(40)).map { _ in
      random.below(12) == 0 ? annotation(&random) : Array(random.pick(pieces).utf8)
    }
  }

  /// Bytes that mean something to Markdown or to a shell, in no order.
  private static func marks(_ random: inout Seeded) -> [UInt8] {
    let marks = Array("`*_[]()<>#-+.!|\\~$\"'{};&=:/ \n\t\r01ax".utf8)
    return (0..<random.below(500)).map { _ in random.pick(marks) }
  }

  /// Something within itself, many times.
  private static func bomb(_ random: inout Seeded) -> [UInt8] {
    let units = [
      "> ", "- ", "1. ", "[", "![a](", "*a_ ", "**", "`", "<a ", "<!--", "{{", "<", "$(", "\"$(",
      "${", "((", "'", "(", "```\n", "> - 1. ", "|", "<details>", "[a]: b\n", "[^1]", "&", "\\",
      "# ", "```sh\n`", "if ", "cat <<A\n", "  - a\n  ",
    ]
    let unit = random.pick(units)
    let text = String(repeating: unit, count: random.below(400))
    let head =
      random.below(2) == 0 ? "" : random.pick(["```sh\n", "1. ", "# T\n\n", "> ", "- a\n\n  "])
    return Array((head + text + random.pick(["", "x", "\n```\n", "\n\nend\n"])).utf8)
  }

  /// Stretches of real runbooks, one after the other.
  private func spliced(_ random: inout Seeded) -> [[UInt8]] {
    (0...random.below(4)).flatMap { _ in
      let lines = random.pick(files)
      let start = random.below(max(1, lines.count))
      return lines[start..<min(lines.count, start + random.below(30))]
    }
  }

  private static func annotation(_ random: inout Seeded) -> [UInt8] {
    let keys = [
      "manual", "show", "run", "tty", "confirm", "danger", "est", "timeout", "grace", "cwd", "env",
      "expect", "exit", "until", "every", "for", "set", "secret", "choice", "role", "optional",
      "repeat", "unknown", "", "=", "~",
    ]
    let values = [
      "", "=", "=5m", "=-1s", "=99999999999999999999h", "=0", "=1h30m", "=\"a b\"", "=\"open",
      "~/a+/", "~/(/", "~/((a*)*)*b/", "=a,b,,c", "=a:#b,c:3,d:x.md#e", "=<node>", "=ic", "=256",
      "=\"ls <a>; rm -r $(x)\"", "=💥", "=\\", "=\"\\\"\"", "=0,2,300",
    ]
    var text = random.below(4) == 0 ? "1. a " : ""
    text += "<!-- mayday:"
    for _ in 0..<random.below(6) { text += " " + random.pick(keys) + random.pick(values) }
    return Array((text + random.pick([" -->", " --", "\n-->", "-->-->", " -- -->"])).utf8)
  }

  private static func frontMatter(_ random: inout Seeded) -> [[UInt8]] {
    let lines = [
      "title: a", "title: [", "a: &x [1]", "b: *x", "c: !!binary aGk=", "? complex", "- item",
      "params:", "  node: {ask: \"Which?\", from: labels.instance, match: \"^a+$\"}",
      "  node: {match: \"(\"}", "params: 5", "runners: {runner: bash}", "runners: [a]", "\tx: y",
      "review_in: 90d", "alerts: [A, B]", "tags:", "  - a", "x: |", "  text",
      "e: {a: {b: {c: {}}}}",
      "n: 1e999", "d: 2025-02-30", "%YAML 9", "key: value # no", "\"q: r", "...", "~: ~", "<<: *y",
      "version: 1.10", "on: yes", "o: 010",
    ]
    let inner = (0..<random.below(8)).map { _ in Array(random.pick(lines).utf8) }
    let open = Array("---".utf8)
    return [open] + inner + (random.below(6) == 0 ? [] : [open])
  }

  // MARK: What becomes of it

  private func damage(_ lines: inout [[UInt8]], _ random: inout Seeded) {
    guard !lines.isEmpty else { return }
    let index = random.below(lines.count)
    switch random.below(11) {
    case 0: lines.remove(at: index)
    case 1: lines.insert(random.pick(lines), at: index)
    case 2: lines[index].removeAll { $0 == UInt8(ascii: "`") }
    case 3: lines[index] = Array("   ".utf8) + lines[index]
    case 4:
      lines[index] = Array(random.pick(["> ", "- ", "1. ", "\t", "- [ ] "]).utf8) + lines[index]
    case 5: lines.insert(Self.annotation(&random), at: index)
    case 6: lines[index] += Array(random.pick(Self.pieces).utf8)
    case 7: lines = Array(lines[..<index])
    case 8: lines[index] = Array(lines[index].prefix(random.below(lines[index].count + 1)))
    case 9: lines.swapAt(index, random.below(lines.count))
    default:
      guard !lines[index].isEmpty else { return }
      lines[index][random.below(lines[index].count)] = UInt8(random.below(256))
    }
  }

  private static func encoded(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
    switch random.below(16) {
    case 0: return bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    case 1: return bytes.map { $0 == 0x0A ? 0x0D : $0 }
    case 2: return [0xEF, 0xBB, 0xBF] + bytes
    case 3: return bytes.flatMap { random.below(40) == 0 ? [0, $0] : [$0] }
    case 4: return bytes.flatMap { random.below(40) == 0 ? [0xE9, $0] : [$0] }
    case 5: return [0xFF, 0xFE] + bytes.flatMap { [$0, 0] }
    case 6: return bytes.flatMap { $0 == 0x20 ? Array("\u{A0}".utf8) : [$0] }
    case 7:
      return bytes.flatMap { byte in
        guard random.below(60) == 0 else { return [byte] }
        return Array(
          random.pick(["\u{2028}", "\u{200B}", "\u{202E}", "\u{1B}[2J", "\u{85}", "“"]).utf8)
          + [byte]
      }
    default: return bytes
    }
  }
}

/// Numbers that are the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 when there is nothing below.
  mutating func below(_ end: Int) -> Int { end > 0 ? Int(next() % UInt64(end)) : 0 }

  /// The items must not be empty.
  mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }
}
