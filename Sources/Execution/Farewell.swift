import Glibc

/// Ends a command whose person is gone: SIGHUP, and two seconds later SIGKILL.
///
/// Without the second, what ignores a lost terminal keeps its outcome off the record, and so does a
/// shell that was between two commands: it forks the next one after the signal was sent to its
/// group, and waits for it before it looks at its own signal.
struct Farewell {
  private var killAt: ContinuousClock.Instant?

  var next: ContinuousClock.Instant? { killAt }

  /// The signal to send now, nil when there is none.
  mutating func due(isLost: Bool) -> Int32? {
    guard isLost else { return nil }
    guard let at = killAt else {
      killAt = ContinuousClock.now + .seconds(2)
      return SIGHUP
    }
    guard ContinuousClock.now >= at else { return nil }
    killAt = ContinuousClock.now + .seconds(2)
    return SIGKILL
  }
}
