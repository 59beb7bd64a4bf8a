import Glibc

/// An open descriptor that is closed when nobody holds it any more.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    Glibc.close(number)
  }

  /// Lets go of what is open, but keeps the number, so that no other file gets it meanwhile.
  func letGo() {
    let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard nothing >= 0 else { return }
    dup2(nothing, number)
    Glibc.close(nothing)
  }

  /// What is there to read now: nil when nothing is yet, empty at the end of file or on an error.
  func read(into buffer: inout [UInt8]) -> ArraySlice<UInt8>? {
    while true {
      let count = Glibc.read(number, &buffer, buffer.count)
      if count >= 0 { return buffer[..<count] }
      if errno == EINTR { continue }
      return errno == EAGAIN ? nil : []
    }
  }
}

/// Waits until one of the descriptors is readable or hung up, or `room` takes bytes; nil stands for
/// "do not look".
///
/// Returns which of `descriptors` are; none when `deadline` passed first.
func waitForAny(
  _ descriptors: [Descriptor?], room: Descriptor? = nil, until deadline: ContinuousClock.Instant?
) -> [Bool] {
  var watched = descriptors.map {
    pollfd(fd: $0?.number ?? -1, events: Int16(POLLIN), revents: 0)
  }
  watched.append(pollfd(fd: room?.number ?? -1, events: Int16(POLLOUT), revents: 0))
  let count = poll(&watched, nfds_t(watched.count), deadline.map(milliseconds) ?? -1)
  if count <= 0 { return descriptors.map { _ in false } }
  return watched.dropLast().map { $0.revents != 0 }
}

/// Rounded up, so that a wait never ends before its time.
private func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
  let left = ContinuousClock.now.duration(to: deadline)
  if left <= .zero { return 0 }
  let (seconds, attoseconds) = left.components
  if seconds > 86_400 { return 86_400_000 }
  return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
}
