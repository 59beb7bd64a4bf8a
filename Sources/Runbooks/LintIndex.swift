import MarkdownBlocks
import TextGate

/// Holds indexes to what they are: they lead to runbooks, to all of them, and hold no steps.
enum LintIndex {
  /// Commands, boxes to tick and headings such as `Step 1` in an index.
  static func steps(in runbook: Runbook) -> [Finding] {
    var findings: [Finding] = []
    func tell(_ line: Int, _ what: Showable) {
      findings.append(
        Finding(
          .stepsInIndex, line: line, .warning,
          "an index holds no steps, and here \(what); move it to a runbook and link to it"))
    }
    runbook.document.forEachBlock { block in
      switch block.kind {
      case .fence(let fence):
        if FenceSteps.shells.contains(fence.language) {
          tell(block.lines.lowerBound, "stand commands")
        }
      case .list:
        // One finding a list, however many boxes it has.
        if block.children.contains(where: { $0.item?.isTicked != nil }) {
          tell(block.lines.lowerBound, "stand boxes to tick")
        }
      case .heading:
        if case .step = HeadingMark.read(block.plainText)?.mark {
          tell(block.lines.lowerBound, "stands a step")
        }
      case .paragraph, .item, .table, .quote, .comment, .html, .thematicBreak, .footnote,
        .definition, .frontMatter, .blank, .plain:
        break
      }
    }
    return findings
  }

  /// Runbooks that no index leads to, each told of at the nearest index above it; nothing where there
  /// is none above.
  static func misses(in catalogue: Catalogue) -> [(index: String, finding: Finding)] {
    let indexes = catalogue.runbooks.filter(\.isIndex)
    let linked = Set(indexes.flatMap { links(of: $0) })
    return catalogue.runbooks.compactMap { runbook in
      guard !runbook.isIndex, !linked.contains(runbook.path) else { return nil }
      let above = indexes.filter { isBelow(runbook.path, folder(of: $0.path)) }
      guard
        let nearest = above.max(by: { rank($0.path) < rank($1.path) })
      else { return nil }
      return (
        nearest.path,
        Finding(
          .indexMisses, line: 1, .warning,
          "\(Untrusted(runbook.path).showable) is not in this index; add it")
      )
    }
  }

  /// The paths that a page leads to, relative to the root of its catalogue.
  static func links(of runbook: Runbook) -> Set<String> {
    let jumps = Jumps(path: runbook.path)
    var paths: Set<String> = []
    runbook.document.forEachInline { inline, _ in
      guard let link = inline.link?.raw else { return }
      let path = link.prefix { $0 != "#" && $0 != "?" }
      if let resolved = jumps.resolve(String(path)) { paths.insert(resolved) }
    }
    return paths
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private static func isBelow(_ path: String, _ folder: String) -> Bool {
    folder.isEmpty || path.hasPrefix(folder + "/")
  }

  /// The deepest folder first; in one folder the README.
  private static func rank(_ path: String) -> (Int, Int) {
    let stem = Runbook.stem(of: path).lowercased()
    return (path.split(separator: "/").count, stem == "readme" ? 2 : stem == "index" ? 1 : 0)
  }
}
