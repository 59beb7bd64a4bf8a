import CCmarkGFM
import TextGate

extension TreeReader {
  /// A code block, with each of its lines found again in the source.
  mutating func fence(_ node: OpaquePointer, _ lines: ClosedRange<Int>) -> Block.Fence {
    var length: Int32 = 0
    var offset: Int32 = 0
    var mark: CChar = 0
    let isFenced = cmark_node_get_fenced(node, &length, &offset, &mark) != 0
    var content: [[UInt8]] = []
    if let literal = cmark_node_get_literal(node) {
      content = String(cString: literal).utf8.split(
        separator: 0x0A, omittingEmptySubsequences: false
      ).map { Array($0.last == 0x0D ? $0.dropLast() : $0) }
      if content.last?.isEmpty == true { content.removeLast() }
    }
    let firstLine = lines.lowerBound + (isFenced ? 1 : 0)
    let ranges = content.indices.map { range(of: content[$0], onLine: firstLine + $0) }
    let closing = firstLine + content.count
    let isClosed =
      !isFenced
      || closing <= lines.upperBound
        && isClosingMark(line: closing, UInt8(bitPattern: mark), Int(length))
    if !isClosed {
      problems.append(
        MarkdownProblem(
          .unclosedFence, line: lines.lowerBound,
          "the code block that begins here is never closed; the lines after it were taken into it"))
    }
    let info = cmark_node_get_fence_info(node).map { String(cString: $0) } ?? ""
    return Block.Fence(
      isFenced: isFenced, info: Untrusted(info), isClosed: isClosed, firstLine: firstLine,
      contentLines: ranges)
  }

  /// Where a content line stands on its source line: at its end, after marks and indentation.
  private func range(of content: [UInt8], onLine line: Int) -> Range<Int> {
    let whole = source.contentRange(ofLine: line)
    let start = whole.upperBound - content.count
    if start >= whole.lowerBound,
      masking.bytes[start..<whole.upperBound].elementsEqual(content)
    {
      return start..<whole.upperBound
    }
    // A tab that reaches over the indentation was turned into spaces: begin at the first word.
    let words = content.drop { $0 == 0x20 || $0 == 0x09 }
    return max(whole.lowerBound, whole.upperBound - words.count)..<whole.upperBound
  }

  private func isClosingMark(line: Int, _ mark: UInt8, _ length: Int) -> Bool {
    var text = masking.bytes[source.contentRange(ofLine: line)]
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    let marks = text.reversed().prefix { $0 == mark }.count
    guard marks >= length else { return false }
    return text.dropLast(marks).allSatisfy {
      $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ">")
    }
  }
}
