import Glibc

/// What tells a process from every other one of its machine: a number alone is given again.
///
/// A record that a command began names it, so that whoever comes later can see whether the process
/// that would record the command's end is still there.
public struct ProcessSession: Hashable, Sendable {
  /// The boot, the process namespace, the number and the moment it began, with points between.
  public let text: String

  /// This process.
  public static func own() -> ProcessSession {
    let id = getpid()
    return ProcessSession(text: "\(boot).\(namespace).\(id).\(beginning(of: id) ?? "?")")
  }

  /// Whether the process of a session is gone for good, as far as this machine can tell; it can tell
  /// nothing of another machine's, nor of another namespace's.
  public static func isGone(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, let id = pid_t(parts[2]), id > 0, !parts[0].isEmpty, !boot.isEmpty
    else { return false }
    guard parts[0] == boot else { return true }
    guard parts[1] == namespace else { return false }
    if kill(id, 0) != 0, errno == ESRCH { return true }
    // Where other people's processes cannot be looked at, it is taken to be there.
    guard let began = beginning(of: id), parts[3] != "?" else { return false }
    return began != parts[3]
  }

  private static let boot =
    read("/proc/sys/kernel/random/boot_id")?.split(separator: "-").first.map(String.init) ?? ""

  private static let namespace: String = {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/self/ns/pid", &buffer, buffer.count)
    let digits = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
      .filter { (0x30...0x39).contains($0) }
    return String(decoding: digits, as: UTF8.self)
  }()

  /// Clock ticks after the boot, the 22nd field of `stat` (proc(5)); a zombie counts as gone.
  private static func beginning(of id: pid_t) -> String? {
    guard let text = read("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19 else { return nil }
    return fields[0] == "Z" || fields[0] == "X" ? "ended" : String(fields[19])
  }

  private static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }
}
