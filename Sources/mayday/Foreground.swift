import Execution
import Glibc
import IncidentDomain
import Synchronization
import TextGate

/// Runs one command to its end while the person watches: its output passes the gate line by line,
/// and Ctrl-C asks it to end, harder each time.
struct Foreground {
  let output: Output
  /// Whether its output is shown as it comes.
  let isShown: Bool

  /// SIGUSR1 is this program's own bell; the others are what a person or a lost link sends.
  private static let awaited = [SIGUSR1, SIGINT, SIGTERM, SIGHUP]

  /// - Throws: a ``Failure`` when it could not be started; then nothing ran.
  func run(_ request: CommandRequest, storingIn folder: OutputFolder) throws(Failure)
    -> CommandReport
  {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in Self.awaited { sigaddset(&signals, signal) }
    var before = sigset_t()
    // Blocked before the run's thread begins, so that only the wait below takes them.
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let tray = Tray()
    let run: CommandRun
    do {
      run = try CommandRun.start(
        request, storingIn: folder, named: Self.name(), now: Session.clock,
        onOutput: { tray.put($0) }, onEnd: { tray.end($0) })
    } catch {
      throw Failure(.cannotWrite, error.sentence)
    }
    var printer = Printer(output: output)
    while true {
      var signal: Int32 = 0
      guard sigwait(&signals, &signal) == 0 else { continue }
      if signal == SIGINT { run.interrupt() }
      if signal == SIGTERM || signal == SIGHUP { run.hangUp() }
      let (bytes, lost, report) = tray.take()
      if isShown { printer.show(bytes, afterLosing: lost) }
      if let report {
        if isShown { printer.finish() }
        return report
      }
    }
  }

  /// A name that no other command's output has.
  static func name() -> String {
    "exec-\(Session.clock().milliseconds)-\(getpid())"
  }
}

/// What the run's thread has put down and the waiting one has not taken yet.
private final class Tray: Sendable {
  private let state = Mutex(State())
  /// More bytes than this are not kept for the screen; the stored output has them.
  private static let limit = 4 << 20

  private struct State {
    var bytes: [UInt8] = []
    var lost = 0
    var report: CommandReport?
  }

  func put(_ bytes: [UInt8]) {
    state.withLock { state in
      if state.bytes.count + bytes.count > Self.limit {
        state.lost += bytes.count
      } else {
        state.bytes += bytes
      }
    }
    kill(getpid(), SIGUSR1)
  }

  func end(_ report: CommandReport) {
    state.withLock { $0.report = report }
    kill(getpid(), SIGUSR1)
  }

  func take() -> (bytes: [UInt8], lost: Int, report: CommandReport?) {
    state.withLock { state in
      defer {
        state.bytes = []
        state.lost = 0
      }
      return (state.bytes, state.lost, state.report)
    }
  }
}

/// Prints the lines that a command's output makes, each once it is whole.
private struct Printer {
  let output: Output
  private var gate = OutputGate(keepingLines: Printer.part + 1)
  private var printed = 0

  /// So many bytes hold at most so many lines, so that none is dropped before it is printed.
  private static let part = 4096

  init(output: Output) {
    self.output = output
  }

  mutating func show(_ bytes: [UInt8], afterLosing lost: Int) {
    var rest = bytes[...]
    while !rest.isEmpty {
      gate.feed(rest.prefix(Self.part))
      rest = rest.dropFirst(Self.part)
      let whole = gate.lines.prefix(gate.lineCount - gate.droppedLines)
      output.lines(whole.suffix(gate.lineCount - printed))
      printed = gate.lineCount
    }
    if lost > 0 { output.line("[\(lost) bytes came too fast to be shown; they are stored]") }
    output.flush()
  }

  mutating func finish() {
    gate.finish()
    output.lines(gate.lines.suffix(gate.lines.count - (printed - gate.droppedLines)))
  }
}
