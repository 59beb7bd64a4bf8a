import IncidentDomain
import Testing
import TextGate

/// A runbook's file that changes while it is walked, and the gate that its checks are.
@Suite struct RevisionTests {
  @Test func stepsKeepTheirStateByTheirIDs() throws {
    var story = try Story()
    try story.tell(.startRun(.sample))
    try story.tell(.moveStep(run: nil, step: "1", .done(note: "db-2"), takingOver: false))
    try story.tell(.moveStep(run: nil, step: "3", .done(note: nil), takingOver: false))
    let run = try #require(story.incident.openRun?.id)
    try story.tell(.reviseRun(run: run, .revised))
    let now = try #require(story.incident.openRun)
    #expect(now.start == .revised)
    #expect(now.steps["find"]?.state == .done)
    #expect(now.progress(try #require(now.step(named: "3"))).state == .todo)
    #expect(now.newSteps == ["restart-all", "look"])
    #expect(now.formerSteps.map(\.id) == ["restart", "tell"])
    // What was told of a step that is gone still reads.
    #expect(
      story.incident.narrate(story.incident.events[3])
        == "done step 3: Restart")
    let same = refusal { () throws(Refusal) in try story.tell(.reviseRun(run: run, .revised)) }
    #expect(same?.reason == "patroni.md is as the run has it")
    try story.tell(.reviseRun(run: run, .sample))
    let back = try #require(story.incident.openRun)
    #expect(back.steps["restart"]?.state == .done && back.formerSteps.count == 2)
  }

  @Test func anotherRunbookIsAnotherRun() throws {
    var story = try Story()
    try story.tell(.startRun(.sample))
    let other = RunStart(runbook: "x.md", title: "x", digest: "", source: "", steps: [])
    let refused = refusal { () throws(Refusal) in try story.tell(.reviseRun(run: nil, other)) }
    #expect(refused?.reason == "the run is of patroni.md, not of x.md")
  }

  @Test func checksThatNobodyDidShutTheGateIntoResolution() throws {
    var story = try Story()
    try story.reach(.mitigation)
    try story.tell(.startRun(.sample))
    for step in ["1", "3", "4"] {
      try story.tell(.moveStep(run: nil, step: step, .done(note: nil), takingOver: false))
    }
    try story.tell(
      .moveStep(run: nil, step: "2", .decided(answer: "No", goTo: nil), takingOver: false))
    let open = story.incident.gates(into: .resolution).map(\.rule)
    #expect(open.contains("verified") && open.contains("run-ended"))
    try story.tell(
      .moveStep(run: nil, step: "V1", .skipped(because: "no time"), takingOver: false))
    try story.tell(.endRun(run: nil, .finished, because: nil))
    let refused = refusal { () throws(Refusal) in
      try story.tell(.move(to: .resolution, because: "replica promoted", overriding: false))
    }
    #expect(
      refused?.reason
        == "resolution is not legal yet: verification not done: V1 Writes succeed (skipped)")
    var words = story
    try words.tell(.reach(.mitigated, text: "replica promoted"))
    try words.tell(.reach(.recovered, text: "orders go through again"))
    try words.tell(.move(to: .resolution, because: nil, overriding: false))
    #expect(words.incident.phase == .resolution)
    try story.tell(.reach(.mitigated, text: "replica promoted"))
    try story.tell(
      .move(to: .resolution, because: "the check needs daylight", overriding: true))
    #expect(story.incident.moves.last?.value.overridden == ["verified"])
  }

  @Test func anAbandonedRunOwesNoCheck() throws {
    var story = try Story()
    try story.reach(.mitigation)
    try story.tell(.startRun(.sample))
    try story.tell(.endRun(run: nil, .abandoned, because: "another cause was found"))
    try story.tell(.move(to: .resolution, because: "replica promoted", overriding: false))
    #expect(story.incident.phase == .resolution)
  }

  @Test func whatIsTakenBackIsNamed() throws {
    var story = try Story()
    let note = try story.tell(.note("in the wrong window"))
    try story.tell(.reverse(note.map(\.id)), after: 2)
    #expect(
      story.incident.events.last.map(story.incident.narrate) == "takes back: in the wrong window")
  }
}
