import IncidentDomain
import Journal
import TextGate

extension PostgresJournal {
  /// Reads rounds in one transaction.
  ///
  /// - Throws: ``JournalError``: `damaged` when an event cannot be read.
  public func rounds(_ rounds: [Round]) throws(JournalError) -> RoundBook {
    try read { connection in
      let begun = try connection.run(
        "SELECT search, min(declared) FROM mayday.incident WHERE tab = $1 GROUP BY search",
        [.integer(Projection.beside)])
      let first = (0..<begun.count).map { (key: begun.text($0, 0), begin: begun.integer($0, 1)) }
      return try RoundBook(of: rounds, begun: first) { id in
        try self.events(of: id, after: 0, connection).events
      }
    }
  }

  /// Decides on the round as the store holds it while its row is locked.
  ///
  /// - Throws: ``JournalError``: `refused` for what is done already, else what hinders the store.
  public func append(
    _ command: RoundCommand, to round: Round, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> RoundRecord {
    let id = round.id
    return try commit { connection in
      var last = try self.place(of: id, connection)
      if last == nil {
        // Who begins a round holds the counter meanwhile, so that two cannot begin the same one.
        try connection.run("SELECT number FROM mayday.counter FOR UPDATE")
        last = try self.place(of: id, connection)
      }
      let composition = try RoundComposition(
        command, on: round, held: self.events(of: id, after: 0, connection).events, by: actor,
        at: told, now: now)
      guard let projection = Projection(of: composition.record.events) else {
        throw Refusal(.badValue, "the round cannot be read back")
      }
      let end = (last ?? 0) + Int64(composition.events.count)
      try self.put(projection, last: last, to: end, connection)
      for (place, event) in zip(((last ?? 0) + 1)..., composition.events) {
        try self.put(event, at: place, connection)
      }
      try self.tell(connection)
      return (composition.record, UndecidedCommit(composition))
    }
  }

  /// The last place of a stream, its row locked; nil when it has not begun.
  private func place(of id: EventID, _ connection: PostgresConnection) throws -> Int64? {
    try connection.run(
      "SELECT last FROM mayday.incident WHERE id = $1 FOR UPDATE", [.bytes(id.stored)]
    ).integer(0, 0)
  }
}
