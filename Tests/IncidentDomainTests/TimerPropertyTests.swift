import IncidentDomain
import Testing
import TextGate

/// What holds of every timer under any policy and any history (issue: "never negative, never early,
/// none running after the end, the same after a restart, monotone in now"). A failure prints its seed.
@Suite struct TimerPropertyTests {
  private static let seeds: [UInt64] = (1...80).map { 0x7469_6d65 &+ $0 &* 104_729 }

  /// Targets as a team could write them: some left out, of minutes, hours or working days.
  private static func policy(_ random: inout SeededGenerator) -> Policy {
    func span(_ random: inout SeededGenerator) -> Span? {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: nil
      case 1: .workingDays(Int.random(in: 1...6, using: &random))
      case 2, 3: .hours(Int.random(in: 1...30, using: &random))
      case 4: .elapsed(seconds: Int.random(in: 1...59, using: &random))
      default: .minutes(Int.random(in: 1...90, using: &random))
      }
    }
    var policy = Policy.builtIn
    for severity in Severity.allCases {
      var after = 0
      policy.targets[severity] = SeverityTargets(
        acknowledge: span(&random), acknowledgementExpires: span(&random),
        escalations: (1...4).compactMap { level in
          after += Int.random(in: 1...40, using: &random)
          guard Bool.random(using: &random) else { return nil }
          return .init(level: level, after: .minutes(after))
        },
        update: span(&random), mitigate: span(&random), resolve: span(&random),
        postmortem: span(&random), team: "all")
    }
    policy.escalationRepeats = span(&random)
    for tier in 1...3 {
      policy.tiers[tier] = Tier(
        recoveryPoint: .minutes(5), recoveryTime: span(&random) ?? .hours(4))
    }
    return policy
  }

  private static func story(_ seed: UInt64) throws -> Story {
    var commands = RandomCommands(seed: seed)
    let policy = policy(&commands.random)
    let severity = commands.pick(Severity.allCases) ?? .sev1
    var story = try Story(
      .sample(severity, tier: commands.chance(50) ? commands.pick([1, 2, 3]) : nil, policy: policy))
    for _ in 0..<Int.random(in: 1...40, using: &commands.random) {
      let command = commands.command(story.incident, now: story.now)
      let told = commands.told(story.now)
      let actor = commands.actor(of: command, story.incident)
      do throws(Refusal) {
        try story.tell(command, by: actor, at: told, after: commands.seconds())
      } catch {
        continue
      }
    }
    return story
  }

  /// Instants from the last entry on, the edges of every timer among them.
  private static func instants(_ story: Story, _ random: inout SeededGenerator) -> [Instant] {
    let edges = story.incident.timers(at: story.now).flatMap { timer in
      [-1000, -1, 0, 1, 1000].map { Instant(milliseconds: timer.due.milliseconds + $0) }
    }
    let others = (0..<40).map { _ in story.now + Int.random(in: 0...400_000, using: &random) }
    return (edges + others + [story.now]).filter { $0 >= story.now }.sorted()
  }

  @Test func noTimerIsNegativeOrEarlyOrRunsAfterTheEnd() throws {
    for seed in Self.seeds {
      let story = try Self.story(seed)
      var random = SeededGenerator(state: seed)
      for now in Self.instants(story, &random) {
        for timer in story.incident.timers(at: now) {
          let name = "\(timer.kind) \(timer.level ?? 0) at \(now.iso8601), seed \(seed)"
          #expect(timer.paused >= 0, "a pause of \(name) is negative")
          #expect(timer.due >= timer.since, "\(name) is due before it began")
          switch timer.state {
          case .running, .warning:
            #expect((timer.remainingSeconds(at: now) ?? -1) >= 0, "\(name) is negative")
            #expect(now <= timer.due, "\(name) waits though it is late")
          case .breached where timer.isRunning:
            #expect(now > timer.due, "\(name) is early")
            #expect((timer.remainingSeconds(at: now) ?? 1) <= 0, "\(name) has time left")
          case .met: #expect(timer.met.map { $0 <= timer.due } == true, "\(name) is met late")
          case .stopped, .breached: break
          }
        }
        let broken = Invariants.broken(story.incident, now: now).filter { $0.contains("ended") }
        #expect(broken.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test func theyAreTheSameAfterARestart() throws {
    for seed in Self.seeds {
      let story = try Self.story(seed)
      let read = try story.incident.events.map { event in
        try Event(json: JSON(reading: event.json.canonical))
      }
      let again = try #require(Incident.fold(read.shuffled()))
      var random = SeededGenerator(state: seed)
      for now in Self.instants(story, &random) {
        #expect(again.timers(at: now) == story.incident.timers(at: now), "seed \(seed)")
      }
    }
  }

  @Test func timeOnlyEverUsesThemUp() throws {
    for seed in Self.seeds {
      let story = try Self.story(seed)
      var random = SeededGenerator(state: seed)
      struct Key: Hashable {
        let kind: IncidentTimer.Kind
        let level: Int?
        let since: Instant
        let subject: Untrusted?
        let due: Instant
      }
      func rank(_ timer: IncidentTimer) -> Int {
        switch timer.state {
        case .running: 0
        case .warning: 1
        case .breached, .met, .stopped: 2
        }
      }
      var last: [Key: (rank: Int, left: Int?)] = [:]
      for now in Self.instants(story, &random) {
        for timer in story.incident.timers(at: now) {
          let key = Key(
            kind: timer.kind, level: timer.level, since: timer.since, subject: timer.subject,
            due: timer.due)
          let left = timer.remainingSeconds(at: now)
          if let before = last[key] {
            #expect(before.rank <= rank(timer), "\(timer.label.text) goes back, seed \(seed)")
            if let was = before.left, let left { #expect(left <= was, "seed \(seed)") }
          }
          last[key] = (rank(timer), left)
        }
      }
    }
  }

  /// The board is written at an event and read at any time after it.
  @Test func theBoardSaysTheSameAsTheLedgerAtAnyTime() throws {
    var turned = 0
    for seed in Self.seeds {
      let story = try Self.story(seed)
      let row = try #require(BoardRow(json: story.incident.boardRow.json))
      #expect(row == story.incident.boardRow)
      var random = SeededGenerator(state: seed)
      for now in Self.instants(story, &random) {
        let waiting = story.incident.timers(at: now).filter { $0.isRunning && $0.kind.isOwed }
        let shown = row.deadlines(at: now)
        #expect(
          shown.map { "\($0.label.text) \($0.due.iso8601)" }
            == waiting.map { "\($0.label.text) \($0.due.iso8601)" },
          "at \(now.iso8601), seed \(seed)")
      }
      if row.deadlines.contains(where: { $0.from != nil }) { turned += 1 }
    }
    // Histories in which something comes by itself are among them.
    #expect(turned > 5)
  }
}
