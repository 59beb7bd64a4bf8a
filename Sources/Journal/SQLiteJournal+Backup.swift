import GRDB
import Glibc
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Copies the store as of one moment into a new file, private to this account, and verifies the
  /// copy. Others read meanwhile; a writer waits for the copying, not for the verifying.
  ///
  /// - Parameter makesFolder: whether a folder that is missing is made.
  /// - Returns: the copy's verification; the file is there only when it is sound.
  /// - Throws: ``JournalError``: `cannotWrite` when the file is there already or cannot be made.
  public func copy(
    to path: String, makesFolder: Bool = false
  ) throws(JournalError) -> Verification {
    let queue = try current()
    return try Self.makeFile(path, makesFolder) { (part) throws(JournalError) in
      do {
        let target = try DatabaseQueue(path: part)
        // One step for all pages: by a writer that came between it would begin again, for ever.
        try queue.backup(to: target, pagesPerStep: -1)
        try target.close()
      } catch {
        throw JournalError(error, .writing, at: Untrusted(path).showable)
      }
    }
  }

  /// Makes a new file of what another store holds, private to this account, and verifies it.
  ///
  /// - Returns: the file's verification; the file is there only when it is sound.
  /// - Throws: ``JournalError``: `cannotWrite` when the file is there already or cannot be made.
  public static func copy(
    of other: any Replica, to path: String, by actor: Actor, now: Instant
  ) throws(JournalError) -> Verification {
    try makeFile(path, false) { (part) throws(JournalError) in
      let target = try SQLiteJournal(path: part, create: true)
      _ = try Sync(other, with: target, by: actor, now: now).run()
    }
  }

  /// Keeps what a store held before its tables are changed, sound or not, under the file's name and
  /// its version: `journal.sqlite-version-1`. Call it while nobody else can write.
  static func keepCopy(of file: StoreFile, version: Int64) throws(JournalError) {
    let path = "\(file.path)-version-\(version)"
    let part = path + ".part"
    // Left by one who was killed at the same; the write lock is ours.
    for name in [part, part + "-journal"] { unlink(name) }
    try StoreFile.makeFile(part)
    defer { for name in [part, part + "-journal"] { unlink(name) } }
    do {
      var configuration = Configuration()
      configuration.readonly = true
      let source = try DatabaseQueue(path: file.path, configuration: configuration)
      let target = try DatabaseQueue(path: part)
      try source.backup(to: target, pagesPerStep: -1)
      try target.close()
      try source.close()
    } catch {
      throw JournalError(error, .writing, at: Untrusted(path).showable)
    }
    unlink(path)
    try StoreFile.publish(part, as: path)
  }

  /// Has a file filled under another name, verifies it, and gives it its name when it is sound.
  private static func makeFile(
    _ path: String, _ makesFolder: Bool, _ fill: (String) throws(JournalError) -> Void
  ) throws(JournalError) -> Verification {
    let part = path + ".part"
    try StoreFile.makeNew(path, part: part, makesFolder)
    defer { for name in [part, part + "-journal", part + "-bell"] { unlink(name) } }
    try fill(part)
    let verification = try SQLiteJournal(path: part, create: false).verify(nil)
    if case .sound = verification { try StoreFile.publish(part, as: path) }
    return verification
  }
}

extension StoreFile {
  /// Makes an empty private file `part`, which becomes `path` when it is finished.
  ///
  /// - Throws: `cannotWrite` when `path` is there already.
  fileprivate static func makeNew(
    _ path: String, part: String, _ makesFolder: Bool
  ) throws(JournalError) {
    let location = Untrusted(path).showable
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw .cannotWrite("\(location) is there already and was left as it is; name a new file")
    }
    if makesFolder { try makeFolder(parent(of: path), location) }
    try makeFile(part)
  }

  /// Makes an empty private file.
  fileprivate static func makeFile(_ part: String) throws(JournalError) {
    guard mknod(part, S_IFREG | 0o600, 0) == 0 else {
      let reason = Untrusted(String(cString: strerror(errno))).showable
      throw .cannotWrite(
        "\(Untrusted(part).showable) cannot be made: \(reason); name a file in another folder, or take that one away"
      )
    }
    _ = chmod(part, 0o600)
  }

  /// Puts a finished file on the disk and gives it its name, never over one that came meanwhile.
  fileprivate static func publish(_ part: String, as name: String) throws(JournalError) {
    let descriptor = open(part, O_RDONLY | O_CLOEXEC)
    let isSynced = descriptor >= 0 && fsync(descriptor) == 0
    if descriptor >= 0 { close(descriptor) }
    guard isSynced, link(part, name) == 0 else {
      throw .cannotWrite(
        "\(Untrusted(name).showable) could not be put on the disk; nothing was kept, name another file"
      )
    }
    synchronize(parent(of: name))
  }
}
