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
  /// How long its runbook thinks it takes: longer is said once, and nothing is ended.
  var estimate: Duration?

  /// A line that waits this long for its end is shown without it: a question, a progress bar.
  private static let quiet = Duration.milliseconds(200)
  /// After this long without output it is said that nothing comes (RUNBOOKS.md 3.4, `timeout`).
  private static let silence = Duration.seconds(60)

  /// Call it while the signals are held back (``HeldSignals``): it takes them.
  ///
  /// - Throws: a ``CannotStart`` when it could not be started; then nothing ran.
  func run(
    _ request: CommandRequest, storingIn folder: OutputFolder, named name: String
  ) throws(CannotStart) -> CommandReport {
    var signals = HeldSignals.set
    let tray = Tray(waiting: pthread_self())
    let run = try CommandRun.start(
      request, storingIn: folder, named: name, now: Session.clock,
      onOutput: { tray.put($0) }, onEnd: { tray.end($0) })
    var printer = Printer(output: output)
    var flags = Flags(estimate: estimate, silence: Self.silence)
    while true {
      let now = ContinuousClock.now
      let next = [flags.next, printer.isUnfinished ? now + Self.quiet : nil].compactMap { $0 }.min()
      switch Self.wait(&signals, until: next) {
      case SIGINT?:
        if let how = run.interrupt(), isShown { say(how) }
      case SIGTERM?, SIGHUP?: run.hangUp()
      case nil where isShown: printer.showUnfinished()
      default: break
      }
      let (bytes, lost, report) = tray.take()
      if !bytes.isEmpty { flags.heard() }
      if isShown {
        printer.show(bytes, afterLosing: lost)
        if let flag = flags.due(), report == nil {
          printer.breakLine()
          output.flush()
          output.error(flag)
        }
      }
      if let report {
        if isShown { printer.finish() }
        return report
      }
    }
  }

  private func say(_ how: CommandRun.Interruption) {
    switch how {
    case .asked: output.error("asked it to stop (INT); Ctrl-C again asks more firmly")
    case .told: output.error("asked it to end (TERM); Ctrl-C again ends it by force")
    case .killed: output.error("ended it by force (KILL)")
    }
  }

  /// The next awaited signal; nil when `time` came first.
  private static func wait(
    _ signals: inout sigset_t, until time: ContinuousClock.Instant?
  ) -> Int32? {
    guard let time else {
      var signal: Int32 = 0
      return sigwait(&signals, &signal) == 0 ? signal : 0
    }
    let left = max(.zero, ContinuousClock.now.duration(to: time)).components
    var span = timespec(tv_sec: Int(left.seconds), tv_nsec: Int(left.attoseconds / 1_000_000_000))
    let signal = sigtimedwait(&signals, nil, &span)
    if signal > 0 { return signal }
    return errno == EAGAIN ? nil : 0
  }
}

/// What is said of a command that takes long, once each.
private struct Flags {
  private let started = ContinuousClock.now
  private var estimate: Duration?
  private let silence: Duration
  private var lastHeard = ContinuousClock.now
  private var isSilenceSaid = false

  init(estimate: Duration?, silence: Duration) {
    self.estimate = estimate
    self.silence = silence
  }

  mutating func heard() {
    lastHeard = .now
    isSilenceSaid = false
  }

  var next: ContinuousClock.Instant? {
    [estimate.map { started + $0 }, isSilenceSaid ? nil : lastHeard + silence].compactMap { $0 }
      .min()
  }

  mutating func due() -> Showable? {
    let now = ContinuousClock.now
    if let told = estimate, now >= started + told {
      estimate = nil
      let seconds = Int(told.components.seconds)
      return
        "it takes longer than the \(Showable.clock(seconds: seconds)) of the runbook; it runs on"
    }
    if !isSilenceSaid, now >= lastHeard + silence {
      isSilenceSaid = true
      let seconds = Int(silence.components.seconds)
      return "no output for \(seconds) s; it runs on, Ctrl-C asks it to stop"
    }
    return nil
  }
}

/// What the run's thread has put down and the waiting one has not taken yet.
private final class Tray: Sendable {
  private let state = Mutex(State())
  private let waiting: pthread_t

  /// - Parameter waiting: the thread that waits for the bell, and lasts as long as the program.
  init(waiting: pthread_t) {
    self.waiting = waiting
  }

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
    pthread_kill(waiting, SIGUSR1)
  }

  func end(_ report: CommandReport) {
    state.withLock { $0.report = report }
    pthread_kill(waiting, SIGUSR1)
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

/// Prints the lines that a command's output makes, each once it is whole; on a terminal also a line
/// that stays without its end.
private struct Printer {
  let output: Output
  private var gate = OutputGate(keepingLines: Printer.part + 1)
  private var printed = 0
  /// What stands on the terminal of the line that has no end yet.
  private var begun: Showable?

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
      print(Array(whole.suffix(gate.lineCount - printed)))
      printed = gate.lineCount
    }
    if lost > 0 {
      breakLine()
      output.line("[\(lost) bytes came too fast to be shown; they are stored]")
    }
    output.flush()
  }

  /// Whether a line waits for its end and is not on the terminal as it looks now.
  var isUnfinished: Bool {
    guard output.isTerminal, let line = unfinished else { return false }
    return line != begun
  }

  private var unfinished: Showable? {
    gate.lines.count > gate.lineCount - gate.droppedLines ? gate.lines.last : nil
  }

  mutating func showUnfinished() {
    guard isUnfinished, let line = unfinished else { return }
    if let begun, line.text.hasPrefix(begun.text) {
      output.part(line.keeping(line.text.unicodeScalars.dropFirst(begun.text.unicodeScalars.count)))
    } else {
      breakLine()
      output.part(line)
    }
    begun = line
    output.flush()
  }

  /// Ends the line that has no end yet, before something else is said.
  mutating func breakLine() {
    if begun != nil { output.line() }
    begun = nil
  }

  private mutating func print(_ lines: [Showable]) {
    var lines = lines[...]
    if let begun, let first = lines.first {
      if first.text.hasPrefix(begun.text) {
        output.part(
          first.keeping(first.text.unicodeScalars.dropFirst(begun.text.unicodeScalars.count)))
        lines = lines.dropFirst()
      }
      breakLine()
    }
    output.lines(lines)
  }

  mutating func finish() {
    gate.finish()
    print(Array(gate.lines.suffix(gate.lines.count - (printed - gate.droppedLines))))
    breakLine()
  }
}
