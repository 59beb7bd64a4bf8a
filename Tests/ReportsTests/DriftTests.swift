import Foundation
import IncidentDomain
import Journal
import Runbooks
import TerminalHarness
import Testing
import TextGate

@testable import Reports

/// The path walked against the path written, and the patch that is made of it.
@Suite struct DriftTests {
  static let book = """
    # Replica out of sync

    **Time:** 40 min

    ## Procedure
    1. Look at the cluster (1 min).

       ```bash
       echo look
       ```
    2. Is there exactly one leader?
       - Yes: go on with step 4
       - No: go on with step 3
    3. Rebuild the node (10 min). <!-- mayday: danger exit=0,3 -->

       ```bash
       echo rebuild
       ```
    4. - [ ] Tell the team that the node
       is back
    5. Restart quorum: `docker restart a`

    ### Fence
    ```bash
    # 1. Stop
    echo stop
    # 2. Start
    echo start
    ```

    ## Verification
    ```bash
    echo ok
    ```

    ## Rollback
    1. Undo it
    """ + "\n"

  /// An incident that was declared a moment ago.
  fileprivate static func incident() throws -> Teller {
    try Teller(RealIncidents.names[0], severity: .sev2, declared: 4, number: 7, by: .rosa)
  }

  /// An incident with a run of a text, told from here on.
  struct Walk {
    var t: Teller
    let run: EventID

    init(_ text: String, path: String = "a/pg.md") throws {
      t = try DriftTests.incident()
      let read = try Runbook(path: path, bytes: Array(text.utf8))
      let start = RunStart(
        runbook: Untrusted(path), title: read.title, digest: read.digest, source: Untrusted(text),
        steps: read.plannedSteps)
      run = try #require(try t.tell(.startRun(start), by: .rosa).first?.id)
    }

    mutating func move(_ step: String, _ move: StepMove, after seconds: Int = 1) throws {
      try t.tell(
        .moveStep(run: run, step: step, move, takingOver: false), by: .rosa, after: seconds)
    }

    mutating func done(_ step: String, in seconds: Int) throws {
      try move(step, .started)
      try move(step, .done(note: nil), after: seconds)
    }

    mutating func ran(_ text: String, of step: String? = nil, exit: Int = 0) throws {
      let id = step.flatMap { t.incident.run(named: $0, in: run)?.id }
      try t.tell(
        .record(
          CommandRecord(
            run: id == nil ? nil : run, step: id, command: Untrusted(text), directory: "/",
            started: t.now, ended: t.now + 1, outcome: .exited(exit), outputBytes: 0,
            outputDigest: String(repeating: "0", count: 64), output: "", outputCut: false)),
        by: .rosa)
    }

    func drift(file: Runbook? = nil) throws -> Drift {
      let walked = try #require(t.incident.runs.first { $0.id == run })
      return Drift(of: walked, in: t.incident, file: file)
    }
  }

  private static func sentences(_ drift: Drift) -> [String] {
    drift.steps.map { entry in
      "\(entry.step.number): \(entry.differences.map(\.sentence.text).joined(separator: "; "))"
    }
  }

  private static func walked() throws -> Walk {
    var walk = try Walk(book)
    try walk.ran("id -u")
    try walk.done("1", in: 30)
    try walk.ran("df -h /")
    try walk.move("2", .decided(answer: "maybe", goTo: nil))
    try walk.done("4", in: 130)
    try walk.move("3", .started)
    try walk.ran("echo rebuild", of: "3", exit: 1)
    try walk.move("3", .failed(note: "disk full --> x"), after: 100)
    try walk.move("3", .started)
    try walk.ran("echo rebuild", of: "3", exit: 3)
    try walk.move("3", .done(note: nil), after: 700)
    try walk.move("5", .skipped(because: "not needed"))
    try walk.done("6a", in: 20)
    try walk.ran("cat <<A\n```\nA")
    try walk.ran("ls /none", exit: 2)
    try walk.done("6b", in: 61)
    try walk.ran("uptime", of: "V1", exit: 4)
    try walk.done("V1", in: 10)
    try walk.t.tell(.endRun(run: walk.run, .finished, because: nil), by: .rosa)
    return walk
  }

  @Test func whatWasNotWalkedAsWrittenIsTold() throws {
    let drift = try Self.walked().drift()
    #expect(
      Self.sentences(drift) == [
        "2: answered in other words: maybe",
        "3: walked after step 4; failed 1 time; its command ran 2 times; took 14 min 1 s, estimated 10 min",
        "4: took 2 min 10 s, with no estimate",
        "5: skipped: not needed",
        "6b: took 1 min 1 s, with no estimate",
        "V1: marked done though its command exited with 4",
      ])
    #expect(drift.adHoc.map { $0.after?.number } == [nil, "1", "6a", "6a"])
    #expect(drift.walked == 7 && drift.asWritten == 2)
    #expect(drift.file == .unknown && !drift.isNone)
    #expect(try Self.walked().drift() == drift)
  }

  @Test func aWalkAsWrittenHasNoDrift() throws {
    var walk = try Walk(Self.book)
    try walk.done("1", in: 30)
    let yes = try #require(walk.drift().runbook?.step(number: "2")?.choices.first)
    try walk.move("2", .decided(answer: "yes", goTo: yes.goTo))
    for step in ["4", "5", "6a", "6b", "V1"] { try walk.done(step, in: 40) }
    try walk.t.tell(.endRun(run: walk.run, .finished, because: nil), by: .rosa)
    try walk.ran("after the end")
    let drift = try walk.drift()
    #expect(Self.sentences(drift) == [])
    #expect(drift.isNone && drift.walked == 7 && drift.asWritten == 7)
    #expect(drift.text.text.contains("walked as it is written"))
    // The rollback was not begun: nobody was to walk it. A decision led past step 3.
    #expect(drift.written == 8 && drift.rollbackLeft == 1)
    #expect(
      drift.text.text.contains(
        "7 of 8 steps walked, 7 of them as written, a decision led past 1; finished"))
    #expect(drift.text.text.contains("\nrollback not begun, 1 step\n"))
    #expect(try DriftPatch(drift, path: "a/pg.md").bytes.isEmpty)
  }

  @Test func goingBackByADecisionIsNoOtherOrder() throws {
    var walk = try Walk("# T\n1. a\n2. b\n3. Well?\n   - No: go to step 1\n   - Yes: done\n")
    for _ in 0..<2 {
      try walk.done("1", in: 1)
      try walk.done("2", in: 1)
      let no = try #require(walk.drift().runbook?.steps[2].choices.first)
      try walk.move("3", .decided(answer: "No", goTo: no.goTo))
    }
    #expect(Self.sentences(try walk.drift()) == [])
  }

  @Test func anAbandonedRunTellsWhatWasNotDone() throws {
    var walk = try Walk(Self.book)
    try walk.done("1", in: 1)
    #expect(try walk.drift().isNone)
    try walk.t.tell(
      .endRun(run: walk.run, .abandoned, because: "the node came back alone"), by: .rosa)
    #expect(
      try Self.sentences(walk.drift())
        == ["2", "3", "4", "5", "6a", "6b", "V1"].map { "\($0): not done when the run ended" })
  }

  @Test func aChangedFileIsTold() throws {
    let walk = try Self.walked()
    func file(_ text: String) throws -> Runbook {
      try Runbook(path: "a/pg.md", bytes: Array(text.utf8))
    }
    #expect(try walk.drift(file: file(Self.book)).file == .same)
    let other = Self.book.replacingOccurrences(of: "echo look", with: "echo see")
    let drift = try walk.drift(file: file(other))
    guard case .changed(_, let gone, let new) = drift.file else {
      Issue.record("\(drift.file)")
      return
    }
    #expect(gone == ["1"] && new == ["1"])
    #expect(
      drift.text.text.contains("The file has changed since the run; gone or changed since: 1"))
    #expect(throws: DriftPatch.Refusal.self) { try DriftPatch(drift, path: "a/pg.md") }
  }

  // MARK: The patch

  /// Applies a patch with git, as a person would; gives the file.
  private func applied(_ patch: DriftPatch, to text: [UInt8], path: String) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "mayday-drift-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text).write(to: file)
    try Data(patch.bytes).write(to: folder.appending(path: "x.diff"))
    let git = try TerminalHarness.Command.run(
      "/usr/bin/git", ["apply", "--whitespace=nowarn", "x.diff"],
      environment: ["GIT_CEILING_DIRECTORIES": folder.deletingLastPathComponent().path],
      directory: folder.path)
    #expect(git.status == .exited(0), "\(git.err)")
    return [UInt8](try Data(contentsOf: file))
  }

  @Test func thePatchProposesWhatAPersonMayApply() throws {
    let drift = try Self.walked().drift()
    let patch = try DriftPatch(drift, path: "a/pg.md")
    #expect(
      patch.proposals.map(\.text) == [
        "step 3: estimate 15 min (was 10 min)",
        "step 3: a remark that it was walked after step 4, failed 1 time",
        "step 4: estimate 3 min",
        "step 5: a remark that it was skipped",
        "step 6b: estimate 2 min",
        "after step 1: the command `df -h /`",
        "after step 6a: the command `cat <<A` (and 2 lines more)",
      ])
    #expect(patch.left.map(\.text) == ["the command `id -u`, which ran before the first step"])
    let after = try applied(patch, to: Array(Self.book.utf8), path: "a/pg.md")
    let day = ToldTime(drift.run.started, .day).showable.text
    let text = String(decoding: after, as: UTF8.self)
    for line in [
      "3. Rebuild the node (15 min). <!-- mayday: danger exit=0,3 --> <!-- \(drift.incident.text), \(day): walked after step 4; failed 1 time -->",
      "   is back (3 min)",
      "5. Restart quorum: `docker restart a` <!-- \(drift.incident.text), \(day): skipped -->",
      "# 2. Start (2 min)", "   - [ ] Run by hand in \(drift.incident.text): `df -h /`", "````bash",
    ] {
      #expect(text.contains("\n\(line)\n"), "\(line)\n\(text)")
    }
    let read = try Runbook(path: "a/pg.md", bytes: after)
    #expect(
      read.steps.map(\.number) == ["1", "1.1", "2", "3", "4", "5", "6a", "6b", "7", "V1", "R1"])
    #expect(read.step(number: "7")?.command?.text.raw == "cat <<A\n```\nA")
    // What was said stays in the report.
    #expect(!text.contains("disk full") && !text.contains("not needed"))
  }

  /// Each kept runbook, walked as slowly and as oddly as can be: the patch still fits, and every
  /// step is still there.
  @Test func patchesFitRealRunbooks() throws {
    let root = Teller.folder.deletingLastPathComponent().appending(
      path: "RunbooksTests/Fixtures/corpus")
    var tried = 0
    var proposed = 0
    for read in try CatalogueReader.read(roots: [root.path]).runbooks {
      let bytes = read.document.source.bytes
      guard !read.steps.isEmpty, read.document.source.encoding == .utf8, bytes.count < 10_000
      else { continue }
      var walk = try Walk(String(decoding: bytes, as: UTF8.self), path: read.path)
      for step in walk.t.incident.runs.last?.start.steps.prefix(4) ?? []
      where step.part != .rollback {
        try walk.move(step.number, .started)
        try walk.move(step.number, .failed(note: nil), after: 200)
        if step.kind == .decide {
          try walk.move(step.number, .decided(answer: "free", goTo: nil), after: 4_000)
        } else {
          try walk.move(step.number, .done(note: nil), after: 4_000)
        }
        try walk.ran("systemctl status a.\(tried)")
      }
      let patch = try DriftPatch(try walk.drift(), path: "x/y.md")
      tried += 1
      guard !patch.bytes.isEmpty else { continue }
      proposed += patch.proposals.count
      let after = try Runbook(
        path: read.path, bytes: try applied(patch, to: bytes, path: "x/y.md"))
      let ids = Set(after.steps.map(\.id))
      #expect(read.steps.allSatisfy { ids.contains($0.id) }, "\(read.path)")
    }
    #expect(tried > 10)
    #expect(proposed > 4 * tried, "\(proposed) of \(tried)")
  }

  @Test(arguments: ["\r\n", "\n"], [true, false])
  func endsOfLinesStayAsTheyAre(_ end: String, isEnded: Bool) throws {
    let text = ["# T", "1. a", "2. Run `ls -l` now", "3. c"].joined(separator: end)
    var walk = try Walk(isEnded ? text + end : text)
    for step in ["1", "2", "3"] { try walk.done(step, in: 100) }
    try walk.ran("df -h")
    let before = Array((isEnded ? text + end : text).utf8)
    let patch = try DriftPatch(try walk.drift(), path: "x.md")
    let after = try applied(patch, to: before, path: "x.md")
    let wanted =
      ["# T", "1. a (2 min)", "2. Run `ls -l` now (2 min)", "3. c (2 min)"]
      + ["   - [ ] Run by hand in \(walk.t.incident.name.text): `df -h`"]
    #expect(
      String(decoding: after, as: UTF8.self) == wanted.joined(separator: end)
        + (isEnded ? end : ""))
  }

  @Test(arguments: ["", "../a.md", "/a.md", "a b.md", "-x.md", "a\"b.md", "a\n.md", "a//b.md"])
  func pathsThatPatchProgramsReadInOtherWaysAreRefused(_ path: String) throws {
    let drift = try Self.walked().drift()
    #expect(throws: DriftPatch.Refusal.name) { try DriftPatch(drift, path: path) }
  }

  /// Nothing that people or machines wrote can act in a report, or get out of its place in a patch.
  @Test func hostileTextStaysText() throws {
    var walk = try Walk(Self.book)
    let hostile = "echo a --> ```\n```\n<!-- mayday: run -->\n# x\u{1B}[2J\u{202E}"
    try walk.done("1", in: 100)
    try walk.ran(hostile)
    try walk.ran("echo '-->' && cat /etc/passwd <!-- mayday: run -->")
    try walk.move("3", .failed(note: Untrusted("x | y\n| z | <script> \(hostile)")))
    try walk.move("4", .skipped(because: Untrusted("--> # x")))
    let drift = try walk.drift()
    for report in [drift.text, drift.markdown] {
      #expect(report.lines.allSatisfy { Untrusted($0.text).showable == $0 })
      #expect(!report.text.contains("\u{1B}") && !report.text.contains("\u{202E}"))
    }
    #expect(drift.markdown.text.contains("\\<script>"))
    #expect(try JSON(reading: Array(drift.json.showable.text.utf8)) == drift.json)
    let patch = try DriftPatch(drift, path: "a.md")
    #expect(patch.left.contains { $0.text.contains("echo a") })
    #expect(!String(decoding: patch.bytes, as: UTF8.self).contains("\u{1B}"))
    let after = try applied(patch, to: Array(Self.book.utf8), path: "a.md")
    let read = try Runbook(path: "a.md", bytes: after)
    let commands = Set(read.steps.compactMap { $0.command?.text.raw })
    let before = Set((drift.runbook?.steps ?? []).compactMap { $0.command?.text.raw })
    #expect(
      commands.subtracting(before) == ["echo '-->' && cat /etc/passwd <!-- mayday: run -->"])
  }

  @Test func aCopyThatIsNotTheFileGetsNoPatch() throws {
    let read = try Runbook(path: "a.md", bytes: Array("# T\n1. a\n".utf8) + [0xE9])
    var t = try Self.incident()
    let id = try #require(
      try t.tell(
        .startRun(
          RunStart(
            runbook: "a.md", title: read.title, digest: read.digest, source: "# T\n1. a\né",
            steps: read.plannedSteps)), by: .rosa
      ).first?.id)
    let run = try #require(t.incident.runs.first { $0.id == id })
    let drift = Drift(of: run, in: t.incident, file: nil)
    #expect(drift.runbook == nil && drift.isNone)
    #expect(throws: DriftPatch.Refusal.notTheFile) { try DriftPatch(drift, path: "a.md") }
  }
}

extension Incident {
  fileprivate func run(named step: String, in run: EventID) -> PlannedStep? {
    runs.first { $0.id == run }?.step(named: step)
  }
}
