import Glibc

/// The file that takes the log, and standard error while the screen is up (TERMINAL A3 #24).
enum LogFile {
  /// Opens the file for appending, private, in a private folder; nil when that cannot be done: a
  /// console is worth more than its log.
  static func open(_ path: String) -> Int32? {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    mkdir(folder, 0o700)
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    return file >= 0 ? file : nil
  }
}
