import TextGate

/// The lines between `---` and `---` at the head of a file.
public struct FrontMatter: Hashable, Sendable {
  /// With both marks, from 1.
  public let lines: ClosedRange<Int>
  /// What stands between the marks; its first line is line 2 of the file. Nil when it is longer
  /// than ``MarkdownLimits/frontMatterBytes``.
  public let text: Untrusted?

  /// Nil when the file does not begin with front matter that is closed.
  init?(of source: SourceText) {
    func isMark(_ line: Int, _ marks: [String]) -> Bool {
      let range = source.contentRange(ofLine: line)
      guard range.count <= 16 else { return false }
      let text = source.text(range).raw
      return marks.contains {
        text.hasPrefix($0) && text.dropFirst($0.count).allSatisfy { $0 == " " }
      }
    }
    guard source.lineCount >= 2, isMark(1, ["---"]) else { return nil }
    guard let end = (2...source.lineCount).first(where: { isMark($0, ["---", "..."]) }) else {
      return nil
    }
    lines = 1...end
    let inner = source.range(ofLine: 2).lowerBound..<source.range(ofLine: end).lowerBound
    text = inner.count <= MarkdownLimits.frontMatterBytes ? source.text(inner) : nil
  }
}
