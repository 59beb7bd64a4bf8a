import MarkdownBlocks
import TextGate

/// Finds links that lead nowhere: to files, and to headings of this runbook and of others.
///
/// Links with a scheme and those that begin with `/` are left alone: nothing is fetched, and what a
/// site serves is not known here.
struct LintLinks {
  private(set) var findings: [Finding] = []
  private let folder: [String]
  private let runbook: Runbook
  /// Of this runbook; read when the first link asks.
  private var anchors: Set<String>?
  private let target: (String) -> Lint.LinkTarget
  /// What was asked for already: each place is read once, however many links lead there.
  private var known: [String: Place] = [:]

  private enum Place {
    case absent, present
    case runbook(anchors: Set<String>)
  }

  init(_ runbook: Runbook, target: @escaping (String) -> Lint.LinkTarget) {
    folder = runbook.path.split(separator: "/").dropLast().map(String.init)
    self.runbook = runbook
    self.target = target
    var links: [(text: String, line: Int)] = []
    runbook.document.forEachInline { inline, line in
      // A link with styled words in it comes in several pieces.
      guard let link = inline.link?.raw, links.last.map({ $0 != (link, line) }) ?? true else {
        return
      }
      links.append((link, line))
    }
    for link in links { judge(link.text, link.line) }
  }

  private mutating func judge(_ link: String, _ line: Int) {
    guard !Self.leadsOutside(link) else { return }
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let path = Jumps.decoded(String(parts[0].prefix { $0 != "?" }))
    let anchor = parts.count > 1 ? Jumps.decoded(String(parts[1])) : ""
    if path.isEmpty {
      if anchor.isEmpty {
        findings.append(Finding(.deadLink, line: line, .warning, "a link leads nowhere"))
      } else {
        let own = anchors ?? Self.anchors(of: runbook)
        anchors = own
        judge(anchor, own, line, "this runbook")
      }
      return
    }
    let resolved = resolve(path)
    switch place(resolved) {
    case .present: break
    case .runbook(let anchors):
      if !anchor.isEmpty { judge(anchor, anchors, line, Untrusted(resolved).showable) }
    case .absent: absent(resolved, line)
    }
  }

  private mutating func place(_ path: String) -> Place {
    if let place = known[path] { return place }
    let place: Place =
      switch target(path) {
      case .absent: .absent
      case .present: .present
      case .runbook(let runbook): .runbook(anchors: Self.anchors(of: runbook))
      }
    known[path] = place
    return place
  }

  private mutating func judge(
    _ anchor: String, _ anchors: Set<String>, _ line: Int, _ place: Showable
  ) {
    guard !Self.holds(anchors, anchor) else { return }
    let message: Showable = "no heading #\(Untrusted(anchor).showable) stands in \(place)"
    // Makers of sites differ in marks; a heading of the same letters may well be its place.
    let letters = Self.letters(anchor)
    guard let near = anchors.filter({ Self.letters($0) == letters }).min() else {
      tell(.deadAnchor, line, message)
      return
    }
    findings.append(
      Finding(
        .deadAnchor, line: line, .warning,
        "\(message); the nearest is #\(Untrusted(near).showable)"))
  }

  private static func letters(_ anchor: String) -> String {
    anchor.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  private mutating func absent(_ path: String, _ line: Int) {
    let message: Showable = "there is no \(Untrusted(path).showable)"
    let name = path.split(separator: "/").last ?? ""
    let ending = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
    guard ending == nil || ending == "html" else {
      tell(.deadLink, line, message)
      return
    }
    // A site that is made of these files may serve such a page of another file.
    let stem = ending == nil ? path : String(path.dropLast(5))
    let sources = [stem + ".md", stem + ".html.md", stem + "/README.md", stem + "/index.md"]
    for source in sources {
      switch place(source) {
      case .absent: continue
      case .present, .runbook: return
      }
    }
    findings.append(Finding(.deadLink, line: line, .warning, message))
  }

  private mutating func tell(_ rule: LintRule, _ line: Int, _ message: Showable) {
    findings.append(Finding(rule, line: line, .error, message))
  }

  // MARK: Paths

  /// Whether what it leads to cannot be known from files: a scheme, a host, the root of a site, a
  /// mark that a site's maker fills in.
  private static func leadsOutside(_ link: String) -> Bool {
    if ["/", "\\", "~/"].contains(where: link.hasPrefix) { return true }
    if ["{{", "{%", "<%", "${"].contains(where: { link.contains($0) }) { return true }
    let head = link.prefix { $0 != "/" && $0 != "#" && $0 != "?" }
    return head.contains(":")
  }

  /// Relative to the root; `../` first when it leads out of it.
  private func resolve(_ path: String) -> String {
    var parts = folder
    for part in path.split(separator: "/") {
      switch part {
      case ".": break
      case "..":
        if parts.isEmpty || parts.last == ".." { parts.append("..") } else { parts.removeLast() }
      default: parts.append(String(part))
      }
    }
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  // MARK: Anchors

  private static func holds(_ anchors: Set<String>, _ anchor: String) -> Bool {
    let wanted = folded(anchor)
    let isLine =
      wanted.hasPrefix("l") && !wanted.dropFirst().isEmpty
      && wanted.dropFirst().allSatisfy { $0.isNumber || $0 == "-" || $0 == "l" }
    return anchors.contains(wanted) || wanted == "top" || isLine
      // What a browser or a maker of sites reads, not a heading: a text to find, a tab.
      || wanted.hasPrefix(":~:") || wanted.hasPrefix("tab/")
  }

  /// Without case, and without the selectors of a picture's drawing, which one maker of anchors
  /// keeps and another drops.
  private static func folded(_ anchor: String) -> String {
    var out = ""
    for scalar in anchor.lowercased().unicodeScalars
    where scalar.value != 0xFE0F && scalar.value != 0xFE0E {
      out.unicodeScalars.append(scalar)
    }
    return out
  }

  /// Of the headings, those in quotes and lists too, and of `id` and `name` in HTML.
  static func anchors(of runbook: Runbook) -> Set<String> {
    let document = runbook.document
    var anchors = Set(runbook.sections.map { folded($0.anchor) })
    document.forEachBlock { block in
      switch block.kind {
      case .heading:
        let text = Words.collapsed(block.plainText)
        anchors.insert(folded(Words.anchor(text)))
        // `Title {#name}`, as several makers of sites have it.
        if let mark = text[...].range(ofFirst: "{#"), text.hasSuffix("}") {
          anchors.insert(folded(String(text[mark...].dropFirst(2).dropLast())))
        }
      case .html: names(in: document.source.text(block.bytes).raw, &anchors)
      case .paragraph, .list, .item, .fence, .table, .quote, .comment, .thematicBreak, .footnote,
        .definition, .frontMatter, .blank, .plain:
        break
      }
    }
    document.forEachInline { inline, _ in
      if inline.kind == .html { names(in: inline.text.raw, &anchors) }
    }
    return anchors
  }

  /// The values of `id="…"` and `name="…"`.
  private static func names(in html: String, _ anchors: inout Set<String>) {
    let words = html.split(whereSeparator: { $0.isWhitespace || $0 == "<" || $0 == ">" })
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, ["id", "name"].contains(parts[0].lowercased()) else { continue }
      anchors.insert(folded(String(parts[1].filter { $0 != "\"" && $0 != "'" && $0 != "/" })))
    }
  }
}
