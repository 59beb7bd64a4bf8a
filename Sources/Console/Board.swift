import IncidentDomain
import TextGate

/// The board's state: a window of rows, of any number of incidents, and the selected one.
struct Board: Sendable {
  var tab: BoardTab = .active
  var filter = LineEditor()
  private(set) var offset = 0
  private(set) var rows: [BoardRow] = []
  private(set) var total = 0
  private(set) var counts: [BoardTab: Int] = [:]
  /// Of the whole tab, not of the window.
  private(set) var index = 0
  private(set) var id: EventID?
  private(set) var hasLoaded = false
  /// Asked for and not answered.
  private(set) var pending: BoardRequest?
  /// Asked for last: the answer to anything else is too late.
  private var latest: BoardRequest?

  /// Rows in one window, and how near its edge the selection may come before the next is asked for.
  static let windowRows = 240
  static let margin = 60

  /// The selected row; nil while it is not loaded, or in an empty tab.
  var selected: BoardRow? {
    let place = index - offset
    guard rows.indices.contains(place) else { return nil }
    return rows[place]
  }

  /// The row at an index of the whole tab; nil while it is not loaded.
  func row(_ index: Int) -> BoardRow? {
    rows.indices.contains(index - offset) ? rows[index - offset] : nil
  }

  /// Asks for the window round the selection anew.
  mutating func reload() -> Effect {
    request(offset: hasLoaded ? max(0, index - Self.windowRows / 2) : 0)
  }

  /// Turns to another tab, or shows what matches another filter, from the top.
  mutating func turn(to tab: BoardTab) -> Effect {
    self.tab = tab
    rows = []
    total = 0
    offset = 0
    index = 0
    id = nil
    hasLoaded = false
    return request(offset: 0)
  }

  mutating func move(_ motion: Motion, page: Int) -> [Effect] {
    guard total > 0 else { return [] }
    index = motion.index(from: index, count: total, page: page)
    id = row(index)?.id
    return fill()
  }

  /// Takes an answer; one to an old question changes nothing.
  mutating func take(_ window: BoardWindow) -> [Effect] {
    let request = window.request
    guard request == latest else { return [] }
    pending = nil
    // The selection went back to rows that are here while these were on their way.
    let covers = (request.offset..<request.offset + request.limit).contains(index)
    if hasLoaded, row(index) != nil, !covers, window.total > index { return [] }
    hasLoaded = true
    rows = window.rows
    offset = request.offset
    total = window.total
    counts = window.counts
    if let id, let place = rows.firstIndex(where: { $0.id == id }) {
      index = offset + place
    } else {
      index = min(max(0, index), max(0, total - 1))
      id = row(index)?.id
    }
    return fill()
  }

  /// What was asked for will not come.
  mutating func giveUp() { pending = nil }

  /// Asks for rows that are about to be seen.
  private mutating func fill() -> [Effect] {
    let wantsAbove = offset > 0 && index - offset < Self.margin
    let end = offset + rows.count
    let wantsBelow = end < total && end - index <= Self.margin
    guard wantsAbove || wantsBelow else { return [] }
    let next = max(0, min(index - Self.windowRows / 2, total - Self.windowRows))
    guard next != offset, pending?.offset != next else { return [] }
    return [request(offset: next)]
  }

  private var wantedFilter: Untrusted? { filter.isBlank ? nil : filter.untrusted }

  private mutating func request(offset: Int) -> Effect {
    let request = BoardRequest(
      tab: tab, filter: wantedFilter, offset: offset, limit: Self.windowRows)
    pending = request
    latest = request
    return .loadBoard(request)
  }
}
