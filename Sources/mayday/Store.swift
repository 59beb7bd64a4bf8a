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

  /// Opens the session's journal, and says on standard error what is to be known of it: that its
  /// server is away, that what waited on this host is shared now.
  ///
  /// - Throws: a ``Failure`` or a `JournalError` saying where, why and what to do.
  func openJournal(_ access: Access) throws -> any Journal {
    let (store, word) = try openStore(access)
    if let word { output.note(word) }
    return RedactingJournal(store, environment: Environment.all)
  }

  private func openStore(_ access: Access) throws -> (any Journal, word: Showable?) {
    let location = try StoreLocation.resolve(options)
    switch location {
    case .sqlite(let path, _):
      return (try SQLiteJournal(path: path, create: access == .change), nil)
    case .postgresql(let address):
      // An observer leaves nothing behind.
      if options.observer { return (try PostgresJournal(address), nil) }
      let journal = try SpoolingJournal(
        PostgresJournal(unasked: address), spool: try location.spool(of: address), by: actor,
        clock: Session.clock)
      if let away = journal.away {
        return (
          journal, "\(away); what is written is kept on this host until the store is back"
        )
      }
      let count = journal.deliveredOnOpening
      guard count > 0 else { return (journal, nil) }
      return (
        journal,
        "\(count) \(count == 1 ? "entry that waited on this host is" : "entries that waited on this host are") shared now"
      )
    }
  }

  /// Opens the store itself: what this host has seen of it would prove nothing.
  ///
  /// - Throws: a ``Failure`` or a `JournalError` saying where, why and what to do.
  func openStoreToVerify() throws -> any Journal {
    switch try StoreLocation.resolve(options) {
    case .sqlite(let path, _): try SQLiteJournal(path: path, create: false)
    case .postgresql(let address): try PostgresJournal(address)
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
  func journalForConsole() throws -> (journal: any Journal, word: Showable?) {
    var access = Access.change
    if options.observer { access = .read }
    if case .sqlite(let path, isNamed: true) = try StoreLocation.resolve(options),
      !exists(path), !exists(folder(of: path))
    {
      access = .read
    }
    let (store, word) = try openStore(access)
    return (RedactingJournal(store, environment: Environment.all), word)
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
