import Glibc
import TextGate

/// A call to the operating system that failed.
public struct SystemError: Error, Hashable {
  /// The error's number, as in `errno`.
  public let number: Int32

  /// What the operating system says of it.
  public var sentence: Showable {
    guard let text = strerror(number) else { return "The system gave error \(number)." }
    return "The system says: \(Untrusted(String(cString: text)).showable)."
  }
}
