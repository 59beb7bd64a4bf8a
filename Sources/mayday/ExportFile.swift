import Glibc
import TextGate

/// Writes and reads whole files by the rules of exports: private, whole or not at all, no link
/// followed (RELIABILITY, threat model).
enum ExportFile {
  /// Puts the bytes under the path, in place of a regular file that is there.
  ///
  /// - Parameter mode: its permissions then, whatever the umask.
  /// - Throws: a ``Failure`` when they cannot be written; what was there is then unchanged.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(Failure) {
    let shown = Untrusted(path).showable
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw Failure(.cannotWrite, "\(shown) is not a regular file; name another")
    }
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw cannotWrite(shown, errno) }
    var problem = write(bytes, to: descriptor)
    if problem == nil, fchmod(descriptor, mode) != 0 { problem = errno }
    if problem == nil, fsync(descriptor) != 0 { problem = errno }
    if close(descriptor) != 0, problem == nil { problem = errno }
    if problem == nil, rename(temporary, path) != 0 { problem = errno }
    if let problem {
      unlink(temporary)
      throw cannotWrite(shown, problem)
    }
  }

  /// Writes all of the bytes; the error number when that cannot be done.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }

  static func cannotWrite(_ shown: Showable, _ code: Int32) -> Failure {
    Failure(.cannotWrite, "\(shown) cannot be written: \(systemMessage(code)); name another place")
  }

  /// Reads a file, or standard input for `-`.
  ///
  /// - Throws: a ``Failure`` when it is not there or too long.
  static func read(_ path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
    let shown: Showable = path == "-" ? "standard input" : Untrusted(path).showable
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      throw Failure(.noInput, "\(shown) cannot be read: \(systemMessage(errno)); name another file")
    }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw Failure(
          .noInput, "\(shown) cannot be read: \(systemMessage(errno)); name another file")
      }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= limit else {
        throw Failure(.badData, "\(shown) is longer than \(limit) bytes; name another file")
      }
    }
  }
}
