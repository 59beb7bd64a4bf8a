import CSystem
import Foundation
import Glibc
import IncidentDomain
import Journal
import Synchronization
import TextGate

/// Who has a console open on a store in PostgreSQL: told by NOTIFY over a connection of its own.
///
/// It needs no table and no right but to connect, so who may only read is seen too; nothing is left
/// on the server. A console whose connection ended is forgotten within seconds.
public final class PostgresPresence: PresencePlace {
  private let address: PostgresAddress
  private let state = Mutex(State())
  /// What wakes the thread: there is something to say, or it is over.
  private let bell: Int32
  /// Signalled once the thread has said its last word.
  private let ended = DispatchSemaphore(value: 0)

  private struct State {
    var own: (presence: Presence, toldAt: Instant, since: ContinuousClock.Instant)?
    var others: [PresenceMessage.Console: Heard] = [:]
    var shouldTell = false
    var isOver = false
    var isRunning = false
  }

  private struct Heard {
    let presence: Presence
    let idle: Int
    let backend: Int
    let at: ContinuousClock.Instant

    /// As seen by this machine's clock.
    func seen(now: Instant, _ clock: ContinuousClock.Instant) -> Presence {
      let idle = idle + Int(at.duration(to: clock).components.seconds)
      return Presence(
        person: presence.person, account: presence.account, host: presence.host,
        terminal: presence.terminal, client: presence.client, process: presence.process,
        incident: presence.incident, lastKey: now - idle)
    }
  }

  /// Every console says so often that it is there.
  private static let beat: Duration = .seconds(15)
  /// One that was not heard for so long is gone, whatever its connection looks like.
  private static let patience: Duration = .seconds(50)
  /// What a console's connection calls itself, for who asks how many there are.
  private static let name = "mayday console"

  /// Nothing is connected yet.
  public init(_ address: PostgresAddress) {
    self.address = address
    bell = mayday_doorbell_stop_open()
  }

  deinit { if bell >= 0 { _ = Glibc.close(bell) } }

  // MARK: - What is known

  /// Everybody who was heard lately.
  public func everybody(now: Instant) -> [Presence] {
    let clock = ContinuousClock.now
    return state.withLock { state in
      let own = state.own.map { [$0.presence] } ?? []
      return own + state.others.values.map { $0.seen(now: now, clock) }
    }.sorted { ($0.person, $0.process) < ($1.person, $1.process) }
  }

  /// Those who have a console open, asked for once: who only looks waits a moment for the answers.
  public static func everybody(at address: PostgresAddress, now: Instant) -> [Presence] {
    guard let connection = try? PostgresConnection(address),
      let count = try? connection.run(
        """
        SELECT count(*) FROM pg_catalog.pg_stat_activity
        WHERE datname = pg_catalog.current_database() AND application_name = $1
        """, [.text(name)]
      ).integer(0, 0), count > 0,
      (try? connection.run("LISTEN mayday_presence")) != nil,
      let question = PresenceMessage.who.text,
      (try? connection.run("SELECT pg_catalog.pg_notify('mayday_presence', $1)", [.text(question)]))
        != nil
    else { return [] }
    var heard: [PresenceMessage.Console: Heard] = [:]
    let deadline = ContinuousClock.now + .milliseconds(400)
    while heard.count < count, ContinuousClock.now < deadline {
      let isAlive = connection.drainNotices { text in
        if case .here(let presence, let idle, let backend)? = PresenceMessage(text) {
          heard[presence.console] = Heard(
            presence: presence, idle: idle, backend: backend, at: .now)
        }
      }
      guard isAlive else { break }
      if heard.count < count { _ = mayday_doorbell_wait(connection.socket, -1, 50) }
    }
    let clock = ContinuousClock.now
    return heard.values.map { $0.seen(now: now, clock) }
      .sorted { ($0.person, $0.process) < ($1.person, $1.process) }
  }

  // MARK: - What is said

  /// Has the others told at the next turn of the thread.
  public func tell(_ presence: Presence, now: Instant) {
    state.withLock { state in
      state.own = (presence, now, .now)
      state.shouldTell = true
    }
    _ = mayday_doorbell_stop(bell)
  }

  /// Ends the thread, which says so before it goes; a server that does not answer is not waited for.
  public func leave(process: Int) {
    end()
    if state.withLock(\.isRunning) { _ = ended.wait(timeout: .now() + .milliseconds(300)) }
  }

  private func end() {
    state.withLock { $0.isOver = true }
    _ = mayday_doorbell_stop(bell)
  }

  /// Connects, listens and tells, on a thread of its own, and connects anew when it broke.
  public func watch(
    isObserver: Bool, _ onChange: @escaping @Sendable () -> Void
  ) -> (any JournalWatch)? {
    guard bell >= 0 else { return nil }
    state.withLock { $0.isRunning = true }
    let thread = Thread { [self] in
      run(isObserver, onChange)
      state.withLock { $0.isRunning = false }
      ended.signal()
    }
    thread.stackSize = 1 << 20
    thread.start()
    return Watch(place: self)
  }

  private final class Watch: JournalWatch {
    private let place: PostgresPresence

    init(place: PostgresPresence) {
      self.place = place
    }

    func cancel() { place.end() }
  }

  // MARK: - The thread

  private var isOver: Bool { state.withLock(\.isOver) }

  private func run(_ isObserver: Bool, _ onChange: @Sendable () -> Void) {
    Thread.current.name = "presence"
    var failures = 0
    while !isOver {
      do throws(PostgresFailure) {
        let connection = try PostgresConnection(address)
        let backend = try begin(connection, isObserver)
        failures = 0
        try converse(connection, backend, isObserver, onChange)
        return
      } catch {
        // Nobody is heard now: who was there may be gone.
        state.withLock { $0.others = [:] }
        onChange()
        failures += 1
        let (seconds, attoseconds) = PostgresLink.pause(after: failures).components
        let pause = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        if mayday_doorbell_wait(-1, bell, pause) != 0 { drainBell() }
      }
    }
  }

  /// - Returns: the server's process for the connection.
  private func begin(
    _ connection: PostgresConnection, _ isObserver: Bool
  ) throws(PostgresFailure) -> Int {
    try connection.run("LISTEN mayday_presence")
    if !isObserver {
      try connection.run(
        "SELECT pg_catalog.set_config('application_name', $1, false)", [.text(Self.name)])
    }
    let backend = try connection.run("SELECT pg_catalog.pg_backend_pid()::int8").integer(0, 0)
    try say(.who, connection)
    return Int(backend ?? 0)
  }

  private func converse(
    _ connection: PostgresConnection, _ backend: Int, _ isObserver: Bool,
    _ onChange: @Sendable () -> Void
  ) throws(PostgresFailure) {
    var nextBeat = ContinuousClock.now + Self.beat
    var isAsked = true
    while true {
      let (own, shouldTell, isOver) = state.withLock { state in
        defer { state.shouldTell = false }
        return (state.own, state.shouldTell, state.isOver)
      }
      if isOver {
        if let own, !isObserver { try say(.gone(own.presence.console), connection) }
        return
      }
      let isBeat = ContinuousClock.now >= nextBeat
      if let own, !isObserver, shouldTell || isAsked || isBeat {
        let idle =
          own.toldAt.seconds(since: own.presence.lastKey)
          + Int(own.since.duration(to: .now).components.seconds)
        try say(.here(own.presence, idle: idle, backend: backend), connection)
      }
      isAsked = false
      var isChanged = false
      if isBeat {
        isChanged = try forgetTheGone(connection)
        nextBeat = .now + Self.beat
      }
      let isAlive = connection.drainNotices { text in
        switch PresenceMessage(text) {
        case .who?: isAsked = true
        case .here(let presence, let idle, let backend)? where !isOwn(presence.console):
          state.withLock { state in
            state.others[presence.console] = Heard(
              presence: presence, idle: idle, backend: backend, at: .now)
          }
          isChanged = true
        case .gone(let console)?:
          if state.withLock({ $0.others.removeValue(forKey: console) }) != nil { isChanged = true }
        case .here?, nil: break
        }
      }
      guard isAlive else { throw .lost }
      if isChanged { onChange() }
      if isAsked { continue }
      let left = ContinuousClock.now.duration(to: nextBeat).components
      let pause = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1
      if mayday_doorbell_wait(connection.socket, bell, Int32(clamping: max(1, pause))) != 0 {
        drainBell()
      }
    }
  }

  private func isOwn(_ console: PresenceMessage.Console) -> Bool {
    state.withLock { $0.own?.presence.console == console }
  }

  /// Forgets consoles whose connection ended without a word, and those that fell silent.
  private func forgetTheGone(_ connection: PostgresConnection) throws(PostgresFailure) -> Bool {
    let rows = try connection.run("SELECT pid::int8 FROM pg_catalog.pg_stat_activity")
    let alive = Set((0..<rows.count).compactMap { rows.integer($0, 0).map { Int($0) } })
    let clock = ContinuousClock.now
    return state.withLock { state in
      let before = state.others.count
      state.others = state.others.filter { _, heard in
        alive.contains(heard.backend) && heard.at.duration(to: clock) < Self.patience
      }
      return state.others.count != before
    }
  }

  private func say(
    _ message: PresenceMessage, _ connection: PostgresConnection
  ) throws(PostgresFailure) {
    guard let text = message.text else { return }
    try connection.run("SELECT pg_catalog.pg_notify('mayday_presence', $1)", [.text(text)])
  }

  private func drainBell() {
    var count: UInt64 = 0
    _ = read(bell, &count, MemoryLayout<UInt64>.size)
  }
}
