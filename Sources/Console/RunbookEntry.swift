import IncidentDomain
import TextGate

/// A runbook as the chooser lists it.
public struct RunbookEntry: Hashable, Sendable, Identifiable {
  /// The path by which the catalogue knows it; unique.
  public let id: String
  /// Its title.
  public let title: Untrusted
  /// Where it stands in the catalogue: `04-data`.
  public let area: Untrusted
  /// What the document says of itself: criticality, owner, date; in the order to show.
  public let facts: [Untrusted]
  /// Steps that it has.
  public let steps: Int
  /// Words that its search finds beside path and title, lower-case: tags, services, alerts.
  public let words: String

  /// Lists a runbook.
  public init(
    id: String, title: Untrusted, area: Untrusted, facts: [Untrusted], steps: Int, words: String
  ) {
    self.id = id
    self.title = title
    self.area = area
    self.facts = facts
    self.steps = steps
    self.words = words
  }
}

/// The chooser's state.
struct RunbookChooser: Sendable {
  private(set) var entries: [RunbookEntry] = []
  private(set) var hasLoaded = false
  var filter = LineEditor()
  var selection = Selection<String>()
  /// What the filter lets through, suggestions first.
  private(set) var shown: [Match] = []
  /// The one that is being looked at.
  var preview: RunStart?
  /// The path that was asked for and not answered.
  var opening: String?

  /// An entry of the list and why it stands where it does; empty for no reason.
  struct Match: Sendable {
    let entry: RunbookEntry
    let why: Showable
  }

  mutating func take(_ entries: [RunbookEntry], for incident: Incident?) {
    self.entries = entries
    hasLoaded = true
    apply(for: incident)
  }

  /// Orders and filters anew: the incident's suggestion, then what shares its words, then the rest.
  mutating func apply(for incident: Incident?) {
    let terms = filter.text.lowercased().split(separator: " ").map(String.init)
    let matching = entries.filter { entry in
      let text = entry.text
      return terms.allSatisfy { text.contains($0) }
    }
    guard let incident, terms.isEmpty else {
      shown = matching.map { Match(entry: $0, why: .empty) }
      return
    }
    let ranked = matching.map { entry -> (Match, Int) in
      let (why, rank) = Self.suggestion(of: entry, for: incident)
      return (Match(entry: entry, why: why), rank)
    }
    shown =
      ranked.enumerated().sorted { left, right in
        left.element.1 == right.element.1
          ? left.offset < right.offset : left.element.1 > right.element.1
      }.map(\.element.0)
  }

  private static func suggestion(
    of entry: RunbookEntry, for incident: Incident
  ) -> (Showable, Int) {
    if let named = incident.suggestedRunbook?.raw.lowercased(), !named.isEmpty,
      entry.id.lowercased() == named || entry.id.lowercased().contains(named)
    {
      return ("named by the incident", 1000)
    }
    let text = entry.text
    if let service = incident.service?.raw.lowercased(), service.count > 2, text.contains(service) {
      return ("service \(Untrusted(service).showable)", 500)
    }
    if let type = incident.type?.raw.lowercased(), type.count > 2, text.contains(type) {
      return ("issue type \(Untrusted(type).showable)", 400)
    }
    let title = incident.title.raw.lowercased()
    let words: [String] = title.split { !$0.isLetter && !$0.isNumber }.map { String($0) }
    let shared: [String] = Set(words).filter { $0.count > 3 && text.contains($0) }.sorted()
    guard !shared.isEmpty else { return (.empty, 0) }
    let list = shared.map { Untrusted($0).showable }.joined(", ")
    return ("shares \(list)", shared.count)
  }
}

extension RunbookEntry {
  /// All that a search looks at, lower-case.
  fileprivate var text: String { "\(id) \(title.raw) \(words)".lowercased() }
}
