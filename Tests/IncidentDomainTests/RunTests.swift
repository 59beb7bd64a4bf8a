import IncidentDomain
import Testing
import TextGate

@Suite struct RunTests {
  private static func begun() throws -> Story {
    var story = try Story()
    try story.tell(.startRun(.sample))
    return story
  }

  private static func move(
    _ step: String, _ move: StepMove, takingOver: Bool = false
  ) -> Command {
    .moveStep(run: nil, step: step, move, takingOver: takingOver)
  }

  private static func state(_ story: Story, _ step: String) throws -> StepProgress.State {
    let run = try #require(story.incident.runs.last)
    return run.progress(try #require(run.step(named: step))).state
  }

  @Test func aStepIsClaimedAndTakenOver() throws {
    var story = try Self.begun()
    try story.tell(Self.move("1", .started))
    let twice = refusal { () throws(Refusal) in try story.tell(Self.move("1", .started)) }
    #expect(twice?.reason == "step 1 is started already")
    for other in [StepMove.started, .done(note: nil), .failed(note: nil), .skipped(because: "x")] {
      let held = refusal { () throws(Refusal) in try story.tell(Self.move("1", other), by: .bob) }
      #expect(held?.reason == "step 1 is held by ana since 2025-11-18T12:00:00Z")
    }
    try story.tell(
      Self.move("1", .takenOver(from: "ana", because: "ana has to leave")), by: .bob, after: 60)
    let run = try #require(story.incident.openRun)
    #expect(run.steps["find"]?.by == "bob")
    #expect(run.steps["find"]?.heldSince == story.now)
    #expect(run.steps["find"]?.started == Instant.noon)
    try story.tell(Self.move("1", .done(note: "db-2 leads")), by: .bob, after: 62)
    let progress = try #require(story.incident.openRun?.steps["find"])
    #expect(progress.state == .done && progress.note == "db-2 leads")
    #expect(progress.elapsedSeconds(at: story.now + 999) == 122)
  }

  @Test func whatIsEndedIsNotEndedAgain() throws {
    for (move, word) in [
      (StepMove.done(note: nil), "done"), (.skipped(because: "known"), "skipped"),
    ] {
      var story = try Self.begun()
      try story.tell(Self.move("3", move), by: .bob)
      for again in [StepMove.started, .done(note: nil), .failed(note: nil), .skipped(because: "x")]
      {
        let refused = refusal { () throws(Refusal) in try story.tell(Self.move("3", again)) }
        #expect(refused?.reason.text == "step 3 is \(word) by bob already")
      }
    }
  }

  @Test func aFailedStepIsTriedAgain() throws {
    var story = try Self.begun()
    try story.tell(Self.move("1", .failed(note: "no route to host")))
    #expect(story.incident.openRun?.nextStep?.number == "1")
    try story.tell(Self.move("1", .started), by: .bob)
    try story.tell(Self.move("1", .done(note: nil)), by: .bob)
    #expect(try Self.state(story, "1") == .done)
  }

  @Test func aSkipNeedsAReason() throws {
    var story = try Self.begun()
    let refused = refusal { () throws(Refusal) in
      try story.tell(Self.move("3", .skipped(because: " ")))
    }
    #expect(refused?.reason == "the reason is empty")
  }

  @Test(arguments: ["Yes", "yes", "YES"] as [Untrusted])
  func aDecisionJumpsForward(answer: Untrusted) throws {
    var story = try Self.begun()
    try story.tell(Self.move("1", .done(note: nil)))
    try story.tell(Self.move("2", .decided(answer: answer, goTo: nil)))
    #expect(try Self.state(story, "2") == .decided(answer: "Yes", goTo: "point"))
    #expect(try Self.state(story, "3") == .passedOver)
    #expect(story.incident.openRun?.nextStep?.number == "4")
  }

  @Test func whatWasDoneOfAPassedStepIsKept() throws {
    var story = try Self.begun()
    let run = story.incident.openRun?.id
    try story.tell(Self.move("3", .started))
    try story.tell(
      .record(
        CommandRecord(
          run: run, step: "restart", command: "systemctl restart patroni", directory: "/",
          started: story.now, ended: story.now, outcome: .exited(1), outputBytes: 0,
          outputDigest: "", output: "", outputCut: false)))
    try story.tell(Self.move("2", .decided(answer: "Yes", goTo: nil)))
    let progress = story.incident.openRun?.steps["restart"]
    #expect(progress?.state == .passedOver)
    #expect(progress?.commands.count == 1)
    #expect(progress?.by == "ana")
  }

  @Test func aDecisionJumpsBackAndTheStepsAreToDoAgain() throws {
    var story = try Self.begun()
    try story.tell(Self.move("1", .done(note: nil)))
    try story.tell(Self.move("2", .decided(answer: "unsure", goTo: nil)))
    #expect(try Self.state(story, "1") == .todo)
    #expect(try Self.state(story, "2") == .todo)
    #expect(story.incident.openRun?.nextStep?.number == "1")
  }

  @Test func aFreeAnswerGoesOn() throws {
    var story = try Self.begun()
    try story.tell(Self.move("2", .decided(answer: "two of them", goTo: nil)))
    #expect(try Self.state(story, "2") == .decided(answer: "two of them", goTo: nil))
    #expect(try Self.state(story, "3") == .todo)
    let done = refusal { () throws(Refusal) in
      var other = try Self.tell()
      try other.tell(Self.move("2", .done(note: nil)))
    }
    #expect(done?.reason == "step 2 is a decision")
  }

  private static func tell() throws(Refusal) -> Story {
    do { return try begun() } catch { throw Refusal(.rule, "no story") }
  }

  @Test func aRunFinishesWhenEveryStepThatMustIsEnded() throws {
    var story = try Self.begun()
    let early = refusal { () throws(Refusal) in
      try story.tell(.endRun(run: nil, .finished, because: nil))
    }
    #expect(early?.reason == "step 1 is not done")
    for step in ["1", "3", "4", "V1"] { try story.tell(Self.move(step, .done(note: nil))) }
    try story.tell(Self.move("2", .decided(answer: "No", goTo: nil)))
    // Step 5 is optional, R1 belongs to the way back.
    try story.tell(.endRun(run: nil, .finished, because: nil))
    #expect(story.incident.runs.first?.outcome == .finished)
    #expect(story.incident.openRun == nil)
    let over = refusal { () throws(Refusal) in try story.tell(Self.move("5", .started)) }
    #expect(over?.reason == "no runbook run is open on INC-42")
    let named = refusal { () throws(Refusal) in
      try story.tell(
        .moveStep(run: story.incident.runs[0].id, step: "5", .started, takingOver: false))
    }
    #expect(named?.reason == "that run has ended")
  }

  @Test func theWayBackIsWalkedOnceItHasBegun() throws {
    var story = try Self.begun()
    let early = refusal { () throws(Refusal) in try story.tell(Self.move("R1", .started)) }
    #expect(early?.reason == "step R1 belongs to the rollback, which has not begun")
    let none = refusal { () throws(Refusal) in
      try story.tell(.endRun(run: nil, .rolledBack, because: nil))
    }
    #expect(none?.reason == "no rollback has begun")
    try story.tell(.startRollback(run: nil, because: "lag grows"))
    let twice = refusal { () throws(Refusal) in
      try story.tell(.startRollback(run: nil, because: nil))
    }
    #expect(twice?.reason == "the rollback has begun already")
    #expect(story.incident.openRun?.currentSteps.map(\.number) == ["R1"])
    try story.tell(Self.move("R1", .done(note: nil)))
    try story.tell(.endRun(run: nil, .rolledBack, because: nil))
    #expect(story.incident.runs.first?.outcome == .rolledBack)
  }

  @Test func abandoningNeedsAReason() throws {
    var story = try Self.begun()
    let refused = refusal { () throws(Refusal) in
      try story.tell(.endRun(run: nil, .abandoned, because: "no use"))
    }
    #expect(refused?.reason == "abandoning a run needs a reason of at least 10 characters")
    try story.tell(.endRun(run: nil, .abandoned, because: "another cause was found"))
    #expect(story.incident.runs.first?.outcome == .abandoned)
  }

  @Test func oneRunOfARunbookIsOpenAtATime() throws {
    var story = try Self.begun()
    let refused = refusal { () throws(Refusal) in try story.tell(.startRun(.sample), by: .bob) }
    #expect(refused?.reason == "patroni.md is open already, started by ana")
    let unknown = refusal { () throws(Refusal) in try story.tell(Self.move("9", .started)) }
    #expect(unknown?.kind == .notFound)
    #expect(unknown?.remedy == "its steps are 1, 2, 3, 4, 5, V1, R1")
    #expect(try Self.state(story, "v1") == .todo)
  }

  @Test func whatRanIsKeptWhateverBecameOfTheIncident() throws {
    var story = try Self.begun()
    let run = try #require(story.incident.openRun?.id)
    try story.tell(.cancel(.test, because: nil))
    let record = Sample.command(.unknown, run: run)
    try story.tell(.record(record))
    #expect(story.incident.runs.first?.steps["find"]?.commands == [record])
    try story.tell(.record(Sample.command(.signalled(9), run: nil)))
    #expect(story.incident.commands.count == 1)
    let stray = refusal { () throws(Refusal) in
      try story.tell(.record(Sample.command(.exited(0), run: fingerprint([3]))))
    }
    #expect(stray?.kind == .notFound)
  }

  @Test func aRunbookWithANullIsRefused() throws {
    var story = try Story()
    let bad = RunStart(runbook: "x", title: "x", digest: "", source: "a\u{0}", steps: [])
    let refused = refusal { () throws(Refusal) in try story.tell(.startRun(bad)) }
    #expect(refused?.kind == .badValue)
  }
}
