import TextGate

/// One immutable fact about an incident (ARCHITECTURE.md, "The record").
///
/// The body is kept as the JSON that was hashed; ``body`` is what this program understands of it.
public struct Event: Hashable, Sendable, Identifiable {
  /// SHA-256 of ``canonicalWithoutID``.
  public let id: EventID
  /// Version of the event form; 1 today.
  public let version: Int
  /// The id of the incident's first event; nil in that event itself.
  public let incident: EventID?
  /// The kind by its name in the record (`note`); one that this program does not know is kept too.
  public let kind: String
  /// The body as it was hashed; an object.
  public let bodyJSON: JSON
  /// The person who acted, by the name they go by.
  public let author: Untrusted
  /// The operating system's account when a person acted on a shared one; nil when it is the author.
  public let account: Untrusted?
  /// The fingerprint of the SSH key its author came with, where the server of SSH told it.
  public let key: Untrusted?
  /// The machine it was written on, as it names itself.
  public let host: Untrusted
  /// When it happened, as told.
  public let occurred: ToldTime
  /// When it was written; never less than a parent's.
  public let recorded: Instant
  /// The heads its writer had seen, in ascending order.
  public let parents: [EventID]
  /// Members that a newer program wrote and this one does not know; part of the hash.
  public let extra: [String: JSON]
  /// What this program understands of ``bodyJSON``; ``EventBody/unknown(kind:)`` when it does not.
  public let body: EventBody

  /// The incident it belongs to: its own id for the first event.
  public var incidentID: EventID { incident ?? id }

  /// Makes an event; `hash` gives the id of canonical bytes.
  public init(
    incident: EventID?, body: EventBody, author: Untrusted, account: Untrusted?,
    key: Untrusted? = nil, host: Untrusted, occurred: ToldTime, recorded: Instant,
    parents: [EventID], hash: ([UInt8]) -> EventID
  ) {
    version = 1
    self.incident = incident
    kind = body.kind
    bodyJSON = body.json
    self.author = author
    self.account = account
    self.key = key
    self.host = host
    self.occurred = occurred
    self.recorded = recorded
    self.parents = parents.sorted()
    extra = [:]
    self.body = body
    let members = Self.members(
      version: 1, incident: incident, kind: kind, bodyJSON: bodyJSON, author: author,
      account: account, key: key, host: host, occurred: occurred, recorded: recorded,
      parents: self.parents,
      extra: [:])
    id = hash(JSON.object(members).canonical)
  }

  /// The same event, with other times for who folds it; its id stays that of what was written.
  init(_ event: Event, body: EventBody, occurred: ToldTime, recorded: Instant) {
    id = event.id
    version = event.version
    incident = event.incident
    kind = event.kind
    bodyJSON = event.bodyJSON
    author = event.author
    account = event.account
    key = event.key
    host = event.host
    self.occurred = occurred
    self.recorded = recorded
    parents = event.parents
    extra = event.extra
    self.body = body
  }

  /// The bytes whose SHA-256 is the id (COMMANDS.md).
  public var canonicalWithoutID: [UInt8] { JSON.object(membersWithoutID).canonical }

  /// The event as exported: all members, `id` too.
  public var json: JSON {
    var members = membersWithoutID
    members["id"] = .string(id.hex)
    return .object(members)
  }

  private var membersWithoutID: [String: JSON] {
    Self.members(
      version: version, incident: incident, kind: kind, bodyJSON: bodyJSON, author: author,
      account: account, key: key, host: host, occurred: occurred, recorded: recorded,
      parents: parents,
      extra: extra)
  }

  private static func members(
    version: Int, incident: EventID?, kind: String, bodyJSON: JSON, author: Untrusted,
    account: Untrusted?, key: Untrusted?, host: Untrusted, occurred: ToldTime, recorded: Instant,
    parents: [EventID], extra: [String: JSON]
  ) -> [String: JSON] {
    var members = extra
    members["v"] = .integer(Int64(version))
    members["incident"] = incident.map { .string($0.hex) }
    members["kind"] = .string(kind)
    members["body"] = bodyJSON
    members["author"] = .string(author.raw)
    if let account { members["account"] = .string(account.raw) }
    if let key { members["key"] = .string(key.raw) }
    members["host"] = .string(host.raw)
    members["occurred"] = .string(occurred.instant.iso8601)
    if occurred.precision != .second { members["precision"] = .string(occurred.precision.rawValue) }
    members["recorded"] = .string(recorded.iso8601)
    members["parents"] = .array(parents.map { .string($0.hex) })
    return members
  }

  /// What is wrong with an event's JSON, as a clause.
  public struct FormError: Error, Hashable, Sendable {
    /// Which member is missing or of another form.
    public let problem: Showable
  }

  /// Reads an exported or stored event. The id is taken as it stands: it is not compared with the
  /// hash
  /// of ``canonicalWithoutID``, which is what verifying does.
  ///
  /// - Throws: ``FormError`` naming the member that is missing or of another form.
  public init(json: JSON) throws(FormError) {
    guard case .object(var members) = json else {
      throw FormError(problem: "an event is not an object")
    }
    guard let hex = members.removeValue(forKey: "id")?.string else {
      throw FormError(problem: "its member \"id\" is missing or no text")
    }
    guard let id = EventID(hex: hex) else {
      throw FormError(problem: "its id is not 64 hexadecimal digits")
    }
    try self.init(id: id, members: members)
  }

  /// Members that every event has, but for its id.
  private static let common = [
    "v", "kind", "body", "author", "host", "occurred", "recorded", "parents",
  ]

  /// Reads an event's members without its id, which is taken as it stands.
  ///
  /// - Throws: ``FormError`` naming the member that is missing or of another form.
  package init(id: EventID, members: [String: JSON]) throws(FormError) {
    func text(_ key: String, _ name: Showable) throws(FormError) -> String {
      guard let value = members[key]?.string else {
        throw FormError(problem: "its member \"\(name)\" is missing or no text")
      }
      return value
    }
    self.id = id
    var known = Self.common
    guard let version = members["v"]?.integer, (1...1_000_000).contains(version) else {
      throw FormError(problem: "its version \"v\" is missing or no number")
    }
    self.version = Int(version)
    if let incident = members["incident"] {
      guard let hex = incident.string, let id = EventID(hex: hex) else {
        throw FormError(problem: "its incident is not 64 hexadecimal digits")
      }
      self.incident = id
      known.append("incident")
    } else {
      incident = nil
    }
    kind = try text("kind", "kind")
    guard let bodyJSON = members["body"], bodyJSON.object != nil else {
      throw FormError(problem: "its body is missing or no object")
    }
    self.bodyJSON = bodyJSON
    author = Untrusted(try text("author", "author"))
    // What this program cannot mean stays among the extra members, or the hash would not hold.
    if let name = members["account"]?.string {
      account = Untrusted(name)
      known.append("account")
    } else {
      account = nil
    }
    if let name = members["key"]?.string {
      key = Untrusted(name)
      known.append("key")
    } else {
      key = nil
    }
    host = Untrusted(try text("host", "host"))
    guard let occurred = Instant(iso8601: try text("occurred", "occurred")),
      let recorded = Instant(iso8601: try text("recorded", "recorded"))
    else { throw FormError(problem: "a time is not of the form 2018-10-21T22:52:00.000Z") }
    let precision = members["precision"]?.string.flatMap(Precision.init(rawValue:)) ?? .second
    if precision != .second { known.append("precision") }
    self.occurred = ToldTime(occurred, precision)
    self.recorded = recorded
    guard let parents = members["parents"]?.array else {
      throw FormError(problem: "its parents are missing or no list")
    }
    var ids: [EventID] = []
    for parent in parents {
      guard let hex = parent.string, let id = EventID(hex: hex) else {
        throw FormError(problem: "a parent is not 64 hexadecimal digits")
      }
      ids.append(id)
    }
    self.parents = ids
    extra =
      members.count == known.count ? [:] : members.filter { name, _ in !known.contains(name) }
    body = EventBody(kind: kind, json: bodyJSON)
  }
}
