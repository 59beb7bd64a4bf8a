import Execution
import Glibc
import IncidentDomain
import Synchronization
import TerminalHarness
import TextGate

/// A started command whose output and report a test waits for.
///
/// Suites that use it have a time limit, so that a wait for something that never comes fails.
final class Watched {
  let run: CommandRun
  private(set) var seen: [UInt8] = []
  private var report: CommandReport?
  private var events: AsyncStream<Event>.Iterator

  private enum Event: Sendable {
    case output([UInt8])
    case end(CommandReport)
  }

  init(_ request: CommandRequest, in folder: TemporaryFolder, named name: String = "run") throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    let clock = Clock(start: 0)
    run = try CommandRun.start(
      request, storingIn: folder.output, named: name, now: { clock.now() },
      onOutput: { continuation.yield(.output($0)) },
      onEnd: {
        continuation.yield(.end($0))
        continuation.finish()
      })
    events = stream.makeAsyncIterator()
  }

  var text: String { String(decoding: seen, as: UTF8.self) }

  /// Waits until the output holds `wanted`; false when the command ended first.
  @discardableResult
  func output(_ wanted: String) async -> Bool {
    while !text.contains(wanted) {
      guard await step() else { return text.contains(wanted) }
    }
    return true
  }

  /// Waits for the end.
  func end() async throws -> CommandReport {
    while await step() {}
    guard let report else { throw Gone() }
    return report
  }

  private struct Gone: Error {}

  private func step() async -> Bool {
    switch await events.next() {
    case .output(let bytes):
      seen += bytes
      return true
    case .end(let report):
      self.report = report
      return false
    case nil: return false
    }
  }
}

/// A clock whose every answer is one second later: times are then values that a test knows.
private final class Clock: Sendable {
  private let ticks: Mutex<Int64>

  init(start: Int64) {
    ticks = Mutex(start)
  }

  func now() -> Instant {
    ticks.withLock {
      $0 += 1000
      return Instant(milliseconds: $0)
    }
  }
}

/// A folder of a test's own, taken away with all that is in it.
final class TemporaryFolder {
  let path: String
  let output: OutputFolder

  init() throws {
    var template = Array("/tmp/mayday-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failed(code: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    output = try OutputFolder(path: path + "/output")
  }

  struct Failed: Error {
    let code: Int32
  }

  deinit {
    _ = try? Command.run("/bin/rm", ["-rf", path])
  }

  /// Files in the output folder.
  var names: [String] {
    let listing = try? Command.run("/bin/ls", ["-A", output.path])
    return (listing?.out ?? "").split(separator: "\n").map(String.init)
  }

  func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw Failed(code: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }
}

/// A request in `/`, with a bare environment.
func request(
  _ text: Untrusted, in directory: String = "/", environment: [String: String] = [:]
) -> CommandRequest {
  let bare = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm-256color"]
  return CommandRequest(
    text: text, directory: directory, environment: bare.merging(environment) { _, own in own })
}

/// Whether a process is there and no zombie.
func isAlive(_ process: Int32) -> Bool {
  guard kill(process, 0) == 0 else { return false }
  let state = try? Command.run("/bin/sed", ["-n", "s/^State:.//p", "/proc/\(process)/status"])
  return state?.out.hasPrefix("Z") == false && state?.out.isEmpty == false
}

/// Waits until the process is gone, at most ten seconds.
func isGone(_ process: Int32) async throws -> Bool {
  let deadline = ContinuousClock.now + .seconds(10)
  while isAlive(process) {
    guard ContinuousClock.now < deadline else { return false }
    try await Task.sleep(for: .milliseconds(5))
  }
  return true
}
