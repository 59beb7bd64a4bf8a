/// Estimates against what it took.
extension Run {
  /// What the runbook's author thinks the steps of the current part take.
  public struct Estimate: Hashable, Sendable {
    /// Of the steps that tell one.
    public let seconds: Int
    /// Steps that tell none.
    public let unknown: Int
  }

  /// The estimate of the current part; nil when none of its steps tells one.
  public var estimate: Estimate? {
    let steps = currentSteps
    let known = steps.compactMap(\.estimateSeconds)
    guard !known.isEmpty else { return nil }
    return Estimate(seconds: known.reduce(0, +), unknown: steps.count - known.count)
  }

  /// Since when the current part is walked.
  public var partStarted: Instant { rollback ?? started }

  /// Seconds since the current part began, until now or the run's end.
  public func elapsedSeconds(at now: Instant) -> Int {
    max(0, (ended ?? now).seconds(since: partStarted))
  }

  /// Whether a step takes, or took, longer than its estimate.
  public func isOverEstimate(_ step: PlannedStep, at now: Instant) -> Bool {
    guard let estimate = step.estimateSeconds,
      let took = progress(step).elapsedSeconds(at: now)
    else { return false }
    return took > estimate
  }

  /// Since when a step that nobody began is the next one: since the last one before it ended.
  public func waits(_ step: PlannedStep) -> Instant? {
    guard isOpen, nextStep?.id == step.id, progress(step).state == .todo else { return nil }
    let ends = currentSteps.prefix { $0.id != step.id }.compactMap { progress($0).ended }
    return max(partStarted, ends.max() ?? partStarted)
  }
}
