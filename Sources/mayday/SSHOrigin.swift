import Glibc
import IncidentDomain
import Journal
import TextGate

/// Where a session over SSH comes from, as the server of SSH tells its sessions.
enum SSHOrigin {
  /// The address that the terminal is reached from; nil without SSH.
  static func client() -> Untrusted? {
    let words = (Environment["SSH_CONNECTION"] ?? Environment["SSH_CLIENT"] ?? "").split(
      separator: " ")
    return words.first.map { Untrusted(String($0.prefix(64))) }
  }

  /// The fingerprint of the key that the session was opened with; nil when the server does not tell
  /// it. `ExposeAuthInfo yes` in sshd_config has it put the way of entry into a file that
  /// `SSH_USER_AUTH` names: a line `publickey TYPE BASE64` (sshd_config(5)).
  ///
  /// It is a hint for who reads the record, as the host's name is: whoever may set the variable may
  /// name another file of the account's own.
  static func key() -> Untrusted? {
    guard let path = Environment["SSH_USER_AUTH"], let text = contents(of: path) else { return nil }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, words[0] == "publickey", let bytes = Base64.bytes(words[2]) else {
        continue
      }
      return Untrusted("SHA256:" + fingerprint(of: bytes))
    }
    return nil
  }

  /// As `ssh-keygen -l` prints it: Base64 without padding of the key's SHA-256.
  private static func fingerprint(of key: [UInt8]) -> String {
    let digits = Array(EventID.sha256(of: key).hex.utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { index in
      value(digits[index]) << 4 | value(digits[index + 1])
    }
    return Base64.text(bytes)
  }

  private static func value(_ digit: UInt8) -> UInt8 { digit < 0x60 ? digit - 0x30 : digit - 0x57 }

  /// A small file of the account's own or of root's; nil for anything else.
  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid() || status.st_uid == 0, status.st_size <= 65_536
    else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}

/// The Base64 of RFC 4648 as keys are written in.
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Nil when a digit is none.
  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var held: UInt32 = 0
    var bits = 0
    for digit in text.utf8 where digit != UInt8(ascii: "=") {
      guard let value = digits.firstIndex(of: digit) else { return nil }
      held = held << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
      }
    }
    return bytes
  }

  /// Without padding.
  static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var held: UInt32 = 0
    var bits = 0
    for byte in bytes {
      held = held << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(digits[Int(held >> UInt32(bits)) & 63])
      }
    }
    if bits > 0 { text.append(digits[Int(held << UInt32(6 - bits)) & 63]) }
    return String(decoding: text, as: UTF8.self)
  }
}
