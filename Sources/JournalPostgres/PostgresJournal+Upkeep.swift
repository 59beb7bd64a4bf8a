import IncidentDomain
import Journal
import TextGate

extension PostgresJournal {
  /// Looks at everything that the store rests on: server, settings, rights, encryption, clock, then
  /// every hash, every row and every word of the search's index. It changes nothing, and others can write meanwhile.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read at all.
  public func check(now: () -> Instant) throws(JournalError) -> [StoreFinding] {
    let info = try info(now: now)
    var findings = [StoreFinding(.fine, "engine", "PostgreSQL \(info.server)")]
    findings.append(
      info.waitsForDisk
        ? StoreFinding(.fine, "commits", "the server waits for its disk")
        : StoreFinding(
          .wrong, "commits",
          "the server does not wait for its disk (fsync = off): a crash of it may lose what was saved; set fsync = on"
        ))
    if let encryption = info.encryption {
      findings.append(StoreFinding(.fine, "encryption", encryption))
    } else {
      findings.append(
        link.address.isRemote
          ? StoreFinding(
            .wrong, "encryption", "none, over the network; take sslmode=verify-full")
          : StoreFinding(.fine, "encryption", "none, and the server is on this host"))
    }
    findings.append(
      info.isOwner
        ? StoreFinding(
          .warning, "rights",
          "this account may change the tables; work with one that has only mayday_writer")
        : StoreFinding(.fine, "rights", info.mayWrite ? "may append" : "may read"))
    if info.isStandby {
      findings.append(StoreFinding(.warning, "writing", "not possible: the server is a standby"))
    }
    findings.append(StoreFinding(clockAhead: info.clockAhead, of: "the server's"))
    findings.append(StoreFinding(try verify(nil)))
    findings.append(try numbers())
    findings.append(try checkIndex())
    return findings
  }

  private func numbers() throws(JournalError) -> StoreFinding {
    try read { connection in
      let counted = try connection.run(
        """
        SELECT count(*), greatest((SELECT number FROM mayday.counter), max(number))
        FROM mayday.incident WHERE number > 0
        """)
      let incidents = counted.integer(0, 0) ?? 0
      let highest = counted.integer(0, 1) ?? 0
      guard incidents < highest else {
        return StoreFinding(incidents: incidents, highest: highest, missing: nil)
      }
      let missing = try connection.run(
        """
        SELECT number + 1 FROM (
          SELECT 0::int8 AS number UNION ALL
          SELECT number FROM mayday.incident WHERE number > 0) AS given
        WHERE NOT EXISTS (
          SELECT 1 FROM mayday.incident WHERE incident.number = given.number + 1)
        ORDER BY number LIMIT 1
        """
      ).integer(0, 0)
      return StoreFinding(incidents: incidents, highest: highest, missing: missing)
    }
  }

  /// Makes the rows beside the events, and the index of their words, anew from the events alone.
  /// Others can write meanwhile.
  ///
  /// - Throws: ``JournalError``: `damaged` when an event cannot be read.
  public func rebuild() throws(JournalError) {
    var last: [UInt8] = []
    while let next = try rebuildSome(after: last) { last = next }
    try write { connection in
      try connection.run(
        """
        UPDATE mayday.counter SET number = greatest(
          number, (SELECT coalesce(max(number), 0) FROM mayday.incident))
        """)
      // In one statement, which sees one state: changes that others commit later count on top of it.
      try connection.run(
        """
        WITH gone AS (DELETE FROM mayday.tally)
        INSERT INTO mayday.tally
        SELECT tab, severity, count(*) FROM mayday.incident GROUP BY tab, severity
        """)
      try self.tell(connection)
    }
    lastFolded.withLock { $0 = nil }
  }

  /// Makes some rows, by ascending id.
  ///
  /// - Returns: the last id; nil when none was left.
  private func rebuildSome(after id: [UInt8]) throws(JournalError) -> [UInt8]? {
    try write { connection in
      let rows = try connection.run(
        """
        SELECT id, last FROM mayday.incident WHERE id > $1 ORDER BY id LIMIT 100 FOR UPDATE
        """, [.bytes(id)])
      for row in 0..<rows.count {
        guard let id = rows.id(row, 0), let last = rows.integer(row, 1) else { continue }
        let (events, end) = try self.events(of: id, after: 0, connection)
        guard let projection = Projection(of: events) else { continue }
        try self.put(projection, last: last, to: end, connection)
        try self.index(events, of: id, connection)
      }
      return rows.count == 0 ? nil : rows.bytes(rows.count - 1, 0)
    }
  }
}
