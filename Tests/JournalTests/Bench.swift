import IncidentDomain
import Journal
import JournalPostgres
import PostgresHarness
import Testing
import TextGate

/// A kind of store that keeps the promises of ``Journal``.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
  case sqlite, memory, postgresql

  var testDescription: String { "\(self)" }
}

/// One empty record of a kind, on which any number of journals can be opened.
final class Bench: Sendable {
  let kind: StoreKind
  let scratch: Scratch
  private let memory = MemoryJournal.Store()
  /// The address of a database of its own; nil for the other kinds.
  let address: PostgresAddress?
  private let database: String

  init(_ kind: StoreKind) throws {
    self.kind = kind
    scratch = try Scratch()
    guard kind == .postgresql else {
      (address, database) = (nil, "")
      return
    }
    let server = try PostgresServer.shared()
    database = try server.makeDatabase()
    let address = try PostgresAddress(server.url(database))
    try PostgresJournal.make(at: address)
    self.address = address
  }

  /// Runs SQL in the database, as its owner.
  func sql(_ text: String) throws {
    try PostgresServer.shared().sql(text, in: database)
  }

  /// Opens one more journal on the record, as another session would.
  func open() throws -> any Journal {
    switch kind {
    case .sqlite: try SQLiteJournal(path: scratch.file(), create: true)
    case .memory: MemoryJournal(memory)
    case .postgresql: try PostgresJournal(try #require(address))
    }
  }
}
