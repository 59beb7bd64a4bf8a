import IncidentDomain
import TextGate

/// The search of the whole record: what was asked, what was found, where the list stands.
struct RecordSearch: Sendable {
  /// What was asked last; nil before the first search.
  private(set) var text: Untrusted?
  /// The answer; nil while it is on its way.
  private(set) var result: SearchResult?
  /// Whether no answer will come.
  private(set) var hasFailed = false
  var selection = Selection<EventID>()
  /// The hit that was asked for and is not open yet.
  var opening: Event?

  /// The most hits wanted: older ones are found by a further word.
  static let limit = 100

  var hits: [SearchHit] { result?.hits ?? [] }

  var selected: SearchHit? {
    let hits = hits
    return selection.index(among: hits.map(\.event.id)).map { hits[$0] }
  }

  mutating func ask(_ text: Untrusted) -> Effect {
    self = RecordSearch()
    self.text = text
    return .search(text, limit: Self.limit)
  }

  /// Takes an answer; one to an older question changes nothing.
  mutating func take(_ result: SearchResult, to text: Untrusted) {
    guard text == self.text else { return }
    self.result = result
  }

  /// What was asked for will not come.
  mutating func giveUp() {
    if text != nil, result == nil { hasFailed = true }
    opening = nil
  }
}

extension Model {
  /// Has the record searched; the list is there at once and fills when the answer comes.
  mutating func searchRecord(_ text: Untrusted) -> [Effect] {
    let effect = search.ask(text)
    if screen != .search { push(.search) }
    return [effect]
  }

  /// Opens the incident of the selected hit, at that entry.
  mutating func openHit() -> [Effect] {
    guard let hit = search.selected else {
      refuse(search.result == nil ? "the search is not over yet" : "nothing was found; S searches")
      return []
    }
    search.opening = hit.event
    say(.notice, "opening INC-\(hit.number)")
    return [.openIncident(hit.event.incidentID)]
  }
}
