import TextGate

/// What of an incident rests on events that only this host has as yet: it may turn out otherwise once
/// the others' events are there too. Derived, never stored.
public struct Provisional: Hashable, Sendable {
  /// Events of the incident that only this host has.
  public let count: Int
  /// Whether it was declared so: its number may be another's.
  public let number: Bool
  /// Roles that changed hands so.
  public let roles: Set<Role>
  /// Steps that were claimed or ended so.
  public let steps: Set<Step>

  /// A step of a run.
  public struct Step: Hashable, Sendable {
    /// The run, by its first event.
    public let run: EventID
    /// The step's id within the run.
    public let step: String

    /// Names a step.
    public init(run: EventID, step: String) {
      self.run = run
      self.step = step
    }
  }

  /// Nothing is.
  public static let nothing = Provisional(count: 0, number: false, roles: [], steps: [])
}

extension Incident {
  /// What rests on events that were not shared yet.
  ///
  /// - Parameter unshared: ids of such events, of other incidents too.
  public func provisional(_ unshared: Set<EventID>) -> Provisional {
    guard !unshared.isEmpty else { return .nothing }
    var count = 0
    var roles: Set<Role> = []
    var steps: Set<Provisional.Step> = []
    for event in events where unshared.contains(event.id) {
      count += 1
      switch (upheld(by: event) ?? event).body {
      case .roleAssigned(let role, _), .roleVacated(let role, _), .roleAccepted(let role):
        roles.insert(role)
      case .roleTakenOver(let taking): roles.insert(taking.role)
      case .stepMoved(let run, let step, _): steps.insert(Provisional.Step(run: run, step: step))
      case .commandBegan(let start):
        if let run = start.run, let step = start.step {
          steps.insert(Provisional.Step(run: run, step: step))
        }
      default: break
      }
    }
    return Provisional(
      count: count, number: unshared.contains(id), roles: roles, steps: steps)
  }
}
