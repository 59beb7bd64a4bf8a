import Glibc
import JournalPostgres
import TextGate

/// Where the journal is, as named by `--store`, `$MAYDAY_STORE` or by default.
enum StoreLocation: Hashable {
  /// A file of SQLite; `isNamed` tells whether somebody named it.
  case sqlite(path: String, isNamed: Bool)
  /// A database of PostgreSQL.
  case postgresql(PostgresAddress)

  /// The file, or the address, which holds no password.
  var showable: Showable {
    switch self {
    case .sqlite(let path, _): Untrusted(path).showable
    case .postgresql(let address): address.location
    }
  }

  /// Where the output of commands is kept: beside a file of the record, which names its digest; for
  /// a store that others use too in this account's own folder.
  ///
  /// - Throws: a ``Failure`` when the account has no such folder.
  func outputFolder() throws(Failure) -> String {
    switch self {
    case .sqlite(let path, _) where !isForOthersToo: path + "-output"
    case .sqlite, .postgresql: try Self.folder() + "/output"
    }
  }

  /// Where what was done of checklists was kept before the record held it: beside the store, or in this account's own folder.
  ///
  /// - Throws: a ``Failure`` when the account has no such folder.
  func checklists() throws(Failure) -> String {
    switch self {
    case .sqlite(let path, _): path + "-checklists.jsonl"
    case .postgresql: try Self.folder() + "/checklists.jsonl"
    }
  }

  /// Where the console's log is kept, and whatever else belongs to this account and host.
  ///
  /// - Throws: a ``Failure`` when the account has no such folder.
  func localFolder() throws(Failure) -> String {
    switch self {
    case .sqlite(let path, _) where !isForOthersToo: Self.folder(of: path)
    case .sqlite, .postgresql: try Self.folder()
    }
  }

  /// Where what is written is kept while the server of an address is away: one file an address.
  ///
  /// - Throws: a ``Failure`` when the account has no such folder.
  func spool(of address: PostgresAddress) throws(Failure) -> String {
    try Self.folder() + "/spool/\(address.digest).sqlite"
  }

  /// - Throws: a ``Failure`` when the name is none of a store, a `JournalError` when it is an
  ///   address that cannot be used.
  static func resolve(_ options: GlobalOptions) throws -> StoreLocation {
    if let name = options.store ?? Environment["MAYDAY_STORE"] { return try named(name) }
    return .sqlite(path: try folder() + "/journal.sqlite", isNamed: false)
  }

  /// Reads the name of a store.
  ///
  /// - Throws: as ``resolve(_:)``.
  static func named(_ name: String) throws -> StoreLocation {
    if PostgresAddress.isOne(name) { return .postgresql(try PostgresAddress(name)) }
    var path = name
    if name.hasPrefix("sqlite:") {
      path = String(name.dropFirst("sqlite:".count))
      if path.hasPrefix("//") { path.removeFirst(2) }
    } else if let colon = name.firstRange(of: "://") {
      let scheme = Untrusted(String(name[..<colon.lowerBound])).showable
      throw Failure(
        .usage,
        "there are no stores of the kind \(scheme); name one as sqlite:PATH or postgresql://USER@HOST/DATABASE"
      )
    }
    guard !path.isEmpty else {
      throw Failure(.usage, "the store's name is empty; name one as sqlite:PATH")
    }
    return .sqlite(path: path, isNamed: true)
  }

  /// Whether several accounts use it, so that nothing private can be kept beside it.
  var isForOthersToo: Bool {
    guard case .sqlite(let path, _) = self else { return true }
    var status = stat()
    return stat(Self.folder(of: path), &status) == 0 && status.st_mode & S_ISGID != 0
      && status.st_mode & 0o020 != 0
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// The account's folder of data.
  private static func folder() throws(Failure) -> String {
    if let folder = Environment["XDG_DATA_HOME"], folder.hasPrefix("/") {
      return folder + "/mayday"
    }
    guard let home = Identity.home() else {
      throw Failure(.unavailable, "this account has no home folder; name a store with --store")
    }
    return home + "/.local/share/mayday"
  }
}
