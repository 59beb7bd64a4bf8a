import IncidentDomain
import TextGate

/// A small generator that gives the same numbers for the same seed on every machine: SplitMix64
/// (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators").
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Commands as tired people give them: often legal, often not, some of them told late.
struct RandomCommands {
  var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(state: seed)
  }

  mutating func pick<T>(_ values: [T]) -> T? { values.randomElement(using: &random) }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  mutating func actor() -> Actor { pick([.ana, .bob, .carol]) ?? .ana }

  /// Mostly one who may give the command.
  mutating func actor(of command: Command, _ incident: Incident) -> Actor {
    let wanted: Untrusted? =
      switch command {
      case .accept(let role), .decline(let role): incident.offers[role]?.to
      case .reverse: incident.events.last?.author
      default: nil
      }
    let likely = [Actor.ana, .bob, .carol].first { $0.person == wanted }
    return chance(80) ? likely ?? actor() : actor()
  }

  mutating func text() -> Untrusted {
    pick([
      "", "ok", "the replica was promoted", "     x     ", "naïve ünïcode \u{202E}txet",
      "two\nlines of text", "\u{1B}[2J", "a longer reason that holds",
    ]) ?? ""
  }

  mutating func optionalText() -> Untrusted? { chance(40) ? nil : text() }

  mutating func event(_ incident: Incident) -> EventID {
    if chance(3) { return fingerprint([7]) }
    return pick(incident.events)?.id ?? incident.id
  }

  /// Nil for now; else some time between long ago and a little ahead.
  mutating func told(_ now: Instant) -> ToldTime? {
    guard chance(25) else { return nil }
    let back = Int.random(in: -120...20_000, using: &random)
    return ToldTime(now - back, pick([.day, .minute, .second]) ?? .second)
  }

  mutating func seconds() -> Int {
    pick([0, 0, 1, 5, 30, 60, 300, 1200, 2400, 90_000, 400_000]) ?? 0
  }

  mutating func command(_ incident: Incident, now: Instant) -> Command {
    switch Int.random(in: 0..<100, using: &random) {
    case _ where incident.ending != nil && chance(30):
      if case .merged = incident.ending {
        .unmerge
      } else {
        .reopen(because: "it was real after all")
      }
    case 0..<6: .acknowledge
    case 6..<22: move(incident)
    case 22..<24: .reopen(because: text())
    case 24..<28: .setSeverity(pick(Severity.allCases) ?? .sev1, because: optionalText())
    case 28..<31: .stateImpact(text())
    case 31..<36: .reach(pick(Milestone.allCases) ?? .started, text: optionalText())
    case 36..<54: people(incident, now: now)
    case 54..<70: words(incident, now: now)
    case 70: .cancel(pick(CancelReason.allCases) ?? .test, because: optionalText())
    case 71: .merge(into: Self.others.randomElement(using: &random) ?? MergeTarget(incident))
    case 72..<89: run(incident, now: now)
    default: review(incident, now: now)
    }
  }

  /// An open incident to merge into, and one that has ended.
  private static let others: [MergeTarget] = {
    guard let open = try? Story(.sample(number: 7)), var over = try? Story(.sample(number: 8)),
      (try? over.tell(.cancel(.test, because: nil))) != nil
    else { return [] }
    return [MergeTarget(open.incident), MergeTarget(over.incident)]
  }()

  private mutating func move(_ incident: Incident) -> Command {
    let to = chance(70) ? incident.phase.next : pick(Phase.allCases)
    return .move(
      to: to ?? .triage, because: chance(60) ? "what stopped it, in words" : optionalText(),
      overriding: chance(30))
  }

  private mutating func people(_ incident: Incident, now: Instant) -> Command {
    let role = chance(60) ? .commander : pick(Role.allCases) ?? .scribe
    switch Int.random(in: 0..<14, using: &random) {
    case 8:
      return .takeOver(
        role, to: actor().person,
        epoch: chance(50) ? nil : incident.epoch(of: role) - (chance(70) ? 0 : 1), because: text())
    case 9, 10:
      return .propose(
        Proposal(
          text: text(), risk: text(), alternatives: chance(50) ? [] : [text()],
          asked: chance(50) ? [] : [actor().person, actor().person],
          due: chance(50) ? nil : now + Int.random(in: -5...600, using: &random)))
    case 11, 12:
      return .answerProposal(
        chance(50) ? nil : pick(incident.deliberations)?.id, objects: chance(40),
        because: optionalText())
    case 13:
      return .settleProposal(
        chance(50) ? nil : pick(incident.deliberations)?.id,
        pick(ProposalOutcome.allCases) ?? .decided, because: optionalText())
    case 0, 1: return .assign(role, actor().person)
    case 2: return .vacate(role, incident.roles[role] ?? actor().person)
    case 3: return .offer(role, to: actor().person, brief: chance(50) ? nil : text())
    case 4: return .accept(incident.offers.keys.min() ?? role)
    case 5: return .decline(incident.offers.keys.min() ?? role)
    case 6:
      return .promise(text(), due: now + Int.random(in: -10...2000, using: &random))
    default: return .keepPromise(pick(incident.promises)?.id ?? event(incident))
    }
  }

  private mutating func words(_ incident: Incident, now: Instant) -> Command {
    switch Int.random(in: 0..<10, using: &random) {
    case 9:
      return .snoozeUpdate(
        until: now + Int.random(in: -10...100_000, using: &random), because: text())
    case 0, 1: return .note(text())
    case 2: return .correct(event(incident), text: optionalText())
    case 3: return .pin(event(incident), chance(70))
    case 4, 5: return .publishUpdate(text(), pick(Audience.allCases) ?? .internal)
    case 6: return .skipUpdate(because: text())
    case 7:
      return .escalate(
        level: chance(50) ? nil : Int.random(in: 0...6, using: &random), because: optionalText())
    default: return .reverse([incident.events.last?.id ?? incident.id])
    }
  }

  private mutating func run(_ incident: Incident, now: Instant) -> Command {
    let run = chance(70) ? nil : pick(incident.runs)?.id
    let next = incident.openRun?.nextStep
    let step = chance(60) ? next ?? pick(RunStart.sample.steps) : pick(RunStart.sample.steps)
    switch Int.random(in: 0..<17, using: &random) {
    case 12, 15:
      return .beginCommand(
        Sample.began(
          step?.id ?? "find", run: (incident.openRun ?? incident.runs.last)?.id ?? event(incident)))
    case 13, 16:
      let running = incident.runs.flatMap { $0.steps.values.compactMap(\.running) }.first
      let began = running?.start ?? Sample.began("find", run: event(incident))
      return chance(50)
        ? .loseCommand(
          run: began.run, step: began.step, session: began.session, left: nil)
        : .failCommand(run: began.run, step: began.step, session: began.session, because: text())
    case 14: return .reviseRun(run: run, chance(50) ? .sample : .revised)
    case 0, 1: return .startRun(.sample)
    case 2: return .startRollback(run: run, because: optionalText())
    case 3:
      return .endRun(
        run: run, pick(RunOutcome.allCases) ?? .finished, because: optionalText())
    case 4:
      return .record(
        CommandRecord(
          run: incident.openRun?.id, step: step?.id, command: "patronictl list", directory: "/",
          started: now - 5, ended: now, outcome: .exited(0), outputBytes: 2,
          outputDigest: String(repeating: "0", count: 64), output: "ok", outputCut: false))
    default:
      return .moveStep(
        run: run, step: chance(95) ? step?.number ?? "1" : "99", stepMove(),
        takingOver: chance(30))
    }
  }

  private mutating func stepMove() -> StepMove {
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1: .started
    case 8: .takenOver(from: actor().person, because: optionalText())
    case 2, 3: .done(note: optionalText())
    case 4: .failed(note: optionalText())
    case 5: .skipped(because: text())
    default: .decided(answer: pick(["yes", "NO", "unsure", "perhaps"]) ?? "yes", goTo: nil)
    }
  }

  private mutating func review(_ incident: Incident, now: Instant) -> Command {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .savePostmortem(text())
    case 1, 2: return .publishPostmortem(chance(70) ? "what we learned" : nil)
    case 3: return .waivePostmortem(because: text())
    case 4, 5: return .addAction(text(), owner: actor().person, due: now + 86_400)
    case 6:
      return .settleAction(
        pick(incident.actions)?.id ?? event(incident), chance(50) ? .done : .dropped,
        because: optionalText())
    default: return .giveFeedback(pick(FeedbackVerdict.allCases) ?? .used, text: optionalText())
    }
  }
}
