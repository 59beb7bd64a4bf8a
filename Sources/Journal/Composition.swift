import IncidentDomain
import TextGate

/// Turns what was decided into events: parents, times and ids. Pure, and the same for every store.
///
/// It holds the incidents that a transaction works on, each as of the last event composed.
public struct Composition: Sendable {
  /// The incidents by id, the new events folded in.
  public private(set) var incidents: [EventID: Incident]
  /// The new events in the order they were composed.
  public private(set) var events: [Event] = []

  private let actor: Actor
  private let now: Instant

  /// - Parameters:
  ///   - incidents: those that events will be composed for, as of the moment.
  ///   - actor: who acts.
  ///   - now: the writer's clock.
  public init(_ incidents: [Incident], by actor: Actor, now: Instant) {
    self.incidents = Dictionary(incidents.map { ($0.id, $0) }) { first, _ in first }
    self.actor = actor
    self.now = now
  }

  /// Composes the first event of a new incident; its number is final.
  ///
  /// - Throws: a ``Refusal`` when a value of the declaration cannot be.
  /// - Returns: the new incident.
  public mutating func declare(
    _ declaration: Declaration, at told: ToldTime?
  ) throws(Refusal) -> Incident? {
    let declared = try declaration.checked(at: told, now: now)
    let event = compose(.declared(declaration), incident: nil, occurred: declared, after: [])
    let incident = Incident.fold([event])
    incidents[event.id] = incident
    return incident
  }

  /// Decides a command for one of the incidents and composes what it makes.
  ///
  /// - Throws: a ``Refusal``; nothing is composed then.
  public mutating func carryOut(
    _ command: Command, on id: EventID, at told: ToldTime?
  ) throws(Refusal) {
    var command = command
    // The caller may have looked at the target long ago; what counts is the state of the moment.
    if case .merge(let target) = command, let fresh = incidents[target.id] {
      command = .merge(into: MergeTarget(fresh))
    }
    let drafts = try incidents[id]?.decide(command, by: actor, at: told, now: now)
    for draft in drafts ?? [] {
      // Taken out while it changes, so that its list of events is not copied for each.
      guard var subject = incidents.removeValue(forKey: draft.incident) else { continue }
      let parents = subject.heads.compactMap { head in subject.events.last { $0.id == head } }
      let event = compose(
        draft.body, incident: subject.id, occurred: draft.occurred, after: parents)
      subject.add([event])
      incidents[subject.id] = subject
    }
  }

  /// Composes that an incident has another number from now on.
  package mutating func renumber(_ id: EventID, to number: Int) {
    guard var subject = incidents.removeValue(forKey: id) else { return }
    let parents = subject.heads.compactMap { head in subject.events.last { $0.id == head } }
    let event = compose(
      .renumbered(number), incident: id, occurred: ToldTime(now), after: parents)
    subject.add([event])
    incidents[id] = subject
  }

  /// Incidents that an incident names by their numbers: those merged into it, and the one it is in.
  package static func named(by incident: Incident) -> [EventID] {
    var ids = Set(incident.absorbed.map(\.id))
    if case .merged(let into, _) = incident.ending { ids.insert(into) }
    return ids.sorted()
  }

  /// Has an incident and those that it names call each other by the numbers they have now: two records
  /// that were brought together may have changed them.
  ///
  /// - Parameter others: those named that are in the store, as of the moment.
  package mutating func callByNumbers(_ id: EventID, _ others: [Incident]) {
    for other in others where incidents[other.id] == nil { incidents[other.id] = other }
    for other in others.map(\.id) {
      callByNumber(other, from: id)
      callByNumber(id, from: other)
    }
  }

  /// Says anew what `from` says of an incident when that has another number by now.
  private mutating func callByNumber(_ id: EventID, from: EventID) {
    guard let number = incidents[id]?.number, var subject = incidents[from] else { return }
    var bodies: [EventBody] = []
    // A contradiction about the end is a person's to settle, and saying it again would.
    let isContested = subject.openConflicts.contains { $0.about == .phase }
    if case .merged(id, let old) = subject.ending, old != number, !isContested {
      bodies.append(.merged(into: id, number: number))
    }
    if subject.absorbed.contains(where: { $0.id == id && $0.number != number }) {
      bodies.append(.absorbed(id, number: number))
    }
    for body in bodies {
      let parents = subject.heads.compactMap { head in subject.events.last { $0.id == head } }
      subject.add([compose(body, incident: from, occurred: ToldTime(now), after: parents)])
    }
    incidents[from] = subject
  }

  private mutating func compose(
    _ body: EventBody, incident: EventID?, occurred: ToldTime, after parents: [Event]
  ) -> Event {
    let event = Event(
      incident: incident, body: body, author: actor.person, account: actor.accountIfOther,
      key: actor.key, host: actor.host, occurred: occurred,
      recorded: parents.map(\.recorded).reduce(now, max), parents: parents.map(\.id),
      hash: EventID.sha256(of:))
    events.append(event)
    return event
  }
}

extension Actor {
  /// The account when it differs from the person: who acts on a shared account is on the record.
  package var accountIfOther: Untrusted? {
    account.raw.utf8.elementsEqual(person.raw.utf8) ? nil : account
  }
}
