import Glibc
import Synchronization
import TextGate

/// A place in front of the store where writers wait for their turn, one of them at a time at the
/// store itself.
///
/// SQLite has no queue: who has just let a lock go is the quickest to take it again, and of eight
/// busy writers one was seen to wait more than five seconds. Here, who comes back finds another one
/// ahead. It only makes waiting fair: SQLite's own locks keep the writers apart, so one that cannot
/// have a turn goes on without.
final class WritersTurn: Sendable {
  /// Turns are `flock` locks on the doorbell's file, which the kernel gives back for a process that
  /// dies. Closing it harms no lock of SQLite, which is on another file.
  private let state = Mutex(State())
  private let path: String

  private struct State {
    /// Below 0 until there is a bell, which the first commit makes.
    var descriptor: Int32 = -1
    var isTaken = false
  }

  init(_ file: StoreFile) {
    path = file.bell
  }

  deinit {
    let descriptor = state.withLock { $0.descriptor }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Waits for a turn, but not for longer than one who stands still may keep it.
  func take() {
    let descriptor = state.withLock { state in
      if state.descriptor < 0 {
        state.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      }
      return state.descriptor
    }
    guard descriptor >= 0 else { return }
    let deadline = ContinuousClock.now + .seconds(2)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else { return }
      Patience.pause(0.0003...0.0015)
    }
    state.withLock { $0.isTaken = true }
  }

  /// Lets the next one come forward; nothing when no turn was taken.
  func give() {
    state.withLock { state in
      if state.isTaken { flock(state.descriptor, LOCK_UN) }
      state.isTaken = false
    }
  }
}
