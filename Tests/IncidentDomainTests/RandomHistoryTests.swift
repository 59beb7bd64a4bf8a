import Glibc
import IncidentDomain
import Testing
import TextGate

/// Histories of random commands. A failure prints its seed; `MAYDAY_SEED=… swift test --filter
/// RandomHistoryTests` tells that one again. `MAYDAY_SOAK=25` tells 10,000 histories instead of 400.
@Suite struct RandomHistoryTests {
  private static let seeds: [UInt64] = {
    if let seed = environment("MAYDAY_SEED").flatMap(UInt64.init) { return [seed] }
    let times = environment("MAYDAY_SOAK").flatMap(UInt64.init) ?? 1
    return (0..<(400 * times)).map { 0x4d61_7964_6179 &+ $0 &* 7919 }
  }()

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Tells one history of up to `steps` commands; nil in the results stands for a refusal.
  private static func tell(seed: UInt64, steps: Int) throws -> (Story, [String]) {
    var commands = RandomCommands(seed: seed)
    let severity = commands.pick(Severity.allCases) ?? .sev1
    let started = commands.told(.noon).map { ToldTime(min($0.instant, .noon), $0.precision) }
    var story = try Story(.sample(severity, started: started, tier: commands.chance(50) ? 2 : nil))
    for _ in 0..<Int.random(in: steps / 2...steps, using: &commands.random) {
      let command = commands.command(story.incident, now: story.now)
      let told = commands.told(story.now)
      let actor = commands.actor(of: command, story.incident)
      let before = story.incident.events.count
      do throws(Refusal) {
        try story.tell(command, by: actor, at: told, after: commands.seconds())
      } catch {
        if story.incident.events.count != before { return (story, ["a refusal wrote: \(command)"]) }
        if error.reason.isEmpty { return (story, ["a refusal without a reason: \(command)"]) }
        continue
      }
      let broken = Invariants.broken(story.incident, now: story.now)
      if !broken.isEmpty { return (story, broken + ["after \(command)"]) }
    }
    return (story, [])
  }

  @Test func noCommandLeadsToAnIllegalState() throws {
    for seed in Self.seeds {
      let (story, broken) = try Self.tell(seed: seed, steps: 60)
      #expect(broken.isEmpty, "MAYDAY_SEED=\(seed)")
      #expect(story.incident.number == 42)
    }
  }

  @Test func theFoldIsTheSameWhateverOrderEventsArriveIn() throws {
    for seed in Self.seeds.prefix(60) {
      let (story, _) = try Self.tell(seed: seed, steps: 60)
      let incident = story.incident
      var random = SeededGenerator(state: seed)
      for _ in 0..<3 {
        let shuffled = incident.events.shuffled(using: &random)
        #expect(Incident.fold(shuffled) == incident, "MAYDAY_SEED=\(seed)")
      }
    }
  }

  @Test func appendingTwiceIsAppendingOnce() throws {
    for seed in Self.seeds.prefix(60) {
      var (story, _) = try Self.tell(seed: seed, steps: 60)
      let incident = story.incident
      var random = SeededGenerator(state: seed)
      story.add(
        incident.events.filter { _ in Bool.random(using: &random) }.shuffled(using: &random))
      #expect(story.incident == incident, "MAYDAY_SEED=\(seed)")
    }
  }

  @Test func everyEventOfAHistoryReadsBackAsItWas() throws {
    for seed in Self.seeds.prefix(60) {
      let (story, _) = try Self.tell(seed: seed, steps: 60)
      for event in story.incident.events {
        let read = try Event(json: JSON(reading: event.json.canonical))
        #expect(read == event, "MAYDAY_SEED=\(seed)")
        #expect(fingerprint(read.canonicalWithoutID) == event.id, "MAYDAY_SEED=\(seed)")
      }
    }
  }

  /// Two replicas of one history that went on without each other.
  private static func branches(
    seed: UInt64, _ random: inout SeededGenerator
  ) throws -> (Story, Story) {
    let (common, _) = try tell(seed: seed, steps: 20)
    var (left, right) = (common, common)
    for (branch, salt) in [(0, 11), (1, 13)] as [(Int, UInt64)] {
      var commands = RandomCommands(seed: seed &* salt)
      for _ in 0..<20 {
        var side = branch == 0 ? left : right
        let command = commands.command(side.incident, now: side.now)
        let actor = commands.actor(of: command, side.incident)
        let pause = Int.random(in: 0...2, using: &random)
        do throws(Refusal) { try side.tell(command, by: actor, after: pause) } catch {}
        if branch == 0 { left = side } else { right = side }
      }
    }
    return (left, right)
  }

  @Test func twoReplicasThatMeetAreTheSameFromBothSides() throws {
    for seed in Self.seeds.prefix(60) {
      var random = SeededGenerator(state: seed)
      let (left, right) = try Self.branches(seed: seed, &random)
      var (seenLeft, seenRight) = (left, right)
      seenLeft.add(right.incident.events)
      for event in left.incident.events.shuffled(using: &random) { seenRight.add([event]) }
      #expect(seenLeft.incident == seenRight.incident, "MAYDAY_SEED=\(seed)")
      let both = Set(left.incident.events + right.incident.events)
      #expect(Set(seenLeft.incident.events) == both, "MAYDAY_SEED=\(seed)")
      #expect(Incident.fold(both.shuffled(using: &random)) == seenLeft.incident)
      // One more event that has seen both makes one head of the two.
      try seenLeft.tell(.note("the link is back"), after: 5)
      #expect(seenLeft.incident.heads.count == 1, "MAYDAY_SEED=\(seed)")
    }
  }

  @Test func whateverTwoReplicasContradictEachOtherInCanBeSettled() throws {
    var settlements = 0
    for seed in Self.seeds.prefix(120) {
      var random = SeededGenerator(state: seed)
      var (left, right) = try Self.branches(seed: seed, &random)
      right.now = max(left.now, right.now)
      right.add(left.incident.events)
      left = right
      while let conflict = left.incident.openConflicts.first {
        let side = Bool.random(using: &random) ? conflict.first : conflict.second
        let events: [Event]
        do throws(Refusal) {
          events = try left.tell(.settle(side), by: .carol, after: 1)
        } catch {
          // A move does not bring back what has ended: then the end holds.
          let end = try #require(
            left.incident.conflicts.last { $0.about == .phase && $0.settledBy == nil })
          let other = side == conflict.first ? conflict.second : conflict.first
          #expect(end.about == conflict.about, "MAYDAY_SEED=\(seed)")
          events = try left.tell(.settle(other), by: .carol, after: 1)
        }
        settlements += 1
        #expect(!left.incident.openConflicts.contains { $0.about == conflict.about })
        let settled = left.incident.conflicts.filter { $0.about == conflict.about }
        #expect(settled.allSatisfy { $0.settledBy != nil }, "MAYDAY_SEED=\(seed)")
        right.add(events)
        #expect(right.incident == left.incident, "MAYDAY_SEED=\(seed)")
      }
      #expect(Incident.fold(left.incident.events.shuffled(using: &random)) == left.incident)
    }
    #expect(settlements > 50)
  }

  @Test func timersNeverGoBackAndNeverBreachEarly() throws {
    for seed in Self.seeds.prefix(60) {
      let (story, _) = try Self.tell(seed: seed, steps: 40)
      let rank: (IncidentTimer.State) -> Int = { state in
        switch state {
        case .running: 0
        case .warning: 1
        case .breached, .met, .stopped: 2
        }
      }
      var last: [String: IncidentTimer] = [:]
      for seconds in stride(from: 0, through: 40_000, by: 97) {
        let now = story.now + seconds
        var seen: [String: Int] = [:]
        for timer in story.incident.timers(at: now)
        where ![.promise, .proposal, .action].contains(timer.kind) {
          let key = "\(timer.kind) \(timer.level ?? 0)"
          seen[key, default: 0] += 1
          if let before = last[key], before.since == timer.since {
            #expect(rank(before.state) <= rank(timer.state), "\(key), MAYDAY_SEED=\(seed)")
            #expect(before.due == timer.due, "\(key), MAYDAY_SEED=\(seed)")
          }
          let isEarly = timer.state == .breached && timer.isRunning && now <= timer.due
          #expect(!isEarly, "\(key), MAYDAY_SEED=\(seed)")
          last[key] = timer
        }
        #expect(seen.values.allSatisfy { $0 == 1 }, "a timer stands twice, MAYDAY_SEED=\(seed)")
      }
    }
  }

  @Test func theHistoriesReachEveryPhaseAndKind() throws {
    var kinds: Set<String> = []
    var phases: Set<Phase> = []
    // Of its own seeds, so that replaying one failure does not fail here.
    for seed in 1...400 as ClosedRange<UInt64> {
      let (story, _) = try Self.tell(seed: seed, steps: 60)
      kinds.formUnion(story.incident.events.map(\.kind))
      phases.formUnion(story.incident.moves.map(\.value.to))
    }
    #expect(phases == Set(Phase.allCases))
    // An incident that takes another in hears of it from the other one; a number changes only when
    // two stores are joined, and only two branches leave something to settle.
    let others: Set = [
      "absorbed", "clock-step", "renumbered", "settled", "from-tomorrow", "round", "round-done",
      "round-undone", "round-declared",
    ]
    #expect(kinds == Set(Sample.bodies.map(\.kind)).subtracting(others))
  }
}
