import Glibc
import IncidentDomain
import TextGate

/// What a command had written when its session ended before it did (RELIABILITY 20): its file is
/// readable in order at every moment, and holds no secret that was known.
public enum LeftOutput {
  /// The end of the name of the file that tells which process runs.
  static let processEnding = ".pid"

  /// Reads what is stored under a name.
  ///
  /// - Parameters:
  ///   - name: as it was given to ``CommandRun`` or ``TTYRun``.
  ///   - folder: the path of the ``OutputFolder``.
  /// - Returns: nil when there is nothing that this account's command wrote.
  public static func read(named name: String, in folder: String) -> OutputLeft? {
    guard let folder = try? OutputFolder(path: folder),
      let bytes = bytes(of: folder.file(named: name, ".out"), atMost: 2 * CommandRun.storedOutput)
    else { return nil }
    let process = Self.bytes(of: folder.file(named: name, processEnding), atMost: 32)
    let excerpt = OutputRecorder.excerpt(of: bytes)
    return OutputLeft(
      process: process.flatMap { Int(String(decoding: $0, as: UTF8.self)) }, bytes: bytes.count,
      digest: OutputRecorder.digest(of: bytes), text: excerpt.text, isCut: excerpt.isCut)
  }

  /// The bytes of a plain file of this account; nil when it is none.
  private static func bytes(of path: String, atMost limit: Int) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid()
    else { return nil }
    var found: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 262_144)
    while found.count < limit {
      let count = Glibc.read(file, &buffer, min(buffer.count, limit - found.count))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      found += buffer.prefix(count)
    }
    return found
  }
}
