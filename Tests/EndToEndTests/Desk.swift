import Foundation
import TerminalHarness
import Testing

/// A store of its own in a folder of its own, and the real program to work on it.
final class Desk: Sendable {
  let folder: String
  let store: String
  /// The program under test, beside the test bundle.
  static func program() throws -> String { try Binary.path(named: "mayday") }

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "mayday-desk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    folder = url.path
    store = "sqlite:\(folder)/journal.sqlite"
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// What every start gets: this desk's store, this folder as home, nothing of the machine's user.
  func environment(_ more: [String: String] = [:]) -> [String: String] {
    var environment = TerminalProgram.environment
    environment["HOME"] = folder
    environment["MAYDAY_STORE"] = store
    environment["SWIFT_BACKTRACE"] = "enable=no"
    return environment.merging(more) { _, new in new }
  }

  /// Runs a subcommand and expects it to succeed.
  @discardableResult
  func run(_ words: String..., by person: String = "alice") throws -> String {
    let result = try Command.run(
      try Self.program(), words + ["--as", person], environment: environment())
    guard result.status == .exited(0) else {
      throw HarnessError("mayday \(words.joined(separator: " ")): \(result.status) \(result.err)")
    }
    return result.out
  }

  /// Opens the console and waits for its board.
  func console(
    _ words: [String] = [], by person: String = "alice", environment more: [String: String] = [:],
    size: TerminalSize = TerminalSize(rows: 24, columns: 80), waitingFor text: String = "? help"
  ) throws -> TerminalProgram {
    let program = try TerminalProgram(
      try Self.program(), words + ["--as", person], environment: environment(more), size: size)
    try program.waitForText(text)
    return program
  }

  /// Declares an incident with a title and gives its number.
  func declare(_ title: String, severity: Int = 1) throws {
    try run("declare", title, "--severity", "\(severity)")
  }
}
