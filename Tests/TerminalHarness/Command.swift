import CSystem
import Glibc

/// A plain subcommand run to its end, with no terminal: descriptors 0, 1 and 2 are files in memory.
public struct Command: Sendable {
  /// How it ended.
  public let status: ExitStatus
  /// All of standard output.
  public let out: String
  /// All of standard error.
  public let err: String

  /// Runs the program at `path` and waits for its end.
  ///
  /// Input is at its end at once unless `stdin` is given. Throws when it cannot be started or is not
  /// done within `limit`; then its process group is killed.
  public static func run(
    _ path: String, _ arguments: [String] = [],
    environment: [String: String] = TerminalProgram.environment, directory: String? = nil,
    stdin: String = "", within limit: Duration = .seconds(20)
  ) throws -> Command {
    let input = try MemoryFile(), output = try MemoryFile(), error = try MemoryFile()
    defer { for file in [input, output, error] { file.dispose() } }
    try input.fill(stdin)
    let child = try Child(
      path: path, arguments: arguments, environment: environment, directory: directory,
      wiring: .files(
        input: input.descriptor, output: output.descriptor, error: error.descriptor))
    defer { child.dispose() }
    guard let status = child.wait(within: limit) else {
      throw HarnessError(
        """
        \(path) \(arguments.joined(separator: " ")) was not done within \(limit)
        stdout: \(output.text)
        stderr: \(error.text)
        """)
    }
    return Command(status: status, out: output.text, err: error.text)
  }
}

private struct MemoryFile {
  let descriptor: Int32

  init() throws {
    descriptor = mayday_memory_file("mayday-test")
    guard descriptor >= 0 else {
      throw HarnessError("cannot make a file in memory", errno: -descriptor)
    }
  }

  func fill(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw HarnessError("cannot fill a file in memory", errno: errno) }
      rest = rest.dropFirst(count)
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  var text: String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  func dispose() {
    close(descriptor)
  }
}
