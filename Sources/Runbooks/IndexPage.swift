import MarkdownBlocks

/// Tells pages that lead to other pages from pages that tell what to do.
enum IndexPage {
  static func isIndex(_ document: MarkdownDocument, _ outline: Outline, path: String) -> Bool {
    if let type = outline.fields.type?.raw.lowercased(),
      type.split(whereSeparator: { !$0.isLetter }).contains("index")
    {
      return true
    }
    let stem = Runbook.stem(of: path).lowercased()
    let name = stem.split(separator: "_").last.map(String.init) ?? stem
    let isNamedSo = ["readme", "index", "_index", "catalog", "catalogue"].contains(name)
    let words = Words.heading(outline.title.raw).split(separator: " ")
    let isTitledSo =
      words.contains("index") || words.contains("catalog") || words.contains("catalogue")
    guard isNamedSo || isTitledSo else { return false }
    var count = Count()
    document.blocks.forEach { count.take($0) }
    return count.links >= 3 && count.links > count.work
  }

  private struct Count {
    var links = 0
    var work = 0

    mutating func take(_ block: Block) {
      take(block.inlines)
      switch block.kind {
      case .table(let table):
        for row in table.rows { row.cells.forEach { take($0.inlines) } }
      case .fence(let fence): if FenceSteps.shells.contains(fence.language) { work += 2 }
      case .item(let item):
        if item.ordinal != nil || item.isTicked != nil { work += 1 }
      default: break
      }
      block.children.forEach { take($0) }
    }

    private mutating func take(_ inlines: [Inline]) {
      for inline in inlines {
        guard let link = inline.link?.raw, !link.hasPrefix("#") else { continue }
        let path = link.prefix { $0 != "#" }
        if path.hasSuffix(".md") || path.hasSuffix("/") && !path.holds(":") { links += 1 }
      }
    }
  }
}
