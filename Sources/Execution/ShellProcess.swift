import CSystem
import Glibc
import IncidentDomain
import TextGate

/// A started child process, waited for by a descriptor and signalled as a whole group.
///
/// Nobody else may wait for it: until it is reaped here its number stays its own.
struct ShellProcess: Sendable {
  let id: pid_t
  let watch: Descriptor

  /// Where its descriptors 0, 1 and 2 lead.
  enum Wiring {
    /// A slave's path: session and controlling terminal of its own.
    case terminal(String)
    case files(input: Int32, output: Int32, error: Int32)
  }

  /// Starts the program at `path`, whose argument 0 is the path.
  init(
    path: String, arguments: [String], environment: [String: String], directory: String?,
    wiring: Wiring
  ) throws(CannotStart) {
    var plan = mayday_spawn_plan()
    var kept: [UnsafeMutablePointer<CChar>?] = []
    func copy(_ text: String) -> UnsafeMutablePointer<CChar>? {
      let pointer = strdup(text)
      kept.append(pointer)
      return pointer
    }
    defer { for pointer in kept { free(pointer) } }
    plan.path = UnsafePointer(copy(path))
    if let directory { plan.directory = UnsafePointer(copy(directory)) }
    switch wiring {
    case .terminal(let slave): plan.terminal = UnsafePointer(copy(slave))
    case .files(let input, let output, let error):
      (plan.input, plan.output, plan.error) = (input, output, error)
    }
    let words = ([path] + arguments).map(copy) + [nil]
    let settings = environment.sorted { $0.key < $1.key }.map { copy("\($0.key)=\($0.value)") }
    let started = words.withUnsafeBufferPointer { words in
      (settings + [nil]).withUnsafeBufferPointer { settings in
        plan.arguments = words.baseAddress
        plan.environment = settings.baseAddress
        return mayday_spawn(&plan)
      }
    }
    guard started > 0 else { throw Self.reason(-started, path) }
    let watched = mayday_process_watch(started)
    guard watched >= 0 else {
      kill(started, SIGKILL)
      _ = mayday_process_reap(started)
      throw .notSpawned(code: -watched)
    }
    id = started
    watch = Descriptor(watched)
  }

  private static func reason(_ code: Int32, _ path: String) -> CannotStart {
    if code == ENOENT, access(path, X_OK) != 0 { return .noShell }
    return code == E2BIG ? .environmentTooLarge : .notSpawned(code: code)
  }

  /// How it ended; nil while it runs. It stays a zombie until ``reap()``.
  var ended: CommandOutcome? {
    var code: Int32 = 0
    var signal: Int32 = 0
    guard mayday_process_ended(id, &code, &signal) == 1 else { return nil }
    return signal == 0 ? .exited(Int(code)) : .signalled(Int(signal))
  }

  /// Takes the ended process away.
  func reap() {
    _ = mayday_process_reap(id)
  }

  /// Sends a signal to its group and to the group that has its terminal; SIGKILL to every process
  /// of its session. What called `setsid` is out of reach.
  func signal(_ signal: Int32, terminal: Descriptor) {
    kill(-id, signal)
    let foreground = mayday_pty_foreground(terminal.number)
    if foreground > 1, foreground != id { kill(-foreground, signal) }
    if signal == SIGKILL {
      _ = mayday_session_signal(id, signal)
    } else {
      // A stopped process takes a signal only when it goes on.
      kill(-id, SIGCONT)
    }
  }
}

/// A new pseudo-terminal: the side that reads what a command writes.
struct PseudoTerminal {
  let master: Descriptor
  let slavePath: String

  init(rows: Int, columns: Int) throws(CannotStart) {
    var path = [CChar](repeating: 0, count: 128)
    let opened = mayday_pty_open(
      UInt16(clamping: rows), UInt16(clamping: columns), &path, path.count)
    guard opened >= 0 else { throw .noTerminal(code: -opened) }
    master = Descriptor(opened)
    slavePath = String(
      decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The pipe with a name by which a shell tells its directory and variables when it ends.
///
/// A name, not an inherited descriptor: no process that the command starts holds it. Nothing of it
/// is ever on disk.
struct CarryPipe: Sendable {
  let path: String
  let descriptor: Descriptor
  private(set) var bytes: [UInt8] = []
  /// More than Linux lets an environment of ordinary size hold.
  private static let longest = 4 << 20

  init(path: String) throws(CannotStart) {
    guard mkfifo(path, 0o600) == 0 else {
      throw .outputNotStored(Untrusted(path), code: errno)
    }
    // Open for writing too, so that it never looks closed while the shell has not opened it yet.
    let opened = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    guard opened >= 0 else {
      let code = errno
      unlink(path)
      throw .outputNotStored(Untrusted(path), code: code)
    }
    self.path = path
    descriptor = Descriptor(opened)
  }

  mutating func drain(_ buffer: inout [UInt8]) {
    while let part = descriptor.read(into: &buffer), !part.isEmpty {
      if bytes.count + part.count <= Self.longest { bytes += part }
    }
  }

  /// Reads the rest and takes the name away.
  mutating func finish(_ buffer: inout [UInt8]) -> CarryOver {
    drain(&buffer)
    unlink(path)
    return Carried(bytes).map(CarryOver.carried) ?? .notCarried
  }
}
