import Glibc
import IncidentDomain
import Journal
import TextGate

/// What was done of checklists: a file of its own beside the store, one line of canonical JSON an
/// entry, each naming the SHA-256 of the line before, so that nothing can be taken out unseen.
///
/// A checklist is no incident, and the journal's events are about incidents; so its entries stand
/// beside them and are not synced with them.
struct ChecklistRecord {
  let path: String

  init(_ session: Session) throws {
    path = try StoreLocation.resolve(session.options).checklists()
  }

  /// Whether the store beside it belongs to a group.
  private var isShared: Bool {
    var status = stat()
    let store = String(path.dropLast("-checklists.jsonl".count))
    return stat(store, &status) == 0 && status.st_mode & 0o060 == 0o060
  }

  /// Every entry, in the order written.
  ///
  /// - Throws: a ``Failure`` when the file cannot be read or a line of it is not what was written.
  func read() throws(Failure) -> [Checklist.Completion] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw Failure(
        .unavailable, "\(location) cannot be read: \(systemMessage(errno)); check the file")
    }
    defer { close(descriptor) }
    return try lines(of: descriptor).entries
  }

  /// Adds an entry, and returns once it is on disk.
  ///
  /// - Throws: a ``Failure`` when it cannot be written; then it does not stand there.
  func append(_ completion: Checklist.Completion, by actor: Actor) throws(Failure) {
    try makeFolder()
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw cannotWrite() }
    defer { close(descriptor) }
    // Whoever may write a shared store may tick, whatever the umask of the first who did.
    if isShared { _ = fchmod(descriptor, 0o660) }
    // Two people who tick at one moment stand one after the other.
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw cannotWrite() }
    }
    let before = try lines(of: descriptor)
    var bytes = completion.json(by: actor, after: before.last).canonical
    bytes.append(UInt8(ascii: "\n"))
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = cannotWrite()
        // A part of a line would make the whole file unreadable.
        _ = ftruncate(descriptor, before.bytes)
        throw failure
      }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else { throw cannotWrite() }
  }

  private var location: Showable { Untrusted(path).showable }

  private func cannotWrite() -> Failure {
    Failure(
      .cannotWrite, "\(location) cannot be written: \(systemMessage(errno)); nothing is recorded")
  }

  private func makeFolder() throws(Failure) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    guard access(folder, F_OK) != 0 else { return }
    var made = ""
    for part in folder.split(separator: "/") {
      made += (made.isEmpty && !folder.hasPrefix("/") ? "" : "/") + part
      if mkdir(made, 0o700) != 0, errno != EEXIST { throw cannotWrite() }
    }
  }

  private func lines(
    of descriptor: Int32
  ) throws(Failure) -> (entries: [Checklist.Completion], last: EventID?, bytes: off_t) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(bytes.count))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw Failure(
          .unavailable, "\(location) cannot be read: \(systemMessage(errno)); check the file")
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    var entries: [Checklist.Completion] = []
    var last: EventID?
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let json = try? JSON(reading: line),
        let completion = Checklist.Completion(json: json),
        json["previous"]?.string == last?.hex
      else {
        throw Failure(
          .badData,
          "line \(index + 1) of \(location) is not what was written there; keep a copy of the file and move it away"
        )
      }
      entries.append(completion)
      last = EventID.sha256(of: Array(line))
    }
    return (entries, last, off_t(bytes.count))
  }
}

extension Checklist.Completion {
  fileprivate func json(by actor: Actor, after last: EventID?) -> JSON {
    var members: [String: JSON] = [
      "v": 1, "checklist": .string(checklist.raw), "item": .string(item.raw),
      "author": .string(actor.person.raw), "account": .string(actor.account.raw),
      "host": .string(actor.host.raw), "at": .string(at.iso8601),
    ]
    members["note"] = note.map { .string($0.raw) }
    members["previous"] = last.map { .string($0.hex) }
    return .object(members)
  }

  fileprivate init?(json: JSON) {
    guard let checklist = json["checklist"]?.string, let item = json["item"]?.string,
      let author = json["author"]?.string,
      let at = json["at"]?.string.flatMap({ Instant(iso8601: $0) })
    else { return nil }
    self.init(
      checklist: Untrusted(checklist), item: Untrusted(item), by: Untrusted(author), at: at,
      note: json["note"]?.string.map { Untrusted($0) })
  }
}
