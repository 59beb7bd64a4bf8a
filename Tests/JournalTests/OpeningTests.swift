import Foundation
import IncidentDomain
import Testing
import TextGate

@testable import Journal

@Suite struct OpeningTests {
  @Test func aMissingStoreIsMadeOnlyWhenAsked() throws {
    let scratch = try Scratch()
    let path = scratch.file("deep/er/journal.sqlite")
    let error = failure { try SQLiteJournal(path: path, create: false) }
    guard case .unavailable(let text)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.text.contains(path))
    #expect(try Outside.digests(scratch.path).isEmpty)
    let journal = try SQLiteJournal(path: path, create: true)
    #expect(journal.readOnlyReason == nil)
    #expect(try journal.board(BoardQuery(tab: nil)).total == 0)
    #expect(throws: Never.self) { try SQLiteJournal(path: path, create: false) }
  }

  @Test func theSettingsAreThoseThatWereChosen() throws {
    let scratch = try Scratch()
    let info = try SQLiteJournal(path: scratch.file(), create: true).info()
    #expect(info.journalMode == "truncate")
    #expect(info.synchronous == 2)
    #expect(info.version == Int(Schema.version))
    #expect(info.library.text.hasPrefix("3."))
    #expect(try Outside.sql("PRAGMA journal_mode;", scratch.file()) != "wal\n")
  }

  @Test func aStoreInWriteAheadModeIsTakenBack() throws {
    let scratch = try Scratch()
    _ = try SQLiteJournal(path: scratch.file(), create: true)
    #expect(try Outside.sql("PRAGMA journal_mode = WAL;", scratch.file()) == "wal\n")
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    #expect(try journal.info().journalMode == "truncate")
    #expect(try Outside.sql("PRAGMA journal_mode;", scratch.file()) != "wal\n")
  }

  @Test(arguments: [0o000, 0o022, 0o077, 0o177] as [mode_t])
  func whatIsMadeIsPrivateUnderEveryUmask(mask: mode_t) async throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/new"
    // A process of its own: the umask belongs to all threads.
    await #expect(processExitsWith: .success) { [folder = folder as String, mask] in
      umask(mask)
      let journal = try SQLiteJournal(path: folder + "/journal.sqlite", create: true)
      _ = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
    }
    #expect(Outside.modes(folder) == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names == ["journal.sqlite", "journal.sqlite-bell", "journal.sqlite-journal"])
    for name in names { #expect(Outside.modes(folder + "/" + name) == 0o600, "\(name)") }
  }

  @Test func aSharedStoreKeepsItsModes() throws {
    let scratch = try Scratch()
    chmod(scratch.path, 0o2770)
    _ = try SQLiteJournal(path: scratch.file(), create: true)
    chmod(scratch.file(), 0o660)
    let journal = try SQLiteJournal(path: scratch.file(), create: true)
    _ = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
    for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path) {
      #expect(Outside.modes(scratch.file(name)) == 0o660, "\(name)")
    }
    #expect(Outside.modes(scratch.path) == 0o2770)
  }

  @Test func whatOthersCouldChangeIsRefused() throws {
    for modes: mode_t in [0o707, 0o777, 0o703] {
      let scratch = try Scratch()
      _ = try SQLiteJournal(path: scratch.file(), create: true)
      let before = try Outside.digests(scratch.path)
      chmod(scratch.path, modes)
      for create in [true, false] {
        guard
          case .notPermitted? = failure({ try SQLiteJournal(path: scratch.file(), create: create) })
        else {
          Issue.record("a folder of modes \(String(modes, radix: 8)) was taken")
          continue
        }
      }
      guard
        case .notPermitted? = failure({ try SQLiteJournal(path: scratch.file("b"), create: true) })
      else {
        Issue.record("a store was made in a folder of modes \(String(modes, radix: 8))")
        continue
      }
      #expect(try Outside.digests(scratch.path) == before)
      // The sticky bit keeps others from exchanging files.
      chmod(scratch.path, modes | 0o1000)
      #expect(throws: Never.self) { try SQLiteJournal(path: scratch.file(), create: false) }
    }
    let scratch = try Scratch()
    _ = try SQLiteJournal(path: scratch.file(), create: true)
    chmod(scratch.file(), 0o606)
    guard case .notPermitted? = failure({ try SQLiteJournal(path: scratch.file(), create: true) })
    else {
      Issue.record("a file that all can write was taken")
      return
    }
  }

  /// A file of another account beside ours in a shared folder would be replayed by SQLite.
  @Test(.enabled(if: geteuid() == 0, "only root can give a file to another account"))
  func aPlantedFileIsRefused() throws {
    for name in ["journal.sqlite", "journal.sqlite-journal", "journal.sqlite-bell"] {
      let scratch = try Scratch()
      _ = try SQLiteJournal(path: scratch.file(), create: true)
      chmod(scratch.path, 0o1777)
      if !FileManager.default.fileExists(atPath: scratch.file(name)) {
        _ = FileManager.default.createFile(atPath: scratch.file(name), contents: nil)
      }
      chown(scratch.file(name), 65_534, 65_534)
      guard case .notPermitted? = failure({ try SQLiteJournal(path: scratch.file(), create: true) })
      else {
        Issue.record("\(name) of another account was taken")
        continue
      }
    }
  }

  @Test func aFileThatIsNoStoreIsNamedAndLeftAsItIs() throws {
    let scratch = try Scratch()
    let whole = try { () throws -> Data in
      let journal = try SQLiteJournal(path: scratch.file("whole"), create: true)
      for number in 1...20 {
        _ = try journal.declare(.of(Untrusted("\(number)")), by: .ana, at: nil, now: .morning)
      }
      return try Data(contentsOf: URL(filePath: scratch.file("whole")))
    }()
    let samples: [(String, Data)] = [
      ("text", Data("this is no database at all, it is a letter to a friend\n".utf8)),
      ("header only", whole.prefix(100)),
      ("half a page", whole.prefix(2048)),
      ("first page", whole.prefix(4096)),
      ("zeros", Data(repeating: 0, count: 8192)),
      ("garbage behind the header", whole.prefix(100) + Data(repeating: 0xA5, count: 20_000)),
    ]
    for (name, bytes) in samples {
      let folder = try Scratch()
      try bytes.write(to: URL(filePath: folder.file()))
      chmod(folder.file(), 0o600)
      let before = try Outside.digests(folder.path)
      let error = failure {
        try SQLiteJournal(path: folder.file(), create: true).board(BoardQuery(tab: nil))
      }
      guard case .damaged(let text)? = error else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
      #expect(text.text.contains(folder.file()))
      #expect(try Outside.digests(folder.path) == before, "\(name)")
    }
  }

  @Test func anotherProgramsDatabaseIsNotTouched() throws {
    let scratch = try Scratch()
    try Outside.sql("CREATE TABLE notes (text); PRAGMA user_version = 1;", scratch.file())
    chmod(scratch.file(), 0o600)
    let before = try Outside.digests(scratch.path)
    guard case .damaged? = failure({ try SQLiteJournal(path: scratch.file(), create: true) }) else {
      Issue.record("another program's file was taken")
      return
    }
    #expect(try Outside.digests(scratch.path) == before)
  }

  @Test func aNewerStoreIsRefusedAndUnchanged() throws {
    let scratch = try Scratch()
    do {
      let journal = try SQLiteJournal(path: scratch.file(), create: true)
      _ = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
    }
    try Outside.sql("PRAGMA user_version = \(Schema.version + 1);", scratch.file())
    let before = try Outside.digests(scratch.path)
    let error = failure { try SQLiteJournal(path: scratch.file(), create: true) }
    guard case .newer(let text)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(text.text.contains("version \(Schema.version + 1)"))
    #expect(try Outside.digests(scratch.path) == before)
  }

  @Test func whatIsNoFileIsNamed() throws {
    let scratch = try Scratch()
    mkfifo(scratch.file("fifo"), 0o600)
    mkdir(scratch.file("folder"), 0o700)
    symlink("nowhere", scratch.file("broken"))
    symlink("loop", scratch.file("loop"))
    let long = String(repeating: "x", count: 5000)
    for path in ["fifo", "folder", "loop", "fifo/journal.sqlite", long].map(scratch.file) + [
      "", "a\0b",
    ] {
      for create in [true, false] {
        guard case .unavailable? = failure({ try SQLiteJournal(path: path, create: create) }) else {
          Issue.record("\(path.prefix(80))")
          continue
        }
      }
    }
    // A link to a file that is not there yet names the place where it is to be.
    #expect(failure { try SQLiteJournal(path: scratch.file("broken"), create: true) } != nil)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("nowhere")))
  }

  @Test func aLinkLeadsToTheStoreAndItsBell() throws {
    let scratch = try Scratch()
    mkdir(scratch.file("real"), 0o700)
    let journal = try SQLiteJournal(path: scratch.file("real/journal.sqlite"), create: true)
    symlink("real/journal.sqlite", scratch.file("link"))
    let linked = try SQLiteJournal(path: scratch.file("link"), create: false)
    #expect(linked.path == journal.path)
    _ = try linked.declare(.of("a"), by: .ana, at: nil, now: .morning)
    #expect(try journal.board(BoardQuery(tab: nil)).total == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == [
        "link", "real",
      ])
  }

  /// The numbers are those of statfs(2); there is no such file system to mount in a test.
  @Test func networkFileSystemsAreKnownByNumber() {
    for kind: UInt in [0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x517B, 0x6573_5546, 0x0102_1997] {
      #expect(FileSystemKind.undependable(kind) != nil)
    }
    // ext4, XFS, btrfs, tmpfs, ZFS, overlay.
    for kind: UInt in [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x2FC1_2FC1, 0x794C_7630] {
      #expect(FileSystemKind.undependable(kind) == nil)
    }
  }

  @Test func eightSessionsMayMakeOneStoreAtOnce() async throws {
    for _ in 1...5 {
      let path = try Scratch().file("new/journal.sqlite")
      _ = try await onThreads(8) { _ in
        let journal = try SQLiteJournal(path: path, create: true)
        _ = try journal.declare(.of("a"), by: .ana, at: nil, now: .morning)
      }
      #expect(try SQLiteJournal(path: path, create: false).board(BoardQuery(tab: nil)).total == 8)
    }
  }
}
