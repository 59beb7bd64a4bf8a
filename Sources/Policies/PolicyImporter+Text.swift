import IncidentDomain
import MarkdownBlocks
import TextGate

extension PolicyImporter {
  /// As a file of YAML. What is told of the import stands in comments: behind each value its line,
  /// at the end what was not recognised.
  public var lines: [Showable] {
    let name = document.file.raw.split(separator: "/").last.map(String.init) ?? ""
    var lines: [Showable] = [
      "# Imported from \(Untrusted(name).showable). Behind each value stands its line there."
    ]
    if let misreading {
      let word: Showable = misreading == .macRoman ? "Mac Roman" : "Windows-1252"
      lines.append("# The text had been read as \(word) and saved so; it was repaired first.")
    }
    lines.append(.empty)
    lines += PolicyWriter.lines(of: document, marksSource: true).map(\.showable)
    guard !unrecognised.isEmpty else { return lines }
    let count: Showable = unrecognised.count == 1 ? "1 line" : "\(unrecognised.count) lines"
    lines += [.empty, "# Not recognised, \(count) or parts of one:"]
    return lines + unrecognised.map { "# line \($0.line): \($0.text.showable)" }
  }

  /// For scripts: the policy, what was not recognised, and whether the text was repaired first.
  public var json: JSON {
    var members: [String: JSON] = [
      "file": .string(document.file.raw), "policy": document.json,
      "unrecognised": .array(
        unrecognised.map {
          ["line": .integer(Int64($0.line)), "text": .string($0.text.raw)]
        }),
    ]
    if let misreading { members["repaired"] = .string(misreading.rawValue) }
    return .object(members)
  }
}
