import GRDB
import Glibc
import IncidentDomain
import TextGate

extension SQLiteJournal {
  /// Looks at everything that a store rests on: engine, settings, disk, modes, clock, then every page,
  /// every hash, every row and every word of the search's index. It changes nothing, and others can write meanwhile.
  ///
  /// - Throws: ``JournalError`` when the store cannot be read at all.
  public func check(now: Instant) throws(JournalError) -> [StoreFinding] {
    var findings = try engine()
    findings += disk() + modes()
    findings.append(try clock(now))
    findings.append(try pages())
    findings.append(StoreFinding(try verify(nil)))
    findings.append(try numbers())
    findings.append(try checkIndex())
    return findings
  }

  private func engine() throws(JournalError) -> [StoreFinding] {
    let info = try info()
    let isSafe = info.journalMode != "wal"
    var text: Showable = "SQLite \(info.library)"
    if WriteAheadFault.isIn(info.library.text) {
      text += "; it can lose a commit in write-ahead mode, which this store does not use"
    }
    // A reader sets nothing; what it reads back is then SQLite's default.
    let isSynced = info.synchronous >= 2
    return [
      StoreFinding(.fine, "engine", text),
      isSafe && isSynced
        ? StoreFinding(
          .fine, "commits", "journal mode \(info.journalMode), synchronous \(info.synchronous)")
        : StoreFinding(
          .wrong, "commits",
          "journal mode \(info.journalMode), synchronous \(info.synchronous): a commit may not outlast a power cut; close other programs that have the file open"
        ),
    ]
  }

  private func disk() -> [StoreFinding] {
    let folder = file.folder
    var findings: [StoreFinding] = []
    if let kind = FileSystemKind.undependable(at: folder) {
      findings.append(
        StoreFinding(
          .wrong, "file system",
          "\(kind), where SQLite's locks cannot be relied on; move the store to a local disk"))
    } else {
      findings.append(StoreFinding(.fine, "file system", "a local one"))
    }
    var space = statvfs()
    if statvfs(folder, &space) == 0 {
      let free = (UInt64(space.f_bavail) * UInt64(space.f_frsize)) >> 20
      findings.append(
        free >= 64
          ? StoreFinding(.fine, "space", "\(free) MiB free")
          : StoreFinding(
            .warning, "space", "only \(free) MiB free; make room before the disk is full"))
    }
    if let reason = readOnlyReason {
      findings.append(StoreFinding(.warning, "writing", "not possible: \(reason)"))
    }
    return findings
  }

  /// A store is one account's (0600 in 0700), or a group's (0660 in 2770).
  private func modes() -> [StoreFinding] {
    var wrong: [Showable] = []
    var isShared = false
    var status = stat()
    if stat(file.folder, &status) == 0 {
      isShared = status.st_mode & S_ISGID != 0 && status.st_mode & 0o020 != 0
      if status.st_mode & 0o007 != 0 {
        wrong.append("other accounts can enter its folder: chmod o= takes that away")
      }
    }
    for name in [file.path, file.path + "-journal", file.bell] where stat(name, &status) == 0 {
      let wanted: mode_t = isShared ? 0o660 : 0o600
      if status.st_mode & 0o777 != wanted {
        let name = Untrusted(name).showable
        wrong.append(
          isShared
            ? "\(name) has not the modes of a shared store: chmod 660 gives them"
            : "others can read or write \(name): chmod 600 takes that away")
      }
    }
    guard wrong.isEmpty else {
      return wrong.map { StoreFinding(.warning, "modes", $0) }
    }
    return [
      StoreFinding(.fine, "modes", isShared ? "shared by a group" : "private to one account")
    ]
  }

  private func clock(_ now: Instant) throws(JournalError) -> StoreFinding {
    let newest = try read { db in
      try Int64.fetchOne(db, sql: "SELECT recorded FROM event ORDER BY sequence DESC LIMIT 1")
    }
    // Only an entry from the future says something: an old one is old.
    let ahead = (newest ?? now.milliseconds) - now.milliseconds
    return StoreFinding(clockAhead: max(0, ahead), of: "the newest entry's")
  }

  private func numbers() throws(JournalError) -> StoreFinding {
    let (incidents, highest, missing) = try read { db -> (Int64, Int64, Int64?) in
      let counted = try Row.fetchOne(
        db, sql: "SELECT count(*), max(number) FROM incident WHERE number > 0")
      let incidents = (counted?[0] as Int64?) ?? 0
      let highest = (counted?[1] as Int64?) ?? 0
      guard incidents < highest else { return (incidents, highest, nil) }
      let missing = try Int64.fetchOne(
        db,
        sql: """
          SELECT number + 1 FROM (
            SELECT 0 AS number UNION ALL SELECT number FROM incident WHERE number > 0) AS given
          WHERE NOT EXISTS (
            SELECT 1 FROM incident WHERE incident.number = given.number + 1)
          ORDER BY number LIMIT 1
          """)
      return (incidents, highest, missing)
    }
    return StoreFinding(incidents: incidents, highest: highest, missing: missing)
  }

  private func pages() throws(JournalError) -> StoreFinding {
    let said = try read { db in try String.fetchOne(db, sql: "PRAGMA quick_check(1)") }
    return said == "ok"
      ? StoreFinding(.fine, "pages", "sound")
      : StoreFinding(
        .wrong, "pages",
        "damaged: \(Untrusted(said ?? "").showable); keep a copy, then restore a backup")
  }
}
