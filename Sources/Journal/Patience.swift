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

  /// Waits for up to 3 ms. `attempt` is 0 for the first turn of one wait.
  ///
  /// - Returns: false when the patience is at its end.
  func wait(attempt: Int) -> Bool {
    let now = ContinuousClock.now
    let since = began.withLock { began in
      if attempt == 0 { began = now }
      return began
    }
    guard now - since < .seconds(Self.seconds) else { return false }
    // The first to wait at the store has a turn (WritersTurn) and waits for one commit only.
    Self.pause(attempt < 20 ? 0.0001...0.0005 : 0.0005...0.003)
    return true
  }

  /// Waits for a random time, in seconds: a lock of another process cannot be waited for in any other
  /// way than by asking again.
  static func pause(_ seconds: ClosedRange<Double>) {
    var pause = timespec(tv_sec: 0, tv_nsec: Int(.random(in: seconds) * 1e9))
    nanosleep(&pause, nil)
  }
}
