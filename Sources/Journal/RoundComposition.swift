import IncidentDomain
import TextGate

/// Turns what was decided about a round into events. Pure, and the same for every store.
package struct RoundComposition: Sendable {
  /// As of the new events.
  package let record: RoundRecord
  /// The new events in order; the one that begins the round too, when nobody had begun it.
  package let events: [Event]

  /// - Parameters:
  ///   - held: the round's events as of the moment; none for one that nobody has begun.
  ///   - now: the writer's clock.
  /// - Throws: a ``Refusal``; nothing is composed then.
  package init(
    _ command: RoundCommand, on round: Round, held: [Event], by actor: Actor, at told: ToldTime?,
    now: Instant
  ) throws(Refusal) {
    let before = held.isEmpty ? [round.opening(hash: EventID.sha256(of:))] : held
    guard let record = RoundRecord.fold(before) else {
      throw Refusal(.badValue, "the round \(round.subject.name.showable) cannot be read back")
    }
    let (change, occurred) = try command.decide(
      in: record, by: actor, at: told, now: now)
    let parents = record.events.filter { record.heads.contains($0.id) }
    let event = Event(
      incident: record.id, body: .round(change), author: actor.person,
      account: actor.accountIfOther, key: actor.key, host: actor.host, occurred: occurred,
      recorded: parents.map(\.recorded).reduce(now, max), parents: parents.map(\.id),
      hash: EventID.sha256(of:))
    guard let after = RoundRecord.fold(record.events + [event]) else {
      throw Refusal(.badValue, "the round \(round.subject.name.showable) cannot be read back")
    }
    self.record = after
    events = held.isEmpty ? before + [event] : [event]
  }
}

extension RoundBook {
  /// What a store holds of some rounds.
  ///
  /// - Parameters:
  ///   - begun: the key of each subject that has rounds, and the begin of its first in milliseconds.
  ///   - events: gives the events of a round; none for one that nobody has begun.
  package init(
    of rounds: [Round], begun: some Sequence<(key: String?, begin: Int64?)>,
    events: (EventID) throws -> [Event]
  ) rethrows {
    var first: [String: Instant] = [:]
    for case (let key?, let begin?) in begun { first[key] = Instant(milliseconds: begin) }
    self.init(
      records: try rounds.compactMap { RoundRecord.fold(try events($0.id)) }, first: first)
  }
}

extension Round {
  /// The id of its first event, on every replica.
  package var id: EventID { opening(hash: EventID.sha256(of:)).id }
}
