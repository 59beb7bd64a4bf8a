import IncidentDomain
import Journal

/// An event's words as PostgreSQL reads them.
struct IndexedWords {
  /// The words with their places, a `tsvector` (8.11.1 of its manual).
  let vector: String
  /// The pairs of neighbours, an array of `int4`.
  let pairs: String

  init(_ event: Event) {
    let words = SearchWords.places(in: event.body.texts)
    vector = words.map { "'\($0.word)':\($0.place)" }.joined(separator: " ")
    pairs = Self.array(SearchWords.pairs(of: words))
  }

  static func array(_ numbers: [Int32]) -> String {
    "{" + numbers.map(String.init).joined(separator: ",") + "}"
  }

  /// Those of all events of an incident, two values of a line each; none is empty, as PostgreSQL
  /// would lose it.
  static func lines(of events: [Event]) -> [PostgresValue] {
    let words = events.map(IndexedWords.init)
    return [
      .text(words.map { " " + $0.vector }.joined(separator: "\n")),
      .text(words.map(\.pairs).joined(separator: "\n")),
    ]
  }
}
