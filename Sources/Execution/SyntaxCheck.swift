import CSystem
import Glibc
import TextGate

/// What `bash -n` says of a command's text. It reads the text and runs nothing.
public enum SyntaxCheck: Hashable, Sendable {
  case fine
  /// The line counts from 1 in the text; nil when bash names none.
  case wrong(line: Int?, message: Untrusted)

  /// Asks bash; blocks for some milliseconds, at most five seconds.
  ///
  /// Throws when bash could not be asked. A text with an open `<placeholder>` may still be fine for
  /// bash, so this replaces no check of placeholders (RUNBOOKS, "What matters most", 3).
  public static func check(_ text: Untrusted) throws(CannotStart) -> SyntaxCheck {
    if text.holdsNull { throw .holdsNull(.command) }
    let input = try memoryFile("mayday-text")
    let output = try memoryFile("mayday-messages")
    try fill(input, text)
    let shell = try ShellProcess(
      path: Shell.path, arguments: ["--noprofile", "--norc", "-n"],
      environment: ["LC_ALL": "C.UTF-8", "LANGUAGE": "C"], directory: nil,
      wiring: .files(input: input.number, output: output.number, error: output.number))
    defer { shell.reap() }
    _ = waitForAny([shell.watch], until: ContinuousClock.now + .seconds(5))
    guard let ended = shell.ended else {
      kill(shell.id, SIGKILL)
      throw .notSpawned(code: ETIMEDOUT)
    }
    return ended == .exited(0) ? .fine : reading(messages(of: output))
  }

  private static func memoryFile(_ label: String) throws(CannotStart) -> Descriptor {
    let opened = mayday_memory_file(label)
    guard opened >= 0 else { throw .notSpawned(code: -opened) }
    return Descriptor(opened)
  }

  private static func fill(_ file: Descriptor, _ text: Untrusted) throws(CannotStart) {
    var rest = Array(text.raw.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
      guard count > 0 else { throw .notSpawned(code: errno) }
      rest = rest.dropFirst(count)
    }
    lseek(file.number, 0, SEEK_SET)
  }

  private static func messages(of file: Descriptor) -> String {
    lseek(file.number, 0, SEEK_SET)
    var buffer = [UInt8](repeating: 0, count: 4096)
    return String(decoding: file.read(into: &buffer) ?? [], as: UTF8.self)
  }

  /// Reads `/bin/bash: line 2: syntax error near …`; the lines after the first quote the text.
  static func reading(_ messages: String) -> SyntaxCheck {
    var words = messages.split(separator: "\n").first.map(String.init) ?? ""
    if words.hasPrefix(Shell.path + ": ") { words.removeFirst(Shell.path.count + 2) }
    var line: Int?
    if words.hasPrefix("line "), let colon = words.firstIndex(of: ":") {
      line = Int(words[..<colon].dropFirst(5))
      words = String(words[words.index(after: colon)...].drop { $0 == " " })
    }
    return .wrong(line: line, message: Untrusted(words))
  }
}
