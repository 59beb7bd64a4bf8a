import Foundation
import IncidentDomain
import Journal
import Testing
import TextGate

/// Tells a real incident through the domain's decisions, each at its own past time, as responders
/// at a console would have done; what a journal adds (ids, parents, recorded times) is added here.
struct Teller {
  private(set) var incident: Incident
  private(set) var now: Instant
  let facts: [Fact]

  /// One line of a fixture.
  struct Fact {
    let time: ToldTime
    let text: Untrusted
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// - Parameter declared: the fact at which the incident was declared.
  init(
    _ fixture: String, severity: Severity, declared: Int, number: Int, by: Actor,
    change: (inout Declaration, [Fact]) -> Void = { _, _ in }
  ) throws {
    let file = Self.folder.appending(path: "Fixtures/\(fixture).json")
    let json = try JSON(reading: [UInt8](Data(contentsOf: file)))
    facts = try #require(json["events"]?.array).map { event in
      Fact(
        time: try Self.time(try #require(event["at"]?.string)),
        text: Untrusted(try #require(event["text"]?.string)))
    }
    var declaration = Declaration(
      number: number, title: Untrusted(try #require(json["title"]?.string)), severity: severity,
      policy: .builtIn)
    change(&declaration, facts)
    let at = facts[declared].time
    now = at.instant + 20
    let first = Event(
      incident: nil, body: .declared(declaration), author: by.person, account: Self.account(of: by),
      host: by.host, occurred: try declaration.checked(at: at, now: now), recorded: now,
      parents: [], hash: EventID.sha256)
    incident = try #require(Incident.fold([first]))
  }

  /// Times as the sources give them: a day, or to the second.
  static func time(_ text: String) throws -> ToldTime {
    if text.utf8.count == 10 {
      return ToldTime(try #require(Instant(iso8601: text + "T00:00:00.000Z")), .day)
    }
    return ToldTime(try #require(Instant(iso8601: text.dropLast() + ".000Z")), .minute)
  }

  private static func account(of actor: Actor) -> Untrusted? {
    actor.account == actor.person ? nil : actor.account
  }

  /// Writes what a command makes, `seconds` after the last entry; nothing told means now.
  @discardableResult
  mutating func tell(
    _ command: Command, by actor: Actor, at told: ToldTime? = nil, after seconds: Int = 20
  ) throws -> [Event] {
    now = now + seconds
    var written: [Event] = []
    for draft in try incident.decide(command, by: actor, at: told, now: now)
    where draft.incident == incident.id {
      let event = Event(
        incident: incident.id, body: draft.body, author: actor.person,
        account: Self.account(of: actor), host: actor.host, occurred: draft.occurred, recorded: now,
        parents: incident.heads, hash: EventID.sha256)
      incident.add([event])
      written.append(event)
    }
    return written
  }

  /// Notes a fact at its own time, written down half a minute later, or now when that has passed.
  @discardableResult
  mutating func fact(_ index: Int, by actor: Actor) throws -> EventID {
    wait(until: index)
    let written = try tell(.note(facts[index].text), by: actor, at: facts[index].time, after: 30)
    return try #require(written.first?.id)
  }

  /// Lets time pass to a fact, unless it has passed already.
  mutating func wait(until index: Int) {
    now = max(now, facts[index].time.instant)
  }

  mutating func wait(seconds: Int) {
    now = now + seconds
  }

  mutating func add(_ events: [Event]) {
    incident.add(events)
  }
}

extension Actor {
  static let rosa = Actor(person: "rosa", account: "rosa", host: "jump-1")
  static let timo = Actor(person: "timo", account: "oncall", host: "jump-2")
  static let ines = Actor(person: "ines", account: "ines", host: "jump-1")
}
