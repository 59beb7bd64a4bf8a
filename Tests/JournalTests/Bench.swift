import IncidentDomain
import Journal
import Testing
import TextGate

/// A kind of store that keeps the promises of ``Journal``. PostgreSQL joins here.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
  case sqlite, memory

  var testDescription: String { "\(self)" }
}

/// One empty record of a kind, on which any number of journals can be opened.
final class Bench: Sendable {
  let kind: StoreKind
  let scratch: Scratch
  private let memory = MemoryJournal.Store()

  init(_ kind: StoreKind) throws {
    self.kind = kind
    scratch = try Scratch()
  }

  /// Opens one more journal on the record, as another session would.
  func open() throws -> any Journal {
    switch kind {
    case .sqlite: try SQLiteJournal(path: scratch.file(), create: true)
    case .memory: MemoryJournal(memory)
    }
  }
}
