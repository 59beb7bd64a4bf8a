import IncidentDomain
import TextGate

/// One incident's row beside the events: what the board needs, in columns that can be ordered.
package struct Projection: Hashable, Sendable {
  package let id: EventID
  package let number: Int64
  /// The place of the tab in the order of the board.
  package let tab: Int64
  /// With `place`, the order on a tab: the worst severity and the earliest due first; on the closed
  /// tab the one declared last first.
  package let rank: Int64
  package let place: Int64
  package let severity: Int64
  package let declared: Int64
  /// The ids of the heads, 32 bytes each, ascending: names a state of the incident.
  package let heads: [UInt8]
  /// What the board's filter looks in: a line each, in lower case.
  package let search: String
  /// The board row as canonical JSON.
  package let row: String
}

extension Projection {
  /// Holds what a store keeps.
  package init(
    stored id: EventID, number: Int64, tab: Int64, rank: Int64, place: Int64, severity: Int64,
    declared: Int64, heads: [UInt8], search: String, row: String
  ) {
    self.id = id
    self.number = number
    self.tab = tab
    self.rank = rank
    self.place = place
    self.severity = severity
    self.declared = declared
    self.heads = heads
    self.search = search
    self.row = row
  }

  /// What the board needs of an incident as it is now.
  package init(_ incident: Incident) {
    self.init(incident.boardRow)
  }

  /// The columns of a row.
  private init(_ row: BoardRow) {
    let tab = row.tab
    id = row.id
    number = Int64(row.number)
    self.tab = Self.number(of: tab)
    if tab == .closed {
      rank = 0
      place = -row.declared.milliseconds
    } else {
      rank = Int64(row.severity.rawValue)
      place = row.deadlines.map(\.due.milliseconds).min() ?? .max
    }
    severity = Int64(row.severity.rawValue)
    declared = row.declared.milliseconds
    heads = row.heads.flatMap(\.stored)
    let texts = [row.title, row.service, row.impact, row.commander].compactMap { $0?.raw }
    search = (["inc-\(row.number)"] + texts).joined(separator: "\n").lowercased()
    self.row = row.json.canonicalText
  }

  /// The rows that older programs may have left of a stream of events.
  package static func older(of events: [Event]) -> [Projection] {
    Incident.fold(events)?.boardRow.olderForms.map(Projection.init) ?? []
  }

  /// The place of what is no incident, below all tabs.
  package static let beside: Int64 = -1

  /// The row of a stream of events: of an incident, or of what stands beside them.
  ///
  /// - Returns: nil when the event that begins it is missing.
  package init?(of events: [Event]) {
    if let incident = Incident.fold(events) {
      self.init(incident)
      return
    }
    guard let first = events.first(where: { $0.incident == nil }) else { return nil }
    let parents = Set(events.flatMap(\.parents))
    let heads = events.map(\.id).filter { !parents.contains($0) }.sorted()
    let subject: String? =
      if case .round(.opened(let round)) = first.body { round.subject.key } else { nil }
    self.init(
      stored: first.id,
      // Only incidents have numbers that people say; this one is the same on every replica.
      number: -1 - first.id.stored.prefix(6).reduce(0) { $0 << 8 | Int64($1) },
      tab: Self.beside, rank: 0, place: 0, severity: 0,
      declared: first.occurred.instant.milliseconds, heads: heads.flatMap(\.stored),
      search: subject ?? "", row: first.bodyJSON.canonicalText)
  }

  /// The number by which a tab is stored; never changed once released.
  package static func number(of tab: BoardTab) -> Int64 {
    switch tab {
    case .active: 0
    case .reviews: 1
    case .drills: 2
    case .closed: 3
    }
  }
}
