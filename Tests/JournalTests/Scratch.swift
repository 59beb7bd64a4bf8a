import Foundation
import IncidentDomain
import Journal
import TerminalHarness
import TextGate

/// A folder of a test's own; all are taken away when the tests' process ends.
struct Scratch {
  let path: String

  private static let root: String = {
    let path = FileManager.default.temporaryDirectory.path + "/mayday-tests-\(UUID().uuidString)"
    // Passable, so that a test may go on as another account.
    mkdir(path, 0o711)
    atexit { try? FileManager.default.removeItem(atPath: Scratch.root) }
    return path
  }()

  init() throws {
    path = Self.root + "/" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func file(_ name: String = "journal.sqlite") -> String { path + "/" + name }
}

/// Runs a body on so many threads of their own and waits for all: the tasks of a test share as many
/// threads as there are processors, and a body that blocks would keep them.
func onThreads<Value: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: Value.self) { group in
    for number in 1...count {
      group.addTask(executorPreference: OwnThread()) { try body(number) }
    }
    return try await group.reduce(into: []) { $0.append($1) }
  }
}

extension Instant {
  /// A morning on which tests begin.
  static let morning = Instant(milliseconds: 1_700_000_000_000)
}

extension Actor {
  static let ana = Actor(person: "ana", account: "ana", host: "ops1")
  static let bob = Actor(person: "bob", account: "oncall", host: "ops2")
}

extension Declaration {
  static func of(_ title: Untrusted, _ severity: Severity = .sev2) -> Declaration {
    Declaration(number: 0, title: title, severity: severity, policy: .builtIn)
  }
}
