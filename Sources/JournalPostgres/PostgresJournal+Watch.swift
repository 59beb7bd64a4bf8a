import CSystem
import Foundation
import Glibc
import IncidentDomain
import Journal
import Synchronization
import TextGate

extension PostgresJournal {
  /// Watches for commits of other sessions, on any host; this journal's own are not told. What is
  /// committed after the call returns is told. `onChange` is called on a thread of the watcher's own,
  /// also after the connection was away, because commits of that time were not heard.
  ///
  /// - Throws: `unavailable` when the kernel gives no descriptors.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void
  ) throws(JournalError) -> any JournalWatch {
    let watch = try ListeningWatch(link.address, token)
    watch.start(onChange)
    return ListeningHandle(watch)
  }
}

/// The thread that listens on a connection of its own, and what ends it.
private final class ListeningWatch: Sendable {
  /// The least time between two calls, in milliseconds: a burst of commits is one change to a person.
  private static let rest: Int32 = 15
  /// After so many milliseconds of silence the server is asked for a sign of life: a host that fell
  /// silent closes no connection.
  private static let patience: Int32 = 15_000

  private let address: PostgresAddress
  private let token: String
  private let stop: Int32
  private let isCancelled = Atomic(false)

  init(_ address: PostgresAddress, _ token: String) throws(JournalError) {
    self.address = address
    self.token = token
    stop = mayday_doorbell_stop_open()
    guard stop >= 0 else {
      throw .unavailable(
        "changes of \(address.location) cannot be watched, too many files are open; close some programs"
      )
    }
  }

  deinit { _ = Glibc.close(stop) }

  func cancel() {
    isCancelled.store(true, ordering: .releasing)
    _ = mayday_doorbell_stop(stop)
  }

  /// Starts the thread and waits until it listens, or could not connect at its first try.
  func start(_ onChange: @escaping @Sendable () -> Void) {
    let isReady = DispatchSemaphore(value: 0)
    let thread = Thread { self.run(isReady, onChange) }
    thread.stackSize = 1 << 20
    thread.start()
    isReady.wait()
  }

  private func run(_ isReady: DispatchSemaphore, _ onChange: @Sendable () -> Void) {
    Thread.current.name = "listener"
    var failures = 0
    var isFirst = true
    while !isCancelled.load(ordering: .acquiring) {
      let connection = listen()
      if isFirst { isReady.signal() }
      if let connection {
        if !isFirst { onChange() }
        failures = 0
        isFirst = false
        hear(connection, onChange)
        continue
      }
      isFirst = false
      failures += 1
      let (seconds, attoseconds) = PostgresLink.pause(after: failures).components
      let pause = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
      if mayday_doorbell_wait(-1, stop, pause) != 0 { return }
    }
  }

  private func listen() -> PostgresConnection? {
    guard let connection = try? PostgresConnection(address),
      (try? connection.run("LISTEN mayday")) != nil
    else { return nil }
    return connection
  }

  /// Listens until the connection breaks or the watch ends.
  private func hear(_ connection: PostgresConnection, _ onChange: @Sendable () -> Void) {
    // What came with an answer is not announced again by the socket: look before waiting.
    var shouldWait = false
    while !isCancelled.load(ordering: .acquiring) {
      if shouldWait, mayday_doorbell_wait(connection.socket, stop, Self.patience) != 0 { return }
      var isChanged = false
      var heard = 0
      let isAlive = connection.drainNotices { payload in
        heard += 1
        if payload != token { isChanged = true }
      }
      if isCancelled.load(ordering: .acquiring) { return }
      if isChanged { onChange() }
      guard isAlive else { return }
      if heard > 0 {
        shouldWait = true
        if mayday_doorbell_wait(-1, stop, Self.rest) != 0 { return }
      } else if shouldWait {
        guard (try? connection.run("SELECT 1")) != nil else { return }
        shouldWait = false
      } else {
        shouldWait = true
      }
    }
  }
}

/// What the watcher's owner holds; letting it go ends the watch.
private final class ListeningHandle: JournalWatch {
  private let watch: ListeningWatch

  init(_ watch: ListeningWatch) {
    self.watch = watch
  }

  deinit {
    watch.cancel()
  }

  /// Ends it; a call that has begun on the watcher's thread may still return after this.
  func cancel() {
    watch.cancel()
  }
}
