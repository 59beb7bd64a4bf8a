import Crypto
import Foundation
import Journal
import TerminalHarness
import Testing

/// What other programs do to a store, and what they see of it.
enum Outside {
  /// Runs SQL with the `sqlite3` program; fails the test when it fails, unless that is wanted.
  @discardableResult
  static func sql(_ text: String, _ path: String, fails: Bool = false) throws -> String {
    let result = try TerminalHarness.Command.run("/usr/bin/sqlite3", ["-bail", path], stdin: text)
    #expect((result.status != .exited(0)) == fails, "\(result.err)")
    return fails ? result.err : result.out
  }

  /// The environment in which calls of the C library fail, or do less than they were asked to: what
  /// `fiu-run -x -c` sets, without the pipes that it would leave behind.
  static func environment(injecting fault: String?) -> [String: String] {
    var settings = TerminalProgram.environment
    settings["SWIFT_BACKTRACE"] = "enable=no"
    if let fault {
      settings["LD_PRELOAD"] = "/usr/lib/fiu/fiu_run_preload.so:/usr/lib/fiu/fiu_posix_preload.so"
      settings["FIU_ENABLE"] = fault
    }
    return settings
  }

  /// A digest of each file of a folder: what has to be unchanged.
  static func digests(_ folder: String) throws -> [String: String] {
    var result: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let data = try Data(contentsOf: URL(filePath: folder + "/" + name))
      result[name] = SHA256.hash(data: data).map { String($0, radix: 16) }.joined(separator: " ")
    }
    return result
  }

  /// The permission bits of a path.
  static func modes(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }
}

/// The error that a body throws; nil, and a failed test, when it throws none.
func failure(
  _ body: () throws -> some Any, at location: SourceLocation = #_sourceLocation
) -> JournalError? {
  #expect(throws: JournalError.self, sourceLocation: location) { try body() }
}

/// Holds the lock that a writer needs, as another program in the middle of a write would.
///
/// An open-file-description lock on the byte that SQLite calls RESERVED (sqlite.org, "File Format",
/// "lock-byte page"): unlike SQLite's own it also stands against locks of this process.
final class LockHolder: Sendable {
  private let descriptor: Int32
  /// `F_OFD_SETLK` of fcntl.h, which the C library shows only to GNU programs.
  private static let setOpenFileLock: Int32 = 37

  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 0x4000_0001
    lock.l_len = 1
    try #require(fcntl(descriptor, Self.setOpenFileLock, &lock) == 0)
  }

  func release() {
    close(descriptor)
  }
}

/// A small file system in memory, of a test's own; only root can mount one.
final class SmallDisk {
  let path: String
  static var isPossible: Bool { geteuid() == 0 }

  init(at path: String, options: String) throws {
    self.path = path
    try #require(mount("tmpfs", path, "tmpfs", 0, options) == 0)
  }

  func remount(options: String = "", readOnly: Bool = false) throws {
    let flags = UInt(MS_REMOUNT) | (readOnly ? UInt(MS_RDONLY) : 0)
    let result = mount("tmpfs", path, "tmpfs", flags, options)
    try #require(result == 0)
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }
}
