import Foundation
import Glibc
import Synchronization
import TerminalHarness

/// Stands between a client and the server's socket, and cuts a connection where a test wants it.
final class CuttingProxy: Sendable {
  /// Where the connection ends; once, then everything passes again.
  enum Cut: CaseIterable {
    /// The commit never reaches the server.
    case beforeCommit
    /// The commit reaches the server, and its answer is thrown away.
    case afterCommit
    /// The connection ends with the commit under way: either may have come first.
    case duringCommit
    /// In the middle of the transaction, before its commit.
    case beforeInsert
  }

  /// The address by which a client goes through it.
  let url: String
  private let listener: Int32
  private let target: String
  private let next = Mutex<Cut?>(nil)
  private let cuts = Mutex(0)
  /// Whether nobody gets through after a cut, until ``open()``.
  private let shutsAfterCut = Mutex(false)
  private let isShut = Mutex(false)

  /// How often it has cut.
  var count: Int { cuts.withLock { $0 } }

  init(_ place: Place) throws {
    let folder = place.folder + "/proxy-" + String(UInt32.random(in: .min ... .max))
    mkdir(folder, 0o700)
    url = "postgresql://mayday@/\(place.database)?host=\(folder)&port=1"
    target = place.server.folder + "/.s.PGSQL.\(place.server.port)"
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let path = folder + "/.s.PGSQL.1"
    guard Self.withAddress(path, { Glibc.bind(listener, $0, $1) }) == 0, listen(listener, 20) == 0
    else { throw HarnessError("cannot listen at \(path)", errno: errno) }
    let proxy = self
    Thread { proxy.accept() }.start()
  }

  /// Ends it; connections that are open go on.
  func close() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  func cutNext(_ cut: Cut, thenShut: Bool = false) {
    shutsAfterCut.withLock { $0 = thenShut }
    next.withLock { $0 = cut }
  }

  /// Lets connections through again.
  func open() {
    isShut.withLock { $0 = false }
  }

  private func accept() {
    while true {
      let client = Glibc.accept(listener, nil, nil)
      guard client >= 0 else { break }
      let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      guard !isShut.withLock({ $0 }),
        Self.withAddress(target, { connect(server, $0, $1) }) == 0
      else {
        Glibc.close(client)
        Glibc.close(server)
        continue
      }
      Thread { self.pump(client, server) }.start()
    }
    Glibc.close(listener)
  }

  private func pump(_ client: Int32, _ server: Int32) {
    defer {
      Glibc.close(client)
      Glibc.close(server)
    }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      var both = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0),
        pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&both, 2, -1) > 0 || errno == EINTR else { return }
      if both[0].revents != 0 {
        let count = read(client, &buffer, buffer.count)
        guard count > 0 else { return }
        let cut = cut(for: buffer[..<count])
        if cut == .beforeCommit || cut == .beforeInsert { return }
        guard write(server, buffer, count) == count else { return }
        if cut == .duringCommit { return }
        if cut == .afterCommit {
          _ = read(server, &buffer, buffer.count)
          return
        }
      }
      if both[1].revents != 0 {
        let count = read(server, &buffer, buffer.count)
        guard count > 0, write(client, buffer, count) == count else { return }
      }
    }
  }

  /// Takes the cut that was asked for when these bytes of a client are its place.
  private func cut(for bytes: ArraySlice<UInt8>) -> Cut? {
    let wanted = next.withLock { next -> Cut? in
      guard let cut = next else { return nil }
      let word = cut == .beforeInsert ? "INSERT INTO mayday.event" : "COMMIT\0"
      guard bytes.firstRange(of: Array(word.utf8)) != nil else { return nil }
      next = nil
      return cut
    }
    if wanted != nil {
      cuts.withLock { $0 += 1 }
      if shutsAfterCut.withLock({ $0 }) { isShut.withLock { $0 = true } }
    }
    return wanted
  }

  static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isShort = withUnsafeMutableBytes(of: &address.sun_path) { room -> Bool in
      guard path.utf8.count < room.count else { return false }
      room.copyBytes(from: path.utf8)
      return true
    }
    guard isShort else { return -1 }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
