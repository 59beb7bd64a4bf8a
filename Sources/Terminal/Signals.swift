import CSystem

/// The signals that reach the event loop as data instead of interrupting it.
public enum Signal: Int32, Hashable, Sendable {
  /// The terminal or its line was lost.
  case hangup = 1
  /// Somebody sent INT; Ctrl-C at the terminal is a key, not this.
  case interrupt = 2
  /// The system or a person asks the program to end.
  case terminate = 15
  /// It runs again after a stop.
  case continued = 18
  /// Somebody sent TSTP; Ctrl-Z at the terminal is a key, not this.
  case stop = 20
  /// The terminal has another size.
  case windowChanged = 28

  /// What a program that this signal ended exits with: 128 and the signal's number.
  public var exitStatus: Int32 { 128 + rawValue }
}

/// The blocked signals of this process, to be read by its ``Loop``.
public struct Signals: Sendable {
  let descriptor: Int32

  /// Blocks the signals of ``Signal`` for all threads, so that none interrupts a call anywhere.
  ///
  /// Call it first of all in `main`, before any other thread exists: a thread has the mask of the
  /// one that started it. PIPE and XFSZ are blocked as well, so that writing to a closed pipe or
  /// over a limit is an error and no end. Whoever starts a child must give it an empty mask.
  /// - Throws: ``SystemError`` if the system has no descriptor left.
  public static func block() throws(SystemError) -> Signals {
    let descriptor = mayday_loop_signals()
    guard descriptor >= 0 else { throw SystemError(number: -descriptor) }
    return Signals(descriptor: descriptor)
  }

  /// The signals that came since the last call, each kind once.
  func take() -> [Signal] {
    var result: [Signal] = []
    while case let number = mayday_signals_next(descriptor), number > 0 {
      if let signal = Signal(rawValue: number), !result.contains(signal) { result.append(signal) }
    }
    return result
  }
}
