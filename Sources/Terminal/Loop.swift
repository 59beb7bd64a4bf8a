import CSystem
import Glibc

/// What a ``Loop`` woke for.
public enum Wake: Hashable, Sendable {
  /// A signal came.
  case signal(Signal)
  /// The terminal is gone: leave at once, nothing more can be shown or read.
  case hangup
  /// Messages were posted.
  case mailbox
  /// Keys may be read.
  case input
}

/// The one place where the main thread waits.
///
/// A program's main thread looks like this; everything else is pure or on another thread.
///
///     let signals = try Signals.block()          // first, before any thread exists
///     let mailbox = try Mailbox<Message>()
///     let screen = try Screen(options)
///     let loop = Loop(signals: signals, bell: mailbox.bell)
///     defer { screen.close() }
///     while true {
///       screen.draw(view(model, screen.size, screen.glyphs))
///       for wake in loop.wait(milliseconds: model.untilNextEdge(now())) {
///         switch wake {
///         case .signal(.windowChanged): screen.resize()
///         case .signal(.stop): screen.suspend()
///         case .signal(.continued): screen.resume()
///         case .signal(.hangup), .hangup: return Signal.hangup.exitStatus
///         case .signal(.interrupt): return Signal.interrupt.exitStatus
///         case .signal(.terminate): return Signal.terminate.exitStatus
///         case .mailbox: for message in mailbox.drain() { step(message) }
///         case .input:
///           guard let keys = screen.readKeys() else { return Signal.hangup.exitStatus }
///           for press in keys { step(.key(press)) }
///         }
///       }
///       step(.tick(now()))
///     }
///
/// A step that is a key `Ctrl-Z` gives an effect that calls ``Screen/suspend()``, one that opens an
/// editor gives an effect that calls ``Screen/handOver(_:)``.
public struct Loop: Sendable {
  private let signals: Signals
  private let bell: Bell

  /// Makes a loop over the terminal on standard input, the signals and a mailbox's bell.
  public init(signals: Signals, bell: Bell) {
    self.signals = signals
    self.bell = bell
  }

  /// Waits for something to happen, at most so many milliseconds; for ever if nil.
  ///
  /// It gives every reason to wake there is, signals first, a lost terminal next; an empty list
  /// when the time is over. A timer with more than a day to go may wake it early.
  public func wait(milliseconds: Int?) -> [Wake] {
    let limit = milliseconds.map { Int32(min(max($0, 0), 86_400_000)) } ?? -1
    let found = mayday_loop_wait(STDIN_FILENO, bell.descriptor, signals.descriptor, limit)
    var result: [Wake] = []
    func has(_ bit: Int) -> Bool { found & Int32(bit) != 0 }
    if has(MAYDAY_LOOP_SIGNAL) { result += signals.take().map(Wake.signal) }
    if has(MAYDAY_LOOP_HANGUP) { result.append(.hangup) }
    if has(MAYDAY_LOOP_WAKE) { result.append(.mailbox) }
    if has(MAYDAY_LOOP_INPUT) { result.append(.input) }
    return result
  }
}
