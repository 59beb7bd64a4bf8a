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
    case .unavailable(let text), .cannotWrite(let text), .busy(let text), .damaged(let text),
      .newer(let text), .notPermitted(let text):
      text
    }
  }
}
