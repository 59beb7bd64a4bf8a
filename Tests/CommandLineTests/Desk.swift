import Foundation
import Glibc
import TerminalHarness
import Testing

/// A person's place at the real program: a store and a folder of their own, gone with the test.
final class Desk: Sendable {
  let folder: URL
  private let program: String

  init() throws {
    program = try Binary.path(named: "mayday")
    folder = FileManager.default.temporaryDirectory.appending(
      path: "mayday-desk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  var store: String { path("journal.sqlite") }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  var environment: [String: String] {
    TerminalProgram.environment.merging([
      "HOME": folder.path, "MAYDAY_STORE": "sqlite:" + store, "TZ": "UTC",
    ]) { $1 }
  }

  /// Runs the program to its end.
  func run(
    _ arguments: [String], _ changes: [String: String] = [:], stdin: String = ""
  ) throws -> Command {
    try Command.run(
      program, arguments, environment: environment.merging(changes) { $1 }, directory: folder.path,
      stdin: stdin)
  }

  func run(_ arguments: String...) throws -> Command { try run(arguments) }

  /// Runs the program, which must succeed; gives its output.
  @discardableResult
  func done(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let command = try run(arguments)
    #expect(
      command.status == .exited(0), "\(arguments): \(command.err)", sourceLocation: sourceLocation)
    #expect(command.err == "", sourceLocation: sourceLocation)
    return command.out
  }

  /// Runs the program, which must end with `exit` and say why in one sentence.
  @discardableResult
  func fails(
    _ exit: Int32, _ arguments: String..., because part: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Command {
    let command = try run(arguments)
    #expect(
      command.status == .exited(exit), "\(arguments): \(command.out)\(command.err)",
      sourceLocation: sourceLocation)
    #expect(command.err.hasPrefix("mayday: "), sourceLocation: sourceLocation)
    let lines = command.err.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines.last == "", "\(command.err)", sourceLocation: sourceLocation)
    if let part {
      #expect(command.err.contains(part), "\(command.err)", sourceLocation: sourceLocation)
    }
    return command
  }

  /// Runs the program with `--json`, which must print one object.
  func object(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: Any] {
    let command = try run(arguments + ["--json"])
    #expect(
      command.status == .exited(0), "\(arguments): \(command.err)", sourceLocation: sourceLocation)
    return try Self.object(command.out)
  }

  /// Runs the program with `--json`, which must print an object a line.
  func objects(_ arguments: String...) throws -> [[String: Any]] {
    let command = try run(arguments + ["--json"])
    #expect(command.status == .exited(0), "\(arguments): \(command.err)")
    return try command.out.split(separator: "\n").map { try Self.object(String($0)) }
  }

  static func object(_ text: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  /// Runs another program of the machine on the desk.
  func tool(_ path: String, _ arguments: [String], stdin: String = "") throws -> Command {
    try Command.run(
      path, arguments, environment: environment, directory: folder.path, stdin: stdin)
  }
}

/// A file beside the tests.
func fixture(_ name: String) -> URL {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
}
