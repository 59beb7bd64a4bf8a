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
    try watch(onChange, health: { _ in })
  }

  /// The same; `health` is called on that thread when the server went away or does not answer, and
  /// with nil when it is back.
  ///
  /// - Throws: `unavailable` when the kernel gives no descriptors.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void,
    health: @escaping @Sendable (JournalError?) -> Void
  ) throws(JournalError) -> any JournalWatch {
    // What matters first: a narrow screen has no room for all of it.
    try watch(
      onChange, serving: { why in health(why.map { .unavailable("nothing is saved now, \($0)") }) })
  }

  /// The same; `serving` is told why, a clause.
  ///
  /// - Throws: `unavailable` when the kernel gives no descriptors.
  public func watch(
    _ onChange: @escaping @Sendable () -> Void, serving: @escaping @Sendable (Showable?) -> Void
  ) throws(JournalError) -> any JournalWatch {
    let watch = try ListeningWatch(link, token, onChange, serving)
    watch.start()
    return ListeningHandle(watch)
  }
}

/// The thread that listens on a connection of its own, and what ends it.
private final class ListeningWatch: Sendable {
  /// The least time between two calls, in milliseconds: a burst of commits is one change to a person.
  private static let rest: Int32 = 15
  /// After so many milliseconds of silence the server is asked for a sign of life, because a host that
  /// fell silent closes no connection; both times together are what may pass before it is told.
  private static let patience: Int32 = 2000
  private static let answer: Duration = .milliseconds(2500)

  private let link: PostgresLink
  private let token: String
  private let onChange: @Sendable () -> Void
  private let serving: @Sendable (Showable?) -> Void
  private let stop: Int32
  private let isCancelled = Atomic(false)

  init(
    _ link: PostgresLink, _ token: String, _ onChange: @escaping @Sendable () -> Void,
    _ serving: @escaping @Sendable (Showable?) -> Void
  ) throws(JournalError) {
    self.link = link
    self.token = token
    self.onChange = onChange
    self.serving = serving
    stop = mayday_doorbell_stop_open()
    guard stop >= 0 else {
      throw .unavailable(
        "changes of \(link.address.location) cannot be watched, too many files are open; close some programs"
      )
    }
  }

  deinit { _ = Glibc.close(stop) }

  func cancel() {
    isCancelled.store(true, ordering: .releasing)
    _ = mayday_doorbell_stop(stop)
  }

  /// Starts the thread and waits until it listens, or could not connect at its first try.
  func start() {
    let isReady = DispatchSemaphore(value: 0)
    let thread = Thread { self.run(isReady) }
    thread.stackSize = 1 << 20
    thread.start()
    isReady.wait()
  }

  private func run(_ isReady: DispatchSemaphore) {
    Thread.current.name = "listener"
    var failures = 0
    var isFirst = true
    var isAway = false
    func tell(_ failure: PostgresFailure) {
      if !isAway { serving(failure.away(at: link.address.location)) }
      isAway = true
    }
    while !isCancelled.load(ordering: .acquiring) {
      do throws(PostgresFailure) {
        let connection = try PostgresConnection(link.address)
        try connection.run("LISTEN mayday")
        failures = 0
        if isFirst {
          isReady.signal()
        } else {
          // What others find when they ask now is not what they found a moment ago.
          link.retryNow()
          if isAway { serving(nil) }
          onChange()
        }
        isFirst = false
        isAway = false
        try hear(connection)
      } catch {
        if isFirst { isReady.signal() }
        isFirst = false
        if isCancelled.load(ordering: .acquiring) { return }
        // One that broke may be had anew at once; only then is the server away.
        if failures > 0 || error != .lost { tell(error) }
        failures += 1
        if failures == 1, error == .lost { continue }
        let (seconds, attoseconds) = PostgresLink.pause(after: failures).components
        let pause = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        if mayday_doorbell_wait(-1, stop, pause) != 0 { return }
      }
    }
  }

  /// Listens until the watch ends.
  ///
  /// - Throws: `lost` when the connection broke, `late` when the server gives no sign of life.
  private func hear(_ connection: PostgresConnection) throws(PostgresFailure) {
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
      guard isAlive else { throw .lost }
      if heard > 0 {
        shouldWait = true
        if mayday_doorbell_wait(-1, stop, Self.rest) != 0 { return }
      } else if shouldWait {
        try connection.run("SELECT 1", within: Self.answer)
        shouldWait = false
      } else {
        shouldWait = true
      }
    }
  }
}

extension PostgresFailure {
  /// What stays on every screen while the server is away, a clause.
  func away(at location: Showable) -> Showable {
    switch self {
    case .unreachable(let clause): "the store cannot be reached (\(clause)): \(location)"
    case .late: "the store does not answer: \(location)"
    case .lost, .noLibrary, .holdsNull, .refused: "the store cannot be reached: \(location)"
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
