import CSystem
import Glibc
import TextGate

/// `$EDITOR` on a text, on the real terminal.
enum Editor {
  /// Writes the text to a private file, runs the editor on it and reads what it left.
  ///
  /// Call it while the screen is handed over. The editor stays in this process's group, so that the
  /// terminal is its own (TERMINAL A4 #14).
  /// - Returns: the text; nil when it is as before, or the editor failed.
  static func edit(_ text: Untrusted, environment: [String: String]) -> Untrusted? {
    var template = Array("/tmp/mayday-XXXXXX.md".utf8CString)
    let file = mkstemps(&template, 3)
    guard file >= 0 else { return nil }
    let path = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    let isWritten = writeAll(Array(text.raw.utf8), to: file)
    close(file)
    guard isWritten, run(path, environment) == 0 else { return nil }
    guard let bytes = readAll(path), let edited = String(validating: bytes, as: UTF8.self) else {
      return nil
    }
    return edited == text.raw ? nil : Untrusted(edited)
  }

  private static func run(_ path: String, _ environment: [String: String]) -> Int32 {
    let editor =
      [environment["VISUAL"], environment["EDITOR"], "vi"].compactMap { $0 }
      .first { !$0.isEmpty } ?? "vi"
    // The variable may hold arguments, so a shell splits it; the path is an argument, never text.
    let words = ["sh", "-c", "exec \(editor) \"$1\"", "sh", path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for word in arguments { free(word) } }
    var plan = mayday_spawn_plan()
    plan.input = STDIN_FILENO
    plan.output = STDOUT_FILENO
    plan.error = STDERR_FILENO
    let child = arguments.withUnsafeMutableBufferPointer { words in
      "/bin/sh".withCString { shell in
        plan.path = shell
        plan.arguments = UnsafePointer(words.baseAddress)
        plan.environment = UnsafePointer(environ)
        return mayday_spawn(&plan)
      }
    }
    guard child > 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status
  }

  private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return false }
      rest = rest.dropFirst(max(0, count))
    }
    return true
  }

  private static func readAll(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(file, &buffer, buffer.count)
      if count == 0 { return result }
      if count < 0, errno != EINTR { return nil }
      result += buffer.prefix(max(0, count))
      guard result.count <= 1 << 20 else { return nil }
    }
  }
}
