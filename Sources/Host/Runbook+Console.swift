import Console
import IncidentDomain
import Runbooks
import TextGate

extension Runbook {
  /// The run as it would begin: the plan, and the source that it was made from.
  var runStart: RunStart {
    let source = document.source
    return RunStart(
      runbook: Untrusted(path), title: title, digest: digest,
      source: source.text(0..<source.bytes.count), steps: plannedSteps)
  }

  /// As the chooser lists it.
  var entry: RunbookEntry {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    let facts = [fields.criticality, fields.owner, fields.lastUpdated].compactMap { $0 }
    let words = sections.map(\.title.raw) + fields.all.map(\.value.raw)
    return RunbookEntry(
      id: path, title: title, area: Untrusted(folder), facts: facts, steps: steps.count,
      words: words.joined(separator: " ").lowercased())
  }
}
