import Crypto
import Glibc
import IncidentDomain
import TextGate

/// What commands of one person and run changed, against what a fresh command would begin with.
public struct CarriedChanges: Hashable, Sendable {
  /// Where the last command left off: an absolute path.
  public var directory: String
  /// Variables that were set or changed.
  public var set: [String: String]
  /// Variables that were taken away.
  public var removed: Set<String>

  /// What differs between the environment of a fresh command and what one left behind.
  public init(_ carried: Carried, from base: [String: String]) {
    directory = carried.directory
    set = carried.environment.filter { base[$0.key] != $0.value }
    removed = Set(base.keys.filter { carried.environment[$0] == nil })
  }

  /// The environment of the next command, made from a fresh one.
  public func environment(over base: [String: String]) -> [String: String] {
    base.filter { !removed.contains($0.key) }.merging(set) { _, changed in changed }
  }

  /// Variables that hold a secret, by their name, by one of the values, or by their shape.
  public func secretNames(_ secrets: [Secret]) -> [String] {
    set.filter { name, value in
      Secret.kind(ofVariable: name) != nil
        || Redactor.redact(Untrusted(value), secrets).raw != value
    }.map(\.key).sorted()
  }
}

/// Keeps what one person's commands of one run left behind, for their next command: of this program
/// or of another call, now or after a restart. A private file beside the outputs; secrets are never
/// in it.
public struct CarryStore: Sendable {
  private let path: String
  /// More than Linux lets an environment of ordinary size hold.
  private static let longest = 4 << 20

  /// The file of a person and run in the folder.
  public init(folder: OutputFolder, run: EventID, person: Untrusted) {
    var hash = SHA256()
    hash.update(data: Array("\(run.hex)\0\(person.raw)".utf8))
    let name = hash.finalize().prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    path = folder.file(named: "carried-" + name.joined(), ".json")
  }

  /// What the last command left; nil when there is nothing, or nothing that can be trusted: a file
  /// that is not this user's own, that others may change, or that is no whole one.
  public func load() -> CarriedChanges? {
    let file = Descriptor(open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK))
    var status = stat()
    guard file.number >= 0, fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_mode & 0o077 == 0, status.st_size <= Self.longest
    else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while let part = file.read(into: &buffer), !part.isEmpty { bytes += part }
    guard let json = try? JSON(reading: bytes)
    else { return nil }
    return CarriedChanges(json: json)
  }

  /// Keeps the changes without those that are secret.
  ///
  /// - Returns: why nothing could be kept; nil when all else was.
  public func save(_ changes: CarriedChanges, secrets: [Secret]) -> Showable? {
    var kept = changes
    for name in changes.secretNames(secrets) { kept.set[name] = nil }
    return write(kept.json.canonical).map { code in
      """
      Environment not carried: \(Untrusted(path).showable) could not be written \
      (\(CannotStart.reason(code))); make room.
      """
    }
  }

  /// Beside the old file first, so that a reader finds a whole one at any time.
  private func write(_ bytes: [UInt8]) -> Int32? {
    let beside = path + ".\(getpid()).new"
    unlink(beside)
    let created = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard created >= 0 else { return errno }
    let file = Descriptor(created)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        unlink(beside)
        return code
      }
      rest = rest.dropFirst(count)
    }
    guard rename(beside, path) == 0 else {
      let code = errno
      unlink(beside)
      return code
    }
    return nil
  }
}

extension CarriedChanges {
  fileprivate var json: JSON {
    [
      "v": 1, "directory": .string(directory), "set": .object(set.mapValues(JSON.string)),
      "removed": .array(removed.sorted().map(JSON.string)),
    ]
  }

  fileprivate init?(json: JSON) {
    guard json["v"]?.integer == 1, let directory = json["directory"]?.string,
      directory.hasPrefix("/"), let set = json["set"]?.object, let removed = json["removed"]?.array
    else { return nil }
    self.directory = directory
    self.set = set.compactMapValues(\.string)
    self.removed = Set(removed.compactMap(\.string))
  }
}
