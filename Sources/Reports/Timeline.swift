import IncidentDomain
import TextGate

/// The record of an incident for readers: everything that happened, in the order it happened.
///
/// Pure: the same events give the same bytes.
public enum Timeline {
  /// The entries by the time they happened, as known now; ties in the order of the record.
  ///
  /// Corrections, pins and reversals stand with the entry they are about, not by themselves.
  public static func entries(_ incident: Incident) -> [TimelineEntry] {
    var about = About(incident)
    let entries = incident.events.enumerated().compactMap { place, event in
      about.entry(event).map { (place, $0) }
    }
    return entries.sorted {
      ($0.1.occurred.instant, $0.0) < ($1.1.occurred.instant, $1.0)
    }.map(\.1)
  }

  /// What later events say about earlier ones.
  private struct About {
    let incident: Incident
    var corrections: [EventID: [Event]] = [:]
    var reversals: [EventID: TimelineEntry.Statement] = [:]
    var conflicts: [EventID: [EventID]] = [:]
    var stepStarts: [StepKey: Instant] = [:]
    /// What the entry before said of a milestone: a move that says it again need not.
    var lastReason: Untrusted?
    /// Events that stand with another one.
    var attached: Set<EventID> = []

    struct StepKey: Hashable {
      let run: EventID
      let step: String
    }

    init(_ incident: Incident) {
      self.incident = incident
      let known = Set(incident.events.map(\.id))
      var roots: [EventID: EventID] = [:]
      for event in incident.events {
        let statement = TimelineEntry.Statement(
          by: event.author.showable, recorded: event.recorded)
        switch event.body {
        case .reversed(let targets):
          for target in targets { reversals[target] = statement }
          if targets.contains(where: known.contains) { attached.insert(event.id) }
        case .corrected(let target, _) where !incident.reversed.contains(event.id):
          guard known.contains(target) else { continue }
          // A correction of a correction is about what the first one was about.
          let root = roots[target] ?? target
          roots[event.id] = root
          corrections[root, default: []].append(event)
          attached.insert(event.id)
        // Of a command outside a runbook its end says all that its beginning said.
        case .commandRan(let record):
          if let began = record.began { attached.insert(began) }
        case .pinned(let target, _) where known.contains(target): attached.insert(event.id)
        default: break
        }
      }
      for conflict in incident.conflicts {
        conflicts[conflict.first, default: []].append(conflict.second)
        conflicts[conflict.second, default: []].append(conflict.first)
      }
    }

    /// Nil when the event stands with another one. Events come in the order of the record.
    mutating func entry(_ event: Event) -> TimelineEntry? {
      let took = stepSeconds(event)
      if attached.contains(event.id) { return nil }
      var text: [Showable]
      var command: RanCommand?
      if case .commandRan(let record) = event.body {
        let ran = RanCommand(record)
        command = ran
        text = ["ran \(name(of: record)): \(ran.result)"]
      } else {
        let (head, rest) = withoutRepetition(event.body).splitLines()
        text = [incident.narrate(head) + (took ?? .empty)] + rest
      }
      if case .declared(let declaration) = event.body { text += facts(of: declaration) }
      if case .runStarted(let start) = event.body {
        let digest = Untrusted(start.digest).showable
        text.append(
          "\(start.runbook.showable), \(Showable.count(start.steps.count, "step", "steps")), SHA-256 \(digest)"
        )
      }
      return TimelineEntry(
        id: event.id, told: event.occurred, recorded: event.recorded,
        author: event.author.showable, account: event.account?.showable, text: text,
        command: command, isPinned: incident.pins.contains(event.id),
        takenBack: reversals[event.id],
        corrections: corrections(of: event), conflicts: conflicts[event.id] ?? [])
    }

    /// The reason of a move is often what the milestone beside it was recorded with.
    private mutating func withoutRepetition(_ body: EventBody) -> EventBody {
      defer {
        lastReason = if case .milestoneReached(_, let text) = body { text } else { nil }
      }
      guard case .phaseMoved(let move) = body, let lastReason, move.because == lastReason else {
        return body
      }
      return .phaseMoved(
        PhaseMove(from: move.from, to: move.to, because: nil, overridden: move.overridden))
    }

    private func corrections(of event: Event) -> [TimelineEntry.Correction] {
      var known = event.occurred
      return (corrections[event.id] ?? []).map { correction in
        let text: Untrusted? =
          if case .corrected(_, let text) = correction.body { text } else { nil }
        let isNewTime = correction.occurred != known
        known = correction.occurred
        return TimelineEntry.Correction(
          id: correction.id,
          statement: .init(by: correction.author.showable, recorded: correction.recorded),
          text: text?.showableLines ?? [], time: isNewTime ? correction.occurred : nil)
      }
    }

    /// `, 1 min 2 s of 2 min estimated`, when the event ends a step that was started.
    private mutating func stepSeconds(_ event: Event) -> Showable? {
      guard !incident.reversed.contains(event.id) else { return nil }
      if case .commandBegan(let start) = event.body {
        guard let run = start.run, let step = start.step else { return nil }
        // Another try at a step that is begun is part of the same work.
        let key = StepKey(run: run, step: step)
        stepStarts[key] = stepStarts[key] ?? event.occurred.instant
        return nil
      }
      guard case .stepMoved(let run, let step, let move) = event.body else { return nil }
      let key = StepKey(run: run, step: step)
      if move.isBeginning {
        let before = move == .started ? nil : stepStarts[key]
        stepStarts[key] = before ?? event.occurred.instant
        return nil
      }
      guard let start = stepStarts.removeValue(forKey: key) else { return nil }
      let took = Showable.duration(max(0, event.occurred.instant.seconds(since: start)))
      let planned = incident.runs.first { $0.id == run }?.knownStep(id: step)
      guard let estimate = planned?.estimateSeconds else { return ", after \(took)" }
      return ", after \(took) (estimated \(Showable.duration(estimate)))"
    }

    private func name(of record: CommandRecord) -> Showable {
      guard let run = record.run, let step = record.step,
        let planned = incident.runs.first(where: { $0.id == run })?.knownStep(id: step)
      else { return "a command" }
      return "the command of step \(planned.number.showableWord)"
    }

    private func facts(of declaration: Declaration) -> [Showable] {
      var facts: [Showable] = []
      if let impact = declaration.impact {
        let lines = impact.showableLines
        facts.append("impact: \(lines.first ?? .empty)")
        facts += lines.dropFirst()
      }
      if let started = declaration.started { facts.append("started \(started.showable)") }
      if let detected = declaration.detected { facts.append("detected \(detected.showable)") }
      facts += declaration.labels.lines.map { "label \($0)" }
      return facts
    }
  }
}
