import Glibc
import IncidentDomain
import TextGate

/// Who runs the program, by the operating system: never by a typed name alone.
enum Identity {
  /// The account of the effective user; its number where the system knows no name for it.
  static func account() -> Untrusted {
    let id = geteuid()
    guard let entry = passwordEntry(of: id) else { return Untrusted("uid-\(id)") }
    return Untrusted(entry.name)
  }

  static func host() -> Untrusted {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown-host" }
    return Untrusted(text(buffer))
  }

  /// The home folder: `$HOME`, else the account's.
  static func home() -> String? {
    if let home = Environment["HOME"], home.hasPrefix("/") { return home }
    return passwordEntry(of: geteuid())?.home
  }

  private static func passwordEntry(of id: uid_t) -> (name: String, home: String)? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let name = entry.pw_name, let home = entry.pw_dir
    else { return nil }
    return (String(cString: name), String(cString: home))
  }

  private static func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The process's environment.
enum Environment {
  /// A variable's value; nil when it is unset or empty.
  static subscript(name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Every variable.
  static var all: [String: String] {
    var result: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let parts = String(cString: entry).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      next += 1
    }
    return result
  }
}
