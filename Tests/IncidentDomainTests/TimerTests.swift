import IncidentDomain
import Testing
import TextGate

/// DOMAIN.md, "Timers": states, and what stops, moves and pauses them.
@Suite struct TimerTests {
  /// The resolve target of SEV-1 is 1,800 s: 80 % of it are 1,440.
  @Test(arguments: [
    (0, IncidentTimer.State.running), (1439, .running), (1440, .warning), (1799, .warning),
    (1800, .warning), (1801, .breached), (9_000_000, .breached),
  ])
  func statesOverTime(seconds: Int, state: IncidentTimer.State) throws {
    var story = try Story()
    story.now = .noon + seconds
    let timer = try #require(story.timer(.resolve))
    #expect(timer.state == state)
    #expect(timer.remainingSeconds(at: story.now) == 1800 - seconds)
    #expect(timer.isRunning)
  }

  @Test func neverEarlyWithinASecond() throws {
    let story = try Story()
    let due = Instant.noon + 1800
    func state(_ milliseconds: Int64) -> (IncidentTimer.State?, Int?) {
      let now = Instant(milliseconds: due.milliseconds + milliseconds)
      let timer = story.incident.timers(at: now).first { $0.kind == .resolve }
      return (timer?.state, timer?.remainingSeconds(at: now))
    }
    #expect(state(-1) == (.warning, 1))
    #expect(state(0) == (.warning, 0))
    #expect(state(1) == (.breached, 0))
    #expect(state(1000) == (.breached, -1))
  }

  @Test func metInTimeAndLate() throws {
    for (seconds, state) in [(300, IncidentTimer.State.met), (301, .breached)] {
      var story = try Story()
      try story.tell(.acknowledge, after: seconds)
      let timer = try #require(story.timer(.acknowledge))
      #expect(timer.state == state)
      #expect(timer.met == .noon + seconds)
      #expect(!timer.isRunning)
      #expect(timer.remainingSeconds(at: story.now) == nil)
    }
  }

  @Test func theEndTellsAMissedTargetFromOneThatWasNotNeeded() throws {
    var story = try Story()
    try story.tell(.cancel(.test, because: nil), after: 1000)
    #expect(story.timer(.acknowledge)?.state == .breached)
    #expect(story.timer(.acknowledge)?.ended == story.now)
    #expect(story.timer(.mitigate)?.state == .breached)
    #expect(story.timer(.resolve)?.state == .stopped)
    #expect(story.timer(.escalate, level: 2)?.state == .breached)
    #expect(story.timer(.escalate, level: 3)?.state == .stopped)
    #expect(story.incident.timers(at: story.now).allSatisfy { !$0.isRunning })
    story.now = story.now + 900_000
    #expect(story.timer(.resolve)?.state == .stopped)
  }

  @Test func theMoveOutOfTheWorkStopsWhatIsPending() throws {
    var story = try Story(.sample(tier: 1))
    try story.reach(.resolution)
    #expect(story.timer(.update)?.isRunning == true)
    try story.reach(.postmortem)
    let running = story.incident.timers(at: story.now + 60).filter(\.isRunning).map(\.kind)
    #expect(running == [.postmortem])
    try story.tell(.publishPostmortem("text"), after: 60)
    #expect(story.timer(.postmortem)?.state == .met)
  }

  @Test func escalatingMeetsTheLevelsBelow() throws {
    var story = try Story()
    try story.tell(.escalate(level: 3, because: nil), after: 600)
    for level in 1...3 {
      #expect(story.timer(.escalate, level: level)?.state == (level == 1 ? .breached : .met))
    }
    #expect(story.timer(.escalate, level: 4)?.isRunning == true)
  }

  /// Levels that were called before the severity had a ladder count on the ladder it gets.
  @Test func escalationsAreKeptOverAChangeOfSeverity() throws {
    var story = try Story(.sample(.sev4))
    try story.tell(.escalate(level: 3, because: nil), after: 200)
    try story.tell(.setSeverity(.sev1, because: nil), after: 10)
    #expect(story.timer(.escalate, level: 2)?.state == .met)
    #expect(story.timer(.escalate, level: 3)?.state == .met)
  }

  @Test func anUpdateStartsTheIntervalAgain() throws {
    var story = try Story()
    try story.tell(.publishUpdate("we look into it", .public), after: 600)
    #expect(story.timer(.update)?.due == .noon + 600 + 900)
    try story.tell(.skipUpdate(because: "nothing has changed"), after: 300)
    #expect(story.timer(.update)?.due == .noon + 900 + 900)
    #expect(story.timer(.update)?.history.first?.text.contains("nothing has changed") == true)
    // One that is recorded late does not take the later one back.
    try story.tell(
      .publishUpdate("told on the phone", .internal), at: ToldTime(.noon + 60), after: 60)
    #expect(story.timer(.update)?.due == .noon + 900 + 900)
  }

  @Test func aPromiseIsATimer() throws {
    var story = try Story()
    let made = try story.tell(.promise("back in ten minutes", due: .noon + 600), by: .bob)
    let timer = try #require(story.timer(.promise))
    #expect(timer.due == .noon + 600)
    #expect(timer.because == "bob promised: back in ten minutes")
    try story.tell(.keepPromise(made[0].id), after: 500)
    #expect(story.timer(.promise)?.state == .met)
  }

  @Test func aHandOverOfTheCommandDoesNotMissTheTarget() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"), after: 120)
    #expect(story.timer(.commander)?.state == .met)
    try story.tell(.offer(.commander, to: "bob", brief: nil), after: 7200)
    try story.tell(.accept(.commander), by: .bob, after: 60)
    #expect(story.timer(.commander)?.state == .met)
    #expect(story.timer(.commander)?.met == .noon + 120)
  }

  @Test func aVacancyRunsFromWhenTheCommanderLeft() throws {
    var story = try Story()
    try story.tell(.assign(.commander, "ana"), after: 120)
    try story.tell(.vacate(.commander, "ana"), after: 3600)
    let timer = try #require(story.timer(.commander))
    #expect(timer.since == .noon + 3720)
    #expect(timer.due == .noon + 3720 + 300)
    #expect(timer.isRunning)
    #expect(story.incident.vacancies.map(\.from) == [.noon, .noon + 3720])
    #expect(story.incident.vacancies.map(\.to) == [.noon + 120, nil])
  }

  @Test func theTimeAfterTheWorkEndedDoesNotCountWhenItIsReopened() throws {
    var story = try Story(.sample(.sev2))
    try story.reach(.postmortem)
    let resolved = try #require(story.incident.milestones[.resolved]?.instant)
    let used = resolved.seconds(since: .noon)
    try story.tell(.reopen(because: "the errors are back"), after: 3 * 86_400)
    let resolve = try #require(story.timer(.resolve))
    #expect(resolve.isRunning)
    #expect(resolve.remainingSeconds(at: story.now) == 7200 - used)
    #expect(resolve.history.contains { $0.text.contains("not counted") })
    #expect(story.timer(.update)?.state == .running)
    // What was met before the end stays as it was met.
    #expect(story.timer(.acknowledge)?.state == .met)
    #expect(story.timer(.acknowledge)?.due == .noon + 900)
  }

  @Test func whatWasMissedBeforeTheEndStaysMissed() throws {
    var story = try Story()
    try story.tell(.acknowledge, after: 400)
    try story.tell(.cancel(.falsePositive, because: nil), after: 4000)
    try story.tell(.reopen(because: "it was real after all"), after: 86_400)
    #expect(story.timer(.acknowledge)?.state == .breached)
    #expect(story.timer(.resolve)?.due == .noon + 1800)
    #expect(story.timer(.resolve)?.state == .breached)
  }

  @Test func whoReopensAnswersForIt() throws {
    var story = try Story()
    try story.reach(.postmortem)
    try story.tell(.reopen(because: "the errors are back"), after: 3 * 86_400)
    #expect(story.timer(.acknowledge)?.isRunning == false)
    story.now = story.now + 1801
    #expect(story.timer(.acknowledge)?.isRunning == true)
    #expect(story.timer(.acknowledge)?.since == story.now - 1)
  }

  @Test func everyTimerSaysWhyAndWhatStopsIt() throws {
    var story = try Story(.sample(tier: 1))
    try story.tell(.promise("back soon", due: .noon + 60))
    for timer in story.incident.timers(at: story.now) {
      #expect(!timer.because.isEmpty && !timer.stoppedBy.isEmpty, "\(timer.kind)")
    }
    let running = story.incident.timers(at: story.now).filter(\.isRunning)
    #expect(running.map(\.due) == running.map(\.due).sorted())
  }
}
