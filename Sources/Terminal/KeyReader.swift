import CTerminal
import Glibc
import Grid

/// Reads what the terminal sends and gives the keys of it.
struct KeyReader {
  /// How long an Escape waits for the rest of a sequence, in milliseconds (TERMINAL A4 #7).
  private static let escapeDelay: Int32 = 25
  /// More keys than this within ``burstWindow`` come from no hand (TERMINAL A3 #18).
  private static let mostKeysByHand = 5
  private static let burstWindow = Duration.milliseconds(10)
  /// So long must it be quiet for a burst to be over: a slow line delivers a paste in pieces.
  private static let burstPause = Duration.milliseconds(50)

  private var decoder: KeyDecoder
  private var recent: [ContinuousClock.Instant] = []
  private var burstUntil: ContinuousClock.Instant?

  /// Makes a reader that knows the keys of the open terminal's description.
  init() {
    let names: [(String, Key)] = [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home),
      ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kich1", .insert),
      ("kcbt", .backTab), ("kent", .enter),
    ]
    let functions = (1...12).map { ("kf\($0)", Key.function($0)) }
    var described: [[UInt8]: Key] = [:]
    for (name, key) in names + functions {
      if let bytes = Capability.bytes(name) { described[bytes] = key }
    }
    decoder = KeyDecoder(described: described)
  }

  /// All keys that are there, without waiting for more; nil when the terminal is gone.
  mutating func read() -> [KeyPress]? {
    var keys: [Key] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      switch Self.wait(decoder.isWaiting ? Self.escapeDelay : 0) {
      case .nothing:
        keys += decoder.timeOut()
        return mark(keys)
      case .gone: return nil
      case .bytes:
        let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        if count > 0 {
          keys += decoder.feed(buffer[..<count])
        } else if count == 0 || errno != EINTR && errno != EAGAIN {
          return nil
        }
      }
    }
  }

  private enum Found { case nothing, bytes, gone }

  private static func wait(_ milliseconds: Int32) -> Found {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&input, 1, milliseconds) > 0 else { return .nothing }
    return input.revents & Int16(POLLHUP | POLLERR | POLLNVAL) == 0 ? .bytes : .gone
  }

  private mutating func mark(_ keys: [Key]) -> [KeyPress] {
    guard !keys.isEmpty else { return [] }
    let now = ContinuousClock.now
    recent.removeAll { now - $0 > Self.burstWindow }
    recent += repeatElement(now, count: min(keys.count, Self.mostKeysByHand + 1))
    let goesOn = burstUntil.map { now < $0 } ?? false
    let isBurst = goesOn || recent.count > Self.mostKeysByHand
    burstUntil = isBurst ? now + Self.burstPause : nil
    return keys.map { KeyPress($0, isBurst: isBurst) }
  }
}

/// What the open terminal's description says.
enum Capability {
  /// A capability's bytes without padding, or nil if the terminal lacks it.
  static func bytes(_ name: String) -> [UInt8]? {
    guard let value = mayday_screen_capability(name) else { return nil }
    var result: [UInt8] = []
    var padding = false
    for byte in String(cString: value).utf8 {
      // Padding is written `$<5>`; it is for terminals that no line is slow enough for today.
      if padding {
        padding = byte != UInt8(ascii: ">")
      } else if byte == UInt8(ascii: "<"), result.last == UInt8(ascii: "$") {
        result.removeLast()
        padding = true
      } else {
        result.append(byte)
      }
    }
    return result.isEmpty ? nil : result
  }
}
