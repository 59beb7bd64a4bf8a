import CSystem
import Glibc
import Synchronization

/// The master side of a test's terminal: one thread reads it into an emulator.
final class TerminalLine: Sendable {
  let master: Int32
  private let news: Int32
  private let stop: Int32
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var emulator: Emulator
    var received: [UInt8] = []
    var isHungUp = false
    var armed = false
    var firstByte: ContinuousClock.Instant?
    var lastByte: ContinuousClock.Instant?
  }

  /// Takes the master over.
  init(master: Int32, size: TerminalSize) throws {
    guard let emulator = Emulator(size: size) else {
      throw HarnessError("no memory for a terminal emulator")
    }
    self.master = master
    news = mayday_wake_open()
    stop = mayday_wake_open()
    state = Mutex(State(emulator: emulator))
    guard news >= 0, stop >= 0 else { throw HarnessError("no descriptor left for a test") }
  }

  deinit {
    for descriptor in [master, news, stop] { close(descriptor) }
  }

  func startReading() throws {
    try startThread { [self] in readUntilHangUp() }
  }

  private func readUntilHangUp() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    reading: while true {
      var watched = [
        pollfd(fd: master, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&watched, 2, -1) < 0 { continue }
      if watched[1].revents != 0 {
        closeMaster()
        break
      }
      let count = read(master, &buffer, buffer.count)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
      // EIO: the last process that had the terminal open is gone.
      guard count > 0 else { break reading }
      let now = ContinuousClock.now
      let bytes = Array(buffer[..<count])
      let answer = state.withLock { state in
        state.received += bytes
        if state.armed && state.firstByte == nil { state.firstByte = now }
        state.lastByte = now
        return state.emulator.feed(bytes)
      }
      if !answer.isEmpty { try? write(answer) }
      _ = mayday_wake_ring(news)
    }
    state.withLock { $0.isHungUp = true }
    _ = mayday_wake_ring(news)
  }

  /// Lets the terminal go but keeps the number, so that nobody writes into another file of it.
  private func closeMaster() {
    let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard nothing >= 0 else { return }
    dup2(nothing, master)
    close(nothing)
  }

  var screen: Screen { state.withLock { $0.emulator.snapshot() } }
  var modes: TerminalModes { state.withLock { $0.emulator.modeReader.modes } }
  var received: [UInt8] { state.withLock { $0.received } }
  var receivedCount: Int { state.withLock { $0.received.count } }
  var isHungUp: Bool { state.withLock { $0.isHungUp } }
  var firstByte: ContinuousClock.Instant? { state.withLock { $0.firstByte } }
  var lastByte: ContinuousClock.Instant? { state.withLock { $0.lastByte } }

  /// From now on the next byte's time is kept.
  func arm() -> ContinuousClock.Instant {
    state.withLock {
      $0.armed = true
      $0.firstByte = nil
      return ContinuousClock.now
    }
  }

  /// Waits until something came since the last call; false when the deadline passed first.
  func waitForNews(until deadline: ContinuousClock.Instant) -> Bool {
    guard waitReadable(news, until: deadline) else { return false }
    _ = mayday_wake_clear(news)
    return true
  }

  /// Waits until every byte of an ended program was read, or a survivor keeps the terminal open.
  func waitUntilDrained(within time: Duration) {
    let deadline = ContinuousClock.now + time
    while !isHungUp && waitForNews(until: deadline) {}
    _ = mayday_wake_ring(news)
  }

  func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    let deadline = ContinuousClock.now + .seconds(10)
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0 && errno == EAGAIN && ContinuousClock.now < deadline {
        var room = pollfd(fd: master, events: Int16(POLLOUT), revents: 0)
        poll(&room, 1, 1000)
      } else if errno != EINTR {
        throw HarnessError("cannot type into the terminal", errno: errno)
      }
    }
  }

  func resize(_ size: TerminalSize) throws {
    let problem = state.withLock { state in
      state.emulator.resize(size)
      return mayday_pty_resize(master, UInt16(size.rows), UInt16(size.columns))
    }
    guard problem == 0 else { throw HarnessError("cannot resize", errno: -problem) }
  }

  /// Ends the reading and closes the terminal.
  func hangUp() {
    _ = mayday_wake_ring(stop)
  }
}

/// Starts a thread that nobody joins.
func startThread(_ body: @escaping @Sendable () -> Void) throws {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let box = Unmanaged.passRetained(Box(body))
  var thread = pthread_t()
  let problem = pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  guard problem == 0 else {
    box.release()
    throw HarnessError("cannot start a thread", errno: problem)
  }
  pthread_detach(thread)
}
