import IncidentDomain
import Testing
import TextGate

/// Commands that are under way: one at a time a step, watched by the others, and never run again by
/// themselves when their session dies.
@Suite struct RunningCommandTests {
  private static func running() throws -> (Story, EventID) {
    var story = try Story()
    try story.tell(.startRun(.sample), by: .carol)
    let run = try #require(story.incident.openRun?.id)
    try story.tell(.beginCommand(Sample.began("find", run: run)))
    return (story, run)
  }

  @Test func confirmingClaimsTheStep() throws {
    let (story, _) = try Self.running()
    let progress = try #require(story.incident.openRun?.steps["find"])
    #expect(progress.state == .started && progress.by == "ana" && progress.started == story.now)
    #expect(progress.running?.by == "ana" && progress.running?.host == "jump-1")
    #expect(
      story.incident.events.last.map(story.incident.narrate) == "runs step 1: Find the leader")
  }

  @Test func ofTwoWhoConfirmAtOnceOneRunsAndTheOtherIsToldWho() throws {
    var (story, run) = try Self.running()
    for actor in [Actor.ana, .bob] {
      let refused = refusal { () throws(Refusal) in
        try story.tell(.beginCommand(Sample.began("find", run: run, session: "x")), by: actor)
      }
      #expect(
        refused?.reason
          == "the command of step 1 is running (ana on jump-1, since 2025-11-18T12:00:00Z)")
    }
    #expect(story.incident.openRun?.steps["find"]?.running?.start.session != "x")
  }

  @Test func whileItRunsItIsOnlyWatched() throws {
    var (story, run) = try Self.running()
    let moves: [StepMove] = [
      .started, .done(note: "x"), .failed(note: "x"), .skipped(because: "x"),
      .takenOver(from: "ana", because: "no answer"),
    ]
    for move in moves {
      for taking in [false, true] {
        let refused = refusal { () throws(Refusal) in
          try story.tell(.moveStep(run: run, step: "1", move, takingOver: taking), by: .bob)
        }
        #expect(refused?.reason.text.contains("is running (ana on jump-1") == true)
      }
    }
    let own = refusal { () throws(Refusal) in
      try story.tell(.moveStep(run: run, step: "1", .done(note: nil), takingOver: false))
    }
    #expect(own?.reason.text.contains("is running") == true)
    let revision = refusal { () throws(Refusal) in
      try story.tell(.reviseRun(run: run, .revised))
    }
    #expect(revision?.reason.text.contains("is running") == true)
    try story.tell(.record(Sample.command(.exited(0), run: run)), after: 3)
    #expect(story.incident.openRun?.steps["find"]?.running == nil)
    try story.tell(.moveStep(run: run, step: "1", .done(note: nil), takingOver: false))
  }

  @Test func whenItsSessionDiesTheOutcomeIsUnknownAndAPersonSettlesIt() throws {
    var (story, run) = try Self.running()
    let session = try #require(story.incident.openRun?.steps["find"]?.running?.start.session)
    let stray = refusal { () throws(Refusal) in
      try story.tell(.loseCommand(run: run, step: "find", session: "another", left: nil), by: .bob)
    }
    #expect(stray != nil)
    let left = OutputLeft(
      process: 815, bytes: 7, digest: String(repeating: "ab", count: 32), text: "part 42",
      isCut: false)
    let lose = Command.loseCommand(run: run, step: "find", session: session, left: left)
    let events = try story.tell(lose, by: .bob, after: 70)
    guard case .commandRan(let record) = events.first?.body else {
      Issue.record("no record")
      return
    }
    #expect(record.outcome == .unknown && record.started == Instant.noon)
    #expect(record.ended == Instant.noon + 70)
    #expect(record.output == "part 42" && record.outputBytes == 7 && record.process == 815)
    #expect(record.outputDigest == left.digest && record.host == "jump-1")
    #expect(
      record.result == "OUTCOME UNKNOWN, its session ended on jump-1 (process 815)")
    #expect(story.incident.narrate(events[0]).text.hasPrefix("OUTCOME UNKNOWN: "))
    // Told once, by whoever was first.
    #expect(refusal { () throws(Refusal) in try story.tell(lose, by: .carol) } != nil)
    let progress = try #require(story.incident.openRun?.steps["find"])
    #expect(progress.state == .started && progress.by == "ana")
    #expect(progress.lost?.place == "ana on jump-1")
    var again = story
    try again.tell(.beginCommand(Sample.began("find", run: run, session: "second")))
    #expect(again.incident.openRun?.steps["find"]?.lost == nil)
    try story.tell(.moveStep(run: run, step: "1", .failed(note: "half done"), takingOver: false))
    #expect(story.incident.openRun?.steps["find"]?.lost == nil)
  }

  @Test func aMachineThatIsGoneIsWaitedForUntilTheClaimExpires() throws {
    var (story, run) = try Self.running()
    let done = Command.moveStep(run: run, step: "1", .done(note: "seen"), takingOver: true)
    #expect(
      refusal { () throws(Refusal) in try story.tell(done, by: .bob, after: 1800) } != nil)
    let events = try story.tell(done, by: .bob, after: 1)
    let kinds = events.map(\.kind)
    #expect(kinds == ["command", "step", "step"])
    #expect(story.incident.openRun?.steps["find"]?.commands.last?.outcome == .unknown)
    #expect(story.incident.openRun?.steps["find"]?.state == .done)
  }

  @Test func itsHolderMayGiveItUpAtAnyTime() throws {
    var (story, run) = try Self.running()
    try story.tell(.moveStep(run: run, step: "1", .started, takingOver: true))
    let progress = try #require(story.incident.openRun?.steps["find"])
    #expect(progress.running == nil && progress.lost != nil && progress.state == .started)
  }

  @Test func whatCouldNotBeStartedRunsNoMore() throws {
    var (story, run) = try Self.running()
    let session = try #require(story.incident.openRun?.steps["find"]?.running?.start.session)
    try story.tell(
      .failCommand(run: run, step: "find", session: session, because: "there is no such folder"))
    let progress = try #require(story.incident.openRun?.steps["find"])
    #expect(progress.running == nil && progress.lost == nil && progress.commands.isEmpty)
    #expect(progress.state == .started)
  }

  @Test func aStepWithoutACommandRunsNone() throws {
    var (story, run) = try Self.running()
    let refused = refusal { () throws(Refusal) in
      try story.tell(.beginCommand(Sample.began("restart", run: run)))
    }
    #expect(refused?.reason == "step 3 holds no command to run")
  }

  @Test func aCommandOutsideARunbookBeginsAndEndsOrIsLost() throws {
    var story = try Story()
    func start(_ session: String) -> CommandStart {
      CommandStart(
        run: nil, step: nil, command: "uptime", directory: "/srv", process: 7, session: session)
    }
    let began = try story.tell(.beginCommand(start("one")))
    #expect(story.incident.running.map(\.event) == began.map(\.id))
    #expect(story.incident.narrate(began[0]) == "runs: uptime")
    try story.tell(.beginCommand(start("two")), by: .bob)
    let record = CommandRecord(
      run: nil, step: nil, began: began[0].id, command: "uptime", directory: "/srv",
      started: .noon, ended: .noon + 3, outcome: .exited(0), outputBytes: 0, outputDigest: "",
      output: "", outputCut: false)
    try story.tell(.record(record))
    #expect(story.incident.running.map(\.start.session) == ["two"])
    let lost = try story.tell(
      .loseCommand(run: nil, step: nil, session: "two", left: nil), by: .carol, after: 60)
    #expect(story.incident.running.isEmpty)
    #expect(story.incident.commands.map(\.value.outcome) == [.exited(0), .unknown])
    #expect(story.incident.narrate(lost[0]).text.hasPrefix("OUTCOME UNKNOWN, its session ended on"))
    try story.tell(.beginCommand(start("three")))
    try story.tell(.failCommand(run: nil, step: nil, session: "three", because: "no folder"))
    #expect(story.incident.running.isEmpty && story.incident.commands.count == 2)
  }
}
