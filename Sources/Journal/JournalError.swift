import IncidentDomain
import TextGate

/// Why the journal did not do what was asked. Nothing was written, unless the sentence of
/// ``cannotWrite(_:)`` or ``unavailable(_:)`` says otherwise: a disk may fail after it took the
/// entry.
public enum JournalError: Error, Hashable, Sendable {
  /// A rule of the domain said no.
  case refused(Refusal)
  /// No such incident; the reference as given.
  case noSuchIncident(Untrusted)
  /// More than one incident's id begins so.
  case ambiguous(Untrusted)
  /// The store cannot be reached or opened: where, why, what to do. Exit 69.
  case unavailable(Showable)
  /// A server took a commit and its answer never came: what is in it may be in the record or not.
  /// Adding the very same events again writes each of them once. Exit 69.
  case undecided(Showable, UndecidedCommit)
  /// The disk is full or read-only: where, why, what to do. Exit 73.
  case cannotWrite(Showable)
  /// Others kept it busy for longer than a person waits. Exit 75.
  case busy(Showable)
  /// The store is damaged: where, what. Exit 65.
  case damaged(Showable)
  /// The store was written by a newer program. Exit 69.
  case newer(Showable)
  /// The file's modes or owner make it unsafe or unreadable. Exit 77.
  case notPermitted(Showable)

  /// One sentence: what, where, what to do.
  public var sentence: Showable {
    switch self {
    case .refused(let refusal): refusal.sentence
    case .noSuchIncident(let reference):
      "there is no incident \(reference.showable); mayday list --all shows them"
    case .ambiguous(let reference):
      "more than one incident begins with \(reference.showable); give more digits"
    case .undecided(let text, _): text
    case .unavailable(let text), .cannotWrite(let text), .busy(let text), .damaged(let text),
      .newer(let text), .notPermitted(let text):
      text
    }
  }
}

/// What a commit of unknown end would have written.
public struct UndecidedCommit: Hashable, Sendable {
  /// All events of the incidents, or of the round, that it changes, as they would be after it.
  public let events: [Event]
  /// Those of them that it adds, in the order they were composed.
  public let new: [Event]

  /// Takes them of what was composed of incidents.
  package init(_ composition: Composition) {
    let changed = Set(composition.events.map(\.incidentID))
    events = changed.sorted().flatMap { composition.incidents[$0]?.events ?? [] }
    new = composition.events
  }

  /// Takes them of what was composed of a round.
  package init(_ composition: RoundComposition) {
    events = composition.record.events
    new = composition.events
  }
}
