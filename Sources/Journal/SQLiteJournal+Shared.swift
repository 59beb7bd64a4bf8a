import Glibc
import TextGate

extension SQLiteJournal {
  /// The name of the file in a shared store's folder.
  public static let sharedName = "journal.sqlite"

  /// Makes a store that a group of accounts shares: the folder belongs to the group and gives it to
  /// whatever is made in it (2770), the files can be written by it and read by nobody else (0660).
  ///
  /// - Parameters:
  ///   - folder: made when it is not there; the folder above it must be.
  ///   - group: by name or number.
  /// - Throws: ``JournalError``: `cannotWrite` when there is a store already, `notPermitted` when the
  ///   account may not give files to the group.
  public static func makeShared(
    in folder: String, group: Untrusted
  ) throws(JournalError) -> SQLiteJournal {
    guard let number = groupNumber(group) else {
      throw .unavailable(
        "there is no group \(group.showable) on this host; groupadd makes one, --group names another"
      )
    }
    let location = Untrusted(folder).showable
    if mkdir(folder, 0o700) != 0, errno != EEXIST {
      throw .cannotWrite("\(location) cannot be made: \(reason()); name another folder")
    }
    if let kind = FileSystemKind.undependable(at: folder) {
      throw .cannotWrite(
        "\(location) is on a network or user-space file system (\(kind)), where SQLite's locks cannot be relied on; name a folder on a local disk"
      )
    }
    let path = folder + "/" + sharedName
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw .cannotWrite(
        "there is a store at \(Untrusted(path).showable) already; nothing was changed")
    }
    // The owner stays; chmod comes last, because chown takes the setgid bit away.
    guard chown(folder, uid_t.max, number) == 0, chmod(folder, 0o2770) == 0 else {
      throw .notPermitted(
        "\(location) cannot be given to the group \(group.showable): \(reason()); a member of the group who owns the folder can, or root"
      )
    }
    guard mknod(path, S_IFREG | 0o600, 0) == 0 else {
      throw .cannotWrite("\(Untrusted(path).showable) cannot be made: \(reason())")
    }
    guard chown(path, uid_t.max, number) == 0, chmod(path, 0o660) == 0 else {
      throw .notPermitted(
        "\(Untrusted(path).showable) cannot be given to the group \(group.showable): \(reason())")
    }
    let journal = try SQLiteJournal(path: path, create: true)
    journal.file.makeBell()
    return journal
  }

  private static func reason() -> Showable {
    Untrusted(String(cString: strerror(errno))).showable
  }

  private static func groupNumber(_ group: Untrusted) -> gid_t? {
    if let number = gid_t(group.raw) { return number }
    guard !group.holdsNull else { return nil }
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var buffer = [CChar](repeating: 0, count: 65_536)
    guard getgrnam_r(group.raw, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
      return nil
    }
    return entry.gr_gid
  }
}
