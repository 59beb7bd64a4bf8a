import IncidentDomain
import TextGate

/// One event as the store holds it.
package struct StoredEvent: Sendable {
  let sequence: Int64
  /// Nil when it is not 32 bytes.
  let id: EventID?
  let incident: EventID?
  let kind: String
  let occurred: Int64
  let recorded: Int64
  /// Canonical JSON without `id`.
  let json: String

  /// Holds the parts as they are stored.
  package init(
    sequence: Int64, id: EventID?, incident: EventID?, kind: String, occurred: Int64,
    recorded: Int64, json: String
  ) {
    self.sequence = sequence
    self.id = id
    self.incident = incident
    self.kind = kind
    self.occurred = occurred
    self.recorded = recorded
    self.json = json
  }

  /// What is wrong with it, a clause.
  struct Problem: Error {
    let text: Showable
  }

  /// The event, when its id is its content's and its columns say what the content says.
  var checked: Result<Event, Problem> {
    guard let id, EventID.sha256(of: json) == id else {
      return .failure(Problem(text: "its content is not what was hashed"))
    }
    guard let value = try? JSON(readingCanonical: json.utf8) else {
      return .failure(Problem(text: "its content is not in canonical form"))
    }
    guard let event = Self.event(id: id, value) else {
      return .failure(Problem(text: "its content is no event"))
    }
    guard incident == event.incidentID, kind == event.kind,
      occurred == event.occurred.instant.milliseconds, recorded == event.recorded.milliseconds
    else { return .failure(Problem(text: "its columns do not agree with its content")) }
    return .success(event)
  }

  /// Reads canonical JSON without `id`; nil when it is not that.
  package static func event(id: EventID, json: String) -> Event? {
    guard let value = try? JSON(reading: json.utf8) else { return nil }
    return event(id: id, value)
  }

  private static func event(id: EventID, _ value: JSON) -> Event? {
    guard case .object(let members) = value, members["id"] == nil else { return nil }
    return try? Event(id: id, members: members)
  }

  /// Names an event of the store that is wrong, and its place as the store counts.
  package static func wrong(_ id: EventID?, at sequence: Int64, _ problem: Showable) -> Verification
  {
    .wrong(
      event: id?.word ?? "\(sequence)",
      problem: "\(problem) (position \(sequence) of the store)")
  }
}
