import Foundation
import Glibc
import Journal
import Synchronization
import TextGate

/// A connection that is made when it is needed, and anew when it broke.
///
/// Unchecked, because the compiler cannot see that `connection` is only touched under `lock`.
final class PostgresLink: @unchecked Sendable {
  /// Where it leads.
  let address: PostgresAddress
  private let lock = NSLock()
  private var connection: PostgresConnection?
  private var failures = 0
  private var refusal: (until: ContinuousClock.Instant, failure: PostgresFailure)?
  /// What another thread may end, without the lock that is held by whoever waits.
  private let waiting = Mutex(Waiting())

  private struct Waiting {
    /// The connection's descriptor while it is libpq's.
    var socket: Int32?
    var isGivenUp = false
  }

  /// Why a transaction was not carried out.
  enum Failure: Error {
    /// The body said no; it was rolled back.
    case body(any Error)
    /// PostgreSQL said no or fell silent before the commit: nothing was written. `wasIdle` tells
    /// that the connection had been opened for an earlier transaction, so a new one may do.
    case failed(PostgresFailure, wasIdle: Bool)
    /// The commit was sent and its answer did not come: it may have been carried out.
    case unknown(PostgresFailure)
  }

  /// How a transaction begins.
  enum Mode {
    /// One state for all its statements; writes nothing.
    case read
    /// Row locks decide between writers, whatever the server's default level is.
    case write

    fileprivate var opening: StaticString {
      switch self {
      case .read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
      case .write: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
      }
    }
  }

  init(_ address: PostgresAddress) {
    self.address = address
  }

  /// Runs a transaction; only one at a time, others wait. Two that locked each other out are tried
  /// again.
  func transaction<Value>(
    _ mode: Mode, _ body: (PostgresConnection) throws -> Value
  ) throws(Failure) -> Value {
    var attempt = 0
    while true {
      attempt += 1
      do throws(Failure) {
        return try once(mode, body)
      } catch {
        guard case .failed(let failure, let wasIdle) = error else { throw error }
        let isWorthAnother =
          failure.isConflict && attempt <= 5 || failure.leavesDoubt && wasIdle && attempt == 1
        guard isWorthAnother else { throw error }
      }
    }
  }

  /// Uses a connection outside of a transaction.
  func use<Value>(
    _ body: (PostgresConnection) throws(PostgresFailure) -> Value
  ) throws(PostgresFailure) -> Value {
    let result: Result<Value, PostgresFailure> = locked {
      do throws(PostgresFailure) {
        return .success(try body(try current()))
      } catch {
        drop()
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Forgets that connecting failed a moment ago.
  func retryNow() {
    locked { refusal = nil }
  }

  /// Ends the connection under whoever waits for its answer; none is made any more.
  func giveUp() {
    waiting.withLock { waiting in
      waiting.isGivenUp = true
      if let socket = waiting.socket { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func once<Value>(
    _ mode: Mode, _ body: (PostgresConnection) throws -> Value
  ) throws(Failure) -> Value {
    let result: Result<Value, Failure> = locked {
      let wasIdle = connection != nil
      var isCommitting = false
      do {
        let connection = try current()
        try connection.run(mode.opening)
        let value = try body(connection)
        isCommitting = true
        try connection.run("COMMIT")
        return .success(value)
      } catch let failure as PostgresFailure {
        if isCommitting, mode == .write, failure.leavesDoubt {
          drop()
          return .failure(.unknown(failure))
        }
        rollBack()
        return .failure(.failed(failure, wasIdle: wasIdle))
      } catch {
        rollBack()
        return .failure(.body(error))
      }
    }
    return try result.get()
  }

  // MARK: - Under the lock

  private func locked<Value>(_ body: () -> Value) -> Value {
    lock.lock()
    defer { lock.unlock() }
    return body()
  }

  private func current() throws(PostgresFailure) -> PostgresConnection {
    if let connection { return connection }
    if waiting.withLock(\.isGivenUp) { throw .lost }
    // Whoever asks while the server is away gets the answer at once, not after the time limit each.
    if let refusal, ContinuousClock.now < refusal.until { throw refusal.failure }
    do throws(PostgresFailure) {
      let connection = try PostgresConnection(address)
      self.connection = connection
      let socket = connection.socket
      waiting.withLock { $0.socket = socket }
      failures = 0
      refusal = nil
      return connection
    } catch {
      failures += 1
      refusal = (.now + Self.pause(after: failures), error)
      throw error
    }
  }

  /// 0.25, 0.5, 1, 2, 4 seconds, and up to half of it more, so that consoles do not come back as one.
  static func pause(after failures: Int) -> Duration {
    let milliseconds = 250 << min(max(failures, 1) - 1, 4)
    return .milliseconds(milliseconds + .random(in: 0...milliseconds / 2))
  }

  private func rollBack() {
    guard let connection else { return }
    if !connection.isLost, (try? connection.run("ROLLBACK")) != nil { return }
    drop()
  }

  private func drop() {
    // Before libpq closes it: its number may then be another's.
    waiting.withLock { $0.socket = nil }
    connection = nil
  }
}
