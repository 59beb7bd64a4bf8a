import TextGate

/// That somebody has a console open: who, from where, on what. No part of the record.
public struct Presence: Hashable, Sendable {
  /// The name they go by.
  public let person: Untrusted
  /// The operating system's account.
  public let account: Untrusted
  /// The machine the console runs on.
  public let host: Untrusted
  /// The terminal, as `pts/3`; nil when it has no name.
  public let terminal: Untrusted?
  /// The address that the terminal is reached from; nil when it is no connection over SSH.
  public let client: Untrusted?
  /// The process, which tells two consoles of one person apart.
  public let process: Int
  /// The incident that is open in it; nil for the board.
  public let incident: EventID?
  /// When a key was pressed there last, to the half minute.
  public let lastKey: Instant

  /// Holds the parts as they are.
  public init(
    person: Untrusted, account: Untrusted, host: Untrusted, terminal: Untrusted?,
    client: Untrusted?, process: Int, incident: EventID?, lastKey: Instant
  ) {
    self.person = person
    self.account = account
    self.host = host
    self.terminal = terminal
    self.client = client
    self.process = process
    self.incident = incident
    self.lastKey = lastKey
  }

  /// Somebody who pressed no key for so long is called idle.
  public static let idleSeconds = 60

  /// Whole minutes without a key; nil for less than ``idleSeconds``.
  public func idleMinutes(at now: Instant) -> Int? {
    let seconds = now.seconds(since: lastKey)
    return seconds < Self.idleSeconds ? nil : seconds / 60
  }

  /// `pts/3 of jump-1, from 10.0.0.7`.
  public var place: Showable {
    let from = client.map { ", from \($0.showable)" as Showable } ?? .empty
    guard let terminal else { return "\(host.showable)\(from)" }
    return "\(terminal.showable) of \(host.showable)\(from)"
  }

  /// As it is kept in a file, and as `show` prints it.
  public var json: JSON {
    var m = Members()
    m.text("person", person)
    m.text("account", account)
    m.text("host", host)
    m.text("terminal", terminal)
    m.text("client", client)
    m.integer("process", process)
    m["incident"] = incident?.hex
    m["lastKey"] = lastKey.iso8601
    return .object(m.json)
  }

  /// Reads ``json``; nil when a part is missing or of another form.
  public init?(json: JSON) {
    let r = BodyReader(json: json)
    guard let person = r.text("person"), let account = r.text("account"),
      let host = r.text("host"), let process = r.integer("process"),
      let lastKey = r.instant("lastKey")
    else { return nil }
    self.init(
      person: person, account: account, host: host, terminal: r.text("terminal"),
      client: r.text("client"), process: process, incident: r.event("incident"), lastKey: lastKey)
  }
}

extension Sequence<Presence> {
  /// Those who have an incident open, one for each person: the console with the latest key.
  public func lookingAt(_ incident: EventID) -> [Presence] {
    var latest: [Untrusted: Presence] = [:]
    for presence in self where presence.incident == incident {
      if let other = latest[presence.person], other.lastKey >= presence.lastKey { continue }
      latest[presence.person] = presence
    }
    return latest.values.sorted { $0.person < $1.person }
  }
}
