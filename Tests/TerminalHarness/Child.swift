import CSystem
import Glibc

/// How a process ended.
public enum ExitStatus: Hashable, Sendable {
  case exited(Int32)
  case signalled(Int32)
}

/// Why a test's program could not be started or did not do what was waited for.
public struct HarnessError: Error, CustomStringConvertible {
  /// What a test's failure shows.
  public let description: String

  /// Takes a sentence that says what was waited for and what came.
  public init(_ description: String) {
    self.description = description
  }

  /// Puts the system's words for an error number after what was tried.
  public init(_ what: String, errno code: Int32) {
    description = "\(what): \(String(cString: strerror(code)))"
  }
}

/// A started process that is waited for through a pidfd, so that no signal handler is needed.
struct Child: Sendable {
  let process: pid_t
  private let watch: Int32

  /// Where its descriptors 0, 1 and 2 lead.
  enum Wiring {
    /// A slave's path: session and controlling terminal of its own.
    case terminal(String)
    case files(input: Int32, output: Int32, error: Int32)
  }

  /// Starts the program at `path`; `arguments` come after argument 0, which is the path.
  init(
    path: String, arguments: [String], environment: [String: String], directory: String?,
    wiring: Wiring
  ) throws {
    var plan = mayday_spawn_plan()
    var kept: [UnsafeMutablePointer<CChar>] = []
    func copy(_ text: String) throws -> UnsafeMutablePointer<CChar> {
      guard let pointer = strdup(text) else { throw HarnessError("no memory for a program's text") }
      kept.append(pointer)
      return pointer
    }
    defer { for pointer in kept { free(pointer) } }
    plan.path = UnsafePointer(try copy(path))
    if let directory { plan.directory = UnsafePointer(try copy(directory)) }
    switch wiring {
    case .terminal(let slave): plan.terminal = UnsafePointer(try copy(slave))
    case .files(let input, let output, let error):
      (plan.input, plan.output, plan.error, plan.own_group) = (input, output, error, 1)
    }
    let words: [UnsafeMutablePointer<CChar>?] =
      try ([path] + arguments).map { try copy($0) } + [nil]
    let settings: [UnsafeMutablePointer<CChar>?] =
      try environment.sorted { $0.key < $1.key }.map { try copy("\($0.key)=\($0.value)") } + [nil]
    let started = words.withUnsafeBufferPointer { words in
      settings.withUnsafeBufferPointer { settings in
        plan.arguments = words.baseAddress
        plan.environment = settings.baseAddress
        return mayday_spawn(&plan)
      }
    }
    guard started > 0 else { throw HarnessError("cannot start \(path)", errno: -started) }
    process = started
    watch = mayday_process_watch(started)
    guard watch >= 0 else { throw HarnessError("cannot watch \(path)", errno: -watch) }
  }

  /// How it ended; nil while it runs.
  var ended: ExitStatus? {
    var code: Int32 = 0
    var signal: Int32 = 0
    guard mayday_process_ended(process, &code, &signal) == 1 else { return nil }
    return signal == 0 ? .exited(code) : .signalled(signal)
  }

  /// Waits for its end; nil when the time is over first.
  func wait(within time: Duration) -> ExitStatus? {
    let deadline = ContinuousClock.now + time
    while true {
      if let ended { return ended }
      guard waitReadable(watch, until: deadline) else { return ended }
    }
  }

  func send(_ signal: Int32) {
    kill(process, signal)
  }

  /// Kills what is left of its group and takes it away; call it once, at the end.
  func dispose() {
    kill(-process, SIGKILL)
    kill(process, SIGKILL)
    _ = mayday_process_reap(process)
    close(watch)
  }
}

/// Waits until a descriptor is readable or hung up; false when the deadline passed first.
func waitReadable(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
  while true {
    let left = ContinuousClock.now.duration(to: deadline)
    guard left > .zero else { return false }
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let count = poll(&watched, 1, left.pollMilliseconds)
    if count > 0 { return true }
    if count < 0 && errno != EINTR { return false }
  }
}

extension Duration {
  /// Rounded up, so that a wait never ends before its time; at most a day.
  var pollMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
    if milliseconds.overflow { return 86_400_000 }
    return Int32(
      clamping: min(
        milliseconds.partialValue + (attoseconds + 999_999_999_999_999)
          / 1_000_000_000_000_000,
        86_400_000))
  }
}
