import Glibc
import TextGate

/// A folder for the output of commands, closed to everyone else (0700; RELIABILITY 30).
public struct OutputFolder: Hashable, Sendable {
  /// As it was given.
  public let path: String

  /// Opens the folder, and makes it when it is not there.
  ///
  /// Throws when it belongs to somebody else or others may enter it: the output of a command may
  /// hold what others must not read. Its parent must be there.
  public init(path: String) throws(CannotStart) {
    if mkdir(path, 0o700) != 0 && errno != EEXIST {
      throw .outputNotStored(Untrusted(path), code: errno)
    }
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw .outputNotStored(Untrusted(path), code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
      status.st_mode & 0o077 == 0
    else { throw .folderNotPrivate(Untrusted(path)) }
    self.path = path
  }

  /// The path of a file that does not exist yet; `name` is kept to letters, digits, `-`, `_`, `.`.
  func file(named name: String, _ ending: String) -> String {
    let safe = name.unicodeScalars.map { scalar -> Character in
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || scalar == "-" || scalar == "_" || scalar == ".")
      return isPlain ? Character(scalar) : "_"
    }
    // No leading dot: a hidden file would not be found, and ".." is no file.
    return path + "/" + (safe.first == "." ? "_" : "") + String(safe) + ending
  }
}
