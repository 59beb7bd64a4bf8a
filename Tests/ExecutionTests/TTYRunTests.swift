import Glibc
import IncidentDomain
import Synchronization
import Testing
import TextGate

@testable import Execution

/// A person's terminal: the test types into it and sees what is shown.
private final class Person: Sendable {
  let master: Descriptor
  let slave: Descriptor
  private let state = Mutex(State())

  private struct State {
    var seen: [UInt8] = []
    var thread: pthread_t?
    var report: Result<CommandReport, CannotStart>?
  }

  init() throws {
    let terminal = try PseudoTerminal(rows: 30, columns: 90)
    master = terminal.master
    slave = Descriptor(open(terminal.slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC))
  }

  func start(_ request: CommandRequest, in folder: OutputFolder, recording: Bool = true) throws {
    try BackgroundThread.start { [self] in
      state.withLock { $0.thread = pthread_self() }
      let result: Result<CommandReport, CannotStart>
      do throws(CannotStart) {
        result = .success(
          try TTYRun.run(
            request, input: slave.number, output: slave.number, storingIn: folder, named: "tty",
            recording: recording, now: { Instant(milliseconds: 5) }))
      } catch {
        result = .failure(error)
      }
      state.withLock { $0.report = result }
    }
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(master.number, $0.baseAddress, $0.count) }
  }

  func signal(_ signal: Int32) {
    if let thread = state.withLock({ $0.thread }) { pthread_kill(thread, signal) }
  }

  var seen: String { state.withLock { String(decoding: $0.seen, as: UTF8.self) } }

  private func look() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    guard waitForAny([master], until: ContinuousClock.now + .milliseconds(10))[0] else { return }
    let part = master.read(into: &buffer) ?? []
    state.withLock { $0.seen += part }
  }

  /// Waits until the text is on the terminal, at most ten seconds.
  func sees(_ text: String) -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while !seen.contains(text), ContinuousClock.now < deadline { look() }
    return seen.contains(text)
  }

  /// Waits for the command's end, at most ten seconds.
  func end(looking: Bool = true) throws -> CommandReport {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if let report = state.withLock({ $0.report }) { return try report.get() }
      if looking {
        look()
      } else {
        _ = waitForAny([], until: ContinuousClock.now + .milliseconds(5))
      }
    }
    throw Late()
  }

  struct Late: Error {}

  var modes: [UInt32] {
    var modes = termios()
    tcgetattr(slave.number, &modes)
    return [modes.c_iflag, modes.c_oflag, modes.c_lflag]
  }

  func resize(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master.number, UInt(TIOCSWINSZ), &size)
  }
}

/// A sleeping child that was there before it said so: bash can miss a signal for a child that it is
/// just starting.
private let sleeper: Untrusted = "sh -c 'echo up; exec sleep 1000'; echo not reached"

@Suite("A command that takes the person's terminal", .serialized, .timeLimit(.minutes(1)))
struct TTYRunTests {
  let folder: TemporaryFolder
  private let person: Person

  init() throws {
    folder = try TemporaryFolder()
    person = try Person()
  }

  @Test("gets the keys, shows its output, and is recorded without what was typed unseen")
  func keys() throws {
    try person.start(
      request("stty -echo; echo ready; read x; stty echo; echo \"got ${#x}\"; exit 5"),
      in: folder.output)
    #expect(person.sees("ready"))
    person.type("unseen-words\r")
    #expect(person.sees("got 12"))
    let report = try person.end()
    #expect(report.verdict == .failed(exit: 5))
    #expect(report.output.excerpt == "ready\ngot 12")
    #expect(report.notRecorded == nil)
    #expect(report.started == Instant(milliseconds: 5))
    #expect(
      try !String(decoding: folder.read(report.output.path), as: UTF8.self).contains("unseen"))
    #expect(folder.names == ["tty.out"])
  }

  @Test("has a terminal of the person's size, follows its changes, and gives it back as it was")
  func sizeAndModes() throws {
    let before = person.modes
    try person.start(
      request(
        """
        trap 'stty size' WINCH; stty size
        until read -t 0.05 x; do :; done
        export A=1; cd /usr
        """),
      in: folder.output)
    #expect(person.sees("30 90"))
    #expect(person.modes != before)
    person.resize(rows: 41, columns: 101)
    person.signal(SIGWINCH)
    #expect(person.sees("41 101"))
    person.type("\r")
    let report = try person.end()
    #expect(person.modes == before)
    guard case .carried(let carried) = report.carryOver else {
      Issue.record("nothing was carried")
      return
    }
    #expect(carried.directory == "/usr" && carried.environment["A"] == "1")
  }

  @Test("takes Ctrl-C as its own, and this process does not")
  func controlC() throws {
    try person.start(request(sleeper), in: folder.output)
    #expect(person.sees("up"))
    person.type("\u{3}")
    #expect(try person.end().verdict == .signalled(2))
  }

  @Test("shows the person what is there, and records it redacted")
  func secrets() throws {
    try person.start(
      request("echo $API_TOKEN", environment: ["API_TOKEN": "abc123abc123"]), in: folder.output)
    let report = try person.end()
    #expect(person.sees("abc123abc123"))
    #expect(report.output.excerpt == "<redacted: token>")
  }

  @Test("loses nothing of much output")
  func much() throws {
    try person.start(request("seq 1 20000; echo the end"), in: folder.output)
    #expect(person.sees("the end"))
    let report = try person.end()
    #expect(report.output.bytes == 128_894 + 9)
    #expect(person.seen.utf8.count == 128_894 + 9)
  }

  @Test("ends when the person's terminal is lost, even when it ignores that")
  func lost() throws {
    try person.start(
      request("trap '' HUP; echo up; while :; do sleep 0.1; done"), in: folder.output)
    #expect(person.sees("up"))
    person.master.letGo()
    let report = try person.end(looking: false)
    #expect(report.verdict == .lost)
    #expect(report.outcome == .signalled(9))
  }

  @Test("ends when this process is told to, which is told again afterwards")
  func told() throws {
    // Ignored by the test's process, which would end otherwise; the thread holds it back and sees it.
    let before = signal(SIGHUP, SIG_IGN)
    defer { signal(SIGHUP, before) }
    try person.start(request(sleeper), in: folder.output)
    #expect(person.sees("up"))
    person.signal(SIGHUP)
    let report = try person.end()
    #expect(report.verdict == .lost)
    #expect(report.outcome == .signalled(1))
  }

  @Test("may have the terminal itself, and then it is said that nothing was recorded")
  func direct() throws {
    let before = person.modes
    try person.start(
      request("tty; export A=1; echo direct; read x; echo $x"), in: folder.output,
      recording: false)
    #expect(person.sees("direct"))
    #expect(person.modes == before)
    person.type("typed\r")
    let report = try person.end()
    #expect(person.sees("typed\r\ntyped"))
    #expect(report.verdict == .passed)
    #expect(report.notRecorded == "Not recorded: the command had the terminal itself.")
    #expect(report.output.bytes == 0)
    #expect(report.carryOver != .notCarried)
  }

  @Test("leaves the terminal as it is when nothing could be started")
  func refused() throws {
    let before = person.modes
    try person.start(request("true", in: "/no/such"), in: folder.output)
    #expect(throws: CannotStart.noDirectory("/no/such")) { try person.end() }
    #expect(person.modes == before)
    #expect(folder.names == [])
  }
}
