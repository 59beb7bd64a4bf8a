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
