import Glibc
import IncidentDomain
import Policies
import TextGate

/// A policy file's bytes, and when it was last changed.
struct PolicyFile {
  let path: String
  let bytes: [UInt8]
  let changed: Instant

  /// Bytes of a policy or an operations index: 1 MiB (TECH.md).
  private static let limit = 1 << 20

  /// - Throws: a ``Failure`` when there is none, it is no regular file, or it is too large.
  init(_ path: String) throws(Failure) {
    let name = Untrusted(path).showable
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw Failure(.noInput, "\(name) cannot be read: \(systemMessage(errno)); check the file")
      }
      throw Failure(.noInput, "there is no \(name); check the path")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(.noInput, "\(name) is no regular file; name a file")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= Self.limit {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw Failure(.noInput, "\(name) cannot be read: \(systemMessage(errno)); check the file")
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    guard bytes.count <= Self.limit else {
      throw Failure(.badData, "\(name) is larger than \(Self.limit) bytes; split it")
    }
    self.path = path
    self.bytes = bytes
    changed = Instant(
      milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
  }

  /// Whether its name is one of a Markdown text and not of a policy.
  var isIndex: Bool {
    let lower = path.lowercased()
    return [".md", ".markdown", ".txt"].contains { lower.hasSuffix($0) }
  }

  /// The folder that it stands in; "." for the working folder.
  var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
