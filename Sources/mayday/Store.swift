import Glibc
import Host
import IncidentDomain
import Journal
import JournalPostgres
import TextGate

extension Session {
  enum Access {
    /// The store must be there.
    case read
    /// The store is made when it is not there; one in PostgreSQL is only made by `store init`.
    case change
  }

  /// Opens the session's journal.
  ///
  /// - Throws: a ``Failure`` or a `JournalError` saying where, why and what to do.
  func openJournal(_ access: Access) throws -> any Journal {
    RedactingJournal(try openStore(access), environment: Environment.all)
  }

  private func openStore(_ access: Access) throws -> any Journal {
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _):
      return try SQLiteJournal(path: path, create: access == .change)
    case .postgresql(let address): return try PostgresJournal(address)
    }
  }

  /// Whether a store was begun where the session's is; one on a server is taken to be there.
  func storeIsThere() throws -> Bool {
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _): exists(path)
    case .postgresql: true
    }
  }

  /// The journal to list incidents of; nil, after a word on standard error, where none was begun yet.
  ///
  /// A folder that is missing is a failure all the same: a disk that is not mounted must not look
  /// like a day without incidents.
  func journalToList() throws -> (any Journal)? {
    let location = try StoreLocation.resolve(options)
    guard case .sqlite(let path, let isNamed) = location, !exists(path),
      !isNamed || exists(folder(of: path))
    else { return try openJournal(.read) }
    output.error("there is no store at \(Untrusted(path).showable) yet; mayday declare makes it")
    return nil
  }

  /// Opens the journal that a console stands on, and begins one where there is none yet.
  ///
  /// Not in a folder that was named and is missing: a console on an empty store of its own making
  /// would say that all is quiet.
  func journalForConsole() throws -> any Journal {
    if options.observer { return try openJournal(.read) }
    if case .sqlite(let path, isNamed: true) = try StoreLocation.resolve(options),
      !exists(path), !exists(folder(of: path))
    {
      return try openJournal(.read)
    }
    return try openJournal(.change)
  }

  /// Where the output of commands is kept; the account's own folder is made when it is in that.
  ///
  /// - Throws: a ``Failure`` when there can be none.
  func outputFolder() throws -> String {
    let location = try StoreLocation.resolve(options)
    let path = try location.outputFolder()
    // A folder of a store that is missing is not made: its disk may not be mounted.
    if location.isForOthersToo, !options.observer { makeFolders(folder(of: path)) }
    return path
  }

  /// Makes private folders that are missing; who needs them says so when it could not be done.
  private func makeFolders(_ path: String) {
    if exists(path) { return }
    makeFolders(folder(of: path))
    mkdir(path, 0o700)
  }

  private func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0 || errno != ENOENT
  }

  private func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
