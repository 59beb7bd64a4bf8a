import IncidentDomain
import TextGate

/// Follows the events of one incident, parents before children, and says what is wrong with the
/// next one. Pure; the store's and an export's events are held to the same rules by it.
struct EventChain {
  /// The first event, which declares the incident; nil before it was given.
  private(set) var first: Event?
  /// How many were taken.
  var count: Int { recorded.count }
  private var recorded: [EventID: Instant] = [:]
  private var heads: Set<EventID> = []

  /// Events that no other names as parent, ascending.
  var sortedHeads: [EventID] { heads.sorted() }

  /// Takes the next event.
  ///
  /// - Returns: what is wrong with it, a clause; nil when it was taken.
  mutating func add(_ event: Event) -> Showable? {
    if recorded[event.id] != nil { return "it stands there twice" }
    if let first {
      guard event.incidentID == first.id else { return "it belongs to another incident" }
      guard !event.parents.isEmpty else { return "it names no parent and is not the first" }
    } else {
      guard event.incident == nil, event.parents.isEmpty, event.canBegin else {
        return "it is the first, and declares no incident"
      }
    }
    guard event.parents == Array(Set(event.parents)).sorted() else {
      return "its parents are not in order"
    }
    for parent in event.parents {
      guard let before = recorded[parent] else {
        return "its parent \(parent.short) is not there before it"
      }
      guard event.recorded >= before else {
        return "it was recorded before its parent \(parent.short)"
      }
      heads.remove(parent)
    }
    heads.insert(event.id)
    recorded[event.id] = event.recorded
    if first == nil { first = event }
    return nil
  }
}

extension Event {
  /// Whether a stream of events can begin with it: an incident, a round of a checklist, or what a
  /// newer program begins and this one keeps.
  fileprivate var canBegin: Bool {
    switch body {
    case .declared, .round(.opened), .unknown: true
    default: false
    }
  }
}
