import IncidentDomain
import Journal
import TextGate

extension PostgresJournal: Replica {
  /// Reads a page of incidents by ascending id.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read.
  public func outlines(after id: EventID?, limit: Int) throws(JournalError) -> [ReplicaOutline] {
    try read { connection in
      let rows = try connection.run(
        "SELECT id, heads FROM mayday.incident WHERE id > $1 ORDER BY id LIMIT $2",
        [.bytes(id?.stored ?? []), .integer(Int64(limit))])
      return (0..<rows.count).compactMap { row in
        guard let id = rows.id(row, 0) else { return nil }
        return ReplicaOutline(id: id, heads: rows.bytes(row, 1) ?? [])
      }
    }
  }

  /// Reads the highest number; 0 when there is no incident.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read.
  public func highestNumber() throws(JournalError) -> Int {
    try read { connection in
      Int(clamping: try connection.run("SELECT number FROM mayday.counter").integer(0, 0) ?? 0)
    }
  }

  /// Adds events of another replica, while nobody else gives numbers.
  ///
  /// - Throws: ``JournalError``: `damaged` for events that are not sound, else what hinders the store.
  public func add(
    _ events: [Event], to incident: EventID, above floor: Int, by actor: Actor, now: Instant
  ) throws(JournalError) -> Joined {
    let joined = try write { connection in
      let counter = try connection.run("SELECT number FROM mayday.counter FOR UPDATE")
      let highest = counter.integer(0, 0) ?? 0
      // A long history that is brought over declares many, and no board waits for their sum.
      try self.addUpTally(connection)
      let row = try connection.run(
        "SELECT last FROM mayday.incident WHERE id = $1 FOR UPDATE", [.bytes(incident.stored)])
      let last = row.integer(0, 0)
      let held = try self.events(of: incident, after: 0, connection).events
      let union = try Union(of: held, and: events, id: incident, at: self.location)
      guard !union.missing.isEmpty else { return Joined(added: 0, renumbered: nil) }
      guard let joined = union.incident else {
        let end = (last ?? 0) + Int64(union.missing.count)
        try self.put(union.projection, last: last, to: end, connection)
        for (place, event) in zip(((last ?? 0) + 1)..., union.missing) {
          try self.put(event, at: place, connection)
        }
        try self.tell(connection)
        return Joined(added: union.missing.count, renumbered: nil)
      }
      var composition = Composition([joined], by: actor, now: now)
      var number = Int64(joined.number)
      var change: Renumbering?
      let taken = try connection.run(
        "SELECT 1 FROM mayday.incident WHERE number = $1 AND id <> $2",
        [.integer(number), .bytes(incident.stored)])
      if taken.count > 0 {
        let next = max(highest, Int64(floor)) + 1
        guard next < 1 << 53 else { throw JournalError.noNumberLeft(self.location) }
        composition.renumber(incident, to: Int(next))
        change = Renumbering(from: Int(number), to: Int(next))
        number = next
      }
      if number > highest {
        try connection.run("UPDATE mayday.counter SET number = $1", [.integer(number)])
      }
      var places: [EventID: Int64] = [incident: last ?? 0]
      var others: [Incident] = []
      for id in Composition.named(by: joined) {
        let row = try connection.run(
          "SELECT last FROM mayday.incident WHERE id = $1 FOR UPDATE", [.bytes(id.stored)])
        guard let place = row.integer(0, 0),
          let other = Incident.fold(try self.events(of: id, after: 0, connection).events)
        else { continue }
        places[id] = place
        others.append(other)
      }
      composition.callByNumbers(incident, others)
      let new = Dictionary(grouping: union.missing + composition.events, by: \.incidentID)
      for (id, events) in new {
        guard let after = composition.incidents[id], let place = places[id] else {
          throw JournalError.noSuchIncident(Untrusted(id.hex))
        }
        try self.put(
          Projection(after), last: id == incident ? last : place,
          to: place + Int64(events.count), connection)
        for (number, event) in zip((place + 1)..., events) {
          try self.put(event, at: number, connection)
        }
      }
      try self.tell(connection)
      return Joined(added: union.missing.count, renumbered: change)
    }
    if joined.added > 0 { lastFolded.withLock { $0 = nil } }
    return joined
  }
}
