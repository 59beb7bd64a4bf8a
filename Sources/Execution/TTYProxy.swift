import CSystem
import Glibc
import IncidentDomain

/// Stands between the person's terminal and the command's own: keys go one way, output the other.
struct TTYProxy {
  private let shell: ShellProcess
  private let terminal: Descriptor
  private let input: Descriptor
  private let output: Int32
  private let signals: Descriptor
  private var saved: mayday_tty_saved

  /// Starts the command. Nil when no pseudo-terminal can be had.
  init?(
    _ request: CommandRequest, _ carryPath: String, _ input: Int32, _ output: Int32,
    _ signals: Int32
  ) throws(CannotStart) {
    var size: (rows: UInt16, columns: UInt16) = (0, 0)
    _ = mayday_pty_size(output, &size.rows, &size.columns)
    let pseudoTerminal: PseudoTerminal
    do throws(CannotStart) {
      pseudoTerminal = try PseudoTerminal(
        rows: size.rows > 0 ? Int(size.rows) : request.rows,
        columns: size.columns > 0 ? Int(size.columns) : request.columns)
    } catch {
      return nil
    }
    var modes = mayday_tty_saved()
    let problem = mayday_tty_raw(input, &modes)
    guard problem == 0 else { throw .noTerminal(code: -problem) }
    saved = modes
    terminal = pseudoTerminal.master
    // Copies, because these are closed at the end and the caller's are the caller's.
    self.input = Descriptor(dup(input))
    self.signals = Descriptor(dup(signals))
    self.output = output
    do throws(CannotStart) {
      shell = try ShellProcess(
        path: Shell.path, arguments: Shell.arguments,
        environment: request.shellEnvironment(carryingTo: carryPath),
        directory: request.directory, wiring: .terminal(pseudoTerminal.slavePath))
    } catch {
      _ = mayday_tty_restore(input, &modes)
      throw error
    }
  }

  /// Passes keys and output until the command has ended; then gives the terminal back.
  func follow(
    _ session: inout RunSession, _ timeLimit: CommandRequest.TimeLimit?
  ) -> TTYEnd {
    var end = TTYEnd(process: shell.id)
    var farewell = Farewell()
    var limit = timeLimit.map { RunLimit($0) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var keys: [UInt8] = []
    var isOpen = true
    while shell.ended == nil {
      if let signal = farewell.due(isLost: end.isLost) {
        shell.signal(signal, terminal: terminal)
      }
      if let signal = limit?.due(ContinuousClock.now) {
        end.isOverTime = true
        shell.signal(signal, terminal: terminal)
      }
      let ready = waitForAny(
        [
          isOpen ? terminal : nil, shell.watch, session.carry.descriptor, signals,
          // Keys that the command does not take yet are not read from the person either.
          end.isLost || !keys.isEmpty ? nil : input,
        ], room: keys.isEmpty ? nil : terminal,
        until: [farewell.next, limit?.next].compactMap { $0 }.min())
      if ready[0], let part = terminal.read(into: &buffer) {
        if part.isEmpty { isOpen = false } else { show(part, &session, &end) }
      }
      if ready[2] { session.carry.drain(&buffer) }
      if ready[3] { take(mayday_signals_next(signals.number), &end) }
      if ready[4], let part = input.read(into: &buffer) {
        if part.isEmpty { end.isLost = true } else { keys += part }
      }
      passKeys(&keys)
    }
    readRest(&buffer, &session, &end)
    end.outcome = shell.ended ?? .unknown
    if end.isLost || end.isOverTime { shell.signal(SIGKILL, terminal: terminal) }
    shell.reap()
    var modes = saved
    _ = mayday_tty_restore(input.number, &modes)
    return end
  }

  private func take(_ signal: Int32, _ end: inout TTYEnd) {
    switch signal {
    case SIGWINCH:
      var size: (rows: UInt16, columns: UInt16) = (0, 0)
      if mayday_pty_size(output, &size.rows, &size.columns) == 0 {
        _ = mayday_pty_resize(terminal.number, size.rows, size.columns)
      }
    case SIGTERM, SIGHUP:
      end.isLost = true
      end.signal = signal
    default: break
    }
  }

  private func passKeys(_ keys: inout [UInt8]) {
    while !keys.isEmpty {
      let count = keys.withUnsafeBytes { write(terminal.number, $0.baseAddress, $0.count) }
      if count > 0 {
        keys.removeFirst(count)
      } else if errno != EINTR {
        // Full: later. Anything else: nobody is there to take them.
        if errno != EAGAIN { keys = [] }
        return
      }
    }
  }

  /// Recorded with secrets replaced, shown to the person who runs it as it is.
  private func show(_ part: ArraySlice<UInt8>, _ session: inout RunSession, _ end: inout TTYEnd) {
    session.watch.feed(part)
    session.lastLine?.feed(part)
    _ = session.recorder.feed(part)
    var rest = part
    while !rest.isEmpty, !end.isLost {
      let count = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var room = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        poll(&room, 1, 1000)
      } else if errno != EINTR {
        end.isLost = true
      }
    }
  }

  private func readRest(
    _ buffer: inout [UInt8], _ session: inout RunSession, _ end: inout TTYEnd
  ) {
    let deadline = ContinuousClock.now + .seconds(1)
    while ContinuousClock.now < deadline {
      let quiet = min(deadline, ContinuousClock.now + .milliseconds(50))
      guard waitForAny([terminal], until: quiet)[0], let part = terminal.read(into: &buffer),
        !part.isEmpty
      else { return }
      show(part, &session, &end)
    }
  }
}

/// Gives the command the person's terminal itself, in this process's group, so that it may read.
enum TTYDirect {
  static func run(
    _ request: CommandRequest, _ session: inout RunSession, _ input: Int32, _ output: Int32,
    _ signals: Int32
  ) throws(CannotStart) -> TTYEnd {
    let shell = try ShellProcess(
      path: Shell.path, arguments: Shell.arguments,
      environment: request.shellEnvironment(carryingTo: session.carry.path),
      directory: request.directory,
      wiring: .files(input: input, output: output, error: output))
    let held = Descriptor(dup(signals))
    var end = TTYEnd(process: shell.id)
    var farewell = Farewell()
    var limit = request.timeLimit.map { RunLimit($0) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while shell.ended == nil {
      // Its group is this process's own: only the shell itself can be told.
      if let signal = farewell.due(isLost: end.isLost) { kill(shell.id, signal) }
      if let signal = limit?.due(ContinuousClock.now) {
        end.isOverTime = true
        kill(shell.id, signal)
      }
      let ready = waitForAny(
        [shell.watch, session.carry.descriptor, held],
        until: [farewell.next, limit?.next].compactMap { $0 }.min())
      if ready[1] { session.carry.drain(&buffer) }
      if ready[2] {
        let signal = mayday_signals_next(held.number)
        if signal == SIGTERM || signal == SIGHUP {
          end.isLost = true
          end.signal = signal
        }
      }
    }
    end.outcome = shell.ended ?? .unknown
    shell.reap()
    return end
  }
}
