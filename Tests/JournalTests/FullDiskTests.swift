import Foundation
import IncidentDomain
import Journal
import TerminalHarness
import Testing
import TextGate

/// RELIABILITY 5: a disk that is full to the last byte, of each kind that this machine can make.
@Suite struct FullDiskTests {
  enum Kind: String, CaseIterable {
    case tmpfs, ext4SmallBlocks, ext4, btrfs
  }

  /// A file system in a file of the scratch folder, mounted beside it.
  private final class ImageDisk {
    let path: String

    init?(_ kind: Kind, in scratch: Scratch) throws {
      path = scratch.file("disk")
      mkdir(path, 0o700)
      let image = scratch.file("image")
      let (program, words, size): (String, [String], Int)
      switch kind {
      case .tmpfs:
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=512k,mode=0700") == 0)
        return
      case .ext4SmallBlocks: (program, words, size) = ("/sbin/mkfs.ext4", ["-q", "-b", "1024"], 8)
      case .ext4: (program, words, size) = ("/sbin/mkfs.ext4", ["-q", "-b", "4096"], 8)
      case .btrfs: (program, words, size) = ("/sbin/mkfs.btrfs", ["-q"], 120)
      }
      guard access(program, X_OK) == 0 else { return nil }
      try #require(FileManager.default.createFile(atPath: image, contents: nil))
      try #require(truncate(image, size << 20) == 0)
      for (program, words) in [
        (program, words + [image]), ("/bin/mount", ["-o", "loop", image, path]),
      ] {
        let result = try TerminalHarness.Command.run(program, words)
        try #require(result.status == .exited(0), "\(result.err)")
      }
      chmod(path, 0o700)
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }
  }

  @Test(
    .enabled(if: SmallDisk.isPossible, "only root can mount a file system"),
    arguments: Kind.allCases)
  func aFullDiskCanBeReadAndSavesAgainWhenThereIsRoom(kind: Kind) throws {
    let scratch = try Scratch()
    // Where the tools of a kind are not installed there is nothing to try it on.
    guard let disk = try ImageDisk(kind, in: scratch) else { return }
    let path = disk.path + "/journal.sqlite"
    let id = try SQLiteJournal(path: path, create: true)
      .declare(.of("disk"), by: .ana, at: nil, now: .morning).incident.id
    var saved = 1
    for cycle in 1...Soak.number(2, 20) {
      let filler = disk.path + "/filler"
      let descriptor = open(filler, O_CREAT | O_WRONLY, 0o600)
      for size in [65_536, 512, 1] {
        while write(descriptor, [UInt8](repeating: 1, count: size), size) == size {}
      }
      fsync(descriptor)
      close(descriptor)
      // A session that is open and one that opens now: both read, neither says that it saved.
      let journal = try SQLiteJournal(path: path, create: true)
      let text = Untrusted(String(repeating: "y", count: 60_000))
      let error = failure {
        try journal.append(.note(text), to: id, by: .ana, at: nil, now: .morning)
      }
      guard case .cannotWrite(let sentence)? = error else {
        Issue.record("\(kind) \(cycle): \(String(describing: error))")
        return
      }
      #expect(sentence.text.contains(path))
      for journal in [journal, try SQLiteJournal(path: path, create: true)] {
        #expect(try journal.incident(id)?.events.count == saved, "\(kind) \(cycle)")
        #expect(try journal.board(BoardQuery(tab: .active)).total == 1)
        guard case .sound(events: saved, _) = try journal.verify(nil) else {
          Issue.record("\(kind) \(cycle): \(try journal.verify(nil))")
          return
        }
      }
      // A program that is killed while it tries leaves nothing between.
      _ = try TerminalHarness.Command.run(
        "/usr/bin/timeout",
        ["-s", "KILL", "0.05", try Binary.path(named: "journal-writer"), path, "x", "3"])
      let kept = try #require(try SQLiteJournal(path: path, create: true).incident(id)).events.count
      #expect(kept >= saved)
      unlink(filler)
      let start = ContinuousClock.now
      let after = try journal.append(.note("room"), to: id, by: .ana, at: nil, now: .morning)
      #expect(ContinuousClock.now - start < .seconds(5))
      #expect(after.incident.events.count == kept + 1)
      saved = kept + 1
    }
  }
}
