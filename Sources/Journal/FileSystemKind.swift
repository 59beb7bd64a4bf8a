import CSystem
import TextGate

/// The kinds of file system on which a store is not written.
///
/// SQLite's locks are not dependable there, and two writers without locks destroy the file
/// (sqlite.org, "How To Corrupt An SQLite Database File", 2.1).
enum FileSystemKind {
  /// The name of an undependable kind by the kernel's number (statfs(2), linux/magic.h); nil for
  /// the others.
  static func undependable(_ kind: UInt) -> Showable? {
    switch kind {
    case 0x6969: "NFS"
    case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "CIFS"
    case 0x6573_5546: "FUSE"
    case 0x5346_414F, 0x6B41_4653: "AFS"
    case 0x0102_1997: "9P"
    case 0x00C3_6400: "Ceph"
    default: nil
    }
  }

  /// The same for the file system that a folder is on.
  static func undependable(at folder: String) -> Showable? {
    var kind: UInt = 0
    guard mayday_file_system_kind(folder, &kind) == 0 else { return nil }
    return undependable(kind)
  }
}
