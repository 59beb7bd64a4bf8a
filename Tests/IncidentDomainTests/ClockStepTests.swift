import IncidentDomain
import Testing
import TextGate

/// Setting a machine's clock bends no timer (RELIABILITY 17 to 19); clocks are values here.
@Suite struct ClockStepTests {
  private static let steps: [Int64] = [1, -1, 3600, -3600, 86_400, -86_400, 126_230_400]

  /// Random readings of two clocks, the wall set now and then.
  @Test func whatIsToldFollowsTheBootTimeClock() {
    for seed in 0..<500 as Range<UInt64> {
      var random = SeededGenerator(state: seed)
      var boot: Int64 = 5_000_000
      var wall = Instant.noon.milliseconds
      var watch = ClockWatch(
        ClockReading(wall: Instant(milliseconds: wall), boot: boot), bootID: "b")
      var expected = wall
      var last = watch.now
      var told: Int64 = 0
      var set: Int64 = 0
      for _ in 0..<60 {
        let elapsed = Int64.random(in: 0...30_000, using: &random)
        boot += elapsed
        wall += elapsed
        expected += elapsed
        if Int.random(in: 0..<6, using: &random) == 0 {
          let step = (Self.steps.randomElement(using: &random) ?? 1) * 1000
          wall += step
          set += step
        }
        if let step = watch.read(
          ClockReading(wall: Instant(milliseconds: wall), boot: boot))
        {
          told += step.milliseconds
        }
        #expect(watch.now >= last, "it never goes back, seed \(seed)")
        #expect(abs(watch.now.milliseconds - expected) <= 1000, "seed \(seed)")
        last = watch.now
      }
      #expect(told == set, "every step is said, seed \(seed)")
    }
  }

  @Test func aStepThatTheRecordKnowsIsFollowed() throws {
    var watch = ClockWatch(ClockReading(wall: .noon, boot: 0), bootID: "b")
    let read = watch.read(ClockReading(wall: .noon + 3601, boot: 1000))
    let step = try #require(read)
    #expect(step.milliseconds == 3_600_000)
    #expect(step.word == "+1h00")
    #expect(watch.now == .noon + 1)
    let again = watch.read(ClockReading(wall: .noon + 3602, boot: 2000))
    #expect(again == nil, "said once")
    watch.know(ClockStep(boot: "other", before: 0, after: step.after, earliest: .noon))
    #expect(watch.now == .noon + 2, "another machine's step is none of ours")
    watch.know(step)
    #expect(watch.now == .noon + 3602)
  }

  @Test func aTimeServerThatSlewsIsNoStep() {
    var watch = ClockWatch(ClockReading(wall: .noon, boot: 0), bootID: "b")
    var drift: Int64 = 0
    for minute in 1...600 as ClosedRange<Int64> {
      drift += 30
      let boot = minute * 60_000
      let wall = Instant(milliseconds: Instant.noon.milliseconds + boot + drift)
      let step = watch.read(ClockReading(wall: wall, boot: boot))
      #expect(step == nil, "minute \(minute)")
    }
  }

  /// Sleeping machines: both clocks count on, so a night in a bag is no step.
  @Test func suspendIsNoStep() {
    var watch = ClockWatch(ClockReading(wall: .noon, boot: 0), bootID: "b")
    let step = watch.read(ClockReading(wall: .noon + 28_800, boot: 28_800_000))
    #expect(step == nil)
    #expect(watch.now == .noon + 28_800)
  }

  // MARK: - In the record

  private func step(_ seconds: Int64, at now: Instant, before: Int64 = 1_000_000) -> ClockStep {
    ClockStep(boot: "b", before: before, after: before + seconds * 1000, earliest: now - 1)
  }

  @Test(arguments: steps) func timersGoOnAsTheyWere(seconds: Int64) throws {
    var straight = try Story(.sample(tier: 1))
    try straight.tell(.acknowledge, after: 60)
    try straight.tell(.promise("call back", due: straight.now + 900))
    try straight.tell(.publishUpdate("we are on it", .public), after: 60)
    var bent = straight
    bent.now = bent.now + 100 + Int(seconds)
    try bent.tell(.noteClockStep(step(seconds, at: bent.now)))
    for later in [0, 1, 300, 900, 5000] {
      let expected = straight.incident.timers(at: straight.now + 100 + later)
      let found = bent.incident.timers(at: bent.now + later)
      #expect(
        found.map { "\($0.label) \($0.state)" } == expected.map { "\($0.label) \($0.state)" },
        "\(seconds), \(later)")
      for (one, other) in zip(found, expected) {
        #expect(
          one.remainingSeconds(at: bent.now + later)
            == other.remainingSeconds(at: straight.now + 100 + later))
      }
    }
    // What is done by the new clock keeps its order with what was done by the old one.
    try bent.tell(.milestoneNow, after: 5)
    #expect(bent.incident.fold == bent.incident)
    #expect(bent.incident.narrate(bent.incident.events[4]).text.contains("the clock of this"))
  }

  @Test func aStepIsTakenOnceHoweverManyConsolesSayIt() throws {
    var story = try Story()
    try story.tell(.noteClockStep(step(3600, at: .noon + 3660)), after: 3660)
    let again = refusal { () throws(Refusal) in
      try story.tell(.noteClockStep(step(3600, at: .noon + 3661)), after: 1)
    }
    #expect(again?.reason == "that step of the clock is on the record already")
    // Who slept through the first of two steps says the sum; the record takes the rest.
    try story.tell(.noteClockStep(step(3700, at: .noon + 3770)), after: 110)
    #expect(story.incident.clockSteps.map(\.value.milliseconds) == [3_600_000, 100_000])
  }

  @Test func whatWasDeclaredByTheNewClockIsLeftAlone() throws {
    var story = try Story()
    let refused = refusal { () throws(Refusal) in
      try story.tell(.noteClockStep(step(3600, at: .noon)), after: 5)
    }
    #expect(refused?.reason == "INC-42 was declared by the clock as it is")
  }

  /// Of three machines one is set right: what the others wrote stays where it was.
  @Test func onlyWhatTheMachineItselfWroteMoves() throws {
    var story = try Story(by: .ana, now: .noon)
    try story.tell(.publishUpdate("by bob's clock", .internal), by: .bob, after: 60)
    let due = story.timer(.update)?.due
    try story.tell(.noteClockStep(step(30, at: .noon + 360)), by: .ana, after: 300)
    #expect(story.timer(.update)?.due == due)
    #expect(story.incident.declared.instant == .noon + 30)
  }

  @Test func sevenHoursAreSevenHoursOverAnyChangeOfSummerTime() throws {
    // UTC is stored: a zone's change cannot be seen. Europe, Lord Howe, a leap second's night.
    for start in ["2026-03-28T22:00:00Z", "2026-10-03T13:00:00Z", "2016-12-31T20:00:00Z"] {
      let began = try Instant.of(start)
      #expect(Span.hours(7).after(began).seconds(since: began) == 7 * 3600)
      #expect(Span.hours(7).after(began).iso8601.hasSuffix("Z"))
    }
  }
}

extension Command {
  fileprivate static var milestoneNow: Command {
    .reach(.mitigated, text: "replica promoted")
  }
}

extension Incident {
  fileprivate var fold: Incident? { Incident.fold(events.reversed()) }
}
