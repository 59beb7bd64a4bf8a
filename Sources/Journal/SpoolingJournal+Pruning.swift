import IncidentDomain

/// Keeping the spool as small as what is worked on.
extension SpoolingJournal {
  /// For so many seconds after it was written to last, an incident that is over stays here: it is
  /// what may have to be looked at, or opened again, when the server goes away.
  private static let rest = 86_400

  /// Takes incidents out of the spool that are over on the server, and rounds that went by.
  ///
  /// - Parameter open: those that the server was just seen to have open; nil for looking at one
  ///   incident only, another one each time: so a spool does not grow, and nobody waits long.
  func prune(except open: Set<EventID>?) {
    let spool = state.withLock { $0.away == nil && !$0.isEnding ? $0.spool : nil }
    guard let spool else { return }
    // What cannot be done now is done another time; what is to be kept is not touched by that.
    try? prune(spool, except: open)
  }

  private func prune(
    _ spool: SQLiteJournal, except open: Set<EventID>?
  ) throws(JournalError) {
    var over = try spool.oldRounds()
    for incident in try spool.quietIncidents(since: clock() - Self.rest, one: open == nil)
    where open?.contains(incident.id) != true {
      guard !state.withLock({ $0.isEnding }) else { return }
      // What this host holds of it may be old: the server says whether it is over.
      if let there = try remote.incident(incident.id), there.isOver { over.append(incident) }
    }
    guard !over.isEmpty else { return }
    try spool.drop(over)
    state.withLock { state in
      for stream in over {
        state.fed[stream.id] = nil
        state.rows[stream.id] = nil
        state.heads[stream.id] = nil
      }
    }
    try spool.shrink()
  }
}
