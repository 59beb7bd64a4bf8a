import CSystem
import Glibc
import Synchronization

/// A real program in a real pseudo-terminal, seen through a terminal emulator.
///
/// A thread of its own reads all the time, so the program never waits for the test. Every check is a
/// wait for a state with a deadline; a failed wait prints the screen. The program is killed when
/// this is let go.
public final class TerminalProgram: Sendable {
  /// The environment that programs get unless told otherwise: a UTF-8 xterm and nothing personal.
  public static let environment: [String: String] = {
    var settings = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "xterm-256color", "LANG": "C.UTF-8",
    ]
    // Without it, what the program runs of the product would be missing from the coverage report.
    if let profile = getenv("LLVM_PROFILE_FILE") {
      settings["LLVM_PROFILE_FILE"] = String(cString: profile)
    }
    return settings
  }()

  private let child: Child
  private let line: TerminalLine

  /// Starts the program at `path`; `arguments` come after argument 0.
  public init(
    _ path: String, _ arguments: [String] = [],
    environment: [String: String] = TerminalProgram.environment, directory: String? = nil,
    size: TerminalSize = TerminalSize(rows: 24, columns: 80)
  ) throws {
    var slave = [CChar](repeating: 0, count: 128)
    let master = mayday_pty_open(
      UInt16(size.rows), UInt16(size.columns), &slave, slave.count)
    guard master >= 0 else { throw HarnessError("cannot open a terminal", errno: -master) }
    let slavePath = String(
      decoding: slave.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do {
      child = try Child(
        path: path, arguments: arguments, environment: environment, directory: directory,
        wiring: .terminal(slavePath))
    } catch {
      close(master)
      throw error
    }
    line = try TerminalLine(master: master, size: size)
    try line.startReading()
  }

  deinit {
    child.dispose()
    line.hangUp()
  }

  /// The program's process id; it leads a session of its own.
  public var process: Int32 { child.process }

  // MARK: Seeing

  /// The screen now. For a check use ``waitFor(_:within:_:)``: a frame may be half drawn.
  public var screen: Screen { line.screen }

  /// Every byte that the program sent so far.
  public var bytesReceived: [UInt8] { line.received }

  /// How many bytes the program sent so far.
  public var byteCount: Int { line.receivedCount }

  /// When the last byte came; nil before the first.
  public var lastByteTime: ContinuousClock.Instant? { line.lastByte }

  /// The bytes after the first `count`.
  public func bytes(after count: Int) -> [UInt8] {
    Array(line.received.dropFirst(count))
  }

  /// What the terminal line does with what is typed (`tcgetattr`).
  public var lineModes: (echoes: Bool, editsLines: Bool, makesSignals: Bool) {
    var modes = mayday_pty_modes()
    _ = mayday_pty_read_modes(line.master, &modes)
    return (modes.echoes != 0, modes.edits_lines != 0, modes.makes_signals != 0)
  }

  /// Waits until the screen is as wanted; the error names `what` and prints the screen.
  @discardableResult
  public func waitFor(
    _ what: String = "the screen", within time: Duration = .seconds(30),
    _ wanted: (Screen) -> Bool
  ) throws -> Screen {
    let deadline = ContinuousClock.now + time
    while true {
      // The end is asked before the screen, so that a program's last frame is still looked at.
      let over = line.isHungUp
      let screen = line.screen
      if wanted(screen) { return screen }
      if over || !line.waitForNews(until: deadline) {
        let last = line.screen
        if wanted(last) { return last }
        let end = over ? "the program ended (\(describeEnd()))" : "\(time) passed"
        throw HarnessError("waited for \(what), but \(end). Screen:\n\(last.framed)")
      }
    }
  }

  /// Waits until some row holds the text.
  @discardableResult
  public func waitForText(_ text: String, within time: Duration = .seconds(30)) throws -> Screen {
    try waitFor("\"\(text)\"", within: time) { $0.contains(text) }
  }

  /// Waits until no byte came for `time`, which counts bytes of one act; use it for nothing else.
  public func waitUntilQuiet(
    for time: Duration = .milliseconds(200), within limit: Duration = .seconds(30)
  ) throws {
    let deadline = ContinuousClock.now + limit
    var count = byteCount
    while true {
      let news = line.waitForNews(until: min(ContinuousClock.now + time, deadline))
      if !news || line.isHungUp { return }
      if ContinuousClock.now >= deadline {
        throw HarnessError(
          "the program never fell quiet within \(limit); it sent \(byteCount - count) bytes")
      }
      count = byteCount
    }
  }

  /// Waits for the program's end.
  @discardableResult
  public func waitForExit(within time: Duration = .seconds(30)) throws -> ExitStatus {
    guard let status = child.wait(within: time) else {
      throw HarnessError(
        "the program did not end within \(time). Screen:\n\(line.screen.framed)")
    }
    line.waitUntilDrained(within: .seconds(2))
    return status
  }

  private func describeEnd() -> String {
    switch child.wait(within: .seconds(1)) {
    case .exited(let code): "exit \(code)"
    case .signalled(let signal): "signal \(signal)"
    case nil: "it closed its terminal and still runs"
    }
  }

  // MARK: Acting

  /// Types the text as it is.
  public func send(_ text: String) throws {
    try line.write(Array(text.utf8))
  }

  /// Sends bytes as they are.
  public func send(bytes: [UInt8]) throws {
    try line.write(bytes)
  }

  /// Presses one key.
  public func send(key: TerminalKey) throws {
    try line.write(key.bytes(applicationCursor: line.modes.applicationCursor))
  }

  /// Presses keys one after the other.
  public func send(keys: [TerminalKey]) throws {
    for key in keys { try send(key: key) }
  }

  /// Pastes as a terminal does: with marks around when the program asked for them.
  public func paste(_ text: String) throws {
    let marked = line.modes.bracketedPaste
    try line.write(Array((marked ? "\u{1B}[200~\(text)\u{1B}[201~" : text).utf8))
  }

  /// Changes the terminal's size.
  public func resize(_ size: TerminalSize) throws {
    try line.resize(size)
  }

  /// Sends a signal to the program alone.
  public func signal(_ signal: Int32) {
    child.send(signal)
  }

  /// Closes the terminal as a lost SSH connection does; the kernel sends SIGHUP.
  public func hangUp() {
    line.hangUp()
  }

  /// The time from writing the key to the first byte that comes back.
  public func latency(of key: TerminalKey, within limit: Duration = .seconds(30)) throws -> Duration
  {
    let start = line.arm()
    try send(key: key)
    let deadline = start + limit
    while true {
      if let first = line.firstByte { return start.duration(to: first) }
      guard line.waitForNews(until: deadline) else {
        throw HarnessError("no byte came back for \(key) within \(limit)")
      }
    }
  }
}
