import Journal
import TextGate

extension PostgresJournal: ServedReplica {
  /// Connects anew where that is needed, and looks what is there.
  ///
  /// - Throws: ``JournalError`` when the database holds no store, or one of a newer program.
  public func reach() throws(JournalError) -> Reach {
    link.retryNow()
    let found: (version: Int64?, mayWrite: Bool)
    do throws(PostgresFailure) {
      found = try link.use { connection throws(PostgresFailure) in
        guard let version = try PostgresSchema.look(connection) else { return (nil, false) }
        let right = try connection.run(
          "SELECT pg_catalog.has_table_privilege('mayday.event', 'INSERT')")
        return (version, right.flag(0, 0) == true)
      }
    } catch {
      let told = JournalError(error, at: location)
      guard case .unavailable = told else { throw told }
      return .away(error.away(at: location))
    }
    try check(found.version)
    return .serves(mayWrite: found.mayWrite)
  }

  /// Ends the connection that is waited on; every call fails at once from now on.
  public func giveUpWaiting() {
    link.giveUp()
  }
}
