/// Where a list stands: by id, so that a refresh never moves it; the index says which neighbour
/// takes over when the row goes (TERMINAL.md A3, 26).
struct Selection<ID: Hashable & Sendable>: Hashable, Sendable {
  var id: ID?
  var index = 0

  /// The index among `ids` as they are now; nil in an empty list.
  func index(among ids: some RandomAccessCollection<ID>) -> Int? {
    guard !ids.isEmpty else { return nil }
    let near = min(max(0, index), ids.count - 1)
    guard let id else { return near }
    // Mostly it has not moved.
    if ids[ids.index(ids.startIndex, offsetBy: near)] == id { return near }
    if let found = ids.firstIndex(of: id) {
      return ids.distance(from: ids.startIndex, to: found)
    }
    return near
  }

  /// Takes the row at an index, cut to the list.
  mutating func select(_ index: Int, among ids: some RandomAccessCollection<ID>) {
    guard !ids.isEmpty else {
      self = Selection()
      return
    }
    self.index = min(max(0, index), ids.count - 1)
    id = ids[ids.index(ids.startIndex, offsetBy: self.index)]
  }

  /// Moves by a motion.
  mutating func move(
    _ motion: Motion, page: Int, among ids: some RandomAccessCollection<ID>
  ) {
    guard let from = index(among: ids) else { return }
    select(motion.index(from: from, count: ids.count, page: page), among: ids)
  }
}

/// How a selection or a text moves.
enum Motion: Hashable, Sendable {
  case up, down, first, last, pageUp, pageDown

  /// The new index in a list of `count` rows.
  func index(from: Int, count: Int, page: Int) -> Int {
    let to =
      switch self {
      case .up: from - 1
      case .down: from + 1
      case .first: 0
      case .last: count - 1
      case .pageUp: from - max(1, page)
      case .pageDown: from + max(1, page)
      }
    return min(max(0, to), max(0, count - 1))
  }
}

/// The first row to show so that `index` is visible.
///
/// It depends on nothing but its arguments and moves in steps of half a page, so that a cursor key
/// mostly changes two rows only, with a quarter of a page of context on either side.
func firstVisible(of index: Int, count: Int, rows: Int) -> Int {
  guard rows > 0, count > rows else { return 0 }
  let half = max(1, rows / 2)
  let top = index / half * half - half / 2
  return min(max(0, top), count - rows)
}
