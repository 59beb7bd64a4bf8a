/// What differs between two texts, line by line.
enum LineDifference {
  /// Lines around a change that are shown with it, as `diff -u` does.
  private static let context = 3
  /// Above this many lines to compare, what differs is shown as one block: the exact way through it
  /// would take the square of that.
  private static let most = 4000

  private enum Edit {
    case same(String)
    case removed(String)
    case added(String)

    var line: String {
      switch self {
      case .same(let text): " " + text
      case .removed(let text): "-" + text
      case .added(let text): "+" + text
      }
    }

    var isChange: Bool { if case .same = self { false } else { true } }
  }

  /// The difference in the form of `diff -u`; empty when there is none.
  static func unified(
    from old: String, to new: String, names: (old: String, new: String)
  ) -> [String] {
    let edits = edits(lines(old), lines(new))
    guard edits.contains(where: \.isChange) else { return [] }
    var result = ["--- \(names.old)", "+++ \(names.new)"]
    var index = 0
    var (oldLine, newLine) = (1, 1)
    while index < edits.count {
      guard let change = edits[index...].firstIndex(where: \.isChange) else { break }
      let begin = max(index, change - context)
      // A hunk goes on while the next change is near.
      var last = change
      while let next = edits[(last + 1)...].firstIndex(where: \.isChange),
        next - last <= 2 * context
      {
        last = next
      }
      let end = min(edits.count, last + context + 1)
      for edit in edits[index..<begin] { advance(edit, &oldLine, &newLine) }
      var (olds, news) = (oldLine, newLine)
      for edit in edits[begin..<end] { advance(edit, &olds, &news) }
      result.append("@@ -\(oldLine),\(olds - oldLine) +\(newLine),\(news - newLine) @@")
      result += edits[begin..<end].map(\.line)
      (oldLine, newLine) = (olds, news)
      index = end
    }
    return result
  }

  private static func advance(_ edit: Edit, _ old: inout Int, _ new: inout Int) {
    switch edit {
    case .same:
      old += 1
      new += 1
    case .removed: old += 1
    case .added: new += 1
    }
  }

  private static func lines(_ text: String) -> [Substring] {
    // Not by Character: "\r\n" is one, and would hide the line's end.
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Substring($0) }
  }

  private static func edits(_ old: [Substring], _ new: [Substring]) -> [Edit] {
    var start = 0
    while start < min(old.count, new.count), isSame(old[start], new[start]) { start += 1 }
    var (oldEnd, newEnd) = (old.count, new.count)
    while oldEnd > start, newEnd > start, isSame(old[oldEnd - 1], new[newEnd - 1]) {
      oldEnd -= 1
      newEnd -= 1
    }
    let before = old[..<start].map { Edit.same(String($0)) }
    let after = old[oldEnd...].map { Edit.same(String($0)) }
    return before + middle(Array(old[start..<oldEnd]), Array(new[start..<newEnd])) + after
  }

  /// Bytes, not what they look like: two spellings of one letter are two texts.
  private static func isSame(_ left: Substring, _ right: Substring) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }

  private static func middle(_ old: [Substring], _ new: [Substring]) -> [Edit] {
    guard old.count + new.count <= most else {
      return old.map { .removed(String($0)) } + new.map { .added(String($0)) }
    }
    let difference = new.difference(from: old, by: isSame)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var edits: [Edit] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        edits.append(.removed(String(old[left])))
        left += 1
      } else if right < new.count, added.contains(right) {
        edits.append(.added(String(new[right])))
        right += 1
      } else {
        edits.append(.same(String(old[left])))
        left += 1
        right += 1
      }
    }
    return edits
  }
}
