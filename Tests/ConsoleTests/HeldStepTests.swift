import Console
import Grid
import IncidentDomain
import Testing
import TextGate

/// Steps that others are on, that failed, or whose command is running or was lost.
@Suite struct HeldStepTests {
  private func begin(
    _ person: Untrusted, _ host: inout FakeHost, session: String, from machine: Untrusted
  ) throws -> CommandStart {
    let run = try #require(host.incident(1)?.openRun)
    let step = try #require(run.step(named: "4"))
    let start = CommandStart(
      run: run.id, step: step.id, command: step.command ?? "", directory: "/srv", process: 812,
      session: session)
    host.other(person, .beginCommand(start), on: 1, from: machine)
    return start
  }

  @Test func aLiveClaimIsTakenWithAReason() {
    var host = FakeHost.walking()
    host.press("b")
    #expect(host.screen().contains("held by bob since 13:51:02, last heard of 14:00"))
    host.press("<Enter>")
    #expect(host.status.contains("needs a reason"))
    host.press("bob is asleep<Enter>")
    #expect(host.incident(1)?.openRun?.steps.values.filter { $0.by == "alice" }.count == 2)
    #expect(host.screen(120).contains("took over step 2: Check replication lag from bob (bob is a"))
  }

  @Test func anExpiredClaimIsTakenWithoutOne() throws {
    var host = FakeHost.walking()
    host.pass(1790)
    #expect(!host.screen().contains("b takes it over"))
    host.pass(20)
    #expect(host.screen().contains("nothing heard since 14:00: b takes it over"))
    host.press("b")
    try Snapshot.check(host, "step-expired", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    #expect(host.screen(120).contains("from bob (the claim had expired)"))
  }

  @Test func whoWasFasterIsNamed() {
    var host = FakeHost.walking()
    host.press("bno answer")
    // Carol takes it while alice types.
    host.other(
      "carol",
      .moveStep(
        run: nil, step: "2", .takenOver(from: "bob", because: "he asked me"), takingOver: false),
      on: 1)
    host.press("<Enter>")
    #expect(host.status.contains("held by carol"))
    #expect(host.incident(1)?.openRun?.holders.first?.person == "carol")
  }

  @Test func ofTwoWhoConfirmOneRuns() throws {
    var host = FakeHost.walking()
    host.press("jjxpg-2<Enter>r")
    host.holds = true
    host.press("INC-1<Enter>")
    host.release()
    let ran = host.effects.count { if case .runCommand = $0 { true } else { false } }
    #expect(ran == 1)
    // The same again, and carol is faster: hers runs, alice's does not, and she is told who.
    var other = FakeHost.walking()
    other.press("jjxpg-2<Enter>r")
    _ = try begin("carol", &other, session: "boot.1.9.9", from: "jump-2")
    other.press("INC-1<Enter>")
    #expect(!other.effects.contains { if case .runCommand = $0 { true } else { false } })
    #expect(other.status.contains("is running (carol on jump-2"))
    #expect(other.screen().contains("NOT RUN YET"))
  }

  @Test func anothersCommandIsOnlyWatched() throws {
    var host = FakeHost.walking()
    _ = try begin("carol", &host, session: "boot.1.9.9", from: "jump-2")
    host.press("jj")
    try Snapshot.check(host, "step-running", sizes: [(80, 24, .utf8)])
    for key in ["x", "b", "<Space>", "f", "S"] {
      host.press(key)
      #expect(host.status.contains("is running (carol on jump-2, since 14:00:00): watch it"))
    }
  }

  @Test func whenItsConsoleDiesTheOutcomeIsUnknownUntilAPersonSaysIt() throws {
    var host = FakeHost.walking()
    let start = try begin("alice", &host, session: "boot.1.9.9", from: "jump-1")
    host.press("jj")
    host.pass(15)
    #expect(host.screen().contains("RUNNING"))
    host.gone = [start.session]
    host.left = OutputLeft(
      process: 815, bytes: 30, digest: "ab", text: "promoting pg-2\npart 42 of 60", isCut: false)
    host.pass(15)
    try Snapshot.check(host, "step-unknown", sizes: [(80, 24, .utf8), (120, 40, .utf8)])
    let progress = try #require(host.incident(1)?.openRun?.steps[start.step ?? ""])
    #expect(progress.commands.map(\.outcome) == [.unknown])
    #expect(progress.commands.last?.output == "promoting pg-2\npart 42 of 60")
    #expect(progress.commands.last?.process == 815)
    #expect(!host.effects.contains { if case .runCommand = $0 { true } else { false } })
    // Another look writes nothing more.
    host.pass(60)
    #expect(host.incident(1)?.openRun?.steps[start.step ?? ""]?.commands.count == 1)
    host.press("fthe old leader still answers<Enter>")
    #expect(host.incident(1)?.openRun?.steps[start.step ?? ""]?.state == .failed)
    #expect(host.screen().contains("✗ 4 Fail over to the best replica"))
    #expect(host.screen().contains("FAILED: alice 14:01:30"))
  }

  @Test func anObserverSeesItToo() throws {
    var host = FakeHost.walking()
    let start = try begin("alice", &host, session: "boot.1.9.9", from: "jump-1")
    var observer = FakeHost(permissions: Permissions(isObserver: true), like: host)
    observer.gone = [start.session]
    observer.press("<Enter>jj")
    observer.pass(15)
    #expect(observer.screen().contains("OUTCOME UNKNOWN"))
    #expect(observer.incident(1)?.openRun?.steps[start.step ?? ""]?.running != nil)
  }

  @Test func aFailureStopsTheRunAndShowsTheWaysOn() throws {
    var host = FakeHost.walking()
    host.press("bbob is asleep<Enter>f<C-u>lag unknown<Enter>")
    try Snapshot.check(host, "step-failed", sizes: [(80, 24, .utf8)])
    host.press("jj<Space>")
    #expect(host.screen().contains("step 2 has failed, and the run stands there"))
    host.press("<Enter>")
    #expect(host.incident(1)?.openRun?.count.ended == 1)
    host.press("<Esc>kkS<Enter>")
    #expect(host.screen().contains("a skipped step needs a reason"))
    host.press("lag is known from the graphs<Enter>n<Enter>")
    #expect(host.incident(1)?.openRun?.count.ended == 3)
  }

  @Test func aStepOverItsEstimateIsFlaggedTheSecondItIs() {
    var host = FakeHost.walking()
    host.press("bbob is asleep<Enter>f<Enter>b<Enter>")
    host.pass(60)
    #expect(!host.screen().contains("OVER"))
    host.pass(1)
    #expect(host.screen().contains("alice 1m / 1 min OVER"))
  }

  @Test func theGateIntoResolutionNamesTheChecksThatNobodyDid() throws {
    var host = FakeHost.busy()
    host.files = [
      (
        "core/v.md",
        "# Checked\n\n## Procedure\n1. Do it.\n\n## Verification\n1. Orders go through.\n"
      )
    ]
    host.press("<Enter>r<Enter><Enter><Enter><Space><Enter>SNo time<Enter>F<Enter>>")
    try Snapshot.check(host, "phases-unverified", sizes: [(80, 24, .utf8)])
    host.press("<Enter>")
    #expect(host.status.contains("verification not done: V1 Orders go through (skipped)"))
    host.press("Othe shop is closed until nine<Enter>")
    #expect(host.incident(1)?.moves.last?.value.overridden == ["mitigated", "verified"])
  }
}
