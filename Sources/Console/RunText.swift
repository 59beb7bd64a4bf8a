import IncidentDomain
import Runbooks
import TextGate

/// A run's own copy of its runbook, read once: only what stands there can run.
struct RunText: Sendable {
  /// Of the file as the run has it.
  let digest: String
  /// Nil when it does not read as it did.
  let runbook: Runbook?
  /// By step id: the section it stands in, and what its group has in common.
  private let headings: [String: Showable]

  init(_ start: RunStart) {
    digest = start.digest
    let runbook = try? Runbook(path: start.runbook.raw, bytes: Array(start.source.raw.utf8))
    self.runbook = runbook
    var headings: [String: Showable] = [:]
    for step in runbook?.steps ?? [] {
      let section = step.section.flatMap { index in
        runbook.flatMap { $0.sections.indices.contains(index) ? $0.sections[index].title : nil }
      }
      headings[step.id] = section?.showable
    }
    self.headings = headings
  }

  /// The step of a plan as the text tells it; nil when its command is not the one of the plan.
  func step(_ planned: PlannedStep) -> Runbooks.Step? {
    guard let found = runbook?.step(id: planned.id), found.runnable?.text == planned.command else {
      return nil
    }
    return found
  }

  /// The heading that a step stands under; nil at the top of the file.
  func heading(of step: PlannedStep) -> Showable? { headings[step.id] }

  /// Where a choice leads, as the record names it: the id of a step where it leads to one.
  func target(of goTo: String) -> String {
    if case .step(let id) = runbook?.target(of: goTo) { return id }
    return goTo
  }

  /// The line that a heading of the text stands on, from 1.
  func line(of anchor: String) -> Int? { runbook?.section(anchor: anchor)?.line }

  /// The other runbook that a choice leads to, and the heading in it.
  func document(of goTo: String) -> (path: String, anchor: String?)? {
    guard case .document(let path, let anchor) = runbook?.target(of: goTo) else { return nil }
    return (path, anchor)
  }
}
