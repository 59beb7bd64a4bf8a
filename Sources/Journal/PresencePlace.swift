import IncidentDomain

/// Where consoles on one store tell each other who has which incident open. No part of the record.
///
/// Calls may block on the disk or the network: never on the way of a key.
public protocol PresencePlace: Sendable {
  /// Everybody who has a console open, as far as it is known; this console too once it has told.
  func everybody(now: Instant) -> [Presence]

  /// Says what is open here; it replaces what was said before.
  func tell(_ presence: Presence, now: Instant)

  /// Says that this console is gone.
  func leave(process: Int)

  /// Watches for others' coming and going; `onChange` is called on a thread of the watcher's. An
  /// observer is not seen by others.
  ///
  /// - Returns: nil where it cannot be watched; who is there now can still be asked.
  func watch(
    isObserver: Bool, _ onChange: @escaping @Sendable () -> Void
  ) -> (any JournalWatch)?
}
