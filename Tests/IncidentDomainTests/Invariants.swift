import IncidentDomain
import TextGate

/// What must hold of an incident whatever was commanded, on one store.
enum Invariants {
  /// Every one that is broken, in words.
  static func broken(_ incident: Incident, now: Instant) -> [String] {
    var broken: [String] = []
    func must(_ holds: Bool, _ what: @autoclosure () -> String) {
      if !holds { broken.append(what()) }
    }
    let events = incident.events
    must(incident.heads == [events.last?.id].compactMap(\.self), "a chain has one head, its last")
    must(incident.conflicts.isEmpty, "a chain has no conflict")
    must(
      zip(events, events.dropFirst()).allSatisfy { $0.recorded <= $1.recorded },
      "recorded never goes back")
    milestones(incident, must)
    phases(incident, must)
    people(incident, must)
    runs(incident, must)
    for timer in incident.timers(at: now) {
      must(timer.due >= timer.since, "\(timer.kind) is due before it began")
      must(timer.paused >= 0, "\(timer.kind) has a negative pause")
      if incident.ending != nil || !incident.phase.isActive {
        let isReview = timer.kind == .postmortem || timer.kind == .action
        let isOver = incident.ending != nil || incident.phase == .closed
        must(
          !timer.isRunning || (isReview && !isOver),
          "\(timer.kind) runs though the work has ended")
      }
      if timer.state == .breached, timer.isRunning { must(now > timer.due, "breached early") }
    }
    return broken
  }

  private static func milestones(_ incident: Incident, _ must: (Bool, () -> String) -> Void) {
    let known = Milestone.allCases.compactMap { m in incident.milestones[m].map { (m, $0) } }
    for (earlier, later) in zip(known, known.dropFirst()) {
      // A day is compared as a day, a minute as a minute.
      let unit: Int64 =
        switch (earlier.1.precision, later.1.precision) {
        case (.day, _), (_, .day): 86_400_000
        case (.minute, _), (_, .minute): 60_000
        case (.second, .second): 1000
        }
      must(earlier.1.instant.milliseconds / unit <= later.1.instant.milliseconds / unit) {
        "\(earlier.0) is after \(later.0)"
      }
    }
    must(incident.milestones[.declared] != nil) { "declared has no time" }
    must((incident.milestones[.resolved] == nil) == incident.phase.isActive) {
      "resolved is known exactly when the work has ended: \(incident.phase)"
    }
  }

  private static func phases(_ incident: Incident, _ must: (Bool, () -> String) -> Void) {
    var phase = Phase.detection
    for move in incident.moves {
      let value = move.value
      must(value.from == phase) { "a move from \(value.from) in \(phase)" }
      let isBack = value.to <= value.from
      let isSkip = value.to > value.from && value.from.next != value.to
      if isBack || isSkip || !value.overridden.isEmpty {
        must((value.because?.raw.count ?? 0) >= 10) {
          "\(value.from) to \(value.to) without a reason"
        }
      }
      phase = value.to
    }
    must(phase == incident.phase) { "the phase is not where the moves led" }
    let last = incident.pauses.last
    must(incident.isActive == (last == nil || last?.to != nil)) { "pauses and work disagree" }
    must(incident.pauses.dropLast().allSatisfy { $0.to != nil }) { "two open pauses" }
  }

  private static func people(_ incident: Incident, _ must: (Bool, () -> String) -> Void) {
    must((incident.commander == nil) == (incident.commanderVacantSince != nil)) {
      "a commander and a vacancy at once, or neither"
    }
    must(incident.roles.keys.allSatisfy(\.isSingle)) { "a role of several is held as one" }
    for promise in incident.promises where promise.kept == nil {
      must(promise.due > promise.made || promise.made > .noon) {
        "a promise due before it was made"
      }
    }
  }

  private static func runs(_ incident: Incident, _ must: (Bool, () -> String) -> Void) {
    for run in incident.runs {
      if incident.phase == .closed || isCancelled(incident) {
        must(!run.isOpen) { "a run is open though the incident is over" }
      }
      if run.outcome == .finished {
        must(
          run.start.steps.allSatisfy {
            $0.part == .rollback || $0.isOptional || run.progress($0).state.isEnded
          }
        ) { "a finished run has open steps" }
      }
      if run.outcome == .rolledBack { must(run.rollback != nil) { "rolled back without rollback" } }
      if run.rollback == nil {
        must(run.start.steps.allSatisfy { $0.part != .rollback || run.progress($0).state == .todo })
        {
          "a rollback step was walked before the rollback began"
        }
      }
    }
  }

  private static func isCancelled(_ incident: Incident) -> Bool {
    if case .cancelled = incident.ending { true } else { false }
  }
}
