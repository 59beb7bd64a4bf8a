import Glibc
import TextGate

/// A private file that keeps the beginning and the end of a stream, with a line that tells the cut.
///
/// It is readable in order at every moment: the middle is taken out in steps while the stream goes
/// on, so the file may be half as long again until ``finish()``.
struct CappedFile: Sendable {
  let path: String
  /// Bytes of the stream that are not in the file.
  private(set) var leftOut = 0
  /// The first error of writing; after it nothing more is written.
  private(set) var problem: Int32?

  private let descriptor: Int32
  private let headLimit: Int
  private let tailLimit: Int
  private var stored = 0
  private static let noticeLength = 64

  /// Creates the file (0600); it must not exist. `limit` is the most bytes it holds in the end.
  init(path: String, limit: Int) throws(CannotStart) {
    let created = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard created >= 0 else { throw .outputNotStored(Untrusted(path), code: errno) }
    self.init(descriptor: created, path: path, limit: limit)
  }

  /// Takes an open, empty file over.
  init(descriptor: Int32, path: String, limit: Int) {
    self.descriptor = descriptor
    self.path = path
    headLimit = limit / 2
    tailLimit = limit - limit / 2 - Self.noticeLength
  }

  mutating func append(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let room = headLimit + Self.noticeLength + 2 * tailLimit - stored
      let part = rest.prefix(max(room, 1))
      write(part, at: stored)
      stored += part.count
      rest = rest.dropFirst(part.count)
      if room <= part.count { cutMiddle() }
    }
  }

  /// Cuts to the limit, writes all to disk and closes.
  mutating func finish() {
    if stored > headLimit + Self.noticeLength + tailLimit { cutMiddle() }
    if problem == nil, fdatasync(descriptor) != 0 { problem = errno }
    close(descriptor)
  }

  private mutating func cutMiddle() {
    let from = stored - tailLimit
    let tailStart = headLimit + Self.noticeLength
    // The first cut also takes the bytes that the notice covers; later ones only what is between.
    leftOut += leftOut == 0 ? from - headLimit : from - tailStart
    var moved = 0
    var buffer = [UInt8](repeating: 0, count: 262_144)
    while moved < tailLimit, problem == nil {
      let wanted = min(buffer.count, tailLimit - moved)
      let count = pread(descriptor, &buffer, wanted, off_t(from + moved))
      guard count > 0 else {
        problem = count < 0 ? errno : EIO
        return
      }
      write(buffer[..<count], at: tailStart + moved)
      moved += count
    }
    write(notice[...], at: headLimit)
    stored = tailStart + tailLimit
    if problem == nil, ftruncate(descriptor, off_t(stored)) != 0 { problem = errno }
  }

  /// Of one length whatever the number, so that a later one fits into its place.
  private var notice: [UInt8] {
    let words = "\n[mayday left out \(leftOut) bytes here"
    let padding = String(repeating: " ", count: max(0, Self.noticeLength - 2 - words.utf8.count))
    return Array("\(words)\(padding)]\n".utf8)
  }

  private mutating func write(_ bytes: ArraySlice<UInt8>, at offset: Int) {
    var rest = bytes
    while !rest.isEmpty, problem == nil {
      let place = off_t(offset + bytes.count - rest.count)
      let count = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, place) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count == 0 || errno != EINTR {
        problem = count == 0 ? EIO : errno
      }
    }
  }
}
