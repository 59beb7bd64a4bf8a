import Glibc

/// The signals by which a person or a lost link ends this program, held back while a command is on
/// its way from its beginning to its outcome on the record.
///
/// Made and released on one thread, which alone takes them: threads that start in between hold them
/// back too. Without it a second Ctrl-C, or a second SIGHUP, would end the program between the
/// command's end and its record.
struct HeldSignals {
  /// SIGUSR1 is this program's own bell.
  static let set: sigset_t = {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGUSR1, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    return signals
  }()

  private var before = sigset_t()

  init() {
    var signals = Self.set
    pthread_sigmask(SIG_BLOCK, &signals, &before)
  }

  /// Whether one of them came and was not taken yet.
  static var isOneWaiting: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return [SIGINT, SIGTERM, SIGHUP].contains { sigismember(&pending, $0) == 1 }
  }

  /// Lets go of them: one that came meanwhile ends the program now, but for a Ctrl-C, which was
  /// meant for the command.
  func release() {
    var asked = sigset_t()
    sigemptyset(&asked)
    sigaddset(&asked, SIGINT)
    var now = timespec(tv_sec: 0, tv_nsec: 0)
    sigtimedwait(&asked, nil, &now)
    // A bell that rings late must not end the program.
    var mask = before
    sigaddset(&mask, SIGUSR1)
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
