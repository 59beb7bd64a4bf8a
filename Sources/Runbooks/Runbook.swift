import Crypto
import IncidentDomain
import MarkdownBlocks
import TextGate

/// A Markdown file read as a procedure.
///
/// Reading is a pure function of path and bytes: the same file gives the same steps twice. What was
/// read is what can run; a change on disk makes another runbook with another digest.
public struct Runbook: Hashable, Sendable {
  /// How it is shown.
  public enum Mode: String, Sendable {
    /// As steps to walk.
    case steps
    /// As prose to read: no step was found, or it is an index of other runbooks.
    case reader
  }

  /// Relative to the root of its catalogue, or as the person named it.
  public let path: String
  /// The first heading of level 1; else the field `title`, else the file's name without its ending.
  public let title: Untrusted
  /// What the front matter and the bold lines under the title tell.
  public let fields: Fields
  /// Lower-case hexadecimal SHA-256 of the file's bytes.
  public let digest: String
  /// The text and its blocks.
  public let document: MarkdownDocument
  /// In the order of the text. The heading that gives the title is not among them.
  public let sections: [Section]
  /// In the order of the text.
  public let steps: [Step]
  /// By line.
  public let findings: [Finding]
  /// Whether there is something to walk: steps when at least one was found.
  public let mode: Mode
  /// Whether it mainly leads to other runbooks.
  public let isIndex: Bool

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``MarkdownRefusal`` when the file is larger than 1 MiB.
  public init(path: String, bytes: [UInt8]) throws(MarkdownRefusal) {
    let document = try MarkdownDocument(parsing: bytes)
    let outline = Outline(of: document, path: path)
    let inference = Inference(document: document, outline: outline, path: path)
    self.path = path
    self.document = document
    title = outline.title
    fields = outline.fields
    digest = Self.hexadecimal(SHA256.hash(data: bytes))
    sections = outline.sections
    steps = inference.steps
    isIndex = inference.isIndex
    mode = inference.steps.isEmpty ? .reader : .steps
    findings =
      (document.problems.map(Finding.init) + outline.findings + inference.findings)
      .sorted { ($0.line, $0.rule) < ($1.line, $1.rule) }
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The file's name without folder and ending: `postgres-ha-recovery`.
  public var stem: String { Self.stem(of: path) }

  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.lowercased().hasSuffix(".md") ? String(name.dropLast(3)) : name
  }

  /// What the record keeps when a run begins.
  public var plannedSteps: [PlannedStep] { steps.map(\.planned) }

  /// The step of this id.
  public func step(id: String) -> Step? { steps.first { $0.id == id } }

  /// The step of this number, without regard to case.
  public func step(number: String) -> Step? {
    let wanted = number.lowercased()
    return steps.first { $0.number.lowercased() == wanted }
  }

  /// The section that `#anchor` leads to; the mark before it may be left out.
  public func section(anchor: String) -> Section? {
    let wanted = (anchor.hasPrefix("#") ? String(anchor.dropFirst()) : anchor).lowercased()
    return sections.first { $0.anchor == wanted }
  }

  /// Where a choice leads.
  public enum Target: Hashable, Sendable {
    case step(id: String)
    /// A section of this runbook that holds no step, by its index in ``Runbook/sections``.
    case section(Int)
    /// Another runbook: its path relative to the root of the catalogue, and a heading of it.
    case document(path: String, anchor: String?)
  }

  /// Reads where a choice leads; nil when there is no such place.
  public func target(of goTo: String) -> Target? {
    if step(id: goTo) != nil { return .step(id: goTo) }
    if goTo.hasPrefix("#") {
      guard let section = section(anchor: goTo),
        let index = sections.firstIndex(of: section)
      else { return nil }
      let inside = steps.first { section.lines.contains($0.line) }
      return inside.map { .step(id: $0.id) } ?? .section(index)
    }
    let parts = goTo.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = parts.first, path.lowercased().hasSuffix(".md") else { return nil }
    return .document(
      path: String(path), anchor: parts.count > 1 ? String(parts[1]) : nil)
  }
}
