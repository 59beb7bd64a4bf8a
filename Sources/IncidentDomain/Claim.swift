import TextGate

/// That a responder is on a step. Derived from the events and now: nothing of it is stored.
public struct Claim: Hashable, Sendable {
  /// Who holds the step.
  public let holder: Untrusted
  /// Since when, by the time told.
  public let since: Instant
  /// When the holder last recorded anything on the incident, or began to hold the step.
  public let lastSign: Instant
  /// When anybody may take the step without a reason.
  public let expires: Instant

  /// Whether it has expired at an instant.
  public func isExpired(at now: Instant) -> Bool { now > expires }
}

extension Incident {
  /// How long a step stays held though its holder records nothing: as long as the policy lets an
  /// acknowledgement live at this severity, and half an hour where it names no time.
  public var claimLasts: Span { policy[severity].acknowledgementExpires ?? .minutes(30) }

  /// Who holds a step; nil when nobody does.
  public func claim(on step: PlannedStep, in run: Run) -> Claim? {
    let progress = run.progress(step)
    guard progress.state == .started, let holder = progress.by,
      let since = progress.heldSince ?? progress.started
    else {
      return nil
    }
    let claimed = progress.claimed ?? since
    let lastSign = max(claimed, lastWritten[holder] ?? claimed)
    return Claim(
      holder: holder, since: since, lastSign: lastSign, expires: claimLasts.after(lastSign))
  }
}
