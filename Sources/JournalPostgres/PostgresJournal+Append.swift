import IncidentDomain
import Journal
import TextGate

extension PostgresJournal {
  /// Opens an incident under the next number; numbers have no gaps.
  ///
  /// - Throws: ``JournalError``: `refused` for a value that cannot be, else what hinders the store.
  public func declare(
    _ declaration: Declaration, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    keep(
      try commit { connection in
        let highest = try connection.run("SELECT number FROM mayday.counter FOR UPDATE")
        guard let number = highest.integer(0, 0), (0..<1 << 53).contains(number) else {
          throw JournalError.noNumberLeft(self.location)
        }
        try connection.run("UPDATE mayday.counter SET number = $1", [.integer(number + 1)])
        try self.addUpTally(connection)
        var declaration = declaration
        declaration.number = Int(number) + 1
        var composition = Composition([], by: actor, now: now)
        guard let incident = try composition.declare(declaration, at: told) else {
          throw Refusal(.badValue, "the declaration cannot be read back")
        }
        try self.insert(composition, over: [:], connection)
        return Written(
          folded: FoldedIncident(incident: incident, sequence: 1), events: composition.events
        ).committed(by: composition)
      })
  }

  /// Decides on the events as the store holds them while the incident's row is locked.
  ///
  /// - Throws: ``JournalError``: `refused` for what a rule forbids, `noSuchIncident` for the
  ///   incident or the one to merge into, else what hinders the store.
  public func append(
    _ command: Command, to incident: EventID, by actor: Actor, at told: ToldTime?, now: Instant
  ) throws(JournalError) -> Appended {
    keep(
      try commit { connection in
        var ids = [incident]
        if case .merge(let target) = command, target.id != incident { ids.append(target.id) }
        var subjects: [EventID: FoldedIncident] = [:]
        // In one order for all, so that two merges cannot wait for each other.
        for id in ids.sorted() {
          let row = try connection.run(
            "SELECT last FROM mayday.incident WHERE id = $1 FOR UPDATE", [.bytes(id.stored)])
          guard let last = row.integer(0, 0),
            let folded = try self.folded(id, upTo: last, connection)
          else { throw JournalError.noSuchIncident(Untrusted(id.hex)) }
          subjects[id] = folded
        }
        var composition = Composition(subjects.values.map(\.incident), by: actor, now: now)
        try composition.carryOut(command, on: incident, at: told)
        let places = try self.insert(
          composition, over: subjects.mapValues(\.sequence), connection)
        guard let after = composition.incidents[incident], let before = subjects[incident] else {
          throw JournalError.noSuchIncident(Untrusted(incident.hex))
        }
        return Written(
          folded: FoldedIncident(incident: after, sequence: places[incident] ?? before.sequence),
          events: composition.events
        ).committed(by: composition)
      })
  }

  private struct Written {
    let folded: FoldedIncident
    let events: [Event]

    func committed(by composition: Composition) -> (Written, UndecidedCommit) {
      (self, UndecidedCommit(composition))
    }
  }

  /// Writes in one transaction. When the answer to its commit does not come, the store is asked
  /// whether the events are there: what was committed is never written twice, and what was not is
  /// decided anew.
  ///
  /// - Throws: `undecided` with the very events when the store cannot be asked either.
  func commit<Value>(
    _ body: (PostgresConnection) throws -> (Value, UndecidedCommit)
  ) throws(JournalError) -> Value {
    var attempt = 0
    while true {
      attempt += 1
      var pending: (value: Value, commit: UndecidedCommit)?
      do throws(PostgresLink.Failure) {
        return try link.transaction(.write) { connection in
          let written = try body(connection)
          pending = written
          return written.0
        }
      } catch {
        guard case .unknown = error, let pending else { throw Self.told(error, at: location) }
        guard attempt < 4, let areThere = areThere(pending.commit.new) else {
          throw .undecided(Self.unknown(at: location), pending.commit)
        }
        if areThere { return pending.value }
      }
    }
  }

  private func keep(_ written: Written) -> Appended {
    lastFolded.withLock { $0 = written.folded }
    let appended = Appended(incident: written.folded.incident, events: written.events)
    SystemLog.note(appended)
    return appended
  }

  /// Whether a commit of unknown end was carried out; nil when the server cannot tell.
  ///
  /// The row that it had locked is locked again first: the server may still be at work on it, and
  /// only when it has ended is an answer final. The last event is asked for, because the first one of
  /// a round is the same whoever writes it.
  private func areThere(_ events: [Event]) -> Bool? {
    guard let first = events.first, let last = events.last else { return true }
    lastFolded.withLock { $0 = nil }
    link.retryNow()
    return try? link.transaction(.write) { connection in
      if first.incident == nil {
        try connection.run("SELECT number FROM mayday.counter FOR UPDATE")
      } else {
        try connection.run(
          "SELECT last FROM mayday.incident WHERE id = $1 FOR UPDATE",
          [.bytes(first.incidentID.stored)])
      }
      return try connection.run(
        "SELECT sequence FROM mayday.event WHERE id = $1", [.bytes(last.id.stored)]
      ).count > 0
    }
  }

  // MARK: - Rows

  /// Writes new events, the rows of the incidents they changed, and tells the others.
  ///
  /// - Parameter known: the last place of each incident that is there already.
  /// - Returns: the last place of each incident after it.
  @discardableResult
  private func insert(
    _ composition: Composition, over known: [EventID: Int64], _ connection: PostgresConnection
  ) throws -> [EventID: Int64] {
    var places = known
    guard !composition.events.isEmpty else { return places }
    for event in composition.events where event.incident == nil {
      guard let incident = composition.incidents[event.id] else { continue }
      try put(Projection(incident), last: nil, to: 1, connection)
    }
    for event in composition.events {
      let place = (places[event.incidentID] ?? 0) + 1
      try put(event, at: place, connection)
      places[event.incidentID] = place
    }
    for (id, place) in places where known[id].map({ $0 != place }) ?? false {
      guard let incident = composition.incidents[id] else { continue }
      try put(Projection(incident), last: known[id], to: place, connection)
    }
    try tell(connection)
    return places
  }

  /// Writes one event, and its words.
  func put(_ event: Event, at place: Int64, _ connection: PostgresConnection) throws {
    let words = IndexedWords(event)
    try connection.run(
      """
      WITH written AS (
        INSERT INTO mayday.event (incident, sequence, id, kind, occurred, recorded, json)
        VALUES ($1, $2, $3, $4, $5, $6, $7))
      INSERT INTO mayday.word (incident, sequence, words, pairs)
      VALUES ($1, $2, $8::tsvector, $9::int4[])
      """,
      [
        .bytes(event.incidentID.stored), .integer(place), .bytes(event.id.stored),
        .text(event.kind), .integer(event.occurred.instant.milliseconds),
        .integer(event.recorded.milliseconds),
        .text(String(decoding: event.canonicalWithoutID, as: UTF8.self)),
        .text(words.vector), .text(words.pairs),
      ])
  }

  /// Writes an incident's row: a new one, or over the one that stands at the place `last`.
  func put(
    _ projection: Projection, last: Int64?, to place: Int64, _ connection: PostgresConnection
  ) throws {
    let row: [PostgresValue] = [
      .bytes(projection.id.stored), .integer(projection.tab), .integer(projection.rank),
      .integer(projection.place), .integer(projection.severity), .integer(projection.declared),
      .bytes(projection.heads), .text(projection.search), .text(projection.row), .integer(place),
    ]
    guard let last else {
      try connection.run(
        """
        INSERT INTO mayday.incident
          (id, tab, rank, place, severity, declared, heads, search, board, last, number)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """, row + [.integer(projection.number)])
      return
    }
    let changed = try connection.run(
      """
      UPDATE mayday.incident SET tab = $2, rank = $3, place = $4, severity = $5, declared = $6,
        heads = $7, search = $8, board = $9, last = $10, number = $11
      WHERE id = $1 AND last = $12
      """, row + [.integer(projection.number), .integer(last)])
    // The row is locked, so this cannot be unless something else writes there.
    guard changed.written == 1 else {
      throw JournalError.busy(
        "another program changed \(location) at the same time; nothing was written, try again")
    }
  }

  /// Has the other sessions told when the transaction commits.
  func tell(_ connection: PostgresConnection) throws {
    try connection.run("SELECT pg_catalog.pg_notify('mayday', $1)", [.text(token)])
  }

  /// Adds up the changes of the board's counts when they have become many; the counter's lock, which
  /// the caller holds, lets only one do it.
  func addUpTally(_ connection: PostgresConnection) throws {
    let many = try connection.run(
      "SELECT 1 FROM (SELECT 1 FROM mayday.tally LIMIT 1000) AS changes HAVING count(*) >= 1000")
    guard many.count > 0 else { return }
    try connection.run(
      """
      WITH gone AS (DELETE FROM mayday.tally RETURNING tab, severity, change)
      INSERT INTO mayday.tally
      SELECT tab, severity, sum(change)::int8 FROM gone GROUP BY tab, severity
      """)
  }
}
