import CSystem
import Glibc
import Synchronization

/// Messages from any thread to the main one, with a bell that wakes its ``Loop``.
public final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  /// What rings when a message was posted.
  public let bell: Bell

  /// Makes an empty mailbox.
  /// - Throws: ``SystemError`` if the system has no descriptor left.
  public init() throws(SystemError) {
    bell = try Bell()
  }

  /// Puts a message at the end, from any thread. It never waits for the receiver.
  public func post(_ message: Message) {
    let wasEmpty = messages.withLock { held in
      held.append(message)
      return held.count == 1
    }
    if wasEmpty { bell.ring() }
  }

  /// Takes all messages out, in the order they were posted.
  public func drain() -> [Message] {
    // Silenced before looking: a message posted in between rings it again.
    bell.silence()
    return messages.withLock { held in
      defer { held = [] }
      return held
    }
  }
}

/// A counter of the kernel that one thread rings and another waits for.
public final class Bell: Sendable {
  let descriptor: Int32

  init() throws(SystemError) {
    descriptor = mayday_wake_open()
    guard descriptor >= 0 else { throw SystemError(number: -descriptor) }
  }

  deinit { close(descriptor) }

  func ring() { mayday_wake_ring(descriptor) }
  func silence() { mayday_wake_clear(descriptor) }
}
