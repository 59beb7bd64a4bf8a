import CSystem
import Glibc
import IncidentDomain
import Synchronization
import TextGate

/// One command that runs in a session and pseudo-terminal of its own (RUNBOOKS 3.6), and the check
/// that is tried again and again after it.
///
/// A thread of its own reads the output and waits for the end. Losing this process ends the command
/// too, because the kernel hangs its terminal up. Safe to use from any thread.
public final class CommandRun: Sendable {
  /// The first shell's process, which leads the command's session and group.
  public let process: Int32

  let wake: Descriptor
  let state: Mutex<State>

  /// A process that runs, and its terminal.
  struct Stage: Sendable {
    let shell: ShellProcess
    let terminal: Descriptor
  }

  struct State {
    /// Nil between two tries of a check.
    var stage: Stage?
    /// The hardest interruption so far, 0 for none.
    var hardest = 0
    var endedBy: EndedBy?
    /// Whether the person is gone, whoever ended the command.
    var isLost = false
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

    /// The signal that it sends.
    public var signal: Int32 {
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
  ///   - onEnd: gets the report, once, on the run's thread, after the last output. It may come before
  ///     this returns.
  public static func start(
    _ request: CommandRequest, storingIn folder: OutputFolder, named name: String,
    now: @escaping @Sendable () -> Instant,
    onOutput: @escaping @Sendable ([UInt8]) -> Void,
    onEnd: @escaping @Sendable (CommandReport) -> Void
  ) throws(CannotStart) -> CommandRun {
    try request.check()
    var session = try RunSession(request, folder: folder, name: name)
    let started = now()
    let run: CommandRun
    do {
      run = try CommandRun(request, session.carry.path)
    } catch {
      session.discard()
      throw error
    }
    session.begin(run.process)
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

  private init(_ request: CommandRequest, _ carryPath: String) throws(CannotStart) {
    let opened = mayday_wake_open()
    guard opened >= 0 else { throw .notSpawned(code: -opened) }
    wake = Descriptor(opened)
    let stage =
      request.isPollAlone
      ? try Stage(tryOf: request.text, request, request.environment, request.directory)
      : try Stage(request, carryingTo: carryPath)
    process = stage.shell.id
    state = Mutex(State(stage: stage))
  }

  // MARK: Acting

  /// Ends the command, harder each time: SIGINT, SIGTERM, SIGKILL, to its whole group.
  ///
  /// Returns what was done, nil when it is over already.
  @discardableResult
  public func interrupt() -> Interruption? {
    signal { state in Interruption(rawValue: state.hardest + 1) ?? .killed }
  }

  /// Ends the command in the way that a person chose; a check is tried no more.
  ///
  /// Returns what was done, nil when it is over already.
  @discardableResult
  public func stop(_ how: Interruption) -> Interruption? {
    signal { _ in how }
  }

  /// What ``interrupt()`` would do next.
  public var nextInterruption: Interruption {
    state.withLock { Interruption(rawValue: $0.hardest + 1) ?? .killed }
  }

  /// Ends the command as a lost terminal does (SIGHUP to its group), when its person is gone; what
  /// has not ended two seconds later gets SIGKILL.
  public func hangUp() {
    state.withLock { state in
      guard !state.isOver else { return }
      state.endedBy = state.endedBy ?? .lostConnection
      state.isLost = true
      _ = mayday_wake_ring(wake.number)
    }
  }

  /// Tells the command a new size of its terminal.
  public func resize(rows: Int, columns: Int) {
    state.withLock { state in
      guard let stage = state.stage else { return }
      _ = mayday_pty_resize(
        stage.terminal.number, UInt16(clamping: rows), UInt16(clamping: columns))
    }
  }

  private func signal(_ choose: (State) -> Interruption) -> Interruption? {
    state.withLock { state in
      // Under the lock the process is not reaped, so its number cannot be another's.
      guard !state.isOver else { return nil }
      let chosen = choose(state)
      state.hardest = max(state.hardest, chosen.rawValue)
      state.endedBy = state.endedBy ?? .person
      state.stage.map { $0.shell.signal(chosen.signal, terminal: $0.terminal) }
      _ = mayday_wake_ring(wake.number)
      return chosen
    }
  }

  /// Ends a command that nobody can follow.
  private func abandon() {
    state.withLock { state in
      if let stage = state.stage {
        stage.shell.signal(SIGKILL, terminal: stage.terminal)
        stage.shell.reap()
      }
      state.stage = nil
      state.isOver = true
    }
  }
}

extension CommandRun.Stage {
  /// Starts the request's text in a terminal of its own.
  init(_ request: CommandRequest, carryingTo path: String) throws(CannotStart) {
    let terminal = try PseudoTerminal(rows: request.rows, columns: request.columns)
    self.terminal = terminal.master
    shell = try ShellProcess(
      path: Shell.path, arguments: Shell.arguments,
      environment: request.shellEnvironment(carryingTo: path), directory: request.directory,
      wiring: .terminal(terminal.slavePath))
  }

  /// Starts one try of a check.
  init(
    tryOf text: Untrusted, _ request: CommandRequest, _ environment: [String: String],
    _ directory: String
  ) throws(CannotStart) {
    let terminal = try PseudoTerminal(rows: request.rows, columns: request.columns)
    self.terminal = terminal.master
    shell = try ShellProcess(
      path: Shell.path, arguments: Shell.argumentsOfTry,
      environment: CommandRequest.shellEnvironment(environment, text, carryingTo: nil),
      directory: directory, wiring: .terminal(terminal.slavePath))
  }
}
