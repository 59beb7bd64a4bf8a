import IncidentDomain
import Journal
import Synchronization
import TextGate

/// The record in a PostgreSQL database, for writers on many hosts: the same promises as SQLite's.
///
/// An incident's row is locked while its events are decided and written, and is only changed when
/// it stands where it was read (compare and set), so nothing rests on the server's isolation level.
/// Any thread may call; calls wait for one another.
public final class PostgresJournal: Journal {
  /// The address, shown.
  public var location: Showable { link.address.location }

  let link: PostgresLink
  /// Names this journal among those who are told of commits.
  let token: String
  /// The incident that was folded last.
  let lastFolded = Mutex<FoldedIncident?>(nil)

  /// Opens the store at an address; nothing is made.
  ///
  /// - Throws: ``JournalError``: `unavailable` when the server cannot be reached or the database
  ///   holds no store, `newer`, `notPermitted`.
  public convenience init(_ address: PostgresAddress) throws(JournalError) {
    self.init(unasked: address)
    let version: Int64?
    do throws(PostgresFailure) {
      version = try link.use { connection throws(PostgresFailure) in
        try PostgresSchema.look(connection)
      }
    } catch {
      throw JournalError(error, at: location)
    }
    try check(version)
  }

  /// - Throws: what a person is told of a database without a store, or with a newer one.
  func check(_ version: Int64?) throws(JournalError) {
    guard let version else {
      throw .unavailable(
        "there is no store in \(location) yet; mayday store init makes one there, --store names another"
      )
    }
    guard version >= PostgresSchema.version else {
      throw .unavailable(
        "\(location) was made by an older mayday (store version \(version), this one needs \(PostgresSchema.version)); its owner brings it up to date with mayday store init, which leaves every event as it is"
      )
    }
    guard version <= PostgresSchema.version else {
      throw .newer(
        "\(location) was made by a newer mayday (store version \(version), this one knows \(PostgresSchema.version)); nothing was changed, install the newer program"
      )
    }
  }

  /// Names the store at an address; nothing is asked of the server before the first call.
  public init(unasked address: PostgresAddress) {
    link = PostgresLink(address)
    token = String(UInt64.random(in: .min ... .max), radix: 16)
  }

  /// Makes a store in the database of an address, or brings one of an older version up to date; its
  /// account must be allowed to make schemas and roles.
  ///
  /// - Returns: whether there was none before.
  /// - Throws: ``JournalError``: `cannotWrite` when there is one already or the database does not keep
  ///   UTF-8, `notPermitted`, `unavailable`.
  @discardableResult
  public static func make(at address: PostgresAddress) throws(JournalError) -> Bool {
    let location = address.location
    do {
      let connection = try PostgresConnection(address)
      let encoding = try connection.run(
        "SELECT pg_catalog.current_setting('server_encoding')")
      guard encoding.text(0, 0) == "UTF8" else {
        throw JournalError.cannotWrite(
          "the database of \(location) does not keep UTF-8; make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
      }
      let version = try PostgresSchema.look(connection)
      if let version, version >= PostgresSchema.version {
        throw JournalError.cannotWrite(
          "there is a store in \(location) already; nothing was changed, mayday store info shows it"
        )
      }
      try PostgresSchema.make(connection, over: version)
      if version != nil { try PostgresJournal(address).rebuild() }
      return version == nil
    } catch let error as JournalError {
      throw error
    } catch PostgresFailure.refused(state: "42501") {
      throw .notPermitted(
        "this account may not make schemas and roles in \(location); nothing was made, give what mayday store init --print-sql prints to its administrator"
      )
    } catch {
      throw JournalError((error as? PostgresFailure) ?? .lost, at: location)
    }
  }

  // MARK: - Transactions

  /// Runs a transaction that reads; all of it sees one state.
  func read<Value>(_ body: (PostgresConnection) throws -> Value) throws(JournalError) -> Value {
    do throws(PostgresLink.Failure) {
      return try link.transaction(.read, body)
    } catch {
      throw Self.told(error, at: location)
    }
  }

  /// Runs a transaction that is run again when it is not known whether it was carried out: twice must
  /// be as once.
  func write<Value>(_ body: (PostgresConnection) throws -> Value) throws(JournalError) -> Value {
    var attempt = 0
    while true {
      attempt += 1
      do throws(PostgresLink.Failure) {
        return try link.transaction(.write, body)
      } catch {
        guard case .unknown = error, attempt < 4 else { throw Self.told(error, at: location) }
        link.retryNow()
      }
    }
  }

  static func told(_ failure: PostgresLink.Failure, at location: Showable) -> JournalError {
    switch failure {
    case .failed(let failure, _): JournalError(failure, at: location)
    case .unknown: .unavailable(unknown(at: location))
    case .body(let error as JournalError): error
    case .body(let refusal as Refusal): .refused(refusal)
    case .body: .unavailable("\(location) cannot be used now; nothing was written, try again")
    }
  }

  /// What there is to say when a commit's answer never came.
  static func unknown(at location: Showable) -> Showable {
    "the connection to \(location) broke while the entry was saved, and the server cannot be asked: whether it was kept is not known, look before you write it again"
  }
}
