import CCmarkGFM
import Synchronization
import TextGate

/// Reads the Markdown library's tree into blocks.
struct TreeReader {
  let source: SourceText
  let masking: Masking
  /// The first line that is fed, from 1.
  let first: Int
  var problems: [MarkdownProblem] = []

  init(source: SourceText, masking: Masking, first: Int) {
    self.source = source
    self.masking = masking
    self.first = first
  }

  /// Registers the extensions once for the process: the library's own guard is not safe on threads.
  private static let extensions: Void = cmark_gfm_core_extensions_ensure_registered()

  /// One reading at a time: while it parses, the library keeps the marks of the extensions in tables
  /// that all threads share (`SPECIAL_CHARS` of its inlines.c).
  private static let library = Mutex(())

  mutating func read() -> [Block] {
    guard first <= source.lineCount else { return [] }
    var root: OpaquePointer?
    Self.library.withLock { _ in root = tree() }
    guard let root else { return [] }
    defer { cmark_node_free(root) }
    return children(of: root, within: first...source.lineCount, depth: 0)
  }

  /// The library's tree; the caller frees it.
  private func tree() -> OpaquePointer? {
    _ = Self.extensions
    guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_FOOTNOTES) else { return nil }
    defer { cmark_parser_free(parser) }
    for name in ["table", "tasklist", "strikethrough"] {
      if let found = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, found)
      }
    }
    let start = source.range(ofLine: first).lowerBound
    masking.bytes[start...].withUnsafeBytes { buffer in
      cmark_parser_feed(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    return cmark_parser_finish(parser)
  }

  private func line(_ libraryLine: Int32) -> Int { Int(libraryLine) + first - 1 }

  mutating func children(
    of parent: OpaquePointer, within limit: ClosedRange<Int>, depth: Int
  ) -> [Block] {
    var nodes: [Placed] = []
    var child = cmark_node_first_child(parent)
    while let node = child {
      nodes.append(placed(node, within: limit, after: nodes.last))
      child = cmark_node_next(node)
    }
    nodes = Self.inOrder(nodes)
    var out: [Block] = []
    var next = limit.lowerBound
    for index in nodes.indices {
      let start = max(nodes[index].start, next)
      guard start <= limit.upperBound else { break }
      let following = index + 1 < nodes.count ? nodes[index + 1].start - 1 : limit.upperBound
      let last = max(nodes[index].end, start)
      var end = min(
        max(last, htmlEnd(nodes[index].node, from: start)), max(following, start),
        limit.upperBound)
      while end > start, source.isBlank(line: end) { end -= 1 }
      out.append(block(nodes[index].node, lines: start...end, depth: depth))
      next = end + 1
    }
    return out
  }

  /// The library moves footnotes to the end of the document, out of quotes and items too: the lines of
  /// those stay theirs.
  private static func inOrder(_ nodes: [Placed]) -> [Placed] {
    var reach = 0
    return nodes.sorted { ($0.start, $0.isFootnote ? 1 : 0) < ($1.start, $1.isFootnote ? 1 : 0) }
      .filter { node in
        if node.isFootnote { return node.start > reach }
        reach = max(reach, node.end)
        return true
      }
  }

  /// A node with the lines that it begins and ends on.
  private struct Placed {
    let node: OpaquePointer
    let start: Int
    let end: Int

    var isFootnote: Bool { cmark_node_get_type(node) == CMARK_NODE_FOOTNOTE_DEFINITION }
  }

  /// The node with its lines.
  ///
  /// The library tells no line of a paragraph right above a table, and the paragraph's first line as
  /// that of the table.
  private func placed(
    _ node: OpaquePointer, within limit: ClosedRange<Int>, after previous: Placed?
  ) -> Placed {
    let first = Int(cmark_node_get_start_line(node))
    if first == 0, let next = cmark_node_next(node), Self.isTable(next) {
      let start = line(cmark_node_get_start_line(next))
      let end = min(line(cmark_node_get_end_line(next)), limit.upperBound)
      let header = headerLine(of: next, from: start, upTo: end)
      return Placed(node: node, start: start, end: header - 1)
    }
    let last = line(cmark_node_get_end_line(node))
    if let previous, cmark_node_get_start_line(previous.node) == 0, Self.isTable(node) {
      return Placed(node: node, start: previous.end + 1, end: last)
    }
    return Placed(node: node, start: max(line(Int32(first)), limit.lowerBound), end: last)
  }

  private static func isTable(_ node: OpaquePointer) -> Bool {
    cmark_node_get_type_string(node).map { String(cString: $0) } == "table"
  }

  /// The line above the first one that delimits as many columns as the table has.
  private func headerLine(of table: OpaquePointer, from start: Int, upTo end: Int) -> Int {
    let columns = Int(cmark_gfm_extensions_get_table_columns(table))
    guard start + 2 <= end else { return min(start + 1, end) }
    for line in start + 2...end where delimitedColumns(line) == columns { return line - 1 }
    return start + 1
  }

  /// How many columns `|---|:-:|` divides; nil for any other line.
  private func delimitedColumns(_ line: Int) -> Int? {
    var text = masking.bytes[source.contentRange(ofLine: line)].drop {
      $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ">")
    }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    guard text.contains(UInt8(ascii: "-")), text.allSatisfy({ "|-: \t".utf8.contains($0) }) else {
      return nil
    }
    if text.first == UInt8(ascii: "|") { text.removeFirst() }
    if text.last == UInt8(ascii: "|") { text.removeLast() }
    return text.count { $0 == UInt8(ascii: "|") } + 1
  }

  /// The last line of HTML, which the library counts one short when a mark ends it.
  private func htmlEnd(_ node: OpaquePointer, from start: Int) -> Int {
    guard cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK,
      let literal = cmark_node_get_literal(node)
    else { return start }
    var lines = 0
    var at = literal
    while at.pointee != 0 {
      if at.pointee == 0x0A { lines += 1 }
      at = at.successor()
    }
    return max(start, start + lines - 1)
  }

  private mutating func block(
    _ node: OpaquePointer, lines: ClosedRange<Int>, depth: Int
  ) -> Block {
    guard depth < MarkdownLimits.depth else {
      problems.append(
        MarkdownProblem(
          .tooDeep, line: lines.lowerBound,
          "blocks are nested deeper than \(MarkdownLimits.depth) levels; shown as text"))
      return leaf(.plain, lines, rawInlines(lines))
    }
    let isMasked = !masking.lines.isEmpty && lines.contains { masking.lines.contains($0) }
    // This version of the library has no word for footnotes.
    if cmark_node_get_type(node) == CMARK_NODE_FOOTNOTE_DEFINITION {
      return container(.footnote, node, lines, depth)
    }
    let name = cmark_node_get_type_string(node).map { String(cString: $0) } ?? ""
    switch name {
    case "heading":
      let level = Int(cmark_node_get_heading_level(node))
      return leaf(.heading(level: level), lines, isMasked ? rawInlines(lines) : inlines(of: node))
    case "paragraph":
      return isMasked
        ? leaf(.plain, lines, rawInlines(lines)) : leaf(.paragraph, lines, inlines(of: node))
    case "list":
      return list(node, lines, depth)
    case "item", "tasklist":
      return item(node, tick(node, name), lines, depth)
    case "block_quote":
      return container(.quote, node, lines, depth)
    case "code_block":
      return leaf(.fence(fence(node, lines)), lines, [])
    case "html_block":
      let isComment =
        cmark_node_get_literal(node).map { String(cString: $0) }?
        .drop { $0 == " " || $0 == "\t" }.hasPrefix("<!--") ?? false
      return leaf(isComment ? .comment : .html, lines, [])
    case "thematic_break":
      return leaf(.thematicBreak, lines, [])
    case "table":
      return isMasked
        ? leaf(.plain, lines, rawInlines(lines)) : leaf(.table(table(node, lines)), lines, [])
    default:
      return leaf(.plain, lines, rawInlines(lines))
    }
  }

  private func tick(_ node: OpaquePointer, _ name: String) -> Bool? {
    name == "tasklist" ? cmark_gfm_extensions_get_tasklist_item_checked(node) : nil
  }

  private func leaf(_ kind: Block.Kind, _ lines: ClosedRange<Int>, _ inlines: [Inline]) -> Block {
    Block(kind: kind, lines: lines, bytes: source.range(ofLines: lines), inlines: inlines)
  }

  private mutating func container(
    _ kind: Block.Kind, _ node: OpaquePointer, _ lines: ClosedRange<Int>, _ depth: Int
  ) -> Block {
    Block(
      kind: kind, lines: lines, bytes: source.range(ofLines: lines),
      children: children(of: node, within: lines, depth: depth + 1))
  }

  private mutating func item(
    _ node: OpaquePointer, _ tick: Bool?, _ lines: ClosedRange<Int>, _ depth: Int
  ) -> Block {
    let read = container(.item(Block.Item(ordinal: nil, isTicked: tick)), node, lines, depth)
    // The library does not see the box of an item that begins on another item's line.
    guard tick == nil, let first = read.children.first, first.kind == .paragraph,
      let box = first.inlines.first, box.kind == .text, box.link == nil, !box.isStrong,
      let ticked = ["[ ] ": false, "[x] ": true, "[X] ": true][String(box.text.raw.prefix(4))]
    else { return read }
    var inlines = first.inlines
    inlines[0] = Inline(
      kind: .text, text: Untrusted(String(box.text.raw.dropFirst(4))),
      isEmphasized: box.isEmphasized, isStruck: box.isStruck)
    let paragraph = Block(
      kind: .paragraph, lines: first.lines, bytes: first.bytes, inlines: inlines)
    return Block(
      kind: .item(Block.Item(ordinal: nil, isTicked: ticked)), lines: read.lines,
      bytes: read.bytes, children: [paragraph] + read.children.dropFirst())
  }

  private mutating func list(
    _ node: OpaquePointer, _ lines: ClosedRange<Int>, _ depth: Int
  ) -> Block {
    let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
    let start = isOrdered ? Int(cmark_node_get_list_start(node)) : 1
    let items = children(of: node, within: lines, depth: depth + 1).enumerated().map {
      index, block in
      guard isOrdered, case .item(let item) = block.kind else { return block }
      return Block(
        kind: .item(Block.Item(ordinal: start + index, isTicked: item.isTicked)),
        lines: block.lines, bytes: block.bytes, inlines: block.inlines, children: block.children)
    }
    return Block(
      kind: .list(Block.List(isOrdered: isOrdered, start: start)), lines: lines,
      bytes: source.range(ofLines: lines), children: items)
  }

  /// The lines as they stand, for a block that holds a replaced byte.
  private func rawInlines(_ lines: ClosedRange<Int>) -> [Inline] {
    let text = source.text(
      source.contentRange(ofLine: lines.lowerBound)
        .lowerBound..<source.contentRange(
          ofLine: lines.upperBound
        ).upperBound)
    return [Inline(kind: .text, text: text)]
  }

  private func table(_ node: OpaquePointer, _ lines: ClosedRange<Int>) -> Block.Table {
    var header: [Block.Table.Cell] = []
    var rows: [Block.Table.Row] = []
    var child = cmark_node_first_child(node)
    while let row = child {
      var cells: [Block.Table.Cell] = []
      var cell = cmark_node_first_child(row)
      while let found = cell {
        cells.append(Block.Table.Cell(inlines: inlines(of: found)))
        cell = cmark_node_next(found)
      }
      if cmark_gfm_extensions_get_table_row_is_header(row) != 0 {
        header = cells
      } else {
        let number = line(cmark_node_get_start_line(row))
        rows.append(
          Block.Table.Row(
            line: min(max(number, lines.lowerBound), lines.upperBound), cells: cells))
      }
      child = cmark_node_next(row)
    }
    return Block.Table(header: header, rows: rows)
  }
}

extension TreeReader {
  /// The text of a node, style by style.
  func inlines(of node: OpaquePointer) -> [Inline] {
    guard let iterator = cmark_iter_new(node) else { return [] }
    defer { cmark_iter_free(iterator) }
    var builder = InlineBuilder()
    while true {
      let event = cmark_iter_next(iterator)
      guard event != CMARK_EVENT_DONE, event != CMARK_EVENT_NONE else { break }
      guard let found = cmark_iter_get_node(iterator), found != node else { continue }
      builder.take(found, entering: event == CMARK_EVENT_ENTER)
    }
    return builder.finish()
  }
}
