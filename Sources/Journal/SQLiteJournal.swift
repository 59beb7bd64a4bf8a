import GRDB
import IncidentDomain
import Synchronization
import TextGate

/// The record in one SQLite file that several programs of one host use at once.
///
/// A rollback journal, not WAL: one plain file that also opens on a full or read-only disk, and
/// Debian 12's library can lose a committed transaction in WAL mode (RELIABILITY 0.1 to 0.3).
/// Any thread may call; calls wait for one another.
public final class SQLiteJournal: Journal {
  /// The file, links resolved.
  public var path: String { file.path }
  /// The path, shown.
  public var location: Showable { file.location }
  /// Why nothing can be written, a clause with its cure; nil when it can.
  public var readOnlyReason: Showable? { file.readOnlyReason }

  let file: StoreFile
  /// The incident that was folded last.
  let lastFolded = Mutex<FoldedIncident?>(nil)
  /// Whether what is appended here is still to be shared with a server.
  let isSpool: Bool
  private let connection: Mutex<Connection>
  private let turn: WritersTurn

  /// The open file; nil between a failure and the next use.
  private struct Connection {
    var queue: DatabaseQueue?
    /// How often it was opened: what one connection says of changes means nothing to the next.
    var generation = 0
  }

  /// Opens the store at `path`, and makes it, its folder and its tables when `create` is set.
  ///
  /// - Throws: ``JournalError``: `unavailable` when there is none and `create` is not set, `damaged`,
  ///   `newer`, `notPermitted`, `cannotWrite`, `busy`. A file that cannot be used is not changed.
  public convenience init(path: String, create: Bool) throws(JournalError) {
    try self.init(path: path, create: create, isSpool: false)
  }

  init(path: String, create: Bool, isSpool: Bool) throws(JournalError) {
    self.isSpool = isSpool
    file = try StoreFile.find(path, create: create)
    let queue = try Self.open(file, create: create)
    connection = Mutex(Connection(queue: queue, generation: 1))
    turn = WritersTurn(file)
  }

  // MARK: - Opening

  private static func open(_ file: StoreFile, create: Bool) throws(JournalError) -> DatabaseQueue {
    let location = file.location
    do {
      let queue = try DatabaseQueue(path: file.path, configuration: configuration(file))
      try queue.inDatabase { db in
        var finding = Schema.Finding.current
        // In one transaction: between two questions another session may make the tables.
        try db.inTransaction(.deferred) {
          finding = try Schema.look(db, at: location)
          return .commit
        }
        guard case .older(let version) = finding else { return }
        if let reason = file.readOnlyReason {
          // What an older program wrote is read as it is; only the search says what is missing.
          guard version == 0 else { return }
          throw JournalError.unavailable("\(location) holds nothing yet, and \(reason)")
        }
        guard create || version > 0 else {
          throw JournalError.unavailable(
            "\(location) is empty; mayday declare makes a store there, --store names another")
        }
        do {
          try raise(db, file)
        } catch {
          guard version > 0, Self.canWait(error, at: location) else { throw error }
        }
      }
      return queue
    } catch {
      throw JournalError(error, .opening, at: location)
    }
  }

  /// Brings a file to this version; what it held before is kept beside it.
  private static func raise(_ db: Database, _ file: StoreFile) throws {
    try db.inTransaction(.immediate) {
      try Schema.raise(db, at: file.location) { version in
        try keepCopy(of: file, version: version)
      }
      return .commit
    }
  }

  /// Whether a file of an older version is used as it is because it cannot be raised now: a full
  /// disk, or others who keep it busy, must not keep anybody from reading.
  private static func canWait(_ error: any Error, at location: Showable) -> Bool {
    switch JournalError(error, .writing, at: location) {
    case .cannotWrite, .busy: true
    case .undecided, .refused, .noSuchIncident, .ambiguous, .unavailable, .damaged, .newer,
      .notPermitted:
      false
    }
  }

  private static func configuration(_ file: StoreFile) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = file.readOnlyReason != nil
    configuration.foreignKeysEnabled = false
    let patience = Patience()
    configuration.busyMode = .callback { patience.wait(attempt: $0) }
    let location = file.location
    configuration.prepareDatabase { db in
      // A file could bring triggers and views of its own: they may call nothing that acts.
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      // A page that the disk cannot give is then an error code, not a signal that ends the console.
      try db.execute(sql: "PRAGMA mmap_size = 0")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      if db.configuration.readonly { return }
      // Emptying the journal is what commits. FULL syncs that too, so a commit outlasts a power cut.
      // Measured against DELETE with EXTRA, which is as safe: p50 0.57 to 0.73 ms for one writer,
      // 1,430 to 1,190 commits a second for eight.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = TRUNCATE") == "truncate" else {
        throw JournalError.unavailable(
          "\(location) was switched to write-ahead logging by another program that has it open; close that one and try again"
        )
      }
    }
    return configuration
  }

  /// The open file, opened anew after a failure.
  func current() throws(JournalError) -> DatabaseQueue {
    let file = file
    let result: Result<DatabaseQueue, JournalError> = connection.withLock { connection in
      if let queue = connection.queue { return .success(queue) }
      do throws(JournalError) {
        let queue = try Self.open(file, create: false)
        connection.queue = queue
        connection.generation += 1
        return .success(queue)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Lets a connection go after a failure: what it holds in memory may differ from the disk.
  func abandon(_ queue: DatabaseQueue) {
    lastFolded.withLock { $0 = nil }
    connection.withLock { connection in
      if connection.queue === queue { connection.queue = nil }
    }
    // A failure to close changes nothing: the file is opened anew and read from the disk.
    try? queue.close()
  }

  // MARK: - Transactions

  /// Runs a read transaction.
  func read<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
    let queue = try current()
    do {
      return try queue.inDatabase { db in
        var value: Value?
        try db.inTransaction(.deferred) {
          value = try body(db)
          return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return value
      }
    } catch {
      if Self.leavesDoubt(error) { abandon(queue) }
      throw JournalError(error, .reading, at: location)
    }
  }

  /// Runs a write transaction; when it returns, what it wrote is on the disk.
  func write<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
    if let readOnlyReason { throw .cannotWrite(readOnlyReason) }
    let queue = try current()
    turn.take()
    defer { turn.give() }
    do {
      return try queue.inDatabase { db in
        var value: Value?
        try db.inTransaction(.immediate) {
          // The store is ours: the next one may come and wait for it.
          turn.give()
          value = try body(db)
          return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return value
      }
    } catch {
      if Self.leavesDoubt(error) { abandon(queue) }
      throw JournalError(error, .writing, at: location)
    }
  }

  /// Whether the connection may hold something else than the disk after an error.
  static func leavesDoubt(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CONSTRAINT: return false
    default: return true
    }
  }

  /// A value that differs when another connection has committed since it was last asked.
  ///
  /// - Throws: ``JournalError`` when the store cannot be asked now.
  func changeMark() throws(JournalError) -> ChangeMark {
    let queue = try current()
    let generation = connection.withLock { $0.generation }
    do {
      let version = try queue.inDatabase { db in
        try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version"))
      }
      return ChangeMark(generation: generation, version: version ?? 0)
    } catch {
      throw JournalError(error, .reading, at: location)
    }
  }
}

/// What SQLite says of the commits of others, as of one connection.
struct ChangeMark: Hashable, Sendable {
  let generation: Int
  let version: Int64
}

/// An incident as folded up to a place in the store.
package struct FoldedIncident: Sendable {
  package var incident: Incident
  /// The last event that is in it.
  package var sequence: Int64

  /// Holds the parts as they are.
  package init(incident: Incident, sequence: Int64) {
    self.incident = incident
    self.sequence = sequence
  }
}
