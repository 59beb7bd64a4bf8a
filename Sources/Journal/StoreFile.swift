import Glibc
import Synchronization
import TextGate

/// The file of a SQLite store and the folder it is in: made private, and looked at before it is
/// opened.
///
/// It never opens the file itself: closing a second descriptor of it would drop the locks that
/// SQLite holds in this process (sqlite.org, "How To Corrupt An SQLite Database File", 2.2).
struct StoreFile: Sendable {
  /// Absolute, links resolved.
  let path: String
  /// Why nothing can be written, a clause with its cure; nil when it can.
  let readOnlyReason: Showable?
  /// Whether it is on a file system that others may change unseen.
  let isRemote: Bool

  var location: Showable { Untrusted(path).showable }
  /// The folder that it is in.
  var folder: String { Self.parent(of: path) }
  /// The file that is touched after each commit.
  var bell: String { path + "-bell" }

  /// Finds the file, and makes it and its folder when `create` is set.
  ///
  /// - Throws: ``JournalError`` when it cannot be had, or when others could change it.
  static func find(_ given: String, create: Bool) throws(JournalError) -> StoreFile {
    let location = Untrusted(given).showable
    guard !given.isEmpty, !given.utf8.contains(0) else {
      throw .unavailable("the store's path is empty or holds a NUL character; name a file")
    }
    let absolute = given.hasPrefix("/") ? given : currentFolder() + "/" + given
    if status(absolute) == nil {
      guard errno == ENOENT || errno == ENOTDIR else { throw failure(errno, location) }
      guard create else {
        throw .unavailable(
          "there is no store at \(location); mayday declare makes one, --store names another")
      }
      try make(absolute, location)
    }
    guard let resolved = resolve(absolute), let file = status(resolved) else {
      throw failure(errno, location)
    }
    guard file.st_mode & S_IFMT == S_IFREG else {
      throw .unavailable("\(location) is not a file; --store names the store's file")
    }
    let folder = parent(of: resolved)
    try checkOwners(file, resolved, folder)
    return StoreFile(
      path: resolved, readOnlyReason: obstacle(to: resolved, folder),
      isRemote: FileSystemKind.undependable(at: folder) != nil)
  }

  // MARK: - Making

  /// Makes the folders that are missing (0700) and the file (0600), whatever the umask.
  private static func make(_ path: String, _ location: Showable) throws(JournalError) {
    let folder = parent(of: path)
    try makeFolder(folder, location)
    if let kind = FileSystemKind.undependable(at: folder) {
      throw .cannotWrite(network(kind, location))
    }
    // Before anything is put there: in a folder that others write to, it could be exchanged.
    if let status = status(folder) { try checkFolder(status, folder) }
    guard mknod(path, S_IFREG | 0o600, 0) == 0 else {
      if errno == EEXIST { return }
      throw failure(errno, location)
    }
    _ = chmod(path, 0o600)
    synchronize(folder)
  }

  static func makeFolder(_ folder: String, _ location: Showable) throws(JournalError) {
    if status(folder) != nil { return }
    let above = parent(of: folder)
    if above != folder { try makeFolder(above, location) }
    guard mkdir(folder, 0o700) == 0 else {
      if errno == EEXIST { return }
      throw failure(errno, location)
    }
    _ = chmod(folder, 0o700)
    synchronize(above)
  }

  /// Puts a folder's new entry on the disk; what a first commit says is saved must be findable.
  static func synchronize(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }

  // MARK: - Looking

  private static func checkOwners(
    _ file: stat, _ path: String, _ folder: String
  ) throws(JournalError) {
    guard let status = status(folder) else { throw failure(errno, Untrusted(folder).showable) }
    try checkFolder(status, folder)
    if file.st_mode & 0o002 != 0 {
      throw .notPermitted(
        "every account of this host can change \(Untrusted(path).showable); chmod o-w takes that away"
      )
    }
    guard status.st_mode & 0o002 != 0 else { return }
    // In a folder like /tmp anybody may put a file that SQLite would trust.
    for name in [path, path + "-journal", path + "-bell"] {
      var found = stat()
      guard lstat(name, &found) == 0 else { continue }
      let isOurs = found.st_uid == geteuid() || found.st_uid == 0
      guard isOurs, found.st_mode & S_IFMT == S_IFREG else {
        throw .notPermitted(
          "\(Untrusted(name).showable) was put there by another account; move the store to a folder of your own"
        )
      }
    }
  }

  private static func checkFolder(_ status: stat, _ folder: String) throws(JournalError) {
    let isSticky = status.st_mode & S_ISVTX != 0
    let isShared = status.st_mode & S_ISGID != 0 || status.st_gid == getegid()
    let byOthers = status.st_mode & 0o002 != 0
    let byGroup = status.st_mode & 0o020 != 0 && !isShared
    guard isSticky || !(byOthers || byGroup) else {
      let name = Untrusted(folder).showable
      throw .notPermitted(
        "other accounts can write to the folder \(name), so the store in it is not safe; chmod go-w takes that away, or --store names another place"
      )
    }
  }

  /// What keeps this account from writing, with its cure.
  private static func obstacle(to path: String, _ folder: String) -> Showable? {
    let location = Untrusted(path).showable
    if let kind = FileSystemKind.undependable(at: folder) { return network(kind, location) }
    for name in [path, folder] where faccessat(AT_FDCWD, name, W_OK, AT_EACCESS) != 0 {
      if errno == EROFS {
        return "\(location) is on a read-only file system: it can be read, not written"
      }
      return "this account may read \(location) but not write it; its owner can allow it with chmod"
    }
    return nil
  }

  private static func network(_ kind: Showable, _ location: Showable) -> Showable {
    "\(location) is on a network or user-space file system (\(kind)), where SQLite's locks cannot be relied on: it is not written; put the store on a local disk with --store"
  }

  // MARK: - Small calls

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func currentFolder() -> String {
    guard let folder = getcwd(nil, 0) else { return "." }
    defer { free(folder) }
    return String(cString: folder)
  }

  static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    let parent = path[..<slash]
    return parent.isEmpty ? "/" : String(parent)
  }

  private static func failure(_ code: Int32, _ location: Showable) -> JournalError {
    switch code {
    case EACCES, EPERM:
      .notPermitted("this account may not reach \(location); --store names another place")
    case EROFS:
      .cannotWrite(
        "\(location) cannot be made, the file system is read-only; --store names another place")
    case ENOSPC, EDQUOT:
      .cannotWrite("\(location) cannot be made, the disk is full; free some space")
    case ENOENT, ENOTDIR:
      .unavailable(
        "\(location) cannot be made, a part of its path is not a folder; --store names another place"
      )
    default:
      .unavailable("\(location) cannot be reached (error \(code)); --store names another place")
    }
  }
}
