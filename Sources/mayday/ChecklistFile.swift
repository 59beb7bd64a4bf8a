import Glibc
import IncidentDomain
import Journal
import Policies
import TextGate

/// What was done of checklists before the journal held it: a file beside the store, one line of
/// canonical JSON an entry, each naming the SHA-256 of the line before.
///
/// It is brought into the record once, by whoever first may write there; the file stays under another
/// name. Doing it twice, or half, changes nothing: what is done already is not done again.
struct ChecklistFile {
  private let path: String
  private let policy: OperationsPolicy

  /// - Throws: a ``Failure`` when the account has no folder of its own.
  init(_ session: Session, _ policy: OperationsPolicy) throws {
    path = try StoreLocation.resolve(session.options).checklists()
    self.policy = policy
  }

  /// Whether there is one still.
  var isThere: Bool { access(path, F_OK) == 0 }

  /// Brings the entries into the record.
  ///
  /// - Throws: a ``Failure`` or a `JournalError` when the file cannot be read, a line of it is not
  ///   what was written, or the record cannot be written.
  func bringIn(to journal: any Journal, now: Instant) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return }
      throw Failure(
        .unavailable, "\(location) cannot be read: \(systemMessage(errno)); check the file")
    }
    defer { close(descriptor) }
    for (actor, completion) in try lines(of: descriptor) {
      let list = policy.checklists.first { $0.name == completion.checklist }
      let round =
        list.map { $0.round(at: completion.at, in: PolicyZone.named($0.zone) ?? .utc) }
        ?? Round(of: .checklist(completion.checklist), in: nil)
      do throws(JournalError) {
        _ = try journal.append(
          .tick(completion.item, note: completion.note), to: round, by: actor,
          at: ToldTime(completion.at), now: max(now, completion.at))
      } catch {
        // Done in that period already: by this file before, or again by the same person.
        guard case .refused = error else { throw error }
      }
    }
    guard rename(path, path + ".in-the-record") == 0 else {
      throw Failure(
        .cannotWrite, "\(location) cannot be renamed: \(systemMessage(errno)); move it away")
    }
  }

  private var location: Showable { Untrusted(path).showable }

  private func lines(
    of descriptor: Int32
  ) throws(Failure) -> [(Actor, Checklist.Completion)] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw Failure(
          .unavailable, "\(location) cannot be read: \(systemMessage(errno)); check the file")
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    var entries: [(Actor, Checklist.Completion)] = []
    var last: EventID?
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let json = try? JSON(reading: line), let entry = Self.entry(json),
        json["previous"]?.string == last?.hex
      else {
        throw Failure(
          .badData,
          "line \(index + 1) of \(location) is not what was written there; keep a copy of the file and move it away"
        )
      }
      entries.append(entry)
      last = EventID.sha256(of: Array(line))
    }
    return entries
  }

  private static func entry(_ json: JSON) -> (Actor, Checklist.Completion)? {
    guard let checklist = json["checklist"]?.string, let item = json["item"]?.string,
      let author = json["author"]?.string,
      let at = json["at"]?.string.flatMap({ Instant(iso8601: $0) })
    else { return nil }
    let actor = Actor(
      person: Untrusted(author), account: Untrusted(json["account"]?.string ?? author),
      host: Untrusted(json["host"]?.string ?? "unknown"))
    return (
      actor,
      Checklist.Completion(
        checklist: Untrusted(checklist), item: Untrusted(item), by: Untrusted(author), at: at,
        note: json["note"]?.string.map { Untrusted($0) })
    )
  }
}
