import Glibc
import Synchronization

/// Waits for a lock that another process holds, for as long as a person would.
///
/// SQLite's own waiting grows to 100 ms a turn, and of eight writers one then waits a second
/// (TECH.md, "SQLite", trap 4); short random turns give each its turn.
final class Patience: Sendable {
  /// How long in all.
  static let seconds = 5

  private let began = Mutex(ContinuousClock.now)

  /// Waits one turn of 0.5 to 3 ms. `attempt` is 0 for the first turn of one wait.
  ///
  /// - Returns: false when the patience is at its end.
  func wait(attempt: Int) -> Bool {
    let now = ContinuousClock.now
    let since = began.withLock { began in
      if attempt == 0 { began = now }
      return began
    }
    guard now - since < .seconds(Self.seconds) else { return false }
    // A lock of another process cannot be waited for in any other way than by asking again.
    var pause = timespec(tv_sec: 0, tv_nsec: .random(in: 500_000...3_000_000))
    nanosleep(&pause, nil)
    return true
  }
}
