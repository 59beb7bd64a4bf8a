import Glibc

/// What waits on this host for a store on a server.
public struct SpoolInfo: Sendable {
  /// The file.
  public let path: String
  /// Entries that were not shared yet.
  public let waiting: Int

  /// Looks into a spool; nil when there is none.
  ///
  /// - Throws: ``JournalError`` when it cannot be read.
  public init?(at path: String) throws(JournalError) {
    guard access(path, F_OK) == 0 else { return nil }
    self.path = path
    waiting = try SQLiteJournal(spool: path, create: false).unsharedEvents().count
  }
}
