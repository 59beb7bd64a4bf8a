import Foundation
import IncidentDomain
import Journal
import JournalPostgres
import PostgresHarness
import TerminalHarness
import TextGate

/// A store in a database of its own, and a folder for what a test writes; gone with the test.
final class Place: Sendable {
  let server: PostgresServer
  let database: String
  let folder: String

  init(_ server: PostgresServer? = nil) throws {
    self.server = try server ?? PostgresServer.shared()
    database = try self.server.makeDatabase()
    folder = FileManager.default.temporaryDirectory.path + "/mayday-place-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try PostgresJournal.make(at: PostgresAddress(url))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var url: String { server.url(database) }

  func open(_ url: String? = nil) throws -> PostgresJournal {
    try PostgresJournal(PostgresAddress(url ?? self.url))
  }

  /// The store as a console has it: with a spool on this host.
  func spooling(_ url: String, _ spool: String) throws -> SpoolingJournal {
    try SpoolingJournal(
      PostgresJournal(unasked: PostgresAddress(url)), spool: spool, by: .ana,
      clock: { .morning + 100_000 })
  }

  @discardableResult
  func sql(_ text: String, fails: Bool = false) throws -> String {
    try server.sql(text, in: database, fails: fails)
  }

  /// A file of passwords, as libpq reads them.
  func passwordFile(_ password: String? = nil) throws -> String {
    let path = folder + "/passwords-\(UUID().uuidString)"
    try "*:*:*:*:\(password ?? server.password)\n".write(
      toFile: path, atomically: false, encoding: .utf8)
    chmod(path, 0o600)
    return path
  }

  /// Runs the real program on the store, or another one that runs it.
  func run(
    _ arguments: [String], _ changes: [String: String] = [:], by program: String? = nil
  ) throws -> TerminalHarness.Command {
    let environment = TerminalProgram.environment.merging([
      "HOME": folder, "MAYDAY_STORE": url, "TZ": "UTC",
    ]) { $1 }
    return try TerminalHarness.Command.run(
      program ?? Binary.path(named: "mayday"), arguments,
      environment: environment.merging(changes) { $1 },
      directory: folder)
  }
}

extension Instant {
  /// A morning on which tests begin.
  static let morning = Instant(milliseconds: 1_700_000_000_000)
}

extension Actor {
  static let ana = Actor(person: "ana", account: "ana", host: "ops1")
  static let bob = Actor(person: "bob", account: "bob", host: "ops2")
}

extension Declaration {
  static func of(_ title: Untrusted) -> Declaration {
    Declaration(number: 0, title: title, severity: .sev2, policy: .builtIn)
  }
}

extension Incident {
  /// The notes of the record, in its order.
  var notes: [String] {
    events.compactMap { if case .noted(let text) = $0.body { text.raw } else { nil } }
  }
}

/// Runs a body that blocks on a thread of its own: the tasks of tests share as many as there are
/// processors.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask(executorPreference: OwnThread()) { try body() }
    try await group.waitForAll()
  }
}

/// Whether something becomes so within half a minute.
func becomes(_ isSo: () -> Bool) -> Bool {
  let deadline = ContinuousClock.now + .seconds(30)
  while !isSo(), ContinuousClock.now < deadline { _ = poll(nil, 0, 20) }
  return isSo()
}
