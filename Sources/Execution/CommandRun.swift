import CSystem
import Glibc
import IncidentDomain
import Synchronization
import TextGate

/// One command that runs in a session and pseudo-terminal of its own (RUNBOOKS 3.6).
///
/// A thread of its own reads the output and waits for the end. Losing this process ends the command
/// too, because the kernel hangs its terminal up. Safe to use from any thread.
public final class CommandRun: Sendable {
  /// The shell's process, which leads the command's session and group.
  public let process: Int32

  private let shell: ShellProcess
  private let terminal: Descriptor
  private let wake: Descriptor
  private let state = Mutex(State())

  private struct State {
    var interrupts = 0
    var endedBy: EndedBy?
    var isOver = false
  }

  /// What an interruption did: harder each time.
  public enum Interruption: Int, CaseIterable, Sendable {
    /// SIGINT, as Ctrl-C.
    case asked = 1
    /// SIGTERM.
    case told
    /// SIGKILL, which no process can ignore.
    case killed

    var signal: Int32 {
      switch self {
      case .asked: SIGINT
      case .told: SIGTERM
      case .killed: SIGKILL
      }
    }
  }

  /// The most bytes of output that are stored: 8 MiB, beginning and end (RUNBOOKS 3.6).
  public static let storedOutput = 8 << 20

  /// Starts a command.
  ///
  /// - Parameters:
  ///   - name: of the output file in `folder`, used for no other command before; an ending is added.
  ///   - now: asked for the time of the start and of the end.
  ///   - onOutput: gets the output as it comes, secrets replaced; on the run's thread, in order.
  ///   - onEnd: gets the report, once, on the run's thread, after the last output.
  public static func start(
    _ request: CommandRequest, storingIn folder: OutputFolder, named name: String,
    now: @escaping @Sendable () -> Instant,
    onOutput: @escaping @Sendable ([UInt8]) -> Void,
    onEnd: @escaping @Sendable (CommandReport) -> Void
  ) throws(CannotStart) -> CommandRun {
    try request.check()
    let terminal = try PseudoTerminal(rows: request.rows, columns: request.columns)
    var session = try RunSession(request, folder: folder, name: name)
    let started = now()
    let run: CommandRun
    do {
      run = try CommandRun(request, terminal, session.carry.path)
    } catch {
      session.discard()
      throw error
    }
    do {
      try BackgroundThread.start { [session] in
        let report = run.follow(session, request, started: started, now: now, onOutput: onOutput)
        onEnd(report)
      }
    } catch {
      run.abandon()
      session.discard()
      throw error
    }
    return run
  }

  private init(
    _ request: CommandRequest, _ pseudoTerminal: PseudoTerminal, _ carryPath: String
  ) throws(CannotStart) {
    let opened = mayday_wake_open()
    guard opened >= 0 else { throw .notSpawned(code: -opened) }
    wake = Descriptor(opened)
    terminal = pseudoTerminal.master
    shell = try ShellProcess(
      path: Shell.path, arguments: Shell.arguments,
      environment: request.shellEnvironment(carryingTo: carryPath), directory: request.directory,
      wiring: .terminal(pseudoTerminal.slavePath))
    process = shell.id
  }

  // MARK: Acting

  /// Ends the command, harder each time: SIGINT, SIGTERM, SIGKILL, to its whole group.
  ///
  /// Returns what was done, nil when it is over already.
  @discardableResult
  public func interrupt() -> Interruption? {
    signal { state in
      state.interrupts = min(state.interrupts + 1, Interruption.killed.rawValue)
      return Interruption(rawValue: state.interrupts)
    }
  }

  /// What ``interrupt()`` would do next.
  public var nextInterruption: Interruption {
    state.withLock { Interruption(rawValue: $0.interrupts + 1) ?? .killed }
  }

  /// Ends the command as a lost terminal does (SIGHUP to its group), when the console leaves.
  public func hangUp() {
    state.withLock { state in
      guard !state.isOver else { return }
      state.endedBy = state.endedBy ?? .person
      shell.signal(SIGHUP, terminal: terminal)
    }
  }

  /// Tells the command a new size of its terminal.
  public func resize(rows: Int, columns: Int) {
    state.withLock { state in
      guard !state.isOver else { return }
      _ = mayday_pty_resize(
        terminal.number, UInt16(clamping: rows), UInt16(clamping: columns))
    }
  }

  private func signal(_ choose: (inout State) -> Interruption?) -> Interruption? {
    state.withLock { state in
      // Under the lock the process is not reaped, so its number cannot be another's.
      guard !state.isOver, let chosen = choose(&state) else { return nil }
      state.endedBy = state.endedBy ?? .person
      shell.signal(chosen.signal, terminal: terminal)
      return chosen
    }
  }

  // MARK: Following

  private func follow(
    _ session: RunSession, _ request: CommandRequest, started: Instant,
    now: @Sendable () -> Instant, onOutput: @Sendable ([UInt8]) -> Void
  ) -> CommandReport {
    var session = session
    var limit = request.timeLimit.map { RunLimit($0) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var isOpen = true
    func pass(_ part: ArraySlice<UInt8>) {
      let clean = session.recorder.feed(part)
      if !clean.isEmpty { onOutput(clean) }
    }
    while shell.ended == nil {
      let ready = waitForAny(
        [isOpen ? terminal : nil, shell.watch, session.carry.descriptor], until: limit?.next)
      if ready[0], let part = terminal.read(into: &buffer) {
        // At its end while the shell lives: nobody has the terminal open now.
        if part.isEmpty { isOpen = false } else { pass(part) }
      }
      if ready[2] { session.carry.drain(&buffer) }
      if let signal = limit?.due(ContinuousClock.now) { end(with: signal) }
    }
    let ended = now()
    readRest(&buffer, pass)
    let (outcome, endedBy) = takeAway()
    let carryOver = session.carry.finish(&buffer)
    let rest = session.recorder.finish()
    if !rest.isEmpty { onOutput(rest) }
    return CommandReport(
      text: Redactor.redact(request.text, request.allSecrets), directory: request.directory,
      verdict: CommandVerdict(outcome, endedBy: endedBy, passing: request.passingExitCodes),
      outcome: outcome, started: started, ended: ended, output: session.recorder.summary,
      notRecorded: nil, carryOver: carryOver)
  }

  private func end(with signal: Int32) {
    state.withLock { state in
      state.endedBy = state.endedBy ?? .timeLimit
      shell.signal(signal, terminal: terminal)
    }
  }

  /// What the command wrote before its end. A survivor that keeps the terminal open is not waited
  /// for; it loses the terminal when this run lets go of it.
  private func readRest(_ buffer: inout [UInt8], _ pass: (ArraySlice<UInt8>) -> Void) {
    let deadline = ContinuousClock.now + .seconds(1)
    while ContinuousClock.now < deadline {
      let quiet = min(deadline, ContinuousClock.now + .milliseconds(50))
      guard waitForAny([terminal], until: quiet)[0], let part = terminal.read(into: &buffer),
        !part.isEmpty
      else { return }
      pass(part)
    }
  }

  /// Ends a command that nobody can follow.
  private func abandon() {
    state.withLock { state in
      shell.signal(SIGKILL, terminal: terminal)
      shell.reap()
      state.isOver = true
    }
  }

  /// Reaps the shell; what a person or a time limit wanted gone is gone then.
  private func takeAway() -> (CommandOutcome, EndedBy?) {
    state.withLock { state in
      let outcome = shell.ended ?? .unknown
      if state.endedBy == .timeLimit || state.interrupts == Interruption.killed.rawValue {
        shell.signal(SIGKILL, terminal: terminal)
      }
      shell.reap()
      terminal.letGo()
      state.isOver = true
      return (outcome, state.endedBy)
    }
  }
}
