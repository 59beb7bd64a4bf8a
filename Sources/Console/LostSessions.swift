import IncidentDomain
import TextGate

/// Commands whose session ended before they did: nobody will tell how they ended, so that is what the
/// record says, and a person says how the step stands. Nothing is run again by itself.
extension Model {
  /// Seconds between two looks at whether the sessions of running commands are still there.
  static let lookEvery = 10

  /// Commands that other sessions of this machine run on the open incident.
  private var runningHere: [RunningCommand] {
    let ofSteps = (incident?.runs ?? []).flatMap { $0.steps.values.compactMap(\.running) }
    return (ofSteps + (incident?.running ?? [])).filter {
      $0.host == session.actor.host && $0.start.session != session.process.session
        && !goneSessions.contains($0.start.session)
    }
  }

  /// Has the host look whether they are still there, once in a while.
  mutating func lookForSessions(isUrgent: Bool = false) -> [Effect] {
    let running = runningHere
    guard !running.isEmpty else { return [] }
    if !isUrgent, let last = lookedForSessions, now.seconds(since: last) < Self.lookEvery {
      return []
    }
    lookedForSessions = now
    return [.checkSessions(running)]
  }

  mutating func take(goneSessions gone: Set<String>, _ left: [EventID: OutputLeft]) -> [Effect] {
    let lost = runningHere.filter { gone.contains($0.start.session) }
    goneSessions.formUnion(gone)
    guard !session.permissions.isObserver, let incident else { return [] }
    return lost.flatMap { running in
      write(
        .loseCommand(
          run: running.start.run, step: running.start.step, session: running.start.session,
          left: left[running.event]),
        to: incident.id,
        what: "the session of \(running.place) ended: what became of its command is not known",
        then: .quietly)
    }
  }

  /// The command of a step that was under way when its session ended.
  func lost(_ step: PlannedStep, in run: Run) -> RunningCommand? {
    let progress = run.progress(step)
    if let running = progress.running, goneSessions.contains(running.start.session) {
      return running
    }
    return progress.lost
  }
}
