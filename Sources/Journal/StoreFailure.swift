import GRDB
import IncidentDomain
import TextGate

/// What was being done when SQLite failed: the same code means another thing to a person.
enum StoreActivity {
  case opening, reading, writing
}

extension JournalError {
  /// Says in one sentence what SQLite said in a number; its own words and SQL are never shown.
  init(_ error: any Error, _ activity: StoreActivity, at location: Showable) {
    if let error = error as? JournalError {
      self = error
      return
    }
    if let refusal = error as? Refusal {
      self = .refused(refusal)
      return
    }
    let code = (error as? DatabaseError)?.resultCode ?? .SQLITE_ERROR
    let extended = (error as? DatabaseError)?.extendedResultCode ?? .SQLITE_ERROR
    switch code {
    case .SQLITE_READONLY where extended == .SQLITE_READONLY_DBMOVED:
      self = .unavailable(
        "\(location) was moved or taken away while it was open; nothing was written, put it back or name another with --store"
      )
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self = .busy(
        "another program has kept \(location) busy for \(Patience.seconds) seconds; nothing was written, try again"
      )
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .damaged(
        "\(location) is damaged or is not a store; it was left as it is: keep a copy, then restore a backup"
      )
    case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_SCHEMA:
      self = .damaged(
        "the parts of \(location) do not fit together; nothing was written: keep a copy, mayday verify says more"
      )
    case .SQLITE_FULL:
      self = .cannotWrite(
        "the disk that \(location) is on is full; nothing was written, free some space and try again"
      )
    case .SQLITE_READONLY where activity != .writing:
      self = .unavailable(
        "\(location) was left in the middle of a write and cannot be mended where it is read-only; copy it and \(location)-journal elsewhere and open that"
      )
    case .SQLITE_READONLY where activity == .writing, .SQLITE_CANTOPEN where activity == .writing:
      self = .cannotWrite(
        "\(location) or its folder cannot be written; nothing was written, it can still be read")
    case .SQLITE_IOERR where activity == .writing:
      self = .cannotWrite(
        "the disk reported an error (\(extended.rawValue)) while \(location) was written; nothing was written, check the disk"
      )
    case .SQLITE_PERM, .SQLITE_AUTH:
      self = .notPermitted("this account may not reach \(location); its owner can allow it")
    case .SQLITE_NOMEM:
      self = .unavailable("memory ran out while \(location) was used; nothing was written")
    default:
      self = .unavailable(
        "\(location) cannot be used now (SQLite error \(extended.rawValue)); nothing was written, try again or check the disk"
      )
    }
  }
}
