import IncidentDomain
import TextGate

/// What a person's reference to an incident can mean: a number, the beginning of an id, or both.
package struct IncidentName: Sendable {
  /// The number, when the reference can be one; above 0.
  package let number: Int64?
  /// The first and the last id that begin with it; nil when it is not seven digits or more.
  package let ids: (first: EventID, last: EventID)?
  private let reference: Untrusted

  /// Reads `42`, `INC-42` or hexadecimal digits.
  package init(_ reference: Untrusted) {
    self.reference = reference
    let text = reference.raw.lowercased().filter { !$0.isWhitespace }
    let digits = text.hasPrefix("inc-") ? text.dropFirst(4) : text[...]
    number = Int64(digits).flatMap { $0 > 0 ? $0 : nil }
    guard (7...64).contains(text.utf8.count),
      let first = EventID(hex: text + String(repeating: "0", count: 64 - text.utf8.count)),
      let last = EventID(hex: text + String(repeating: "f", count: 64 - text.utf8.count))
    else {
      ids = nil
      return
    }
    ids = (first, last)
  }

  /// The one that was found.
  ///
  /// - Throws: `noSuchIncident` or `ambiguous`.
  package func one(of found: [EventID]) throws(JournalError) -> EventID {
    if found.count > 1 { throw .ambiguous(reference) }
    guard let id = found.first else { throw .noSuchIncident(reference) }
    return id
  }
}
