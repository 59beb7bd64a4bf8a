import MarkdownBlocks
import TextGate

/// The runbooks of one or more folders. Making it is a pure function of paths and bytes.
public struct Catalogue: Sendable {
  /// A file as it was read.
  public struct File: Hashable, Sendable {
    /// Relative to the root.
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// A file that is not in the catalogue, and why.
  public struct Refused: Hashable, Sendable {
    public let path: String
    public let reason: Showable

    public init(path: String, reason: Showable) {
      self.path = path
      self.reason = reason
    }
  }

  /// Why a name leads to no runbook.
  public enum LookupError: Error, Hashable, Sendable {
    /// No runbook has the name; `near` are names like it, best first, at most five.
    case unknown(name: String, near: [String])
    /// Several have it; `paths` tell them apart.
    case ambiguous(name: String, paths: [String])

    /// One sentence: what, and what to do.
    public var message: Showable {
      switch self {
      case .unknown(let name, let near):
        near.isEmpty
          ? "there is no runbook \(Untrusted(name).showable); list them with: mayday runbook list"
          : """
          there is no runbook \(Untrusted(name).showable); near it are \
          \(near.map { Untrusted($0).showable }.joined(", "))
          """
      case .ambiguous(let name, let paths):
        """
        \(Untrusted(name).showable) names several runbooks; give one of the paths \
        \(paths.map { Untrusted($0).showable }.joined(", "))
        """
      }
    }
  }

  /// By path.
  public let runbooks: [Runbook]
  /// By path.
  public let refused: [Refused]
  let entries: [SearchIndex]

  /// Reads the files; of two with one path the first counts.
  public init(files: [File], refused: [Refused] = []) {
    var runbooks: [Runbook] = []
    var refused = refused
    var paths: Set<String> = []
    for file in files where paths.insert(file.path).inserted {
      do {
        runbooks.append(try Runbook(path: file.path, bytes: file.bytes))
      } catch {
        refused.append(Refused(path: file.path, reason: error.message))
      }
    }
    self.runbooks = runbooks.sorted { Untrusted($0.path) < Untrusted($1.path) }
    self.refused = refused.sorted { Untrusted($0.path) < Untrusted($1.path) }
    entries = self.runbooks.map(SearchIndex.init)
  }

  /// The runbook of a path relative to the root, with or without its ending, or of a file's name
  /// without folder and ending, or of a title; names and titles without regard to case.
  ///
  /// - Throws: ``LookupError`` when no or several runbooks have the name.
  public func runbook(named name: String) throws(LookupError) -> Runbook {
    var path = name
    while path.hasPrefix("./") { path = String(path.dropFirst(2)) }
    if let exact = runbooks.first(where: { $0.path == path || $0.path == path + ".md" }) {
      return exact
    }
    let lower = path.lowercased()
    let bare = lower.hasSuffix(".md") ? String(lower.dropLast(3)) : lower
    let rules: [(Runbook) -> Bool] = [
      { $0.stem.lowercased() == bare },
      { Self.bare($0.path).hasSuffix("/" + bare) },
      { $0.title.raw.lowercased() == lower },
    ]
    for rule in rules {
      let found = runbooks.filter(rule)
      if found.count == 1 { return found[0] }
      if found.count > 1 { throw .ambiguous(name: name, paths: found.map(\.path)) }
    }
    throw .unknown(name: name, near: near(bare))
  }

  private static func bare(_ path: String) -> String {
    let lower = path.lowercased()
    return lower.hasSuffix(".md") ? String(lower.dropLast(3)) : lower
  }

  private func near(_ name: String) -> [String] {
    let wanted = Runbook.stem(of: name)
    return runbooks.compactMap { runbook -> (path: String, distance: Int)? in
      let stem = runbook.stem.lowercased()
      if !wanted.isEmpty, stem.holds(wanted) { return (runbook.path, 0) }
      let distance = EditDistance.between(wanted, stem, atMost: max(2, wanted.count / 3))
      return distance.map { (runbook.path, $0) }
    }
    .sorted { ($0.distance, $0.path) < ($1.distance, $1.path) }
    .prefix(5).map(\.path)
  }

  /// The runbook that a choice of `runbook` leads to, and the heading in it; nil when the choice
  /// stays in the runbook or leads to none of the catalogue.
  public func target(of goTo: String, in runbook: Runbook) -> (runbook: Runbook, anchor: String?)? {
    guard case .document(let path, let anchor) = runbook.target(of: goTo),
      let found = runbooks.first(where: { $0.path == path })
    else { return nil }
    return (found, anchor)
  }
}

/// How many letters must change to make one word of another.
enum EditDistance {
  /// Nil when it is more than `limit`.
  static func between(_ left: String, _ right: String, atMost limit: Int) -> Int? {
    let left = Array(left.unicodeScalars)
    let right = Array(right.unicodeScalars)
    guard abs(left.count - right.count) <= limit, left.count <= 200 else { return nil }
    var row = Array(0...right.count)
    for (index, scalar) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let next = min(diagonal + (scalar == other ? 0 : 1), row[column] + 1, row[column + 1] + 1)
        diagonal = row[column + 1]
        row[column + 1] = next
      }
    }
    return row[right.count] <= limit ? row[right.count] : nil
  }
}
