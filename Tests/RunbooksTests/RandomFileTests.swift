import Runbooks
import Testing

/// Whatever a file holds: no crash, and the same steps twice with ids and numbers of their own.
@Suite struct RandomFileTests {
  private static let pieces = [
    "# Title", "## Procedure", "## Verification", "## Rollback", "### Option 1: a",
    "### Option 2: b",
    "### Step 3: c", "## 4. d", "#### Phase 1", "## Escalation", "## Contents", "1. one (5 min)",
    "2. two:", "7. seven", "   1. inner", "   - Yes: go to step 2", "   - No: [x](#procedure)",
    "- [ ] box: `docker ps -a`", "- If a, see [b](c.md#d)", "- plain", "```bash", "```", "   ```sh",
    "   ```", "```console", "$ kubectl get pods", "NAME", "# 1. first", "# 2. second", "ls <name>",
    "cat <<EOF", "EOF", "echo \"$(ls", "if true; then", "fi", "ssh host", "tail -f x",
    "rm -rf {{dir}}",
    "<!-- mayday: run est=5m danger -->", "<!-- mayday: choice=a:#b,c:3 -->", "<!-- mayday: oops",
    "-->", "Results:", "**Type:** Runbook", "**Time:** 5 min", "---", "title: a: b", "params:",
    "  x: {ask: y}",
    "| a | b |", "|---|---|", "> ```sh", "> ls", "> ```", "", "", "", "text", "Run this:", "A='",
    "\u{0}\r",
    "export X=1", "echo $X ${Y:-", "Y=$(", "日本語 🔥", "[a]: b", "<details>", "\\", "$ cat <<E",
    "1) x", "{{", "[",
  ]

  private func check(_ bytes: [UInt8]) throws {
    let read = try Runbook(path: "a/b.md", bytes: bytes)
    #expect(try Runbook(path: "a/b.md", bytes: bytes) == read)
    let shown = String(decoding: bytes, as: UTF8.self).debugDescription
    #expect(Set(read.steps.map(\.id)).count == read.steps.count, "\(shown)")
    #expect(Set(read.steps.map(\.number)).count == read.steps.count, "\(shown)")
    let last = read.document.source.lineCount
    for step in read.steps {
      #expect(step.line >= 1 && step.lines.upperBound <= last, "\(step.number) in \(shown)")
      if !step.placeholders.isEmpty, step.kind.holdsCommand, step.annotations.poll == nil {
        #expect(!step.blocked.isEmpty, "\(step.number) in \(shown)")
      }
      _ = step.command?.resolved(with: ["name": "a; b", "dir": "c d"])
    }
    #expect(read.findings.allSatisfy { $0.line >= 1 && $0.line <= max(1, last) }, "\(shown)")
    #expect(!read.planText.isEmpty || read.steps.isEmpty)
    _ = read.planJSON.canonical
  }

  @Test(arguments: 0..<40)
  func piecesInAnyOrder(_ seed: Int) throws {
    var random = Seeded(UInt64(seed))
    for _ in 0..<25 {
      let lines = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
        Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
      }
      try check(Array(lines.joined(separator: "\n").utf8))
    }
  }

  @Test(arguments: 0..<10)
  func realFilesWithFaults(_ seed: Int) throws {
    var random = Seeded(UInt64(seed))
    for read in try Fixtures.corpus().runbooks {
      var lines = read.document.source.bytes.split(
        separator: 0x0A, omittingEmptySubsequences: false
      ).map(Array.init)
      for _ in 0..<8 {
        let index = Int.random(in: 0..<lines.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: lines.remove(at: index)
        case 1: lines.insert(lines[Int.random(in: 0..<lines.count, using: &random)], at: index)
        case 2: lines[index].removeAll { $0 == UInt8(ascii: "`") }
        case 3: lines[index] = Array("   ".utf8) + lines[index]
        default:
          if let byte = lines[index].indices.randomElement(using: &random) {
            lines[index][byte] = UInt8.random(in: 0...255, using: &random)
          }
        }
        if lines.isEmpty { break }
      }
      try check(Array(lines.joined(separator: [0x0A])))
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
}
