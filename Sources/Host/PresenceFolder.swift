import CSystem
import Dispatch
import Glibc
import IncidentDomain
import Journal
import TextGate

/// Who has a console open on a store: a small private file for each, beside the store.
///
/// No part of the record: nothing is hashed, nothing is kept once the console is gone. A store is on
/// a local disk, so the processes that use it are this machine's, and a file whose process is gone
/// is removed by whoever sees it.
public struct PresenceFolder: PresencePlace {
  private let path: String
  private let store: String
  private let host: Untrusted

  /// Nothing is made or opened yet.
  ///
  /// - Parameters:
  ///   - store: the store's file; its modes are those of the folder.
  ///   - host: this machine, as it names itself.
  public init(beside store: String, host: Untrusted) {
    self.store = store
    path = store + "-presence"
    self.host = host
  }

  /// Files that are read at most, and bytes of each.
  private static let mostFiles = 256
  private static let mostBytes = 4096
  /// A file of another machine's console, as in a container, counts for so long without a key.
  private static let farSeconds = 900

  // MARK: - Reading

  /// Everybody who has a console open; files of consoles that are gone are removed.
  public func everybody(now: Instant) -> [Presence] {
    var result: [Presence] = []
    for name in names().prefix(Self.mostFiles) {
      guard let presence = read(name) else { continue }
      if isGone(presence, name, now) {
        _ = unlink(path + "/" + name)
      } else {
        result.append(presence)
      }
    }
    return result.sorted { ($0.person, $0.process) < ($1.person, $1.process) }
  }

  private func names() -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".json") { names.append(name) }
    }
    return names.sorted()
  }

  private func read(_ name: String) -> Presence? {
    let descriptor = open(path + "/" + name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var buffer = [UInt8](repeating: 0, count: Self.mostBytes)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0, let json = try? JSON(reading: Array(buffer[..<count])),
      let presence = Presence(json: json)
    else { return nil }
    // In a shared folder nobody speaks for another account.
    guard status.st_uid == geteuid() || Self.account(status.st_uid) == presence.account else {
      return nil
    }
    return presence
  }

  private func isGone(_ presence: Presence, _ name: String, _ now: Instant) -> Bool {
    guard presence.host == host else {
      return now.seconds(since: presence.lastKey) > Self.farSeconds
    }
    return Self.name(of: presence.process) != name
  }

  private static func account(_ id: uid_t) -> Untrusted? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil,
      let name = entry.pw_name
    else { return nil }
    return Untrusted(String(cString: name))
  }

  /// A process's file: its number and when it started, so that a number that came round again is
  /// another one. Nil when there is no such process.
  private static func name(of process: Int) -> String? {
    let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    // The second field, in brackets, may hold anything; the start is the 20th after it (proc(5)).
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: bracket)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z" else { return nil }
    return "\(process)-\(fields[19]).json"
  }

  // MARK: - Writing

  /// Says that this console is there; the file is replaced as a whole.
  ///
  /// - Returns: whether it could be written. A store that is read only goes without.
  @discardableResult
  func write(_ presence: Presence) -> Bool {
    guard let name = Self.name(of: presence.process), let modes = makeFolder() else {
      return false
    }
    let file = path + "/" + name
    let draft = file + ".new"
    _ = unlink(draft)
    let descriptor = open(
      draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, modes & 0o660)
    guard descriptor >= 0 else { return false }
    _ = fchmod(descriptor, modes & 0o660)
    let bytes = presence.json.canonical
    let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    close(descriptor)
    guard isWritten, rename(draft, file) == 0 else {
      _ = unlink(draft)
      return false
    }
    ring()
    return true
  }

  /// Takes the console's file away.
  public func leave(process: Int) {
    guard let name = Self.name(of: process) else { return }
    if unlink(path + "/" + name) == 0 { ring() }
  }

  /// The folder, private as the store is; nil when it cannot be had. What is there under its name and
  /// is no folder of the account's own or of the store's owner is left alone.
  private func makeFolder() -> mode_t? {
    var file = stat()
    guard stat(store, &file) == 0 else { return nil }
    let isShared = file.st_mode & 0o060 != 0
    var folder = stat()
    if lstat(path, &folder) != 0 {
      guard mkdir(path, 0o700) == 0 else { return nil }
      if isShared {
        _ = chown(path, uid_t.max, file.st_gid)
        _ = chmod(path, 0o2770)
      }
      guard lstat(path, &folder) == 0 else { return nil }
    }
    guard folder.st_mode & S_IFMT == S_IFDIR, folder.st_mode & 0o002 == 0,
      folder.st_uid == geteuid() || folder.st_uid == file.st_uid || isShared
    else { return nil }
    return isShared ? 0o660 : 0o600
  }

  // MARK: - Watching

  /// Listens to the folder; an observer makes none, for it leaves nothing behind.
  public func watch(
    isObserver: Bool, _ onChange: @escaping @Sendable () -> Void
  ) -> (any JournalWatch)? {
    if !isObserver { _ = makeFolder() }
    let listener = mayday_doorbell_open()
    guard listener >= 0 else { return nil }
    let bell = mayday_doorbell_listen(listener, path)
    guard bell >= 0 else {
      close(listener)
      return nil
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: .global())
    source.setEventHandler {
      _ = mayday_doorbell_drain(listener, bell)
      onChange()
    }
    source.setCancelHandler { close(listener) }
    source.activate()
    return FolderWatch(source)
  }

  // Unchecked, because Dispatch does not say of its sources that any thread may cancel them.
  private final class FolderWatch: JournalWatch, @unchecked Sendable {
    private let source: any DispatchSourceRead

    init(_ source: any DispatchSourceRead) {
      self.source = source
    }

    deinit { source.cancel() }

    func cancel() { source.cancel() }
  }

  /// Says that this console is there, as far as the store can be written.
  public func tell(_ presence: Presence, now: Instant) { write(presence) }

  /// What ``everybody(now:)`` looks through changed, for those who listen.
  private func ring() { _ = utimensat(AT_FDCWD, path, nil, 0) }
}
