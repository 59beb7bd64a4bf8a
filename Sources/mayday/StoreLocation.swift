import TextGate

/// Where the journal is, as named by `--store`, `$MAYDAY_STORE` or by default.
enum StoreLocation: Hashable {
  /// A file of SQLite; `isNamed` tells whether somebody named it.
  case sqlite(path: String, isNamed: Bool)

  /// The store's file.
  var path: String {
    switch self {
    case .sqlite(let path, _): path
    }
  }

  /// Where the output of commands is kept, beside the record that names its digest.
  var outputFolder: String { path + "-output" }

  /// Where what was done of checklists is kept, beside the store.
  var checklists: String { path + "-checklists.jsonl" }

  /// - Throws: a ``Failure`` when the name is none of a store that this build can open.
  static func resolve(_ options: GlobalOptions) throws(Failure) -> StoreLocation {
    if let name = options.store ?? Environment["MAYDAY_STORE"] { return try named(name) }
    let data: String
    if let folder = Environment["XDG_DATA_HOME"], folder.hasPrefix("/") {
      data = folder
    } else if let home = Identity.home() {
      data = home + "/.local/share"
    } else {
      throw Failure(.unavailable, "this account has no home folder; name a store with --store")
    }
    return .sqlite(path: data + "/mayday/journal.sqlite", isNamed: false)
  }

  private static func named(_ name: String) throws(Failure) -> StoreLocation {
    if name.hasPrefix("postgresql:") || name.hasPrefix("postgres:") {
      // The address may hold a password: it is not repeated.
      throw Failure(
        .unavailable, "this build cannot open PostgreSQL stores yet; name a file with --store")
    }
    var path = name
    if name.hasPrefix("sqlite:") {
      path = String(name.dropFirst("sqlite:".count))
      if path.hasPrefix("//") { path.removeFirst(2) }
    } else if let colon = name.firstRange(of: "://") {
      let scheme = Untrusted(String(name[..<colon.lowerBound])).showable
      throw Failure(
        .usage, "there are no stores of the kind \(scheme); name one as sqlite:PATH")
    }
    guard !path.isEmpty else {
      throw Failure(.usage, "the store's name is empty; name one as sqlite:PATH")
    }
    return .sqlite(path: path, isNamed: true)
  }
}
