import Foundation
import IncidentDomain
import Journal
import Testing
import TextGate

/// What a store says and keeps when the disk, or another program, does not do its part.
@Suite struct FailureTests {
  /// Fills a tmpfs to the last byte. A mount, so only root can; ``aWriteThatFailsIsNeverSaved`` does
  /// the like for everybody.
  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a small file system"))
  func aFullDiskCanBeReadAndSavesAgainWhenThereIsRoom() throws {
    let scratch = try Scratch()
    let disk = try SmallDisk(at: scratch.path, options: "size=512k,mode=0700")
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try journal.declare(.of("disk"), by: .ana, at: nil, now: .morning).incident.id
    let text = Untrusted(String(repeating: "x", count: 8000))
    var saved = 1
    var error: JournalError?
    while error == nil, saved < 1000 {
      error = failureOrNil {
        _ = try journal.append(.note(text), to: id, by: .ana, at: nil, now: .morning)
        saved += 1
      }
    }
    guard case .cannotWrite(let sentence)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(sentence.text.contains("full"))
    #expect(sentence.text.contains(scratch.file()))
    // To the last byte; a new session opens all the same.
    let filler = open(scratch.file("filler"), O_CREAT | O_WRONLY, 0o600)
    while write(filler, [UInt8](repeating: 1, count: 512), 512) > 0 {}
    let big = Untrusted(String(repeating: "y", count: 100_000))
    #expect(
      failureOrNil {
        _ = try journal.append(.note(big), to: id, by: .ana, at: nil, now: .morning)
      } == error)
    let other = try SQLiteJournal(path: scratch.file(), create: true)
    for journal in [journal, other] {
      let incident = try #require(try journal.incident(id))
      #expect(incident.events.count == saved)
      #expect(try journal.board(BoardQuery(tab: .active)).total == 1)
      #expect(try journal.verify(nil) == .sound(events: saved, heads: incident.heads))
    }
    close(filler)
    try disk.remount(options: "size=2m")
    let after = try journal.append(.note(big), to: id, by: .ana, at: nil, now: .morning)
    #expect(after.incident.events.count == saved + 1)
    #expect(try other.incident(id)?.heads == after.incident.heads)
  }

  /// The kernel refuses to let the file grow: the commit itself fails.
  @Test func aWriteThatFailsIsNeverSaved() async throws {
    let scratch = try Scratch()
    await #expect(processExitsWith: .success) { [path = scratch.file() as String] in
      let journal = try SQLiteJournal(path: path, create: true)
      let id = try journal.declare(.of("disk"), by: .ana, at: nil, now: .morning).incident.id
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit()
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt ?? 0
      try #require(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let text = Untrusted(String(repeating: "x", count: 100_000))
      for round in 1...3 {
        limit.rlim_cur = size
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        let error = failureOrNil {
          _ = try journal.append(.note(text), to: id, by: .ana, at: nil, now: .morning)
        }
        guard case .cannotWrite(let sentence)? = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(sentence.text.contains("nothing was written"))
        #expect(try journal.incident(id)?.events.count == round)
        limit.rlim_cur = limit.rlim_max
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        _ = try journal.append(.note("small"), to: id, by: .ana, at: nil, now: .morning)
        #expect(
          try SQLiteJournal(path: path, create: false).incident(id)?.events.count == round + 1)
      }
      #expect(try journal.info().journalMode == "truncate")
      #expect(try journal.info().synchronous == 2)
      #expect(
        try journal.verify(nil) == .sound(events: 4, heads: journal.incident(id)?.heads ?? []))
    }
  }

  @Test func aStoreThatMayOnlyBeReadIsRead() async throws {
    let scratch = try Scratch()
    let id: String
    do {
      let journal = try SQLiteJournal(path: scratch.file(), create: true)
      id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id.hex
    }
    for (folder, file) in [(0o755, 0o444), (0o555, 0o644), (0o555, 0o444)] as [(mode_t, mode_t)] {
      chmod(scratch.path, folder)
      chmod(scratch.file(), file)
      let before = try Outside.digests(scratch.path)
      await #expect(processExitsWith: .success) {
        [path = scratch.file() as String, id = id as String] in
        // Modes do not bind root.
        if geteuid() == 0 { try #require(setgid(65_534) == 0 && setuid(65_534) == 0) }
        let journal = try SQLiteJournal(path: path, create: true)
        let reason = try #require(journal.readOnlyReason)
        #expect(reason.text.contains(path))
        let id = try #require(EventID(hex: id))
        #expect(try journal.incident(id)?.title == "a")
        #expect(try journal.board(BoardQuery(tab: .active)).total == 1)
        #expect(try journal.info().readOnlyReason == reason)
        #expect(
          failureOrNil {
            _ = try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning)
          }
            == .cannotWrite(reason))
        #expect(
          failureOrNil { _ = try journal.declare(.of("b"), by: .ana, at: nil, now: .morning) }
            == .cannotWrite(reason))
        let watch = try journal.watch {}
        watch.cancel()
      }
      chmod(scratch.path, 0o700)
      #expect(try Outside.digests(scratch.path) == before)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount a read-only file system"))
  func aReadOnlyFileSystemIsRead() throws {
    let scratch = try Scratch()
    let disk = try SmallDisk(at: scratch.path, options: "size=4m,mode=0700")
    let id = try SQLiteJournal(path: scratch.file(), create: true)
      .declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    try disk.remount(readOnly: true)
    let later = try SQLiteJournal(path: scratch.file(), create: true)
    #expect(later.readOnlyReason?.text.contains("read-only file system") == true)
    #expect(try later.incident(id)?.events.count == 1)
    let error = failure { try later.append(.note("x"), to: id, by: .ana, at: nil, now: .morning) }
    #expect(error == later.readOnlyReason.map(JournalError.cannotWrite))
    #expect(failure { try SQLiteJournal(path: scratch.file("new"), create: true) } != nil)
    try disk.remount()
    let again = try SQLiteJournal(path: scratch.file(), create: false)
    let after = try again.append(.note("x"), to: id, by: .ana, at: nil, now: .morning)
    #expect(after.incident.events.count == 2)
  }

  /// A copy as a power cut leaves it: half of a change in the file, the way back in the journal.
  @Test func aChangeThatWasCutShortIsTakenBack() async throws {
    let scratch = try Scratch()
    let whole = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try whole.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    mkdir(scratch.file("cut"), 0o755)
    chmod(scratch.path, 0o711)
    let copy = scratch.file("cut/journal.sqlite")
    try Outside.sql(
      """
      PRAGMA cache_size = 1;
      BEGIN;
      UPDATE incident SET search = hex(randomblob(30000));
      CREATE TABLE half AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < 300) SELECT hex(randomblob(500)) FROM n;
      .shell cp '\(scratch.file())' '\(scratch.file())-journal' '\(scratch.file("cut"))'
      ROLLBACK;
      """, scratch.file())
    let journal = try Data(contentsOf: URL(filePath: copy + "-journal"))
    try #require(journal.count > 512)
    chmod(copy, 0o444)
    chmod(copy + "-journal", 0o444)
    chmod(scratch.file("cut"), 0o555)
    let before = try Outside.digests(scratch.file("cut"))
    await #expect(processExitsWith: .success) { [copy = copy as String] in
      if geteuid() == 0 { try #require(setgid(65_534) == 0 && setuid(65_534) == 0) }
      let error = failureOrNil { _ = try SQLiteJournal(path: copy, create: true) }
      guard case .unavailable(let text)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(text.text.contains("middle of a write"))
    }
    #expect(try Outside.digests(scratch.file("cut")) == before)
    chmod(scratch.file("cut"), 0o700)
    chmod(copy, 0o600)
    chmod(copy + "-journal", 0o600)
    let mended = try SQLiteJournal(path: copy, create: false)
    #expect(try mended.incident(id)?.title == "a")
    guard case .sound(events: 1, _) = try mended.verify(nil) else {
      Issue.record("\(try mended.verify(nil))")
      return
    }
  }

  @Test func aStoreThatIsTakenAwayIsNamed() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    rename(scratch.file(), scratch.file("moved"))
    guard
      case .unavailable(let text)? = failure({
        try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning)
      })
    else {
      Issue.record("a store that is not there any more was written")
      return
    }
    #expect(text.text.contains(scratch.file()))
    guard case .unavailable? = failure({ try journal.incident(id) }) else {
      Issue.record("a store that is not there any more was read")
      return
    }
    rename(scratch.file("moved"), scratch.file())
    #expect(
      try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning).incident.events.count
        == 2)
  }

  /// Another program holds the write lock for longer than a person waits.
  @Test func aStoreThatOthersKeepBusyIsNamed() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    let holder = try LockHolder(scratch.file())
    let began = ContinuousClock.now
    let error = failure { try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning) }
    let waited = ContinuousClock.now - began
    guard case .busy(let text)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.text.contains(scratch.file()))
    #expect(waited > .seconds(4) && waited < .seconds(20))
    #expect(try journal.incident(id)?.events.count == 1)
    holder.release()
    #expect(
      try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning).incident.events.count
        == 2)
  }

  /// No sentence shows SQL, a stack or a table's name.
  @Test func sentencesAreForPeople() throws {
    let scratch = try Scratch()
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    let id = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning).incident.id
    try Outside.sql(
      "DROP TRIGGER tally_added; DROP TABLE tally; DROP TABLE incident;", scratch.file())
    let errors = [
      failure { try journal.incident(id) }, failure { try journal.board(BoardQuery(tab: nil)) },
      failure { try journal.declare(.of("b"), by: .ana, at: nil, now: .morning) },
      failure { try journal.append(.note("x"), to: id, by: .ana, at: nil, now: .morning) },
      failure { try journal.find("1") }, failure { try journal.verify(nil) },
    ]
    for error in errors {
      let sentence = try #require(error).sentence.text
      #expect(sentence.contains(scratch.file()))
      for word in ["SELECT", "INSERT", "no such table", "incident WHERE", "GRDB", "fatal"] {
        #expect(!sentence.contains(word), "\(sentence)")
      }
    }
  }
}

/// The error that a body throws, without a judgement.
func failureOrNil(_ body: () throws -> Void) -> JournalError? {
  do {
    try body()
    return nil
  } catch {
    return error as? JournalError
  }
}
