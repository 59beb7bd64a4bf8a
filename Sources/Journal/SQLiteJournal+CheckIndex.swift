import GRDB
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Holds the index against the events, word by word and place by place. Reads in short
  /// transactions, so that others can write meanwhile; what they add is not looked at.
  func checkIndex() throws(JournalError) -> StoreFinding {
    let subject: Showable = "search"
    do throws(JournalError) {
      let state = try read { db -> (last: Int64, behind: Int64)? in
        guard try Self.hasIndex(db) else { return nil }
        let last = try Self.lastIndexed(db)
        return (last, try Self.lastPlace(db) - last)
      }
      guard let (last, behind) = state else {
        return StoreFinding(
          .warning, subject,
          "no index yet: the store was made by an older mayday; open it where it can be written")
      }
      guard behind >= 0 else {
        return StoreFinding(
          .wrong, subject,
          "the index holds \(-behind) events after the last one that is there: the end of the record was taken away; keep a copy, then restore a backup"
        )
      }
      guard try rows(upTo: last) == last, try indexedDigest(upTo: last) == digest(upTo: last) else {
        return StoreFinding(.wrong, subject, Self.cure("the index does not agree with the events"))
      }
      guard behind == 0 else {
        return StoreFinding(
          .warning, subject,
          "the newest \(behind) events are not in the index yet; a search adds them")
      }
      return StoreFinding(.fine, subject, "every word of \(last) events is in the index")
    } catch .damaged {
      return StoreFinding(.wrong, subject, Self.cure("the index is damaged"))
    }
  }

  private static func cure(_ problem: Showable) -> Showable {
    "\(problem), which are not touched by that; mayday store rebuild makes it anew"
  }

  private func rows(upTo last: Int64) throws(JournalError) -> Int64 {
    try read { db in
      try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT count(*) FROM event_words_docsize WHERE id <= ?"),
        arguments: [last]) ?? 0
    }
  }

  /// What the events should have in the index.
  private func digest(upTo last: Int64) throws(JournalError) -> UInt64 {
    var sum: UInt64 = 0
    var from: Int64 = 0
    while from < last {
      let batch = try read { db in
        let rows = try Row.fetchCursor(
          db.cachedStatement(
            sql: """
              SELECT sequence, id, json FROM event WHERE sequence > ? AND sequence <= ?
              ORDER BY sequence LIMIT 2000
              """), arguments: [from, last])
        var sum: UInt64 = 0
        var end = last
        var count = 0
        while let row = try rows.next() {
          let place = (row[0] as Int64?) ?? 0
          let texts = Self.event(row[1], row[2])?.body.texts ?? []
          for (offset, word) in SearchWords.line(of: texts).split(separator: " ").enumerated() {
            sum &+= Self.digest(word.utf8, place, Int64(offset))
          }
          count += 1
          if count == 2000 { end = place }
        }
        return (sum, end)
      }
      sum &+= batch.0
      from = batch.1
    }
    return sum
  }

  /// What is in the index.
  private func indexedDigest(upTo last: Int64) throws(JournalError) -> UInt64 {
    var sum: UInt64 = 0
    var next: String? = ""
    while let from = next {
      let (part, end) = try read { db in
        // A temporary table: nothing of it is in the file.
        try db.execute(
          sql: """
            CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed_words
            USING fts5vocab (main, event_words, instance)
            """)
        let rows = try Row.fetchCursor(
          db.cachedStatement(
            sql: "SELECT term, doc, offset FROM temp.indexed_words WHERE term >= ? ORDER BY term"),
          arguments: [from])
        var sum: UInt64 = 0
        var count = 0
        var term = ""
        while let row = try rows.next() {
          let word: String = row[0] ?? ""
          // Between two words another transaction may begin.
          if word != term, count >= 50_000 { return (sum, word as String?) }
          term = word
          count += 1
          let place = (row[1] as Int64?) ?? 0
          guard place <= last else { continue }
          sum &+= Self.digest(word.utf8, place, (row[2] as Int64?) ?? 0)
        }
        return (sum, nil)
      }
      sum &+= part
      next = end
    }
    return sum
  }

  /// FNV-1a of a word and its place; sums of these do not depend on an order.
  private static func digest(
    _ word: some Sequence<UInt8>, _ place: Int64, _ offset: Int64
  ) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for number in [place, offset] {
      hash = (hash ^ UInt64(bitPattern: number)) &* 0x100_0000_01B3
      hash ^= hash >> 29
    }
    return hash
  }
}
