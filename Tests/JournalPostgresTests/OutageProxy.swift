import Foundation
import Glibc
import Synchronization
import TerminalHarness

/// Stands between clients and the server's socket, reached over the loopback, and lets pass, resets or
/// swallows what goes through it, as a network does.
final class OutageProxy: Sendable {
  enum Mode {
    case passing
    /// Every connection is reset, and every new one.
    case resetting
    /// Connections stay, new ones are taken, and no byte passes: packets are dropped.
    case silent
  }

  /// The address by which a client goes through it.
  let url: String
  private let listener: Int32
  private let target: String
  private let mode = Mutex(Mode.passing)

  init(_ place: Place) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound, listen(listener, 20) == 0 else {
      throw HarnessError("cannot listen", errno: errno)
    }
    let port = UInt16(bigEndian: address.sin_port)
    url = "postgresql://mayday@127.0.0.1:\(port)/\(place.database)?sslmode=disable"
    target = place.server.folder + "/.s.PGSQL.\(place.server.port)"
    let proxy = self
    Thread { proxy.accept() }.start()
  }

  func turn(_ mode: Mode) { self.mode.withLock { $0 = mode } }

  func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  private var now: Mode { mode.withLock { $0 } }

  private func accept() {
    while true {
      let client = Glibc.accept(listener, nil, nil)
      guard client >= 0 else { break }
      Thread { self.serve(client) }.start()
    }
    Glibc.close(listener)
  }

  private func serve(_ client: Int32) {
    let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer {
      var linger = linger(l_onoff: 1, l_linger: 0)
      if now == .resetting {
        setsockopt(
          client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
      }
      Glibc.close(client)
      Glibc.close(server)
    }
    guard CuttingProxy.withAddress(target, { connect(server, $0, $1) }) == 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      switch now {
      case .resetting: return
      case .silent:
        _ = poll(nil, 0, 20)
        continue
      case .passing: break
      }
      var both = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0),
        pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&both, 2, 20) >= 0 || errno == EINTR, now == .passing else { continue }
      for (from, to) in [(0, server), (1, client)] where both[from].revents != 0 {
        let count = read(both[from].fd, &buffer, buffer.count)
        guard count > 0, write(to, buffer, count) == count else { return }
      }
    }
  }
}
