import IncidentDomain
import TextGate

/// A replica on a server, which may be away.
public protocol ServedReplica: Replica {
  /// Asks whether the server serves, and whether it holds a store that this program knows; at once,
  /// however often that failed before.
  ///
  /// - Throws: ``JournalError`` when it serves, and what is there cannot be used: no store,
  ///   `newer`, `notPermitted`.
  func reach() throws(JournalError) -> Reach

  /// Watches for commits of others, and is told why the server cannot be reached, a clause, and with
  /// nil that it can again.
  func watch(
    _ onChange: @escaping @Sendable () -> Void, serving: @escaping @Sendable (Showable?) -> Void
  ) throws(JournalError) -> any JournalWatch
}

/// Whether a server can be reached.
public enum Reach: Hashable, Sendable {
  case serves(mayWrite: Bool)
  /// Why not, a clause.
  case away(Showable)
}
