import IncidentDomain
import Runbooks
import TextGate

/// The path that a run walked against the path that its runbook wrote.
///
/// Pure: the same events, and the same file, give the same drift.
public struct Drift: Hashable, Sendable {
  /// The name of the incident: `INC-12`.
  public let incident: Showable
  /// The run as the record holds it.
  public let run: Run
  /// Steps that were not walked as written, in the order of the runbook.
  public let steps: [StepDrift]
  /// Commands that ran while the run was open and belong to none of its steps, oldest first.
  public let adHoc: [AdHoc]
  /// How often the run was opened anew with another text of its runbook.
  public let revisions: Int
  /// How many steps there were to walk: those of the rollback only once it had begun.
  public let written: Int
  /// Steps of a rollback that was never begun: nobody was to walk them.
  public let rollbackLeft: Int
  /// Steps that a decision led past.
  public let passedOver: Int
  /// How many steps were walked; one that was skipped was not.
  public let walked: Int
  /// How many of ``walked`` were walked as written.
  public let asWritten: Int
  /// What became of the runbook's file since.
  public let file: FileState
  /// The runbook as the record keeps it; nil when the record's copy does not have its digest.
  public let runbook: Runbook?

  /// A step and how it was not walked as written.
  public struct StepDrift: Hashable, Sendable {
    /// As the run began.
    public let step: PlannedStep
    /// At least one.
    public let differences: [Difference]
    /// Seconds from its first start to its end; nil when one of them is not on record.
    public let tookSeconds: Int?
  }

  /// One way in which a step was not walked as written.
  public enum Difference: Hashable, Sendable {
    case skipped(because: Untrusted?)
    /// The run ended and nobody had done it.
    case notDone
    /// It was begun after a step that the runbook writes later, by number.
    case walkedAfter(number: String)
    /// How often, and what was said the last time.
    case failed(times: Int, note: Untrusted?)
    /// Its command ran more than once, which its author does not ask for.
    case ranAgain(times: Int)
    /// It was marked done though its last command ended so.
    case doneThough(CommandOutcome)
    case overEstimate(tookSeconds: Int, estimateSeconds: Int)
    /// The runbook gives no estimate for a step that took a minute or more.
    case untimed(tookSeconds: Int)
    /// The answer is none of the choices.
    case answeredFreely(Untrusted)
  }

  /// A command that is not the runbook's.
  public struct AdHoc: Hashable, Sendable {
    /// What ran, and what came of it.
    public let record: CommandRecord
    /// Who ran it.
    public let by: Untrusted
    /// The step that was begun last before it; nil when none was.
    public let after: PlannedStep?
  }

  /// The file of the runbook beside the record's copy.
  public enum FileState: Hashable, Sendable {
    /// Nobody looked, or it was not found.
    case unknown
    case same
    /// Numbers of steps that are no longer there, and of those that are new.
    case changed(digest: String, gone: [String], new: [String])
  }

  /// Compares a run with its runbook.
  ///
  /// - Parameter file: the runbook as its file holds it now; nil when that is not known.
  public init(of run: Run, in incident: Incident, file: Runbook?) {
    self.incident = incident.name
    self.run = run
    let source = Array(run.start.source.raw.utf8)
    let read = try? Runbook(path: run.start.runbook.raw, bytes: source)
    runbook = read?.digest == run.start.digest ? read : nil
    var walk = Walk(of: run)
    for event in incident.events where !incident.reversed.contains(event.id) {
      // Of two ways that a step ended in two branches, the one that a settlement says holds.
      walk.take(incident.upheld(by: event) ?? event)
    }
    adHoc = walk.adHoc
    revisions = walk.revisions
    let runbook = runbook
    steps = run.start.steps.compactMap { step in
      let differences = walk.differences(of: step, as: runbook?.step(id: step.id))
      guard !differences.isEmpty else { return nil }
      return StepDrift(step: step, differences: differences, tookSeconds: walk.took(step))
    }
    rollbackLeft = run.rollback == nil ? run.rollbackSteps.count : 0
    written = run.start.steps.count - rollbackLeft
    passedOver = run.start.steps.count { walk.visits[$0.id]?.state == .passedOver }
    walked = run.start.steps.count { walk.visits[$0.id]?.isWalked == true }
    asWritten = walked - steps.count { walk.visits[$0.step.id]?.isWalked == true }
    self.file = Self.state(of: file, against: run)
  }

  private static func state(of file: Runbook?, against run: Run) -> FileState {
    guard let file else { return .unknown }
    if file.digest == run.start.digest { return .same }
    let before = Set(run.start.steps.map(\.id))
    let now = Set(file.steps.map(\.id))
    return .changed(
      digest: file.digest,
      gone: run.start.steps.filter { !now.contains($0.id) }.map(\.number),
      new: file.steps.filter { !before.contains($0.id) }.map(\.number))
  }

  /// Whether the runbook was walked as it is written.
  public var isNone: Bool { steps.isEmpty && adHoc.isEmpty }
}

/// Follows the events of a run.
private struct Walk {
  let run: Run
  var visits: [String: Visit] = [:]
  var adHoc: [Drift.AdHoc] = []
  private(set) var revisions = 0
  private var isOpen = false
  private var hasEnded = false
  private var hasRollback = false
  private var last: PlannedStep?
  /// The steps as the runbook had them at the time: a run can be opened anew with another text.
  private var plan: [PlannedStep] = []

  struct Visit {
    var begun: Instant?
    var ended: Instant?
    var failures = 0
    var note: Untrusted?
    var commands: [CommandRecord] = []
    var state = StepProgress.State.todo
    /// Steps written later that were begun while this one waited, by number.
    var overtakenBy: [String] = []
    var isOvertaken = false

    /// Whether a person did something about it, a skip not counted.
    var isWalked: Bool {
      switch state {
      case .started, .done, .failed, .decided: true
      case .todo, .skipped, .passedOver: false
      }
    }
  }

  init(of run: Run) { self.run = run }

  mutating func take(_ event: Event) {
    let at = event.occurred.instant
    switch event.body {
    case .runStarted(let start) where event.id == run.id:
      isOpen = true
      plan = start.steps
    case .runRevised(run: run.id, let start):
      plan = start.steps
      revisions += 1
    case .runEnded(run: run.id, _, _):
      isOpen = false
      hasEnded = true
    case .rollbackStarted(run: run.id, _): hasRollback = true
    case .stepMoved(run: run.id, let id, let move):
      guard let index = plan.firstIndex(where: { $0.id == id }) else { return }
      take(move, of: index, at: at)
    case .commandBegan(let start) where start.run == run.id:
      // Running a step's command begins it.
      guard let index = plan.firstIndex(where: { $0.id == start.step }),
        visits[plan[index].id]?.state != .started
      else { return }
      take(.started, of: index, at: at)
    case .commandRan(let record):
      if record.run == run.id, let step = record.step {
        visits[step, default: Visit()].commands.append(record)
      } else if record.run == nil, isOpen {
        adHoc.append(Drift.AdHoc(record: record, by: event.author, after: last))
      }
    default: break
    }
  }

  private mutating func take(_ move: StepMove, of index: Int, at: Instant) {
    let step = plan[index]
    var visit = visits[step.id] ?? Visit()
    visit.ended = at
    switch move {
    case .started, .takenOver:
      visit.state = .started
      visit.ended = nil
      begin(index, &visit, at: at)
    case .done:
      visit.state = .done
      begin(index, &visit, at: nil)
    case .failed(let note):
      visit.state = .failed
      visit.failures += 1
      visit.note = note
      begin(index, &visit, at: nil)
    case .skipped(let because):
      visit.state = .skipped
      visit.note = because
    case .decided(let answer, let goTo):
      visit.state = .decided(answer: answer, goTo: goTo)
      begin(index, &visit, at: nil)
    }
    visits[step.id] = visit
    if case .decided(_, let goTo?) = move { jump(from: index, to: goTo) }
  }

  /// Notes the steps that wait for their turn while this one begins.
  private mutating func begin(_ index: Int, _ visit: inout Visit, at: Instant?) {
    let step = plan[index]
    if visit.begun == nil { visit.begun = at }
    if last?.id == step.id { return }
    last = step
    visit.isOvertaken = !visit.overtakenBy.isEmpty
    for earlier in plan[..<index] where earlier.part == step.part && !earlier.isOptional {
      if visits[earlier.id]?.state ?? .todo == .todo {
        visits[earlier.id, default: Visit()].overtakenBy.append(step.number)
      }
    }
  }

  /// As the fold does it: forward, the steps between are passed over; back, they are to do again.
  private mutating func jump(from here: Int, to goTo: String) {
    guard let there = plan.firstIndex(where: { $0.id == goTo }) else { return }
    if there > here {
      for step in plan[(here + 1)..<there] where visits[step.id]?.state.isEnded != true {
        visits[step.id, default: Visit()].state = .passedOver
      }
    } else {
      for step in plan[there...here] {
        visits[step.id]?.state = .todo
        visits[step.id]?.begun = nil
        visits[step.id]?.overtakenBy = []
      }
    }
  }

  func took(_ step: PlannedStep) -> Int? {
    guard let visit = visits[step.id], let begun = visit.begun, let ended = visit.ended else {
      return nil
    }
    return max(0, ended.seconds(since: begun))
  }

  func differences(of step: PlannedStep, as written: Step?) -> [Drift.Difference] {
    let visit = visits[step.id] ?? Visit()
    var found: [Drift.Difference] = []
    switch visit.state {
    case .skipped: found.append(.skipped(because: visit.note))
    case .todo, .started, .failed:
      let isDue = step.part == .rollback ? hasRollback : !hasRollback
      if hasEnded, isDue, !step.isOptional { found.append(.notDone) }
    case .decided(let answer, _):
      let typed = answer.raw.lowercased()
      if !step.choices.isEmpty,
        !step.choices.contains(where: { $0.label.raw.lowercased() == typed })
      {
        found.append(.answeredFreely(answer))
      }
    case .done:
      let passing = written.map(\.annotations.exitCodes).flatMap { $0.isEmpty ? nil : $0 } ?? [0]
      if let last = visit.commands.last, !(last.passed ?? last.outcome.passes(passing)) {
        found.append(.doneThough(last.outcome))
      }
    case .passedOver: break
    }
    if visit.isOvertaken, let number = visit.overtakenBy.last {
      found.append(.walkedAfter(number: number))
    }
    if visit.failures > 0 {
      found.append(
        .failed(times: visit.failures, note: visit.state == .failed ? visit.note : nil))
    }
    if visit.commands.count > 1, written?.annotations.isRepeatable != true {
      found.append(.ranAgain(times: visit.commands.count))
    }
    guard visit.isWalked, let took = took(step) else { return found }
    if let estimate = step.estimateSeconds {
      if took > estimate {
        found.append(.overEstimate(tookSeconds: took, estimateSeconds: estimate))
      }
    } else if took >= 60 {
      found.append(.untimed(tookSeconds: took))
    }
    return found
  }
}

extension CommandOutcome {
  fileprivate func passes(_ codes: [Int]) -> Bool {
    switch self {
    case .exited(let code): codes.contains(code)
    case .signalled, .unknown: false
    }
  }
}
